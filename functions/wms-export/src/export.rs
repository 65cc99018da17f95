use std::convert::Infallible;

use artifacts::{Store, StoreError};
use contracts::canonical::{Event, Reason, Rejection};
use jiff::SignedDuration;
use lambda::queue::{Cause, Consumer, Context, Step, Verdict};
use serde::Deserialize;
use serde_json::json;
use wms::{Complete, Dialect, Document};

/// Tries to move a head before somebody else who moves it all the time is let through.
const TRIES: u32 = 5;

/// What the warehouse was last told of a reference: the object below `outbound/heads/`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Head {
    /// The version.
    pub version: u64,
    /// The event that told it: source and id.
    pub event: String,
}

/// Writes files for the warehouse into a store.
#[derive(Debug)]
pub struct WmsExport<S> {
    files: S,
    dialect: Dialect,
}

/// Where the head of an event's reference stands to it.
enum Place {
    /// It has been moved to this event.
    Reached,
    /// It is this event's since it came before.
    Again,
    /// It is that of another event of the same version.
    Taken,
    /// It is further on.
    Behind,
}

impl<S: Store> WmsExport<S> {
    /// Writes files of this dialect.
    pub const fn new(files: S, dialect: Dialect) -> Self {
        Self { files, dialect }
    }

    /// The store of the files.
    pub const fn files(&self) -> &S {
        &self.files
    }

    async fn write(&self, event: &Event) -> Result<Verdict, StoreError> {
        let document = match Document::of(event, &self.dialect) {
            Ok(Some(document)) => document,
            Ok(None) => return Ok(Verdict::Applied),
            Err(rejection) => return Ok(Verdict::Parked(rejection)),
        };
        let (verdict, again) = match self.place(event, &document).await? {
            None => return Ok(Verdict::retry(Cause::Busy)),
            Some(Place::Behind) => return Ok(Verdict::Stale),
            Some(Place::Reached) => (Verdict::Applied, false),
            Some(Place::Again) => (Verdict::Duplicate, true),
            Some(Place::Taken) => (Verdict::Duplicate, false),
        };
        let key = document.key();
        match self.files.create(&key, &document.bytes).await {
            // What the very event was written as, in a dialect that has changed since.
            Err(StoreError::Exists { .. }) if again => {}
            Err(StoreError::Exists { place }) => {
                return Ok(Verdict::Parked(contradicted(&place, event.version)));
            }
            other => other?,
        }
        if self.dialect.complete() == Complete::Done {
            self.files.create(&format!("{key}.done"), b"").await?;
        }
        Ok(verdict)
    }

    /// Moves the head forward to the event; `None` where others keep moving it.
    async fn place(&self, event: &Event, document: &Document) -> Result<Option<Place>, StoreError> {
        let key = format!("outbound/heads/{}/{}.json", document.kind, document.name());
        let own = Head {
            version: event.version,
            event: event.identity(),
        };
        let bytes = json!({"version": own.version, "event": own.event}).to_string();
        for _ in 0..TRIES {
            let held = self.files.pointer(&key).await?;
            let (last, at) = held.map_or((None, None), |(bytes, at)| {
                (serde_json::from_slice::<Head>(&bytes).ok(), Some(at))
            });
            match last {
                Some(last) if last.version > own.version => return Ok(Some(Place::Behind)),
                Some(last) if last == own => return Ok(Some(Place::Again)),
                Some(last) if last.version == own.version => return Ok(Some(Place::Taken)),
                _ => {}
            }
            if self.files.swap(&key, at.as_ref(), bytes.as_bytes()).await? {
                return Ok(Some(Place::Reached));
            }
        }
        Ok(None)
    }
}

fn contradicted(place: &str, version: u64) -> Rejection {
    Rejection::new(
        Reason::Refused,
        format!("{place} says something else of version {version}"),
        "send what holds as a higher version: a file that the warehouse may have read is never changed",
    )
}

impl<S: Store> Consumer for WmsExport<S> {
    type Kept = Infallible;

    fn name(&self) -> &str {
        contracts::canonical::Consumer::WmsExport.as_str()
    }

    fn worst_case(&self) -> SignedDuration {
        SignedDuration::from_secs(20)
    }

    async fn apply(&self, event: &Event, _: &Context) -> Step<Infallible> {
        Step::Settled(self.write(event).await.unwrap_or_else(|error| {
            tracing::error!("a file for the warehouse cannot be written: {error}");
            Verdict::retry(Cause::Own)
        }))
    }
}
