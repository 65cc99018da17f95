//! A run under faults, seed by seed: the handlers that the state machine calls, walked in its order and retried as it says,
//! over stores that fail in every way there is.
//!
//! A seed draws where and how the first walk is disturbed, and perhaps the second and third. After each walk the run is
//! continued with `{"run": id}`; whoever continues it does what the faults' own words say, and knows nothing else.
//! `cargo test --profile ci -p faults` runs five hundred seeds, prints how often each fault was met and names the seeds
//! that break a rule; `LARDER_SEED=123 cargo test --profile ci -p faults` tells the story of one. The rules:
//!
//! - F1 in the end the run's artifacts and its publication are those of a run that nothing disturbed, to the byte;
//! - F2 a walk that fails does so by the name that fits what struck, and a walk that nothing disturbs succeeds;
//! - F3 what no retry cures is not retried;
//! - F4 `latest` only ever points at whole publications: every file of the manifest is there and has its sha256;
//! - F5 nobody is told of a publication that is not whole, and of each by one e-mail.
//!
//! Two things have no sha256 to be held against, so nothing is altered there, only cut short: the plan, when a run is
//! continued by its id alone, and the pointer. The same goes for the records of sending, which hold times.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[macro_use]
#[path = "../counted_faults.rs"]
mod counted_faults;
mod company;
mod ear;
mod faults;
mod invariants;
mod machine;
mod mutants;
mod operator;
mod reference;
mod retries;
mod seeds;
mod shelf;
mod strike;
mod trial;
mod world;
