//! What is printed, and whether everything held.

use std::process::ExitCode;

use lambda::queue::memory::Tallies;

use crate::Load;
use crate::erp::{AT_ONCE, PER_SECOND, Seen};

/// Tells what was seen; fails where a limit was passed, or a document is missing or doubled.
pub(crate) fn told(load: &Load, seen: &Seen, files: usize) -> ExitCode {
    let offered = load.offered.get().unwrap();
    let (erp, warehouse) = (Counts::of(&load.erp), Counts::of(&load.warehouse));
    let drained = offered.ended.elapsed();
    let per_hour = offered.transactions as u64 * 3_600 / offered.seconds;
    println!(
        "offered     {} transactions in {} s ({per_hour} an hour)",
        offered.transactions, offered.seconds
    );
    println!(
        "limits      {PER_SECOND} requests a second, {AT_ONCE} at once; most seen {} and {}; {} of {} requests refused",
        seen.most_in_a_second, seen.most_at_once, seen.refused, seen.requests
    );
    println!(
        "faults      {} requests answered 503, {} done and never answered",
        seen.busy, seen.unanswered
    );
    println!(
        "backlog     {} events when the offer ended, {} at most; none after {:.1} s more",
        offered.backlog,
        load.to_erp.most_waiting(),
        drained.as_secs_f64()
    );
    println!("ERP         {erp}");
    println!("warehouse   {warehouse}; {files} files");

    let one_each = seen
        .documents
        .values()
        .filter(|held| **held == [true])
        .count();
    let doubled = seen
        .documents
        .values()
        .filter(|held| held.len() > 1)
        .count();
    println!("documents   {one_each} placed once, {doubled} doubled");
    let dead = load.to_erp.dead() + load.to_warehouse.dead();
    let limits =
        seen.refused == 0 && seen.most_in_a_second <= PER_SECOND && seen.most_at_once <= AT_ONCE;
    let documents = one_each == offered.transactions && seen.documents.len() == one_each;
    let nothing_lost =
        documents && files == offered.orders && dead + erp.parked + warehouse.parked == 0;
    for (held, what) in [
        (limits, "the ERP's limits were never passed"),
        (
            nothing_lost,
            "every transaction has its one document, and every order its file",
        ),
    ] {
        println!("{}        {what}", if held { "held" } else { "NOT HELD" });
    }
    if limits && nothing_lost {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The counts of all batches of a consumer.
struct Counts {
    applied: usize,
    retried: usize,
    parked: usize,
    /// From the event to its effect in ms, rising.
    lag: Vec<i64>,
}

impl Counts {
    fn of(tallies: &Tallies) -> Self {
        let tallies = tallies.take();
        let sum = |count: fn(&lambda::queue::Tally) -> u32| {
            tallies.iter().map(|tally| count(tally) as usize).sum()
        };
        let mut lag: Vec<_> = tallies
            .iter()
            .flat_map(|tally| tally.lag.iter().copied())
            .collect();
        lag.sort_unstable();
        Self {
            applied: sum(|tally| tally.applied),
            retried: sum(|tally| tally.retried + tally.unknown),
            parked: sum(|tally| tally.parked),
            lag,
        }
    }

    /// The least lag that so many of a hundred do not pass.
    fn percentile(&self, percent: usize) -> i64 {
        let at = (self.lag.len() * percent).div_ceil(100).max(1) - 1;
        self.lag.get(at).copied().unwrap_or_default()
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} applied, {} tried again, {} parked; from the event to its effect p50 {} ms, p99 {} ms",
            self.applied,
            self.retried,
            self.parked,
            self.percentile(50),
            self.percentile(99)
        )
    }
}
