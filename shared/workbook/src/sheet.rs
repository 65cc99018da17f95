//! A sheet being filled: values with their formats, tables with headers.

use domain::{Date, Decimal, Timestamp};
use jiff::civil::date;
use rust_xlsxwriter::{Format, Formula, Note, Worksheet, XlsxError};

use crate::style::Styles;
use crate::text::{looks_like_a_formula, shown};

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    /// Width in characters.
    pub(crate) width: f64,
    /// What it means, where the title does not say; empty otherwise.
    pub(crate) about: &'static str,
}

/// A column whose title says it all.
pub(crate) const fn column(title: &'static str, width: f64) -> Column {
    told(title, width, "")
}

/// A column with a note on its title.
pub(crate) const fn told(title: &'static str, width: f64, about: &'static str) -> Column {
    Column {
        title,
        width,
        about,
    }
}

/// A sheet being filled from top to bottom, each row from left to right.
pub(crate) struct Sheet<'s> {
    pub(crate) inner: Worksheet,
    pub(crate) styles: &'s Styles,
    pub(crate) row: u32,
    at: u16,
}

impl<'s> Sheet<'s> {
    pub(crate) fn new(name: &str, styles: &'s Styles) -> Result<Self, XlsxError> {
        let mut inner = Worksheet::new();
        inner
            .set_name(name)?
            .set_landscape()
            .set_print_fit_to_pages(1, 0);
        Ok(Self {
            inner,
            styles,
            row: 0,
            at: 0,
        })
    }

    /// Sets the columns' widths.
    pub(crate) fn widths(&mut self, widths: &[f64]) -> Result<(), XlsxError> {
        for (at, width) in (0..).zip(widths) {
            self.inner.set_column_width(at, *width)?;
        }
        Ok(())
    }

    /// A line of text across the sheet.
    pub(crate) fn line(&mut self, text: &str, format: &Format) -> Result<(), XlsxError> {
        self.inner
            .write_string_with_format(self.row, 0, shown(text), format)?;
        self.next();
        Ok(())
    }

    /// The header of a table.
    pub(crate) fn header(&mut self, columns: &[Column]) -> Result<(), XlsxError> {
        for (at, column) in (0..).zip(columns) {
            self.inner
                .write_string_with_format(self.row, at, column.title, &self.styles.header)?;
            if !column.about.is_empty() {
                let note = Note::new(column.about)
                    .set_author("Larder")
                    .add_author_prefix(false)
                    .set_width(260);
                self.inner.insert_note(self.row, at, &note)?;
            }
        }
        self.next();
        Ok(())
    }

    /// The header of the only table of a sheet: it stays in sight with the first `columns_kept`, is printed on every
    /// page, and its rows, of which there are so many, can be filtered.
    pub(crate) fn only_header(
        &mut self,
        columns: &[Column],
        columns_kept: u16,
        rows: usize,
    ) -> Result<(), XlsxError> {
        let header = self.row;
        let widths: Vec<f64> = columns.iter().map(|column| column.width).collect();
        self.widths(&widths)?;
        self.header(columns)?;
        let last_column = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let last = header + u32::try_from(rows).unwrap_or(u32::MAX);
        self.inner
            .set_freeze_panes(header + 1, columns_kept)?
            .set_repeat_rows(header, header)?
            .autofilter(header, 0, last, last_column)?;
        Ok(())
    }

    /// Ends a row.
    pub(crate) fn next(&mut self) {
        self.row += 1;
        self.at = 0;
    }

    /// Leaves a cell, or a row's part, empty.
    pub(crate) fn skip(&mut self, cells: u16) {
        self.at += cells;
    }

    fn step(&mut self) -> (u32, u16) {
        self.at += 1;
        (self.row, self.at - 1)
    }

    /// Text, always as text.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), XlsxError> {
        self.id(&shown(text))
    }

    /// Text that is read back, and so is kept as it is.
    pub(crate) fn id(&mut self, text: &str) -> Result<(), XlsxError> {
        let format = if looks_like_a_formula(text) {
            &self.styles.quoted
        } else {
            &self.styles.text
        };
        let (row, column) = self.step();
        if !text.is_empty() {
            self.inner
                .write_string_with_format(row, column, text, format)?;
        }
        Ok(())
    }

    /// A number.
    pub(crate) fn number(&mut self, number: f64, format: &Format) -> Result<(), XlsxError> {
        let (row, column) = self.step();
        self.inner
            .write_number_with_format(row, column, number, format)?;
        Ok(())
    }

    /// A decimal number.
    pub(crate) fn decimal(&mut self, number: Decimal, format: &Format) -> Result<(), XlsxError> {
        self.number(number.to_f64(), format)
    }

    /// A count.
    pub(crate) fn count(&mut self, number: u64) -> Result<(), XlsxError> {
        let styles = self.styles;
        self.number(number as f64, &styles.count)
    }

    /// A number where there is one.
    pub(crate) fn maybe(
        &mut self,
        number: Option<Decimal>,
        format: &Format,
    ) -> Result<(), XlsxError> {
        match number {
            Some(number) => self.decimal(number, format),
            None => {
                self.skip(1);
                Ok(())
            }
        }
    }

    /// A count where there is one.
    pub(crate) fn maybe_count(&mut self, number: Option<u64>) -> Result<(), XlsxError> {
        match number {
            Some(number) => self.count(number),
            None => {
                self.skip(1);
                Ok(())
            }
        }
    }

    /// A day.
    pub(crate) fn date(&mut self, day: Date) -> Result<(), XlsxError> {
        let styles = self.styles;
        self.number(serial(day), &styles.date)
    }

    /// A moment, in Coordinated Universal Time.
    pub(crate) fn moment(&mut self, time: Timestamp) -> Result<(), XlsxError> {
        let styles = self.styles;
        // Day 25,569 is 1 January 1970.
        let days = time.as_second() as f64 / 86_400.0 + 25_569.0;
        self.number(days, &styles.moment)
    }

    /// A formula with its result, for those who read without calculating.
    pub(crate) fn formula(
        &mut self,
        formula: String,
        result: impl Into<String>,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let (row, column) = self.step();
        let formula = Formula::new(formula).set_result(result);
        self.inner
            .write_formula_with_format(row, column, formula, format)?;
        Ok(())
    }

    /// A cell for a person to fill.
    pub(crate) fn open(&mut self, format: &Format) -> Result<(), XlsxError> {
        let (row, column) = self.step();
        self.inner.write_blank(row, column, format)?;
        Ok(())
    }
}

/// A day as spreadsheets count them: day 1 is 1 January 1900, and 1900 counts as a leap year.
pub(crate) fn serial(day: Date) -> f64 {
    let since = day.duration_since(date(1899, 12, 30));
    (since.as_hours() / 24) as f64
}

/// The day that a spreadsheet counts so; `None` beyond the years that plans have.
pub(crate) fn day(serial: f64) -> Option<Date> {
    let whole = (0.0..100_000.0).contains(&serial) && serial.fract() == 0.0;
    let days = jiff::Span::new().try_days(serial as i64).ok();
    days.filter(|_| whole)
        .and_then(|days| date(1899, 12, 30).checked_add(days).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_spreadsheets_do_and_back() {
        assert!((serial(date(2026, 11, 24)) - 46_350.0).abs() < 1e-9);
        assert_eq!(day(46_350.0), Some(date(2026, 11, 24)));
        assert_eq!(day(46_350.5), None);
        assert_eq!(day(-1.0), None);
    }
}
