//! The consumer that brings purchase orders into the ERP, by the production driver.

use contracts::canonical::Event;
use erp::{Effect, Erp};
use jiff::SignedDuration;
use lambda::queue::{Consumer, Context, Step, Verdict};
use ledger::Ledger;

/// Its name in the ledger and below `parked/`.
pub(crate) const NAME: &str = "erp-inject";

/// Gives each attempt its clock.
pub(crate) type Clocks = Box<dyn Fn() -> Box<erp::Clock> + Send + Sync>;

pub(crate) struct Injector<L, E> {
    pub(crate) ledger: L,
    pub(crate) erp: E,
    pub(crate) clocks: Clocks,
}

impl<L: Ledger, E: Erp> Consumer for Injector<L, E> {
    type Kept = std::convert::Infallible;

    fn name(&self) -> &str {
        NAME
    }

    fn worst_case(&self) -> SignedDuration {
        SignedDuration::from_secs(50)
    }

    async fn apply(&self, event: &Event, context: &Context) -> Step<Self::Kept> {
        let Some(effect) = Effect::of(event) else {
            return Step::Settled(Verdict::Applied);
        };
        let clock = (self.clocks)();
        let applied = erp::apply(
            &effect,
            NAME,
            &context.attempt,
            &self.ledger,
            &self.erp,
            &*clock,
        );
        Step::Settled(applied.await)
    }
}
