//! Workbooks that people send back.

use rust_xlsxwriter::{Workbook, Worksheet};

use crate::target::{Sample, fuzz};

/// A sheet with the titles that are read and one line, and a cell somewhere else.
fn filled(stray: Option<(u32, u16)>) -> Vec<u8> {
    let mut book = Workbook::new();
    let mut sheet = Worksheet::new();
    sheet.set_name("Purchase orders").unwrap();
    let titles = [
        "Delivery",
        "Vendor ID",
        "Site ID",
        "Product ID",
        "Wanted quantity",
        "Reason",
    ];
    for (at, title) in (0..).zip(titles) {
        sheet.write(4, at, title).unwrap();
    }
    sheet.write(5, 0, 46_349).unwrap();
    for (column, id) in (1..).zip(["V1", "S1", "P1"]) {
        sheet.write(5, column, id).unwrap();
    }
    sheet.write(5, 4, 70).unwrap();
    sheet.write(5, 5, "a promotion").unwrap();
    if let Some((row, column)) = stray {
        sheet.write(row, column, "x").unwrap();
    }
    book.push_worksheet(sheet);
    book.save_to_buffer().unwrap()
}

#[test]
fn any_workbook_is_read_or_its_mistake_is_named() {
    let known: Vec<Sample> = vec![("filled.xlsx".to_owned(), filled(None))];
    fuzz("workbook", &known, |_, bytes| {
        if let Err(unusable) = workbook::wanted(bytes) {
            assert!(!unusable.is_empty());
        }
    });
}

/// The last cell of a sheet is a long way from the first: between them would lie 17 thousand million.
#[test]
fn a_cell_far_away_costs_nothing() {
    let wanted = workbook::wanted(&filled(Some((1_048_575, 16_383)))).unwrap();
    assert_eq!(wanted.len(), 1);
}
