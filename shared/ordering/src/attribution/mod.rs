//! Why quantities changed: the inputs of one plan are replaced by another's, group by group, under the same random
//! numbers, and what each replacement changes is its part. The parts sum exactly to the change.
//!
//! Stored draws are taken apart into volume (kits of the week), mix (a recipe's part of them) and allocation (the part
//! of a recipe's kits at a site and day), replicate by replicate, so that each can be replaced without simulating
//! anew.

mod merged;
mod mixed;

use std::collections::{BTreeMap, BTreeSet};

use domain::{ProductId, SiteId};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use supply::Supply;

use crate::NeedsError;
use crate::inputs::{Inputs, Week};
use crate::proposal::{LineKey, Milli};
use crate::site::Ordering;
use merged::MergedWeek;
use mixed::{Mixed, Sides};

/// A group of inputs that is replaced as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Kits and boxes of each week, and which weeks are planned.
    Volume,
    /// Recipes' parts of the kits.
    Mix,
    /// Bills of materials and packaging.
    BillOfMaterials,
    /// Where and when kits are packed.
    Allocation,
    /// Stock, orders under way and the moment they are looked at.
    Stock,
    /// Vendors' terms and the facts of products.
    Terms,
    /// Policies, overrides of needs and quantities, settings and the number of draws.
    Settings,
}

impl Group {
    /// Every group, in the sequence in which a run replaces them.
    pub const ALL: [Self; 7] = [
        Self::Volume,
        Self::Mix,
        Self::BillOfMaterials,
        Self::Allocation,
        Self::Stock,
        Self::Terms,
        Self::Settings,
    ];

    const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// The group in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Volume => "volume",
            Self::Mix => "recipe mix",
            Self::BillOfMaterials => "bills of materials",
            Self::Allocation => "allocation and caps",
            Self::Stock => "stock and inbound",
            Self::Terms => "supplier terms",
            Self::Settings => "settings and overrides",
        }
    }
}

/// Groups, as bits.
type Groups = u8;

/// How the parts are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// One after another, in the order of [`Group::ALL`].
    Sequence,
    /// The mean over all orders (Shapley 1953).
    Shapley,
}

/// A line that may have changed: its quantity before and after, 0 where there was or is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The line.
    pub key: LineKey,
    /// Its quantity before.
    pub before: Milli,
    /// Its quantity after.
    pub after: Milli,
}

/// Why a line changed: `after - before = method + sum of parts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    /// The line.
    pub key: LineKey,
    /// Its quantity before.
    pub before: Milli,
    /// Its quantity after.
    pub after: Milli,
    /// New code on the old inputs.
    pub method: Milli,
    /// What each group changes, in the order of [`Group::ALL`].
    pub parts: [Milli; 7],
}

impl Attribution {
    /// What changed the line, cause by cause in words, without those that changed nothing.
    pub fn causes(&self) -> impl Iterator<Item = (&'static str, Milli)> + '_ {
        let groups = Group::ALL
            .into_iter()
            .map(|group| (group.words(), self.parts[group as usize]));
        let causes = groups.chain([("the method", self.method)]);
        causes.filter(|(_, part)| *part != 0)
    }
}

/// Attributes the changes of some lines from `old` to `new`.
///
/// Only the sites of these lines are planned anew, and of their products those that share a vendor with one of them.
///
/// # Errors
/// [`NeedsError`] when the draws or bills of materials of either cannot be used.
pub fn attribute(
    old: &Inputs<'_>,
    new: &Inputs<'_>,
    lines: &[Changed],
    way: Way,
) -> Result<Vec<Attribution>, NeedsError> {
    let mut sites: BTreeMap<&SiteId, BTreeSet<&ProductId>> = BTreeMap::new();
    for line in lines {
        sites
            .entry(&line.key.site)
            .or_default()
            .insert(&line.key.product);
    }
    let products: BTreeSet<&ProductId> = sites.values().flatten().copied().collect();
    let products = with_neighbours(&products, [old.supply, new.supply]);
    let weeks = MergedWeek::all(old, new);
    let sides: Result<Vec<Sides<'_>>, NeedsError> = weeks.iter().map(Sides::new).collect();
    let sides = sides?;
    let changed = changed_groups(old, new, &weeks, &sides);
    let subsets = subsets(&changed, way);
    let worlds: Vec<Vec<Mixed<'_>>> = subsets
        .iter()
        .map(|subset| {
            sides
                .iter()
                .map(|sides| Mixed::new(sides, *subset))
                .collect()
        })
        .collect();
    let snapshots: Vec<Vec<snapshot::WeekSnapshot>> = subsets
        .iter()
        .map(|subset| {
            weeks
                .iter()
                .map(|week| week.snapshot(*subset, &products))
                .collect()
        })
        .collect();
    let supplies: Vec<Supply> = subsets
        .iter()
        .map(|subset| supply(old, new, *subset))
        .collect();
    let inputs: Vec<Inputs<'_>> = (0..subsets.len())
        .map(|at| {
            let subset = subsets[at];
            let planned = weeks.iter().zip(&snapshots[at]).zip(&worlds[at]);
            let planned = planned.filter(|((week, _), _)| week.is_planned(subset));
            let chosen = if subset & Group::Settings.bit() > 0 {
                new
            } else {
                old
            };
            Inputs {
                supply: &supplies[at],
                weeks: planned
                    .map(|((_, snapshot), worlds)| Week {
                        snapshot,
                        draws: worlds,
                        known: BTreeMap::new(),
                        stand_in: false,
                        lift: None,
                    })
                    .collect(),
                settings: chosen.settings,
                seed: chosen.seed,
            }
        })
        .collect();
    let ready: Result<Vec<Ordering<'_>>, NeedsError> = inputs.iter().map(Ordering::new).collect();
    let ready = ready?;
    let sites: Vec<&SiteId> = sites.into_keys().collect();
    let by_site: Result<Vec<Vec<BTreeMap<LineKey, Milli>>>, NeedsError> = sites
        .par_iter()
        .map(|site| {
            for sides in &sides {
                sides.load(site)?;
            }
            let quantities = ready.iter().map(|ready| quantities(ready, site)).collect();
            for sides in &sides {
                sides.forget(site);
            }
            quantities
        })
        .collect();
    let by_site: BTreeMap<&SiteId, Vec<BTreeMap<LineKey, Milli>>> =
        sites.into_iter().zip(by_site?).collect();

    let attributed = lines.iter().map(|line| {
        let all = by_site.get(&line.key.site);
        let quantity = |at: usize| {
            let quantities = all.and_then(|all| all.get(at));
            quantities
                .and_then(|lines| lines.get(&line.key))
                .copied()
                .unwrap_or(0)
        };
        let values: Vec<Milli> = (0..subsets.len()).map(quantity).collect();
        attributed(line, &values, &changed, way)
    });
    Ok(attributed.collect())
}

/// A line's attribution from its quantity with every subset of the changed groups.
fn attributed(line: &Changed, values: &[Milli], changed: &[Group], way: Way) -> Attribution {
    let parts_of_changed: Vec<Milli> = match way {
        Way::Sequence => values.windows(2).map(|pair| pair[1] - pair[0]).collect(),
        Way::Shapley => shapley(values, changed.len()),
    };
    let mut parts = [0; 7];
    for (group, part) in changed.iter().zip(parts_of_changed) {
        parts[*group as usize] = part;
    }
    Attribution {
        key: line.key.clone(),
        before: line.before,
        after: line.after,
        // Whatever no group explains is the method's: on the old inputs, or on the new ones where the plan of these
        // products alone differs from that of all.
        method: line.after - line.before - parts.iter().sum::<Milli>(),
        parts,
    }
}

/// The sets of new groups to plan with: none, then one more each time, or every set.
fn subsets(changed: &[Group], way: Way) -> Vec<Groups> {
    match way {
        Way::Sequence => {
            let mut subset = 0;
            let steps = changed.iter().map(|group| {
                subset |= group.bit();
                subset
            });
            std::iter::once(0).chain(steps).collect()
        }
        Way::Shapley => {
            let subset = |chosen: u32| {
                let members = changed.iter().enumerate();
                let chosen = members.filter(|(at, _)| chosen >> at & 1 == 1);
                chosen.map(|(_, group)| group.bit()).sum()
            };
            (0..1 << changed.len()).map(subset).collect()
        }
    }
}

fn quantities(ready: &Ordering<'_>, site: &SiteId) -> Result<BTreeMap<LineKey, Milli>, NeedsError> {
    if !ready.knows(site) {
        return Ok(BTreeMap::new());
    }
    let lines = ready.propose(site)?.lines.into_iter();
    Ok(lines.map(|line| (line.key, line.quantity)).collect())
}

fn supply(old: &Inputs<'_>, new: &Inputs<'_>, subset: Groups) -> Supply {
    let of = |group: Group| {
        if subset & group.bit() > 0 {
            new.supply
        } else {
            old.supply
        }
    };
    Supply {
        stock: of(Group::Stock).stock.clone(),
        terms: of(Group::Terms).terms.clone(),
        policies: of(Group::Settings).policies.clone(),
        corrections: of(Group::Settings).corrections.clone(),
    }
}

/// The products, and those that some vendor of theirs sells too: its least order value ties them together.
fn with_neighbours(products: &BTreeSet<&ProductId>, supplies: [&Supply; 2]) -> BTreeSet<ProductId> {
    let mut wide: BTreeSet<ProductId> = products.iter().map(|id| (*id).clone()).collect();
    for supply in supplies {
        let offers = supply.terms.offers.iter();
        let least = |vendor| {
            let vendor = supply.terms.vendor(vendor);
            vendor.is_some_and(|vendor| vendor.min_order_value.is_some())
        };
        let vendors: BTreeSet<_> = offers
            .filter(|offer| products.contains(&offer.product) && least(&offer.vendor))
            .map(|offer| &offer.vendor)
            .collect();
        let offers = supply.terms.offers.iter();
        wide.extend(
            offers
                .filter(|offer| vendors.contains(&offer.vendor))
                .map(|offer| offer.product.clone()),
        );
    }
    wide
}

fn changed_groups(
    old: &Inputs<'_>,
    new: &Inputs<'_>,
    weeks: &[MergedWeek<'_>],
    sides: &[Sides<'_>],
) -> Vec<Group> {
    let settings = old.supply.policies != new.supply.policies
        || old.supply.corrections != new.supply.corrections
        || (old.settings, old.seed) != (new.settings, new.seed)
        || sides.iter().any(Sides::other_replicates);
    let differs = |group: &Group| match group {
        Group::Volume => {
            weeks.iter().any(|week| !week.is_in_both()) || sides.iter().any(Sides::other_volume)
        }
        Group::Mix => sides.iter().any(Sides::other_mix),
        Group::BillOfMaterials => weeks.iter().any(MergedWeek::other_bom),
        Group::Allocation => sides.iter().any(Sides::other_allocation),
        Group::Stock => old.supply.stock != new.supply.stock,
        Group::Terms => old.supply.terms != new.supply.terms,
        Group::Settings => settings,
    };
    Group::ALL.into_iter().filter(differs).collect()
}

/// Shapley values from the worth of every subset (bit i of the place: player i is in), rounded so that they sum to
/// the worth of all less that of none.
fn shapley(values: &[Milli], players: usize) -> Vec<Milli> {
    let factorial = |n: usize| (1..=n as i128).product::<i128>();
    let all = factorial(players);
    let mut exact = vec![0_i128; players];
    for (subset, value) in values.iter().enumerate() {
        let size = subset.count_ones() as usize;
        for (player, sum) in exact.iter_mut().enumerate() {
            // Of all orders, those in which exactly these players come before the player.
            if subset >> player & 1 == 0 {
                let with = values.get(subset | 1 << player).copied().unwrap_or(0);
                let weight = factorial(size) * factorial(players - size - 1);
                *sum += weight * i128::from(with - value);
            }
        }
    }
    crate::rounding::rounded_parts(exact, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapley_values_share_what_players_make_together() {
        // Worth of {}, {a}, {b}, {a, b}: together they make 9 more than alone.
        assert_eq!(shapley(&[0, 1, 2, 12], 2), [6, 6]);
        assert_eq!(shapley(&[5], 0), Vec::<Milli>::new());
        // The glove game: one left glove, two right ones; exact values 2/3, 1/6, 1/6 of 6 000.
        let worth = |subset: usize| {
            if subset & 1 == 1 && subset > 1 {
                6_000
            } else {
                0
            }
        };
        let values: Vec<Milli> = (0..8).map(worth).collect();
        assert_eq!(shapley(&values, 3), [4_000, 1_000, 1_000]);
    }

    #[test]
    fn rounded_parts_sum_to_the_whole() {
        let values: Vec<Milli> = (0..8)
            .map(|subset: i64| if subset == 7 { 100 } else { 0 })
            .collect();
        assert_eq!(shapley(&values, 3).iter().sum::<Milli>(), 100);
    }
}
