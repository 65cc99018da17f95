//! How wrong forecasts are: spreads by lead week, calibrated until four outcomes in five fall inside.
//!
//! What is calibrated are the model's parameters, not its results: drawn boxes stay whole, and totals and caps hold.
//! The spread of all areas' volume, an area's volume and a recipe's appeal are set to cover four in five of their own
//! past errors. The concentration of areas' shares is then set so that four in five kits by area and recipe fall
//! inside, with all the others at work.

use domain::MenuWeek;
use serde::{Deserialize, Serialize};

use crate::rolling::{CALIBRATED, CellError, MEASURED, WeekErrors};
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
/// Halvings of the interval of concentrations: to 0.1 %.
const HALVINGS: usize = 14;

/// The spreads at one lead.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Of the logarithm of volume: of all areas together, and of an area's own beside it.
    pub level: f64,
    /// An area's own.
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

/// How good forecasts were, measured on weeks after those that spreads were calibrated on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// First and last week measured.
    pub weeks: Option<(MenuWeek, MenuWeek)>,
    /// By lead week less 1, for leads with any week to measure.
    pub leads: Vec<LeadAccuracy>,
}

/// How good forecasts so many weeks ahead were.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LeadAccuracy {
    /// Weeks from the last known week.
    pub lead_weeks: u32,
    /// Weeks measured.
    pub weeks: usize,
    /// Σ|sold − expected| / Σ sold, by area and recipe.
    pub wmape: f64,
    /// The same by recipe, all areas together.
    pub wmape_recipe: f64,
    /// Σ(expected − sold) / Σ sold.
    pub bias: f64,
    /// Share of outcomes inside the 80 % interval, by area and recipe.
    pub coverage: f64,
    /// The same by recipe.
    pub coverage_recipe: f64,
    /// The same for the week's total.
    pub coverage_total: f64,
}

/// The normal deviation whose central 80 % has the width that covers 80 % of the errors.
pub(crate) fn width(errors: &[f64]) -> Option<f64> {
    half_width(errors, NOMINAL).map(|half| half / Z90)
}

impl Spreads {
    /// Calibrates on the weeks before `end`.
    pub(crate) fn fit(errors: &[WeekErrors], end: usize) -> Self {
        let weeks = end.saturating_sub(CALIBRATED)..end;
        let used = || errors.iter().filter(|error| weeks.contains(&error.week));
        let newcomers: Vec<f64> = used()
            .flat_map(|error| &error.recipes)
            .filter(|recipe| recipe.is_new)
            .map(|recipe| recipe.share)
            .collect();
        let mut spreads: Vec<Spread> = Vec::new();
        for lead in 0..LEADS {
            let of_lead: Vec<&WeekErrors> = used().filter(|error| error.lead == lead).collect();
            let known = |recipe: &&crate::rolling::RecipeError| !recipe.is_new;
            let seen: Vec<f64> = of_lead
                .iter()
                .flat_map(|error| &error.recipes)
                .filter(known)
                .map(|recipe| recipe.share)
                .collect();
            let levels: Vec<f64> = of_lead.iter().filter_map(|error| error.level).collect();
            let areas: Vec<f64> = of_lead.iter().flat_map(|e| &e.areas).copied().collect();
            let believed =
                |errors: &[f64]| (errors.len() >= ENOUGH).then(|| width(errors)).flatten();
            if levels.len() < ENOUGH
                && let Some(last) = spreads.last()
            {
                spreads.push(*last);
                continue;
            }
            let level = believed(&levels).unwrap_or(DEFAULT_DEVIATION);
            let level = level.clamp(DEVIATIONS.0, DEVIATIONS.1);
            // An area's whole spread is that of all areas and its own together.
            let area = match believed(&areas) {
                Some(whole) => (whole * whole - level * level).max(0.0).sqrt(),
                None => DEFAULT_DEVIATION,
            };
            let recipe = believed(&seen).unwrap_or(SEEN_DEVIATION);
            let recipe = recipe.clamp(APPEAL_DEVIATIONS.0, APPEAL_DEVIATIONS.1);
            let new_recipe = believed(&newcomers).unwrap_or(NEW_TO_SEEN * recipe);
            let mut spread = Spread {
                level,
                area: area.clamp(DEVIATIONS.0, DEVIATIONS.1),
                recipe,
                new_recipe: new_recipe.clamp(recipe, APPEAL_DEVIATIONS.1),
                concentration: CONCENTRATION,
            };
            let cells = of_lead.iter().flat_map(|error| &error.cells);
            let cells: Vec<CellError> = cells.step_by(CELL_STEP).copied().collect();
            if cells.len() >= ENOUGH {
                spread.concentration = concentration(spread, &cells);
            }
            spreads.push(spread);
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

impl Spread {
    /// Whether what was sold lies inside the central 80 % of what was expected; the sum of shocks on log scale is
    /// taken as normal with the first two moments of all parts: volume, appeal, scatter of shares, and counting.
    fn covers(&self, cell: &CellError) -> bool {
        let share = f64::from(cell.share);
        let appeal = if cell.is_new {
            self.new_recipe
        } else {
            self.recipe
        };
        let (mean, scatter) = log_gamma_moments(self.concentration * share);
        let appeal = appeal * (1.0 - share);
        let variance = self.level * self.level
            + self.area * self.area
            + appeal * appeal
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

impl Accuracy {
    /// Measures on the last weeks before `end`, with spreads calibrated on the weeks before those.
    pub(crate) fn measure(errors: &[WeekErrors], weeks: &[MenuWeek]) -> Self {
        let end = weeks.len();
        let first = end.saturating_sub(MEASURED);
        let spreads = Spreads::fit(errors, first);
        let lead = |(lead, spread): (usize, &Spread)| {
            let of_lead: Vec<&WeekErrors> = errors
                .iter()
                .filter(|error| error.lead == lead && (first..end).contains(&error.week))
                .collect();
            let sold: f64 = of_lead.iter().map(|error| error.sold).sum();
            if sold <= 0.0 {
                return None;
            }
            let sum = |part: fn(&WeekErrors) -> f64| {
                of_lead.iter().map(|error| part(error)).sum::<f64>() / sold
            };
            let recipes = of_lead.iter().flat_map(|error| &error.recipes);
            let covers = |recipe: &crate::rolling::RecipeError| {
                let appeal = if recipe.is_new {
                    spread.new_recipe
                } else {
                    spread.recipe
                };
                let variance = spread.level * spread.level + appeal * appeal;
                recipe.kits.abs() <= Z90 * variance.sqrt()
            };
            let levels = of_lead.iter().filter_map(|error| error.level);
            Some(LeadAccuracy {
                lead_weeks: lead as u32 + 1,
                weeks: of_lead.len(),
                wmape: sum(|error| error.absolute),
                wmape_recipe: sum(|error| error.absolute_recipes),
                bias: sum(|error| error.over),
                coverage: part(
                    of_lead
                        .iter()
                        .flat_map(|error| &error.cells)
                        .map(|cell| spread.covers(cell)),
                ),
                coverage_recipe: part(recipes.map(covers)),
                coverage_total: part(levels.map(|level| level.abs() <= Z90 * spread.level)),
            })
        };
        let leads: Vec<LeadAccuracy> = spreads.0.iter().enumerate().filter_map(lead).collect();
        Self {
            weeks: weeks
                .get(first)
                .copied()
                .zip(weeks.last().copied())
                .filter(|_| !leads.is_empty()),
            leads,
        }
    }
}

/// The share that holds.
fn part(holds: impl Iterator<Item = bool>) -> f64 {
    let (inside, all) = holds.fold((0.0, 0.0), |(inside, all), holds| {
        (inside + f64::from(u8::from(holds)), all + 1.0)
    });
    if all > 0.0 { inside / all } else { 0.0 }
}
