use std::collections::BTreeMap;

use artifacts::Store;
use contracts::{Fault, PublishedFile};
use domain::MenuWeek;

use contracts::DataFile;

/// Copies files to the publication's folder and keeps the list of them.
pub(crate) struct Copier<'a, O> {
    pub(crate) output: &'a O,
    pub(crate) folder: &'a str,
    pub(crate) files: BTreeMap<String, DataFile>,
}

impl<O: Store> Copier<'_, O> {
    pub(crate) async fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        self.output
            .create(&format!("{}/{name}", self.folder), bytes)
            .await?;
        let file = DataFile {
            sha256: artifacts::sha256(bytes),
            bytes: bytes.len() as u64,
        };
        self.files.insert(name.to_owned(), file);
        Ok(())
    }

    pub(crate) async fn put_of_week(
        &mut self,
        week: MenuWeek,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), Fault> {
        self.put(&format!("{week}/{name}"), bytes).await
    }

    /// A file that was put, as other systems are told of it.
    pub(crate) fn told(&self, name: &str) -> Option<PublishedFile> {
        self.files.get(name).map(|file| PublishedFile {
            key: format!("{}/{name}", self.folder),
            sha256: file.sha256,
            bytes: file.bytes,
        })
    }
}
