//! How many boxes, of which recipes: the demand model.
//!
//! [`Observations`] hold what was sold; [`Model::fit`] learns from them once per run; [`Model::week`] says for one
//! menu week what is expected in each area and how wrong that may be. Forecasts are made in three parts that the
//! simulator joins: [`volume`], [`mix`] and the split into days, portion sizes and recipes per box ([`split`]).

pub mod mix;
mod observations;
pub mod split;
mod statistics;
pub mod volume;

use domain::{AreaId, MenuWeek, Portions};
use serde::{Deserialize, Serialize};
use snapshot::WeekSnapshot;

pub use observations::{BoxCount, Observations, PastIssue, RecipeFacts, SaleColumns, SaleRow};
pub use statistics::{median, robust_deviation};

/// Everything learned from history; one artifact, reused while history, settings and code are unchanged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The areas, in order; the lists of `volume`, `mix` and `split` go by it.
    pub areas: Vec<AreaId>,
    /// First and last week of the history used.
    pub history: Option<(MenuWeek, MenuWeek)>,
    /// Boxes a week.
    pub volume: volume::VolumeModel,
    /// Recipe shares.
    pub mix: mix::MixModel,
    /// Days, portion sizes, recipes per box.
    pub split: split::SplitModel,
}

/// What is expected of one week, and how wrong it may be.
#[derive(Debug, Clone, PartialEq)]
pub struct WeekDemand {
    /// By place in the snapshot's areas.
    pub areas: Vec<AreaDemand>,
    /// Spread of the logarithm of volume that all areas share.
    pub level_deviation: f64,
    /// Spread of the logarithm of a recipe's appeal that all areas share, by place on the menu.
    pub recipe_deviation: Vec<f64>,
    /// Chance that a known order which can still be withdrawn is kept.
    pub survival: f64,
    /// Whether the recipe has never been sold, by place on the menu.
    pub is_new: Vec<bool>,
    /// How the volume was forecast, in words.
    pub volume_method: &'static str,
}

/// What is expected of one area in one week.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaDemand {
    /// Median boxes.
    pub boxes: f64,
    /// Spread of the logarithm of volume that is the area's own.
    pub deviation: f64,
    /// Share of each meal in the kits of meals, by place on the menu; 0 where it is not offered. Sums to 1.
    pub shares: Vec<f64>,
    /// Concentration of the shares around their mean; the larger, the closer.
    pub concentration: f64,
    /// Add-on kits a box, by place on the menu; 0 for meals.
    pub add_ons: Vec<f64>,
    /// Share of boxes of each portion size.
    pub portions: Vec<(Portions, f64)>,
    /// Share of boxes with so many distinct recipes.
    pub recipes_per_box: Vec<(u8, f64)>,
    /// Share of the week's boxes delivered on each weekday, Monday first; `None`: evenly.
    pub weekdays: Option<[f64; 7]>,
}

impl AreaDemand {
    /// Mean number of distinct recipes in a box.
    pub fn mean_recipes(&self) -> f64 {
        self.recipes_per_box
            .iter()
            .map(|(count, share)| f64::from(*count) * share)
            .sum()
    }
}

impl Model {
    /// Learns from what was sold.
    pub fn fit(observations: &Observations) -> Self {
        let split = split::SplitModel::fit(observations);
        Self {
            areas: observations.areas.clone(),
            history: observations
                .weeks
                .first()
                .copied()
                .zip(observations.weeks.last().copied()),
            volume: volume::VolumeModel::fit(observations, &split),
            mix: mix::MixModel::fit(observations),
            split,
        }
    }

    /// What is expected of a week.
    ///
    /// `recipes_per_box` replaces what history and the data set say, where given.
    pub fn week(&self, week: &WeekSnapshot, settings: &Constraints) -> WeekDemand {
        let places: Vec<Option<usize>> = week
            .areas
            .iter()
            .map(|area| self.areas.binary_search(&area.id).ok())
            .collect();
        let volume = self.volume.week(week, &places);
        let mix = self.mix.week(week, &places);
        let areas = week.areas.iter().enumerate().map(|(at, _)| {
            let place = places.get(at).copied().flatten();
            let (boxes, deviation) = volume.areas.get(at).copied().unwrap_or_default();
            let mut area = AreaDemand {
                boxes,
                deviation,
                shares: mix.shares.get(at).cloned().unwrap_or_default(),
                concentration: self.mix.concentration,
                add_ons: mix.add_ons.get(at).cloned().unwrap_or_default(),
                portions: self.split.portions(place, settings),
                recipes_per_box: self.split.recipes_per_box(place, week, settings),
                weekdays: self.split.weekdays(place),
            };
            let kits = area.mean_recipes();
            area.add_ons.iter_mut().for_each(|per_kit| *per_kit *= kits);
            area
        });
        WeekDemand {
            areas: areas.collect(),
            level_deviation: volume.level_deviation,
            recipe_deviation: mix.deviations,
            survival: survival(week.withdrawn),
            is_new: mix.is_new,
            volume_method: volume.method,
        }
    }
}

/// The chance that an order is kept, from how many were withdrawn of how many; as if 20 more had all been kept.
fn survival((withdrawn, orders): (u64, u64)) -> f64 {
    1.0 - withdrawn as f64 / (orders as f64 + 20.0)
}

/// What the plan's settings say about boxes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Constraints {
    /// Recipes per box with the share of boxes, where set.
    pub recipes_per_box: Option<Vec<(u8, f64)>>,
    /// The portion sizes offered, where set.
    pub portion_sizes: Option<Vec<Portions>>,
}
