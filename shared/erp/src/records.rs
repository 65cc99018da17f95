//! What the ERP holds, for whoever tells others of it or counts it.

use std::collections::BTreeMap;
use std::future::Future;

use contracts::canonical::{PurchaseDocument, Rejection};
use domain::Timestamp;
use jiff::SignedDuration;
use ledger::Document;
use serde::{Deserialize, Serialize};

/// How far somebody has read; only the ERP's adapter knows what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// How a purchase order stands in the ERP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is being written, and nobody outside has been told.
    Draft,
    /// It is placed with its vendor.
    Placed,
    /// It will not come.
    Cancelled,
}

/// A purchase order as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What the ERP calls it.
    pub document: Document,
    /// Rises with each change: microseconds since 1970 where the ERP has nothing better.
    pub version: u64,
    /// When it was changed.
    pub changed_at: Timestamp,
    /// How it stands.
    pub standing: Standing,
    /// The whole order.
    pub order: PurchaseDocument,
}

/// A document that cannot be told of, such as one with a product that has no id of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// What the ERP calls it.
    pub document: Document,
    /// The version of it that cannot be told of.
    pub version: u64,
    /// What is wrong with it.
    pub rejection: Rejection,
}

/// Some changes, oldest first. The same may come again: whoever reads knows documents by their version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What has changed; one that cannot be told of hides no other.
    pub changes: Vec<Result<Change, Unread>>,
    /// Where to read on, once everything before it is told.
    pub next: Cursor,
    /// Whether there is more to read now.
    pub more: bool,
}

/// Why nothing could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The ERP does not serve now.
    #[error("the ERP does not serve now")]
    NotNow {
        /// How long it asks to wait, if it does.
        after: Option<SignedDuration>,
    },
    /// It will not serve until somebody acts.
    #[error("{0}")]
    Refused(Rejection),
}

/// What an ERP can be asked for.
pub trait Records: Send + Sync {
    /// Purchase orders that have changed since; from the beginning without a cursor. Changes that were made before what
    /// has been read, and committed after, are among the next ones.
    ///
    /// # Errors
    /// [`Unreadable`] when nothing could be read.
    fn changes_since(
        &self,
        cursor: Option<&Cursor>,
    ) -> impl Future<Output = Result<Page, Unreadable>> + Send;

    /// How many purchase orders there are of each reference that begins so, those without one left out.
    ///
    /// # Errors
    /// [`Unreadable`] when they could not be counted.
    fn documents(
        &self,
        prefix: &str,
    ) -> impl Future<Output = Result<BTreeMap<String, u32>, Unreadable>> + Send;
}
