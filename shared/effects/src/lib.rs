//! Effects on a system that may take a request twice, take it late or not answer: each done exactly once.
//!
//! Every document in the other system has a business reference of ours, and every event about it a rising version.
//! An event says what the document should be; [`Attempt`] says what to do for it, one thing after the other, and is
//! told what came of it. It knows no clock and no system; whoever drives it does.
//!
//! A system that keeps a reference unique, or puts a document by it, needs no more than that. For all others
//!
//! - a **lease** on the reference, which outlives every request that can still be on its way ([`Timing`]), lets one
//!   attempt at a time work on it;
//! - a **search** by reference, under the lease, finds what an attempt made that never learned of it;
//! - a **check** right before each request refuses to send what could arrive after the lease has ended;
//! - the lease is kept where the outcome is unknown: what was sent may still arrive.
//!
//! `tests/model.rs` explores every order of deliveries, deaths, silences and late arrivals, and shows what breaks when
//! any of these is taken away.

mod attempt;
mod timing;
mod verdict;

pub use attempt::{
    Answer, Applied, Attempt, Capability, Ending, Found, Leased, Next, Request, Wish,
};
pub use timing::Timing;
pub use verdict::{Cause, Verdict};
