//! Forecasts of one weekly series by simple, well-tested methods.
//!
//! A series is a `&[f64]`, oldest week first, one value a week. A [`Method`] with its parameters forecasts;
//! a [`Family`] finds the parameters with the least squared one-step errors; [`ensemble`] tries several on the
//! series' own past and takes the median of the best; [`clean`] levels what would mislead them all, and says so.
//!
//! Any series is allowed, and what comes out is always finite and at least 0:
//!
//! - a value that is not a finite number is missing. Missing weeks before the first known one are left out; the
//!   others are bridged by a straight line, or by the last known value at the end;
//! - a value below 0 counts as 0, and a forecast below 0 becomes 0;
//! - where the history is too short for a method ([`Family::weeks_needed`]) the last value is repeated, and 0 where
//!   nothing is known.
//!
//! The same series gives the same bytes everywhere; a series in another unit gives forecasts in that unit.
//! `tests/goldens.json` holds what statsforecast 2.1.1 says, written by `scripts/goldens/series.py`.

mod clean;
mod ensemble;
mod family;
mod method;
mod ready;
mod search;
mod seasonal;
mod smoothing;
mod theta;

pub use clean::{Adjustment, Cleaned, Reason, clean};
pub use ensemble::{Ensemble, Trial, Tried, ensemble};
pub use family::{Family, Fitted};
pub use method::Method;
pub use seasonal::Season;
