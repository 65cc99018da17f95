//! What people are told of an event that was parked.

use serde::{Deserialize, Serialize};

use super::rejection::Rejection;
use crate::events::EventData;

/// An event was parked: it is not applied, and kept where a person can look at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncRejected {
    /// The function that parked it.
    pub consumer: String,
    /// The parked event's source, where it has a usable one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The parked event's id, where it has a usable one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The parked event's type, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Where the parked event is kept.
    pub place: String,
    /// Why, and what to do.
    #[serde(flatten)]
    pub rejection: Rejection,
}

impl EventData for SyncRejected {
    const KIND: &'static str = "larder.sync.rejected.v1";
}
