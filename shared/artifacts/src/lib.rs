//! Where objects are kept: a folder, memory or an S3 prefix behind one small port.
//!
//! Objects are created once and never overwritten; only the `latest` pointer is swapped, and only by its
//! expected version. Only change objects of a data set are deleted, once another one says what they say. Every store passes the same [`conformance`] suite.

#[cfg(feature = "s3")]
mod aws;
pub mod conformance;
mod counted;
mod error;
mod folder;
mod location;
mod memory;
mod overlay;
#[cfg(feature = "s3")]
mod s3;

use std::fs::File;
use std::future::Future;
use std::io::{Read, Seek, SeekFrom};

use domain::Sha256;
use sha2::Digest;

#[cfg(feature = "s3")]
pub use aws::{aws_config, boxed};
pub use counted::{Asked, Counted};
pub use error::StoreError;
pub use folder::Folder;
pub use location::{AnyStore, Location};
pub use memory::Memory;
pub use overlay::Overlay;
#[cfg(feature = "s3")]
pub use s3::S3;

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// Its length.
    pub bytes: u64,
}

/// What a pointer held when it was read; opaque, to be handed back to [`Store::swap`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(pub(crate) String);

/// A place for objects. Keys are relative paths of visible ASCII with `/` between parts.
pub trait Store: Send + Sync {
    /// The whole object.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or why the store could not answer.
    fn get(&self, key: &str) -> impl Future<Output = Result<Vec<u8>, StoreError>> + Send;

    /// The object as a file to stream from, spooled to disk where the store is elsewhere.
    ///
    /// # Errors
    /// As [`Store::get`].
    fn open(&self, key: &str) -> impl Future<Output = Result<File, StoreError>> + Send;

    /// Creates the object. The same bytes again are fine.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when it holds other bytes, or why the store could not answer.
    fn create(
        &self,
        key: &str,
        bytes: &[u8],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Every object below a prefix, in order of key. A prefix is whole path parts or empty.
    ///
    /// # Errors
    /// Why the store could not answer; a prefix without objects is an empty list.
    fn list(&self, prefix: &str) -> impl Future<Output = Result<Vec<Entry>, StoreError>> + Send;

    /// A pointer's content and version, `None` where it has never been set.
    ///
    /// # Errors
    /// Why the store could not answer.
    fn pointer(
        &self,
        key: &str,
    ) -> impl Future<Output = Result<Option<(Vec<u8>, Version)>, StoreError>> + Send;

    /// Sets a pointer if it still is as `expected` (`None`: never set); `false` when somebody else was first.
    ///
    /// # Errors
    /// Why the store could not answer.
    fn swap(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Deletes an object, if it is there.
    ///
    /// # Errors
    /// Why the store could not do it.
    fn delete(&self, key: &str) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Where the object is, for people: a path or an `s3://` address.
    fn place(&self, key: &str) -> String;
}

/// The SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> Sha256 {
    Sha256::new(sha2::Sha256::digest(bytes).into())
}

/// The SHA-256 and length of a file, which is left at its beginning.
///
/// # Errors
/// When the file cannot be read.
pub fn sha256_of_file(file: &mut File) -> std::io::Result<(Sha256, u64)> {
    file.seek(SeekFrom::Start(0))?;
    let mut digest = sha2::Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => {
                digest.update(buffer.get(..read).unwrap_or_default());
                length += read as u64;
            }
        }
    }
    file.seek(SeekFrom::Start(0))?;
    Ok((Sha256::new(digest.finalize().into()), length))
}

/// Refuses keys that could leave the store's place.
pub(crate) fn checked(key: &str) -> Result<&str, StoreError> {
    let part_is_fine = |part: &str| !part.is_empty() && part != "." && part != "..";
    let visible = key.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if visible && key.split('/').all(part_is_fine) && key.len() <= 900 {
        return Ok(key);
    }
    Err(StoreError::BadKey {
        key: key.chars().take(120).collect(),
    })
}
