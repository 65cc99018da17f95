//! One table of Amazon DynamoDB, with the string `id` as its key.

mod tally;

use std::collections::HashMap;
use std::time::Duration;

use artifacts::boxed;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::Timestamp;
use effects::{Applied, Leased};

use crate::breaker::{Kept, State, States};
use crate::{Document, Key, Lease, Ledger, LedgerError};

/// How long an operation may take, with the SDK's own tries: a lease must not be half over before it is known.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long one try may take.
const TRY_PATIENCE: Duration = Duration::from_secs(3);

/// A ledger and breakers in a table of Amazon DynamoDB. Every change is one conditional write, and one that the SDK sends
/// again, because its answer was lost, finds its own work and takes it for what it is.
#[derive(Debug, Clone)]
pub struct DynamoDb {
    client: Client,
    table: String,
}

impl DynamoDb {
    /// Connects to a table, with credentials and region from where AWS tools take them. Nothing is sent yet.
    pub async fn connect(table: &str) -> Self {
        let shared = artifacts::aws_config().await;
        let timeouts = TimeoutConfig::builder()
            .operation_timeout(PATIENCE)
            .operation_attempt_timeout(TRY_PATIENCE)
            .build();
        let config = aws_sdk_dynamodb::config::Builder::from(&shared)
            .timeout_config(timeouts)
            .build();
        Self {
            client: Client::from_conf(config),
            table: table.to_owned(),
        }
    }

    /// Writes to an item under a condition; the item as it was or is, `None` where the condition did not hold.
    async fn update(
        &self,
        id: &str,
        update: &str,
        condition: &str,
        values: Vec<(&str, AttributeValue)>,
    ) -> Result<Option<Item>, LedgerError> {
        let values = values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("id", text(id))
            .update_expression(update)
            .condition_expression(condition)
            .set_expression_attribute_values(Some(values.collect()))
            .return_values(ReturnValue::AllNew);
        match boxed(request.send()).await {
            Ok(answer) => Ok(Some(answer.attributes.unwrap_or_default())),
            Err(error) if code(&error) == Some("ConditionalCheckFailedException") => Ok(None),
            Err(error) => Err(self.failure(&error)),
        }
    }

    async fn item(&self, id: &str) -> Result<Option<Item>, LedgerError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("id", text(id))
            .consistent_read(true);
        let answer = boxed(request.send()).await;
        Ok(answer.map_err(|error| self.failure(&error))?.item)
    }

    fn damaged(&self, id: &str, reason: &str) -> LedgerError {
        LedgerError::Damaged {
            place: format!("dynamodb://{}/{id}", self.table),
            reason: reason.to_owned(),
        }
    }

    fn failure<E>(&self, error: &SdkError<E>) -> LedgerError
    where
        E: std::error::Error + ProvideErrorMetadata + RequestId + Send + Sync + 'static,
    {
        let place = format!("dynamodb://{}", self.table);
        let SdkError::ServiceError(answer) = error else {
            let reason = last_cause(error);
            return LedgerError::Unavailable { place, reason };
        };
        let (status, said) = (answer.raw().status().as_u16(), answer.err());
        let reason = format!(
            "DynamoDB answered {status} {}{} (request {})",
            said.code().unwrap_or_default(),
            said.message()
                .map(|said| format!(": {said}"))
                .unwrap_or_default(),
            said.request_id().unwrap_or("unknown"),
        );
        match (status, said.code()) {
            (
                400..=403,
                Some(
                    "AccessDeniedException"
                    | "ResourceNotFoundException"
                    | "ValidationException"
                    | "UnrecognizedClientException",
                ),
            ) => LedgerError::Denied { place, reason },
            _ => LedgerError::Unavailable { place, reason },
        }
    }
}

type Item = HashMap<String, AttributeValue>;

impl Ledger for DynamoDb {
    async fn lease(
        &self,
        key: &Key,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Leased<Document>, LedgerError> {
        let id = entry_id(key);
        let item = self
            .update(
                &id,
                "SET lease_owner = :owner, lease_ends = :ends",
                "attribute_not_exists(lease_owner) OR lease_owner = :owner OR lease_ends <= :now",
                vec![
                    (":owner", text(&lease.owner)),
                    (":ends", number(&lease.ends.as_nanosecond())),
                    (":now", number(&now.as_nanosecond())),
                ],
            )
            .await?;
        let Some(item) = item else {
            return Ok(Leased::Held);
        };
        let Some(version) = item.get("applied_version") else {
            return Ok(Leased::Taken(None));
        };
        let version = version.as_n().ok().and_then(|digits| digits.parse().ok());
        let version = version.ok_or_else(|| self.damaged(&id, "applied_version is no number"))?;
        let document = item.get("document").and_then(|name| name.as_s().ok());
        Ok(Leased::Taken(Some(Applied {
            version,
            document: document.cloned().map(Document),
        })))
    }

    async fn record(
        &self,
        key: &Key,
        owner: &str,
        applied: &Applied<Document>,
    ) -> Result<bool, LedgerError> {
        // The second half of the condition is for the SDK's own second try.
        let ours =
            "lease_owner = :owner OR (attribute_not_exists(lease_owner) AND recorded_by = :owner)";
        let mut values = vec![
            (":owner", text(owner)),
            (":version", number(&applied.version)),
        ];
        let update = match &applied.document {
            Some(document) => {
                values.push((":document", text(&document.0)));
                "SET applied_version = :version, recorded_by = :owner, document = :document \
                 REMOVE lease_owner, lease_ends"
            }
            None => {
                "SET applied_version = :version, recorded_by = :owner \
                 REMOVE lease_owner, lease_ends, document"
            }
        };
        let item = self.update(&entry_id(key), update, ours, values).await?;
        Ok(item.is_some())
    }

    async fn release(&self, key: &Key, owner: &str) -> Result<(), LedgerError> {
        let update = "REMOVE lease_owner, lease_ends";
        let ours = "lease_owner = :owner";
        let values = vec![(":owner", text(owner))];
        let item = self.update(&entry_id(key), update, ours, values).await?;
        drop(item);
        Ok(())
    }
}

impl States for DynamoDb {
    async fn read(&self, name: &str) -> Result<Kept, LedgerError> {
        let id = breaker_id(name);
        let Some(item) = self.item(&id).await? else {
            return Ok(Kept::default());
        };
        let state = item.get("breaker").and_then(|state| state.as_s().ok());
        let revision = item.get("revision").and_then(|digits| digits.as_n().ok());
        let kept = state.zip(revision).and_then(|(state, revision)| {
            Some(Kept {
                state: serde_json::from_str(state).ok()?,
                revision: revision.parse().ok()?,
            })
        });
        kept.ok_or_else(|| self.damaged(&id, "it is not the state of a breaker"))
    }

    async fn swap(&self, name: &str, revision: u64, state: &State) -> Result<bool, LedgerError> {
        let id = breaker_id(name);
        let written =
            serde_json::to_string(state).map_err(|error| self.damaged(&id, &error.to_string()))?;
        let unmoved = if revision == 0 {
            "attribute_not_exists(revision) OR revision = :revision"
        } else {
            "revision = :revision"
        };
        let values = vec![
            (":revision", number(&revision)),
            (":next", number(&(revision + 1))),
            (":state", text(&written)),
        ];
        let update = "SET revision = :next, breaker = :state";
        Ok(self.update(&id, update, unmoved, values).await?.is_some())
    }
}

fn entry_id(key: &Key) -> String {
    format!("effect#{}#{}", key.consumer, key.reference)
}

fn breaker_id(name: &str) -> String {
    format!("breaker#{name}")
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn number(number: &impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn code<E: ProvideErrorMetadata>(error: &SdkError<E>) -> Option<&str> {
    error.as_service_error().and_then(|said| said.code())
}

/// What is at the bottom of an error that is no answer.
fn last_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
