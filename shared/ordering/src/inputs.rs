//! What proposals are made from.

use std::collections::BTreeMap;
use std::fmt;

use domain::{Date, Portions};
use simulation::{DamagedDraws, Packed, SiteDraws};
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

/// A week's states of the world, read site by site.
pub trait Worlds: fmt::Debug + Sync {
    /// How many there are.
    fn replicates(&self) -> usize;

    /// The portion sizes that kits are counted by, in order.
    fn portions(&self) -> &[Portions];

    /// What a site packs; sites stand as in the week's snapshot.
    ///
    /// # Errors
    /// [`DamagedDraws`] when they are stored and cannot be read.
    fn site(&self, place: usize) -> Result<SiteDraws, DamagedDraws>;
}

impl Worlds for Packed<'_> {
    fn replicates(&self) -> usize {
        Packed::replicates(self)
    }

    fn portions(&self) -> &[Portions] {
        Packed::portions(self)
    }

    fn site(&self, place: usize) -> Result<SiteDraws, DamagedDraws> {
        Packed::site(self, place)
    }
}

/// A week's needs.
#[derive(Debug, Clone)]
pub struct Week<'a> {
    /// The week as it was read.
    pub snapshot: &'a WeekSnapshot,
    /// Its states of the world.
    pub draws: &'a dyn Worlds,
    /// Kits of known orders, by place of the site, packing day, place on the menu and portion size.
    pub known: BTreeMap<(usize, Date, usize, Portions), u64>,
    /// Whether it stands in for a week that failed.
    pub stand_in: bool,
}
