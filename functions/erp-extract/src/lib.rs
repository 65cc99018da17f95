//! ERP extract: what has changed in the ERP, told as events.
//!
//! On a schedule it reads the purchase orders that have changed since it last looked, and tells those whose content is
//! not what was told of them last. How far it has read moves forward only when everything before it is told. Two at once,
//! or one that dies anywhere, tell the same events under the same ids, so nothing keeps them apart.

mod event;
mod extract;
mod told;

pub use extract::{ErpExtract, Extracted};
pub use told::Told;
