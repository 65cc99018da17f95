use std::collections::BTreeMap;

use artifacts::{Store, sha256_of_file};
use contracts::{DataFile, Fault, FaultName};
use dataset::{Body, Files};

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
    for (name, pin) in pins.iter().filter(|(name, _)| needed(name)) {
        let mut file = data.open(name).await.map_err(|error| match error {
            artifacts::StoreError::NotFound { place } => changed(&place, "is gone"),
            error => error.into(),
        })?;
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

fn changed(place: &str, what: &str) -> Fault {
    let message = format!("{place} {what} since the run was planned; start a new run");
    Fault::new(FaultName::DataRejected, message)
}
