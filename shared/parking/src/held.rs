use std::collections::BTreeSet;

use artifacts::{Store, StoreError};
use contracts::{ParkedDecision, ParkedEvent};
use futures_util::future::try_join_all;
use serde::de::DeserializeOwned;

use crate::name;

/// So many records are read at once.
const AT_ONCE: usize = 32;

/// What lies among the parked events and is none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place} is not what Larder writes there: {reason}")]
pub struct Unreadable {
    place: String,
    reason: String,
}

/// Why parked events could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The store did not give them.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// One makes no sense.
    #[error("{0}")]
    Unreadable(#[from] Unreadable),
}

/// A record, by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Its key in the store.
    pub key: String,
    /// Who parked it.
    pub consumer: String,
    /// What it is asked for by: unlike any other of its consumer's.
    pub name: String,
    /// Whether somebody has decided on it.
    pub decided: bool,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub listed: Listed,
    /// What was kept.
    pub event: ParkedEvent,
    /// What was decided on it.
    pub decision: Option<ParkedDecision>,
}

/// The records there are, of one consumer or of all, in order of their keys.
///
/// # Errors
/// The store's.
pub async fn list(store: &impl Store, consumer: Option<&str>) -> Result<Vec<Listed>, StoreError> {
    let below = match consumer {
        Some(consumer) => format!("{}/{consumer}", name::PARKED),
        None => name::PARKED.to_owned(),
    };
    let entries = store.list(&below).await?;
    let decided: BTreeSet<_> = entries
        .iter()
        .filter_map(|entry| name::decided(&entry.key))
        .collect();
    let records = entries
        .iter()
        .filter(|entry| name::decided(&entry.key).is_none());
    let listed = records.filter_map(|entry| {
        let (consumer, name) = name::parts(&entry.key)?;
        Some(Listed {
            key: entry.key.clone(),
            consumer: consumer.to_owned(),
            name: name.to_owned(),
            decided: decided.contains(&entry.key),
        })
    });
    Ok(listed.collect())
}

/// A record and what was decided on it.
///
/// # Errors
/// [`ReadError`].
pub async fn read(store: &impl Store, listed: &Listed) -> Result<Held, ReadError> {
    let bytes = store.get(&listed.key).await?;
    let decision = if listed.decided {
        decision_on(store, &listed.key).await?
    } else {
        None
    };
    Ok(Held {
        listed: listed.clone(),
        event: parsed(store, &listed.key, &bytes)?,
        decision,
    })
}

/// Some records, in the order in which they are given.
///
/// # Errors
/// [`ReadError`].
pub async fn all(store: &impl Store, listed: &[Listed]) -> Result<Vec<Held>, ReadError> {
    let mut held = Vec::with_capacity(listed.len());
    for some in listed.chunks(AT_ONCE) {
        held.extend(try_join_all(some.iter().map(|one| read(store, one))).await?);
    }
    Ok(held)
}

/// What was decided on a record.
pub(crate) async fn decision_on(
    store: &impl Store,
    record: &str,
) -> Result<Option<ParkedDecision>, ReadError> {
    let key = name::decision(record);
    match store.get(&key).await {
        Ok(bytes) => Ok(Some(parsed(store, &key, &bytes)?)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn parsed<T: DeserializeOwned>(
    store: &impl Store,
    key: &str,
    bytes: &[u8],
) -> Result<T, Unreadable> {
    serde_json::from_slice(bytes).map_err(|error| Unreadable {
        place: store.place(key),
        reason: error.to_string(),
    })
}
