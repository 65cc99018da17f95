//! What proposals are made from.

use std::collections::BTreeMap;

use domain::{Date, Portions};
use simulation::Packed;
use snapshot::WeekSnapshot;
use supply::Supply;

/// Everything that purchase proposals are made from.
#[derive(Debug, Clone)]
pub struct Inputs<'a> {
    /// Stock, terms and policies.
    pub supply: &'a Supply,
    /// The weeks, in order; days that none of them packs on need nothing.
    pub weeks: Vec<Week<'a>>,
    /// How to decide.
    pub settings: Settings,
    /// The seed of all randomness.
    pub seed: u64,
}

/// How to decide where the data set says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The most draws of 1000 in which part of a perishable delivery may be wasted, for quantiles and days of cover;
    /// a newsvendor weighs waste by its cost instead.
    pub waste_per_mille: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            waste_per_mille: 200,
        }
    }
}

/// A week's needs.
#[derive(Debug, Clone)]
pub struct Week<'a> {
    /// The week as it was read.
    pub snapshot: &'a WeekSnapshot,
    /// Its states of the world.
    pub draws: Packed<'a>,
    /// Kits of known orders, by place of the site, packing day, place on the menu and portion size.
    pub known: BTreeMap<(usize, Date, usize, Portions), u64>,
    /// Whether it stands in for a week that failed.
    pub stand_in: bool,
}
