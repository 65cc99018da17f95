//! What a person wants to know of a run before anything else.

use domain::{Date, MenuWeek, SiteId, Timestamp};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::plan::RunId;
use crate::summary::{SiteDay, Spread};

/// The facts of a verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// The planned weeks, in order.
    pub weeks: Vec<WeekChange>,
    /// What must be ordered first.
    pub next_cutoff: Option<Cutoff>,
    /// The site and day that is fullest, over all planned weeks.
    pub fullest: Option<FullSite>,
}

/// A week's boxes beside those of its last publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WeekChange {
    /// The week.
    pub week: MenuWeek,
    /// Median of its boxes.
    pub boxes: u64,
    /// The same in its last publication.
    pub last: Option<u64>,
}

/// The first moment after which an order comes too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cutoff {
    /// The moment.
    pub order_by: Timestamp,
    /// The same on the site's clock.
    pub local: DateTime,
    /// Orders that must be placed by then.
    pub orders: u64,
}

/// How full a site is on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FullSite {
    /// The week.
    pub week: MenuWeek,
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub site_name: String,
    /// The packing day.
    pub date: Date,
    /// Boxes in the plan.
    pub boxes: u64,
    /// The most it may pack.
    pub cap: u64,
}

/// The last good plan of a week: its newest publication when this run was planned, made by another run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LastPlan {
    /// The week.
    pub week: MenuWeek,
    /// The run that made it.
    pub run: RunId,
    /// When that run planned.
    pub as_of: Timestamp,
    /// Boxes over its draws.
    pub boxes: Spread<u64>,
    /// Boxes in its plan.
    pub planned_boxes: u64,
    /// Names of its sites, in order; told where this run has no plan for the week.
    pub sites: Vec<(SiteId, String)>,
    /// Its sites and packing days; told where this run has no plan for the week.
    pub site_days: Vec<SiteDay>,
}
