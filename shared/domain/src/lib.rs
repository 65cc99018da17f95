//! The words of the trade as types: menu weeks, ids, quantities with units, findings.
//!
//! Everything here is plain data with one door in: a value that exists is valid.

mod correction;
mod digest;
mod finding;
mod id;
mod quantity;
#[cfg(feature = "schema")]
mod schema;
mod unit;
mod week;

pub use correction::{Category, Measure, Override, OverrideKeys, OverrideOp, ParseOverrideError};
pub use digest::{ParseDigestError, Sha256};
pub use finding::{Code, Finding, Scope, Severity, Volume, tally};
pub use id::{
    AreaId, LotId, OrderId, OverrideId, ParseIdError, ProductId, RecipeId, RuleId, SiteId, VendorId,
};
pub use jiff::{Timestamp, civil::Date};
pub use quantity::{Decimal, ParseDecimalError, Portions};
pub use unit::{Unit, UnknownUnit};
pub use week::{MenuWeek, ParseWeekError};
