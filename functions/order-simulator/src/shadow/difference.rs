//! An active week against its shadow, in exact numbers.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use contracts::{Pair, WeekSummary};
use domain::{Date, Decimal, MenuWeek, RecipeId, SiteId};
use serde::Serialize;
use simulation::{DamagedDraws, Packed};

use crate::tables::RecipePlanRow;

/// What of a simulated week is compared.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) summary: WeekSummary,
    pub(super) plan: Vec<RecipePlanRow>,
    pub(super) draws: DrawnKits,
}

/// Kits of each recipe over all states of the world together, and how many states there are.
#[derive(Debug, Default)]
pub(super) struct DrawnKits {
    pub(super) kits: BTreeMap<RecipeId, u64>,
    pub(super) replicates: u64,
}

impl DrawnKits {
    /// Counts them in stored draws; `menu` gives the recipes in the order of the week's snapshot.
    pub(super) fn count(
        bytes: &[u8],
        sites: usize,
        days: usize,
        menu: &[RecipeId],
    ) -> Result<Self, DamagedDraws> {
        let packed = Packed::open(bytes)?;
        let per_item = packed.portions().len() * packed.replicates();
        let mut drawn = Self {
            kits: BTreeMap::new(),
            replicates: packed.replicates() as u64,
        };
        for site in 0..sites {
            let draws = packed.site(site)?;
            for day in 0..days {
                for (recipe, kits) in menu.iter().zip(draws.kits(day).chunks(per_item.max(1))) {
                    let kits: u64 = kits.iter().map(|kits| u64::from(*kits)).sum();
                    *drawn.kits.entry(recipe.clone()).or_default() += kits;
                }
            }
        }
        Ok(drawn)
    }

    /// The mean of a recipe, rounded half up to a thousandth.
    fn mean(&self, recipe: &RecipeId) -> Decimal {
        let kits = self.kits.get(recipe).copied().unwrap_or(0);
        let worlds = self.replicates.max(1);
        let thousandths = (kits * 1000 + worlds / 2) / worlds;
        Decimal::from_millionths((thousandths * 1000).cast_signed())
    }
}

/// Kits and by how many of them two plans differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Distance {
    /// Σ|shadow − active|.
    pub(super) differing: u64,
    /// Σ active.
    pub(super) active: u64,
}

impl Distance {
    fn of(pairs: impl IntoIterator<Item = Pair<u64>>) -> Self {
        let mut distance = Self::default();
        for pair in pairs {
            distance.differing += pair.active.abs_diff(pair.shadow);
            distance.active += pair.active;
        }
        distance
    }

    /// WMAPE in thousandths, rounded half up; `None` without kits.
    pub(super) fn per_mille(self) -> Option<u64> {
        (self.active > 0).then(|| (self.differing * 1000 + self.active / 2) / self.active)
    }
}

impl AddAssign for Distance {
    fn add_assign(&mut self, other: Self) {
        self.differing += other.differing;
        self.active += other.active;
    }
}

/// A week of a shadow against the active one.
#[derive(Debug, Serialize)]
pub(super) struct WeekDifference {
    pub(super) week: MenuWeek,
    /// Boxes in the plan.
    pub(super) boxes: Pair<u64>,
    /// Of them without a site.
    pub(super) shortfall: Pair<u64>,
    /// Draws out of 1,000 in which some box finds no site.
    pub(super) shortfall_per_mille: Pair<u32>,
    /// The plan's kits by site, packing day and recipe.
    pub(super) kits_at_sites: Distance,
    /// The plan's kits by recipe alone.
    pub(super) kits: Distance,
    /// Boxes of the plan by site and packing day.
    pub(super) site_days: Vec<SiteDayDifference>,
    /// Kits by recipe, those that differ most first.
    pub(super) recipes: Vec<RecipeDifference>,
}

/// A site on a packing day.
#[derive(Debug, Serialize)]
pub(super) struct SiteDayDifference {
    pub(super) site: SiteId,
    pub(super) date: Date,
    pub(super) boxes: Pair<u64>,
}

/// A recipe over all sites and days.
#[derive(Debug, Serialize)]
pub(super) struct RecipeDifference {
    pub(super) recipe: RecipeId,
    pub(super) name: String,
    /// Kits in the plan.
    pub(super) kits: Pair<u64>,
    /// Mean kits over the states of the world.
    pub(super) mean: Pair<Decimal>,
}

/// Compares a week.
pub(super) fn week(active: &Side, shadow: &Side) -> WeekDifference {
    let pair = |number: fn(&WeekSummary) -> u64| Pair {
        active: number(&active.summary),
        shadow: number(&shadow.summary),
    };
    let at_sites = pairs(active, shadow, |row| {
        (row.site_id.clone(), row.packing_date, row.recipe_id.clone())
    });
    let by_recipe = pairs(active, shadow, |row| row.recipe_id.clone());
    WeekDifference {
        week: active.summary.week,
        boxes: pair(|summary| summary.planned_boxes),
        shortfall: pair(|summary| summary.shortfall),
        shortfall_per_mille: Pair {
            active: active.summary.shortfall_per_mille,
            shadow: shadow.summary.shortfall_per_mille,
        },
        kits_at_sites: Distance::of(at_sites.into_values()),
        kits: Distance::of(by_recipe.values().copied()),
        site_days: site_days(&active.summary, &shadow.summary),
        recipes: recipes(active, shadow, &by_recipe),
    }
}

/// Kits of both plans, by what a row counts for.
fn pairs<K: Ord>(
    active: &Side,
    shadow: &Side,
    key: impl Fn(&RecipePlanRow) -> K,
) -> BTreeMap<K, Pair<u64>> {
    let mut pairs: BTreeMap<K, Pair<u64>> = BTreeMap::new();
    for row in &active.plan {
        pairs.entry(key(row)).or_default().active += u64::from(row.kits);
    }
    for row in &shadow.plan {
        pairs.entry(key(row)).or_default().shadow += u64::from(row.kits);
    }
    pairs
}

fn site_days(active: &WeekSummary, shadow: &WeekSummary) -> Vec<SiteDayDifference> {
    let mut pairs: BTreeMap<(SiteId, Date), Pair<u64>> = BTreeMap::new();
    for day in &active.site_days {
        pairs
            .entry((day.site.clone(), day.date))
            .or_default()
            .active = day.boxes;
    }
    for day in &shadow.site_days {
        pairs
            .entry((day.site.clone(), day.date))
            .or_default()
            .shadow = day.boxes;
    }
    let row = |((site, date), boxes)| SiteDayDifference { site, date, boxes };
    pairs.into_iter().map(row).collect()
}

fn recipes(
    active: &Side,
    shadow: &Side,
    planned: &BTreeMap<RecipeId, Pair<u64>>,
) -> Vec<RecipeDifference> {
    let row = |recipe: &contracts::RecipeWeek| RecipeDifference {
        recipe: recipe.recipe.clone(),
        name: recipe.name.clone(),
        kits: planned.get(&recipe.recipe).copied().unwrap_or_default(),
        mean: Pair {
            active: active.draws.mean(&recipe.recipe),
            shadow: shadow.draws.mean(&recipe.recipe),
        },
    };
    let mut rows: Vec<RecipeDifference> = active.summary.recipes.iter().map(row).collect();
    rows.sort_by(|a, b| {
        let apart = |row: &RecipeDifference| row.kits.active.abs_diff(row.kits.shadow);
        apart(b)
            .cmp(&apart(a))
            .then_with(|| a.recipe.cmp(&b.recipe))
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_the_sum_of_differences_by_the_active_kits() {
        let pair = |active, shadow| Pair { active, shadow };
        let distance = Distance::of([pair(100, 90), pair(0, 10), pair(300, 300)]);
        assert_eq!((distance.differing, distance.active), (20, 400));
        assert_eq!(distance.per_mille(), Some(50));
        assert_eq!(Distance::of([pair(0, 7)]).per_mille(), None);
    }

    #[test]
    fn a_mean_over_draws_is_rounded_half_up_to_a_thousandth() {
        let recipe: RecipeId = "R1".parse().unwrap();
        let drawn = DrawnKits {
            kits: BTreeMap::from([(recipe.clone(), 10)]),
            replicates: 3,
        };
        assert_eq!(drawn.mean(&recipe).to_string(), "3.333");
        assert_eq!(drawn.mean(&"R2".parse().unwrap()).to_string(), "0");
    }
}
