//! Amazon SQS: a function that it calls, and the visibility of its messages.

use std::panic::PanicHookInfo;

use artifacts::boxed;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::ChangeMessageVisibilityBatchRequestEntry;
use domain::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use ledger::breaker::Gate;

use super::{
    Consumer, Invocation, Metrics, Park, Ports, Response, SqsEvent, Visibility, Wait, serve,
};
use crate::Error;

/// The most messages that one request may put off.
const ENTRIES: usize = 10;

/// A queue of Amazon SQS.
#[derive(Debug, Clone)]
pub struct Sqs {
    client: Client,
    queue: String,
}

impl Sqs {
    /// Connects to the queue of this URL, with credentials and region from where AWS tools take them. Nothing is sent
    /// yet.
    pub async fn connect(queue: &str) -> Self {
        Self {
            client: Client::new(&artifacts::aws_config().await),
            queue: queue.to_owned(),
        }
    }
}

impl Visibility for Sqs {
    async fn put_off(&self, waits: &[Wait]) -> Result<(), String> {
        let mut problem = Ok(());
        for waits in waits.chunks(ENTRIES) {
            let entry = |(index, wait): (usize, &Wait)| {
                ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(index.to_string())
                    .receipt_handle(&wait.receipt)
                    .visibility_timeout(i32::try_from(wait.seconds).unwrap_or(i32::MAX))
                    .build()
            };
            let entries: Result<Vec<_>, _> = waits.iter().enumerate().map(entry).collect();
            let entries = entries.map_err(|error| error.to_string())?;
            let request = self
                .client
                .change_message_visibility_batch()
                .queue_url(&self.queue)
                .set_entries(Some(entries));
            match boxed(request.send()).await {
                Ok(answer) => {
                    for failed in answer.failed {
                        problem = Err(format!("SQS answered {}", failed.code));
                    }
                }
                Err(error) => problem = Err(DisplayErrorContext(&error).to_string()),
            }
        }
        problem
    }
}

/// Serves batches of Amazon SQS until the environment is shut down.
///
/// # Errors
/// When the runtime's own interface fails.
pub async fn run<C, V, P, G, M>(consumer: &C, ports: &Ports<V, P, G, M>) -> Result<(), Error>
where
    C: Consumer,
    V: Visibility,
    P: Park,
    G: Gate,
    M: Metrics,
{
    std::panic::set_hook(Box::new(told));
    let serve = service_fn(async |event: LambdaEvent<SqsEvent>| {
        let invocation = Invocation {
            deadline: deadline(event.context.deadline),
            id: event.context.request_id,
        };
        let batch = event.payload.deliveries().inspect_err(|error| {
            tracing::error!(consumer = consumer.name(), "{error}");
        })?;
        let failed = serve(consumer, ports, &invocation, batch).await;
        Ok::<_, Error>(Response::failed(failed))
    });
    lambda_runtime::run(serve).await
}

fn deadline(milliseconds: u64) -> Timestamp {
    i64::try_from(milliseconds)
        .ok()
        .and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok())
        .unwrap_or(Timestamp::MAX)
}

/// Logs where somebody panicked. What they said may quote an event, so the log does without it.
fn told(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string);
    tracing::error!(place, "a panic");
}
