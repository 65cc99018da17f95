//! The status as a page that needs no script.

use askama::Template;

use super::{Flow, Health, Problem, Status, span};
use crate::PageError;
use crate::page::STYLE;
use crate::policy::{Inline, policy};
use crate::words::{count, moment, time_of};

const OWN: Inline = Inline(include_str!("../../page/sync.css"));

#[derive(Template)]
#[template(path = "sync.html", whitespace = "minimize")]
struct Page {
    policy: String,
    style: [&'static str; 2],
    verdict: String,
    at: String,
    flows: Vec<Row>,
}

struct Row {
    name: String,
    health: Health,
    problems: Vec<Problem>,
    facts: Vec<(&'static str, String)>,
}

impl Row {
    fn of(flow: &Flow) -> Self {
        let today = &flow.today;
        let known = |number: Option<u64>| number.map_or_else(|| "–".to_owned(), count);
        let parked = flow.parked.iter().map(|parked| parked.count).sum();
        let last = today.last_event.map_or_else(|| "–".to_owned(), time_of);
        Self {
            name: flow.name.clone(),
            health: flow.health(),
            problems: flow.problems(),
            facts: vec![
                ("Waiting", known(flow.queue.map(|queue| queue.waiting))),
                ("In flight", known(flow.queue.map(|queue| queue.in_flight))),
                ("Dead letters", known(flow.dead_letters)),
                ("Parked", count(parked)),
                ("Breaker", flow.breaker.words()),
                ("Greatest lag", span(today.greatest_lag)),
                ("Last event", last),
                ("Received", count(today.received)),
                ("Applied", count(today.applied)),
                ("Duplicate", count(today.duplicate)),
                ("Stale", count(today.stale)),
                ("Parked today", count(today.parked)),
                ("Came again", count(today.retried)),
                ("Unknown", count(today.unknown)),
            ],
        }
    }
}

/// The page of a status: one HTML file that asks for nothing and runs no script.
///
/// # Errors
/// When it cannot be written, which takes a defect here.
pub fn page(status: &Status) -> Result<String, PageError> {
    let page = Page {
        policy: policy(&[], &[STYLE, OWN]),
        style: [STYLE.0, OWN.0],
        verdict: status.verdict(),
        at: moment(status.at),
        flows: status.flows.iter().map(Row::of).collect(),
    };
    Ok(page.render()?)
}
