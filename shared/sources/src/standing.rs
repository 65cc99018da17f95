use artifacts::{Store, StoreError};
use dataset::{Body, Files};

use crate::together::read_all;
use crate::{is_change, table_files};

/// The files of some tables as they stand now, change objects among them.
///
/// # Errors
/// Why the store did not give them; a change object that was merged meanwhile is not found, and asking again helps.
pub async fn standing(
    data: &impl Store,
    tables: impl IntoIterator<Item = &'static str>,
) -> Result<Files, StoreError> {
    let entries = data.list("").await?;
    let names: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    let (changes, whole): (Vec<&str>, Vec<&str>) = table_files(&names, tables)
        .into_iter()
        .partition(|name| is_change(name));
    let mut files = Files::default();
    for name in whole {
        files.insert(name, Body::File(data.open(name).await?));
    }
    for (name, content) in read_all(data, &changes).await {
        files.insert(name, Body::Bytes(content?.into()));
    }
    Ok(files)
}
