//! The lines that a page holds.
#![expect(clippy::unwrap_used, reason = "a test's own values are valid")]

use contracts::{
    LineSummary, ModelSummary, OrderAction, ProposalReport, ProposalSummary, RunSummary,
};
use domain::{Decimal, Sha256, Unit};
use proposals::ProposalRow;
use report::{Edition, Reason, line_link};
use serde_json::Value;

fn number(number: i64) -> Decimal {
    Decimal::from_millionths(number * 1_000_000)
}

/// A line of `quantity` kilograms: as much needed, twice that safety, and less what is there.
fn row(product: i64, quantity: i64, at_risk: i64) -> ProposalRow {
    let signed = |value: i64| dataset::Signed(number(value));
    ProposalRow {
        vendor_id: "V1".parse().unwrap(),
        site_id: "S1".parse().unwrap(),
        delivery_date: "2026-11-17".parse().unwrap(),
        product_id: format!("P{product:06}").parse().unwrap(),
        vendor_name: "Vendor".to_owned(),
        site_name: "North".to_owned(),
        product_name: format!("A product with a name of usual length {product}"),
        order_by: "2026-11-16T12:00:00Z".parse().unwrap(),
        quantity: number(quantity),
        uom: Unit::Kilogram,
        order_quantity: number(quantity),
        order_uom: Unit::Kilogram,
        packs: 1,
        pack: number(quantity),
        content: Decimal::ONE,
        least: Decimal::ZERO,
        most: None,
        price: number(2),
        value: number(2 * quantity),
        currency: Some("EUR".to_owned()),
        pallets: None,
        covers_from: "2026-11-17".parse().unwrap(),
        covers_to: "2026-11-18".parse().unwrap(),
        method: "quantile".to_owned(),
        target: Decimal::ONE,
        covered: Decimal::ONE,
        held_by_waste: false,
        expected_short: number(1),
        expected_waste: Decimal::ZERO,
        p_short: Decimal::ONE,
        p_waste: Decimal::ZERO,
        at_risk: Some(number(at_risk)),
        stand_in: false,
        gross_known: signed(0),
        gross_simulated: signed(quantity),
        gross_yield: signed(0),
        gross_override: signed(0),
        stock_used: signed(2 * quantity),
        inbound_used: signed(0),
        proposals_used: signed(0),
        unreachable: signed(0),
        mean_net: signed(-quantity),
        safety: signed(2 * quantity),
        minimum: signed(0),
        multiple: signed(0),
        maximum: signed(0),
        vendor_minimum: signed(0),
        quantity_override: signed(0),
    }
}

fn edition(lines: Vec<ProposalRow>) -> Edition {
    let summary = RunSummary {
        as_of: "2026-11-15T12:00:00Z".parse().unwrap(),
        scenario: None,
        changes: Vec::new(),
        replicates: 200,
        seed: 7,
        plan: Sha256::new([7; 32]),
        history: None,
        volume_method: String::new(),
        model: ModelSummary::default(),
        weeks: Vec::new(),
        shadows: Vec::new(),
        proposals: ProposalReport::Proposed(Box::default()),
        findings: Vec::new(),
        verdict: contracts::Verdict::default(),
        last: Vec::new(),
        health: Vec::new(),
    };
    Edition {
        lines,
        ..Edition::of(summary)
    }
}

fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"page-data\">").unwrap();
    serde_json::from_str(rest.split("</script>").next().unwrap()).unwrap()
}

#[test]
fn numbers_are_whole_thousandths_and_names_stand_once() {
    let page = report::page(&edition(vec![row(1, 5, 3), row(2, 5, 4)])).unwrap();
    let lines = &data(&page)["lines"];
    assert_eq!(
        lines["vendors"],
        serde_json::json!([["V1", "Vendor", "EUR"]])
    );
    let columns = &lines["columns"];
    assert_eq!(columns["quantity"], 5_000);
    assert_eq!(columns["stock"], -10_000);
    assert_eq!(columns["atRisk"], serde_json::json!([3_000, 4_000]));
    assert_eq!(lines["moments"][0][1], "Mon 16 Nov 12:00");
}

/// An order whose line of most money at risk is this row.
fn order(main: &ProposalRow) -> OrderAction {
    OrderAction {
        order_by: main.order_by,
        local: "2026-11-16T12:00".parse().unwrap(),
        vendor: main.vendor_id.clone(),
        vendor_name: main.vendor_name.clone(),
        site: main.site_id.clone(),
        site_name: main.site_name.clone(),
        delivery: main.delivery_date,
        lines: 2,
        value: main.value,
        currency: main.currency.clone(),
        at_risk: main.at_risk,
        main_line: Some(Box::new(LineSummary {
            vendor: main.vendor_id.clone(),
            vendor_name: main.vendor_name.clone(),
            site: main.site_id.clone(),
            site_name: main.site_name.clone(),
            delivery: main.delivery_date,
            product: main.product_id.clone(),
            product_name: main.product_name.clone(),
            unit: main.uom,
            covers_from: main.covers_from,
            covers_to: main.covers_to,
            quantity: main.quantity,
            value: main.value,
            currency: main.currency.clone(),
            gross: main.quantity,
            stock: Decimal::ZERO,
            inbound: Decimal::ZERO,
            unreachable: Decimal::ZERO,
            safety: Decimal::ZERO,
            rounding: Decimal::ZERO,
            overridden: Decimal::ZERO,
            at_risk: main.at_risk,
        })),
    }
}

#[test]
fn the_orders_of_today_link_to_the_line_that_most_hangs_on() {
    let rows = vec![row(1, 5, 3), row(2, 5, 4)];
    let mut edition = edition(rows.clone());
    edition.summary.proposals = ProposalReport::Proposed(Box::new(ProposalSummary {
        orders: 9,
        due: 1,
        actions: vec![order(&rows[1])],
        ..ProposalSummary::default()
    }));
    let page = report::page(&edition).unwrap();
    assert!(page.contains("1 order to place within 24 hours"));
    assert!(page.contains("8 more: <a href=\"#orders\">"));
    let link = line_link(
        &"V1".parse().unwrap(),
        &"S1".parse().unwrap(),
        "2026-11-17".parse().unwrap(),
        &"P000002".parse().unwrap(),
    );
    assert!(page.contains(&format!("<a href=\"{link}\">")), "{link}");
}

#[test]
fn what_would_make_the_page_too_long_is_left_out_and_that_is_said() {
    let lines: Vec<ProposalRow> = (0..60_500).map(|at| row(at, 1 + at % 977, at)).collect();
    let mut edition = edition(lines);
    let part = |part: usize| report::why::PartRow {
        part: format!("Mon 16 Nov: 120 kits of a recipe with a name {part}"),
        milli: 1,
        quantity: "+0.001 kg".to_owned(),
        from: format!("recipe_bom.csv:{part}"),
    };
    let reason = |at: usize| Reason {
        key: edition.lines[60_499 - at].key(),
        why: report::why::Why {
            title: String::new(),
            paragraph: "why".repeat(300),
            parts: (0..300).map(|one| part(300 * at + one)).collect(),
            alternatives: Vec::new(),
        },
    };
    edition.reasons = (0..500).map(reason).collect();
    let page = report::page(&edition).unwrap();
    assert!(page.len() < 10_000_000, "{} bytes", page.len());
    let data = data(&page);
    let held = data["lines"]["count"].as_i64().unwrap();
    assert!((30_000..60_500).contains(&held), "{held}");
    let told = format!("the {},{:03} lines that most", held / 1000, held % 1000);
    assert!(page.contains(&told), "{told}");
    let least = data["lines"]["columns"]["atRisk"][0].as_i64().unwrap();
    assert_eq!(least, 1_000 * (60_500 - held));
    let reasons = data["reasons"]["lines"].as_array().unwrap();
    assert!((50..500).contains(&reasons.len()), "{}", reasons.len());
    assert_eq!(reasons[0]["line"], held - 1);
}
