//! What canonical events mean for the planning data set: the rows of its change log, and whether they ask for a new plan.
//!
//! Nothing here reads or writes. An event is taken as it is; which of several holds is decided when the log is read.

mod catalogue;
mod change;
mod replan;
mod rows;
mod stock;

pub use catalogue::Catalogue;
pub use change::{Change, Rows};
pub use replan::{Levels, ParseRuleError, StockRule, window};
pub use rows::change;
