//! How good forecasts were on the last weeks of the history.

use domain::MenuWeek;
use serde::{Deserialize, Serialize};

use crate::rolling::{MEASURED, NAIVE, WeekErrors};
use crate::spread::{Spread, Spreads};
use crate::volume::Z90;

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
    /// The same by area, all recipes together.
    pub wmape_area: f64,
    /// The same of forecasts by [`Accuracy::NAIVE`].
    pub wmape_area_naive: [f64; Accuracy::NAIVE.len()],
    /// Σ(expected − sold) / Σ sold.
    pub bias: f64,
    /// Share of outcomes inside the 80 % interval, by area and recipe.
    pub coverage: f64,
    /// The same by recipe.
    pub coverage_recipe: f64,
    /// The same for the week's total.
    pub coverage_total: f64,
}

impl Accuracy {
    /// The naive forecasts of an area's kits: as in the last week, as a year before (else as last), the means of the
    /// last 4 and 13 weeks.
    pub const NAIVE: [&'static str; NAIVE.len()] = [
        "naive",
        "seasonal naive",
        "mean of last 4",
        "mean of last 13",
    ];

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
            Some(LeadAccuracy {
                lead_weeks: lead as u32 + 1,
                weeks: of_lead.len(),
                wmape: sum(|error| error.absolute),
                wmape_recipe: sum(|error| error.absolute_recipes),
                wmape_area: sum(|error| error.absolute_areas),
                wmape_area_naive: std::array::from_fn(|at| {
                    of_lead
                        .iter()
                        .map(|error| error.naive_areas[at])
                        .sum::<f64>()
                        / sold
                }),
                bias: sum(|error| error.over),
                coverage: part(
                    of_lead
                        .iter()
                        .flat_map(|error| &error.cells)
                        .map(|cell| spread.covers(cell)),
                ),
                coverage_recipe: part(of_lead.iter().flat_map(|week| {
                    let covers = |error| spread.covers_recipe(error, week.concentrated);
                    week.recipes.iter().map(covers)
                })),
                coverage_total: part(of_lead.iter().filter_map(|week| {
                    Some(week.level?.abs() <= Z90 * spread.total(week.concentrated))
                })),
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
