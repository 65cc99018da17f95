//! Consumers with a mistake in front of them, so that each invariant is seen to fail.

use std::collections::BTreeSet;
use std::sync::Mutex;

use contracts::canonical::{Event, Fact};
use jiff::SignedDuration;
use lambda::queue::{Cause, Consumer, Context, Step, Verdict};

/// What is done to events before they are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meddling {
    Nothing,
    /// An adjustment that comes again gets a name of its own.
    NamedAgain,
    /// All versions are taken for the first.
    OneVersion,
    /// What cannot be applied is only tried again, for ever.
    NeverParks,
    /// Data are logged.
    Talks,
}

pub(crate) struct Meddler<C> {
    meddling: Meddling,
    /// Ids of events that have come.
    come: Mutex<BTreeSet<String>>,
    consumer: C,
}

impl<C> Meddler<C> {
    pub(crate) const fn new(meddling: Meddling, consumer: C) -> Self {
        Self {
            meddling,
            come: Mutex::new(BTreeSet::new()),
            consumer,
        }
    }
}

impl<C: Consumer> Consumer for Meddler<C> {
    type Kept = C::Kept;

    fn name(&self) -> &str {
        self.consumer.name()
    }

    fn worst_case(&self) -> SignedDuration {
        self.consumer.worst_case()
    }

    async fn apply(&self, event: &Event, context: &Context) -> Step<Self::Kept> {
        let mut event = event.clone();
        match self.meddling {
            Meddling::NamedAgain => {
                let moves = matches!(event.data, Fact::StockAdjusted(_));
                if moves && !self.come.lock().unwrap().insert(event.id.clone()) {
                    event.id.push_str("-again");
                }
            }
            Meddling::OneVersion => event.version = 1,
            Meddling::Talks => tracing::info!("applying {:?}", event.data),
            Meddling::Nothing | Meddling::NeverParks => {}
        }
        let step = self.consumer.apply(&event, context).await;
        let parks = matches!(step, Step::Settled(Verdict::Parked(_)));
        if parks && self.meddling == Meddling::NeverParks {
            return Step::Settled(Verdict::retry(Cause::Own));
        }
        step
    }

    async fn close(&self, kept: &[&Self::Kept]) -> Verdict {
        self.consumer.close(kept).await
    }
}
