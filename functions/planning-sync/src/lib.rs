//! Planning sync: keeps the change log of the planning data set, and may start a new plan.
//!
//! Every event becomes rows; those of a batch are written together, one create-only object a table. Which of several
//! changes holds is decided by whoever reads the log, so an event that comes twice, late or in any order changes nothing.

mod known;
mod replan;
mod sync;

pub use known::ReadError;
pub use replan::{Replan, SettingError};
pub use sync::{PATIENCE, PlanningSync};
