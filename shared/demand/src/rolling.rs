//! The model on its own past: forecasts from one origin after another, compared with what came.

use rayon::prelude::*;
use series::Method;
use snapshot::Traits;

use crate::origin::Origin;
use crate::panel::Panel;
use crate::spread::{LEADS, concentrated};
use crate::statistics::log_ratio;
use crate::volume::{MenuEffect, bases, kits_by_week, power};

/// Weeks whose errors spreads are calibrated on.
pub(crate) const CALIBRATED: usize = 26;
/// Weeks that accuracy is measured on, with spreads calibrated on the weeks before them.
pub(crate) const MEASURED: usize = 12;
/// Origins in a row that share coefficients: prices and promotions do the same from one week to the next.
const SHARING: usize = 4;
/// Weeks known at the first origin, at least.
const LEAST_KNOWN: usize = 10;
/// Weeks ahead that the effect of menus is learned from.
const EFFECT_LEADS: usize = 4;

/// What every volume forecast is held against: the last week, the same a year before, means of 4 and 13 weeks.
pub(crate) const NAIVE: [Method; 4] = [
    Method::Naive,
    Method::SeasonalNaive { period: 52 },
    Method::MovingAverage { weeks: 4 },
    Method::MovingAverage { weeks: 13 },
];

/// One origin.
#[derive(Debug)]
pub(crate) struct Stop {
    /// Weeks known.
    known: usize,
    origin: Origin,
    /// The draw of each week's menu as seen from here, by week, then area.
    draws: Vec<Vec<f64>>,
}

/// How a forecast from one origin compared with one week.
#[derive(Debug, Default)]
pub(crate) struct WeekErrors {
    /// Place of the week, and weeks ahead less 1.
    pub(crate) week: usize,
    pub(crate) lead: usize,
    /// Log of sold over expected: of all, of each area.
    pub(crate) level: Option<f64>,
    pub(crate) areas: Vec<f64>,
    /// The part of the areas' own variance that their total has.
    pub(crate) concentrated: f64,
    pub(crate) recipes: Vec<RecipeError>,
    pub(crate) cells: Vec<CellError>,
    /// Kits sold; absolute errors by area and recipe, and by recipe; expected less sold.
    pub(crate) sold: f64,
    pub(crate) absolute: f64,
    pub(crate) absolute_recipes: f64,
    pub(crate) over: f64,
    /// Absolute errors by area: of the model, and of [`NAIVE`] forecasts of the areas' kits.
    pub(crate) absolute_areas: f64,
    pub(crate) naive_areas: [f64; NAIVE.len()],
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct RecipeError {
    /// Log of sold over expected in all areas, given how much each area bought, and not given it.
    pub(crate) share: f64,
    pub(crate) kits: f64,
    /// What of `share`'s variance comes from the shocks of appeals (times their variance), from the scatter of shares
    /// area by area (divided by their concentration), and from counting kits.
    pub(crate) shock: f64,
    pub(crate) scatter: f64,
    pub(crate) counting: f64,
    /// Never sold before the origin.
    pub(crate) is_new: bool,
}

/// Of an area and recipe.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CellError {
    pub(crate) share: f32,
    pub(crate) expected: f32,
    /// What of the error's variance comes from the shocks of appeals, times their variance.
    pub(crate) shock: f32,
    /// Log of sold over expected.
    pub(crate) error: f32,
    pub(crate) is_new: bool,
}

/// Learns at each origin, the last of which knows all weeks but one.
pub(crate) fn walk(panel: &Panel, traits: &[&Traits]) -> Vec<Stop> {
    let end = panel.weeks.len();
    let first = end.saturating_sub(CALIBRATED + MEASURED).max(LEAST_KNOWN);
    let starts: Vec<usize> = (first..end).step_by(SHARING).collect();
    let block = |start: &usize| {
        let mut stops: Vec<Stop> = Vec::new();
        for known in *start..(*start + SHARING).min(end) {
            let origin = match stops.last() {
                Some(before) => before.origin.after(&panel.weeks[known - 1], traits),
                None => Origin::at(panel, traits, known),
            };
            let seen = panel.weeks.iter().take(known + LEADS);
            let draws = seen.map(|week| origin.menu_draw(week, panel.areas));
            stops.push(Stop {
                known,
                draws: draws.collect(),
                origin,
            });
        }
        stops
    };
    let blocks: Vec<Vec<Stop>> = starts.par_iter().map(block).collect();
    blocks.into_iter().flatten().collect()
}

/// θ, learned from what menus drew and what was sold after each origin.
pub(crate) fn menu_effect(panel: &Panel, stops: &[Stop]) -> f64 {
    let kits = kits_by_week(panel);
    let mut effect = MenuEffect::default();
    for stop in stops {
        let targets = stop.known..(stop.known + EFFECT_LEADS).min(panel.weeks.len());
        for week in targets {
            let before = (&stop.draws[..stop.known], &kits[..stop.known]);
            effect.compare(before, &stop.draws[week], &kits[week]);
        }
    }
    effect.estimate(panel.areas)
}

/// The errors from all origins at all leads.
pub(crate) fn errors(panel: &Panel, stops: &[Stop], menu_effect: f64) -> Vec<WeekErrors> {
    let sold = kits_by_week(panel);
    let of_stop = |stop: &Stop| -> Vec<WeekErrors> {
        let naive = NAIVE.map(|method| naive(&method, &sold[..stop.known], panel.areas));
        let bases = bases(panel, &stop.draws, menu_effect, stop.known);
        let targets = stop.known..(stop.known + LEADS).min(panel.weeks.len());
        targets
            .map(|week| {
                let lead = week - stop.known;
                let kits: Vec<f64> = bases
                    .iter()
                    .zip(&stop.draws[week])
                    .map(|(base, draw)| {
                        let base = base.forecast.get(lead).copied().unwrap_or(0.0);
                        base * power(*draw, menu_effect)
                    })
                    .collect();
                let mut errors = compare(panel, stop, week, &kits);
                let off = |kits: &mut dyn Iterator<Item = f64>| -> f64 {
                    kits.zip(&sold[week])
                        .map(|(kits, sold)| (kits - sold).abs())
                        .sum()
                };
                errors.absolute_areas = off(&mut kits.iter().copied());
                for (error, ahead) in errors.naive_areas.iter_mut().zip(&naive) {
                    *error = off(&mut ahead.iter().map(|ahead| ahead[lead]));
                }
                errors
            })
            .collect()
    };
    let by_stop: Vec<Vec<WeekErrors>> = stops.par_iter().map(of_stop).collect();
    by_stop.into_iter().flatten().collect()
}

/// By area, a method's forecast of its kits, one for each lead.
fn naive(method: &Method, sold: &[Vec<f64>], areas: usize) -> Vec<Vec<f64>> {
    let ahead = |area: usize| {
        let kits: Vec<f64> = sold.iter().map(|week| week[area]).collect();
        method.forecast(&kits, LEADS)
    };
    (0..areas).map(ahead).collect()
}

/// Compares a week with expected kits by area.
fn compare(panel: &Panel, stop: &Stop, week: usize, expected: &[f64]) -> WeekErrors {
    let cells = &panel.weeks[week];
    let draws = &stop.draws[week];
    let mut sold = vec![0.0; panel.areas];
    cells.iter().for_each(|cell| sold[cell.area] += cell.kits);
    let mut errors = WeekErrors {
        week,
        lead: week - stop.known,
        sold: sold.iter().sum(),
        level: log_ratio(sold.iter().sum(), expected.iter().sum()),
        ..WeekErrors::default()
    };
    let of_areas = sold.iter().zip(expected);
    errors.areas = of_areas.filter_map(|(s, e)| log_ratio(*s, *e)).collect();
    errors.concentrated = concentrated(expected.iter().copied());
    let shares: Vec<f64> = cells
        .iter()
        .map(|cell| stop.origin.draw(cell.area, cell.recipe, &cell.features) / draws[cell.area])
        .collect();
    let mut squares = vec![0.0; panel.areas];
    for (cell, share) in cells.iter().zip(&shares) {
        squares[cell.area] += share * share;
    }
    let mut recipes = vec![RecipeSums::default(); panel.recipes];
    for (cell, share) in cells.iter().zip(&shares) {
        let kits = share * expected[cell.area];
        // A recipe's share moves with its own shock and against everybody else's.
        let shock = (1.0 - share) * (1.0 - share) + squares[cell.area] - share * share;
        recipes[cell.recipe].add(cell.kits, kits, (*share, sold[cell.area], shock));
        errors.absolute += (kits - cell.kits).abs();
        errors.over += kits - cell.kits;
        if let Some(error) = log_ratio(cell.kits, kits) {
            errors.cells.push(CellError {
                share: *share as f32,
                expected: kits as f32,
                shock: shock as f32,
                error: error as f32,
                is_new: stop.origin.levels.weeks_seen(cell.recipe) == 0,
            });
        }
    }
    for (recipe, sums) in recipes.into_iter().enumerate() {
        errors.absolute_recipes += (sums.expected - sums.sold).abs();
        let is_new = stop.origin.levels.weeks_seen(recipe) == 0;
        errors.recipes.extend(sums.error(is_new));
    }
    errors
}

/// A recipe in all areas.
#[derive(Debug, Clone, Copy, Default)]
struct RecipeSums {
    sold: f64,
    expected: f64,
    /// Expected, given what areas bought.
    given: f64,
    shock: f64,
    scatter: f64,
    counting: f64,
}

impl RecipeSums {
    fn add(&mut self, sold: f64, expected: f64, (share, bought, shock): (f64, f64, f64)) {
        let given = share * bought;
        self.sold += sold;
        self.expected += expected;
        self.given += given;
        self.shock += given * shock;
        self.scatter += given * given * (1.0 - share) / share.max(1e-12);
        self.counting += given * (1.0 - share);
    }

    fn error(&self, is_new: bool) -> Option<RecipeError> {
        let square = self.given * self.given;
        Some(RecipeError {
            share: log_ratio(self.sold, self.given)?,
            kits: log_ratio(self.sold, self.expected)?,
            shock: self.shock / self.given,
            scatter: self.scatter / square,
            counting: self.counting / square,
            is_new,
        })
    }
}
