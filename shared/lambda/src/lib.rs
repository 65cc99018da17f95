//! What a step needs to run as a Lambda function, so that its `main` only wires.
//!
//! Everything is read and connected before the first event: a bad deployment fails in the function's init phase,
//! with an error that names the variable. A panic is left to the runtime, which posts it and serves on.

mod emf;
mod host;
pub mod queue;
pub mod step;

use std::fmt;
use std::str::FromStr;

use artifacts::{AnyStore, Counted, Location};
use contracts::{Fault, FaultName};
use domain::Timestamp;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use ledger::AnyLedger;
use messaging::AnyTopic;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use emf::Emf;
pub use lambda_runtime::Error;
pub use step::run_step;

/// Starts logging in the format and at the level that the function's logging configuration asks for.
pub fn init() {
    lambda_runtime::tracing::init_default_subscriber();
}

/// An environment variable that is not there or not what it should be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum VarError {
    /// It is not set.
    #[error("the environment variable {name} is not set; the template sets it for every function")]
    Missing {
        /// Its name.
        name: &'static str,
    },
    /// Its value cannot be used.
    #[error("the environment variable {name} holds `{value}`: {reason}")]
    Invalid {
        /// Its name.
        name: &'static str,
        /// Its value.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Reads an environment variable.
///
/// # Errors
/// When it is not set or not a `T`; the error names it.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the door through which configuration comes in"
)]
pub fn var<T: FromStr<Err: fmt::Display>>(name: &'static str) -> Result<T, VarError> {
    match std::env::var(name) {
        Ok(value) => parsed(name, value),
        Err(std::env::VarError::NotPresent) => Err(VarError::Missing { name }),
        Err(std::env::VarError::NotUnicode(value)) => Err(VarError::Invalid {
            name,
            value: value.to_string_lossy().into_owned(),
            reason: "it is not UTF-8".to_owned(),
        }),
    }
}

fn parsed<T: FromStr<Err: fmt::Display>>(name: &'static str, value: String) -> Result<T, VarError> {
    value.parse().map_err(|error: T::Err| VarError::Invalid {
        name,
        value,
        reason: error.to_string(),
    })
}

/// What time it is.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the door through which time comes in"
)]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Connects to the store at the location that an environment variable holds: a folder or `s3://bucket/prefix`.
///
/// # Errors
/// When the variable is not set or holds no location.
pub async fn store(name: &'static str) -> Result<AnyStore, Error> {
    Ok(AnyStore::connect(&var::<Location>(name)?).await?)
}

/// Connects to a store as [`store`] does, and counts what a step asks of it.
///
/// # Errors
/// As [`store`].
pub async fn counted(name: &'static str) -> Result<Counted<AnyStore>, Error> {
    Ok(Counted::new(store(name).await?))
}

/// Connects to the topic whose ARN an environment variable holds.
///
/// # Errors
/// When the variable is not set or empty, or holds no topic.
pub async fn topic(name: &'static str) -> Result<AnyTopic, Error> {
    let place: String = var(name)?;
    let topic = AnyTopic::connect(&place).await?;
    topic.ok_or_else(|| Error::from(format!("{name} is empty; somebody must be told of events")))
}

/// Opens the ledger at the place that an environment variable holds: a folder or `dynamodb://TABLE`.
///
/// # Errors
/// When the variable is not set or holds no such place.
pub async fn ledger(name: &'static str) -> Result<AnyLedger, Error> {
    Ok(AnyLedger::connect(&var(name)?).await?)
}

/// Serves calls that are no step of a run until the environment is shut down.
///
/// The payload is decoded here, so that one that is not accepted is a `Contract.Violation` with the JSON path; every
/// fault is logged once and reported under its own name.
///
/// # Errors
/// When the runtime's own interface fails.
pub async fn run_calls<I, O>(answer: impl AsyncFn(I) -> Result<O, Fault>) -> Result<(), Error>
where
    I: DeserializeOwned,
    O: Serialize,
{
    let answer = &answer;
    let serve = service_fn(async |event: LambdaEvent<Value>| {
        let answered = async { written(answer(decoded(event.payload)?).await?) };
        answered.await.map_err(told)
    });
    lambda_runtime::run(serve).await
}

/// The payload as what is accepted.
fn decoded<I: DeserializeOwned>(payload: Value) -> Result<I, Fault> {
    serde_path_to_error::deserialize(payload)
        .map_err(|error| Fault::new(FaultName::ContractViolation, error))
}

fn written<O: Serialize>(response: O) -> Result<Value, Fault> {
    serde_json::to_value(response)
        .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))
}

/// Logs a fault, once, on its way to the runtime.
fn told(fault: Fault) -> Reported {
    tracing::error!(fault.name = %fault.name, "{}", fault.message);
    Reported(fault)
}

/// A fault on its way to the runtime.
#[derive(Debug)]
struct Reported(Fault);

impl From<Reported> for Diagnostic {
    fn from(Reported(fault): Reported) -> Self {
        let fault = Fault::new(fault.name, fault.message);
        Self {
            error_type: fault.name.as_str().to_owned(),
            error_message: fault.message,
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::{ConfigureRequest, MESSAGE_LIMIT};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_that_is_not_accepted_is_a_named_fault_with_its_place() {
        let payload = json!({
            "input": {"weeks": ["2026-W48", "2025-W53"]},
            "execution": {"name": "x", "started_at": "2026-11-15T12:00:00Z"},
        });
        let fault = decoded::<ConfigureRequest>(payload).unwrap_err();
        assert_eq!(fault.name, FaultName::ContractViolation);
        assert!(fault.message.starts_with("input.weeks[1]: "), "{fault}");
    }

    #[test]
    fn a_fault_is_reported_by_its_name_and_with_a_short_message() {
        let diagnostic = Diagnostic::from(Reported(Fault {
            name: FaultName::DataRejected,
            message: "x".repeat(1_000),
        }));
        assert_eq!(diagnostic.error_type, "Data.Rejected");
        assert_eq!(diagnostic.error_message.chars().count(), MESSAGE_LIMIT);
    }

    #[test]
    fn a_variable_that_is_missing_or_wrong_is_named() {
        let missing = var::<u32>("LARDER_THAT_NOBODY_SETS")
            .unwrap_err()
            .to_string();
        assert!(
            missing.contains("LARDER_THAT_NOBODY_SETS is not set"),
            "{missing}"
        );
        let wrong = parsed::<u32>("LARDER_HORIZON_WEEKS", "four".to_owned())
            .unwrap_err()
            .to_string();
        assert!(
            wrong.contains("LARDER_HORIZON_WEEKS holds `four`"),
            "{wrong}"
        );
    }
}
