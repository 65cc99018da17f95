use std::future::Future;

use artifacts::{Store, StoreError};
use contracts::canonical::{Heading, Rejection};
use contracts::{CloudEvent, Decision, Fault, ParkedEvent, SyncRejected};
use domain::Timestamp;
use messaging::{Notice, SendError, Topic};

use crate::held::{ReadError, decision_on};
use crate::name;

/// Why an event could not be parked; it is delivered again.
#[derive(Debug, thiserror::Error)]
pub enum ParkError {
    /// The store did not take it.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// Nobody could be told.
    #[error("{0}")]
    Topic(#[from] SendError),
    /// It could not be written.
    #[error("{0}")]
    Unwritten(#[from] Fault),
    /// What was decided on it before cannot be read.
    #[error("{0}")]
    Before(#[from] ReadError),
}

/// Parks events.
pub trait Park: Send + Sync {
    /// Keeps an event as it came, with what is wrong with it, and tells of it. Parking it again changes nothing, unless
    /// it has been sent again meanwhile.
    ///
    /// # Errors
    /// Why it is not parked.
    fn park(
        &self,
        consumer: &str,
        body: &str,
        rejection: &Rejection,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), ParkError>> + Send;
}

/// Parked events in a store, each told of on a topic.
#[derive(Debug)]
pub struct Parking<S, T> {
    store: S,
    topic: T,
}

impl<S: Store, T: Topic> Parking<S, T> {
    /// Parks in this store and tells on this topic.
    pub const fn new(store: S, topic: T) -> Self {
        Self { store, topic }
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The topic.
    pub const fn topic(&self) -> &T {
        &self.topic
    }

    /// The record that an event is kept in now, and its number: the next one after each sending again.
    async fn place(&self, consumer: &str, name: &str) -> Result<(String, u32), ParkError> {
        let mut round = 1;
        loop {
            let key = name::record(consumer, name, round);
            let decided = decision_on(&self.store, &key).await?;
            if decided.is_none_or(|made| made.decision == Decision::Dropped) {
                return Ok((key, round));
            }
            round += 1;
        }
    }
}

impl<S: Store, T: Topic> Park for Parking<S, T> {
    async fn park(
        &self,
        consumer: &str,
        body: &str,
        rejection: &Rejection,
        now: Timestamp,
    ) -> Result<(), ParkError> {
        let heading = Heading::of(body);
        let parked = ParkedEvent {
            consumer: consumer.to_owned(),
            rejection: rejection.clone(),
            body: body.to_owned(),
        };
        let bytes = parked.to_json()?;
        let digest = name::digest(&bytes);
        let (key, round) = self.place(consumer, &name::of(&heading, &digest)).await?;
        self.store.create(&key, &bytes).await?;
        let told = SyncRejected {
            consumer: consumer.to_owned(),
            source: heading.source.map(|source| source.to_string()),
            id: heading.id,
            kind: heading.kind.map(|kind| kind.to_string()),
            place: self.store.place(&key),
            rejection: rejection.clone(),
        };
        let id = match round {
            1 => format!("{consumer}-{digest}"),
            round => format!("{consumer}-{digest}-{round}"),
        };
        let mut event = CloudEvent::new(id, key, now, told);
        event.source = format!("/larder/{consumer}");
        event.correlationid = heading.correlation;
        self.topic.publish(&Notice::of(&event)?).await?;
        Ok(())
    }
}
