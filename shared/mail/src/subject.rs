//! The subject: the verdict on the run in one line.

use contracts::{Cutoff, FullSite, ProposalReport, RunSummary, WeekReport};
use domain::{MenuWeek, Timestamp};
use jiff::SignedDuration;
use report::words::{count, counted, percent};

use crate::name::{cut, middle};

/// Mail programs show about so much.
const LONGEST: usize = 200;
const SITE: usize = 24;
/// Failed weeks that are named.
const NAMED: usize = 3;

/// `4/4 weeks ok · W48 203,100 boxes (+1.8 %) · 7 actions before 14:00 · S02 Thu 98 %`.
pub(crate) fn of(summary: &RunSummary) -> String {
    let mut parts = vec![weeks(&summary.weeks)];
    parts.extend(first_week(summary));
    let short = |report: &WeekReport| match report {
        WeekReport::Planned(week) => week.shortfall,
        WeekReport::Failed { .. } => 0,
    };
    let short: u64 = summary.weeks.iter().map(short).sum();
    if short > 0 {
        parts.push(format!("{} without a site", counted(short, "box", "boxes")));
    }
    match &summary.proposals {
        ProposalReport::Failed { .. } => parts.push("no purchase orders".to_owned()),
        ProposalReport::Proposed(_) => {
            let cutoff = summary.verdict.next_cutoff;
            parts.extend(cutoff.map(|cutoff| actions(cutoff, summary.as_of)));
        }
    }
    parts.extend(summary.verdict.fullest.as_ref().and_then(fullest));
    let verdict = parts.join(" · ");
    let subject = match &summary.scenario {
        Some(scenario) => format!("What-if {}: {verdict}", cut(scenario, SITE)),
        None => verdict,
    };
    cut(&subject, LONGEST)
}

fn weeks(reports: &[WeekReport]) -> String {
    let failed: Vec<String> = reports
        .iter()
        .filter(|report| matches!(report, WeekReport::Failed { .. }))
        .map(|report| short(report.week()))
        .collect();
    let ok = format!(
        "{}/{} weeks ok",
        reports.len() - failed.len(),
        reports.len()
    );
    match failed.len() {
        0 => ok,
        1..=NAMED => format!("{ok}, {} FAILED", failed.join(", ")),
        more => format!("{ok}, {more} FAILED"),
    }
}

/// The first planned week's boxes, and how they changed.
fn first_week(summary: &RunSummary) -> Option<String> {
    let first = summary.verdict.weeks.first()?;
    let boxes = format!(
        "{} {}",
        short(first.week),
        counted(first.boxes, "box", "boxes")
    );
    Some(
        match first.last.and_then(|last| change(first.boxes, last)) {
            Some(change) => format!("{boxes} ({change})"),
            None => boxes,
        },
    )
}

/// A change in percent with a sign and one place: `+1.8 %`.
pub(crate) fn change(now: u64, before: u64) -> Option<String> {
    let part = i128::from(now) - i128::from(before);
    let half = i128::from(before) / 2;
    let tenths = (part.abs() * 1000 + half).checked_div(i128::from(before))?;
    let sign = match part.signum() {
        _ if tenths == 0 => "±",
        -1 => "−",
        _ => "+",
    };
    Some(format!(
        "{sign}{}.{} %",
        count((tenths / 10) as u64),
        tenths % 10
    ))
}

/// The time, and the day where it is another than today, on the site's clock.
fn actions(cutoff: Cutoff, as_of: Timestamp) -> String {
    let actions = counted(cutoff.orders, "action", "actions");
    let today = today(cutoff, as_of);
    let format = if today == Some(cutoff.local.date()) {
        "%H:%M"
    } else {
        "%a %H:%M"
    };
    format!("{actions} before {}", cutoff.local.strftime(format))
}

/// The date at a moment on the clock that a cut-off is told by.
fn today(cutoff: Cutoff, as_of: Timestamp) -> Option<domain::Date> {
    let until = SignedDuration::from_secs(cutoff.order_by.as_second() - as_of.as_second());
    Some(cutoff.local.checked_sub(until).ok()?.date())
}

fn fullest(full: &FullSite) -> Option<String> {
    let site = match full.site_name.trim() {
        "" => full.site.as_str(),
        name => name,
    };
    let percent = percent(full.boxes, full.cap)?;
    Some(format!(
        "{} {} {percent}",
        middle(site, SITE),
        full.date.strftime("%a")
    ))
}

/// `W48` of `2026-W48`.
pub(crate) fn short(week: MenuWeek) -> String {
    let week = week.to_string();
    week.split_once('-')
        .map_or_else(|| week.clone(), |(_, week)| week.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_a_sign_and_one_place() {
        for (now, before, text) in [
            (203_100, 199_500, Some("+1.8 %")),
            (95, 100, Some("−5.0 %")),
            (100_000, 100_001, Some("±0.0 %")),
            (1, 0, None),
        ] {
            assert_eq!(change(now, before).as_deref(), text);
        }
    }

    #[test]
    fn a_cut_off_is_told_with_its_day_unless_it_is_today() {
        let cutoff = |at: &str, local: &str| Cutoff {
            order_by: at.parse().unwrap(),
            local: local.parse().unwrap(),
            orders: 7,
        };
        let as_of = "2026-11-15T22:30:00Z".parse().unwrap();
        let berlin = cutoff("2026-11-16T13:00:00Z", "2026-11-16T14:00");
        assert_eq!(actions(berlin, as_of), "7 actions before Mon 14:00");
        // Half an hour before midnight in London it is the next day already in Berlin.
        let as_of = "2026-11-15T23:30:00Z".parse().unwrap();
        assert_eq!(actions(berlin, as_of), "7 actions before 14:00");
    }
}
