//! Amazon SES, SNS and Step Functions.

mod sqs;

use std::borrow::Cow;

use artifacts::boxed;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::RequestId;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, RawMessage};
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use futures_util::future::try_join_all;

pub(crate) use sqs::Sqs;

use crate::batch::batches;
use crate::{Letter, Notice, Post, SendError, Started, Starter, Topic};

/// Requests with many events that are on their way at once.
const AT_ONCE: usize = 8;

/// Amazon SES, version 2.
#[derive(Debug, Clone)]
pub struct Ses {
    client: aws_sdk_sesv2::Client,
}

impl Ses {
    /// Connects, with credentials and region from where AWS tools take them. Nothing is sent yet.
    pub async fn connect() -> Self {
        let shared = artifacts::aws_config().await;
        // The SDK must not send a letter again whose answer it has not heard: whoever sends decides that.
        let config = aws_sdk_sesv2::config::Builder::from(&shared)
            .retry_config(RetryConfig::disabled())
            .build();
        Self {
            client: aws_sdk_sesv2::Client::from_conf(config),
        }
    }
}

impl Post for Ses {
    async fn send(&self, letter: &Letter) -> Result<String, SendError> {
        let raw = RawMessage::builder().data(Blob::new(letter.message.clone()));
        let raw = raw
            .build()
            .map_err(|error| SendError::Refused(error.to_string()))?;
        let destination = Destination::builder().set_to_addresses(Some(letter.to.clone()));
        let send = self
            .client
            .send_email()
            .from_email_address(&letter.from)
            .destination(destination.build())
            .content(EmailContent::builder().raw(raw).build());
        match boxed(send.send()).await {
            Ok(answer) => Ok(answer.message_id.unwrap_or_default()),
            Err(error) => Err(failure("SES", &error)),
        }
    }
}

/// A topic of Amazon SNS.
#[derive(Debug, Clone)]
pub struct Sns {
    client: aws_sdk_sns::Client,
    arn: String,
}

impl Sns {
    /// Connects to a topic, with credentials and region from where AWS tools take them. Nothing is sent yet.
    pub async fn connect(arn: &str) -> Self {
        Self {
            client: aws_sdk_sns::Client::new(&artifacts::aws_config().await),
            arn: arn.to_owned(),
        }
    }
}

impl Topic for Sns {
    async fn publish(&self, notice: &Notice) -> Result<(), SendError> {
        let publish = self
            .client
            .publish()
            .topic_arn(&self.arn)
            .message(&notice.json)
            .message_attributes("type", attribute(&notice.kind)?);
        let sent = boxed(publish.send()).await;
        sent.map(drop).map_err(|error| failure("SNS", &error))
    }

    async fn publish_all(&self, notices: &[Notice]) -> Result<(), SendError> {
        for some in batches(notices).chunks(AT_ONCE) {
            let mut sent = Vec::with_capacity(AT_ONCE);
            for batch in some {
                sent.push(self.batch(batch));
            }
            try_join_all(sent).await?;
        }
        Ok(())
    }
}

impl Sns {
    /// Hands over events in one request, and those once more that were not taken.
    async fn batch(&self, notices: &[Notice]) -> Result<(), SendError> {
        let mut left: Vec<&Notice> = notices.iter().collect();
        let mut why = SendError::NotTaken("SNS took no event".to_owned());
        for _ in 0..2 {
            match self.request(&left).await? {
                None => return Ok(()),
                Some((failed, error)) => {
                    left = failed
                        .into_iter()
                        .filter_map(|at| left.get(at).copied())
                        .collect();
                    why = error;
                }
            }
        }
        Err(why)
    }

    /// Sends one request; gives the places of those that were not taken, and why the last was not.
    async fn request(
        &self,
        notices: &[&Notice],
    ) -> Result<Option<(Vec<usize>, SendError)>, SendError> {
        let mut publish = self.client.publish_batch().topic_arn(&self.arn);
        for (at, notice) in notices.iter().enumerate() {
            let entry = PublishBatchRequestEntry::builder()
                .id(at.to_string())
                .message(&notice.json)
                .message_attributes("type", attribute(&notice.kind)?)
                .build()
                .map_err(|error| SendError::Refused(error.to_string()))?;
            publish = publish.publish_batch_request_entries(entry);
        }
        let answer = boxed(publish.send()).await;
        let answer = answer.map_err(|error| failure("SNS", &error))?;
        let failed = answer.failed();
        let why = failed.last().map(|entry| {
            let text = format!("SNS did not take an event: {}", entry.code());
            if entry.sender_fault() {
                SendError::Refused(text)
            } else {
                SendError::NotTaken(text)
            }
        });
        let places = failed.iter().filter_map(|entry| entry.id().parse().ok());
        Ok(why.map(|why| (places.collect(), why)))
    }
}

/// The attribute by which subscribers choose.
fn attribute(kind: &str) -> Result<MessageAttributeValue, SendError> {
    let attribute = MessageAttributeValue::builder()
        .data_type("String")
        .string_value(kind)
        .build();
    attribute.map_err(|error| SendError::Refused(error.to_string()))
}

/// A state machine of AWS Step Functions.
#[derive(Debug, Clone)]
pub struct Sfn {
    client: aws_sdk_sfn::Client,
    arn: String,
}

impl Sfn {
    /// Connects to a state machine, with credentials and region from where AWS tools take them. Nothing is started yet.
    pub async fn connect(arn: &str) -> Self {
        Self {
            client: aws_sdk_sfn::Client::new(&artifacts::aws_config().await),
            arn: arn.to_owned(),
        }
    }
}

impl Starter for Sfn {
    async fn start(&self, name: &str, input: &str) -> Result<Started, SendError> {
        let start = self
            .client
            .start_execution()
            .state_machine_arn(&self.arn)
            .name(name)
            .input(input);
        match boxed(start.send()).await {
            // While an execution of this name and input is running, Step Functions says so as if it were new.
            Ok(_) => Ok(Started::Now),
            Err(error) => match error.as_service_error() {
                Some(said) if said.is_execution_already_exists() => Ok(Started::Before),
                _ => Err(failure("Step Functions", &error)),
            },
        }
    }
}

/// The one place where errors of the SDK are told apart.
fn failure<E>(service: &str, error: &SdkError<E>) -> SendError
where
    E: std::error::Error + ProvideErrorMetadata + RequestId + Send + Sync + 'static,
{
    if let SdkError::ServiceError(answer) = error {
        let status = answer.raw().status().as_u16();
        let code = answer.err().code().unwrap_or_default();
        let said = answer.err().message();
        let said = said.map_or(Cow::Borrowed(""), |said| format!(": {said}").into());
        let request = answer.err().request_id().unwrap_or("unknown");
        let text = format!("{service} answered {status} {code}{said} (request {request})");
        return kind(status, code)(text);
    }
    let mut cause = Some(error as &(dyn std::error::Error + 'static));
    let mut last = String::new();
    while let Some(error) = cause {
        if error.downcast_ref::<CredentialsError>().is_some() {
            let text = format!("there are no usable AWS credentials for {service}: {error}");
            return SendError::NotTaken(text);
        }
        last = error.to_string();
        cause = error.source();
    }
    match error {
        SdkError::ConstructionFailure(_) => SendError::Refused(format!("{service}: {last}")),
        _ => SendError::NoAnswer(format!("{service} did not answer: {last}")),
    }
}

/// What an answer means, by its status and its code.
fn kind(status: u16, code: &str) -> fn(String) -> SendError {
    match (status, code) {
        (429, _)
        | (_, "TooManyRequestsException" | "LimitExceededException" | "ExecutionLimitExceeded") => {
            SendError::NotTaken
        }
        (_, code) if code.contains("Throttl") => SendError::NotTaken,
        (408 | 500.., _) => SendError::NoAnswer,
        _ => SendError::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_whether_it_pays_to_send_again() {
        for (status, code, expected) in [
            (400, "MessageRejected", "Refused"),
            (400, "MailFromDomainNotVerifiedException", "Refused"),
            (400, "AccountSuspendedException", "Refused"),
            (403, "AccessDeniedException", "Refused"),
            (404, "NotFoundException", "Refused"),
            (429, "TooManyRequestsException", "NotTaken"),
            (400, "LimitExceededException", "NotTaken"),
            (400, "ExecutionLimitExceeded", "NotTaken"),
            (400, "StateMachineDoesNotExist", "Refused"),
            (400, "ThrottlingException", "NotTaken"),
            (500, "InternalFailure", "NoAnswer"),
            (503, "", "NoAnswer"),
        ] {
            let told = format!("{:?}", kind(status, code)(String::new()));
            assert!(told.starts_with(expected), "{status} {code}: {told}");
        }
    }
}
