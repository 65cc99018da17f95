use artifacts::{Store, StoreError, Version, sha256};
use contracts::canonical::Source;
use contracts::{CloudEvent, Fault, FaultName, SyncRejected};
use domain::Timestamp;
use erp::{Change, Clock, Cursor, Page, Records, Unread, Unreadable};
use jiff::SignedDuration;
use messaging::{Notice, SendError, Topic};
use serde::{Deserialize, Serialize};

use crate::event::event;
use crate::told::{Held, Told};

/// The name of this function in what it keeps and tells.
const NAME: &str = "erp-extract";

/// No page is begun after so long; the next call reads on.
const TIME: SignedDuration = SignedDuration::from_secs(60);

/// What one call has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// Changes that the ERP named.
    pub read: u64,
    /// Of these, those that were told.
    pub told: u64,
    /// Of these, those that could not be told of.
    pub unread: u64,
    /// Whether there is more to read.
    pub more: bool,
}

/// Tells what has changed in an ERP.
pub struct ErpExtract<E, S, T> {
    erp: E,
    store: S,
    topic: T,
    source: Source,
    clock: Box<Clock>,
}

impl<E, S, T> std::fmt::Debug for ErpExtract<E, S, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ErpExtract").finish_non_exhaustive()
    }
}

/// Something to tell, and what to keep once it is told.
struct Telling {
    notice: Notice,
    held: Held,
    told: Told,
}

impl<E: Records, S: Store, T: Topic> ErpExtract<E, S, T> {
    /// Reads an ERP, keeps how far in a store, and tells on a topic as this source.
    pub fn new(
        erp: E,
        store: S,
        topic: T,
        source: Source,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        Self {
            erp,
            store,
            topic,
            source,
            clock: Box::new(clock),
        }
    }

    /// The ERP.
    pub const fn erp(&self) -> &E {
        &self.erp
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The topic.
    pub const fn topic(&self) -> &T {
        &self.topic
    }

    /// Tells what has changed since the last call.
    ///
    /// # Errors
    /// `Dependency.Unavailable` where something does not serve now, `Config.Invalid` where the ERP will not before somebody
    /// acts. What was told before that is not told again.
    pub async fn extract(&self) -> Result<Extracted, Fault> {
        let begun = (self.clock)();
        let mut extracted = Extracted::default();
        loop {
            let (cursor, at) = self.cursor().await?;
            let page = self.erp.changes_since(cursor.as_ref()).await;
            let page = page.map_err(|error| unreadable(&error))?;
            extracted.more = page.more;
            self.tell(&page, &mut extracted).await?;
            let moved = self
                .move_on(&page.next, cursor.as_ref(), at.as_ref())
                .await?;
            let time_is_up = (self.clock)().duration_since(begun) >= TIME;
            if !page.more || !moved || time_is_up {
                let Extracted {
                    read,
                    told,
                    unread,
                    more,
                } = extracted;
                tracing::info!(read, told, unread, more, "the ERP's changes are told");
                return Ok(extracted);
            }
        }
    }

    /// Tells a page, and keeps what was told.
    async fn tell(&self, page: &Page, extracted: &mut Extracted) -> Result<(), Fault> {
        let mut tellings = Vec::new();
        for change in &page.changes {
            extracted.read += 1;
            match change {
                Ok(change) => {
                    let telling = self.change(change, extracted).await?;
                    tellings.extend(telling);
                }
                Err(unread) => {
                    let telling = self.unread(unread, extracted).await?;
                    tellings.extend(telling);
                }
            }
        }
        let notices: Vec<_> = tellings
            .iter()
            .map(|telling| telling.notice.clone())
            .collect();
        let sent = self.topic.publish_all(&notices).await;
        sent.map_err(|error| unsent(&error))?;
        for Telling { held, told, .. } in &tellings {
            held.move_on(&self.store, told).await?;
        }
        Ok(())
    }

    async fn change(
        &self,
        change: &Change,
        extracted: &mut Extracted,
    ) -> Result<Option<Telling>, Fault> {
        let held = self.held(&change.document.0).await?;
        let told = Told::of(change)?;
        if held.told.as_ref().is_some_and(|last| told.is_known(last)) {
            return Ok(None);
        }
        let now = (self.clock)();
        match event(change, held.told.as_ref(), &self.source, now) {
            Ok(None) => Ok(None),
            Ok(Some(event)) => {
                extracted.told += 1;
                Ok(Some(Telling {
                    notice: Notice::told(&event)?,
                    held,
                    told,
                }))
            }
            Err(rejection) => {
                let unread = Unread {
                    document: change.document.clone(),
                    version: change.version,
                    rejection,
                };
                self.unread(&unread, extracted).await
            }
        }
    }

    /// People are told of a document that cannot be told of, once for each version of it.
    async fn unread(
        &self,
        unread: &Unread,
        extracted: &mut Extracted,
    ) -> Result<Option<Telling>, Fault> {
        let held = self.held(&unread.document.0).await?;
        let told = Told::unread(unread);
        if held.told.as_ref().is_some_and(|last| told.is_known(last)) {
            return Ok(None);
        }
        extracted.unread += 1;
        let reason = unread.rejection.reason.as_str();
        tracing::warn!(
            document = unread.document.0,
            reason,
            "a document cannot be told of"
        );
        Ok(Some(Telling {
            notice: self.rejected(unread)?,
            held,
            told,
        }))
    }

    fn rejected(&self, unread: &Unread) -> Result<Notice, Fault> {
        let Unread {
            document,
            version,
            rejection,
        } = unread;
        let told = SyncRejected {
            consumer: NAME.to_owned(),
            source: Some(self.source.to_string()),
            id: None,
            kind: None,
            place: format!("document {document} of the ERP"),
            rejection: rejection.clone(),
        };
        let digest = sha256(format!("{document}@{version}").as_bytes()).to_string();
        let digest: String = digest.chars().take(16).collect();
        let id = format!("{NAME}-{digest}");
        let mut event = CloudEvent::new(id, document.to_string(), (self.clock)(), told);
        event.source = format!("/larder/{NAME}");
        Notice::of(&event)
    }

    async fn held(&self, document: &str) -> Result<Held, StoreError> {
        Held::read(&self.store, &self.folder(), document).await
    }

    /// Where what belongs to this ERP is kept.
    fn folder(&self) -> String {
        let name = self.source.as_str().trim_start_matches("/erp");
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = name.trim_start_matches('/').chars().map(plain).collect();
        let name = if name.is_empty() { "erp" } else { &name };
        format!("sync/{NAME}/{name}")
    }

    async fn cursor(&self) -> Result<(Option<Cursor>, Option<Version>), Fault> {
        let key = format!("{}/cursor.json", self.folder());
        let Some((bytes, at)) = self.store.pointer(&key).await? else {
            return Ok((None, None));
        };
        let cursor = serde_json::from_slice(&bytes).map_err(|error| {
            let place = self.store.place(&key);
            let message =
                format!("{place} cannot be read, delete it to read from the beginning: {error}");
            Fault::new(FaultName::ConfigInvalid, message)
        })?;
        Ok((Some(cursor), Some(at)))
    }

    /// Moves the cursor forward; `false` where there is nothing to move, or somebody else has moved it and reads on.
    async fn move_on(
        &self,
        next: &Cursor,
        last: Option<&Cursor>,
        at: Option<&Version>,
    ) -> Result<bool, Fault> {
        if Some(next) == last {
            return Ok(false);
        }
        let key = format!("{}/cursor.json", self.folder());
        let bytes = serde_json::to_vec(next)
            .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        Ok(self.store.swap(&key, at, &bytes).await?)
    }
}

fn unreadable(error: &Unreadable) -> Fault {
    let name = match error {
        Unreadable::NotNow { .. } => FaultName::DependencyUnavailable,
        Unreadable::Refused(_) => FaultName::ConfigInvalid,
    };
    Fault::from_error(name, error)
}

fn unsent(error: &SendError) -> Fault {
    Fault::from_error(error.fault_name(), error)
}
