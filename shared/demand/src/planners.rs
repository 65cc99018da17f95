//! How wrong the planners' own forecasts were, and what their fans say.

use serde::{Deserialize, Serialize};
use snapshot::VolumeIssue;

use crate::observations::{Observations, PastIssue};
use crate::split::SplitModel;
use crate::spread::{DEFAULT_DEVIATION, DEVIATIONS, LEADS, width};
use crate::statistics::log_ratio;
use crate::volume::Z90;

/// Errors that must have been seen before a measured spread is believed.
const ENOUGH: usize = 6;

/// Spread of log errors by lead week: of all areas together, and of an area beside that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    /// By lead week less 1.
    pub level: Vec<f64>,
    /// By lead week less 1.
    pub area: Vec<f64>,
}

impl Errors {
    /// Compares what planners issued with boxes sold, by area, then week; `None` where too little is known.
    pub(crate) fn of_planners(observations: &Observations, sold: &[Vec<f64>]) -> Option<Self> {
        let mut level = Vec::new();
        let mut area = Vec::new();
        for lead in 1..=LEADS as u32 {
            let (shared, own) = at_lead(observations, sold, lead);
            if shared.len() < ENOUGH {
                break;
            }
            level.push(believed(&shared));
            area.push(believed(&own));
        }
        (!level.is_empty()).then_some(Self { level, area })
    }

    /// At a lead: of all areas, of an area's own. A lead without errors takes the last one's.
    pub(crate) fn at(&self, lead_weeks: u32) -> (f64, f64) {
        let pick = |by_lead: &[f64]| {
            let lead = (lead_weeks.max(1) as usize - 1).min(by_lead.len().saturating_sub(1));
            by_lead.get(lead).copied().unwrap_or(DEFAULT_DEVIATION)
        };
        (pick(&self.level), pick(&self.area))
    }
}

/// Log errors at a lead: of all areas together by week, and of areas beside that.
fn at_lead(observations: &Observations, sold: &[Vec<f64>], lead: u32) -> (Vec<f64>, Vec<f64>) {
    let mut by_week: Vec<Vec<&PastIssue>> = vec![Vec::new(); observations.weeks.len()];
    for issue in &observations.issues {
        if let (true, Some(week)) = (issue.lead_weeks == lead, by_week.get_mut(issue.week)) {
            week.push(issue);
        }
    }
    let (mut shared, mut own) = (Vec::new(), Vec::new());
    for (week, issues) in by_week.iter().enumerate() {
        let sold_in = |area: usize| sold.get(area).and_then(|weeks| weeks.get(week)).copied();
        let of_areas: Vec<(f64, f64)> = issues
            .iter()
            .filter_map(|issue| Some((sold_in(issue.area?)?, issue.p50)))
            .filter(|(sold, p50)| *sold > 0.0 && *p50 > 0.0)
            .collect();
        let total = issues.iter().find(|issue| issue.area.is_none());
        let (actual, issued) = match total {
            Some(issue) => ((0..sold.len()).filter_map(sold_in).sum(), issue.p50),
            None => of_areas
                .iter()
                .fold((0.0, 0.0), |sum, area| (sum.0 + area.0, sum.1 + area.1)),
        };
        let Some(all) = log_ratio(actual, issued) else {
            continue;
        };
        shared.push(all);
        let errors = of_areas.iter().filter_map(|(a, b)| log_ratio(*a, *b));
        own.extend(errors.map(|error| error - all));
    }
    (shared, own)
}

/// Boxes by area, then week, from kits by week, then area.
pub(crate) fn boxes_by_area(kits: &[Vec<f64>], split: &SplitModel) -> Vec<Vec<f64>> {
    let areas = kits.first().map_or(0, Vec::len);
    let boxes = |area: usize| {
        let recipes = split.mean_recipes(area);
        kits.iter().map(|week| week[area] / recipes).collect()
    };
    (0..areas).map(boxes).collect()
}

/// The spread that covers four errors in five, as a normal deviation.
fn believed(errors: &[f64]) -> f64 {
    let measured = (errors.len() >= ENOUGH).then(|| width(errors)).flatten();
    measured
        .unwrap_or(DEFAULT_DEVIATION)
        .clamp(DEVIATIONS.0, DEVIATIONS.1)
}

/// The log spread that an issue's own fan stands for.
pub(crate) fn fan_of(issue: &VolumeIssue) -> Option<f64> {
    let spread = log_ratio(issue.p90?.to_f64(), issue.p10?.to_f64())?;
    Some((spread / (2.0 * Z90)).clamp(DEVIATIONS.0, DEVIATIONS.1))
}
