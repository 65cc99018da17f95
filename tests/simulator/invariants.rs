//! What must hold whatever fails, as far as it is the same for every consumer. I1 to I4 stand with the consumers.

use std::fmt;

use artifacts::Store;
use contracts::ParkedEvent;
use contracts::canonical::Reason;

use crate::events::MARK;
use crate::function::Outside;
use crate::poison::Bad;
use crate::world::ready;

/// Deliveries of a message after the last fault within which it must be settled.
const SOON: u32 = 8;

/// An invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) invariant: &'static str,
    pub(crate) what: String,
}

impl Violation {
    pub(crate) fn new(invariant: &'static str, what: impl Into<String>) -> Self {
        Self {
            invariant,
            what: what.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.what)
    }
}

/// What is parked.
pub(crate) fn parked(outside: &Outside) -> Vec<ParkedEvent> {
    let entries = ready(outside.parked.list("parked")).unwrap();
    let parked = entries.iter().map(|entry| {
        let bytes = ready(outside.parked.get(&entry.key)).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    });
    parked.collect()
}

/// I2 for what can never be applied: it is parked with its reason.
pub(crate) fn nothing_bad_is_lost(parked: &[ParkedEvent], bad: &[Bad]) -> Result<(), Violation> {
    for Bad { body, reason } in bad {
        let record = parked.iter().find(|parked| parked.body == *body);
        let found = record.map(|parked| parked.rejection.reason);
        if found != Some(*reason) {
            let body: String = body.chars().take(200).collect();
            let found = found.map(Reason::as_str);
            let what = format!("{body} is parked as {found:?}, not as {reason}");
            return Err(Violation::new("I2", what));
        }
    }
    Ok(())
}

/// I2: somebody is told of each parked event, but of one that was applied after all.
pub(crate) fn somebody_is_told(
    outside: &Outside,
    is_applied: impl Fn(&ParkedEvent) -> bool,
) -> Result<(), Violation> {
    let notices = outside.topic.notices();
    let entries = ready(outside.parked.list("parked")).unwrap();
    for (entry, parked) in entries.iter().zip(parked(outside)) {
        let place = outside.parked.place(&entry.key);
        let is_told = notices.iter().any(|notice| notice.json.contains(&place));
        if !is_told && !is_applied(&parked) {
            return Err(Violation::new("I2", format!("nobody is told of {place}")));
        }
    }
    Ok(())
}

/// I5: what is fine is never parked, whatever came with it.
pub(crate) fn nothing_fine_is_parked<'a>(
    parked: &[ParkedEvent],
    mut fine: impl Iterator<Item = &'a String>,
) -> Result<(), Violation> {
    match fine.find(|body| parked.iter().any(|parked| parked.body == **body)) {
        Some(body) => Err(Violation::new("I5", format!("parked: {body}"))),
        None => Ok(()),
    }
}

/// I6: nothing is given up, and once faults have stopped everything is settled soon.
pub(crate) fn everything_ends(outside: &Outside) -> Result<(), Violation> {
    let traffic = outside.queue.traffic();
    if let Some(body) = traffic.dead.first() {
        return Err(Violation::new("I6", format!("given up: {body}")));
    }
    if traffic.most_calm_receives > SOON {
        let what = format!(
            "{} deliveries after the last fault",
            traffic.most_calm_receives
        );
        return Err(Violation::new("I6", what));
    }
    Ok(())
}

/// I7 for what everybody is told: no parked event's body. Lines of the log are checked as they are written.
pub(crate) fn nobody_is_told_bodies(outside: &Outside) -> Result<(), Violation> {
    let notices = outside.topic.notices();
    match notices.iter().find(|notice| notice.json.contains(MARK)) {
        Some(notice) => Err(Violation::new("I7", format!("told: {}", notice.json))),
        None => Ok(()),
    }
}
