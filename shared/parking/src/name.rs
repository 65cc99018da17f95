//! The names of records and of decisions.

use artifacts::sha256;
use contracts::canonical::Heading;

/// Where all of it lies.
pub(crate) const PARKED: &str = "parked";

const RECORD: &str = ".json";
const DECISION: &str = ".decided.json";

/// The so-manieth record of an event, from 1.
pub(crate) fn record(consumer: &str, name: &str, round: u32) -> String {
    match round {
        1 => format!("{PARKED}/{consumer}/{name}{RECORD}"),
        round => format!("{PARKED}/{consumer}/{name}.{round}{RECORD}"),
    }
}

/// Where the decision on a record stands.
pub(crate) fn decision(record: &str) -> String {
    let name = record.strip_suffix(RECORD).unwrap_or(record);
    format!("{name}{DECISION}")
}

/// The record that a decision is on; `None` for what is a record itself.
pub(crate) fn decided(key: &str) -> Option<String> {
    let name = key.strip_suffix(DECISION)?;
    Some(format!("{name}{RECORD}"))
}

/// Consumer and name of a record.
pub(crate) fn parts(record: &str) -> Option<(&str, &str)> {
    let below = record.strip_prefix(PARKED)?.strip_prefix('/')?;
    let (consumer, file) = below.split_once('/')?;
    Some((consumer, file.strip_suffix(RECORD)?))
}

/// The name of an event's records: what a person knows it by, and a digest of what is kept, as two events of one id are
/// two records.
pub(crate) fn of(heading: &Heading, digest: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let part = |text: &str| -> String {
        let plain: String = text.trim_matches('/').chars().map(plain).collect();
        format!("{plain}-")
    };
    let label = match (&heading.source, &heading.id) {
        (Some(source), Some(id)) => part(source.as_str()) + &part(id),
        (None, Some(id)) => part(id),
        (_, None) => String::new(),
    };
    label + digest
}

/// What tells the records of one consumer apart.
pub(crate) fn digest(bytes: &[u8]) -> String {
    sha256(bytes).to_string().chars().take(16).collect()
}
