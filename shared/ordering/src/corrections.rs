//! Planners' overrides of needs and of proposed quantities, at any level, split down to days and lines.
//!
//! A quantity cannot be summed over products, so `set` and `add` hold for each product that an override covers. Within
//! a product they are split over sites, days or lines in proportion to what stands there, so that the parts sum to
//! what was asked for.

use std::collections::BTreeMap;

use domain::{Category, Date, Measure, MenuWeek, Override, OverrideKeys, OverrideOp, SiteId};
use supply::{Correction, Product};

use crate::needs::{ProductNeeds, SiteNeeds};
use crate::product::milli;
use crate::proposal::{LineKey, Milli, OverridePart, SiteProposals};
use crate::rounding::{rounded, rounded_parts};

/// The overrides of a measure.
pub(crate) fn of_measure(all: &[Correction], measure: Measure) -> Vec<&Correction> {
    all.iter()
        .filter(|one| one.made.measure == measure)
        .collect()
}

/// What an override makes of a whole.
fn applied(made: &Override, whole: Milli) -> Milli {
    let changed = match made.op {
        OverrideOp::Set => milli(made.value),
        OverrideOp::Add => whole.saturating_add(milli(made.value)),
        OverrideOp::Multiply => {
            let product = i128::from(whole) * i128::from(made.value.millionths());
            rounded(product, 1_000_000)
        }
    };
    changed.max(0)
}

/// Splits a whole in proportion to weights, evenly where they are all zero; the parts sum to the whole.
fn split(whole: Milli, weights: &[Milli]) -> Vec<Milli> {
    let even = weights.iter().all(|weight| *weight <= 0);
    let weight = |weight: &Milli| {
        if even {
            1
        } else {
            i128::from((*weight).max(0))
        }
    };
    let sum: i128 = weights.iter().map(weight).sum();
    let parts = weights.iter().map(|one| i128::from(whole) * weight(one));
    rounded_parts(parts, sum.max(1))
}

/// Mean needs of every product that overrides without a site cover, summed over all sites: by override and product.
#[derive(Debug, Default)]
pub(crate) struct Totals(BTreeMap<(usize, domain::ProductId), Milli>);

/// Overrides of needs, with the sums over sites that they are split by.
#[derive(Debug)]
pub(crate) struct NeedOverrides<'a> {
    made: Vec<&'a Correction>,
    totals: Totals,
}

impl<'a> NeedOverrides<'a> {
    pub(crate) fn new(all: &'a [Correction]) -> Self {
        Self {
            made: of_measure(all, Measure::Need),
            totals: Totals::default(),
        }
    }

    /// Whether some override is split over sites, so that all sites' means must be [counted](Self::count) first.
    pub(crate) fn are_split_over_sites(&self) -> bool {
        let mut made = self.made.iter().map(|one| &one.made);
        made.any(|made| made.keys.site.is_none() && made.op != OverrideOp::Multiply)
    }

    /// Adds one site's mean needs to the sums.
    pub(crate) fn count<'p>(
        &mut self,
        site: &SiteId,
        needs: &SiteNeeds,
        weeks: &[MenuWeek],
        facts: impl Fn(&domain::ProductId) -> Option<&'p Product>,
    ) {
        for (number, one) in self.made.iter().enumerate() {
            for product in &needs.products {
                let Some(facts) = facts(&product.id) else {
                    continue;
                };
                let scope = Scope::new(&one.made.keys, site, facts);
                let sum: Milli = scope.by_day(product, &needs.days, weeks).iter().sum();
                if sum > 0 {
                    *self
                        .totals
                        .0
                        .entry((number, product.id.clone()))
                        .or_default() += sum;
                }
            }
        }
    }

    /// Applies the overrides to one product's needs at a site.
    pub(crate) fn apply(
        &self,
        site: &SiteId,
        days: &[Date],
        weeks: &[MenuWeek],
        facts: &Product,
        product: &mut ProductNeeds,
    ) {
        for (number, one) in self.made.iter().enumerate() {
            let scope = Scope::new(&one.made.keys, site, facts);
            if !scope.covers {
                continue;
            }
            let by_day = scope.by_day(product, days, weeks);
            let here: Milli = by_day.iter().sum();
            let all = self
                .totals
                .0
                .get(&(number, product.id.clone()))
                .copied()
                .unwrap_or(here);
            let changes = match one.made.op {
                OverrideOp::Multiply => {
                    let change = |mean: &Milli| applied(&one.made, *mean) - mean;
                    by_day.iter().map(change).collect()
                }
                OverrideOp::Set | OverrideOp::Add => {
                    if all == 0 && one.made.keys.site.is_none() {
                        // Nothing says at which site.
                        continue;
                    }
                    let change = applied(&one.made, all) - all;
                    let part = rounded(
                        i128::from(change) * i128::from(here),
                        i128::from(all.max(1)),
                    );
                    let part = if all == 0 { change } else { part };
                    let in_scope = scope.days(&by_day, days);
                    let weights: Vec<Milli> = in_scope.iter().map(|day| by_day[*day]).collect();
                    let mut changes = vec![0; days.len()];
                    for (day, part) in in_scope.iter().zip(split(part, &weights)) {
                        changes[*day] = part;
                    }
                    changes
                }
            };
            product.change(&changes, number);
        }
    }

    /// An override's part of a line.
    pub(crate) fn part(&self, number: usize, change: Milli) -> OverridePart {
        part(self.made[number], change)
    }
}

fn part(one: &Correction, change: Milli) -> OverridePart {
    OverridePart {
        id: one.made.id.clone(),
        author: one.made.author.clone(),
        reason: one.made.reason.clone(),
        expires_at: one.made.expires_at,
        change,
        origin: one.origin.clone(),
    }
}

/// Where an override holds at one site and product.
struct Scope<'k> {
    keys: &'k OverrideKeys,
    covers: bool,
}

impl<'k> Scope<'k> {
    fn new(keys: &'k OverrideKeys, site: &SiteId, facts: &Product) -> Self {
        let place = OverrideKeys {
            site: Some(site.clone()),
            product: Some(facts.id.clone()),
            category: category(facts),
            // Weeks and days are looked at one by one.
            week: keys.week,
            date: keys.date,
            ..OverrideKeys::default()
        };
        Self {
            keys,
            covers: keys.cover(&place),
        }
    }

    fn holds(&self, day: Date, week: Option<&MenuWeek>) -> bool {
        let on_day = self.keys.date.is_none_or(|only| only == day);
        let in_week = self.keys.week.is_none_or(|only| week == Some(&only));
        self.covers && on_day && in_week
    }

    /// Mean need by packing day, of the weeks and days it holds for.
    fn by_day(&self, product: &ProductNeeds, days: &[Date], weeks: &[MenuWeek]) -> Vec<Milli> {
        let mut sums = vec![0; days.len()];
        for part in &product.parts {
            let place = usize::from(part.day);
            let holds = days
                .get(place)
                .is_some_and(|day| self.holds(*day, weeks.get(usize::from(part.week))));
            if let Some(sum) = sums.get_mut(place).filter(|_| holds) {
                *sum += part.usable + part.yield_loss;
            }
        }
        sums
    }

    /// Places of the days it holds for: those with a need, else all that its date allows.
    fn days(&self, by_day: &[Milli], days: &[Date]) -> Vec<usize> {
        let needed: Vec<usize> = (0..days.len()).filter(|day| by_day[*day] > 0).collect();
        if !needed.is_empty() {
            return needed;
        }
        let date = |day: &usize| self.keys.date.is_none_or(|only| only == days[*day]);
        (0..days.len()).filter(date).collect()
    }
}

fn category(facts: &Product) -> Option<Category> {
    facts.category.as_ref().and_then(|text| text.parse().ok())
}

/// Quantities that overrides ask for, by line; and those that name no line there is.
#[derive(Debug, Default)]
pub(crate) struct Forced {
    lines: BTreeMap<LineKey, (Milli, usize)>,
    /// Overrides that cover no line, with what they set.
    open: Vec<(usize, Milli)>,
}

impl Forced {
    /// What concerns one site. An override that covers no line is for the first line it covers at the site that it
    /// names; where it names none, nothing says where to buy.
    pub(crate) fn at(&self, site: &SiteId, all: &QuantityOverrides<'_>) -> Self {
        let here = |key: &LineKey| key.site == *site;
        let lines = self.lines.iter().filter(|(key, _)| here(key));
        let named = |number: usize| all.0[number].made.keys.site.as_ref() == Some(site);
        let open = self.open.iter().filter(|(number, _)| named(*number));
        Self {
            lines: lines.map(|(key, asked)| (key.clone(), *asked)).collect(),
            open: open.copied().collect(),
        }
    }
}

/// What an override asks of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) quantity: Milli,
    /// Place of the override.
    pub(crate) by: usize,
}

/// Overrides of proposed quantities.
#[derive(Debug)]
pub(crate) struct QuantityOverrides<'a>(pub(crate) Vec<&'a Correction>);

impl QuantityOverrides<'_> {
    /// What the overrides make of proposals made without them.
    pub(crate) fn force<'p>(
        &self,
        plain: &[SiteProposals],
        facts: impl Fn(&domain::ProductId) -> Option<&'p Product>,
        week: impl Fn(Date) -> Option<MenuWeek>,
    ) -> Forced {
        let mut forced = Forced::default();
        for (number, one) in self.0.iter().enumerate() {
            // Line by line, grouped by product.
            let mut covered: BTreeMap<&domain::ProductId, Vec<(&LineKey, Milli)>> = BTreeMap::new();
            for line in plain.iter().flat_map(|site| &site.lines) {
                let Some(facts) = facts(&line.key.product) else {
                    continue;
                };
                if covers(&one.made.keys, &line.key, facts, week(line.covers_from)) {
                    let held = forced.lines.get(&line.key).map(|(quantity, _)| *quantity);
                    let quantity = held.unwrap_or(line.quantity);
                    covered
                        .entry(&line.key.product)
                        .or_default()
                        .push((&line.key, quantity));
                }
            }
            if covered.is_empty() && one.made.op != OverrideOp::Multiply {
                forced.open.push((number, applied(&one.made, 0)));
            }
            for lines in covered.into_values() {
                let whole: Milli = lines.iter().map(|(_, quantity)| quantity).sum();
                let weights: Vec<Milli> = lines.iter().map(|(_, quantity)| *quantity).collect();
                let parts = split(applied(&one.made, whole), &weights);
                for ((key, _), part) in lines.into_iter().zip(parts) {
                    forced.lines.insert(key.clone(), (part, number));
                }
            }
        }
        forced
    }

    /// What is asked of a line; an override that covers no line of the plain proposals takes the first it covers.
    pub(crate) fn asked(
        &self,
        forced: &mut Forced,
        key: &LineKey,
        facts: &Product,
        week: Option<MenuWeek>,
    ) -> Option<Asked> {
        if let Some((quantity, by)) = forced.lines.get(key) {
            return Some(Asked {
                quantity: *quantity,
                by: *by,
            });
        }
        let at = forced
            .open
            .iter()
            .position(|(number, _)| covers(&self.0[*number].made.keys, key, facts, week))?;
        let (by, quantity) = forced.open.remove(at);
        Some(Asked { quantity, by })
    }

    pub(crate) fn part(&self, number: usize, change: Milli) -> OverridePart {
        part(self.0[number], change)
    }
}

fn covers(keys: &OverrideKeys, key: &LineKey, facts: &Product, week: Option<MenuWeek>) -> bool {
    keys.cover(&OverrideKeys {
        week,
        site: Some(key.site.clone()),
        product: Some(key.product.clone()),
        category: category(facts),
        vendor: Some(key.vendor.clone()),
        date: Some(key.delivery),
        ..OverrideKeys::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_sum_to_what_was_split() {
        assert_eq!(split(10, &[1, 1, 1]), [3, 4, 3]);
        assert_eq!(split(7, &[0, 0]), [4, 3]);
        assert_eq!(split(100, &[1, 0, 3]), [25, 0, 75]);
        assert_eq!(split(-5, &[1, 1]), [-2, -3]);
        assert_eq!(split(5, &[]), Vec::<i64>::new());
    }
}
