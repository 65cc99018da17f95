use artifacts::{Store, StoreError};
use contracts::{Fault, FaultName};
use dataset::changes::{self, Compacted};
use dataset::tables::schemas;
use dataset::{Body, Files};
use domain::{Date, Finding};

use crate::table_files;
use crate::together::{delete_all, read_all};

/// What became of one table's change objects.
#[derive(Debug)]
pub struct Merged {
    /// The table.
    pub table: &'static str,
    /// How many objects became one.
    pub objects: usize,
    /// Why others stay as they are.
    pub left: Vec<Finding>,
}

/// Merges each table's change objects that were written up to a day, which lies before today.
///
/// The new object is written before any other is deleted, and both may stand at once. It stands below a later day than
/// what it replaces, so that a listing in order that misses one of those finds it. An object without a day in its name is
/// left alone.
///
/// # Errors
/// The store's faults; running it again goes on.
pub async fn compact(data: &impl Store, up_to: Date, today: Date) -> Result<Vec<Merged>, Fault> {
    let entries = data.list("changes").await?;
    let names = entries.iter().map(|entry| entry.key.as_str());
    let old: Vec<&str> = names
        .filter(|name| day_of(name).is_some_and(|day| day <= up_to && day < today))
        .collect();
    let mut done = Vec::new();
    for table in schemas().into_iter().map(|schema| schema.name) {
        let mut files = Files::default();
        for (name, read) in read_all(data, &table_files(&old, [table])).await {
            match read {
                Ok(bytes) => files.insert(name, Body::Bytes(bytes.into())),
                // Somebody else merged it.
                Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let compacted = changes::compact(table, &files, today)
            .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        let Compacted {
            object,
            merged,
            left,
        } = compacted;
        if let Some(object) = &object {
            data.create(&object.key, &object.bytes).await?;
            delete_all(data, &merged).await?;
        }
        if object.is_some() || !left.is_empty() {
            done.push(Merged {
                table,
                objects: merged.len(),
                left,
            });
        }
    }
    Ok(done)
}

/// The day that a change object was written on, by its name.
fn day_of(name: &str) -> Option<Date> {
    name.split('/').nth(2)?.parse().ok()
}
