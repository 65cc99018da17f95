use artifacts::{Store, StoreError};
use contracts::canonical::Heading;
use contracts::{Fault, ParkedDecision};
use messaging::Notice;

use crate::held::{Held, Listed};
use crate::name;

/// Why something is not decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// It was before.
    #[error("it is decided already: {place}")]
    Decided {
        /// Where that stands.
        place: String,
    },
    /// What was parked has no id or no type that is known, so that no topic can pass it on.
    #[error(
        "{name} holds no event that could be sent again; correct it where it comes from, send it from there, and drop \
         this record"
    )]
    NoEvent {
        /// The record.
        name: String,
    },
    /// The store did not take it.
    #[error("{0}")]
    Store(StoreError),
    /// It could not be written.
    #[error("{0}")]
    Unwritten(#[from] Fault),
}

/// The parked event as it is sent again: as it came, under its own id, so that whoever has applied it passes over it.
///
/// # Errors
/// [`DecideError::NoEvent`].
pub fn sent_again(held: &Held) -> Result<Notice, DecideError> {
    let heading = Heading::of(&held.event.body);
    let (Some(id), Some(kind)) = (heading.id, heading.kind) else {
        let name = held.listed.name.clone();
        return Err(DecideError::NoEvent { name });
    };
    Ok(Notice {
        id,
        kind: kind.to_string(),
        json: held.event.body.clone(),
    })
}

/// Says what becomes of a record, once and for all. To send the event comes before: whoever dies between the two sends it
/// again, which changes nothing.
///
/// # Errors
/// [`DecideError`].
pub async fn decide(
    store: &impl Store,
    record: &Listed,
    decision: &ParkedDecision,
) -> Result<(), DecideError> {
    let key = name::decision(&record.key);
    match store.create(&key, &decision.to_json()?).await {
        Ok(()) => Ok(()),
        Err(StoreError::Exists { place }) => Err(DecideError::Decided { place }),
        Err(error) => Err(DecideError::Store(error)),
    }
}
