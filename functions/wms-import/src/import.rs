//! Taking one file in.

use std::fs::File;
use std::io::{self, Seek};

use artifacts::{Location, Store, StoreError, sha256};
use contracts::canonical::{Reason, Rejection};
use contracts::{CloudEvent, Fault, SyncRejected};
use domain::Timestamp;
use jiff::SignedDuration;
use lambda::queue::Clock;
use messaging::{Notice, SendError, Topic};
use wms::{Complete, Dialect, FileError, Incoming, Inspected, Origin, Row};

use crate::dropped::{Dropped, Named};
use crate::taken::{Refused, RejectRow, Taken, reading};

/// Events that are handed over at once.
const AT_ONCE: usize = 200;

/// The name of this function in what it tells.
pub(crate) const NAME: &str = "wms-import";

/// By how much the warehouse's clock may be ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Why a file could not be taken now; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The store did not serve.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The topic did not take an event.
    #[error("{0}")]
    Send(#[from] SendError),
    /// The file could not be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Something could not be written down.
    #[error("{0}")]
    Unwritten(String),
}

impl From<Fault> for ImportError {
    fn from(fault: Fault) -> Self {
        Self::Unwritten(fault.message)
    }
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its rows are told.
    Taken(Taken),
    /// They were told before, under this or another name.
    Before,
    /// It is not taken at all, and somebody is told why.
    Refused(Rejection),
    /// The mark that it is whole has not come yet, or means nothing here.
    Waits,
}

/// Takes the warehouse's files in.
pub struct WmsImport<S, T> {
    files: S,
    topic: T,
    dialect: Dialect,
    clock: Box<Clock>,
    /// What keys in notifications begin with, before the files' own.
    prefix: String,
}

impl<S, T> std::fmt::Debug for WmsImport<S, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WmsImport").finish_non_exhaustive()
    }
}

impl<S: Store, T: Topic> WmsImport<S, T> {
    /// Takes files of this dialect from a store and tells them on a topic.
    pub fn new(
        files: S,
        topic: T,
        dialect: Dialect,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        Self {
            files,
            topic,
            dialect,
            clock: Box::new(clock),
            prefix: String::new(),
        }
    }

    /// Reads keys in notifications as those of the bucket that the store is a part of.
    #[must_use]
    pub fn below(mut self, location: &Location) -> Self {
        self.prefix = match location {
            Location::S3 { prefix, .. } => prefix.clone(),
            Location::Folder(_) => String::new(),
        };
        self
    }

    /// The store of the files.
    pub const fn files(&self) -> &S {
        &self.files
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The topic.
    pub const fn topic(&self) -> &T {
        &self.topic
    }

    /// Takes the file of this key in a notification. A file that is not there any more is waited for, or given up.
    ///
    /// # Errors
    /// Why it is to be tried again.
    pub async fn import(&self, key: &str, give_up: bool) -> Result<Outcome, ImportError> {
        let key = key.strip_prefix(&self.prefix).unwrap_or(key);
        let waits_for_mark = self.dialect.complete() == Complete::Done;
        let dropped = match Named::of(key) {
            Ok(Named::File(dropped)) => {
                if waits_for_mark && !self.marked(&dropped).await? {
                    return Ok(Outcome::Waits);
                }
                dropped
            }
            Ok(Named::Done(dropped)) if waits_for_mark => dropped,
            Ok(Named::Done(_) | Named::Folder) => return Ok(Outcome::Waits),
            Err(rejection) => return self.refused(key, rejection).await,
        };
        match self.take(&dropped).await {
            Err(Stopped::Unfit(rejection)) => self.refused(key, rejection).await,
            Err(Stopped::Again(ImportError::Store(StoreError::NotFound { .. }))) if give_up => {
                let message = format!("`{}` is not there", dropped.key);
                let rejection = Rejection::new(Reason::Failed, message, "drop the file again");
                self.refused(key, rejection).await
            }
            Err(Stopped::Again(error)) => Err(error),
            Ok(outcome) => Ok(outcome),
        }
    }

    async fn marked(&self, dropped: &Dropped) -> Result<bool, StoreError> {
        match self.files.get(&format!("{}.done", dropped.key)).await {
            Ok(_) => Ok(true),
            Err(StoreError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn take(&self, dropped: &Dropped) -> Result<Outcome, Stopped> {
        let incoming = Incoming::new(dropped.kind, dropped.packed, &self.dialect);
        let mut file = self.files.open(&dropped.key).await?;
        let inspected = incoming.inspect(&file)?;
        let reading = reading(dropped.kind, &inspected, &self.dialect);
        let record = format!("taken/{}/{reading}.json", dropped.kind);
        match self.files.get(&record).await {
            Ok(_) => return Ok(Outcome::Before),
            Err(StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        file.rewind()?;
        let rejects = self.tell(&incoming, &file, &inspected).await?;
        let mut taken = Taken {
            file: dropped.key.clone(),
            sha256: inspected.sha256,
            bytes: inspected.bytes,
            rows: inspected.rows,
            events: inspected.rows - rejects.len() as u64,
            rejects: rejects.len() as u64,
            rejects_file: None,
        };
        if let Some(first) = rejects.first() {
            let summary = summary(&taken, first);
            let label: String = reading.chars().take(12).collect();
            let Dropped { kind, name, .. } = dropped;
            let key = format!("taken/{kind}/{name}.{label}.rejects.csv");
            self.keep(&key, &written(rejects)?).await?;
            self.told(&key, summary).await?;
            taken.rejects_file = Some(key);
        }
        let bytes = serde_json::to_vec_pretty(&taken)
            .map_err(|error| ImportError::Unwritten(error.to_string()))?;
        self.keep(&record, &bytes).await?;
        Ok(Outcome::Taken(taken))
    }

    /// Tells the rows that are events; gives the others.
    async fn tell(
        &self,
        incoming: &Incoming<'_>,
        file: &File,
        inspected: &Inspected,
    ) -> Result<Vec<RejectRow>, Stopped> {
        let origin = Origin {
            source: self.dialect.source().clone(),
            latest: (self.clock)().checked_add(AHEAD).unwrap_or(Timestamp::MAX),
        };
        let mut rejects = Vec::new();
        let mut notices = Vec::with_capacity(AT_ONCE);
        // Rows hold an open file, which stays on this thread; what is told is gathered between.
        let mut rows = incoming.rows(file, inspected, &origin)?;
        loop {
            let more = gather(&mut rows, &mut notices, &mut rejects)?;
            if !notices.is_empty() {
                self.topic
                    .publish_all(&notices)
                    .await
                    .map_err(ImportError::from)?;
                notices.clear();
            }
            if !more {
                return Ok(rejects);
            }
        }
    }

    /// Creates an object, unless somebody has done so already: whoever took the same file at the same time.
    async fn keep(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        match self.files.create(key, bytes).await {
            Err(StoreError::Exists { .. }) => Ok(()),
            other => other,
        }
    }

    async fn refused(&self, key: &str, rejection: Rejection) -> Result<Outcome, ImportError> {
        let refused = Refused {
            file: key.to_owned(),
            rejection: rejection.clone(),
        };
        let label = label(key, &rejection);
        let bytes = serde_json::to_vec_pretty(&refused)
            .map_err(|error| ImportError::Unwritten(error.to_string()))?;
        self.keep(&format!("taken/refused/{label}.json"), &bytes)
            .await?;
        self.told(key, rejection.clone()).await?;
        Ok(Outcome::Refused(rejection))
    }

    /// Tells people, each time under the same id.
    async fn told(&self, key: &str, rejection: Rejection) -> Result<(), ImportError> {
        let label = label(key, &rejection);
        let told = SyncRejected {
            consumer: NAME.to_owned(),
            source: Some(self.dialect.source().to_string()),
            id: None,
            kind: None,
            place: self.files.place(key),
            rejection,
        };
        let id = format!("{NAME}-{label}");
        let mut event = CloudEvent::new(id, key.to_owned(), (self.clock)(), told);
        event.source = format!("/larder/{NAME}");
        Ok(self.topic.publish(&Notice::of(&event)?).await?)
    }
}

/// Why taking a file stopped.
enum Stopped {
    Unfit(Rejection),
    Again(ImportError),
}

impl<E: Into<ImportError>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Again(error.into())
    }
}

impl From<FileError> for Stopped {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Unfit(rejection) => Self::Unfit(rejection),
            FileError::Io(error) => Self::Again(error.into()),
        }
    }
}

/// Reads rows until there are enough events to hand over; whether there are more.
fn gather(
    rows: &mut wms::Rows<'_>,
    notices: &mut Vec<Notice>,
    rejects: &mut Vec<RejectRow>,
) -> Result<bool, Stopped> {
    while notices.len() < AT_ONCE {
        match rows.next() {
            None => return Ok(false),
            Some(row) => match row? {
                Row::Event(event) => notices.push(Notice::told(&event).map_err(ImportError::from)?),
                Row::Reject(reject) => rejects.push((*reject).into()),
            },
        }
    }
    Ok(true)
}

/// What tells what was said of a file from anything else that is said.
fn label(key: &str, rejection: &Rejection) -> String {
    sha256(format!("{key}\n{rejection}").as_bytes()).short()
}

fn written(rejects: Vec<RejectRow>) -> Result<Vec<u8>, ImportError> {
    let mut bytes = Vec::new();
    dataset::write_csv_for_people(rejects, &mut bytes)
        .map_err(|error| ImportError::Unwritten(error.to_string()))?;
    Ok(bytes)
}

/// What is told of a file with rejects.
fn summary(taken: &Taken, first: &RejectRow) -> Rejection {
    let Taken {
        file,
        rows,
        rejects,
        ..
    } = taken;
    let column = first.column.as_deref();
    let column = column.map_or(String::new(), |column| format!(", column `{column}`"));
    let message = format!(
        "{rejects} of {rows} rows of `{file}` were not taken; the first is line {}{column}: {}",
        first.line, first.reason
    );
    let remedy = "read the file of rejects, correct the rows and send them in another file";
    Rejection::new(Reason::Schema, message, remedy)
}
