//! The verdict on a run, and what in it a person should look at first.

use std::cmp::Reverse;

use contracts::{ProposalReport, RunSummary, SiteDay, WeekReport, WeekSummary};
use domain::{Finding, Scope, Severity, Volume};

use crate::findings::merged;
use crate::heat::{missed_minimum, site_name};
use crate::words::{chance, count, counted, day, listed};

/// How many errors, or site days in one sentence, are named.
const NAMED: usize = 3;

/// What about one week, or about the data set, calls for a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// The week or `data set`.
    pub(crate) of: String,
    /// Whether boxes or a whole week are missing from the plan.
    pub(crate) grave: bool,
    /// Sentences.
    pub(crate) texts: Vec<String>,
}

/// The run in one line: `4 of 4 weeks planned · 120,300 boxes in 2026-W47 · 2 findings`.
pub(crate) fn verdict(summary: &RunSummary) -> String {
    let planned = || summary.weeks.iter().filter_map(WeekReport::planned);
    let mut parts = vec![format!(
        "{} of {} planned",
        planned().count(),
        counted(summary.weeks.len() as u64, "week", "weeks")
    )];
    if let Some(first) = planned().next() {
        parts.push(format!("{} in {}", boxes(first.boxes.p50), first.week));
    }
    let short: Vec<_> = planned().filter(|week| week.shortfall > 0).collect();
    if let [first, others @ ..] = short.as_slice() {
        let weeks = match others.len() {
            0 => first.week.to_string(),
            more => format!("{} weeks", more + 1),
        };
        let total = short.iter().map(|week| week.shortfall).sum();
        parts.push(format!("{} without a site in {weeks}", boxes(total)));
    }
    if let ProposalReport::Failed { .. } = summary.proposals {
        parts.push("no purchase orders".to_owned());
    }
    parts.push(match merged(summary).len() as u64 {
        0 => "no findings".to_owned(),
        found => counted(found, "finding", "findings"),
    });
    parts.join(" · ")
}

/// What to look at first, the gravest first, then by week.
pub(crate) fn notices(summary: &RunSummary) -> Vec<Notice> {
    let mut notices: Vec<_> = summary.weeks.iter().map(of_week).collect();
    notices.push(of_proposals(&summary.proposals));
    // Those that stop a week stand with the week.
    let elsewhere = |finding: &&Finding| !matches!(finding.scope, Scope::Weeks(_));
    let texts = errors(summary.findings.iter().filter(elsewhere));
    notices.push(Notice {
        of: "data set".to_owned(),
        grave: false,
        texts,
    });
    notices.retain(|notice| !notice.texts.is_empty());
    notices.sort_by_key(|notice| !notice.grave);
    notices
}

fn of_week(report: &WeekReport) -> Notice {
    let (grave, texts) = match report {
        WeekReport::Failed { fault, message, .. } => {
            (true, vec![format!("Not planned. {fault}: {message}")])
        }
        WeekReport::Planned(week) => {
            let texts = shortfall(week)
                .into_iter()
                .chain(errors(week.findings.iter()));
            (
                week.shortfall > 0,
                texts.chain(below_minimum(week)).collect(),
            )
        }
    };
    Notice {
        of: report.week().to_string(),
        grave,
        texts,
    }
}

fn of_proposals(report: &ProposalReport) -> Notice {
    let (grave, texts) = match report {
        ProposalReport::Failed { fault, message } => {
            (true, vec![format!("None proposed. {fault}: {message}")])
        }
        ProposalReport::Proposed(summary) => (false, errors(summary.findings.iter())),
    };
    Notice {
        of: "orders".to_owned(),
        grave,
        texts,
    }
}

/// How many boxes find no site, in the plan and over the draws.
pub(crate) fn shortfall(week: &WeekSummary) -> Option<String> {
    let draws = chance(week.shortfall_per_mille);
    match (week.shortfall, week.shortfall_per_mille) {
        (0, 0) => None,
        (0, _) => Some(format!(
            "Every box of the plan has a site, but in {draws} of the draws some boxes find none"
        )),
        (short, _) => Some(format!(
            "{} of the {} in the plan find no site; in {draws} of the draws some boxes find none",
            count(short),
            boxes(week.planned_boxes),
        )),
    }
}

fn below_minimum(week: &WeekSummary) -> Option<String> {
    let below = week.site_days.iter().filter_map(|day| {
        let minimum = missed_minimum(day)?;
        Some(format!(
            "{} ({} of {})",
            place(week, day),
            count(day.boxes),
            count(minimum)
        ))
    });
    let names: Vec<_> = below.collect();
    (!names.is_empty()).then(|| {
        format!(
            "Fewer boxes than the site's minimum: {}",
            listed(&names, NAMED)
        )
    })
}

/// The errors that most boxes hang on, in their own words.
fn errors<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<String> {
    let mut errors: Vec<_> = findings
        .filter(|found| found.severity == Severity::Error)
        .collect();
    errors.sort_by_key(|error| match error.impact {
        Volume::Boxes(boxes) => Reverse(boxes),
        Volume::Quantity(_) | Volume::Unknown => Reverse(0),
    });
    let worded = |error: &&Finding| match error.rows.as_slice() {
        [] => format!("{}; {}", error.message, error.remedy),
        _ => error.to_string(),
    };
    let mut texts: Vec<_> = errors.iter().take(NAMED).map(worded).collect();
    if let more @ 1.. = errors.len().saturating_sub(NAMED) {
        texts.push(format!(
            "{} among the findings",
            counted(more as u64, "more error", "more errors")
        ));
    }
    texts
}

fn place(week: &WeekSummary, at: &SiteDay) -> String {
    format!("{} {}", site_name(week, &at.site), day(at.date))
}

/// `30,120 boxes`.
pub(crate) fn boxes(number: u64) -> String {
    counted(number, "box", "boxes")
}
