//! The weeks' tiles: the least that everybody wants to know.

use contracts::{LastPlan, RunSummary, WeekReport, WeekSummary};
use domain::{Severity, tally};
use report::words::{chance, count, counted, days, moment, percent};

use crate::name::{cut, name};
use crate::subject::{change, short};

const SENTENCE: usize = 300;

/// How a week stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Ok,
    Warnings,
    Failed,
}

impl State {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warnings => "look",
            Self::Failed => "FAILED",
        }
    }

    /// The name of its colours.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warnings => "warn",
            Self::Failed => "bad",
        }
    }
}

/// A week.
#[derive(Debug, Clone)]
pub(crate) struct Tile {
    pub(crate) week: String,
    pub(crate) state: State,
    /// Its boxes, or what stands instead.
    pub(crate) big: String,
    /// Against the last publication.
    pub(crate) change: String,
    /// Sentences.
    pub(crate) lines: Vec<String>,
    /// What needs a look, in sentences.
    pub(crate) alarms: Vec<String>,
}

pub(crate) fn tile(summary: &RunSummary, report: &WeekReport) -> Tile {
    let last = summary.last_plan(report.week());
    match report {
        WeekReport::Planned(week) => planned(week, last),
        WeekReport::Failed {
            week,
            fault,
            message,
            ..
        } => Tile {
            week: short(*week),
            state: State::Failed,
            big: "no plan".to_owned(),
            change: String::new(),
            lines: vec![stands(last)],
            alarms: vec![format!("{}: {}", name(fault), cut(message, SENTENCE))],
        },
    }
}

/// What holds where a week failed.
fn stands(last: Option<&LastPlan>) -> String {
    last.map_or_else(
        || "There is no earlier plan of this week to go by.".to_owned(),
        |last| {
            format!(
                "The last good plan holds until this is mended: {} ({} to {}), planned {} by run {}.",
                counted(last.boxes.p50, "box", "boxes"),
                count(last.boxes.p10),
                count(last.boxes.p90),
                moment(last.as_of),
                last.run
            )
        },
    )
}

fn planned(week: &WeekSummary, last: Option<&LastPlan>) -> Tile {
    let mut lines = vec![
        days(week.start_date, week.end_date),
        format!(
            "8 in 10 chance of {} to {}",
            count(week.boxes.p10),
            count(week.boxes.p90)
        ),
    ];
    lines.push(match week.known_boxes {
        0 => "no orders known yet".to_owned(),
        known => {
            let share = percent(known, week.planned_boxes).unwrap_or_default();
            format!("{} known orders, {share} of the plan", count(known))
        }
    });
    let alarms = alarms(week);
    let (errors, _) = tally(&week.findings);
    Tile {
        week: short(week.week),
        state: if alarms.is_empty() && errors == 0 {
            State::Ok
        } else {
            State::Warnings
        },
        big: count(week.boxes.p50),
        change: last
            .and_then(|last| change(week.boxes.p50, last.boxes.p50))
            .map(|change| format!("{change} on the last plan"))
            .unwrap_or_default(),
        lines,
        alarms,
    }
}

fn alarms(week: &WeekSummary) -> Vec<String> {
    let mut alarms = Vec::new();
    if week.shortfall > 0 {
        alarms.push(format!(
            "{} of the plan without a site",
            counted(week.shortfall, "box", "boxes")
        ));
    } else if week.shortfall_per_mille > 0 {
        alarms.push(format!(
            "{} chance that some boxes find no site",
            chance(week.shortfall_per_mille)
        ));
    }
    let errors = week
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    if errors > 0 {
        alarms.push(counted(
            errors as u64,
            "error in its data",
            "errors in its data",
        ));
    }
    alarms
}
