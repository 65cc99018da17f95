//! A run and its lines.
#![allow(dead_code, reason = "not every test needs every helper")]

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};
use contracts::{ModelSummary, ProposalReport, ProposalSummary, RunSummary, VendorTotal, Verdict};
use dataset::Signed;
use domain::{Decimal, Sha256, Unit};
use proposals::ProposalRow;

pub(crate) fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn signed(text: &str) -> Signed {
    Signed(number(text))
}

/// 12 kg needed with safety, sold in cases of 2.5 kg, at least 6 of them: 15 kg.
pub(crate) fn line(product: &str) -> ProposalRow {
    ProposalRow {
        vendor_id: "V1".parse().unwrap(),
        site_id: "S1".parse().unwrap(),
        delivery_date: "2026-11-23".parse().unwrap(),
        product_id: product.parse().unwrap(),
        vendor_name: "Millers".to_owned(),
        site_name: "North".to_owned(),
        product_name: "Rice".to_owned(),
        order_by: "2026-11-20T14:00:00Z".parse().unwrap(),
        quantity: number("15"),
        uom: Unit::Kilogram,
        order_quantity: number("6"),
        order_uom: Unit::Piece,
        packs: 6,
        pack: number("1"),
        content: number("2.5"),
        least: number("6"),
        most: Some(number("40")),
        price: number("4.2"),
        value: number("25.2"),
        currency: Some("GBP".to_owned()),
        pallets: None,
        covers_from: "2026-11-24".parse().unwrap(),
        covers_to: "2026-11-25".parse().unwrap(),
        method: "quantile".to_owned(),
        target: number("0.95"),
        covered: number("0.955"),
        held_by_waste: false,
        expected_short: number("0.2"),
        expected_waste: number("0"),
        p_short: number("0.01"),
        p_waste: number("0"),
        at_risk: Some(number("1.3")),
        stand_in: false,
        gross_known: signed("4.1"),
        gross_simulated: signed("9.05"),
        gross_yield: signed("0.35"),
        gross_override: signed("0"),
        stock_used: signed("3.2"),
        inbound_used: signed("0.3"),
        proposals_used: signed("0"),
        unreachable: signed("0"),
        mean_net: signed("10"),
        safety: signed("2"),
        minimum: signed("3"),
        multiple: signed("0"),
        maximum: signed("0"),
        vendor_minimum: signed("0"),
        quantity_override: signed("0"),
    }
}

/// A run without weeks.
pub(crate) fn summary() -> RunSummary {
    let total = VendorTotal {
        vendor: "V1".parse().unwrap(),
        vendor_name: "Millers".to_owned(),
        site: "S1".parse().unwrap(),
        site_name: "North".to_owned(),
        orders: 1,
        lines: 1,
        value: number("25.2"),
        currency: Some("GBP".to_owned()),
    };
    RunSummary {
        as_of: "2026-11-15T12:00:00Z".parse().unwrap(),
        scenario: None,
        changes: Vec::new(),
        replicates: 200,
        seed: 1,
        plan: Sha256::new([7; 32]),
        history: None,
        volume_method: String::new(),
        model: ModelSummary::default(),
        weeks: Vec::new(),
        shadows: Vec::new(),
        proposals: ProposalReport::Proposed(Box::new(ProposalSummary {
            totals: vec![total],
            ..ProposalSummary::default()
        })),
        findings: Vec::new(),
        verdict: Verdict::default(),
        last: Vec::new(),
        health: Vec::new(),
    }
}

/// The workbook of a run without weeks.
pub(crate) fn workbook(lines: &[ProposalRow]) -> Vec<u8> {
    let content = workbook::Content {
        summary: &summary(),
        lines,
    };
    workbook::workbook(&content).unwrap()
}

/// A sheet's values.
pub(crate) fn sheet(file: &[u8], name: &str) -> Range<Data> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
    book.worksheet_range(name).unwrap()
}

/// The purchase orders' rows by title.
pub(crate) fn rows(file: &[u8]) -> Vec<BTreeMap<String, Data>> {
    let range = sheet(file, "Purchase orders");
    let titles: Vec<String> = range
        .rows()
        .nth(2)
        .unwrap()
        .iter()
        .map(Data::to_string)
        .collect();
    let row = |cells: &[Data]| titles.iter().cloned().zip(cells.iter().cloned()).collect();
    range.rows().skip(3).map(row).collect()
}
