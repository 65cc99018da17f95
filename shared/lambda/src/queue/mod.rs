//! What stands between a queue and a consumer of events, so that every record has a fate of its own.
//!
//! [`serve`] takes a batch: it decodes each record, has the [`Consumer`] apply it, parks what a person must look at, and
//! answers which messages are to come again, and when. Nothing that one record does, a panic included, changes what
//! becomes of its neighbours. It knows no AWS: [`Ports`] are what it needs of the world. With the feature `sqs`, `run`
//! serves a function that Amazon SQS calls.

mod backoff;
mod consumer;
mod delivery;
mod fate;
pub mod memory;
mod metrics;
mod panics;
mod passage;
mod serve;
#[cfg(feature = "sqs")]
mod sqs;

use std::future::Future;

use domain::Timestamp;

pub use crate::emf::Emf;
pub use backoff::{BASE, CAP, least_wait};
pub use consumer::{Consumer, Context, Step};
pub use delivery::{BatchError, Delivery, FailedItem, Response, SqsEvent, SqsRecord};
pub use effects::{Cause, Verdict};
pub use metrics::{Daily, Metrics, Tally};
pub use parking::{Park, ParkError, Parking};
pub use serve::{RESERVE, serve};
#[cfg(feature = "sqs")]
pub use sqs::{Sqs, run};

/// Panics of one event's handling after which it is parked.
pub const PANICS: u32 = 3;

/// What time it is.
pub type Clock = dyn Fn() -> Timestamp + Send + Sync;

/// One call of a function with a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// Its name, never used again: leases are owned by it.
    pub id: String,
    /// When it is ended from outside.
    pub deadline: Timestamp,
}

/// What serving a batch needs of the world.
pub struct Ports<V, P, G, M> {
    /// What time it is.
    pub clock: Box<Clock>,
    /// Puts messages off.
    pub visibility: V,
    /// Takes what a person must look at.
    pub parking: P,
    /// Lets records through to the system that they are for, or not.
    pub gate: G,
    /// Takes the counts of a batch.
    pub metrics: M,
}

impl<V, P, G, M> std::fmt::Debug for Ports<V, P, G, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ports").finish_non_exhaustive()
    }
}

/// A message and how long it is to be put off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The message.
    pub message_id: String,
    /// What its queue knows this delivery by.
    pub receipt: String,
    /// How long.
    pub seconds: u32,
}

/// Puts messages off: a queue delivers them again after their wait.
pub trait Visibility: Send + Sync {
    /// Puts messages off. What cannot be put off comes when the queue's own time is over.
    ///
    /// # Errors
    /// Why some could not be, for the log.
    fn put_off(&self, waits: &[Wait]) -> impl Future<Output = Result<(), String>> + Send;
}
