use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Date, Timestamp};
use effects::{Applied, Leased};

use crate::breaker::{Kept, State, States};
use crate::entry::Entry;
use crate::tally::{Counts, Tallies};
use crate::{Document, Key, Lease, Ledger, LedgerError};

/// A ledger and breakers in memory: the twin that tests use.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    entries: BTreeMap<Key, Entry>,
    breakers: BTreeMap<String, Kept>,
    counts: BTreeMap<(String, Date), Counts>,
}

impl Memory {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, key: &Key, act: impl FnOnce(&mut Entry) -> T) -> T {
        act(self.held().entries.entry(key.clone()).or_default())
    }
}

impl Ledger for Memory {
    async fn lease(
        &self,
        key: &Key,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Leased<Document>, LedgerError> {
        Ok(self.with(key, |entry| entry.lease(lease, now)))
    }

    async fn record(
        &self,
        key: &Key,
        owner: &str,
        applied: &Applied<Document>,
    ) -> Result<bool, LedgerError> {
        Ok(self.with(key, |entry| entry.record(owner, applied)))
    }

    async fn release(&self, key: &Key, owner: &str) -> Result<(), LedgerError> {
        self.with(key, |entry| entry.release(owner));
        Ok(())
    }
}

impl States for Memory {
    async fn read(&self, name: &str) -> Result<Kept, LedgerError> {
        Ok(self.held().breakers.get(name).cloned().unwrap_or_default())
    }

    async fn swap(&self, name: &str, revision: u64, state: &State) -> Result<bool, LedgerError> {
        let mut held = self.held();
        let kept = held.breakers.entry(name.to_owned()).or_default();
        let first = kept.revision == revision;
        if first {
            *kept = Kept {
                state: state.clone(),
                revision: revision + 1,
            };
        }
        Ok(first)
    }
}

impl Tallies for Memory {
    async fn add(&self, consumer: &str, day: Date, counts: &Counts) -> Result<(), LedgerError> {
        let mut held = self.held();
        let before = held.counts.entry((consumer.to_owned(), day)).or_default();
        *before = before.and(counts);
        Ok(())
    }

    async fn of(&self, consumer: &str, day: Date) -> Result<Counts, LedgerError> {
        let place = (consumer.to_owned(), day);
        Ok(self.held().counts.get(&place).copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_keeps_a_ledger_and_breakers() {
        crate::conformance::check(&Memory::default()).await;
    }
}
