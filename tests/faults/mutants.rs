//! Each protection taken away, one at a time: the seeds must find out, or they prove nothing.

use crate::shelf::Without;
use crate::trial;

/// Seeds within which a mistake must be found.
const SEEDS: u64 = 1_000;

/// The rule that the first seed to find something names.
fn found(without: Without) -> &'static str {
    let violation = (0..SEEDS).find_map(|seed| trial::run(seed, without, false).kept.err());
    violation.map_or("nothing", |violation| violation.rule)
}

#[test]
fn a_store_that_overwrites_gives_a_run_two_plans() {
    assert_eq!(found(Without::CreateOnly), "F2");
}

#[test]
fn a_store_that_answers_before_it_has_written_publishes_halves() {
    assert!(["F4", "F5"].contains(&found(Without::Durability)));
}

#[test]
fn a_result_before_what_it_refers_to_is_a_step_that_never_gets_finished() {
    assert_eq!(found(Without::ResultLast), "F2");
}

#[test]
fn a_pointer_that_moves_first_points_at_nothing() {
    assert_eq!(found(Without::LatestLast), "F4");
}

#[test]
fn what_no_retry_cures_is_seen_to_be_tried_again() {
    assert_eq!(found(Without::RetryLimits), "F3");
}
