//! How wrong the planners' own forecasts were, and what their fans say.

use serde::{Deserialize, Serialize};
use snapshot::VolumeIssue;

use crate::observations::{Observations, PastIssue};
use crate::split::SplitModel;
use crate::spread::{DEVIATIONS, LEADS, concentrated, own, width};
use crate::statistics::log_ratio;
use crate::volume::Z90;

/// Errors that must have been seen before a measured spread is believed.
const ENOUGH: usize = 6;

/// How wrong the planners were, by lead week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Errors(pub Vec<LeadErrors>);

/// How wrong the planners were so many weeks ahead: spreads of log errors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LeadErrors {
    /// Of the total of all areas.
    pub total: f64,
    /// Of an area's own beside what all areas share; `None` where too few of their forecasts named areas.
    pub area: Option<f64>,
}

impl Errors {
    /// Compares what planners issued with boxes sold, by area, then week; `None` where too little is known.
    pub(crate) fn of_planners(observations: &Observations, sold: &[Vec<f64>]) -> Option<Self> {
        let leads = 1..=LEADS as u32;
        let leads = leads.map_while(|lead| LeadErrors::fit(observations, sold, lead));
        let leads: Vec<LeadErrors> = leads.collect();
        (!leads.is_empty()).then_some(Self(leads))
    }

    /// At a lead; one without errors takes the last one's.
    pub(crate) fn at(&self, lead_weeks: u32) -> Option<LeadErrors> {
        let lead = (lead_weeks.max(1) as usize - 1).min(self.0.len().checked_sub(1)?);
        self.0.get(lead).copied()
    }
}

impl LeadErrors {
    fn fit(observations: &Observations, sold: &[Vec<f64>], lead: u32) -> Option<Self> {
        let mut by_week: Vec<Vec<&PastIssue>> = vec![Vec::new(); observations.weeks.len()];
        for issue in &observations.issues {
            if let (true, Some(week)) = (issue.lead_weeks == lead, by_week.get_mut(issue.week)) {
                week.push(issue);
            }
        }
        let (mut totals, mut areas, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        for (week, issues) in by_week.iter().enumerate() {
            let sold_in = |area: usize| sold.get(area).and_then(|weeks| weeks.get(week)).copied();
            let named: Vec<(f64, f64)> = issues
                .iter()
                .filter_map(|issue| Some((sold_in(issue.area?)?, issue.p50)))
                .filter(|(sold, p50)| *sold > 0.0 && *p50 > 0.0)
                .collect();
            let of_named = named
                .iter()
                .fold((0.0, 0.0), |sum, area| (sum.0 + area.0, sum.1 + area.1));
            let total = issues.iter().find(|issue| issue.area.is_none());
            let (actual, issued) = match total {
                Some(issue) => ((0..sold.len()).filter_map(sold_in).sum(), issue.p50),
                None => of_named,
            };
            let Some(error) = log_ratio(actual, issued) else {
                continue;
            };
            totals.push(error);
            if !named.is_empty() {
                areas.extend(
                    named
                        .iter()
                        .filter_map(|(sold, p50)| log_ratio(*sold, *p50)),
                );
                parts.push(concentrated(named.iter().map(|(_, p50)| *p50)));
            }
        }
        let total = believed(&totals)?;
        let part = parts.iter().sum::<f64>() / parts.len().max(1) as f64;
        Some(Self {
            total: total.clamp(DEVIATIONS.0, DEVIATIONS.1),
            area: believed(&areas).map(|whole| own(total, whole, part)),
        })
    }
}

/// The spread that covers four errors in five, as a normal deviation; `None` of too few.
fn believed(errors: &[f64]) -> Option<f64> {
    (errors.len() >= ENOUGH).then(|| width(errors)).flatten()
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

/// The log spread that an issue's own fan stands for.
pub(crate) fn fan_of(issue: &VolumeIssue) -> Option<f64> {
    let spread = log_ratio(issue.p90?.to_f64(), issue.p10?.to_f64())?;
    Some((spread / (2.0 * Z90)).clamp(DEVIATIONS.0, DEVIATIONS.1))
}
