//! What proposals are made from.

use std::collections::BTreeMap;
use std::fmt;

use domain::{Date, Portions};
use simulation::{DamagedDraws, Packed, SiteDraws};
use snapshot::WeekSnapshot;
use supply::Supply;

use crate::proposal::Milli;
use crate::rounding::rounded;

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
    /// How much of 1000 of a perishable delivery may be expected to be wasted at most, for quantiles and days of cover;
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
    /// Whether it is the last publication of a week that failed or is not planned.
    pub stand_in: bool,
    /// What overrides of volume and shares have made of its simulated orders; `None` where there are none.
    pub lift: Option<Lift>,
}

/// What overrides of a week's volume and shares have made of its simulated orders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lift {
    /// Boxes expected before and after.
    pub volume: Option<(u64, u64)>,
    /// Shares before and after, in millionths, by place on the menu.
    pub shares: BTreeMap<usize, (i64, i64)>,
    /// The overrides: which, whose and why.
    pub by: String,
}

impl Lift {
    /// The part of a simulated quantity that the overrides have added, in proportion to volume and, of a recipe, share;
    /// below 0 where they have taken away.
    pub(crate) fn part(&self, simulated: Milli, item: Option<usize>) -> Milli {
        let (mut before, mut after) = (1_i128, 1_i128);
        if let Some((was, is)) = self.volume {
            before *= i128::from(was);
            after *= i128::from(is);
        }
        if let Some((was, is)) = item.and_then(|item| self.shares.get(&item)) {
            before *= i128::from(*was);
            after *= i128::from(*is);
        }
        if after <= 0 {
            return 0;
        }
        simulated - rounded(i128::from(simulated) * before, after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lift_is_the_part_that_would_not_be_there_without_the_overrides() {
        let lift = Lift {
            volume: Some((1_000, 1_250)),
            shares: BTreeMap::from([(3, (20_000, 10_000))]),
            by: String::new(),
        };
        assert_eq!(lift.part(500, None), 100);
        assert_eq!(lift.part(500, Some(1)), 100);
        // Half the share at five quarters of the volume: 800 would be there instead of 500.
        assert_eq!(lift.part(500, Some(3)), -300);
    }
}
