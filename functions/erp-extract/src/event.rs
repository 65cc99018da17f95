//! From what the ERP holds to an event.

use std::fmt::Write as _;

use artifacts::sha256;
use contracts::canonical::{Event, Fact, Reason, Rejection, Source};
use domain::Timestamp;
use erp::{Change, Standing};
use jiff::SignedDuration;

use crate::told::Told;

/// The most characters of an id.
const LONGEST: usize = 100;

/// Nobody waits any more for an order that was over so long ago, and that nobody was told of: it is the ERP's past,
/// which the first call would have the warehouse read.
const PAST: SignedDuration = SignedDuration::from_hours(24 * 31);

/// The event that tells of a change; `None` where there is nothing to tell.
///
/// # Errors
/// Why it can be told to nobody.
pub(crate) fn event(
    change: &Change,
    last: Option<&Told>,
    source: &Source,
    now: Timestamp,
) -> Result<Option<Event>, Rejection> {
    if last.is_none() && is_over(change) && now.duration_since(change.changed_at) > PAST {
        return Ok(None);
    }
    let known = last.is_some_and(Told::comes);
    let tell: fn(_) -> Fact = match change.standing {
        // Nobody outside has been told, unless it was placed before and is being changed: then it stays as it was.
        Standing::Draft => return Ok(None),
        Standing::Placed if known => Fact::PurchaseOrderAmended,
        Standing::Placed => Fact::PurchaseOrderPlaced,
        // Told even where nobody was told that it comes: an order that was approved here is not waited for any more.
        Standing::Cancelled => Fact::PurchaseOrderCancelled,
    };
    let reference = change.order.reference.as_str();
    let event = Event {
        source: source.clone(),
        id: id(reference, change.version),
        version: change.version,
        time: change.changed_at,
        correlation: Some(id_part(reference)),
        cause: None,
        trace: None,
        data: tell(change.order.clone()),
    };
    // What everybody else would refuse is found here.
    let json = event.to_json().map_err(|error| {
        let message = format!("it cannot be written as JSON: {error}");
        Rejection::new(Reason::Failed, message, "tell whoever looks after Larder")
    })?;
    Event::parse(&json).map(Some)
}

/// Whether no more of it will come.
fn is_over(change: &Change) -> bool {
    change.standing == Standing::Cancelled || change.order.lines.iter().all(|line| line.closed)
}

/// `<reference>@<version>`.
fn id(reference: &str, version: u64) -> String {
    format!("{}@{version}", id_part(reference))
}

/// The reference as a part of an id: what is not visible ASCII is written as `%` and two digits of sixteen, and a long one
/// is its digest.
fn id_part(reference: &str) -> String {
    let mut part = String::new();
    for byte in reference.bytes() {
        if byte.is_ascii_graphic() && byte != b'%' {
            part.push(char::from(byte));
        } else {
            let _ = write!(part, "%{byte:02X}");
        }
    }
    // A version has at most twenty digits.
    if part.len() + 21 > LONGEST {
        part = sha256(reference.as_bytes()).to_string();
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_visible_ascii_of_at_most_a_hundred_characters_and_tell_references_apart() {
        let mut seen = std::collections::BTreeSet::new();
        for reference in [
            "PO-1",
            "PO 1",
            "PO%201",
            "Größe",
            &"ä".repeat(64),
            &"ö".repeat(64),
            &"x".repeat(64),
        ] {
            let id = id(reference, u64::MAX);
            assert!(
                id.len() <= LONGEST && id.bytes().all(|b| b.is_ascii_graphic()),
                "{id}"
            );
            assert!(seen.insert(id));
        }
        assert_eq!(id("PO-1", 7), "PO-1@7");
    }
}
