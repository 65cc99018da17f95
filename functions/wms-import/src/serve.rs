//! Serving the queue that S3 tells of files.

use artifacts::Store;
use contracts::{Fault, FaultName};
use lambda::queue::{Delivery, Response, SqsEvent, Visibility, Wait, least_wait};
use messaging::Topic;

use crate::import::{Outcome, WmsImport};
use crate::notification::created;

/// Deliveries after which a file that is not there is given up.
pub const PATIENCE: u32 = 3;

impl<S: Store, T: Topic> WmsImport<S, T> {
    /// Takes the files that a call's messages tell of. Messages of which one could not be taken come again, later each
    /// time; what had been taken already is passed over then.
    ///
    /// # Errors
    /// `Contract.Violation` for a call with a message that has no id and could not be named.
    pub async fn serve(&self, queue: &impl Visibility, call: SqsEvent) -> Result<Response, Fault> {
        let deliveries = call.deliveries();
        let deliveries =
            deliveries.map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        let mut waits = Vec::new();
        for delivery in deliveries {
            if !self.delivered(&delivery).await {
                let seconds = u32::try_from(least_wait(delivery.receives).as_secs());
                waits.push(Wait {
                    message_id: delivery.message_id,
                    receipt: delivery.receipt,
                    seconds: seconds.unwrap_or(0),
                });
            }
        }
        if !waits.is_empty()
            && let Err(error) = queue.put_off(&waits).await
        {
            tracing::warn!("messages come again too soon or too late: {error}");
        }
        let failed = waits.into_iter().map(|wait| wait.message_id);
        Ok(Response::failed(failed.collect()))
    }

    /// Takes all files that a message tells of; whether it is done.
    async fn delivered(&self, delivery: &Delivery) -> bool {
        let keys = match created(delivery.body.as_deref().unwrap_or_default()) {
            Ok(keys) => keys,
            Err(error) => {
                let message = delivery.message_id.as_str();
                tracing::error!(message, "{error}");
                return false;
            }
        };
        let mut done = true;
        for key in keys {
            match self.import(&key, delivery.receives >= PATIENCE).await {
                Ok(outcome) => log(&key, &outcome),
                Err(error) => {
                    tracing::error!(file = key, "the file is tried again: {error}");
                    done = false;
                }
            }
        }
        done
    }
}

/// What a rejection says in words is for people, not for logs.
fn log(file: &str, outcome: &Outcome) {
    match outcome {
        Outcome::Taken(taken) => {
            let (rows, events, rejects) = (taken.rows, taken.events, taken.rejects);
            tracing::info!(file, rows, events, rejects, outcome = "taken");
        }
        Outcome::Before => tracing::info!(file, outcome = "before"),
        Outcome::Waits => tracing::info!(file, outcome = "waits"),
        Outcome::Refused(rejection) => {
            tracing::warn!(file, why = rejection.reason.as_str(), outcome = "refused");
        }
    }
}
