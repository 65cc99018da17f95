//! A week's tile: the least that everybody wants to know.

use contracts::{LastPlan, RunSummary, Spread, WeekReport, WeekSummary};
use domain::{Finding, tally};

use crate::attention::boxes;
use crate::week::last_plan;
use crate::words::{chance, count, counted, days, percent};

/// A week's tile.
#[derive(Debug)]
pub(crate) struct Tile {
    pub(crate) week: String,
    pub(crate) body: Body,
    pub(crate) findings: String,
}

/// What a tile says.
#[derive(Debug)]
pub(crate) enum Body {
    /// Of a planned week.
    Planned(Planned),
    /// Of a week that a fault stopped.
    Failed {
        /// The fault's name.
        fault: String,
        /// What was wrong.
        message: String,
        /// The plan that stands instead; empty where there is none.
        last: String,
    },
}

/// What a planned week's tile says; an empty text is nothing to say.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) days: String,
    pub(crate) boxes: String,
    pub(crate) less_than: String,
    pub(crate) more_than: String,
    /// How far that is from the last plan.
    pub(crate) change: String,
    pub(crate) known: String,
    pub(crate) known_boxes: String,
    /// Boxes of the plan without a site.
    pub(crate) short: String,
    /// The chance that some boxes find no site.
    pub(crate) risk: String,
    pub(crate) bar: Bar,
    /// What the bar shows.
    pub(crate) alt: String,
}

/// A bar from zero: what is known, and where 8 in 10 draws fall; in thousandths of the scale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bar {
    pub(crate) known: u64,
    pub(crate) low: u64,
    pub(crate) middle: u64,
    pub(crate) band: u64,
}

/// Every week's tile. Their bars share one scale.
pub(crate) fn tiles(summary: &RunSummary) -> Vec<Tile> {
    let largest = |report: &WeekReport| match report {
        WeekReport::Planned(week) => week.boxes.p90.max(week.known_boxes),
        WeekReport::Failed { .. } => 0,
    };
    let scale = summary.weeks.iter().map(largest).max().unwrap_or_default();
    summary
        .weeks
        .iter()
        .map(|report| Tile::of(report, summary.last_plan(report.week()), scale))
        .collect()
}

impl Tile {
    fn of(report: &WeekReport, last: Option<&LastPlan>, scale: u64) -> Self {
        let (body, findings) = match report {
            WeekReport::Planned(week) => (
                Body::Planned(Planned::of(week, last, scale)),
                &week.findings,
            ),
            WeekReport::Failed {
                fault,
                message,
                findings,
                ..
            } => (
                Body::Failed {
                    fault: fault.clone(),
                    message: message.clone(),
                    last: last.map(last_plan).unwrap_or_default(),
                },
                findings,
            ),
        };
        Self {
            week: report.week().to_string(),
            body,
            findings: counted_findings(findings),
        }
    }
}

impl Planned {
    fn of(week: &WeekSummary, last: Option<&LastPlan>, scale: u64) -> Self {
        let Spread { p10, p50, p90 } = week.boxes;
        let share = percent(week.known_boxes, week.planned_boxes).unwrap_or_default();
        let short = week.shortfall > 0;
        let risk = week.shortfall_per_mille > 0;
        Self {
            days: days(week.start_date, week.end_date),
            boxes: count(p50),
            less_than: count(p10),
            more_than: count(p90),
            known: match week.known_boxes {
                0 => "no orders known yet".to_owned(),
                known => format!("{} known orders, {share} of the plan", count(known)),
            },
            change: last.map_or_else(String::new, |last| since(p50, last.boxes.p50)),
            known_boxes: count(week.known_boxes),
            short: if short {
                boxes(week.shortfall)
            } else {
                String::new()
            },
            risk: if risk {
                chance(week.shortfall_per_mille)
            } else {
                String::new()
            },
            bar: Bar::of(week, scale),
            alt: format!(
                "Known orders {}; 8 in 10 draws between {} and {}; median {}",
                boxes(week.known_boxes),
                count(p10),
                boxes(p90),
                boxes(p50),
            ),
        }
    }
}

impl Bar {
    /// The narrowest band that still shows, in thousandths.
    const NARROWEST: u64 = 8;

    fn of(week: &WeekSummary, scale: u64) -> Self {
        let scaled = |boxes: u64| {
            let thousandths = u128::from(boxes) * 1000 / u128::from(scale.max(1));
            thousandths.min(1000) as u64
        };
        let low = scaled(week.boxes.p10).min(1000 - Self::NARROWEST);
        let high = scaled(week.boxes.p90).max(low + Self::NARROWEST);
        Self {
            known: scaled(week.known_boxes),
            low,
            middle: scaled(week.boxes.p50).min(1000 - Self::NARROWEST),
            band: high - low,
        }
    }
}

/// `+1.8 % since the last plan`.
fn since(now: u64, last: u64) -> String {
    let difference = i128::from(now) - i128::from(last);
    let per_mille = (difference.abs() * 1000 + i128::from(last / 2)).checked_div(last.into());
    match per_mille {
        None => String::new(),
        Some(0) => "as in the last plan".to_owned(),
        Some(per_mille) => format!(
            "{}{}.{} % since the last plan",
            if difference < 0 { "−" } else { "+" },
            per_mille / 10,
            per_mille % 10
        ),
    }
}

fn counted_findings(findings: &[Finding]) -> String {
    let (errors, warnings) = tally(findings);
    let all = counted((errors + warnings) as u64, "finding", "findings");
    match (errors, warnings) {
        (0, 0) => "no findings".to_owned(),
        (0, _) => all,
        (1, _) => format!("{all}, 1 of them an error"),
        _ => format!("{all}, {errors} of them errors"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_since_the_last_plan_has_one_place() {
        for (now, last, text) in [
            (203_100, 199_509, "+1.8 % since the last plan"),
            (900, 1_000, "−10.0 % since the last plan"),
            (10_001, 10_000, "as in the last plan"),
            (5, 0, ""),
        ] {
            assert_eq!(since(now, last), text);
        }
    }
}
