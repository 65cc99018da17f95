//! How current the data set is, and the files it was read from.

use contracts::SourceHealth;

use crate::words::{age, count, counted, span};

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
    /// Its change objects in words; empty where there are none.
    pub(crate) changes: String,
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
            changes: match health.changes.objects {
                0 => String::new(),
                objects => format!(
                    "{} of {} bytes together; manifest.json names them",
                    counted(objects, "change object", "change objects"),
                    count(health.changes.bytes)
                ),
            },
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
