//! What has been applied, and who works on what: the memory of effects that are made once.
//!
//! A [`Ledger`] keeps one entry per business reference and consumer: a lease with its owner and end, and what has been
//! applied. Beside it stand the breakers' states ([`breaker`]), which all environments of a function share, and what became
//! of each consumer's records ([`tally`]). DynamoDB keeps all of it behind the feature `aws`; a folder and memory are its
//! twins. All pass the same [`conformance`] suite.

#[cfg(feature = "aws")]
mod aws;
pub mod breaker;
pub mod conformance;
mod entry;
mod error;
mod folder;
mod memory;
mod place;
pub mod tally;

use std::future::Future;

use domain::Timestamp;
use effects::{Applied, Leased};

#[cfg(feature = "aws")]
pub use aws::DynamoDb;
pub use entry::{Document, Key, Lease};
pub use error::LedgerError;
pub use folder::Folder;
pub use memory::Memory;
pub use place::{AnyLedger, Place};

/// Keeps leases and what has been applied. An owner is the name of one attempt and never used again.
pub trait Ledger: Send + Sync {
    /// Takes the lease where nobody has it, or whose lease has ended at `now`; tells what has been applied.
    /// The owner's own lease is taken again: the answer of the first time may have been lost.
    ///
    /// # Errors
    /// Why the ledger could not answer; the lease may then be taken all the same.
    fn lease(
        &self,
        key: &Key,
        lease: &Lease,
        now: Timestamp,
    ) -> impl Future<Output = Result<Leased<Document>, LedgerError>> + Send;

    /// Records what has been applied if the owner's lease has not been taken over, and gives it back; `false` where
    /// it has.
    ///
    /// # Errors
    /// Why the ledger could not answer; it may be recorded all the same.
    fn record(
        &self,
        key: &Key,
        owner: &str,
        applied: &Applied<Document>,
    ) -> impl Future<Output = Result<bool, LedgerError>> + Send;

    /// Gives the owner's lease back; nothing happens where it has been taken over.
    ///
    /// # Errors
    /// Why the ledger could not answer; the lease then ends by itself.
    fn release(
        &self,
        key: &Key,
        owner: &str,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send;
}
