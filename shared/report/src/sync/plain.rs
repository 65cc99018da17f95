//! The status for a terminal.

use std::fmt::Write;

use super::{Status, span};
use crate::terminal::plain as visible;
use crate::words::{count, moment, time_of};

/// The status as text: a paragraph a flow, with what is stuck below it.
pub fn plain(status: &Status) -> String {
    let mut text = format!("{}, as of {}\n", status.verdict(), moment(status.at));
    for flow in &status.flows {
        let today = &flow.today;
        let known = |number: Option<u64>| number.map_or_else(|| "–".to_owned(), count);
        let parked: u64 = flow.parked.iter().map(|parked| parked.count).sum();
        let last = today.last_event.map_or_else(String::new, |last| {
            format!(", last event of {}", time_of(last))
        });
        let lines = [
            format!("\n{}: {}", flow.name, flow.health().word()),
            format!(
                "  now    {} waiting, {} in flight, {} dead, {} parked, breaker {}",
                known(flow.queue.map(|queue| queue.waiting)),
                known(flow.queue.map(|queue| queue.in_flight)),
                known(flow.dead_letters),
                count(parked),
                flow.breaker.words(),
            ),
            format!(
                "  today  {} received: {} applied, {} duplicate, {} stale, {} parked, {} came again, {} unknown",
                count(today.received),
                count(today.applied),
                count(today.duplicate),
                count(today.stale),
                count(today.parked),
                count(today.retried),
                count(today.unknown),
            ),
            format!("  lag    at most {}{last}", span(today.greatest_lag)),
        ];
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
        for problem in flow.problems() {
            let (why, remedy) = (visible(&problem.why), visible(&problem.remedy));
            let _ = writeln!(text, "  ! {}: {why}\n    -> {remedy}", problem.what);
        }
    }
    text.truncate(text.trim_end().len());
    text
}
