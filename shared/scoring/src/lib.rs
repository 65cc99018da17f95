//! How good a forecast was.
//!
//! A [`Score`] takes rows one by one, each a forecast and what came of it, with or without draws from the forecast's
//! distribution, and keeps sums alone: a back-test of any size needs no more memory than one row. Scores of parts
//! are [merged](Score::merge). What the sums say is asked for at the end; `None` where nothing was demanded or
//! nothing scored.
//!
//! | figure | definition |
//! | --- | --- |
//! | [WMAPE](Score::wmape) | Σ\|f − a\| / Σa |
//! | [bias](Score::bias) | Σ(f − a) / Σa |
//! | [pinball loss](Score::pinball) | Σ max(q(a − f), (q − 1)(a − f)) / Σa, f the q quantile |
//! | [CRPS](Score::crps) | Σ(mean\|X − a\| − ½ mean\|X − X′\|) / Σa |
//! | [coverage](Score::coverage) | share of rows inside the central interval, ends included |
//! | [ranks](Score::ranks) | how often what came fell into each part of the draws (PIT) |
//! | [value added](Score::value_added) | WMAPE of a baseline less the own |
//!
//! f: forecast, a: actual, X and X′: draws; sums over rows.

mod draws;
mod proportion;
mod score;

pub use draws::{crps, pinball, quantile, rank_bin};
pub use proportion::{Interval, clopper_pearson};
pub use score::{CENTRAL, Coverage, PERCENTS, RANK_BINS, Score};
