//! WMS import: the warehouse's files, dropped into a bucket, told as events.
//!
//! A file is looked at as a whole first; one that may be cut short is not taken. Then each row is one event, and bad rows
//! stand in a file of rejects. What was taken is recorded last: an import that dies is simply done again, and tells the
//! same events under the same ids.

mod dropped;
mod import;
mod notification;
mod serve;
mod taken;

pub use dropped::{Dropped, Named};
pub use import::{ImportError, Outcome, WmsImport};
pub use notification::{BadNotification, created};
pub use serve::PATIENCE;
pub use taken::{Refused, RejectRow, Taken};
