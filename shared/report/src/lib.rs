//! A run told to people: one HTML page that needs nothing else, and a table for a terminal.
//!
//! Both are made from the run's summary alone, so the same summary gives the same bytes. Every name in it comes from
//! a data set that somebody else wrote; the page escapes it and forbids itself scripts and requests.

mod attention;
mod fan;
mod findings;
mod heat;
mod model;
mod orders;
mod overrides;
mod page;
mod terminal;
mod tile;
mod week;
pub mod why;
pub mod words;

pub use page::page;
pub use terminal::{plain, table};
