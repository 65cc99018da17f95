//! How current the data is, and what was found wrong.

use std::collections::BTreeSet;

use contracts::{SourceHealth, WeekReport};
use domain::{Finding, Severity};
use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::Content;
use crate::sheet::{Column, Sheet, column, told};
use crate::style::Styles;

const SOURCES: [Column; 8] = [
    column("Table", 0.0),
    column("Rows", 0.0),
    column("Newest", 0.0),
    column("Age in hours", 0.0),
    told("Limit in hours", 0.0, "After which such data is stale."),
    column("Stale", 0.0),
    column("Files", 0.0),
    column("Bytes", 0.0),
];
const FINDINGS: [Column; 8] = [
    column("Code", 0.0),
    column("Severity", 0.0),
    column("File", 0.0),
    column("Rows", 0.0),
    column("Column", 0.0),
    column("Value", 0.0),
    column("What is wrong", 0.0),
    column("What to do", 0.0),
];

pub(crate) fn sheet(content: Content<'_>, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::new("Data", styles)?;
    sheet.widths(&[20.0, 12.0, 34.0, 14.0, 18.0, 20.0, 70.0, 50.0])?;
    sheet.line("Sources", &styles.heading)?;
    sheet.header(&SOURCES)?;
    for source in &content.summary.health {
        row(&mut sheet, source)?;
    }
    sheet.next();
    sheet.line("Findings", &styles.heading)?;
    sheet.header(&FINDINGS)?;
    for finding in findings(content) {
        found(&mut sheet, finding)?;
    }
    Ok(sheet.inner)
}

fn row(sheet: &mut Sheet<'_>, source: &SourceHealth) -> Result<(), XlsxError> {
    let count = &sheet.styles.count;
    sheet.text(&source.table)?;
    sheet.count(source.rows)?;
    let newest = source.newest.as_ref();
    let newest = newest.map(|newest| format!("{} {}", newest.column, newest.value));
    sheet.text(&newest.unwrap_or_default())?;
    match source.age_hours {
        Some(age) => sheet.number(age as f64, count)?,
        None => sheet.skip(1),
    }
    sheet.maybe_count(source.limit_hours.map(u64::from))?;
    sheet.text(if source.is_stale() { "stale" } else { "" })?;
    let mut names: Vec<String> = source.files.iter().map(|file| file.name.clone()).collect();
    if source.changes.objects > 0 {
        names.push(format!("{} in changes/", source.changes.objects));
    }
    sheet.text(&names.join(", "))?;
    let bytes: u64 = source.files.iter().map(|file| file.bytes).sum();
    sheet.count(bytes + source.changes.bytes)?;
    sheet.next();
    Ok(())
}

/// Every finding once: of the data set, the weeks and the proposals.
fn findings(content: Content<'_>) -> impl Iterator<Item = &Finding> {
    let of_weeks = content
        .summary
        .weeks
        .iter()
        .flat_map(|report| match report {
            WeekReport::Planned(week) => &week.findings,
            WeekReport::Failed { findings, .. } => findings,
        });
    let of_proposals = content.proposals().map(|proposals| &proposals.findings);
    let whole = content.summary.findings.iter();
    let all = whole
        .chain(of_weeks)
        .chain(of_proposals.into_iter().flatten());
    let mut seen = BTreeSet::new();
    all.filter(move |finding| seen.insert(*finding))
}

fn found(sheet: &mut Sheet<'_>, finding: &Finding) -> Result<(), XlsxError> {
    let rows: Vec<String> = finding.rows.iter().take(20).map(u64::to_string).collect();
    sheet.text(&finding.code.to_string())?;
    sheet.text(match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    })?;
    sheet.text(&finding.file)?;
    sheet.text(&rows.join(", "))?;
    sheet.text(finding.column.as_deref().unwrap_or_default())?;
    sheet.text(finding.value.as_deref().unwrap_or_default())?;
    sheet.text(&finding.message)?;
    sheet.text(&finding.remedy)?;
    sheet.next();
    Ok(())
}
