//! How wrong forecasts are: spreads by lead week, calibrated until four outcomes in five fall inside.
//!
//! What is calibrated are the model's parameters, not its results: drawn boxes stay whole, and totals and caps hold.
//! Each error is the sum of several shocks, and each shock must be counted once:
//!
//! - the total of all areas errs by the level's shock and what is left of the areas' own after they even out; an area
//!   errs by the level's and its own. Two spreads that cover four in five of the errors of totals and of areas tell
//!   the level's and the areas' own apart;
//! - a recipe's share in all areas errs by the shock of its appeal, by those of its rivals, by what is left of the
//!   areas' scatter, and by counting. An area's share of it errs by the same with all the scatter. The spread of
//!   appeals and the concentration are found in turn, each given the other.

use serde::{Deserialize, Serialize};

use crate::rolling::{CALIBRATED, CellError, RecipeError, WeekErrors};
use crate::statistics::{half_width, log_gamma_moments};
use crate::volume::Z90;

/// Lead weeks whose errors are measured apart; later ones take the last.
pub(crate) const LEADS: usize = 8;
/// The share of outcomes that calibrated intervals cover.
const NOMINAL: f64 = 0.8;
/// Errors that must have been seen before a measured spread is believed.
const ENOUGH: usize = 8;
/// Spread of volume where too little is known, and bounds of what is believed.
pub(crate) const DEFAULT_DEVIATION: f64 = 0.15;
pub(crate) const DEVIATIONS: (f64, f64) = (0.01, 0.6);
/// The same for appeals.
const SEEN_DEVIATION: f64 = 0.25;
const NEW_TO_SEEN: f64 = 1.8;
const APPEAL_DEVIATIONS: (f64, f64) = (0.03, 1.2);
/// The same for concentrations.
const CONCENTRATION: f64 = 300.0;
const CONCENTRATIONS: (f64, f64) = (5.0, 100_000.0);
/// Of so many area-and-recipe errors one is used to set the concentration: neighbours say much the same.
const CELL_STEP: usize = 7;
/// Rounds in which appeals and concentration are found in turn.
const ROUNDS: usize = 3;
/// What two spreads are told apart by is at least so much of the areas' variance that their total does not have; and
/// at least so much of an appeal's shock that a share shows.
const LEAST_EVENED: f64 = 0.25;
const LEAST_SHOCK: f64 = 0.1;
/// Halvings of the interval of concentrations: to 0.1 %.
const HALVINGS: usize = 14;

/// The spreads at one lead.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Of the logarithm of volume: the shock that all areas share.
    pub level: f64,
    /// Of the logarithm of an area's volume beside that.
    pub area: f64,
    /// Of the logarithm of a recipe's appeal, shared by all areas.
    pub recipe: f64,
    /// The same for a recipe never sold before.
    pub new_recipe: f64,
    /// Concentration of an area's shares around their mean.
    pub concentration: f64,
}

/// Spreads by lead week less 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spreads(pub Vec<Spread>);

/// The normal deviation whose central 80 % has the width that covers 80 % of the errors.
pub(crate) fn width(errors: &[f64]) -> Option<f64> {
    half_width(errors, NOMINAL).map(|half| half / Z90)
}

impl Spreads {
    /// Calibrates on the weeks before `end`.
    pub(crate) fn fit(errors: &[WeekErrors], end: usize) -> Self {
        let weeks = end.saturating_sub(CALIBRATED)..end;
        let used = || errors.iter().filter(|error| weeks.contains(&error.week));
        let newcomers: Vec<RecipeError> = used()
            .flat_map(|error| &error.recipes)
            .filter(|recipe| recipe.is_new)
            .copied()
            .collect();
        let mut spreads: Vec<Spread> = Vec::new();
        for lead in 0..LEADS {
            let of_lead: Vec<&WeekErrors> = used().filter(|error| error.lead == lead).collect();
            let levels = of_lead.iter().filter(|error| error.level.is_some());
            if levels.count() < ENOUGH
                && let Some(last) = spreads.last()
            {
                spreads.push(*last);
                continue;
            }
            spreads.push(Spread::fit(&of_lead, &newcomers));
        }
        Self(spreads)
    }

    /// The spreads so many weeks ahead.
    pub fn at(&self, lead_weeks: u32) -> Spread {
        let lead = (lead_weeks.max(1) as usize - 1).min(self.0.len().saturating_sub(1));
        self.0.get(lead).copied().unwrap_or(Spread {
            level: DEFAULT_DEVIATION,
            area: DEFAULT_DEVIATION,
            recipe: SEEN_DEVIATION,
            new_recipe: NEW_TO_SEEN * SEEN_DEVIATION,
            concentration: CONCENTRATION,
        })
    }
}

/// The part of the areas' own variance that their total has: Σ of the squares of their parts of it.
pub(crate) fn concentrated(boxes: impl Iterator<Item = f64> + Clone) -> f64 {
    let total: f64 = boxes.clone().sum();
    let parts = boxes.map(|boxes| boxes / total.max(f64::MIN_POSITIVE));
    parts.map(|part| part * part).sum()
}

/// The spread of the areas' own, from those of the total and of an area as a whole.
pub(crate) fn own(total: f64, whole: f64, concentrated: f64) -> f64 {
    let own = (whole * whole - total * total).max(0.0) / (1.0 - concentrated).max(LEAST_EVENED);
    own.sqrt().clamp(DEVIATIONS.0, DEVIATIONS.1)
}

/// The spread that all areas share, from that of their total and of their own.
pub(crate) fn level(total: f64, own: f64, concentrated: f64) -> f64 {
    let level = (total * total - concentrated * own * own).max(0.0).sqrt();
    level.clamp(DEVIATIONS.0, DEVIATIONS.1)
}

fn believed(errors: &[f64]) -> Option<f64> {
    (errors.len() >= ENOUGH).then(|| width(errors)).flatten()
}

/// The spread of appeals that covers four in five of the errors, with the other parts of their variance at work;
/// `None` of too few.
fn appeals<'a>(errors: impl Iterator<Item = &'a RecipeError>, concentration: f64) -> Option<f64> {
    let just_enough = |error: &RecipeError| {
        let whole = error.share / Z90;
        let rest = error.scatter / concentration + error.counting;
        ((whole * whole - rest).max(0.0) / error.shock.max(LEAST_SHOCK)).sqrt()
    };
    let spreads: Vec<f64> = errors.map(just_enough).collect();
    let enough = spreads.len() >= ENOUGH;
    enough.then(|| half_width(&spreads, NOMINAL)).flatten()
}

impl Spread {
    /// Calibrates on errors at one lead.
    fn fit(of_lead: &[&WeekErrors], newcomers: &[RecipeError]) -> Self {
        let levels: Vec<f64> = of_lead.iter().filter_map(|error| error.level).collect();
        let areas: Vec<f64> = of_lead.iter().flat_map(|e| &e.areas).copied().collect();
        let concentrated = of_lead.iter().map(|error| error.concentrated).sum::<f64>();
        let concentrated = concentrated / of_lead.len().max(1) as f64;
        let total = believed(&levels).unwrap_or(DEFAULT_DEVIATION);
        let whole = believed(&areas).unwrap_or(DEFAULT_DEVIATION * 2_f64.sqrt());
        let area = own(total, whole, concentrated);
        let mut spread = Self {
            level: level(total, area, concentrated),
            area,
            recipe: SEEN_DEVIATION,
            new_recipe: NEW_TO_SEEN * SEEN_DEVIATION,
            concentration: CONCENTRATION,
        };
        let seen = || {
            of_lead
                .iter()
                .flat_map(|error| &error.recipes)
                .filter(|r| !r.is_new)
        };
        let cells = of_lead.iter().flat_map(|error| &error.cells);
        let cells: Vec<CellError> = cells.step_by(CELL_STEP).copied().collect();
        for _ in 0..ROUNDS {
            let recipe = appeals(seen(), spread.concentration).unwrap_or(SEEN_DEVIATION);
            spread.recipe = recipe.clamp(APPEAL_DEVIATIONS.0, APPEAL_DEVIATIONS.1);
            let new_recipe = appeals(newcomers.iter(), spread.concentration);
            spread.new_recipe = new_recipe
                .unwrap_or(NEW_TO_SEEN * spread.recipe)
                .clamp(spread.recipe, APPEAL_DEVIATIONS.1);
            if cells.len() >= ENOUGH {
                spread.concentration = concentration(spread, &cells);
            }
        }
        spread
    }

    /// Whether the error lies inside the central 80 % of a recipe's kits in all areas.
    pub(crate) fn covers_recipe(&self, error: &RecipeError, concentrated: f64) -> bool {
        let appeal = self.appeal(error.is_new);
        let total = self.total(concentrated);
        let variance = total * total
            + appeal * appeal * error.shock
            + error.scatter / self.concentration
            + error.counting;
        error.kits.abs() <= Z90 * variance.sqrt()
    }

    /// The spread of the total of all areas.
    pub(crate) fn total(&self, concentrated: f64) -> f64 {
        (self.level * self.level + concentrated * self.area * self.area).sqrt()
    }

    fn appeal(&self, is_new: bool) -> f64 {
        if is_new { self.new_recipe } else { self.recipe }
    }

    /// Whether what was sold lies inside the central 80 % of what was expected; the sum of shocks on log scale is
    /// taken as normal with the first two moments of all parts: volume, appeal, scatter of shares, and counting.
    pub(crate) fn covers(&self, cell: &CellError) -> bool {
        let share = f64::from(cell.share);
        let appeal = self.appeal(cell.is_new);
        let (mean, scatter) = log_gamma_moments(self.concentration * share);
        let variance = self.level * self.level
            + self.area * self.area
            + appeal * appeal * f64::from(cell.shock)
            + scatter
            + 1.0 / f64::from(cell.expected).max(1.0);
        (f64::from(cell.error) - mean).abs() <= Z90 * variance.sqrt()
    }
}

/// The concentration at which the cells are covered as they should be, by bisection on log scale.
fn concentration(spread: Spread, cells: &[CellError]) -> f64 {
    let (mut low, mut high) = (libm::log(CONCENTRATIONS.0), libm::log(CONCENTRATIONS.1));
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        let tried = Spread {
            concentration: libm::exp(middle),
            ..spread
        };
        let inside = cells.iter().filter(|cell| tried.covers(cell)).count();
        if inside as f64 > NOMINAL * cells.len() as f64 {
            low = middle;
        } else {
            high = middle;
        }
    }
    libm::exp(f64::midpoint(low, high))
}

#[cfg(test)]
mod tests {
    use random::Stream;

    use super::*;

    const TRUE: Spread = Spread {
        level: 0.06,
        area: 0.1,
        recipe: 0.15,
        new_recipe: 0.3,
        concentration: 200.0,
    };
    const AREAS: usize = 10;
    const RECIPES: usize = 20;

    /// Errors of a week at a lead by the law of [`TRUE`], all spreads of volume and appeal times `factor`.
    fn week(week: usize, lead: usize, factor: f64, stream: &mut Stream) -> WeekErrors {
        let level = factor * TRUE.level * stream.normal();
        let own: Vec<f64> = (0..AREAS)
            .map(|_| factor * TRUE.area * stream.normal())
            .collect();
        let total = own.iter().map(|own| libm::exp(level + own)).sum::<f64>() / AREAS as f64;
        let share = 1.0 / RECIPES as f64;
        let shocks: Vec<f64> = (0..RECIPES)
            .map(|_| libm::exp(factor * TRUE.recipe * stream.normal()))
            .collect();
        let sum: f64 = shocks.iter().sum();
        let mut errors = WeekErrors {
            week,
            lead,
            level: Some(libm::log(total)),
            areas: own.iter().map(|own| level + own).collect(),
            concentrated: 1.0 / AREAS as f64,
            ..WeekErrors::default()
        };
        let shock = (1.0 - share) * (1.0 - share) + share * share * (RECIPES - 1) as f64;
        let mut bought = [0.0; RECIPES];
        for own in &own {
            let parts: Vec<f64> = shocks
                .iter()
                .map(|shock| stream.gamma(TRUE.concentration * shock / sum))
                .collect();
            let all: f64 = parts.iter().sum();
            for (bought, part) in bought.iter_mut().zip(&parts) {
                let over = part / all / share;
                *bought += over / AREAS as f64;
                errors.cells.push(CellError {
                    share: share as f32,
                    expected: 1e9,
                    shock: shock as f32,
                    error: (level + own + libm::log(over)) as f32,
                    is_new: false,
                });
            }
        }
        for bought in bought {
            errors.recipes.push(RecipeError {
                share: libm::log(bought),
                kits: libm::log(bought * total),
                shock,
                scatter: (1.0 - share) / share / AREAS as f64,
                counting: 0.0,
                is_new: false,
            });
        }
        errors
    }

    fn near(found: f64, planted: f64, tolerance: f64) {
        assert!(
            (found / planted - 1.0).abs() < tolerance,
            "{found} {planted}"
        );
    }

    #[test]
    fn each_shock_is_told_apart_from_the_others() {
        let mut stream = Stream::new(3, &[]);
        let weeks: Vec<WeekErrors> = (0..400).map(|at| week(at, 0, 1.0, &mut stream)).collect();
        let weeks: Vec<&WeekErrors> = weeks.iter().collect();
        let found = Spread::fit(&weeks, &[]);
        // 400 weeks tell a spread of weekly shocks to 4 %, times what the areas' own leave uncertain.
        near(found.level, TRUE.level, 0.15);
        near(found.area, TRUE.area, 0.05);
        near(found.recipe, TRUE.recipe, 0.05);
        near(found.concentration, TRUE.concentration, 0.15);
        near(found.new_recipe, NEW_TO_SEEN * found.recipe, 1e-9);
    }

    #[test]
    fn spreads_grow_with_the_lead_and_a_lead_without_errors_takes_the_last_ones() {
        let mut stream = Stream::new(4, &[]);
        let mut errors = Vec::new();
        for lead in 0..3 {
            let factor = 1.0 + lead as f64;
            errors.extend((0..26).map(|at| week(at, lead, factor, &mut stream)));
        }
        let spreads = Spreads::fit(&errors, 26);
        assert_eq!(spreads.0.len(), LEADS);
        assert!(spreads.at(1).recipe < spreads.at(2).recipe);
        assert!(spreads.at(2).recipe < spreads.at(3).recipe);
        assert_eq!(spreads.at(4), spreads.at(3));
        assert_eq!(spreads.at(60), spreads.at(3));
        assert_eq!(spreads.at(0), spreads.at(1));
    }

    #[test]
    fn only_the_last_weeks_before_the_end_count() {
        let mut stream = Stream::new(5, &[]);
        let mut errors: Vec<WeekErrors> = (0..40).map(|at| week(at, 0, 1.0, &mut stream)).collect();
        let all = Spreads::fit(&errors, 35);
        errors.retain(|error| (35 - CALIBRATED..35).contains(&error.week));
        assert_eq!(Spreads::fit(&errors, 35), all);
    }

    #[test]
    fn a_recipe_never_sold_is_spread_by_its_like_and_never_less_than_the_others() {
        let mut stream = Stream::new(6, &[]);
        let weeks: Vec<WeekErrors> = (0..26).map(|at| week(at, 0, 1.0, &mut stream)).collect();
        let weeks: Vec<&WeekErrors> = weeks.iter().collect();
        let newcomer = |share: f64| RecipeError {
            share,
            kits: share,
            shock: 1.0,
            scatter: 0.0,
            counting: 0.0,
            is_new: true,
        };
        let wild = Spread::fit(&weeks, &[newcomer(0.5); 9]);
        near(wild.new_recipe, 0.5 / Z90, 1e-9);
        let calm = Spread::fit(&weeks, &[newcomer(0.01); 9]);
        near(calm.new_recipe, calm.recipe, 1e-9);
    }

    #[test]
    fn without_errors_spreads_are_those_believed_of_anybody() {
        let spread = Spreads::fit(&[], 0).at(1);
        near(spread.recipe, SEEN_DEVIATION, 1e-9);
        near(spread.concentration, CONCENTRATION, 1e-9);
        near(Spreads(Vec::new()).at(1).concentration, CONCENTRATION, 1e-9);
    }

    #[test]
    fn four_in_five_cells_drawn_by_the_law_are_covered() {
        let mut stream = Stream::new(7, &[]);
        let cells: Vec<CellError> = (0..200)
            .flat_map(|at| week(at, 0, 1.0, &mut stream).cells)
            .collect();
        let inside = cells.iter().filter(|cell| TRUE.covers(cell)).count();
        let covered = inside as f64 / cells.len() as f64;
        assert!((0.77..0.83).contains(&covered), "{covered}");
    }
}
