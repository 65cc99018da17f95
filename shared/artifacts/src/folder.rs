use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::{Entry, Store, StoreError, Version, checked, sha256};

/// A store in a folder of the file system.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The store in this folder, which is made with the first object.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn path(&self, key: &str) -> Result<PathBuf, StoreError> {
        Ok(self.root.join(checked(key)?))
    }

    fn error(&self, key: &str, error: std::io::Error) -> StoreError {
        let place = self.place(key);
        match error.kind() {
            ErrorKind::NotFound => StoreError::NotFound { place },
            ErrorKind::PermissionDenied
            | ErrorKind::NotADirectory
            | ErrorKind::IsADirectory
            | ErrorKind::ReadOnlyFilesystem => StoreError::Denied {
                place,
                source: error.into(),
            },
            _ => StoreError::Unavailable {
                place,
                source: error.into(),
            },
        }
    }

    /// Writes the bytes under a passing name in the object's own folder, so that a name never shows half of them.
    fn written(&self, key: &str, bytes: &[u8]) -> Result<tempfile::NamedTempFile, StoreError> {
        let path = self.path(key)?;
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)
            .and_then(|()| {
                let mut file = passing_name().tempfile_in(folder)?;
                file.write_all(bytes)?;
                file.as_file().sync_data()?;
                Ok(file)
            })
            .map_err(|error| self.error(key, error))
    }
}

/// A name that listings pass over, for a file that others may read once it has its own.
#[cfg(unix)]
fn passing_name() -> tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt;

    let mut builder = tempfile::Builder::new();
    builder
        .prefix(".new-")
        .permissions(fs::Permissions::from_mode(0o644));
    builder
}

/// A name that listings pass over.
#[cfg(not(unix))]
fn passing_name() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".new-");
    builder
}

impl Store for Folder {
    async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        fs::read(self.path(key)?).map_err(|error| self.error(key, error))
    }

    async fn open(&self, key: &str) -> Result<File, StoreError> {
        File::open(self.path(key)?).map_err(|error| self.error(key, error))
    }

    async fn create(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.path(key)?;
        let same = || fs::read(&path).is_ok_and(|held| held == bytes);
        if same() {
            return Ok(());
        }
        match self.written(key, bytes)?.persist_noclobber(&path) {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
                if same() {
                    Ok(())
                } else {
                    Err(StoreError::Exists {
                        place: self.place(key),
                    })
                }
            }
            Err(error) => Err(self.error(key, error.error)),
        }
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        let root = if prefix.is_empty() {
            self.root.clone()
        } else {
            self.path(prefix.trim_end_matches('/'))?
        };
        let mut entries = Vec::new();
        let mut folders = vec![root];
        while let Some(folder) = folders.pop() {
            let children = match fs::read_dir(&folder) {
                Ok(children) => children,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(self.error(prefix, error)),
            };
            for child in children {
                let child = child.map_err(|error| self.error(prefix, error))?;
                let path = child.path();
                let kind = match fs::metadata(&path) {
                    Ok(kind) => kind,
                    // A passing name that has become an object's own since.
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    Err(error) => return Err(self.error(prefix, error)),
                };
                if kind.is_dir() {
                    folders.push(path);
                } else if !child.file_name().to_string_lossy().starts_with('.')
                    && let Ok(key) = path.strip_prefix(&self.root)
                {
                    let key = key.to_string_lossy().replace('\\', "/");
                    entries.push(Entry {
                        key,
                        bytes: kind.len(),
                    });
                }
            }
        }
        entries.sort();
        Ok(entries)
    }

    async fn pointer(&self, key: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        match fs::read(self.path(key)?) {
            Ok(bytes) => {
                let version = Version(sha256(&bytes).to_string());
                Ok(Some((bytes, version)))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.error(key, error)),
        }
    }

    async fn swap(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        let path = self.path(key)?;
        let file = self.written(key, bytes)?;
        // The lock serves other processes; it is released when the file is closed, also by a death.
        let lock = path.with_file_name(format!(
            ".lock-{}",
            path.file_name()
                .map(|name| name.to_string_lossy())
                .unwrap_or_default()
        ));
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(lock)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(|error| self.error(key, error))?;
        let mut held = Vec::new();
        let current = match File::open(&path).and_then(|mut file| file.read_to_end(&mut held)) {
            Ok(_) => Some(Version(sha256(&held).to_string())),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(self.error(key, error)),
        };
        if current.as_ref() != expected {
            return Ok(false);
        }
        file.persist(&path)
            .map_err(|error| self.error(key, error.error))?;
        drop(lock);
        Ok(true)
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        match fs::remove_file(self.path(key)?) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.error(key, error)),
            _ => Ok(()),
        }
    }

    fn place(&self, key: &str) -> String {
        self.root.join(key).display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_folder_is_a_store() {
        let folder = tempfile::tempdir().unwrap();
        crate::conformance::check(&Folder::new(folder.path())).await;
    }

    #[tokio::test]
    async fn what_a_killed_writer_left_is_not_listed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        store.create("a/b", b"1").await.unwrap();
        fs::write(folder.path().join("a/.new-xyz"), b"half").unwrap();
        assert_eq!(
            store.list("").await.unwrap(),
            [Entry {
                key: "a/b".to_owned(),
                bytes: 1
            }]
        );
    }
}
