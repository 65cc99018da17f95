//! The ledger over its twin in memory, with a network between.

use std::sync::Arc;

use domain::Timestamp;
use effects::{Applied, Leased};
use ledger::breaker::{Kept, State, States};
use ledger::{Document, Key, Lease, Ledger, LedgerError, Memory};

use crate::faults::Fault;
use crate::world::World;

/// A ledger that can be away.
#[derive(Debug, Clone)]
pub(crate) struct Notes {
    world: Arc<World>,
    held: Arc<Memory>,
}

impl Notes {
    pub(crate) fn new(world: &Arc<World>, held: &Arc<Memory>) -> Self {
        Self {
            world: Arc::clone(world),
            held: Arc::clone(held),
        }
    }

    async fn reached(&self) -> Result<(), LedgerError> {
        self.world.pass(2 + self.world.below(20)).await;
        self.fails(Fault::LedgerFails)
    }

    async fn answered(&self) -> Result<(), LedgerError> {
        self.world.pass(self.world.below(20)).await;
        self.fails(Fault::LedgerAnswerLost)
    }

    fn fails(&self, fault: Fault) -> Result<(), LedgerError> {
        if self.world.strikes(fault) {
            return Err(LedgerError::Unavailable {
                place: "memory".to_owned(),
                reason: fault.name().to_owned(),
            });
        }
        Ok(())
    }
}

impl Ledger for Notes {
    async fn lease(
        &self,
        key: &Key,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Leased<Document>, LedgerError> {
        self.reached().await?;
        let leased = self.held.lease(key, lease, now).await?;
        self.world
            .tell(|| format!("{}: lease for {}: {leased:?}", key.reference, lease.owner));
        self.answered().await?;
        Ok(leased)
    }

    async fn record(
        &self,
        key: &Key,
        owner: &str,
        applied: &Applied<Document>,
    ) -> Result<bool, LedgerError> {
        if self.world.strikes(Fault::CrashBeforeRecord) {
            self.world.die().await;
        }
        self.reached().await?;
        let recorded = self.held.record(key, owner, applied).await?;
        self.world.tell(|| {
            format!(
                "{}: version {} recorded for {owner}: {recorded}",
                key.reference, applied.version
            )
        });
        if self.world.strikes(Fault::CrashAfterRecord) {
            self.world.die().await;
        }
        self.answered().await?;
        Ok(recorded)
    }

    async fn release(&self, key: &Key, owner: &str) -> Result<(), LedgerError> {
        self.reached().await?;
        self.held.release(key, owner).await?;
        self.answered().await
    }
}

impl States for Notes {
    async fn read(&self, name: &str) -> Result<Kept, LedgerError> {
        self.reached().await?;
        self.held.read(name).await
    }

    async fn swap(&self, name: &str, revision: u64, state: &State) -> Result<bool, LedgerError> {
        self.reached().await?;
        let moved = self.held.swap(name, revision, state).await?;
        self.world.tell(|| format!("breaker {state:?}: {moved}"));
        self.answered().await?;
        Ok(moved)
    }
}
