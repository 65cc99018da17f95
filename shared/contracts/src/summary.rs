//! What a run says about itself to people: the content of `summary.json`, the report page and the terminal.

use domain::{
    Date, Decimal, Finding, MenuWeek, Override, ProductId, Sha256, SiteId, Timestamp, Unit,
};
use serde::{Deserialize, Serialize};

use crate::health::SourceHealth;
use crate::purchasing::ProposalReport;
use crate::shadow::ShadowReport;
use crate::verdict::{LastPlan, Verdict};

/// A number with its uncertainty, from the draws: quantiles are order statistics (inverse of the empirical
/// distribution, Hyndman and Fan's type 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Spread<T> {
    /// One chance in ten of less.
    pub p10: T,
    /// The median.
    pub p50: T,
    /// One chance in ten of more.
    pub p90: T,
}

/// Boxes of a week as a fan: quantiles of the draws, by percent, in ascending order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fan(pub Vec<(u8, u64)>);

impl Fan {
    /// The percents that a fan has.
    pub const PERCENTS: [u8; 7] = [5, 10, 25, 50, 75, 90, 95];

    /// The quantile at a percent.
    pub fn at(&self, percent: u8) -> Option<u64> {
        let found = self.0.iter().find(|(at, _)| *at == percent);
        found.map(|(_, boxes)| *boxes)
    }
}

/// How much the plan differs from the one published last, in recipe kits by site and packing day (WMAPE site of
/// arXiv 2509.06157, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlanChange {
    /// Σ|kits − last kits| over recipes, sites and days, by Σ kits; `None` without kits.
    pub wmape_site: Option<Decimal>,
    /// The same without telling sites apart: what demand alone has changed, and no allocation can undo.
    pub wmape_global: Option<Decimal>,
    /// How far WMAPE site may be from the least possible, as a share of it; 0 when proven least.
    pub gap: Decimal,
    /// Whether no allocation changes less.
    pub proven_least: bool,
    /// Known orders that had to leave their site.
    pub known_moved: u64,
}

/// How good forecasts so many weeks ahead have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeadAccuracy {
    /// Weeks ahead, from 1 on.
    pub lead_weeks: u32,
    /// WMAPE by area and recipe.
    pub wmape: Decimal,
    /// WMAPE by recipe.
    pub wmape_recipe: Decimal,
    /// WMAPE by area, all recipes together.
    pub wmape_area: Decimal,
    /// The same of naive forecasts, by their names.
    pub wmape_area_naive: Vec<(String, Decimal)>,
    /// Bias, above 0 when too much was expected.
    pub bias: Decimal,
    /// Share of what was sold by area and recipe inside the 80 % interval.
    pub coverage: Decimal,
    /// The same by recipe.
    pub coverage_recipe: Decimal,
    /// The same for whole weeks.
    pub coverage_total: Decimal,
}

/// What price and promotion do to a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Effect {
    /// What is done, such as `promotion`.
    pub cause: String,
    /// What a recipe's share is multiplied by, before the menu's shares are made to sum to 1.
    pub factor: Decimal,
}

/// What the demand model learned, and how good it has been.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelSummary {
    /// First and last week that accuracy was measured on, with spreads calibrated on the weeks before them.
    pub measured: Option<(MenuWeek, MenuWeek)>,
    /// By lead; empty where the history is too short.
    pub leads: Vec<LeadAccuracy>,
    /// What moves recipes' shares.
    pub effects: Vec<Effect>,
    /// By how much a menu that draws 1 % more raises boxes, in percent.
    pub menu_effect: Decimal,
    /// The methods combined for the largest area's volume, in words.
    pub volume_methods: String,
    /// Weeks of areas whose volume was taken as an outlier, or raised because they were sold out.
    pub adjusted_weeks: u64,
}

/// What one site packs on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SiteDay {
    /// The site.
    pub site: SiteId,
    /// The packing day.
    pub date: Date,
    /// Boxes in the plan.
    pub boxes: u64,
    /// Boxes over the draws.
    pub spread: Spread<u64>,
    /// The least this week may pack there.
    pub cap_min: Option<u64>,
    /// The most this week may pack there; `None`: no limit, 0: closed.
    pub cap_max: Option<u64>,
    /// Draws out of 1,000 in which fewer than the least are packed there.
    pub below_min_per_mille: u32,
}

/// A product's need over the whole week and all sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProductWeek {
    /// The product.
    pub product: ProductId,
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// The need.
    pub need: Spread<Decimal>,
    /// The last published median for this week, where there is one.
    pub last: Option<Decimal>,
}

/// A recipe's kits over the whole week and all sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecipeWeek {
    /// The recipe's id.
    pub recipe: domain::RecipeId,
    /// Its name.
    pub name: String,
    /// Kits.
    pub kits: Spread<u64>,
    /// Whether it has never been sold before.
    pub is_new: bool,
    /// Its expected share of the kits of meals before the planners' overrides and after; `None` where none changed
    /// shares.
    pub share_override: Option<Change<Decimal>>,
}

/// A number before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change<T> {
    /// Before.
    pub before: T,
    /// After.
    pub after: T,
}

/// A planner's override that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AppliedOverride {
    /// The override.
    #[serde(rename = "override")]
    pub made: Override,
    /// What it made of the forecast where it holds: boxes of a volume, a share of kits of a share.
    pub changed: Change<Decimal>,
}

/// One week as planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WeekSummary {
    /// The week.
    pub week: MenuWeek,
    /// Its first delivery date.
    pub start_date: Date,
    /// Its last delivery date.
    pub end_date: Date,
    /// Boxes over the draws.
    pub boxes: Spread<u64>,
    /// The same in finer steps.
    pub fan: Fan,
    /// Boxes in the plan: placed and short together.
    pub planned_boxes: u64,
    /// Of them known orders.
    pub known_boxes: u64,
    /// Boxes of the plan that no site can pack.
    pub shortfall: u64,
    /// Draws out of 1,000 in which some box finds no site.
    pub shortfall_per_mille: u32,
    /// How much the plan differs from the one published last, where there is one.
    pub change: Option<PlanChange>,
    /// Names of the sites, in order.
    pub sites: Vec<(SiteId, String)>,
    /// Every site and packing day, by site, then date.
    pub site_days: Vec<SiteDay>,
    /// The recipes, most kits first.
    pub recipes: Vec<RecipeWeek>,
    /// Every product with a need: the largest by cost, else by quantity, first.
    pub products: Vec<ProductWeek>,
    /// How volume was forecast, in words.
    pub volume_method: String,
    /// The planners' overrides of volume and shares, in the order in which they were applied.
    pub overrides: Vec<AppliedOverride>,
    /// Boxes expected before the overrides and after; `None` where none changed volume.
    pub volume_override: Option<Change<u64>>,
    /// What was found wrong for this week.
    pub findings: Vec<Finding>,
}

/// How one week ended, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum WeekReport {
    /// Planned, as far as it goes.
    Planned(Box<WeekSummary>),
    /// Stopped by a fault.
    Failed {
        /// The week.
        week: MenuWeek,
        /// The fault's name.
        fault: String,
        /// What was wrong, and what to do.
        message: String,
        /// The findings that stopped it, where there are any.
        findings: Vec<Finding>,
    },
}

impl WeekReport {
    /// The week.
    pub const fn week(&self) -> MenuWeek {
        match self {
            Self::Planned(summary) => summary.week,
            Self::Failed { week, .. } => *week,
        }
    }

    /// The week as planned, if it is.
    pub fn planned(&self) -> Option<&WeekSummary> {
        match self {
            Self::Planned(summary) => Some(summary),
            Self::Failed { .. } => None,
        }
    }
}

/// A whole run, for people: the content of `summary.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunSummary {
    /// The moment planned from.
    pub as_of: Timestamp,
    /// The what-if this is, if any.
    pub scenario: Option<String>,
    /// What the what-if changes, in words.
    pub changes: Vec<String>,
    /// States of the world drawn.
    pub replicates: u32,
    /// The seed.
    pub seed: u64,
    /// The plan's digest.
    pub plan: Sha256,
    /// First and last week of the history used.
    pub history: Option<(MenuWeek, MenuWeek)>,
    /// How the weeks' volumes were forecast, in words.
    pub volume_method: String,
    /// What the demand model learned, and how good it has been.
    pub model: ModelSummary,
    /// The weeks, in order.
    pub weeks: Vec<WeekReport>,
    /// What ran beside the run as a shadow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shadows: Vec<ShadowReport>,
    /// The purchase proposals.
    pub proposals: ProposalReport,
    /// What was found wrong with the data set as a whole.
    pub findings: Vec<Finding>,
    /// What a person wants to know before anything else.
    #[serde(default)]
    pub verdict: Verdict,
    /// The weeks' last publications, in order, where they have one that can be read.
    #[serde(default)]
    pub last: Vec<LastPlan>,
    /// How current the data set is, by table.
    #[serde(default)]
    pub health: Vec<SourceHealth>,
}

impl RunSummary {
    /// The last publication of a week.
    pub fn last_plan(&self, week: MenuWeek) -> Option<&LastPlan> {
        self.last.iter().find(|last| last.week == week)
    }
}
