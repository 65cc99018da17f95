//! The ERP's adapter against a live Tryton: `make erp` installs and runs it. Each test has references of its own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod books;
mod cable;
mod events;
mod goods;
mod orders;
mod server;
