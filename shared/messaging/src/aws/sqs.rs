//! Amazon SQS, as people look after its queues.

use artifacts::boxed;
use aws_sdk_sqs::types::QueueAttributeName;

use super::failure;
use crate::SendError;
use crate::queues::{Depth, Queue};

/// A queue of Amazon SQS.
#[derive(Debug, Clone)]
pub struct Sqs {
    client: aws_sdk_sqs::Client,
    url: String,
}

impl Sqs {
    /// Connects to the queue of this URL, with credentials and region from where AWS tools take them. Nothing is sent
    /// yet.
    pub async fn connect(url: &str) -> Self {
        Self {
            client: aws_sdk_sqs::Client::new(&artifacts::aws_config().await),
            url: url.to_owned(),
        }
    }

    async fn attribute(&self, names: &[QueueAttributeName]) -> Result<Vec<String>, SendError> {
        let request = self
            .client
            .get_queue_attributes()
            .queue_url(&self.url)
            .set_attribute_names(Some(names.to_vec()));
        let answer = boxed(request.send()).await;
        let answer = answer.map_err(|error| failure("SQS", &error))?;
        let held = answer.attributes.unwrap_or_default();
        let said = |name| {
            let missing = || SendError::NoAnswer(format!("SQS does not tell {name:?} of a queue"));
            held.get(name).cloned().ok_or_else(missing)
        };
        names.iter().map(said).collect()
    }

    async fn arn(&self) -> Result<String, SendError> {
        let told = self.attribute(&[QueueAttributeName::QueueArn]).await?;
        Ok(told.into_iter().next().unwrap_or_default())
    }
}

impl Queue for Sqs {
    async fn depth(&self) -> Result<Depth, SendError> {
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let told = self.attribute(&names).await?;
        let mut numbers = told.iter().map(|digits| digits.parse().unwrap_or_default());
        Ok(Depth {
            waiting: numbers.next().unwrap_or_default(),
            in_flight: numbers.next().unwrap_or_default(),
        })
    }

    async fn move_to(&self, queue: &Self, a_second: u16) -> Result<String, SendError> {
        // Said and not left to SQS: what the topic could not deliver has no queue that it came from.
        let request = self
            .client
            .start_message_move_task()
            .source_arn(self.arn().await?)
            .destination_arn(queue.arn().await?)
            .max_number_of_messages_per_second(i32::from(a_second));
        match boxed(request.send()).await {
            Ok(answer) => Ok(answer.task_handle.unwrap_or_default()),
            Err(error) => Err(failure("SQS", &error)),
        }
    }
}
