//! Broken twins: what stands where a protection of the driver should be.

use domain::Timestamp;
use effects::{Applied, Capability, Found, Leased, Request, Timing};
use erp::{Effect, Erp, NotReady, Reply};
use ledger::{Document, Key, Lease, Ledger, LedgerError};

/// What is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Without {
    Nothing,
    /// Every lease is given, and nothing is known of what was applied.
    Ledger,
    /// The search finds nothing.
    Search,
    /// The clock that the check reads stood still when the lease was taken.
    Check,
}

/// Gives every lease and remembers nothing that anybody is told.
#[derive(Clone)]
pub(crate) struct Forgetful<L>(pub(crate) L);

impl<L: Ledger> Ledger for Forgetful<L> {
    async fn lease(
        &self,
        key: &Key,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Leased<Document>, LedgerError> {
        self.0.lease(key, lease, now).await?;
        Ok(Leased::Taken(None))
    }

    async fn record(
        &self,
        key: &Key,
        owner: &str,
        applied: &Applied<Document>,
    ) -> Result<bool, LedgerError> {
        self.0.record(key, owner, applied).await?;
        Ok(true)
    }

    async fn release(&self, key: &Key, owner: &str) -> Result<(), LedgerError> {
        self.0.release(key, owner).await
    }
}

/// An ERP in which nothing is ever found.
#[derive(Clone)]
pub(crate) struct Blind<E>(pub(crate) E);

impl<E: Erp> Erp for Blind<E> {
    type Prepared = E::Prepared;

    fn capability(&self, effect: &Effect) -> Capability {
        self.0.capability(effect)
    }

    fn timing(&self) -> Timing {
        self.0.timing()
    }

    async fn search(&self, effect: &Effect) -> Result<Found<Document>, NotReady> {
        self.0.search(effect).await?;
        Ok(Found::Nothing)
    }

    async fn ready(
        &self,
        request: Request<Document>,
        effect: &Effect,
    ) -> Result<Self::Prepared, NotReady> {
        self.0.ready(request, effect).await
    }

    async fn send(&self, prepared: Self::Prepared) -> Reply {
        self.0.send(prepared).await
    }
}
