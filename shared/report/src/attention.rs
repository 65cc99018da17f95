//! The verdict on a run, and what in it a person should look at first.

use std::cmp::Reverse;

use contracts::{RunSummary, SiteDay, WeekReport, WeekSummary};
use domain::{MenuWeek, tally};

use crate::findings::merged;
use crate::heat::{Load, site_name};
use crate::words::{chance, count, counted, day, listed};

/// How many site days one sentence names.
const NAMED: usize = 3;

/// What about one week calls for a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) week: MenuWeek,
    /// Whether boxes or a whole week are missing from the plan.
    pub(crate) grave: bool,
    /// Sentences.
    pub(crate) texts: Vec<String>,
}

/// The run in one line: `4 of 4 weeks planned · 120,300 boxes in 2026-W47 · 2 findings`.
pub(crate) fn verdict(summary: &RunSummary) -> String {
    let planned = || summary.weeks.iter().filter_map(planned);
    let mut parts = vec![format!(
        "{} of {} planned",
        planned().count(),
        counted(summary.weeks.len() as u64, "week", "weeks")
    )];
    if let Some(first) = planned().next() {
        parts.push(format!("{} in {}", boxes(first.boxes.p50), first.week));
    }
    parts.extend(
        planned()
            .filter(|week| week.shortfall > 0)
            .map(|week| format!("{} without a site in {}", boxes(week.shortfall), week.week)),
    );
    parts.push(match merged(summary).len() as u64 {
        0 => "no findings".to_owned(),
        found => counted(found, "finding", "findings"),
    });
    parts.join(" · ")
}

/// What to look at first, the gravest first, then by week.
pub(crate) fn notices(summary: &RunSummary) -> Vec<Notice> {
    let mut notices: Vec<_> = summary.weeks.iter().map(of_week).collect();
    notices.retain(|notice| !notice.texts.is_empty());
    notices.sort_by_key(|notice| !notice.grave);
    notices
}

fn planned(week: &WeekReport) -> Option<&WeekSummary> {
    match week {
        WeekReport::Planned(week) => Some(week),
        WeekReport::Failed { .. } => None,
    }
}

fn of_week(report: &WeekReport) -> Notice {
    let (grave, texts) = match report {
        WeekReport::Failed { fault, message, .. } => {
            (true, vec![format!("Not planned. {fault}: {message}")])
        }
        WeekReport::Planned(week) => {
            let texts = [
                shortfall(week),
                full(week),
                below_minimum(week),
                errors(week),
            ];
            (week.shortfall > 0, texts.into_iter().flatten().collect())
        }
    };
    Notice {
        week: report.week(),
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

fn full(week: &WeekSummary) -> Option<String> {
    let mut full: Vec<_> = week
        .site_days
        .iter()
        .filter(|day| Load::of(day).is_full())
        .collect();
    full.sort_by_key(|day| Reverse(Load::of(day).used()));
    let named = |day: &&SiteDay| match Load::of(day).percent() {
        Some(percent) => format!("{} ({percent})", place(week, day)),
        None => place(week, day),
    };
    let names: Vec<_> = full.iter().map(named).collect();
    let days = match names.len() as u64 {
        0 => return None,
        1 => "1 site day is".to_owned(),
        many => format!("{} site days are", count(many)),
    };
    Some(format!("{days} over 97 % full: {}", listed(&names, NAMED)))
}

fn below_minimum(week: &WeekSummary) -> Option<String> {
    let below = week.site_days.iter().filter_map(|day| {
        let minimum = day.cap_min.filter(|minimum| day.boxes < *minimum)?;
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

fn errors(week: &WeekSummary) -> Option<String> {
    let (errors, _) = tally(&week.findings);
    (errors > 0).then(|| {
        let errors = counted(errors as u64, "error", "errors");
        format!("{errors} among its findings, which say what is wrong and what to do")
    })
}

fn place(week: &WeekSummary, at: &SiteDay) -> String {
    format!("{} {}", site_name(week, &at.site), day(at.date))
}

/// `30,120 boxes`.
pub(crate) fn boxes(number: u64) -> String {
    counted(number, "box", "boxes")
}
