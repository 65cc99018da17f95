//! Where events lie that a person must look at.

use std::future::Future;

use artifacts::{Store, StoreError, sha256};
use contracts::canonical::{Heading, Rejection};
use contracts::{CloudEvent, Fault, ParkedEvent, SyncRejected};
use domain::Timestamp;
use messaging::{Notice, SendError, Topic};

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
}

/// Parks events.
pub trait Park: Send + Sync {
    /// Keeps an event as it came, with what is wrong with it, and tells of it. Parking it again changes nothing.
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

/// Parked events in a store, `parked/<consumer>/<source>-<id>-<digest>.json`, each told of on a topic.
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
        // Two events of one id are two records: a system that gives an id twice must not lose one of them.
        let digest: String = sha256(&bytes).to_string().chars().take(16).collect();
        let key = format!("parked/{consumer}/{}{digest}.json", label(&heading));
        self.store.create(&key, &bytes).await?;
        let told = SyncRejected {
            consumer: consumer.to_owned(),
            source: heading.source.map(|source| source.to_string()),
            id: heading.id,
            kind: heading.kind.map(|kind| kind.to_string()),
            place: self.store.place(&key),
            rejection: rejection.clone(),
        };
        let mut event = CloudEvent::new(format!("{consumer}-{digest}"), key, now, told);
        event.source = format!("/larder/{consumer}");
        event.correlationid = heading.correlation;
        self.topic.publish(&Notice::of(&event)?).await?;
        Ok(())
    }
}

/// The part of a key that a person knows the event by; empty where it has no id.
fn label(heading: &Heading) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let part = |text: &str| -> String {
        let plain: String = text.trim_matches('/').chars().map(plain).collect();
        format!("{plain}-")
    };
    match (&heading.source, &heading.id) {
        (Some(source), Some(id)) => part(source.as_str()) + &part(id),
        (None, Some(id)) => part(id),
        (_, None) => String::new(),
    }
}
