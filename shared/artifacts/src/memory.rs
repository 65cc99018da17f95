use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek, Write};
use std::sync::{Mutex, PoisonError};

use crate::{Entry, Store, StoreError, Version, checked, sha256};

/// A store in memory: the twin that tests use.
#[derive(Debug, Default)]
pub struct Memory(Mutex<BTreeMap<String, Vec<u8>>>);

impl Memory {
    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<String, Vec<u8>>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces an object's bytes whatever it held: the damage that tests do.
    pub fn damage(&self, key: &str, bytes: &[u8]) {
        self.with(|objects| objects.insert(key.to_owned(), bytes.to_vec()));
    }

    /// Removes every object whose key starts so.
    pub fn remove(&self, prefix: &str) {
        self.with(|objects| objects.retain(|key, _| !key.starts_with(prefix)));
    }
}

impl Store for Memory {
    async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        let key = checked(key)?;
        self.with(|objects| objects.get(key).cloned())
            .ok_or_else(|| StoreError::NotFound {
                place: self.place(key),
            })
    }

    async fn open(&self, key: &str) -> Result<File, StoreError> {
        let bytes = self.get(key).await?;
        let spool = || {
            let mut file = tempfile::tempfile()?;
            file.write_all(&bytes)?;
            file.rewind()?;
            Ok(file)
        };
        spool().map_err(|error: std::io::Error| StoreError::Unavailable {
            place: self.place(key),
            source: error.into(),
        })
    }

    async fn create(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let key = checked(key)?;
        let fits = self.with(|objects| {
            objects
                .entry(key.to_owned())
                .or_insert_with(|| bytes.to_vec())
                .as_slice()
                == bytes
        });
        if fits {
            Ok(())
        } else {
            Err(StoreError::Exists {
                place: self.place(key),
            })
        }
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        let prefix = prefix.trim_end_matches('/');
        let below = |key: &str| {
            prefix.is_empty()
                || key
                    .strip_prefix(prefix)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        Ok(self.with(|objects| {
            let entry = |(key, bytes): (&String, &Vec<u8>)| Entry {
                key: key.clone(),
                bytes: bytes.len() as u64,
            };
            objects
                .iter()
                .filter(|(key, _)| below(key))
                .map(entry)
                .collect()
        }))
    }

    async fn pointer(&self, key: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        let key = checked(key)?;
        Ok(self.with(|objects| objects.get(key).cloned()).map(|bytes| {
            let version = Version(sha256(&bytes).to_string());
            (bytes, version)
        }))
    }

    async fn swap(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        let key = checked(key)?;
        Ok(self.with(|objects| {
            let current = objects
                .get(key)
                .map(|held| Version(sha256(held).to_string()));
            let first = current.as_ref() == expected;
            if first {
                objects.insert(key.to_owned(), bytes.to_vec());
            }
            first
        }))
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let key = checked(key)?;
        self.with(|objects| objects.remove(key));
        Ok(())
    }

    fn place(&self, key: &str) -> String {
        format!("memory:{key}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_is_a_store() {
        crate::conformance::check(&Memory::default()).await;
    }
}
