//! Quantities that people fill in, read back.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use rust_xlsxwriter::{Workbook, Worksheet};
use workbook::{Unusable, wanted};

use support::{line, number, workbook};

/// A sheet with the titles that are read, filled in by `rows`.
fn filled(rows: &[(&str, f64, &str)]) -> Vec<u8> {
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
    for (at, (text, number, reason)) in (5..).zip(rows) {
        sheet.write(at, 0, 46_349).unwrap();
        for (column, id) in (1..).zip(["V1", "S1", "P1"]) {
            sheet.write(at, column, id).unwrap();
        }
        if text.is_empty() {
            sheet.write(at, 4, *number).unwrap();
        } else {
            sheet.write(at, 4, *text).unwrap();
        }
        sheet.write(at, 5, *reason).unwrap();
    }
    book.push_worksheet(sheet);
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_as_published_asks_for_nothing() {
    assert_eq!(wanted(&workbook(&[line("P1"), line("P2")])), Ok(Vec::new()));
}

#[test]
fn what_is_filled_in_names_its_line() {
    let read = wanted(&filled(&[
        ("", 12.5, " fair\nin town "),
        (" ", 0.0, ""),
        ("", 0.0, ""),
    ]))
    .unwrap();
    let [first, second] = read.as_slice() else {
        panic!("{read:?}")
    };
    assert_eq!((first.row, second.row), (6, 8));
    assert_eq!(first.vendor.as_str(), "V1");
    assert_eq!(first.site.as_str(), "S1");
    assert_eq!(first.product.as_str(), "P1");
    assert_eq!(first.delivery.to_string(), "2026-11-23");
    assert_eq!(first.quantity, number("12.5"));
    assert_eq!(first.reason.as_deref(), Some("fair in town"));
    assert_eq!((second.quantity, &second.reason), (number("0"), &None));
}

#[test]
fn a_number_left_as_text_is_read() {
    let read = wanted(&filled(&[("1200.25", 0.0, "")])).unwrap();
    assert_eq!(read[0].quantity, number("1200.25"));
}

#[test]
fn every_cell_that_cannot_be_used_is_named() {
    let errors = wanted(&filled(&[
        ("", -1.0, ""),
        ("", 5.0, ""),
        ("twelve", 0.0, ""),
        ("12,5", 0.0, ""),
        ("", 0.1234, ""),
        ("", 1e12, ""),
        ("", 1.0, &"x".repeat(501)),
    ]))
    .unwrap_err();
    let texts: Vec<String> = errors.iter().map(Unusable::to_string).collect();
    let starts = ["6", "8", "9", "10", "11", "12"];
    assert_eq!(texts.len(), starts.len(), "{texts:#?}");
    assert_eq!(
        texts[1],
        "sheet `Purchase orders`, row 8, column `Wanted quantity`: `twelve`; put a number of 0 or more with at most \
         three decimal places, or nothing there"
    );
    for (text, row) in texts.iter().zip(starts) {
        assert!(text.contains(&format!("row {row}, ")), "{text}");
    }
    assert!(texts[5].contains("column `Reason`"), "{}", texts[5]);
}

#[test]
fn other_files_are_refused_with_what_to_do() {
    let refused = |file: &[u8]| wanted(file).unwrap_err()[0].to_string();
    assert!(refused(b"PK nonsense").starts_with("the file is no XLSX workbook"));
    let mut other = Workbook::new();
    other.add_worksheet();
    assert!(refused(&other.save_to_buffer().unwrap()).starts_with("there is no sheet"));
    let mut empty = Workbook::new();
    empty.add_worksheet().set_name("Purchase orders").unwrap();
    assert!(refused(&empty.save_to_buffer().unwrap()).contains("no column `Wanted quantity`"));
}
