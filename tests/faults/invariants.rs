//! What must hold of what is stored.

use std::collections::BTreeMap;

use artifacts::{Memory, Store, sha256};
use contracts::{Manifest, ManifestWeek};
use runs::Latest;

use crate::world::{Damage, Place};

/// Every object of a store, by key.
pub(crate) async fn contents(store: &Memory) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in store.list("").await.unwrap() {
        let bytes = store.get(&entry.key).await.unwrap();
        all.insert(entry.key, bytes);
    }
    all
}

/// The manifest of a publication, if every file that it names is there and is what it says.
pub(crate) async fn whole(output: &Memory, folder: &str) -> Result<Manifest, String> {
    let place = format!("{folder}/manifest.json");
    let manifest = output.get(&place).await;
    let manifest = manifest.map_err(|_| format!("{folder} has no manifest"))?;
    let manifest: Manifest =
        serde_json::from_slice(&manifest).map_err(|error| format!("{place}: {error}"))?;
    for (name, file) in &manifest.files {
        let bytes = output.get(&format!("{folder}/{name}")).await;
        let bytes = bytes.map_err(|_| format!("{folder} has no {name}"))?;
        if sha256(&bytes) != file.sha256 {
            return Err(format!("{folder}/{name} is not what its manifest says"));
        }
    }
    Ok(manifest)
}

/// Whether everything that the pointer names is published as a whole.
pub(crate) async fn latest_is_whole(latest: &[u8], output: &Memory) -> Result<(), String> {
    let latest: Latest = serde_json::from_slice(latest).map_err(|error| error.to_string())?;
    let mut published = Vec::new();
    for entry in output.list("").await.unwrap() {
        if let Some(folder) = entry.key.strip_suffix("/manifest.json") {
            published.extend(whole(output, folder).await);
        }
    }
    for (week, held) in &latest.weeks {
        let is_in = |manifest: &Manifest| {
            let forecast = ManifestWeek::Forecast {
                week: *week,
                forecast: held.forecast.clone(),
            };
            manifest.run == held.run && manifest.weeks.contains(&forecast)
        };
        if !published.iter().any(is_in) {
            return Err(format!(
                "latest names {week} of {}, which is published nowhere",
                held.run
            ));
        }
    }
    let proposed = |manifest: &Manifest| manifest.files.contains_key("proposals.json");
    match &latest.proposals {
        Some(held)
            if !published
                .iter()
                .any(|one| one.run == held.run && proposed(one)) =>
        {
            Err(format!(
                "latest names proposals of {}, which are published nowhere",
                held.run
            ))
        }
        _ => Ok(()),
    }
}

/// Whether a store holds what it should, and else nothing but what failed walks leave.
pub(crate) fn same(
    place: Place,
    held: &BTreeMap<String, Vec<u8>>,
    expected: &BTreeMap<String, Vec<u8>>,
    damaged: &Damage,
) -> Result<(), String> {
    // Records of sending hold times, and damage that nothing has read since is nobody's fault.
    let excused =
        |key: &String| key.contains("/mail/") || damaged.contains_key(&(place, key.clone()));
    for (key, bytes) in expected.iter().filter(|(key, _)| !excused(key)) {
        match held.get(key) {
            None => return Err(format!("{key} is not there")),
            Some(other) if other != bytes => return Err(format!("{key} is another")),
            Some(_) => {}
        }
    }
    // A failed week has proposals and a publication of its own; nothing else depends on how a walk went.
    let left = |key: &String| {
        let of_a_walk = ["/order-proposer/", "/publisher/", "/mail/"];
        place == Place::Output || of_a_walk.iter().any(|part| key.contains(part))
    };
    let more = held
        .keys()
        .find(|key| !expected.contains_key(*key) && !left(key));
    more.map_or(Ok(()), |key| {
        Err(format!("{key} is there and should not be"))
    })
}
