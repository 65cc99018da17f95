//! Faults: the closed set of names that a state machine retries or catches by.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most characters a fault's message may have, so that 52 failed weeks fit into a state's payload.
pub const MESSAGE_LIMIT: usize = 256;

/// No message names more of what there is.
const NAMED: usize = 8;

/// The name of a fault, which is what Step Functions matches on: exactly, with case, without wildcards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum FaultName {
    /// The payload or a stored artifact is not what the contract says. Never retried.
    #[serde(rename = "Contract.Violation")]
    ContractViolation,
    /// Deployed or started wrong: a setting, a permission, a location. Never retried.
    #[serde(rename = "Config.Invalid")]
    ConfigInvalid,
    /// The run exists already with another input. Never retried.
    #[serde(rename = "Run.Conflict")]
    RunConflict,
    /// The data has not landed yet. Retried slowly.
    #[serde(rename = "Data.NotReady")]
    DataNotReady,
    /// Something Larder needs answers slowly or not at all. Retried with back-off.
    #[serde(rename = "Dependency.Unavailable")]
    DependencyUnavailable,
    /// The data has landed and is wrong. Caught: this week fails, the others go on.
    #[serde(rename = "Data.Rejected")]
    DataRejected,
}

impl FaultName {
    /// Every name there is.
    pub const ALL: [Self; 6] = [
        Self::ContractViolation,
        Self::ConfigInvalid,
        Self::RunConflict,
        Self::DataNotReady,
        Self::DependencyUnavailable,
        Self::DataRejected,
    ];

    /// The name as the state machine knows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContractViolation => "Contract.Violation",
            Self::ConfigInvalid => "Config.Invalid",
            Self::RunConflict => "Run.Conflict",
            Self::DataNotReady => "Data.NotReady",
            Self::DependencyUnavailable => "Dependency.Unavailable",
            Self::DataRejected => "Data.Rejected",
        }
    }
}

impl fmt::Display for FaultName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What went wrong in a step: a name for the state machine, a message for a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{name}: {message}")]
pub struct Fault {
    /// The name.
    pub name: FaultName,
    /// What is wrong with what, and what to do; at most [`MESSAGE_LIMIT`] characters.
    pub message: String,
}

impl Fault {
    /// A fault with its message cut to [`MESSAGE_LIMIT`].
    pub fn new(name: FaultName, message: impl fmt::Display) -> Self {
        let mut message = message.to_string();
        if message.chars().count() > MESSAGE_LIMIT {
            message = message.chars().take(MESSAGE_LIMIT - 1).collect();
            message.push('…');
        }
        Self { name, message }
    }

    /// `Contract.Violation`: what stands at a place of an input is not what it has to be, such as `in site`; with the first
    /// few of what there is instead.
    pub fn not_among(
        place: &str,
        stated: impl fmt::Display,
        what: &str,
        there_are: impl IntoIterator<Item = impl fmt::Display>,
    ) -> Self {
        let mut there_are = there_are.into_iter();
        let named: Vec<_> = (there_are.by_ref().take(NAMED))
            .map(|id| id.to_string())
            .collect();
        let more = match there_are.count() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!(
            "{place}: {stated} is not {what}; there are {}{more}",
            named.join(", ")
        );
        Self::new(FaultName::ContractViolation, message)
    }

    /// A fault from an error and the chain of its causes.
    pub fn from_error(name: FaultName, error: &dyn std::error::Error) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !message.ends_with(&text) {
                message = format!("{message}: {text}");
            }
            cause = error.source();
        }
        Self::new(name, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_written_by_the_name_that_the_state_machine_matches() {
        for name in FaultName::ALL {
            assert_eq!(serde_json::to_value(name).unwrap(), name.as_str());
        }
    }

    #[test]
    fn what_is_not_there_is_told_with_the_first_few_of_what_is() {
        let fault = Fault::not_among("caps[0].site", "S12", "in site", 1..=11);
        assert_eq!(
            fault.to_string(),
            "Contract.Violation: caps[0].site: S12 is not in site; there are 1, 2, 3, 4, 5, 6, 7, 8 and 3 more"
        );
    }

    #[test]
    fn a_long_message_is_cut_at_a_character() {
        let fault = Fault::new(FaultName::DataRejected, "ü".repeat(300));
        assert_eq!(fault.message.chars().count(), MESSAGE_LIMIT);
        assert!(fault.message.ends_with("ü…"));
    }
}
