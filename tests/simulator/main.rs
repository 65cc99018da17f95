//! The sync under faults, seed by seed: the handlers' own code (`lambda::queue::serve`, planning sync, the ERP driver) over
//! a queue, stores, a ledger and an ERP that fail in every way there is, in virtual time on one thread.
//!
//! A seed is a test case. `cargo test --profile ci -p simulator` runs ten thousand of them, prints how often each fault was
//! met and names the seeds that break an invariant; `LARDER_SEED=1234 cargo test --profile ci -p simulator` tells the story
//! of one, event by event. The invariants:
//!
//! - I1 one document in the ERP for each reference;
//! - I2 no event that was acknowledged is lost: it is applied, overtaken or parked, and there is a record of that;
//! - I3 quantities are the sums of distinct adjustments, in whatever order they came;
//! - I4 an entity is as the highest version says that was delivered;
//! - I5 a bad record changes nothing for its neighbours;
//! - I6 every event is settled within some deliveries once faults have stopped, and nothing becomes a dead letter;
//! - I7 no log line, metric or notice holds what an event holds.
//!
//! What is assumed, as the protocol does: clocks differ and environments stand still between check and sending by no more
//! than the ERP's margin together, and a request is done within the client's timeout and the ERP's own limit, or never.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

#[macro_use]
#[path = "../counted_faults.rs"]
mod counted_faults;
mod ear;
mod erp;
mod events;
mod faults;
mod fragile;
mod function;
mod injection;
mod injector;
mod inputs;
mod invariants;
mod meddler;
mod mutants;
mod notes;
mod outages;
mod planning;
mod poison;
mod queue;
mod run;
mod seeds;
mod stores;
mod twins;
mod world;
