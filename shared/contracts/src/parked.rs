//! Events that wait for a person.

use domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::canonical::Rejection;
use crate::{EventData, Fault, FaultName};

/// An event as it came, and why it was not applied: what lies below `parked/`. It holds no moment and no count of tries,
/// so that the same event parked again is the same object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ParkedEvent {
    /// Who could not apply it.
    pub consumer: String,
    /// What is wrong with it, and what to do.
    #[serde(flatten)]
    pub rejection: Rejection,
    /// What the message carried, to the byte.
    pub body: String,
}

impl ParkedEvent {
    /// The object's bytes.
    ///
    /// # Errors
    /// `Contract.Violation` when it cannot be written as JSON.
    pub fn to_json(&self) -> Result<Vec<u8>, Fault> {
        written(self)
    }
}

/// What a person decided on a parked event: what stands next to it. Never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ParkedDecision {
    /// What becomes of it.
    pub decision: Decision,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who says so: a role rather than a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Timestamp,
}

/// What becomes of a parked event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Decision {
    /// It was sent again. Parked again, it has another record.
    Retried,
    /// It is never applied, however often it comes.
    Dropped,
}

impl ParkedDecision {
    /// The object's bytes.
    ///
    /// # Errors
    /// `Contract.Violation` when it cannot be written as JSON.
    pub fn to_json(&self) -> Result<Vec<u8>, Fault> {
        written(self)
    }
}

fn written(value: &impl Serialize) -> Result<Vec<u8>, Fault> {
    let written = serde_json::to_vec_pretty(value);
    written.map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))
}

/// An event was parked: somebody must look at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncRejected {
    /// Who could not apply it.
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
    /// Where the parked event lies.
    pub place: String,
    /// Why, and what to do.
    #[serde(flatten)]
    pub rejection: Rejection,
}

impl EventData for SyncRejected {
    const KIND: &'static str = "larder.sync.rejected.v1";
}
