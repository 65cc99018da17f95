//! What is kept of a file that was taken.

use artifacts::sha256;
use contracts::canonical::Rejection;
use domain::Sha256;
use serde::{Deserialize, Serialize};
use wms::{Dialect, FileKind, Inspected, Reject};

/// A file that was not taken at all: a record below `taken/refused/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The file's key.
    pub file: String,
    /// Why, and what to do.
    pub rejection: Rejection,
}

/// A file that was taken: the record below `taken/`, written when all its events are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The file's key.
    pub file: String,
    /// Of its content, unpacked.
    pub sha256: Sha256,
    /// Length of its content.
    pub bytes: u64,
    /// Rows.
    pub rows: u64,
    /// Of these, those that became events.
    pub events: u64,
    /// Of these, those that did not.
    pub rejects: u64,
    /// Where these stand, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejects_file: Option<String>,
}

dataset::table! {
    /// A row of the warehouse's file that did not become an event, and why.
    pub struct RejectRow = "rejects", Required {
        /// The file's line, from 1.
        key line: u32,
        /// The column as the file calls it; empty where it is not about one.
        opt column: Option<String>,
        /// What stands there, cut where it is long.
        opt value: Option<String>,
        /// What is wrong with it.
        col reason: String,
        /// What to do.
        col what_to_do: String,
        /// The whole row, cut where it is long.
        col row: String,
    }
}

impl From<Reject> for RejectRow {
    fn from(reject: Reject) -> Self {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            line: u32::try_from(reject.line).unwrap_or(u32::MAX),
            column: some(reject.column),
            value: some(reject.value),
            reason: reject.reason,
            what_to_do: reject.remedy,
            row: reject.row,
        }
    }
}

/// What tells one reading of a file from others: its content, its kind and the dialect. A file that was read by a wrong
/// dialect may be dropped again when that is put right.
pub(crate) fn reading(kind: FileKind, inspected: &Inspected, dialect: &Dialect) -> String {
    let parts = format!("{kind} {} {}", inspected.sha256, dialect.fingerprint());
    sha256(parts.as_bytes())
        .to_string()
        .chars()
        .take(32)
        .collect()
}
