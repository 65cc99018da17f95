//! Serving the queue that S3 tells of files.

use artifacts::Store;
use contracts::{Fault, FaultName};
use lambda::queue::{Delivery, Metrics, Response, SqsEvent, Tally, Visibility, Wait, least_wait};
use messaging::Topic;

use crate::import::{NAME, Outcome, WmsImport};
use crate::notification::created;

/// Deliveries after which a file that is not there is given up.
pub const PATIENCE: u32 = 3;

impl<S: Store, T: Topic> WmsImport<S, T> {
    /// Takes the files that a call's messages tell of. Messages of which one could not be taken come again, later each
    /// time; what had been taken already is passed over then. What became of the rows is counted.
    ///
    /// # Errors
    /// `Contract.Violation` for a call with a message that has no id and could not be named.
    pub async fn serve(
        &self,
        queue: &impl Visibility,
        metrics: &impl Metrics,
        call: SqsEvent,
    ) -> Result<Response, Fault> {
        let deliveries = call.deliveries();
        let deliveries =
            deliveries.map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        let mut waits = Vec::new();
        let mut tally = Tally {
            consumer: NAME.to_owned(),
            ..Tally::default()
        };
        for delivery in deliveries {
            if !self.delivered(&delivery, &mut tally).await {
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
        metrics.put(&tally, self.now()).await;
        let failed = waits.into_iter().map(|wait| wait.message_id);
        Ok(Response::failed(failed.collect()))
    }

    /// Takes all files that a message tells of; whether it is done.
    async fn delivered(&self, delivery: &Delivery, tally: &mut Tally) -> bool {
        let keys = match created(delivery.body.as_deref().unwrap_or_default()) {
            Ok(keys) => keys,
            Err(error) => {
                let message = delivery.message_id.as_str();
                tracing::error!(message, "{error}");
                tally.retried += 1;
                return false;
            }
        };
        let mut done = true;
        for key in keys {
            match self.import(&key, delivery.receives >= PATIENCE).await {
                Ok(outcome) => {
                    log(&key, &outcome);
                    count(tally, &outcome);
                }
                Err(error) => {
                    tracing::error!(file = key, "the file is tried again: {error}");
                    tally.retried += 1;
                    done = false;
                }
            }
        }
        done
    }
}

/// Adds the rows of a file; one that is not read, or not again, counts as one.
fn count(tally: &mut Tally, outcome: &Outcome) {
    let rows = |rows: u64| u32::try_from(rows).unwrap_or(u32::MAX);
    match outcome {
        Outcome::Taken(taken) => {
            tally.received += rows(taken.rows);
            tally.applied += rows(taken.events);
            tally.parked += rows(taken.rejects);
        }
        Outcome::Before => {
            tally.received += 1;
            tally.duplicate += 1;
        }
        Outcome::Refused(_) => {
            tally.received += 1;
            tally.parked += 1;
        }
        Outcome::Waits => {}
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
