//! Back from a workbook: the quantities that people want instead.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use domain::{Date, Decimal, ProductId, SiteId, VendorId};

use crate::columns::{DELIVERY, PRODUCT_ID, REASON, SHEET, SITE_ID, VENDOR_ID, WANTED};
use crate::sheet::day;

/// A quantity that somebody wants of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The row of the sheet, as the spreadsheet counts: the first is 1.
    pub row: usize,
    /// The line's vendor.
    pub vendor: VendorId,
    /// The line's site.
    pub site: SiteId,
    /// The line's day of delivery.
    pub delivery: Date,
    /// The line's product.
    pub product: ProductId,
    /// The quantity in the product's own unit.
    pub quantity: Decimal,
    /// Why, where it is said.
    pub reason: Option<String>,
}

/// Why a workbook, or a cell of it, cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It is no workbook.
    #[error("the file is no XLSX workbook: {0}; save it as .xlsx")]
    File(String),
    /// The sheet is not there.
    #[error("there is no sheet `{SHEET}`; take the workbook that a run has published")]
    Sheet,
    /// A column is not there.
    #[error("sheet `{SHEET}` has no column `{0}`; take the workbook that a run has published")]
    Column(&'static str),
    /// A cell cannot be read.
    #[error("sheet `{SHEET}`, row {row}, column `{column}`: `{value}`; put {expected} there")]
    Cell {
        /// The row, as the spreadsheet counts.
        row: usize,
        /// The column's title.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What should.
        expected: &'static str,
    },
}

/// The longest reason in characters.
const LONGEST: usize = 500;

/// The quantities that are filled in, in the order of the rows.
///
/// # Errors
/// Everything that is wrong, when anything is.
pub fn wanted(file: &[u8]) -> Result<Vec<Wanted>, Vec<Unusable>> {
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(file)).map_err(|error| vec![Unusable::File(error.to_string())])?;
    let rows = rows(&mut book).map_err(|unread| vec![unread])?;
    let places = Places::find(&rows).map_err(|missing| vec![missing])?;
    let (mut read, mut unusable) = (Vec::new(), Vec::new());
    for row in rows.iter().filter(|row| row.number > places.header) {
        if blank(row.cell(places.wanted)) {
            continue;
        }
        match places.read(row) {
            Ok(wanted) => read.push(wanted),
            Err(error) => unusable.push(error),
        }
    }
    if unusable.is_empty() {
        Ok(read)
    } else {
        Err(unusable)
    }
}

/// A row of the sheet, with the cells that are written and no others: one at the far end of a sheet makes no room between.
struct Row {
    /// As the spreadsheet counts.
    number: usize,
    cells: BTreeMap<u32, Data>,
}

impl Row {
    fn cell(&self, at: u32) -> &Data {
        self.cells.get(&at).unwrap_or(&Data::Empty)
    }
}

/// The sheet's rows that hold anything, in order.
fn rows(book: &mut Xlsx<Cursor<&[u8]>>) -> Result<Vec<Row>, Unusable> {
    let broken = |error: calamine::XlsxError| Unusable::File(error.to_string());
    let mut cells = book
        .worksheet_cells_reader(SHEET)
        .map_err(|_| Unusable::Sheet)?;
    let mut rows: BTreeMap<u32, BTreeMap<u32, Data>> = BTreeMap::new();
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let value = Data::from(cell.get_value().clone());
        rows.entry(row).or_default().insert(column, value);
    }
    let row = |(at, cells)| Row {
        number: at as usize + 1,
        cells,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Where the columns stand.
struct Places {
    /// The row of titles.
    header: usize,
    wanted: u32,
    reason: u32,
    delivery: u32,
    vendor: u32,
    site: u32,
    product: u32,
}

impl Places {
    fn find(rows: &[Row]) -> Result<Self, Unusable> {
        let place = |row: &Row, title: &'static str| {
            let is = |cell: &Data| matches!(cell, Data::String(text) if text.trim() == title);
            let mut cells = row.cells.iter();
            let found = cells.find(|(_, cell)| is(cell));
            found.map(|(at, _)| *at).ok_or(Unusable::Column(title))
        };
        let mut found = rows.iter();
        let titles = found
            .find(|row| place(row, WANTED).is_ok())
            .ok_or(Unusable::Column(WANTED))?;
        Ok(Self {
            header: titles.number,
            wanted: place(titles, WANTED)?,
            reason: place(titles, REASON)?,
            delivery: place(titles, DELIVERY)?,
            vendor: place(titles, VENDOR_ID)?,
            site: place(titles, SITE_ID)?,
            product: place(titles, PRODUCT_ID)?,
        })
    }

    fn read(&self, row: &Row) -> Result<Wanted, Unusable> {
        const ID: &str = "the id that the run published";
        let bad = |column, at, expected| Unusable::Cell {
            row: row.number,
            column,
            value: row.cell(at).to_string().chars().take(80).collect(),
            expected,
        };
        let id = |at| row.cell(at).to_string();
        let reason = reason(row.cell(self.reason));
        Ok(Wanted {
            row: row.number,
            vendor: (id(self.vendor).parse()).map_err(|_| bad(VENDOR_ID, self.vendor, ID))?,
            site: (id(self.site).parse()).map_err(|_| bad(SITE_ID, self.site, ID))?,
            delivery: date(row.cell(self.delivery))
                .ok_or_else(|| bad(DELIVERY, self.delivery, "the day that the run published"))?,
            product: (id(self.product).parse()).map_err(|_| bad(PRODUCT_ID, self.product, ID))?,
            quantity: quantity(row.cell(self.wanted)).ok_or_else(|| {
                let expected =
                    "a number of 0 or more with at most three decimal places, or nothing";
                bad(WANTED, self.wanted, expected)
            })?,
            reason: reason
                .map_err(|()| bad(REASON, self.reason, "a reason of at most 500 characters"))?,
        })
    }
}

fn blank(cell: &Data) -> bool {
    match cell {
        Data::Empty => true,
        Data::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn quantity(cell: &Data) -> Option<Decimal> {
    let number = match cell {
        Data::Float(number) => *number,
        Data::Int(number) => *number as f64,
        // A spreadsheet set to another language leaves numbers as text.
        Data::String(text) => text.trim().parse::<Decimal>().ok()?.to_f64(),
        _ => return None,
    };
    // More than anybody's warehouse holds is a slip of the keyboard.
    if !(0.0..=1e9).contains(&number) {
        return None;
    }
    let milli = (number * 1_000.0).round();
    let exact = (number * 1_000.0 - milli).abs() <= 1e-6 * milli.max(1.0);
    exact.then(|| Decimal::from_millionths(1_000 * milli as i64))
}

fn date(cell: &Data) -> Option<Date> {
    match cell {
        Data::DateTime(time) => day(time.as_f64()),
        Data::Float(number) => day(*number),
        Data::Int(number) => day(*number as f64),
        Data::String(text) | Data::DateTimeIso(text) => text.get(..10)?.parse().ok(),
        _ => None,
    }
}

/// The reason without control characters; a spreadsheet puts line breaks into cells.
fn reason(cell: &Data) -> Result<Option<String>, ()> {
    if matches!(cell, Data::Error(_)) {
        return Err(());
    }
    let text: String = (cell.to_string().chars())
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(());
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}
