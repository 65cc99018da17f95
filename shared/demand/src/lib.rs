//! How many boxes, of which recipes: the demand model.
//!
//! [`Observations`] hold what was sold; [`Model::fit`] learns from them once per run; [`Model::week`] says for one
//! menu week what is expected in each area and how wrong that may be. Forecasts are made in three parts that the
//! simulator joins: [`volume`], [`mix`] and the split into days, portion sizes and recipes per box ([`split`]).

mod accuracy;
mod add_ons;
mod coefficients;
mod cold_start;
#[cfg(test)]
mod fixture;
mod known;
mod levels;
pub mod mix;
mod observations;
mod origin;
mod overrides;
mod panel;
mod planners;
mod rolling;
pub mod split;
mod spread;
mod statistics;
pub mod volume;

use domain::{AreaId, MenuWeek, Portions};
use serde::{Deserialize, Serialize};
use snapshot::{Traits, WeekSnapshot};

use crate::origin::Origin;
use crate::panel::Panel;

pub use accuracy::{Accuracy, LeadAccuracy};
pub use observations::{BoxCount, Observations, PastIssue, RecipeFacts, SaleColumns, SaleRow};
pub use overrides::{BeforeAfter, Overridden};
pub use planners::{Errors, LeadErrors};
pub use spread::{Spread, Spreads};
pub use statistics::median;

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
    /// How wrong all this is, by lead week.
    pub spreads: Spreads,
    /// How good forecasts were on the last weeks of the history.
    pub accuracy: Accuracy,
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
    /// What the planners' overrides changed.
    pub overridden: Overridden,
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
        mean(&self.recipes_per_box)
    }
}

fn mean(recipes_per_box: &[(u8, f64)]) -> f64 {
    let product = |(count, share): &(u8, f64)| f64::from(*count) * share;
    recipes_per_box.iter().map(product).sum()
}

impl Model {
    /// Learns from what was sold.
    pub fn fit(observations: &Observations) -> Self {
        let split = split::SplitModel::fit(observations);
        let panel = Panel::new(observations);
        let traits: Vec<&Traits> = observations.recipes.iter().map(|r| &r.traits).collect();
        let end = panel.weeks.len();
        let origin = Origin::at(&panel, &traits, end);
        let stops = rolling::walk(&panel, &traits);
        let menu_effect = rolling::menu_effect(&panel, &stops);
        let errors = rolling::errors(&panel, &stops, menu_effect);
        Self {
            areas: observations.areas.clone(),
            history: observations
                .weeks
                .first()
                .copied()
                .zip(observations.weeks.last().copied()),
            volume: volume::VolumeModel::fit(observations, &panel, &split, &origin, menu_effect),
            mix: mix::MixModel::new(observations, &panel, &origin),
            split,
            spreads: Spreads::fit(&errors, end),
            accuracy: Accuracy::measure(&errors, &observations.weeks),
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
        let recipes_per_box: Vec<Vec<(u8, f64)>> = places
            .iter()
            .map(|place| self.split.recipes_per_box(*place, week, settings))
            .collect();
        let recipes: Vec<f64> = recipes_per_box.iter().map(|shares| mean(shares)).collect();
        let spread = self.spreads.at(week.lead_weeks);
        let mut mix = self.mix.week(week, &places);
        let own = (spread.level, spread.area);
        let mut volume = self.volume.week(week, &places, &mix.draws, &recipes, own);
        let mut weekdays: Vec<Option<[f64; 7]>> = places
            .iter()
            .map(|place| self.split.weekdays(*place))
            .collect();
        let mut overridden = Overridden::default();
        overridden.volume(overrides::Volume {
            week,
            boxes: &mut volume.boxes,
            weekdays: &mut weekdays,
        });
        let kits: Vec<f64> = volume
            .boxes
            .iter()
            .zip(&recipes)
            .map(|(boxes, recipes)| boxes * recipes)
            .collect();
        overridden.shares(week, &mut mix.shares, &kits);
        let deviation = |is_new: &bool| {
            if *is_new {
                spread.new_recipe
            } else {
                spread.recipe
            }
        };
        let mut recipe_deviation: Vec<f64> = mix.is_new.iter().map(deviation).collect();
        let mut concentrations = vec![spread.concentration; week.areas.len()];
        known::update(
            week,
            &mut mix.shares,
            &mut concentrations,
            &mut recipe_deviation,
        );
        let areas = recipes_per_box
            .into_iter()
            .enumerate()
            .map(|(at, recipes_per_box)| {
                let place = places.get(at).copied().flatten();
                let mut area = AreaDemand {
                    boxes: volume.boxes.get(at).copied().unwrap_or(0.0),
                    deviation: volume.own_deviation,
                    shares: mix.shares.get(at).cloned().unwrap_or_default(),
                    concentration: concentrations
                        .get(at)
                        .copied()
                        .unwrap_or(spread.concentration),
                    add_ons: mix.add_ons.get(at).cloned().unwrap_or_default(),
                    portions: self.split.portions(place, settings),
                    recipes_per_box,
                    weekdays: weekdays.get(at).copied().flatten(),
                };
                let kits = area.mean_recipes();
                area.add_ons.iter_mut().for_each(|per_kit| *per_kit *= kits);
                area
            });
        WeekDemand {
            areas: areas.collect(),
            level_deviation: volume.level_deviation,
            recipe_deviation,
            survival: survival(week.withdrawn),
            is_new: mix.is_new,
            volume_method: volume.method,
            overridden,
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
