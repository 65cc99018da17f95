use std::collections::BTreeMap;

use artifacts::{Store, StoreError, sha256, sha256_of_file};
use contracts::{DataFile, Fault, FaultName};
use dataset::{Body, Files};

use crate::is_change;
use crate::together::read_all;

/// Opens the files that a plan pinned and that are needed; each must still hold what was pinned.
///
/// # Errors
/// `Data.Rejected` when a file is gone or has changed; the store's faults.
pub async fn pinned(
    data: &impl Store,
    pins: &BTreeMap<String, DataFile>,
    needed: impl Fn(&str) -> bool + Send,
) -> Result<Files, Fault> {
    let mut files = Files::default();
    let needed = pins.iter().filter(|(name, _)| needed(name));
    let (changes, whole): (Vec<_>, Vec<_>) = needed.partition(|(name, _)| is_change(name));
    let names: Vec<&str> = changes.iter().map(|(name, _)| name.as_str()).collect();
    for ((name, read), (_, pin)) in read_all(data, &names).await.into_iter().zip(changes) {
        let content = read.map_err(gone)?;
        if sha256(&content) != pin.sha256 {
            return Err(changed(&data.place(name), "has changed"));
        }
        files.insert(name, Body::Bytes(content.into()));
    }
    for (name, pin) in whole {
        let mut file = data.open(name).await.map_err(gone)?;
        let (sha256, _) = sha256_of_file(&mut file).map_err(|error| {
            let message = format!("{} cannot be read: {error}", data.place(name));
            Fault::new(FaultName::DependencyUnavailable, message)
        })?;
        if sha256 != pin.sha256 {
            return Err(changed(&data.place(name), "has changed"));
        }
        files.insert(name, Body::File(file));
    }
    Ok(files)
}

fn gone(error: StoreError) -> Fault {
    match error {
        StoreError::NotFound { place } => changed(&place, "is gone"),
        error => error.into(),
    }
}

fn changed(place: &str, what: &str) -> Fault {
    let message = format!("{place} {what} since the run was planned; start a new run");
    Fault::new(FaultName::DataRejected, message)
}
