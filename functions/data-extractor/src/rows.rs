//! Rows of the data set as a snapshot names them.

use std::collections::BTreeMap;

use dataset::Row;
use snapshot::RowRef;

/// The files named so far, in order of their first row.
#[derive(Default)]
pub(crate) struct Rows<'a> {
    places: BTreeMap<&'a str, u32>,
}

impl<'a> Rows<'a> {
    /// Where a row stands.
    pub(crate) fn of<T>(&mut self, row: &'a Row<T>) -> RowRef {
        let next = self.places.len() as u32;
        RowRef {
            file: *self.places.entry(&row.file).or_insert(next),
            line: u32::try_from(row.line).unwrap_or(u32::MAX),
        }
    }

    /// The files, by place.
    pub(crate) fn files(self) -> Vec<String> {
        let mut files: Vec<(u32, &str)> = self
            .places
            .into_iter()
            .map(|(file, place)| (place, file))
            .collect();
        files.sort_unstable();
        files.into_iter().map(|(_, file)| file.to_owned()).collect()
    }
}
