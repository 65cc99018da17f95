//! What was last told of a document.

use artifacts::{Store, StoreError, Version, sha256};
use contracts::Fault;
use contracts::FaultName;
use erp::{Change, Standing, Unread};
use serde::{Deserialize, Serialize};

/// What was last told of a document: an object below `sync/erp-extract/`, moved forward once it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The version.
    pub version: u64,
    /// Whether that it will not come.
    pub cancelled: bool,
    /// Digest of what was told; empty where it could not be told of, and people were told that.
    pub content: String,
}

impl Told {
    /// What is to be told of a change.
    ///
    /// # Errors
    /// `Contract.Violation` when it cannot be written as JSON.
    pub(crate) fn of(change: &Change) -> Result<Self, Fault> {
        let cancelled = change.standing == Standing::Cancelled;
        let order = serde_json::to_vec(&change.order)
            .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        Ok(Self {
            version: change.version,
            cancelled,
            content: sha256(&order).to_string(),
        })
    }

    /// What is told of a document that cannot be told of.
    pub(crate) const fn unread(unread: &Unread) -> Self {
        Self {
            version: unread.version,
            cancelled: false,
            content: String::new(),
        }
    }

    /// Whether others know the document as one that comes.
    pub(crate) const fn comes(&self) -> bool {
        !self.cancelled && !self.content.is_empty()
    }

    /// Whether this says what an earlier one said, or less.
    pub(crate) fn is_known(&self, earlier: &Self) -> bool {
        let same = self.cancelled == earlier.cancelled && self.content == earlier.content;
        self.version <= earlier.version || (same && !self.content.is_empty())
    }
}

/// What was told of a document, where it stands, and as which object.
pub(crate) struct Held {
    key: String,
    at: Option<Version>,
    pub(crate) told: Option<Told>,
}

impl Held {
    /// Reads what was told of a document below a folder.
    pub(crate) async fn read(
        store: &impl Store,
        folder: &str,
        document: &str,
    ) -> Result<Self, StoreError> {
        let digest: String = sha256(document.as_bytes())
            .to_string()
            .chars()
            .take(32)
            .collect();
        let key = format!("{folder}/told/{digest}.json");
        let (told, at) = match store.pointer(&key).await? {
            Some((bytes, at)) => (serde_json::from_slice(&bytes).ok(), Some(at)),
            None => (None, None),
        };
        Ok(Self { key, at, told })
    }

    /// Moves it forward. Whoever was first has told the same, or something newer.
    pub(crate) async fn move_on(&self, store: &impl Store, told: &Told) -> Result<(), Fault> {
        let bytes = serde_json::to_vec(told)
            .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        store.swap(&self.key, self.at.as_ref(), &bytes).await?;
        Ok(())
    }
}
