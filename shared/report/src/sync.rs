//! The flows of events as operators see them: what is stuck, and why.

mod page;
mod plain;
mod problem;

use domain::Timestamp;
use jiff::SignedDuration;

use crate::words::time_of;

pub use page::page;
pub use plain::plain;
pub use problem::{Health, Problem};

/// All flows at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// When it was asked.
    pub at: Timestamp,
    /// In order of their names.
    pub flows: Vec<Flow>,
}

/// One consumer's flow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    /// The consumer.
    pub name: String,
    /// What became of its records today (UTC).
    pub today: Today,
    /// Its queue; `None` where it has none or cannot be asked.
    pub queue: Option<Depth>,
    /// Messages that nobody will deliver any more; `None` where that cannot be asked.
    pub dead_letters: Option<u64>,
    /// What waits for a person.
    pub parked: Vec<Parked>,
    /// Where rows that are not taken are put down, for a flow that does not park them.
    pub rejects: Option<String>,
    /// What stands between it and the other system.
    pub breaker: Breaker,
    /// What could not be asked, and why.
    pub unknown: Vec<String>,
}

/// What became of the records of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Today {
    /// Records.
    pub received: u64,
    /// Took effect.
    pub applied: u64,
    /// Had taken effect before.
    pub duplicate: u64,
    /// Were overtaken by a later version.
    pub stale: u64,
    /// Were parked.
    pub parked: u64,
    /// Came again.
    pub retried: u64,
    /// Came again, and may have taken effect.
    pub unknown: u64,
    /// The longest time from an event to its effect.
    pub greatest_lag: SignedDuration,
    /// When the event happened that took effect last.
    pub last_event: Option<Timestamp>,
}

/// How full a queue is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Messages that can be delivered now.
    pub waiting: u64,
    /// Messages that are delivered or put off.
    pub in_flight: u64,
}

/// Parked events of one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// How many.
    pub count: u64,
    /// Why, in words, of the first.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// A breaker's state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Breaker {
    /// Everything is sent.
    #[default]
    Closed,
    /// Nothing is sent.
    Open {
        /// Since then.
        since: Timestamp,
        /// Until then.
        until: Timestamp,
    },
    /// One is sent, to see.
    HalfOpen {
        /// When another may be.
        until: Timestamp,
    },
}

impl Breaker {
    /// In a word or two.
    pub fn words(&self) -> String {
        match self {
            Self::Closed => "closed".to_owned(),
            Self::Open { since, .. } => format!("open since {}", time_of(*since)),
            Self::HalfOpen { .. } => "one try under way".to_owned(),
        }
    }
}

/// A time in its two largest units: `2 h 5 min`, `40 s`, `350 ms`.
pub(crate) fn span(time: SignedDuration) -> String {
    let milliseconds = time.as_millis().max(0);
    let (seconds, minutes, hours) = (
        milliseconds / 1_000,
        milliseconds / 60_000,
        milliseconds / 3_600_000,
    );
    match () {
        () if hours >= 48 => format!("{} days", hours / 24),
        () if hours > 0 => format!("{hours} h {} min", minutes % 60),
        () if minutes > 0 => format!("{minutes} min {} s", seconds % 60),
        () if seconds > 0 => format!("{seconds} s"),
        () => format!("{milliseconds} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_its_largest_units() {
        for (milliseconds, words) in [
            (350, "350 ms"),
            (40_000, "40 s"),
            (125_000, "2 min 5 s"),
            (7_500_000, "2 h 5 min"),
            (3 * 86_400_000, "3 days"),
            (-5, "0 ms"),
        ] {
            assert_eq!(span(SignedDuration::from_millis(milliseconds)), words);
        }
    }
}
