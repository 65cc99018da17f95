//! Boxes a week: the planners' forecast where there is one, else a robust baseline; their past errors are the
//! spread.

use serde::{Deserialize, Serialize};
use snapshot::WeekSnapshot;

use crate::observations::{Observations, SaleRow};
use crate::split::SplitModel;
use crate::statistics::{log_ratio, median, robust_deviation};

/// Weeks that the baseline is the median of: enough to shrug off one odd week, few enough to follow a trend.
const BASELINE_WEEKS: usize = 5;
/// Lead weeks whose errors are measured apart; later ones take the last.
const LEADS: usize = 8;
/// Origins that errors are measured over.
const ORIGINS: usize = 26;
/// Errors that must have been seen before a measured spread is believed.
const ENOUGH: usize = 6;
/// Spread where too little is known, and bounds of what is believed.
const DEFAULT_DEVIATION: f64 = 0.15;
const DEVIATIONS: (f64, f64) = (0.01, 0.6);
/// The normal distribution's 90th percentile.
const Z90: f64 = 1.281_551_565_544_600_4;

/// What is known about boxes a week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VolumeModel {
    /// The baseline of each area, in boxes a week.
    pub baseline: Vec<f64>,
    /// How wrong the baseline was.
    pub baseline_errors: Errors,
    /// How wrong the planners were, where enough of their past forecasts are known.
    pub planner_errors: Option<Errors>,
}

/// Spread of log errors by lead week: of all areas together, and of an area beside that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    /// By lead week less 1.
    pub level: Vec<f64>,
    /// By lead week less 1.
    pub area: Vec<f64>,
}

impl Errors {
    fn at(&self, lead_weeks: u32) -> (f64, f64) {
        let pick = |by_lead: &[f64]| {
            let lead = (lead_weeks.max(1) as usize - 1).min(by_lead.len().saturating_sub(1));
            by_lead.get(lead).copied().unwrap_or(DEFAULT_DEVIATION)
        };
        (pick(&self.level), pick(&self.area))
    }
}

/// A week's volume.
#[derive(Debug, Clone, PartialEq)]
pub struct WeekVolume {
    /// Median boxes and the area's own spread, by place in the snapshot.
    pub areas: Vec<(f64, f64)>,
    /// The spread all areas share.
    pub level_deviation: f64,
    /// How it was forecast.
    pub method: &'static str,
}

/// Where the planners forecast.
pub const PLANNERS: &str = "the planners' forecast, spread by its own past errors";
/// Where nobody did.
pub const BASELINE: &str = "the median of the last 5 weeks, spread by its own past errors";

impl VolumeModel {
    /// Learns each area's level and how wrong the baseline and the planners were.
    pub fn fit(observations: &Observations, split: &SplitModel) -> Self {
        let series = boxes_by_week(observations, split);
        let baseline = series.iter().map(|area| baseline(area)).collect();
        Self {
            baseline,
            baseline_errors: baseline_errors(&series, observations.weeks.len()),
            planner_errors: planner_errors(observations, &series),
        }
    }

    /// A week's volume; `places` are the snapshot's areas in the model.
    pub fn week(&self, week: &WeekSnapshot, places: &[Option<usize>]) -> WeekVolume {
        let own = |place: &Option<usize>| {
            place
                .and_then(|at| self.baseline.get(at))
                .copied()
                .unwrap_or(0.0)
        };
        let baseline: Vec<f64> = places.iter().map(own).collect();
        let mut boxes = baseline.clone();
        let mut fan = Vec::new();
        if let Some(total) = week.volume.iter().find(|issue| issue.area.is_none()) {
            let sum: f64 = baseline.iter().sum();
            let even = total.p50.to_f64() / boxes.len().max(1) as f64;
            for area in &mut boxes {
                *area = if sum > 0.0 {
                    *area * total.p50.to_f64() / sum
                } else {
                    even
                };
            }
            fan.extend(fan_of(total));
        }
        for issue in &week.volume {
            if let Some(area) = issue.area.and_then(|at| boxes.get_mut(at)) {
                *area = issue.p50.to_f64();
                fan.extend(fan_of(issue));
            }
        }
        let planners = !week.volume.is_empty();
        let measured = if planners {
            self.planner_errors.as_ref()
        } else {
            Some(&self.baseline_errors)
        };
        let (level, own) = match (measured, median(&fan)) {
            (Some(errors), _) => errors.at(week.lead_weeks),
            // Nothing is known of how the planners erred before: their own fan is the only word on it. Half of its
            // variance is taken as shared by all areas.
            (None, Some(fan)) => (fan * 0.5_f64.sqrt(), fan * 0.5_f64.sqrt()),
            (None, None) => self.baseline_errors.at(week.lead_weeks),
        };
        WeekVolume {
            areas: boxes.into_iter().map(|boxes| (boxes, own)).collect(),
            level_deviation: level,
            method: if planners { PLANNERS } else { BASELINE },
        }
    }
}

/// Boxes of meals by area, then week.
fn boxes_by_week(observations: &Observations, split: &SplitModel) -> Vec<Vec<f64>> {
    let mut series = vec![vec![0.0; observations.weeks.len()]; observations.areas.len()];
    for SaleRow {
        week,
        area,
        recipe,
        kits,
        ..
    } in observations.sales.rows()
    {
        let meal = observations
            .recipes
            .get(recipe)
            .is_some_and(|recipe| !recipe.add_on);
        if let Some(boxes) = series.get_mut(area).and_then(|weeks| weeks.get_mut(week))
            && meal
        {
            *boxes += kits;
        }
    }
    for (area, weeks) in series.iter_mut().enumerate() {
        let per_box = split.mean_recipes(area);
        weeks.iter_mut().for_each(|kits| *kits /= per_box);
    }
    series
}

/// The median of the last weeks in which anything was sold.
fn baseline(weeks: &[f64]) -> f64 {
    let sold: Vec<f64> = weeks
        .iter()
        .rev()
        .copied()
        .filter(|boxes| *boxes > 0.0)
        .take(BASELINE_WEEKS)
        .collect();
    median(&sold).unwrap_or(0.0)
}

fn baseline_errors(series: &[Vec<f64>], weeks: usize) -> Errors {
    let total: Vec<f64> = (0..weeks)
        .map(|week| series.iter().filter_map(|area| area.get(week)).sum())
        .collect();
    let mut level = Vec::new();
    let mut area_level = Vec::new();
    for lead in 1..=LEADS {
        let last_origin = weeks.saturating_sub(lead);
        let origins = last_origin.saturating_sub(ORIGINS).max(BASELINE_WEEKS)..=last_origin;
        let mut shared = Vec::new();
        let mut own = Vec::new();
        for origin in origins {
            let target = origin + lead - 1;
            let error =
                |weeks: &[f64]| log_ratio(*weeks.get(target)?, baseline(weeks.get(..origin)?));
            let Some(all) = error(&total) else { continue };
            shared.push(all);
            own.extend(
                series
                    .iter()
                    .filter_map(|area| error(area))
                    .map(|error| error - all),
            );
        }
        level.push(believed(&shared));
        area_level.push(believed(&own));
    }
    Errors {
        level,
        area: area_level,
    }
}

fn planner_errors(observations: &Observations, series: &[Vec<f64>]) -> Option<Errors> {
    let mut level = Vec::new();
    let mut own_level = Vec::new();
    for lead in 1..=LEADS as u32 {
        let mut shared = Vec::new();
        let mut own = Vec::new();
        for week in 0..observations.weeks.len() {
            let issued = |issue: &&crate::PastIssue| issue.week == week && issue.lead_weeks == lead;
            let issues: Vec<_> = observations.issues.iter().filter(issued).collect();
            let sold = |area: usize| series.get(area).and_then(|weeks| weeks.get(week)).copied();
            let of_areas: Vec<(f64, f64)> = issues
                .iter()
                .filter_map(|issue| Some((sold(issue.area?)?, issue.p50)))
                .filter(|(sold, p50)| *sold > 0.0 && *p50 > 0.0)
                .collect();
            let total = issues
                .iter()
                .find(|issue| issue.area.is_none())
                .map(|issue| issue.p50);
            let (actual, issued) = match total {
                Some(p50) => ((0..series.len()).filter_map(sold).sum(), p50),
                None => of_areas
                    .iter()
                    .fold((0.0, 0.0), |sum, area| (sum.0 + area.0, sum.1 + area.1)),
            };
            let Some(all) = log_ratio(actual, issued) else {
                continue;
            };
            shared.push(all);
            own.extend(
                of_areas
                    .iter()
                    .filter_map(|area| log_ratio(area.0, area.1))
                    .map(|e| e - all),
            );
        }
        if shared.len() < ENOUGH {
            break;
        }
        level.push(believed(&shared));
        own_level.push(believed(&own));
    }
    (!level.is_empty()).then_some(Errors {
        level,
        area: own_level,
    })
}

fn believed(errors: &[f64]) -> f64 {
    let measured = (errors.len() >= ENOUGH)
        .then(|| robust_deviation(errors))
        .flatten();
    measured
        .unwrap_or(DEFAULT_DEVIATION)
        .clamp(DEVIATIONS.0, DEVIATIONS.1)
}

/// The log spread that an issue's own fan stands for.
fn fan_of(issue: &snapshot::VolumeIssue) -> Option<f64> {
    let spread = log_ratio(issue.p90?.to_f64(), issue.p10?.to_f64())?;
    Some((spread / (2.0 * Z90)).clamp(DEVIATIONS.0, DEVIATIONS.1))
}
