use std::fmt;

use domain::Timestamp;
use effects::{Applied, Leased};
use serde::{Deserialize, Serialize};

/// What an entry is about: a business reference, as one consumer sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The consumer.
    pub consumer: String,
    /// The reference.
    pub reference: String,
}

impl Key {
    /// The reference as the consumer sees it.
    pub fn new(consumer: &str, reference: &str) -> Self {
        Self {
            consumer: consumer.to_owned(),
            reference: reference.to_owned(),
        }
    }
}

/// The right to work on a reference, for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The attempt that has it.
    pub owner: String,
    /// When it ends.
    pub ends: Timestamp,
}

/// What the other system calls a document of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Document(pub String);

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One entry, as memory and folder keep it; DynamoDB states the same rules as conditions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    #[serde(skip_serializing_if = "Option::is_none")]
    lease: Option<Lease>,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied: Option<Recorded>,
}

/// What has been applied, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Recorded {
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<Document>,
}

impl Entry {
    pub(crate) fn lease(&mut self, lease: &Lease, now: Timestamp) -> Leased<Document> {
        let taken = |held: &Lease| held.owner != lease.owner && held.ends > now;
        if self.lease.as_ref().is_some_and(taken) {
            return Leased::Held;
        }
        self.lease = Some(lease.clone());
        Leased::Taken(self.applied.clone().map(|recorded| Applied {
            version: recorded.version,
            document: recorded.document,
        }))
    }

    pub(crate) fn record(&mut self, owner: &str, applied: &Applied<Document>) -> bool {
        let ours = self.is_of(owner);
        if ours {
            self.lease = None;
            self.applied = Some(Recorded {
                version: applied.version,
                document: applied.document.clone(),
            });
        }
        ours
    }

    pub(crate) fn release(&mut self, owner: &str) {
        if self.is_of(owner) {
            self.lease = None;
        }
    }

    fn is_of(&self, owner: &str) -> bool {
        self.lease
            .as_ref()
            .is_some_and(|lease| lease.owner == owner)
    }
}
