//! A consumer that panics at times: at its first deliveries, since an event that panics again and again is parked.

use std::panic::resume_unwind;
use std::sync::Arc;

use contracts::canonical::Event;
use jiff::SignedDuration;
use lambda::queue::{Consumer, Context, PANICS, Step, Verdict};

use crate::faults::Fault;
use crate::world::World;

/// An event with such an id always panics.
pub(crate) const ALWAYS: &str = "panics";

pub(crate) struct Fragile<C> {
    pub(crate) world: Arc<World>,
    pub(crate) consumer: C,
}

impl<C> Fragile<C> {
    fn may_panic(&self, receives: u32) {
        if receives < PANICS && self.world.strikes(Fault::Panic) {
            panics();
        }
    }
}

/// Without the hook that would print it.
fn panics() {
    resume_unwind(Box::new("simulated"));
}

impl<C: Consumer> Consumer for Fragile<C> {
    type Kept = (C::Kept, u32);

    fn name(&self) -> &str {
        self.consumer.name()
    }

    fn worst_case(&self) -> SignedDuration {
        self.consumer.worst_case()
    }

    async fn apply(&self, event: &Event, context: &Context) -> Step<Self::Kept> {
        if event.id.starts_with(ALWAYS) {
            panics();
        }
        self.may_panic(context.receives);
        let step = self.consumer.apply(event, context).await;
        self.may_panic(context.receives);
        match step {
            Step::Settled(verdict) => Step::Settled(verdict),
            Step::Kept(kept) => Step::Kept((kept, context.receives)),
        }
    }

    async fn close(&self, kept: &[&Self::Kept]) -> Verdict {
        let most = kept.iter().map(|(_, receives)| *receives).max();
        self.may_panic(most.unwrap_or(PANICS));
        let all: Vec<_> = kept.iter().map(|(kept, _)| kept).collect();
        let verdict = self.consumer.close(&all).await;
        self.may_panic(most.unwrap_or(PANICS));
        verdict
    }
}
