use std::fs::File;
use std::sync::{Mutex, PoisonError};

use crate::{Entry, Store, StoreError, Version};

/// What was asked of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Objects and pointers that were asked for, whether they were there or not.
    pub reads: u64,
    /// Objects and pointers that were written, or refused.
    pub writes: u64,
    /// Listings.
    pub lists: u64,
    /// Bytes that were read.
    pub read_bytes: u64,
    /// Bytes that were written.
    pub written_bytes: u64,
    /// Keys of the objects that were read.
    pub read: Vec<String>,
    /// Keys of the objects that stand there now because they were to be created.
    pub created: Vec<String>,
}

/// Another store that counts what is asked of it.
#[derive(Debug)]
pub struct Counted<S> {
    base: S,
    asked: Mutex<Asked>,
}

impl<S> Counted<S> {
    /// Counts from nothing.
    pub fn new(base: S) -> Self {
        Self {
            base,
            asked: Mutex::default(),
        }
    }

    /// What was asked since this was last called.
    pub fn take(&self) -> Asked {
        self.with(std::mem::take)
    }

    fn with<T>(&self, act: impl FnOnce(&mut Asked) -> T) -> T {
        act(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn read(&self, key: &str, bytes: Option<u64>) {
        self.with(|asked| {
            asked.reads += 1;
            if let Some(bytes) = bytes {
                asked.read_bytes += bytes;
                asked.read.push(key.to_owned());
            }
        });
    }

    fn wrote(&self, bytes: Option<usize>) {
        self.with(|asked| {
            asked.writes += 1;
            asked.written_bytes += bytes.unwrap_or_default() as u64;
        });
    }
}

impl<S: Store> Store for Counted<S> {
    async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        let got = self.base.get(key).await;
        self.read(key, got.as_ref().ok().map(|bytes| bytes.len() as u64));
        got
    }

    async fn open(&self, key: &str) -> Result<File, StoreError> {
        let opened = self.base.open(key).await;
        let length = |file: &File| file.metadata().map(|about| about.len()).unwrap_or_default();
        self.read(key, opened.as_ref().ok().map(length));
        opened
    }

    async fn create(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let created = self.base.create(key, bytes).await;
        self.wrote(created.is_ok().then_some(bytes.len()));
        if created.is_ok() {
            self.with(|asked| asked.created.push(key.to_owned()));
        }
        created
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.with(|asked| asked.lists += 1);
        self.base.list(prefix).await
    }

    async fn pointer(&self, key: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        let held = self.base.pointer(key).await;
        let length = |(bytes, _): &(Vec<u8>, Version)| bytes.len() as u64;
        let found = held.as_ref().ok().and_then(Option::as_ref);
        self.read(key, found.map(length));
        held
    }

    async fn swap(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        let first = self.base.swap(key, expected, bytes).await;
        self.wrote(matches!(first, Ok(true)).then_some(bytes.len()));
        first
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.with(|asked| asked.writes += 1);
        self.base.delete(key).await
    }

    fn place(&self, key: &str) -> String {
        self.base.place(key)
    }
}

impl<S: Store> Store for &S {
    async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        (**self).get(key).await
    }

    async fn open(&self, key: &str) -> Result<File, StoreError> {
        (**self).open(key).await
    }

    async fn create(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        (**self).create(key, bytes).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        (**self).list(prefix).await
    }

    async fn pointer(&self, key: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        (**self).pointer(key).await
    }

    async fn swap(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        (**self).swap(key, expected, bytes).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        (**self).delete(key).await
    }

    fn place(&self, key: &str) -> String {
        (**self).place(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;

    #[tokio::test]
    async fn a_counted_store_is_a_store() {
        crate::conformance::check(&Counted::new(&Memory::default())).await;
    }

    #[tokio::test]
    async fn what_is_asked_is_counted_once_and_what_is_not_there_is_no_object_that_was_read() {
        let store = Counted::new(Memory::default());
        assert!(store.get("a/1").await.is_err());
        store.create("a/1", b"four").await.unwrap();
        assert!(store.create("a/1", b"other").await.is_err());
        store.get("a/1").await.unwrap();
        store.open("a/1").await.unwrap();
        store.list("a").await.unwrap();
        assert!(store.swap("pointer", None, b"12").await.unwrap());
        store.pointer("pointer").await.unwrap();
        let asked = store.take();
        assert_eq!((asked.reads, asked.writes, asked.lists), (4, 3, 1));
        assert_eq!((asked.read_bytes, asked.written_bytes), (10, 6));
        assert_eq!(asked.read, ["a/1", "a/1", "pointer"]);
        assert_eq!(asked.created, ["a/1"]);
        assert_eq!(store.take(), Asked::default());
    }
}
