//! States of the world whose volume, mix and allocation come from different plans.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::{Portions, SiteId};
use simulation::{DamagedDraws, SiteDraws};

use super::merged::MergedWeek;
use super::{Group, Groups};
use crate::NeedsError;
use crate::inputs::{Week, Worlds};

/// One plan's sums of a week, in the merged numbering: replicates side by side.
#[derive(Debug, PartialEq, Eq)]
struct Sums {
    replicates: usize,
    /// By recipe and portion size.
    kits: Vec<u64>,
    /// Of all recipes, and of boxes.
    volume: Vec<u64>,
    boxes: Vec<u64>,
}

/// One plan's counts at a site: by packing day, recipe, portion size and replicate; boxes by packing day and replicate.
#[derive(Debug, PartialEq, Eq)]
struct Counts {
    kits: Vec<u32>,
    boxes: Vec<u32>,
}

/// The sides' counts at the sites that are worked on.
type Held = BTreeMap<SiteId, Arc<[Option<Counts>; 2]>>;

/// A week's draws in both plans.
#[derive(Debug)]
pub(super) struct Sides<'a> {
    week: &'a MergedWeek<'a>,
    sums: [Option<Sums>; 2],
    /// Whether some site's counts differ where volume and mix do not.
    other_allocation: bool,
    held: Mutex<Held>,
}

impl<'a> Sides<'a> {
    /// Sums both plans' draws of a week.
    pub(super) fn new(week: &'a MergedWeek<'a>) -> Result<Self, NeedsError> {
        let mut sides = Self {
            week,
            sums: [None, None],
            other_allocation: false,
            held: Mutex::default(),
        };
        for (place, side) in week.sides.iter().enumerate() {
            if let Some(side) = side {
                let replicates = side.draws.replicates();
                let cells = week.recipes.len() * week.sizes.len();
                sides.sums[place] = Some(Sums {
                    replicates,
                    kits: vec![0; cells * replicates],
                    volume: vec![0; replicates],
                    boxes: vec![0; replicates],
                });
            }
        }
        for site in &week.sites {
            let counts = sides.read(site)?;
            sides.other_allocation |= counts[0] != counts[1];
            for (sums, counts) in sides.sums.iter_mut().zip(counts.iter()) {
                if let (Some(sums), Some(counts)) = (sums, counts) {
                    sums.add(counts);
                }
            }
        }
        Ok(sides)
    }

    fn read(&self, site: &SiteId) -> Result<[Option<Counts>; 2], NeedsError> {
        let mut counts = [None, None];
        for (counts, side) in counts.iter_mut().zip(self.week.sides) {
            let Some(side) = side else { continue };
            let place = side
                .snapshot
                .sites
                .iter()
                .position(|facts| facts.id == *site);
            if let Some(place) = place {
                let draws = side
                    .draws
                    .site(place)
                    .map_err(|error| NeedsError(format!("{}: {error}", self.week.week)))?;
                *counts = Some(self.placed(side, &draws));
            }
        }
        Ok(counts)
    }

    /// A side's counts in the merged numbering.
    fn placed(&self, side: &Week<'_>, draws: &SiteDraws) -> Counts {
        let (week, own) = (self.week, side.snapshot);
        let replicates = side.draws.replicates();
        let cells = week.recipes.len() * week.sizes.len();
        let mut counts = Counts {
            kits: vec![0; week.days.len() * cells * replicates],
            boxes: vec![0; week.days.len() * replicates],
        };
        let sizes = side.draws.portions();
        for (in_own, day) in own.packing_days.iter().enumerate() {
            let Ok(day) = week.days.binary_search(day) else {
                continue;
            };
            copy(&mut counts.boxes, day * replicates, draws.boxes(in_own));
            let rows = draws.kits(in_own).chunks(replicates.max(1));
            for (cell, row) in rows.enumerate() {
                let (item, size) = (cell / sizes.len().max(1), cell % sizes.len().max(1));
                let recipe = own.menu.get(item).map(|item| &item.recipe);
                let recipe = recipe.and_then(|id| week.recipes.binary_search(id).ok());
                let size = sizes
                    .get(size)
                    .and_then(|size| week.sizes.binary_search(size).ok());
                if let (Some(recipe), Some(size)) = (recipe, size) {
                    let place = day * cells + recipe * week.sizes.len() + size;
                    copy(&mut counts.kits, place * replicates, row);
                }
            }
        }
        counts
    }

    /// Keeps a site's counts at hand.
    pub(super) fn load(&self, site: &SiteId) -> Result<(), NeedsError> {
        let counts = Arc::new(self.read(site)?);
        self.held().insert(site.clone(), counts);
        Ok(())
    }

    /// Lets a site's counts go.
    pub(super) fn forget(&self, site: &SiteId) {
        self.held().remove(site);
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn other_replicates(&self) -> bool {
        self.both(|old, new| old.replicates != new.replicates)
    }

    pub(super) fn other_volume(&self) -> bool {
        self.both(|old, new| old.volume != new.volume || old.boxes != new.boxes)
    }

    pub(super) fn other_mix(&self) -> bool {
        self.both(|old, new| old.kits != new.kits)
    }

    pub(super) fn other_allocation(&self) -> bool {
        self.both(|_, _| self.other_allocation)
    }

    fn both(&self, differ: impl Fn(&Sums, &Sums) -> bool) -> bool {
        match &self.sums {
            [Some(old), Some(new)] => differ(old, new),
            _ => false,
        }
    }
}

fn copy(to: &mut [u32], start: usize, from: &[u32]) {
    if let Some(to) = to.get_mut(start..start + from.len()) {
        to.copy_from_slice(from);
    }
}

impl Sums {
    fn add(&mut self, counts: &Counts) {
        let replicates = self.replicates.max(1);
        let cells = (self.kits.len() / replicates).max(1);
        for day in counts.kits.chunks(cells * replicates) {
            for (sum, kits) in self.kits.iter_mut().zip(day) {
                *sum += u64::from(*kits);
            }
            for row in day.chunks(replicates) {
                for (sum, kits) in self.volume.iter_mut().zip(row) {
                    *sum += u64::from(*kits);
                }
            }
        }
        for day in counts.boxes.chunks(replicates) {
            for (sum, boxes) in self.boxes.iter_mut().zip(day) {
                *sum += u64::from(*boxes);
            }
        }
    }
}

/// A week's draws with some groups of one plan and the rest of the other.
#[derive(Debug)]
pub(super) struct Mixed<'a> {
    sides: &'a Sides<'a>,
    volume: usize,
    mix: usize,
    allocation: usize,
    replicates: usize,
}

impl<'a> Mixed<'a> {
    pub(super) fn new(sides: &'a Sides<'a>, subset: Groups) -> Self {
        let side = |group| sides.week.side(group, subset);
        let counted = sides.sums[side(Group::Settings)].as_ref();
        Self {
            sides,
            volume: side(Group::Volume),
            mix: side(Group::Mix),
            allocation: side(Group::Allocation),
            replicates: counted.map_or(0, |sums| sums.replicates),
        }
    }

    /// The counts of a site: volume times mix times allocation, rounded half up; another number of replicates is
    /// reached by taking them in turn again.
    fn counts(&self, counts: &[Option<Counts>; 2]) -> Option<(Vec<u32>, Vec<u32>)> {
        let of = |side: usize| self.sides.sums[side].as_ref();
        let (volume, mix) = (of(self.volume)?, of(self.mix)?);
        let days = self.sides.week.days.len();
        let cells = self.sides.week.recipes.len() * self.sides.week.sizes.len();
        // Where the plan that places the kits has none of a recipe, the other one's places are taken.
        let mut places = Vec::new();
        for side in [self.allocation, 1 - self.allocation] {
            if let Some(sums) = of(side) {
                places.push((sums, counts[side].as_ref()));
            }
        }
        let (first, here) = *places.first()?;
        let mut boxes = Vec::with_capacity(days * self.replicates);
        let mut kits = Vec::with_capacity(days * cells * self.replicates);
        for day in 0..days {
            for r in 0..self.replicates {
                let placed = here.map_or(0, |held| held.boxes[at(day, r, first.replicates)]);
                let all = first.boxes[r % first.replicates];
                let whole = volume.boxes[r % volume.replicates];
                boxes.push(part(&[whole, placed.into()], &[all]));
            }
        }
        for day in 0..days {
            for cell in 0..cells {
                for r in 0..self.replicates {
                    let of_mix = mix.kits[at(cell, r, mix.replicates)];
                    if of_mix == 0 {
                        kits.push(0);
                        continue;
                    }
                    let whole = volume.volume[r % volume.replicates];
                    let of_all = mix.volume[r % mix.replicates];
                    let place = places.iter().map(|(sums, held)| {
                        let all = sums.kits[at(cell, r, sums.replicates)];
                        let cell = at(day * cells + cell, r, sums.replicates);
                        (held.map_or(0, |held| held.kits[cell]), all)
                    });
                    let (placed, all) = place.clone().find(|(_, all)| *all > 0).unwrap_or((0, 0));
                    kits.push(part(&[whole, of_mix, placed.into()], &[of_all, all]));
                }
            }
        }
        Some((boxes, kits))
    }
}

const fn at(row: usize, replicate: usize, replicates: usize) -> usize {
    row * replicates + replicate % replicates
}

/// A product divided by a product, rounded half up; 0 where a divisor is.
fn part(over: &[u64], under: &[u64]) -> u32 {
    let over: u128 = over.iter().map(|factor| u128::from(*factor)).product();
    let under: u128 = under.iter().map(|factor| u128::from(*factor)).product();
    if under == 0 {
        return 0;
    }
    u32::try_from((2 * over + under) / (2 * under)).unwrap_or(u32::MAX)
}

impl Worlds for Mixed<'_> {
    fn replicates(&self) -> usize {
        self.replicates
    }

    fn portions(&self) -> &[Portions] {
        &self.sides.week.sizes
    }

    fn site(&self, place: usize) -> Result<SiteDraws, DamagedDraws> {
        let site = self.sides.week.sites.get(place).ok_or(DamagedDraws)?;
        let held = self.sides.held().get(site).map(Arc::clone);
        let counts = match held {
            Some(counts) => counts,
            None => Arc::new(self.sides.read(site).map_err(|_| DamagedDraws)?),
        };
        let (boxes, kits) = self.counts(&counts).ok_or(DamagedDraws)?;
        Ok(SiteDraws::new(self.replicates, boxes, kits))
    }
}
