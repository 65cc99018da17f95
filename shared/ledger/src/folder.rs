use std::path::PathBuf;

use artifacts::{Store, StoreError, sha256};
use domain::{Date, Timestamp};
use effects::{Applied, Leased};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::breaker::{Kept, State, States};
use crate::entry::Entry;
use crate::tally::{Counts, Tallies};
use crate::{Document, Key, Lease, Ledger, LedgerError};

/// How often a change is tried again that another process has forestalled.
const TRIES: u32 = 64;

/// A ledger and breakers in a folder: one file an entry, changed by compare-and-set.
#[derive(Debug, Clone)]
pub struct Folder {
    store: artifacts::Folder,
}

/// An entry's file. Its name is a digest, so it says itself what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Page {
    consumer: String,
    reference: String,
    #[serde(flatten)]
    entry: Entry,
}

/// A breaker's file.
#[derive(Serialize, Deserialize)]
struct BreakerPage {
    name: String,
    revision: u64,
    #[serde(flatten)]
    state: State,
}

impl Folder {
    /// The ledger in this folder, which is made with the first entry.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            store: artifacts::Folder::new(path),
        }
    }

    async fn change<T: Send>(
        &self,
        key: &Key,
        act: impl Fn(&mut Entry) -> T + Send,
    ) -> Result<T, LedgerError> {
        let consumer = sha256(key.consumer.as_bytes());
        let reference = sha256(key.reference.as_bytes());
        let file = format!("effects/{consumer}/{reference}.json");
        for _ in 0..TRIES {
            let held = self.store.pointer(&file).await.map_err(failure)?;
            let mut page = match &held {
                Some((bytes, _)) => self.parsed::<Page>(&file, bytes)?,
                None => Page {
                    consumer: key.consumer.clone(),
                    reference: key.reference.clone(),
                    entry: Entry::default(),
                },
            };
            let before = page.clone();
            let result = act(&mut page.entry);
            let version = held.as_ref().map(|(_, version)| version);
            if page == before
                || self
                    .store
                    .swap(&file, version, &self.written(&file, &page)?)
                    .await
                    .map_err(failure)?
            {
                return Ok(result);
            }
        }
        Err(self.forestalled(&file))
    }

    fn forestalled(&self, file: &str) -> LedgerError {
        LedgerError::Unavailable {
            place: self.store.place(file),
            reason: format!("others were first {TRIES} times"),
        }
    }

    fn parsed<T: DeserializeOwned>(&self, file: &str, bytes: &[u8]) -> Result<T, LedgerError> {
        serde_json::from_slice(bytes).map_err(|error| self.damaged(file, &error))
    }

    fn written(&self, file: &str, page: &impl Serialize) -> Result<Vec<u8>, LedgerError> {
        serde_json::to_vec(page).map_err(|error| self.damaged(file, &error))
    }

    fn damaged(&self, file: &str, error: &serde_json::Error) -> LedgerError {
        LedgerError::Damaged {
            place: self.store.place(file),
            reason: error.to_string(),
        }
    }
}

impl Ledger for Folder {
    async fn lease(
        &self,
        key: &Key,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Leased<Document>, LedgerError> {
        self.change(key, |entry| entry.lease(lease, now)).await
    }

    async fn record(
        &self,
        key: &Key,
        owner: &str,
        applied: &Applied<Document>,
    ) -> Result<bool, LedgerError> {
        self.change(key, |entry| entry.record(owner, applied)).await
    }

    async fn release(&self, key: &Key, owner: &str) -> Result<(), LedgerError> {
        self.change(key, |entry| entry.release(owner)).await
    }
}

impl States for Folder {
    async fn read(&self, name: &str) -> Result<Kept, LedgerError> {
        let file = breaker_file(name);
        let held = self.store.pointer(&file).await.map_err(failure)?;
        let Some((bytes, _)) = held else {
            return Ok(Kept::default());
        };
        let page = self.parsed::<BreakerPage>(&file, &bytes)?;
        Ok(Kept {
            state: page.state,
            revision: page.revision,
        })
    }

    async fn swap(&self, name: &str, revision: u64, state: &State) -> Result<bool, LedgerError> {
        let file = breaker_file(name);
        let held = self.store.pointer(&file).await.map_err(failure)?;
        let kept = match &held {
            Some((bytes, _)) => self.parsed::<BreakerPage>(&file, bytes)?.revision,
            None => 0,
        };
        if kept != revision {
            return Ok(false);
        }
        let page = BreakerPage {
            name: name.to_owned(),
            revision: revision + 1,
            state: state.clone(),
        };
        let version = held.as_ref().map(|(_, version)| version);
        let bytes = self.written(&file, &page)?;
        let swapped = self.store.swap(&file, version, &bytes).await;
        swapped.map_err(failure)
    }
}

impl Tallies for Folder {
    async fn add(&self, consumer: &str, day: Date, counts: &Counts) -> Result<(), LedgerError> {
        let file = tally_file(consumer, day);
        for _ in 0..TRIES {
            let held = self.store.pointer(&file).await.map_err(failure)?;
            let (before, version) = match &held {
                Some((bytes, version)) => (self.parsed::<Counts>(&file, bytes)?, Some(version)),
                None => (Counts::default(), None),
            };
            let bytes = self.written(&file, &before.and(counts))?;
            let swapped = self.store.swap(&file, version, &bytes).await;
            if swapped.map_err(failure)? {
                return Ok(());
            }
        }
        Err(self.forestalled(&file))
    }

    async fn of(&self, consumer: &str, day: Date) -> Result<Counts, LedgerError> {
        let file = tally_file(consumer, day);
        let held = self.store.pointer(&file).await.map_err(failure)?;
        held.map_or(Ok(Counts::default()), |(bytes, _)| {
            self.parsed(&file, &bytes)
        })
    }
}

fn tally_file(consumer: &str, day: Date) -> String {
    format!("tallies/{}/{day}.json", sha256(consumer.as_bytes()))
}

fn breaker_file(name: &str) -> String {
    format!("breakers/{}.json", sha256(name.as_bytes()))
}

fn failure(error: StoreError) -> LedgerError {
    let reason = error.to_string();
    match error {
        StoreError::Denied { place, .. } => LedgerError::Denied { place, reason },
        StoreError::Unavailable { place, .. }
        | StoreError::NotFound { place }
        | StoreError::Exists { place } => LedgerError::Unavailable { place, reason },
        StoreError::BadKey { key } => LedgerError::Denied { place: key, reason },
        StoreError::BadLocation { location, .. } => LedgerError::Denied {
            place: location,
            reason,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_folder_keeps_a_ledger_and_breakers() {
        let folder = tempfile::tempdir().unwrap();
        crate::conformance::check(&Folder::new(folder.path())).await;
    }

    #[tokio::test]
    async fn an_entry_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Folder::new(folder.path());
        ledger
            .swap("erp", 0, &State::Closed { failures: 1 })
            .await
            .unwrap();
        let file = folder.path().join(breaker_file("erp"));
        std::fs::write(&file, "{").unwrap();
        let said = ledger.read("erp").await.unwrap_err().to_string();
        assert!(said.contains(&file.display().to_string()), "{said}");
    }
}
