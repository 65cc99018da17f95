//! Each protection taken away, one at a time: the simulator must find out, or it proves nothing.

use crate::ear;
use crate::function::Answers;
use crate::meddler::Meddling;
use crate::run::Run;
use crate::twins::Without;
use crate::{injection, planning};

/// Seeds within which a mistake must be found.
const SEEDS: u64 = 1_000;

/// The invariant that the first seed to find something names.
fn found(run: impl Fn(u64) -> Run) -> &'static str {
    ear::listen();
    let violation = (0..SEEDS).find_map(|seed| run(seed).kept.err());
    violation.map_or("nothing", |violation| violation.invariant)
}

fn without(what: Without) -> &'static str {
    found(|seed| injection::run(seed, what, Answers::AsSaid, false))
}

#[test]
fn without_the_ledger_an_order_stands_twice_or_as_an_older_version_says() {
    assert!(["I1", "I4"].contains(&without(Without::Ledger)));
}

#[test]
fn without_the_search_an_order_stands_twice() {
    assert_eq!(without(Without::Search), "I1");
}

#[test]
fn without_the_check_before_sending_an_order_stands_twice() {
    assert!(["I1", "I4"].contains(&without(Without::Check)));
}

#[test]
fn a_batch_answered_as_done_loses_what_failed() {
    let planning = found(|seed| planning::run(seed, Meddling::Nothing, Answers::AllDone, false));
    let injection = found(|seed| injection::run(seed, Without::Nothing, Answers::AllDone, false));
    assert_eq!([planning, injection], ["I2", "I2"]);
}

#[test]
fn a_batch_answered_as_failed_makes_neighbours_come_again() {
    let planning = found(|seed| planning::run(seed, Meddling::Nothing, Answers::AllFailed, false));
    let injection = found(|seed| injection::run(seed, Without::Nothing, Answers::AllFailed, false));
    assert_eq!([planning, injection], ["I5", "I5"]);
}

fn meddled(how: Meddling) -> &'static str {
    found(|seed| planning::run(seed, how, Answers::AsSaid, false))
}

#[test]
fn an_adjustment_that_comes_again_under_another_name_counts_twice() {
    assert_eq!(meddled(Meddling::NamedAgain), "I3");
}

#[test]
fn without_versions_an_older_one_wins() {
    assert_eq!(meddled(Meddling::OneVersion), "I4");
}

#[test]
fn what_is_never_parked_never_ends() {
    assert_eq!(meddled(Meddling::NeverParks), "I6");
}

#[test]
fn a_consumer_that_logs_data_is_heard() {
    assert_eq!(meddled(Meddling::Talks), "I7");
}
