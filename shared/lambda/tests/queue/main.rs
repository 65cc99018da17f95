//! The queue runner: what becomes of every record of a batch, and what Lambda makes of the answer.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by a panic")]

mod answers;
mod batches;
mod breaker;
mod parking;
mod quiet;
mod support;
