//! The planners' overrides of volume and shares, from the wide to the narrow.
//!
//! A change of a total is spread over its parts in proportion to what was forecast of them: boxes over areas and
//! days, a share over areas by the same change of the recipe's appeal in each, so that tastes of areas stay and the
//! other recipes of a menu keep their proportions. Relative spreads stay as they are. Orders that are known stay, too:
//! shares are overridden before known orders move them, and days past their cut-off have the orders they have.

use domain::{Measure, Override, OverrideKeys};
use snapshot::WeekSnapshot;

/// Halvings of the interval in which the change of an appeal is sought; what is left is below a share's last digit.
const HALVINGS: usize = 60;

/// What overrides did to a week.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overridden {
    /// Of each override that was applied: its place in the snapshot's, and what stood there before and after.
    pub applied: Vec<(usize, BeforeAfter)>,
    /// Boxes of the week before all overrides and after; `None` where none changed volume.
    pub boxes: Option<BeforeAfter>,
    /// Share of the kits of meals before all overrides and after, by place on the menu; empty where none changed
    /// shares.
    pub shares: Vec<BeforeAfter>,
}

/// A number before and after.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BeforeAfter {
    /// Before.
    pub before: f64,
    /// After.
    pub after: f64,
}

/// A week's volume by area, as overrides change it.
pub(crate) struct Volume<'a> {
    pub(crate) week: &'a WeekSnapshot,
    /// Median boxes, by area.
    pub(crate) boxes: &'a mut [f64],
    /// Weights of weekdays, by area; `None`: evenly over the dates that some site serves.
    pub(crate) weekdays: &'a mut [Option<[f64; 7]>],
}

impl Overridden {
    /// Applies the overrides of volume.
    pub(crate) fn volume(&mut self, mut of: Volume<'_>) {
        let week = of.week;
        let before: f64 = of.boxes.iter().sum();
        for (place, made) in overrides(week, Measure::Volume) {
            let parts = of.parts(&made.keys);
            let change = change(made, parts.iter().sum());
            of.scale(&made.keys, &parts, change);
            self.applied.push((place, change));
            let after = of.boxes.iter().sum();
            self.boxes = Some(BeforeAfter { before, after });
        }
    }

    /// Applies the overrides of shares; `shares` by area, then place on the menu, `kits` by area.
    pub(crate) fn shares(&mut self, week: &WeekSnapshot, shares: &mut [Vec<f64>], kits: &[f64]) {
        let totals = |shares: &[Vec<f64>]| -> Vec<f64> {
            let items = 0..week.menu.len();
            items.map(|item| share(shares, kits, item)).collect()
        };
        let before = totals(shares);
        let mut any = false;
        for (place, made) in overrides(week, Measure::Share) {
            let item = |recipe| week.menu.binary_search_by(|item| item.recipe.cmp(recipe));
            let Some(Ok(item)) = made.keys.recipe.as_ref().map(item) else {
                continue;
            };
            let within = |area: usize| covers_area(&made.keys, week, area);
            let weights: Vec<f64> = kits
                .iter()
                .enumerate()
                .map(|(area, kits)| if within(area) { *kits } else { 0.0 })
                .collect();
            let stood = share(shares, &weights, item);
            let wanted = change(made, stood).after.min(1.0);
            let mut moved = shares.to_vec();
            if stood > 0.0 {
                let odds = sought(shares, &weights, item, wanted);
                let areas = moved.iter_mut().enumerate();
                areas
                    .filter(|(area, _)| within(*area))
                    .for_each(|(_, shares)| shift(shares, item, odds));
            }
            shares.clone_from_slice(&moved);
            any = true;
            let after = share(shares, &weights, item);
            let change = BeforeAfter {
                before: stood,
                after,
            };
            self.applied.push((place, change));
        }
        if any {
            let pairs = before.into_iter().zip(totals(shares));
            self.shares = pairs
                .map(|(before, after)| BeforeAfter { before, after })
                .collect();
        }
    }
}

/// The week's overrides of a measure with their places, as they stand: from the wide to the narrow.
fn overrides(
    week: &WeekSnapshot,
    measure: Measure,
) -> impl Iterator<Item = (usize, &Override)> + use<'_> {
    let of_measure = move |(_, made): &(usize, &Override)| made.measure == measure;
    week.overrides.iter().enumerate().filter(of_measure)
}

fn change(made: &Override, before: f64) -> BeforeAfter {
    BeforeAfter {
        before,
        after: made.applied(before),
    }
}

fn covers_area(keys: &OverrideKeys, week: &WeekSnapshot, area: usize) -> bool {
    let id = week.areas.get(area).map(|area| &area.id);
    keys.area.is_none() || keys.area.as_ref() == id
}

impl Volume<'_> {
    /// What an override holds for, by area: the whole week's boxes, or those of its day.
    fn parts(&self, keys: &OverrideKeys) -> Vec<f64> {
        let part = |(area, boxes): (usize, &f64)| {
            if !covers_area(keys, self.week, area) {
                return 0.0;
            }
            let Some(date) = keys.date else { return *boxes };
            let days = self.days(area);
            let dates = self.week.delivery_dates();
            let own = dates.iter().zip(&days).filter(|(day, _)| **day == date);
            own.map(|(_, boxes)| boxes).sum()
        };
        self.boxes.iter().enumerate().map(part).collect()
    }

    /// Boxes of an area by delivery date.
    fn days(&self, area: usize) -> Vec<f64> {
        let dates = self.week.delivery_dates();
        let weekdays = self.weekdays.get(area).copied().flatten();
        let weight = |date: &domain::Date| match weekdays {
            Some(weights) => weights[date.weekday().to_monday_zero_offset() as usize],
            None if self.week.routes(area, *date).is_empty() => 0.0,
            None => 1.0,
        };
        let mut weights: Vec<f64> = dates.iter().map(weight).collect();
        if weights.iter().sum::<f64>() <= 0.0 {
            weights.fill(1.0);
        }
        let total: f64 = weights.iter().sum();
        let boxes = self.boxes.get(area).copied().unwrap_or(0.0);
        weights
            .iter()
            .map(|weight| boxes * weight / total)
            .collect()
    }

    /// Spreads a change over its parts in proportion to them; evenly where nothing was forecast of any.
    fn scale(&mut self, keys: &OverrideKeys, parts: &[f64], change: BeforeAfter) {
        let within = |area: &usize| covers_area(keys, self.week, *area);
        let areas: Vec<usize> = (0..parts.len()).filter(within).collect();
        let even = change.after / areas.len().max(1) as f64;
        for area in areas {
            let part = parts[area];
            let after = if change.before > 0.0 {
                part * change.after / change.before
            } else {
                even
            };
            if let Some(date) = keys.date {
                self.set_day(area, date, after);
            }
            if let Some(boxes) = self.boxes.get_mut(area) {
                *boxes += after - part;
            }
        }
    }

    /// Gives a date its boxes, so that the others keep theirs.
    fn set_day(&mut self, area: usize, date: domain::Date, boxes: f64) {
        let mut weights = [0.0; 7];
        let days = self.days(area);
        for (day, of_day) in self.week.delivery_dates().into_iter().zip(days) {
            let of_day = if day == date { boxes } else { of_day };
            weights[day.weekday().to_monday_zero_offset() as usize] += of_day;
        }
        if let (Some(weekdays), true) = (
            self.weekdays.get_mut(area),
            weights.iter().sum::<f64>() > 0.0,
        ) {
            *weekdays = Some(weights);
        }
    }
}

/// A recipe's share of the kits of all areas.
fn share(shares: &[Vec<f64>], kits: &[f64], item: usize) -> f64 {
    let of_item = |(shares, kits): (&Vec<f64>, &f64)| kits * shares.get(item).unwrap_or(&0.0);
    let total: f64 = kits.iter().sum();
    if total > 0.0 {
        shares.iter().zip(kits).map(of_item).sum::<f64>() / total
    } else {
        0.0
    }
}

/// What the recipe's odds must be multiplied by in every area so that its share of all becomes `wanted`, as near as
/// the areas that offer it allow; as a number of 0 to 1 of the odds `t` to `1 − t`.
fn sought(shares: &[Vec<f64>], kits: &[f64], item: usize, wanted: f64) -> f64 {
    let total: f64 = kits.iter().sum();
    let at = |odds: f64| {
        let of_area = |(shares, kits): (&Vec<f64>, &f64)| {
            kits * moved(shares.get(item).copied().unwrap_or(0.0), odds)
        };
        shares.iter().zip(kits).map(of_area).sum::<f64>() / total
    };
    if wanted <= 0.0 {
        return 0.0;
    }
    if at(1.0) <= wanted {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if at(middle) < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// A share with its odds multiplied by `odds : 1 − odds`.
fn moved(share: f64, odds: f64) -> f64 {
    let own = odds * share;
    let others = (1.0 - odds) * (1.0 - share);
    if own + others > 0.0 {
        own / (own + others)
    } else {
        share
    }
}

/// Moves a recipe's share; the others keep their proportions.
fn shift(shares: &mut [f64], item: usize, odds: f64) {
    let Some(before) = shares.get(item).copied() else {
        return;
    };
    let after = moved(before, odds);
    for (at, share) in shares.iter_mut().enumerate() {
        if at == item {
            *share = after;
        } else if before < 1.0 {
            *share *= (1.0 - after) / (1.0 - before);
        }
    }
}
