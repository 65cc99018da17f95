use std::collections::BTreeMap;

use domain::Timestamp;
use serde::{Deserialize, Serialize};

/// One message as a queue delivers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The queue's name for the message, by which a failure is reported. It is no name of the event: the same event may
    /// come in another message.
    pub message_id: String,
    /// What the queue knows this delivery by.
    pub receipt: String,
    /// What it carries.
    pub body: Option<String>,
    /// How often it has been delivered, this time included.
    pub receives: u32,
    /// When it was put into the queue.
    pub sent: Option<Timestamp>,
}

/// What Amazon SQS calls a function with.
#[derive(Debug, Deserialize)]
pub struct SqsEvent {
    /// The messages.
    #[serde(rename = "Records")]
    pub records: Vec<SqsRecord>,
}

/// A message in the call. All that could be missing may be: one message must not fail the others' decoding.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SqsRecord {
    /// The queue's name for it.
    pub message_id: Option<String>,
    /// What the queue knows this delivery by.
    pub receipt_handle: Option<String>,
    /// What it carries.
    pub body: Option<String>,
    /// What the queue says of it.
    pub attributes: Option<BTreeMap<String, String>>,
}

/// A call that cannot be answered record by record.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// A record could not be reported if it failed; Lambda would then take all others for failed, or for done.
    #[error("record {index} of the batch has no messageId; all of it is delivered again")]
    NoMessageId {
        /// Which, from 0.
        index: usize,
    },
}

impl SqsEvent {
    /// The messages as deliveries.
    ///
    /// # Errors
    /// [`BatchError::NoMessageId`].
    pub fn deliveries(self) -> Result<Vec<Delivery>, BatchError> {
        let records = self.records.into_iter().enumerate();
        records
            .map(|(index, record)| {
                let message_id = record.message_id.filter(|id| !id.is_empty());
                let attributes = record.attributes.unwrap_or_default();
                let attribute = |name| attributes.get(name).map(String::as_str);
                Ok(Delivery {
                    message_id: message_id.ok_or(BatchError::NoMessageId { index })?,
                    receipt: record.receipt_handle.unwrap_or_default(),
                    body: record.body,
                    receives: attribute("ApproximateReceiveCount")
                        .and_then(|digits| digits.parse().ok())
                        .unwrap_or(1),
                    sent: attribute("SentTimestamp")
                        .and_then(|digits| digits.parse().ok())
                        .and_then(|millisecond| Timestamp::from_millisecond(millisecond).ok()),
                })
            })
            .collect()
    }
}

/// What Lambda is answered: which messages are to be delivered again. All others are done.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// The messages that failed; an empty list means that all are done.
    pub batch_item_failures: Vec<FailedItem>,
}

/// A message that failed.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailedItem {
    /// The queue's name for it.
    pub item_identifier: String,
}

impl Response {
    /// The answer that these messages failed.
    pub fn failed(message_ids: Vec<String>) -> Self {
        let item = |item_identifier| FailedItem { item_identifier };
        Self {
            batch_item_failures: message_ids.into_iter().map(item).collect(),
        }
    }
}
