//! What one site needs: of each product, on each packing day, in every draw and in the mean.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{Date, Portions, ProductId, SiteId, Unit};
use forecast::{Draws, Explosion, explosions};
use simulation::SiteDraws;
use snapshot::{BomRow, Counted, WeekSnapshot};

use crate::NeedsError;
use crate::inputs::{Inputs, Week};
use crate::proposal::Milli;
use crate::rounding::rounded;

/// The weeks with their bills of materials made ready, for any number of sites.
#[derive(Debug)]
pub(crate) struct Exploded<'a> {
    weeks: Vec<(&'a Week<'a>, Vec<Arc<Explosion>>)>,
    pub(crate) replicates: usize,
}

/// One site's needs.
#[derive(Debug)]
pub(crate) struct SiteNeeds {
    /// The packing days, in order.
    pub(crate) days: Vec<Date>,
    /// The products that the weeks know, in order of id.
    pub(crate) products: Vec<ProductNeeds>,
}

/// What is needed of a product.
#[derive(Debug)]
pub(crate) struct ProductNeeds {
    pub(crate) id: ProductId,
    /// By day, the draws side by side and the mean last.
    pub(crate) gross: Vec<Milli>,
    /// What the mean is made of, in order of day, before overrides.
    pub(crate) parts: Vec<Part>,
    /// What overrides add to the mean: day, place of the override, change.
    pub(crate) changes: Vec<(usize, usize, Milli)>,
}

impl ProductNeeds {
    /// Changes the mean of each day, and every draw in proportion.
    pub(crate) fn change(&mut self, changes: &[Milli], by: usize) {
        let width = self.gross.len() / changes.len().max(1);
        let days = self.gross.chunks_mut(width.max(1)).zip(changes).enumerate();
        for (day, (row, change)) in days.filter(|(_, (_, change))| **change != 0) {
            let Some((mean, draws)) = row.split_last_mut() else {
                continue;
            };
            let changed = (*mean + change).max(0);
            for draw in draws {
                *draw = match *mean {
                    0 => *draw + changed,
                    mean => rounded(i128::from(*draw) * i128::from(changed), mean.into()),
                };
            }
            self.changes.push((day, by, changed - *mean));
            *mean = changed;
        }
    }
}

/// A part of the mean need.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// Place of the packing day among the site's.
    pub(crate) day: u16,
    /// Place of the week.
    pub(crate) week: u16,
    pub(crate) cause: PartCause,
    /// Mean number counted, in 1/1000.
    pub(crate) count_milli: i64,
    pub(crate) known_count: u64,
    /// Usable quantity, and of it known orders'.
    pub(crate) usable: Milli,
    pub(crate) known: Milli,
    pub(crate) yield_loss: Milli,
}

/// Place on the week's menu, or among its packaging rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartCause {
    Recipe(u16),
    Packaging(u16),
}

impl<'a> Exploded<'a> {
    /// # Errors
    /// [`NeedsError`] when a bill of materials cannot be used, or the weeks have different numbers of draws.
    pub(crate) fn new(inputs: &'a Inputs<'a>) -> Result<Self, NeedsError> {
        let replicates = inputs
            .weeks
            .first()
            .map_or(0, |week| week.draws.replicates());
        let mut weeks = Vec::with_capacity(inputs.weeks.len());
        for week in &inputs.weeks {
            if week.draws.replicates() != replicates {
                let message = format!(
                    "{} has {} draws where the weeks before it have {replicates}",
                    week.snapshot.week,
                    week.draws.replicates()
                );
                return Err(NeedsError(message));
            }
            let days = explosions(week.snapshot, week.draws.portions())
                .map_err(|error| NeedsError(error.to_string()))?;
            weeks.push((week, days));
        }
        Ok(Self { weeks, replicates })
    }

    /// The needs of a site on the days from `from` on.
    ///
    /// # Errors
    /// [`NeedsError`] when the stored draws are damaged.
    pub(crate) fn of(&self, site: &SiteId, from: Date) -> Result<SiteNeeds, NeedsError> {
        let mut all: Vec<Date> = Vec::new();
        let mut known: BTreeSet<&ProductId> = BTreeSet::new();
        for (week, _) in &self.weeks {
            all.extend(
                week.snapshot
                    .packing_days
                    .iter()
                    .filter(|day| **day >= from),
            );
            known.extend(week.snapshot.products.iter().map(|facts| &facts.id));
        }
        all.sort_unstable();
        all.dedup();
        let width = self.replicates + 1;
        let mut needs = SiteNeeds {
            products: known
                .into_iter()
                .map(|id| ProductNeeds {
                    id: id.clone(),
                    gross: vec![0; all.len() * width],
                    parts: Vec::new(),
                    changes: Vec::new(),
                })
                .collect(),
            days: all,
        };
        for (at, (week, explosions)) in self.weeks.iter().enumerate() {
            let place = week
                .snapshot
                .sites
                .iter()
                .position(|facts| facts.id == *site);
            let Some(place) = place else { continue };
            let draws = week
                .draws
                .site(place)
                .map_err(|error| NeedsError(format!("{}: {error}", week.snapshot.week)))?;
            self.add_week(&mut needs, at, week, (place, &draws), explosions)?;
        }
        for product in &mut needs.products {
            for part in &product.parts {
                let mean = usize::from(part.day) * width + self.replicates;
                product.gross[mean] += part.usable + part.yield_loss;
            }
            product.parts.sort_by_key(|part| part.day);
        }
        Ok(needs)
    }

    fn add_week(
        &self,
        needs: &mut SiteNeeds,
        at: usize,
        week: &Week<'_>,
        (place, draws): (usize, &SiteDraws),
        explosions: &[Arc<Explosion>],
    ) -> Result<(), NeedsError> {
        let snapshot = week.snapshot;
        let width = self.replicates + 1;
        let places: Vec<Option<usize>> = snapshot
            .products
            .iter()
            .map(|facts| {
                needs
                    .products
                    .binary_search_by(|held| held.id.cmp(&facts.id))
                    .ok()
            })
            .collect();
        let mut drawn = vec![0; snapshot.products.len() * self.replicates];
        for (in_week, (date, explosion)) in snapshot.packing_days.iter().zip(explosions).enumerate()
        {
            let Ok(day) = needs.days.binary_search(date) else {
                continue;
            };
            let counts = Draws {
                kits: draws.kits(in_week),
                boxes: draws.boxes(in_week),
            };
            explosion
                .needs(counts, &mut drawn)
                .map_err(|error| NeedsError(error.to_string()))?;
            for (held, drawn) in places.iter().zip(drawn.chunks(self.replicates.max(1))) {
                let Some(held) = held.and_then(|held| needs.products.get_mut(held)) else {
                    continue;
                };
                let sums = held.gross.iter_mut().skip(day * width);
                for (sum, more) in sums.zip(drawn) {
                    *sum = sum.saturating_add(*more);
                }
            }
            let mean = Mean {
                week,
                at: (at as u16, day as u16),
                place,
                date: *date,
                counts,
            };
            for (product, part) in mean.parts() {
                if let Some(held) = places[product].and_then(|held| needs.products.get_mut(held)) {
                    held.parts.push(part);
                }
            }
        }
        Ok(())
    }
}

/// The mean of one site's draws on one packing day of a week.
struct Mean<'a> {
    week: &'a Week<'a>,
    /// Places of the week and of the day.
    at: (u16, u16),
    /// Place of the site.
    place: usize,
    date: Date,
    counts: Draws<'a>,
}

impl Mean<'_> {
    /// The parts of each product's mean need, recipe by recipe and rule by rule.
    ///
    /// A recipe's part is its mean kits times the bill of materials, divided by the yield and rounded half up once.
    fn parts(&self) -> Vec<(usize, Part)> {
        let snapshot = self.week.snapshot;
        let sizes = self.week.draws.portions();
        let count = self.counts.boxes.len();
        if count == 0 {
            return Vec::new();
        }
        // Kits over all draws, by place on the menu and portion size.
        let kits: Vec<u64> = self
            .counts
            .kits
            .chunks(count)
            .map(|row| row.iter().map(|kits| u64::from(*kits)).sum())
            .collect();
        let mut parts = self.recipes(snapshot, sizes, &kits);
        let boxes: u64 = self
            .counts
            .boxes
            .iter()
            .map(|boxes| u64::from(*boxes))
            .sum();
        for (rule, row) in snapshot.packaging.iter().enumerate() {
            let weight = |size: Portions| match row.counted {
                Counted::Portion => u64::from(size.get()),
                Counted::Box | Counted::Recipe => 1,
            };
            let (total, of_known) = match row.counted {
                // Boxes of known orders are not told apart here: the rule counts boxes, not kits.
                Counted::Box => (boxes, 0),
                Counted::Recipe | Counted::Portion => {
                    let cells = kits.iter().enumerate().filter(|(_, kits)| **kits > 0);
                    cells.fold((0, 0), |(total, of_known), (cell, kits)| {
                        let (item, size) = (cell / sizes.len(), sizes[cell % sizes.len()]);
                        let each = weight(size);
                        (
                            total + kits * each,
                            of_known + self.known(item, size) * each,
                        )
                    })
                }
            };
            if total == 0 {
                continue;
            }
            let each = i128::from(row.quantity.millionths());
            let usable = rounded(each * i128::from(total), 1_000 * count as i128);
            let known = rounded(each * i128::from(of_known), 1_000).min(usable);
            parts.push((
                row.product,
                Part {
                    day: self.at.1,
                    week: self.at.0,
                    cause: PartCause::Packaging(rule as u16),
                    count_milli: rounded(i128::from(total) * 1_000, count as i128),
                    known_count: of_known,
                    usable,
                    known,
                    yield_loss: 0,
                },
            ));
        }
        parts
    }

    fn recipes(
        &self,
        snapshot: &WeekSnapshot,
        sizes: &[Portions],
        kits: &[u64],
    ) -> Vec<(usize, Part)> {
        let count = self.counts.boxes.len() as i128;
        let mut parts: Vec<(usize, Part)> = Vec::new();
        // Rows stand in order of recipe; those of one recipe and product add up.
        for rows in snapshot.bom.chunk_by(|a, b| a.item == b.item) {
            let Some(item) = rows.first().map(|row| row.item) else {
                continue;
            };
            let mut products: Vec<&BomRow> =
                rows.iter().filter(|row| row.holds_on(self.date)).collect();
            products.sort_by_key(|row| row.product);
            for rows in products.chunk_by(|a, b| a.product == b.product) {
                let Some(product) = rows.first().map(|row| row.product) else {
                    continue;
                };
                let Some(unit) = snapshot.products.get(product).map(|facts| facts.unit) else {
                    continue;
                };
                let mut sum = Sums::default();
                for row in rows {
                    let Ok(size) = sizes.binary_search(&row.portions) else {
                        continue;
                    };
                    let kits = kits.get(item * sizes.len() + size).copied().unwrap_or(0);
                    if kits > 0 {
                        sum.add(row, unit, kits, self.known(item, row.portions));
                    }
                }
                if sum.kits == 0 {
                    continue;
                }
                let usable = rounded(sum.usable, 1_000 * count * UNIT);
                let bought = rounded(sum.bought, 1_000 * count * UNIT);
                parts.push((
                    product,
                    Part {
                        day: self.at.1,
                        week: self.at.0,
                        cause: PartCause::Recipe(item as u16),
                        count_milli: rounded(i128::from(sum.kits) * 1_000, count),
                        known_count: sum.known_kits,
                        usable,
                        known: rounded(sum.known, 1_000 * UNIT).min(usable),
                        yield_loss: bought - usable,
                    },
                ));
            }
        }
        parts
    }

    fn known(&self, item: usize, size: Portions) -> u64 {
        let key = (self.place, self.date, item, size);
        self.week.known.get(&key).copied().unwrap_or(0)
    }
}

/// What units are scaled by, so that grams of kilograms are whole.
const UNIT: i128 = 1_000;

/// Sums over portion sizes, in 10^-6 of the product's unit times [`UNIT`].
#[derive(Default)]
struct Sums {
    kits: u64,
    known_kits: u64,
    usable: i128,
    known: i128,
    bought: i128,
}

impl Sums {
    fn add(&mut self, row: &BomRow, unit: Unit, kits: u64, known: u64) {
        let Some((over, under)) = row.unit.per(unit) else {
            return;
        };
        let each =
            i128::from(row.quantity.millionths()) * UNIT * i128::from(over) / i128::from(under);
        let usable = each.saturating_mul(i128::from(kits));
        self.kits += kits;
        self.known_kits += known;
        self.usable = self.usable.saturating_add(usable);
        self.known = self
            .known
            .saturating_add(each.saturating_mul(i128::from(known)));
        let bought = match row.yield_factor {
            // Exact to 10^-9 of a unit over all draws, far below the one rounding that follows.
            Some(part) if part.millionths() > 0 => {
                usable.saturating_mul(1_000_000) / i128::from(part.millionths())
            }
            _ => usable,
        };
        self.bought = self.bought.saturating_add(bought);
    }
}
