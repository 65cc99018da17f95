use std::collections::BTreeSet;
use std::fs::File;
use std::sync::{Mutex, PoisonError};

use crate::{Entry, Memory, Store, StoreError, Version, checked};

/// Another store as it would be without some of its objects; what is written stays in memory.
///
/// So that work can be done again and compared with what it made before: nothing ever reaches the base.
#[derive(Debug)]
pub struct Overlay<'a, S> {
    base: &'a S,
    hidden: Vec<String>,
    /// Objects of the base that were deleted here.
    gone: Mutex<BTreeSet<String>>,
    written: Memory,
}

impl<'a, S: Store> Overlay<'a, S> {
    /// The base without the objects whose keys begin with one of these.
    pub fn hiding(base: &'a S, hidden: Vec<String>) -> Self {
        Self {
            base,
            hidden,
            gone: Mutex::default(),
            written: Memory::default(),
        }
    }

    /// What was written, and nothing of the base.
    pub const fn written(&self) -> &Memory {
        &self.written
    }

    fn is_hidden(&self, key: &str) -> bool {
        let gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        gone.contains(key) || self.hidden.iter().any(|start| key.starts_with(start))
    }

    fn missing(&self, key: &str) -> StoreError {
        StoreError::NotFound {
            place: self.place(key),
        }
    }
}

impl<S: Store> Store for Overlay<'_, S> {
    async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        match self.written.get(key).await {
            Err(StoreError::NotFound { .. }) if self.is_hidden(key) => Err(self.missing(key)),
            Err(StoreError::NotFound { .. }) => self.base.get(key).await,
            written => written,
        }
    }

    async fn open(&self, key: &str) -> Result<File, StoreError> {
        match self.written.open(key).await {
            Err(StoreError::NotFound { .. }) if self.is_hidden(key) => Err(self.missing(key)),
            Err(StoreError::NotFound { .. }) => self.base.open(key).await,
            written => written,
        }
    }

    async fn create(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let exists = || StoreError::Exists {
            place: self.place(key),
        };
        if !self.is_hidden(key) {
            match self.base.get(key).await {
                Ok(held) if held == bytes => return Ok(()),
                Ok(_) => return Err(exists()),
                Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        match self.written.create(key, bytes).await {
            Err(StoreError::Exists { .. }) => Err(exists()),
            done => done,
        }
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        let mut entries = self.base.list(prefix).await?;
        let written = self.written.list(prefix).await?;
        entries.retain(|entry| {
            !self.is_hidden(&entry.key) && !written.iter().any(|new| new.key == entry.key)
        });
        entries.extend(written);
        entries.sort();
        Ok(entries)
    }

    async fn pointer(&self, key: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        match self.written.pointer(key).await? {
            None if self.is_hidden(checked(key)?) => Ok(None),
            None => self.base.pointer(key).await,
            moved => Ok(moved),
        }
    }

    async fn swap(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        let moved = self.written.pointer(key).await?;
        if moved.is_some() {
            return self.written.swap(key, expected, bytes).await;
        }
        let held = self.pointer(key).await?;
        if held.as_ref().map(|(_, version)| version) != expected {
            return Ok(false);
        }
        self.written.swap(key, None, bytes).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.written.delete(key).await?;
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        gone.insert(key.to_owned());
        Ok(())
    }

    fn place(&self, key: &str) -> String {
        self.base.place(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_overlay_is_a_store() {
        crate::conformance::check(&Overlay::hiding(&Memory::default(), Vec::new())).await;
        let hidden = vec![String::new()];
        crate::conformance::check(&Overlay::hiding(&Memory::default(), hidden)).await;
    }

    #[tokio::test]
    async fn what_is_hidden_is_made_again_beside_a_base_that_stays_as_it_is() {
        let base = Memory::default();
        for key in ["run/in", "run/out/1", "run/out/2", "run/out-2"] {
            base.create(key, b"stored").await.unwrap();
        }
        assert!(base.swap("pointer", None, b"1").await.unwrap());
        let overlay = Overlay::hiding(&base, vec!["run/out/".to_owned()]);
        assert!(overlay.get("run/out/1").await.is_err());
        assert!(overlay.create("run/in", b"other").await.is_err());
        overlay.create("run/out/1", b"again").await.unwrap();
        assert_eq!(overlay.get("run/out/1").await.unwrap(), b"again");

        let keys = |entries: Vec<Entry>| -> Vec<String> {
            entries.into_iter().map(|entry| entry.key).collect()
        };
        let seen = keys(overlay.list("run").await.unwrap());
        assert_eq!(seen, ["run/in", "run/out-2", "run/out/1"]);
        let written = keys(overlay.written().list("").await.unwrap());
        assert_eq!(written, ["run/out/1"]);

        let (held, version) = overlay.pointer("pointer").await.unwrap().unwrap();
        assert_eq!(held, b"1");
        assert!(overlay.swap("pointer", Some(&version), b"2").await.unwrap());
        assert!(!overlay.swap("pointer", None, b"3").await.unwrap());
        assert_eq!(overlay.pointer("pointer").await.unwrap().unwrap().0, b"2");

        overlay.delete("run/in").await.unwrap();
        assert!(overlay.get("run/in").await.is_err());
        assert_eq!(base.get("run/in").await.unwrap(), b"stored");
        assert_eq!(base.get("run/out/1").await.unwrap(), b"stored");
        assert_eq!(base.pointer("pointer").await.unwrap().unwrap().0, b"1");
    }
}
