//! A run told to people: one HTML page that needs nothing else, and a table for a terminal. The flows of events told to
//! operators in the same two ways ([`sync`]).
//!
//! The table is made from the run's summary, the page from an [`Edition`]: the same input gives the same bytes. Every
//! name in it comes from a data set that somebody else wrote; the page escapes it, and its policy allows the scripts and
//! styles that stand in it, by digest, and no request.

mod attention;
mod data;
mod edition;
mod findings;
mod heat;
mod link;
mod model;
mod orders;
mod overrides;
mod page;
mod policy;
mod sources;
pub mod sync;
mod terminal;
mod tile;
mod today;
mod week;
pub mod why;
pub mod words;

pub use edition::{Edition, Reason};
pub use findings::findings;
pub use link::line_link;
pub use orders::notes as order_notes;
pub use page::{PageError, page};
pub use policy::base64;
pub use terminal::{plain, table};
