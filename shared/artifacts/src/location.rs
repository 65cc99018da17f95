use std::fs::File;
use std::path::PathBuf;
use std::str::FromStr;

use crate::{Entry, Folder, Memory, Store, StoreError, Version};

/// Where a store is: a folder, or `s3://bucket/prefix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A folder.
    Folder(PathBuf),
    /// A bucket and the prefix of every key in it, empty or ending in `/`.
    S3 {
        /// The bucket.
        bucket: String,
        /// The prefix.
        prefix: String,
    },
}

impl FromStr for Location {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = |reason| StoreError::BadLocation {
            location: text.to_owned(),
            reason,
        };
        if let Some(rest) = text.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.is_empty() {
                return Err(bad("s3:// needs a bucket, as in s3://bucket/prefix"));
            }
            let prefix = prefix.trim_matches('/');
            let prefix = if prefix.is_empty() {
                String::new()
            } else {
                format!("{prefix}/")
            };
            return Ok(Self::S3 {
                bucket: bucket.to_owned(),
                prefix,
            });
        }
        if text.contains("://") {
            return Err(bad("give a folder or s3://bucket/prefix"));
        }
        if text.is_empty() {
            return Err(bad("it is empty; give a folder or s3://bucket/prefix"));
        }
        Ok(Self::Folder(PathBuf::from(text)))
    }
}

/// A store of any kind.
#[derive(Debug)]
pub enum AnyStore {
    /// In a folder.
    Folder(Folder),
    /// In memory.
    Memory(Memory),
    /// In an S3 bucket.
    #[cfg(feature = "s3")]
    S3(crate::S3),
}

impl AnyStore {
    /// Opens the store at a location.
    ///
    /// # Errors
    /// [`StoreError::BadLocation`] for `s3://` where S3 was not built in.
    #[cfg_attr(
        not(feature = "s3"),
        expect(clippy::unused_async, reason = "S3 connects")
    )]
    pub async fn connect(location: &Location) -> Result<Self, StoreError> {
        match location {
            Location::Folder(root) => Ok(Self::Folder(Folder::new(root))),
            #[cfg(feature = "s3")]
            Location::S3 { bucket, prefix } => {
                Ok(Self::S3(crate::S3::connect(bucket, prefix).await))
            }
            #[cfg(not(feature = "s3"))]
            Location::S3 { bucket, prefix } => Err(StoreError::BadLocation {
                location: format!("s3://{bucket}/{prefix}"),
                reason: "this build has no S3; build with --features s3",
            }),
        }
    }
}

macro_rules! each {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            AnyStore::Folder($store) => $call,
            AnyStore::Memory($store) => $call,
            #[cfg(feature = "s3")]
            AnyStore::S3($store) => $call,
        }
    };
}

impl Store for AnyStore {
    async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        each!(self, store => store.get(key).await)
    }

    async fn open(&self, key: &str) -> Result<File, StoreError> {
        each!(self, store => store.open(key).await)
    }

    async fn create(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        each!(self, store => store.create(key, bytes).await)
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        each!(self, store => store.list(prefix).await)
    }

    async fn pointer(&self, key: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        each!(self, store => store.pointer(key).await)
    }

    async fn swap(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        each!(self, store => store.swap(key, expected, bytes).await)
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        each!(self, store => store.delete(key).await)
    }

    fn place(&self, key: &str) -> String {
        each!(self, store => store.place(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_a_folder_or_a_bucket_and_prefix() {
        let s3 = |bucket: &str, prefix: &str| Location::S3 {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        };
        assert_eq!("s3://b".parse::<Location>().unwrap(), s3("b", ""));
        assert_eq!("s3://b/p/q/".parse::<Location>().unwrap(), s3("b", "p/q/"));
        assert_eq!(
            "./x".parse::<Location>().unwrap(),
            Location::Folder("./x".into())
        );
        for bad in ["", "s3://", "s3:///p", "http://x"] {
            assert!(bad.parse::<Location>().is_err(), "{bad}");
        }
    }
}
