//! The warehouse's files: what it tells as CSV becomes events, and what it is to do is written as CSV.
//!
//! A [`Dialect`] says how the warehouse writes: delimiter, encoding, its own names of columns and units. An
//! [`Incoming`] file is looked at as a whole before any row of it counts ([`Incoming::inspect`]), then read row by row
//! ([`Incoming::rows`]): each row is one event or one [`Reject`], and none changes what becomes of another. A
//! [`Document`] is what the warehouse is sent.

mod bytes;
mod cells;
mod columns;
mod dialect;
mod document;
mod formula;
mod incoming;
mod lines;
mod reject;
mod row;
mod rows;

pub use columns::{Column, FileKind, UnknownKind};
pub use dialect::{BadDialect, Complete, Dialect, Encoding};
pub use document::Document;
pub use incoming::{FileError, Incoming, Inspected, Limits};
pub use reject::Reject;
pub use row::Origin;
pub use rows::{Row, Rows};
