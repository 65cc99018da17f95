//! ERP inject as it is, or with the mistake of a check that reads a clock which stood still.

use std::sync::{Arc, Mutex};

use contracts::canonical::Event;
use domain::Timestamp;
use erp::Erp;
use erp_inject::ErpInject;
use jiff::SignedDuration;
use lambda::queue::{Consumer, Context, Step};
use ledger::Ledger;

/// What time it is, or was when the attempt began.
pub(crate) struct Watch<T> {
    time: T,
    stands: bool,
    began: Mutex<Timestamp>,
}

pub(crate) struct Injector<L, E, T> {
    inject: ErpInject<L, E>,
    watch: Arc<Watch<T>>,
}

impl<T: Fn() -> Timestamp> Watch<T> {
    fn now(&self) -> Timestamp {
        if self.stands {
            *self.began.lock().unwrap()
        } else {
            (self.time)()
        }
    }
}

impl<L: Ledger, E: Erp, T> Injector<L, E, T>
where
    T: Fn() -> Timestamp + Send + Sync + 'static,
{
    pub(crate) fn new(ledger: L, erp: E, time: T, stands: bool) -> Self {
        let began = Mutex::new(Timestamp::MIN);
        let watch = Arc::new(Watch {
            time,
            stands,
            began,
        });
        let told = Arc::clone(&watch);
        Self {
            inject: ErpInject::new(ledger, erp, move || told.now()),
            watch,
        }
    }
}

impl<L: Ledger, E: Erp, T> Consumer for Injector<L, E, T>
where
    T: Fn() -> Timestamp + Send + Sync,
{
    type Kept = <ErpInject<L, E> as Consumer>::Kept;

    fn name(&self) -> &str {
        self.inject.name()
    }

    fn worst_case(&self) -> SignedDuration {
        self.inject.worst_case()
    }

    async fn apply(&self, event: &Event, context: &Context) -> Step<Self::Kept> {
        *self.watch.began.lock().unwrap() = (self.watch.time)();
        self.inject.apply(event, context).await
    }
}
