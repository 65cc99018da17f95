//! Why an event is parked, in words for whoever is to put it right.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is wrong with an event that is not applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Reason {
    /// It is not JSON.
    Malformed,
    /// It is longer than an event may be.
    TooLarge,
    /// An attribute of the envelope is missing or wrong.
    Envelope,
    /// Nobody here knows events of its type.
    UnknownType,
    /// Its type is known in another version.
    WrongVersion,
    /// It comes from a system that does not master what it is about.
    Owner,
    /// A field of its data is missing or wrong.
    Schema,
    /// It names a product, or another thing, that is not known.
    UnknownItem,
    /// The system that it was meant for refuses it.
    Refused,
    /// Handling it failed each time it was tried.
    Failed,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::Malformed,
        Self::TooLarge,
        Self::Envelope,
        Self::UnknownType,
        Self::WrongVersion,
        Self::Owner,
        Self::Schema,
        Self::UnknownItem,
        Self::Refused,
        Self::Failed,
    ];

    /// The word that stands for it in metrics, logs and parked records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::Envelope => "envelope",
            Self::UnknownType => "unknown-type",
            Self::WrongVersion => "wrong-version",
            Self::Owner => "owner",
            Self::Schema => "schema",
            Self::UnknownItem => "unknown-item",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why an event is parked, and what to do about it. The message may quote the value of one field: it is kept with the
/// parked event and told to people, but belongs in no log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{message}; {remedy}")]
pub struct Rejection {
    /// What kind of thing is wrong.
    pub reason: Reason,
    /// What is wrong: the field and its value, without a full stop.
    pub message: String,
    /// What to do, without a full stop.
    pub remedy: String,
}

impl Rejection {
    /// A rejection in words.
    pub fn new(reason: Reason, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}
