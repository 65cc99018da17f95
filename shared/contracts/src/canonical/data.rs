//! What the data of every kind have in common.

use std::collections::BTreeSet;

use super::values::LineNo;

/// The data of an event.
pub(crate) trait Data {
    /// The key of what it is about; the event's `subject`.
    fn entity(&self) -> String;

    /// What only several fields together can tell.
    fn check(&self) -> Result<(), Wrong> {
        Ok(())
    }
}

/// A field that cannot be as it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) field: String,
    pub(crate) value: String,
    pub(crate) expected: String,
}

impl Wrong {
    pub(crate) fn new(
        field: impl Into<String>,
        value: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            value: value.into(),
            expected: expected.into(),
        }
    }
}

/// `product/P1`: what it is, and its ids. A `/` in an id is written `%2F`, a `%` as `%25`.
pub(crate) fn key<'a>(what: &str, ids: impl IntoIterator<Item = &'a str>) -> String {
    let mut key = what.to_owned();
    for id in ids {
        key.push('/');
        key.push_str(&id.replace('%', "%25").replace('/', "%2F"));
    }
    key
}

/// Refuses the first entry that names what an earlier one named.
pub(crate) fn unique<K: Ord + Clone>(
    list: &str,
    expected: &str,
    keys: impl Iterator<Item = K>,
    shown: impl Fn(K) -> String,
) -> Result<(), Wrong> {
    let mut seen = BTreeSet::new();
    for (at, key) in keys.enumerate() {
        if !seen.insert(key.clone()) {
            return Err(Wrong::new(format!("{list}[{at}]"), shown(key), expected));
        }
    }
    Ok(())
}

pub(crate) fn lines_are_numbered_once(numbers: impl Iterator<Item = LineNo>) -> Result<(), Wrong> {
    unique(
        "lines",
        "a line_no that no other line has",
        numbers.map(LineNo::get),
        |number| number.to_string(),
    )
}
