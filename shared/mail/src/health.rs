//! How current the data is and what was wrong with it.

use std::cmp::Reverse;

use contracts::{RunSummary, SourceHealth};
use domain::{Finding, Severity, Volume};
use report::words::{age, count, counted, span};

use crate::content::Listed;
use crate::name::{cut, name};

const FINDINGS: usize = 8;
/// Tables that are told; stale ones come first.
const SOURCES: usize = 12;
const SENTENCE: usize = 240;

/// The section.
#[derive(Debug, Clone)]
pub(crate) struct Health {
    /// The tables that tell of time, stale ones first.
    pub(crate) sources: Vec<Source>,
    /// The others, in a sentence.
    pub(crate) others: String,
    pub(crate) findings: Listed<Found>,
    pub(crate) caption: String,
}

/// A table that tells of time.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) table: String,
    pub(crate) newest: String,
    pub(crate) age: String,
    pub(crate) stale: bool,
    pub(crate) rows: String,
}

/// A finding.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) code: String,
    pub(crate) is_error: bool,
    pub(crate) text: String,
    pub(crate) impact: String,
    pub(crate) remedy: String,
}

impl Health {
    pub(crate) fn of(summary: &RunSummary) -> Self {
        let mut sources: Vec<&SourceHealth> = summary
            .health
            .iter()
            .filter(|source| source.newest.is_some())
            .collect();
        sources.sort_by_key(|source| (!source.is_stale(), source.age_hours));
        let others = summary.health.len() - sources.len().min(SOURCES);
        let mut findings = report::findings(summary);
        findings.sort_by_key(|finding| (finding.severity, Reverse(weight(finding))));
        let errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count() as u64;
        let all = findings.len() as u64;
        let caption = match (all, errors) {
            (0, _) => "Nothing wrong was found in the data.".to_owned(),
            (_, 0) => format!("{}, no errors.", counted(all, "finding", "findings")),
            (_, errors) => format!(
                "{}, {}.",
                counted(all, "finding", "findings"),
                counted(errors, "of them an error", "of them errors")
            ),
        };
        Self {
            sources: sources.into_iter().take(SOURCES).map(source).collect(),
            others: match others as u64 {
                0 => String::new(),
                others => format!(
                    "{} in the report.",
                    counted(others, "more table is", "more tables are")
                ),
            },
            findings: Listed::first(findings.into_iter().map(found), FINDINGS, |n| {
                counted(
                    n,
                    "more finding in the report",
                    "more findings in the report",
                )
            }),
            caption,
        }
    }
}

fn source(source: &SourceHealth) -> Source {
    let newest = source.newest.as_ref();
    Source {
        table: name(&source.table),
        newest: newest.map_or_else(String::new, |newest| {
            format!("{} {}", name(&newest.column), name(&newest.value))
        }),
        age: source.age_hours.map_or_else(String::new, |hours| {
            let age = age(hours);
            match source.limit_hours {
                Some(limit) if source.is_stale() => {
                    format!("{age}, limit {}", span(i64::from(limit)))
                }
                _ => age,
            }
        }),
        stale: source.is_stale(),
        rows: counted(source.rows, "row", "rows"),
    }
}

/// Boxes first, then quantities, then what is not known.
const fn weight(finding: &Finding) -> u64 {
    match finding.impact {
        Volume::Boxes(boxes) => boxes,
        Volume::Quantity(_) | Volume::Unknown => 0,
    }
}

fn found(finding: &Finding) -> Found {
    let place = match finding.rows.as_slice() {
        [] => String::new(),
        [row] => format!("{}, row {row}: ", name(&finding.file)),
        rows => format!(
            "{}, {}: ",
            name(&finding.file),
            counted(rows.len() as u64, "row", "rows")
        ),
    };
    Found {
        code: finding.code.to_string(),
        is_error: finding.severity == Severity::Error,
        text: format!("{place}{}", cut(&finding.message, SENTENCE)),
        impact: match finding.impact {
            Volume::Boxes(boxes) => format!("{} concerned", counted(boxes, "box", "boxes")),
            Volume::Quantity(quantity) => format!(
                "{} units concerned",
                count(quantity.millionths().unsigned_abs() / 1_000_000)
            ),
            Volume::Unknown => String::new(),
        },
        remedy: cut(&finding.remedy, SENTENCE),
    }
}
