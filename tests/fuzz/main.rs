//! Every parser on bytes that nobody meant: mutated samples, and a corpus of inputs that once did harm or might.
//!
//! Whatever comes in, a parser answers: with what it read, or with a named finding. It never panics, never takes for ever,
//! and never asks for memory that the input cannot fill.
//!
//! `cargo test --profile ci -p fuzz` replays the corpus and a few cases of each target; `PROPTEST_CASES=100000` tries so
//! many, `LARDER_FUZZ_SECONDS=600` tries for so long (`make fuzz`). An input that breaks something is written to the
//! folder for temporary files and named; once the parser is right, it moves to `corpus/<target>/` and is replayed for good.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod company;
mod corpus;
mod data;
mod erp;
mod mutation;
mod payloads;
mod target;
mod warehouse;
mod workbooks;
