//! What became of a consumer's records, day by day, for whoever looks after the flows.
//!
//! A batch is added once and not tried again: a count that is lost is better than one that is made twice.

use std::future::Future;

use domain::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use crate::LedgerError;

/// What became of records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records.
    pub received: u64,
    /// Of them: took effect.
    pub applied: u64,
    /// Had taken effect before.
    pub duplicate: u64,
    /// Were overtaken by a later version.
    pub stale: u64,
    /// Wait for a person.
    pub parked: u64,
    /// Come again.
    pub retried: u64,
    /// Come again, and may have taken effect.
    pub unknown: u64,
    /// The longest time from an event to its effect, in milliseconds.
    pub greatest_lag: i64,
    /// When the event happened that took effect last, of the batch that was counted last.
    pub last_event: Option<Timestamp>,
}

impl Counts {
    /// These and what was counted after them.
    #[must_use]
    pub fn and(&self, later: &Self) -> Self {
        Self {
            received: self.received + later.received,
            applied: self.applied + later.applied,
            duplicate: self.duplicate + later.duplicate,
            stale: self.stale + later.stale,
            parked: self.parked + later.parked,
            retried: self.retried + later.retried,
            unknown: self.unknown + later.unknown,
            greatest_lag: self.greatest_lag.max(later.greatest_lag),
            last_event: later.last_event.or(self.last_event),
        }
    }
}

/// Keeps the counts of consumers and days (UTC).
pub trait Tallies: Send + Sync {
    /// Adds what became of a batch.
    ///
    /// # Errors
    /// Why it is not counted, or that this is not known.
    fn add(
        &self,
        consumer: &str,
        day: Date,
        counts: &Counts,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send;

    /// What became of a consumer's records on a day.
    ///
    /// # Errors
    /// Why it could not be read.
    fn of(
        &self,
        consumer: &str,
        day: Date,
    ) -> impl Future<Output = Result<Counts, LedgerError>> + Send;
}

impl<T: Tallies> Tallies for &T {
    async fn add(&self, consumer: &str, day: Date, counts: &Counts) -> Result<(), LedgerError> {
        (**self).add(consumer, day, counts).await
    }

    async fn of(&self, consumer: &str, day: Date) -> Result<Counts, LedgerError> {
        (**self).of(consumer, day).await
    }
}
