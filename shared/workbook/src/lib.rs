//! A run as a workbook: what the report page shows, as sheets in which quantities are live formulas, and back from it
//! the quantities that planners want instead.
//!
//! Same content, same bytes: every time in the file is the plan's.

mod accuracy;
mod columns;
mod data;
mod lines;
mod overview;
mod products;
mod recipes;
mod run;
mod sheet;
mod sites;
mod style;
mod template;
mod text;
mod wanted;
mod why;

use std::borrow::Cow;

use contracts::{ProposalReport, ProposalSummary, RunSummary, WeekReport, WeekSummary};
use domain::Timestamp;
use proposals::ProposalRow;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

pub use wanted::{Unusable, Wanted, wanted};

use style::Styles;

/// The workbook cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be made: {0}")]
pub struct WorkbookError(#[from] XlsxError);

/// What a workbook tells.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// The run.
    pub summary: &'a RunSummary,
    /// The proposed lines, in the order in which they are shown.
    pub lines: &'a [ProposalRow],
}

impl<'a> Content<'a> {
    /// The planned weeks, in order.
    fn weeks(self) -> impl Iterator<Item = &'a WeekSummary> {
        let reports = self.summary.weeks.iter();
        reports.filter_map(|report| match report {
            WeekReport::Planned(week) => Some(week.as_ref()),
            WeekReport::Failed { .. } => None,
        })
    }

    /// The proposals; `None` where there are none.
    fn proposals(self) -> Option<&'a ProposalSummary> {
        match &self.summary.proposals {
            ProposalReport::Proposed(summary) => Some(summary),
            ProposalReport::Failed { .. } => None,
        }
    }

    /// The currency of all lines; `None` where they have several.
    fn currency(self) -> Option<&'a str> {
        let mut currencies = self.lines.iter().map(|line| line.currency.as_deref());
        let first = currencies.next().unwrap_or_default();
        currencies
            .all(|other| other == first)
            .then_some(first.unwrap_or_default())
    }
}

/// The most lines that a workbook shows: memory grows with them, and nobody scrolls further.
pub const LINES: usize = 40_000;

/// Makes the workbook, as the bytes of an XLSX file. Of more than [`LINES`] lines those are shown that most money is at
/// risk with, then those of most value.
///
/// # Errors
/// [`WorkbookError`] when there is more than a workbook holds.
pub fn workbook(content: &Content<'_>) -> Result<Vec<u8>, WorkbookError> {
    let all = content.lines;
    let kept = kept(all, LINES);
    let content = Content {
        summary: content.summary,
        lines: &kept,
    };
    let mut book = Workbook::new();
    let made = created(content.summary.as_of)?;
    let properties = DocProperties::new()
        .set_title("Larder plan")
        .set_creation_datetime(&made);
    book.set_properties(&properties);
    let styles = Styles::new();
    book.push_worksheet(overview::sheet(content, &styles)?);
    book.push_worksheet(sites::sheet(content, &styles)?);
    book.push_worksheet(recipes::sheet(content, &styles)?);
    book.push_worksheet(products::sheet(content, &styles)?);
    book.push_worksheet(lines::sheet(content, all.len(), &styles)?);
    book.push_worksheet(accuracy::sheet(content, &styles)?);
    book.push_worksheet(data::sheet(content, &styles)?);
    book.push_worksheet(run::sheet(content, &styles)?);
    Ok(book.save_to_buffer()?)
}

fn created(as_of: Timestamp) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_timestamp(as_of.as_second())
}

/// The lines that a workbook of so many shows, in their order.
pub fn kept(lines: &[ProposalRow], most: usize) -> Cow<'_, [ProposalRow]> {
    if lines.len() <= most {
        return Cow::Borrowed(lines);
    }
    let mut places: Vec<usize> = (0..lines.len()).collect();
    let weight = |at: &usize| (lines[*at].at_risk, lines[*at].value);
    places.sort_by(|a, b| weight(b).cmp(&weight(a)).then(a.cmp(b)));
    places.truncate(most);
    places.sort_unstable();
    places.into_iter().map(|at| lines[at].clone()).collect()
}
