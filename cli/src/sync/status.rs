//! `larder sync status`: asks the ledger, the queues and the store of parked events.

use std::collections::BTreeMap;

use artifacts::AnyStore;
use contracts::canonical::Reason;
use domain::{Date, Timestamp};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use ledger::AnyLedger;
use ledger::breaker::{State, States};
use ledger::tally::{Counts, Tallies};
use messaging::queues::{AnyQueue, Queue};
use report::sync::{Breaker, Depth, Flow, Health, Parked, Status, Today, page, plain};

use super::args::StatusArgs;
use super::places::{self, Places};
use crate::error::Error;
use crate::{clock, print};

/// So many parked events of a flow are looked into for their reasons.
const LOOKED_INTO: usize = 200;

/// Tells how the flows do; `false` when something is stuck.
pub(crate) async fn status(args: StatusArgs) -> Result<bool, Error> {
    let places = Places::read(&args.at)?;
    let (runs, ledger) = (places.runs().await?, places.ledger().await?);
    let at = clock::now();
    let day = args.day.unwrap_or(at.to_zoned(TimeZone::UTC).date());
    let mut flows = Vec::with_capacity(places.flows.len());
    for (name, held) in &places.flows {
        let mut flow = Flow {
            name: name.clone(),
            rejects: held.rejects.clone(),
            ..Flow::default()
        };
        ask_the_ledger(&mut flow, &ledger, day).await;
        ask_the_queues(&mut flow, held).await?;
        look_at_parked(&mut flow, &runs).await;
        flows.push(flow);
    }
    let status = Status { at, flows };
    if let Some(file) = &args.html {
        let written = page(&status).map_err(|error| Error::Page(error.to_string()))?;
        std::fs::write(file, written)?;
        print(&format!("{}: {}", status.verdict(), file.display()))?;
    } else {
        print(&plain(&status))?;
    }
    let stuck = |flow: &Flow| flow.health() == Health::Stuck;
    Ok(!status.flows.iter().any(stuck))
}

async fn ask_the_ledger(flow: &mut Flow, ledger: &AnyLedger, day: Date) {
    match ledger.of(&flow.name, day).await {
        Ok(counts) => flow.today = today(&counts),
        Err(error) => flow.unknown.push(error.to_string()),
    }
    match ledger.read(&flow.name).await {
        Ok(kept) => flow.breaker = breaker(&kept.state),
        Err(error) => flow.unknown.push(error.to_string()),
    }
}

async fn ask_the_queues(flow: &mut Flow, places: &places::Flow) -> Result<(), Error> {
    let queue = depth(flow, places.queue().await?).await;
    flow.queue = queue;
    let dead = depth(flow, places.dead_letters().await?).await;
    flow.dead_letters = dead.map(|dead| dead.waiting + dead.in_flight);
    Ok(())
}

async fn depth(flow: &mut Flow, queue: Option<AnyQueue>) -> Option<Depth> {
    match queue?.depth().await {
        Ok(depth) => Some(Depth {
            waiting: depth.waiting,
            in_flight: depth.in_flight,
        }),
        Err(error) => {
            flow.unknown.push(error.to_string());
            None
        }
    }
}

/// Counts what is parked and not decided, by reason.
async fn look_at_parked(flow: &mut Flow, runs: &AnyStore) {
    match parked(&flow.name, runs).await {
        Ok(parked) => flow.parked = parked,
        Err(error) => flow.unknown.push(error.to_string()),
    }
}

async fn parked(name: &str, runs: &AnyStore) -> Result<Vec<Parked>, parking::ReadError> {
    let mut open = parking::list(runs, Some(name)).await?;
    open.retain(|record| !record.decided);
    let all = open.len();
    open.truncate(LOOKED_INTO);
    let mut groups: BTreeMap<Reason, Parked> = BTreeMap::new();
    for held in parking::all(runs, &open).await? {
        let rejection = held.event.rejection;
        let group = groups.entry(rejection.reason).or_insert(Parked {
            count: 0,
            message: rejection.message,
            remedy: rejection.remedy,
        });
        group.count += 1;
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    if all > LOOKED_INTO {
        groups.push(Parked {
            count: (all - LOOKED_INTO) as u64,
            message: "these were not looked into".to_owned(),
            remedy: "decide on the others first".to_owned(),
        });
    }
    Ok(groups)
}

const fn today(counts: &Counts) -> Today {
    Today {
        received: counts.received,
        applied: counts.applied,
        duplicate: counts.duplicate,
        stale: counts.stale,
        parked: counts.parked,
        retried: counts.retried,
        unknown: counts.unknown,
        greatest_lag: SignedDuration::from_millis(counts.greatest_lag),
        last_event: counts.last_event,
    }
}

fn breaker(state: &State) -> Breaker {
    match state {
        State::Closed { .. } => Breaker::Closed,
        State::Open { until, pause } => Breaker::Open {
            since: before(*until, *pause),
            until: *until,
        },
        State::HalfOpen { until, .. } => Breaker::HalfOpen { until: *until },
    }
}

fn before(time: Timestamp, seconds: u32) -> Timestamp {
    let earlier = time.checked_sub(SignedDuration::from_secs(seconds.into()));
    earlier.unwrap_or(time)
}
