//! The flows of events as operators see them: what is stuck, and why.

mod page;
mod plain;

use domain::Timestamp;
use jiff::SignedDuration;

use crate::words::{counted, time_of};

pub use page::page;
pub use plain::plain;

/// An event may be so long under way before its flow is called slow.
const SLOW: SignedDuration = SignedDuration::from_mins(30);

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

/// How a flow does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// Everything passes.
    Flows,
    /// Events come late.
    Slow,
    /// Something passes only when somebody does something, or not before another system is well.
    Stuck,
}

impl Health {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Flows => "flows",
            Self::Slow => "slow",
            Self::Stuck => "stuck",
        }
    }
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub health: Health,
    /// What is so.
    pub what: String,
    /// Why, where that is known.
    pub why: String,
    /// What to do.
    pub remedy: String,
}

impl Flow {
    /// What is not as it should be, the worst first.
    pub fn problems(&self) -> Vec<Problem> {
        let name = &self.name;
        let stuck = |what: String, why: &str, remedy: String| Problem {
            health: Health::Stuck,
            what,
            why: why.to_owned(),
            remedy,
        };
        let mut problems = Vec::new();
        if let Breaker::Open { until, .. } | Breaker::HalfOpen { until } = self.breaker {
            let again = time_of(until);
            problems.push(stuck(
                format!("The breaker is {}", self.breaker.words()),
                "the other system did not serve five times in a row; messages wait and are not lost",
                format!("see whether the other system is up; the next try is at {again}, by itself"),
            ));
        }
        if let Some(dead) = self.dead_letters.filter(|dead| *dead > 0) {
            problems.push(stuck(
                counted(dead, "dead letter", "dead letters"),
                "these were delivered again and again and never taken, or ended the function itself",
                format!("see why in its log, put that right, then: larder sync redrive {name}"),
            ));
        }
        for parked in &self.parked {
            problems.push(stuck(
                counted(parked.count, "parked event", "parked events"),
                &parked.message,
                format!("{}; then: larder sync parked list {name}", parked.remedy),
            ));
        }
        for unknown in &self.unknown {
            problems.push(stuck(
                "It cannot be seen".to_owned(),
                unknown,
                "see whether the place is right and you may read it".to_owned(),
            ));
        }
        if self.today.greatest_lag > SLOW {
            problems.push(Problem {
                health: Health::Slow,
                what: format!("An event took {} today", span(self.today.greatest_lag)),
                why: "it waited, came again, or was told late".to_owned(),
                remedy:
                    "nothing, where the queue is empty now; else see what is retried in its log"
                        .to_owned(),
            });
        }
        problems
    }

    /// How it does.
    pub fn health(&self) -> Health {
        let worst = self.problems().into_iter().map(|problem| problem.health);
        worst.max().unwrap_or(Health::Flows)
    }
}

impl Status {
    /// What is stuck, in a sentence.
    pub fn verdict(&self) -> String {
        let of = |health| {
            let flows = self.flows.iter().filter(|flow| flow.health() == health);
            flows.map(|flow| flow.name.as_str()).collect::<Vec<_>>()
        };
        let (stuck, slow) = (of(Health::Stuck), of(Health::Slow));
        match (stuck.as_slice(), slow.as_slice()) {
            ([], []) => "All flows pass".to_owned(),
            ([], slow) => format!("Nothing is stuck; slow: {}", slow.join(", ")),
            (stuck, _) => format!("Stuck: {}", stuck.join(", ")),
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

    fn flow() -> Flow {
        Flow {
            name: "erp-inject".to_owned(),
            queue: Some(Depth::default()),
            dead_letters: Some(0),
            ..Flow::default()
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn each_thing_that_is_stuck_is_told_with_its_reason_and_what_to_do() {
        let parked = Parked {
            count: 3,
            message: "the ERP has no vendor `V1`".to_owned(),
            remedy: "add it".to_owned(),
        };
        let open = Breaker::Open {
            since: at("2026-11-16T08:00:00Z"),
            until: at("2026-11-16T08:05:00Z"),
        };
        for (flow, words) in [
            (
                Flow {
                    breaker: open,
                    ..flow()
                },
                "open since Mon 16 Nov 08:00 UTC",
            ),
            (
                Flow {
                    dead_letters: Some(2),
                    ..flow()
                },
                "2 dead letters",
            ),
            (
                Flow {
                    parked: vec![parked],
                    ..flow()
                },
                "3 parked events",
            ),
            (
                Flow {
                    unknown: vec!["denied".to_owned()],
                    ..flow()
                },
                "cannot be seen",
            ),
        ] {
            let [problem] = &flow.problems()[..] else {
                unreachable!("{flow:?}")
            };
            assert!(problem.what.contains(words), "{problem:?}");
            assert!(!problem.why.is_empty() && !problem.remedy.is_empty());
            assert_eq!(flow.health(), Health::Stuck);
        }
        assert_eq!(
            (flow().problems(), flow().health()),
            (Vec::new(), Health::Flows)
        );
    }

    #[test]
    fn a_flow_is_slow_from_half_an_hour_on() {
        let lag = |minutes| Flow {
            today: Today {
                greatest_lag: SignedDuration::from_mins(minutes),
                ..Today::default()
            },
            ..flow()
        };
        assert_eq!(lag(30).health(), Health::Flows);
        assert_eq!(lag(31).health(), Health::Slow);
    }

    #[test]
    fn the_verdict_names_what_is_stuck_before_what_is_slow() {
        let slow = Flow {
            today: Today {
                greatest_lag: SignedDuration::from_hours(2),
                ..Today::default()
            },
            name: "wms-export".to_owned(),
            ..flow()
        };
        let stuck = Flow {
            dead_letters: Some(1),
            ..flow()
        };
        let verdict = |flows: &[&Flow]| {
            let flows = flows.iter().map(|flow| (*flow).clone()).collect();
            Status {
                at: at("2026-11-16T08:00:00Z"),
                flows,
            }
            .verdict()
        };
        assert_eq!(verdict(&[&flow()]), "All flows pass");
        assert_eq!(
            verdict(&[&flow(), &slow]),
            "Nothing is stuck; slow: wms-export"
        );
        assert_eq!(verdict(&[&stuck, &slow]), "Stuck: erp-inject");
    }

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
