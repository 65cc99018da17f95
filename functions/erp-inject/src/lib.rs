//! ERP inject: has purchase orders, receipts, corrections, sales orders and products take effect in the ERP, each once.
//!
//! What an event is to do there is [`Effect::of`]; how it is done once, whatever fails, is [`erp::apply`].

use contracts::canonical::Event;
use domain::Timestamp;
use erp::{Effect, Erp};
use jiff::SignedDuration;
use lambda::queue::{Clock, Consumer, Context, Step, Verdict};
use ledger::Ledger;

/// For the ledger, before and after what the ERP is asked.
const LEDGER: SignedDuration = SignedDuration::from_secs(24);

/// Takes events into an ERP.
pub struct ErpInject<L, E> {
    ledger: L,
    erp: E,
    clock: Box<Clock>,
}

impl<L, E> std::fmt::Debug for ErpInject<L, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ErpInject").finish_non_exhaustive()
    }
}

impl<L: Ledger, E: Erp> ErpInject<L, E> {
    /// Takes events into this ERP, and remembers them in this ledger.
    pub fn new(ledger: L, erp: E, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        let clock = Box::new(clock);
        Self { ledger, erp, clock }
    }
}

impl<L: Ledger, E: Erp> Consumer for ErpInject<L, E> {
    type Kept = std::convert::Infallible;

    fn name(&self) -> &str {
        contracts::canonical::Consumer::ErpInject.as_str()
    }

    /// A search, what is looked up, and the request itself.
    fn worst_case(&self) -> SignedDuration {
        self.erp.timing().client_timeout * 3 + LEDGER
    }

    async fn apply(&self, event: &Event, context: &Context) -> Step<Self::Kept> {
        let Some(effect) = Effect::of(event) else {
            return Step::Settled(Verdict::Applied);
        };
        let (ledger, erp) = (&self.ledger, &self.erp);
        let applied = erp::apply(
            &effect,
            self.name(),
            &context.attempt,
            ledger,
            erp,
            &*self.clock,
        );
        Step::Settled(applied.await)
    }
}
