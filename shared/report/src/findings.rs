//! Findings, each once, with the weeks it concerns.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{ProposalReport, RunSummary, WeekReport};
use domain::{Finding, MenuWeek, Severity, Volume};

use crate::words::{counted, listed};

/// How many findings the page shows; `larder validate` lists all.
const SHOWN: usize = 200;
/// How many rows of a file are named.
const ROWS: usize = 5;

/// The table of findings.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    /// How many findings are left out.
    pub(crate) more: usize,
}

/// One finding as the page shows it; an empty text is a thing not known.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) is_error: bool,
    pub(crate) code: String,
    pub(crate) title: &'static str,
    pub(crate) weeks: String,
    pub(crate) file: String,
    pub(crate) rows: String,
    pub(crate) column: String,
    pub(crate) value: String,
    pub(crate) message: String,
    pub(crate) impact: String,
    pub(crate) remedy: String,
}

/// Every finding of the run once, errors first, with the weeks it was reported for; no week: the whole data set.
pub(crate) fn merged(summary: &RunSummary) -> Vec<(&Finding, BTreeSet<MenuWeek>)> {
    let mut found: BTreeMap<(Severity, &Finding), BTreeSet<MenuWeek>> = BTreeMap::new();
    for (week, finding) in summary.weeks.iter().flat_map(of_week) {
        found
            .entry((finding.severity, finding))
            .or_default()
            .insert(week);
    }
    let proposals = match &summary.proposals {
        ProposalReport::Proposed(proposals) => proposals.findings.as_slice(),
        ProposalReport::Failed { .. } => &[],
    };
    for finding in summary.findings.iter().chain(proposals) {
        found.insert((finding.severity, finding), BTreeSet::new());
    }
    found
        .into_iter()
        .map(|((_, finding), weeks)| (finding, weeks))
        .collect()
}

/// Every finding of the run once, errors first.
pub fn findings(summary: &RunSummary) -> Vec<&Finding> {
    let merged = merged(summary).into_iter();
    merged.map(|(finding, _)| finding).collect()
}

fn of_week(report: &WeekReport) -> impl Iterator<Item = (MenuWeek, &Finding)> {
    let findings = match report {
        WeekReport::Planned(week) => &week.findings,
        WeekReport::Failed { findings, .. } => findings,
    };
    findings.iter().map(|finding| (report.week(), finding))
}

impl Table {
    pub(crate) fn of(summary: &RunSummary) -> Self {
        let merged = merged(summary);
        let rows = merged
            .iter()
            .take(SHOWN)
            .map(|(finding, weeks)| Row::of(finding, weeks))
            .collect();
        Self {
            rows,
            more: merged.len().saturating_sub(SHOWN),
        }
    }
}

impl Row {
    fn of(finding: &Finding, weeks: &BTreeSet<MenuWeek>) -> Self {
        let rows: Vec<_> = finding.rows.iter().map(ToString::to_string).collect();
        let weeks: Vec<_> = weeks.iter().map(ToString::to_string).collect();
        Self {
            is_error: finding.severity == Severity::Error,
            code: finding.code.to_string(),
            title: finding.code.title(),
            weeks: if weeks.is_empty() {
                "all".to_owned()
            } else {
                weeks.join(", ")
            },
            file: finding.file.clone(),
            rows: match rows.len() {
                0 => String::new(),
                1 => format!("row {}", listed(&rows, ROWS)),
                _ => format!("rows {}", listed(&rows, ROWS)),
            },
            column: finding.column.clone().unwrap_or_default(),
            value: finding.value.clone().unwrap_or_default(),
            message: finding.message.clone(),
            impact: match finding.impact {
                Volume::Boxes(boxes) => counted(boxes, "box", "boxes"),
                Volume::Quantity(quantity) => format!("quantity {quantity}"),
                Volume::Unknown => String::new(),
            },
            remedy: finding.remedy.clone(),
        }
    }
}
