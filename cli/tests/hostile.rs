//! Names that are made to do harm do none in what is published.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use dataset::{Kind, Table, stored_rows};
use proposals::{ExpediteRow, ProposalRow, VendorRow};

use support::{files, larder};

const NAMES: [&str; 8] = [
    "=cmd|' /C calc'!A0",
    "+HYPERLINK(\"http://x\")",
    "-1+1",
    "@SUM(A1:A9)",
    "Rice;=1+1",
    "<script>alert(1)</script>",
    "\u{202e}ecir \u{200f}🍚",
    "long \"name\", ",
];
/// The tables whose names reach people.
const TABLES: [&str; 4] = ["product", "vendor", "site", "recipe"];

/// Gives every row of a table another of the names, told apart by a number.
fn rename(data: &Path, table: &str) {
    let place = data.join(format!("{table}.csv"));
    let mut reader = csv::Reader::from_path(&place).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = header.iter().position(|title| title == "name").unwrap();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let mut writer = csv::Writer::from_path(&place).unwrap();
    writer.write_record(&header).unwrap();
    for (number, record) in records.iter().enumerate() {
        let name = match NAMES[number % NAMES.len()] {
            long if long.starts_with("long") => long.repeat(42),
            name => format!("{name} {number}"),
        };
        let cells = record.iter().enumerate();
        let cells = cells.map(|(column, cell)| if column == at { &name } else { cell });
        writer.write_record(cells).unwrap();
    }
    writer.flush().unwrap();
}

/// The columns of text among the published tables that have names.
fn text_columns() -> BTreeSet<&'static str> {
    let of = |schema: &'static dataset::Schema| schema.columns.iter();
    of(ProposalRow::SCHEMA)
        .chain(of(VendorRow::SCHEMA))
        .chain(of(ExpediteRow::SCHEMA))
        .filter(|column| column.kind == Kind::Text)
        .map(|column| column.name)
        .collect()
}

#[test]
fn no_cell_of_a_published_file_for_people_begins_as_a_formula_does() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(larder(folder.path(), &["demo", "--out", "data"]).0, Some(0));
    for table in TABLES {
        rename(&data, table);
    }
    let (status, table, steps) =
        larder(folder.path(), &["run", "--data", "data", "--horizon", "1"]);
    assert_eq!(status, Some(0), "{steps}");
    assert!(!table.contains('\u{1b}'), "{table}");

    let texts = text_columns();
    let (mut seen, mut guarded, mut negative) = (0, 0, 0);
    let published = files(&folder.path().join("larder-out"));
    let published = published
        .iter()
        .filter(|(place, _)| !place.starts_with("store"));
    for (place, bytes) in published.clone() {
        if place.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header = reader.headers().unwrap().clone();
        for record in reader.records().map(Result::unwrap) {
            for (title, cell) in header.iter().zip(&record) {
                let number = cell.parse::<f64>().is_ok();
                let harmless = !cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                assert!(harmless || number, "{}: {title}: {cell}", place.display());
                assert!(!cell.contains(";="), "{}: {title}: {cell}", place.display());
                if texts.contains(title) {
                    seen += 1;
                    guarded += usize::from(cell.starts_with('\''));
                } else {
                    negative += usize::from(cell.starts_with('-'));
                }
            }
        }
    }
    assert!(seen > 1_000 && guarded > 500, "{guarded} of {seen} guarded");
    assert!(negative > 0, "numbers below zero stay numbers");

    // Programs read the names as they are.
    let (_, bytes) = published
        .clone()
        .find(|(place, _)| place.ends_with("proposals.parquet"))
        .unwrap();
    let rows: Vec<ProposalRow> = stored_rows("proposals.parquet", bytes.clone());
    let plain = |row: &&ProposalRow| row.product_name.starts_with("=cmd|' /C calc'!A0 ");
    assert!(rows.iter().any(|row| plain(&row)));
    let (_, book) = published
        .clone()
        .find(|(place, _)| place.ends_with("larder.xlsx"))
        .unwrap();
    let wanted = workbook::wanted(book).unwrap();
    assert_eq!(wanted, [], "names are nobody's quantities");
}
