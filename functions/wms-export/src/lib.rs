//! WMS export: a file for the warehouse for each version of what comes in and what goes out.
//!
//! A file's name is made of reference and version, and it is never overwritten. What was last told of a reference stands
//! in its head, moved forward before the file is written: so no older version is written once a newer one is, and a
//! death between the two is made good when the event comes again.

mod export;

pub use export::{Head, WmsExport};
