//! How current the data set is, and the files it was read from.

use contracts::SourceHealth;

use crate::words::{age, count, span};

/// A table's row.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) table: String,
    pub(crate) rows: String,
    /// The newest thing in it; empty for tables that tell of no time.
    pub(crate) newest: String,
    pub(crate) age: String,
    pub(crate) is_stale: bool,
    pub(crate) limit: String,
    pub(crate) files: Vec<File>,
}

/// A file of a table.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: String,
    pub(crate) sha256: String,
}

impl Source {
    pub(crate) fn of(health: &SourceHealth) -> Self {
        let newest = health.newest.as_ref();
        let limit = health.limit_hours.map(|hours| span(i64::from(hours)));
        Self {
            table: health.table.clone(),
            rows: count(health.rows),
            newest: newest.map_or_else(String::new, |newest| {
                format!("{} {}", newest.column, newest.value)
            }),
            age: health.age_hours.map(age).unwrap_or_default(),
            is_stale: health.is_stale(),
            limit: limit.unwrap_or_default(),
            files: (health.files.iter())
                .map(|file| File {
                    name: file.name.clone(),
                    bytes: count(file.bytes),
                    sha256: file.sha256.to_string(),
                })
                .collect(),
        }
    }
}
