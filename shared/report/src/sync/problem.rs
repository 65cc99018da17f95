//! What of a flow is not as it should be.

use jiff::SignedDuration;

use super::{Breaker, Flow, Status, span};
use crate::words::{counted, time_of};

/// An event may be so long under way before its flow is called slow.
const SLOW: SignedDuration = SignedDuration::from_mins(30);

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

impl Problem {
    /// What it is called: what stops nothing is to be known, and no more.
    pub const fn label(&self) -> &'static str {
        match self.health {
            Health::Flows => "note",
            Health::Slow | Health::Stuck => self.health.word(),
        }
    }
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
        if let (Some(place), 1..) = (&self.rejects, self.today.parked) {
            problems.push(Problem {
                health: Health::Flows,
                what: format!("{} not taken today", counted(self.today.parked, "row", "rows")),
                why: format!("each stands with line and reason in a file of rejects below {place}, and a whole file that was refused in {place}refused/"),
                remedy: "correct the rows and send them in another file".to_owned(),
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

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;
    use crate::sync::{Depth, Parked, Today};

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
    fn rows_that_were_not_taken_are_told_and_stop_nothing() {
        let flow = |parked| Flow {
            rejects: Some("s3://warehouse/taken/".to_owned()),
            today: Today {
                parked,
                ..Today::default()
            },
            ..flow()
        };
        assert_eq!(flow(0).problems(), []);
        let [problem] = &flow(2).problems()[..] else {
            unreachable!("one is told")
        };
        assert_eq!(problem.what, "2 rows not taken today");
        assert!(problem.why.contains("s3://warehouse/taken/"), "{problem:?}");
        assert_eq!(problem.label(), "note");
        assert_eq!(flow(2).health(), Health::Flows);
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
}
