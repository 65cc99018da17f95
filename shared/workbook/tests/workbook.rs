//! The workbook as a spreadsheet program reads it.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use support::{line, number, rows, sheet, workbook};

#[test]
fn the_sheets_are_the_pages_tabs() {
    let book: Xlsx<_> = Xlsx::new(Cursor::new(workbook(&[]))).unwrap();
    let tabs = [
        "Overview",
        "Sites",
        "Recipes",
        "Products",
        "Purchase orders",
        "Accuracy",
        "Data",
        "Run",
    ];
    assert_eq!(book.sheet_names(), tabs);
}

#[test]
fn the_same_content_is_the_same_bytes() {
    let lines = [line("P1"), line("P2")];
    assert_eq!(workbook(&lines), workbook(&lines));
}

#[test]
fn every_value_stands_under_its_title() {
    let rows = rows(&workbook(&[line("P1")]));
    let [row] = rows.as_slice() else {
        panic!("one line, not {}", rows.len())
    };
    for (title, value) in [
        ("Vendor", "Millers"),
        ("Site", "North"),
        ("Product", "Rice"),
        ("Unit", "kg"),
        ("Known orders", "4.1"),
        ("Simulated orders", "9.05"),
        ("Lost in preparation", "0.35"),
        ("From stock", "-3.2"),
        ("From orders under way", "-0.3"),
        ("Mean net need", "10"),
        ("Safety", "2"),
        ("Need", "12"),
        ("Order unit", "pcs"),
        ("Units in an order unit", "2.5"),
        ("Step", "1"),
        ("Vendor's minimum", "6"),
        ("Vendor's maximum", "40"),
        ("Steps needed", "6"),
        ("After vendor's terms", "15"),
        ("Quantity", "15"),
        ("Published quantity", "15"),
        ("Check", "0"),
        ("Wanted quantity", ""),
        ("Published steps", "6"),
        ("Steps to order", "6"),
        ("Order quantity", "6"),
        ("Quantity to order", "15"),
        ("Price", "4.2"),
        ("Value", "25.2"),
        ("Currency", "GBP"),
        ("Money at risk", "1.3"),
        ("Covered", "0.955"),
        ("Vendor ID", "V1"),
        ("Site ID", "S1"),
        ("Product ID", "P1"),
    ] {
        assert_eq!(row[title].to_string(), value, "{title}");
    }
    let why = row["Why"].to_string();
    assert_eq!(
        why,
        "For packing on Tue 24 Nov to Wed 25 Nov; aimed to be enough in 95 % of draws, and is in 95.5 %. \
         Raised to the vendor's minimum (+3 kg)."
    );
    for title in ["Delivery", "Order by (UTC)", "Packed from", "Packed to"] {
        assert!(matches!(row[title], Data::DateTime(_)), "{title}");
    }
}

#[test]
fn formulas_name_cells_that_there_are() {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook(&[line("P1")]))).unwrap();
    let formulas = book.worksheet_formula("Purchase orders").unwrap();
    let texts: Vec<&String> = formulas
        .rows()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect();
    // Three totals and ten of the line.
    assert_eq!(texts.len(), 13, "{texts:?}");
    assert!(texts.iter().all(|text| !text.contains("#REF")), "{texts:?}");
    let overview = book.worksheet_formula("Overview").unwrap();
    let of_vendors = overview
        .rows()
        .flatten()
        .find(|text| text.contains("SUMIFS"));
    assert_eq!(
        of_vendors.unwrap(),
        "SUMIFS('Purchase orders'!$AK$4:$AK$4,'Purchase orders'!$AR$4:$AR$4,\"=V1\",\
         'Purchase orders'!$AS$4:$AS$4,\"=S1\")"
    );
}

#[test]
fn hostile_names_stay_text() {
    for name in [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "<script>alert(1)</script>&amp;",
        "_x0041_ _x000",
        "rice \u{202e}ecir\u{202c} \u{200f}",
        "bell \u{7} null \u{0} last \u{ffff}",
        "🍚👩🏽\u{200d}🍳",
        &"long name ".repeat(50),
    ] {
        let mut hostile = line("P1");
        hostile.vendor_name = name.to_owned();
        hostile.site_name = name.to_owned();
        hostile.product_name = name.to_owned();
        hostile.currency = Some(name.to_owned());
        let file = workbook(&[hostile]);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&file)).unwrap();
        let formulas = book.worksheet_formula("Purchase orders").unwrap();
        let made = formulas.rows().flatten().filter(|text| !text.is_empty());
        assert_eq!(made.count(), 13, "{name:?}");
        let expected: String = name
            .chars()
            .filter(|c| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{ffff}'))
            .collect();
        let row = &rows(&file)[0];
        for title in ["Vendor", "Site", "Product", "Currency"] {
            assert_eq!(row[title], Data::String(expected.clone()), "{name:?}");
        }
    }
}

#[test]
fn lines_in_several_currencies_have_no_total() {
    let mut euros = line("P2");
    euros.currency = Some("EUR".to_owned());
    let total = |file: &[u8]| {
        sheet(file, "Purchase orders")
            .get((1, 36))
            .unwrap()
            .to_string()
    };
    assert_eq!(total(&workbook(&[line("P1"), line("P3")])), "50.4");
    assert!(total(&workbook(&[line("P1"), euros])).starts_with("Several currencies"));
}

#[test]
fn a_quantity_that_an_override_and_a_least_value_changed_sums_too() {
    let mut changed = line("P1");
    changed.vendor_minimum = dataset::Signed(number("5"));
    changed.quantity_override = dataset::Signed(number("-2.5"));
    changed.quantity = number("17.5");
    changed.packs = 7;
    changed.order_quantity = number("7");
    let row = &rows(&workbook(&[changed]))[0];
    assert_eq!(row["Steps needed"].to_string(), "6");
    assert_eq!(row["Quantity"].to_string(), "17.5");
    assert_eq!(row["Steps to order"].to_string(), "7");
}

#[test]
fn of_too_many_lines_those_that_most_hangs_on_are_shown_in_their_order() {
    let of = |product: &str, at_risk: Option<&str>, value: &str| proposals::ProposalRow {
        at_risk: at_risk.map(number),
        value: number(value),
        ..line(product)
    };
    let lines = [
        of("A", None, "9"),
        of("B", Some("2"), "1"),
        of("C", Some("5"), "1"),
        of("D", Some("2"), "3"),
    ];
    let names = |most: usize| -> Vec<String> {
        let kept = workbook::kept(&lines, most);
        kept.iter()
            .map(|line| line.product_id.as_str().to_owned())
            .collect()
    };
    assert_eq!(names(4), ["A", "B", "C", "D"]);
    assert_eq!(names(3), ["B", "C", "D"]);
    assert_eq!(names(2), ["C", "D"]);
}

#[test]
fn a_vendors_total_counts_lines_that_are_not_shown() {
    let mut cheaper = line("P1");
    cheaper.value = number("20");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook(&[cheaper]))).unwrap();
    let overview = book.worksheet_formula("Overview").unwrap();
    let of_vendors = overview
        .rows()
        .flatten()
        .find(|text| text.contains("SUMIFS"));
    assert!(
        of_vendors.unwrap().ends_with("\"=S1\")+5.2"),
        "{of_vendors:?}"
    );
}
