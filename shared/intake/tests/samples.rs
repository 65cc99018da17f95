//! What the stored sample of every kind means for the planning data set.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::path::Path;

use contracts::canonical::{Consumer, Event, Kind, Reason, Rejection};
use dataset::changes::Batch;
use dataset::tables::{InboundOrderLine, InboundStatus, InvChange, OrderLine, Product, Site};
use dataset::{Body, Files};
use domain::{Date, Unit};
use intake::{Catalogue, Rows, change};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

const DAY: Date = jiff::civil::date(2026, 11, 20);

fn sample(kind: &str) -> Value {
    let name = format!("../../tests/contracts/samples/larder.{kind}.v1.json");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn event(sample: &Value) -> Event {
    Event::parse(&sample.to_string()).unwrap()
}

/// Carrots in kilograms, and a site whose clock is not UTC.
fn known() -> Catalogue {
    let product = "product_id,name,uom\nING-CARROT,Carrots,KGM\n";
    let site = "site_id,name,role,time_zone\nNORTH,North,kitchen,Europe/Berlin\n";
    let mut files = Files::default();
    for (name, text) in [("product.csv", product), ("site.csv", site)] {
        files.insert(name, Body::Bytes(text.into()));
    }
    let (products, sites) = (files.load::<Product>(), files.load::<Site>());
    Catalogue::new(products.values(), sites.values(), &TimeZone::UTC)
}

fn rows(sample: &Value) -> Rows {
    change(&event(sample), &known()).unwrap().unwrap().rows
}

fn refused(sample: &Value) -> Rejection {
    change(&event(sample), &known()).unwrap_err()
}

/// The data set's files with these events' changes.
fn folded(events: &[Event]) -> Files {
    let mut files = Files::default();
    for event in events {
        let mut batch = Batch::default();
        let change = change(event, &known()).unwrap().unwrap();
        change.put(&mut batch).unwrap();
        for object in batch.objects(DAY).unwrap() {
            files.insert(&object.key, Body::Bytes(object.bytes.into()));
        }
    }
    files
}

#[test]
fn an_event_becomes_rows_where_planning_sync_takes_it_and_nowhere_else() {
    for kind in Kind::ALL {
        let stem = kind.as_str().trim_start_matches("larder.");
        let change = change(&event(&sample(stem.trim_end_matches(".v1"))), &known()).unwrap();
        let taken = kind.consumers().contains(&Consumer::PlanningSync);
        assert_eq!(change.is_some(), taken, "{kind}");
        if let Some(change) = change {
            let mut batch = Batch::default();
            change.put(&mut batch).unwrap();
            assert!(!batch.is_empty(), "{kind}");
        }
    }
}

#[test]
fn an_erps_order_stands_under_the_reference_that_was_approved_and_stays_known_when_cancelled() {
    let rows = |kinds: &[&str]| {
        let events: Vec<_> = kinds.iter().map(|kind| event(&sample(kind))).collect();
        let loaded = folded(&events).load::<InboundOrderLine>();
        assert!(loaded.findings.is_empty(), "{:?}", loaded.findings);
        let rows = loaded.rows.into_iter().map(|row| row.value);
        rows.collect::<Vec<_>>()
    };
    let placed = &rows(&["purchase-order.placed"])[0];
    assert_eq!(placed.order_id.as_str(), "PO-V11-NORTH-20261120-2");
    assert_eq!(placed.qty_ordered.to_string(), "120.5");
    assert_eq!(placed.status, InboundStatus::Open);
    // The end of the day in Berlin.
    assert_eq!(placed.expected_at.to_string(), "2026-11-20T22:59:59Z");
    let amended = &rows(&["purchase-order.amended", "purchase-order.placed"])[0];
    assert_eq!(amended.status, InboundStatus::Closed);
    assert_eq!(amended.qty_received.to_string(), "40");
    assert_eq!(amended.expected_at.to_string(), "2026-11-21T06:30:00Z");
    let cancelled = rows(&["purchase-order.cancelled", "purchase-order.amended"]);
    assert_eq!(cancelled.len(), 1);
    assert_eq!(cancelled[0].status, InboundStatus::Cancelled);
}

#[test]
fn stock_is_in_the_products_own_unit_and_named_by_what_makes_it_count_once() {
    let row = |kind| match rows(&sample(kind)) {
        Rows::Stock(row) => *row,
        Rows::Received(mut rows) => rows.remove(0),
        other => panic!("{other:?}"),
    };
    let adjusted = row("stock.adjusted");
    assert_eq!(adjusted.quantity.0.to_string(), "-3.5");
    assert_eq!(adjusted.change_id.as_str(), "/warehouse/north#stock-1");
    let counted = row("stock.counted");
    assert_eq!(counted.quantity.0.to_string(), "112.25");
    let place = "stock/NORTH/ING-CARROT/L20261120";
    assert_eq!(counted.change_id.as_str(), place);
    let received = row("goods.received");
    assert_eq!(received.change_id.as_str(), "goods-receipt/GRN-000123/1");
    let order = received.order_id.unwrap();
    assert_eq!(order.as_str(), "PO-V11-NORTH-20261120-2");
    assert_eq!(received.line_no, Some(1));
}

#[test]
fn a_receipt_told_of_under_two_ids_counts_once_and_each_adjustment_counts() {
    let twice = |kind: &str| {
        let first = sample(kind);
        let mut second = first.clone();
        second["id"] = json!("another");
        let files = folded(&[event(&first), event(&second)]);
        files.load::<InvChange>().rows.len()
    };
    assert_eq!(twice("goods.received"), 1);
    assert_eq!(twice("stock.adjusted"), 2);
    assert_eq!(twice("stock.counted"), 1);
}

#[test]
fn a_cancelled_order_is_gone_whichever_comes_first() {
    let booked = event(&sample("order-lines.booked"));
    let cancelled = event(&sample("order-lines.cancelled"));
    let lines = |events: &[Event]| folded(events).load::<OrderLine>().rows.len();
    assert_eq!(lines(std::slice::from_ref(&booked)), 2);
    assert_eq!(lines(&[booked.clone(), cancelled.clone()]), 0);
    assert_eq!(lines(&[cancelled, booked]), 0);
}

#[test]
fn what_the_data_set_does_not_have_or_cannot_convert_is_named() {
    let with = |kind: &str, pointer: &str, subject: &str, value: &str| {
        let mut sample = sample(kind);
        *sample.pointer_mut(pointer).unwrap() = json!(value);
        sample["subject"] = json!(subject);
        refused(&sample)
    };
    let lot = "stock/NORTH/P9/L20261120";
    let product = with("stock.adjusted", "/data/product", lot, "P9");
    assert_eq!(product.reason, Reason::UnknownItem);
    assert_eq!(product.message, "the planning data set has no product `P9`");
    let cap = "site-cap/SOUTH/2026-11-24";
    let site = with("site-cap.set", "/data/site", cap, "SOUTH");
    assert_eq!(site.reason, Reason::UnknownItem);
    assert_eq!(site.message, "the planning data set has no site `SOUTH`");
    let unit = "/data/materials/1/uom";
    let unit = with("recipe.published", unit, "recipe/R101", "LTR");
    assert_eq!(unit.reason, Reason::Schema);
    assert_eq!(
        unit.message,
        "`ING-CARROT` is given in LTR, and it is stocked in KGM"
    );
    let mut sample = sample("stock.adjusted");
    sample["data"]["quantity"] = json!("0.0001");
    assert_eq!(
        refused(&sample).message,
        "0.0001 GRM of `ING-CARROT` has no exact number of KGM"
    );
}

#[test]
fn a_product_learned_from_an_event_is_known_at_once() {
    let mut known = known();
    let Rows::Product(mut product) = rows(&sample("product.upserted")) else {
        panic!("no product");
    };
    assert!(known.learn(&product));
    product.uom = Unit::Piece;
    assert!(
        !known.learn(&product),
        "only the data set can say which unit holds"
    );
    product.product_id = "NEW".parse().unwrap();
    assert!(known.learn(&product) && known.learn(&product));
}

proptest! {
    #[test]
    fn adjustments_sum_up_the_same_in_any_order_and_however_often_they_come(
        amounts in proptest::collection::vec((1..1_000_000_i64, any::<bool>()), 1..12),
        again in proptest::collection::vec(any::<usize>(), 0..24),
    ) {
        let adjusted = |(at, (grams, less)): (usize, &(i64, bool))| {
            let mut sample = sample("stock.adjusted");
            let sign = if *less { "-" } else { "" };
            sample["id"] = json!(format!("adj-{at}"));
            sample["data"]["quantity"] = json!(format!("{sign}{grams}"));
            event(&sample)
        };
        let events: Vec<_> = amounts.iter().enumerate().map(adjusted).collect();
        let mut delivered = events.clone();
        delivered.extend(again.iter().map(|at| events[at % events.len()].clone()));
        delivered.reverse();
        let rows = folded(&delivered).load::<InvChange>().rows;
        let sum: i64 = rows.iter().map(|row| row.value.quantity.0.millionths()).sum();
        let meant = amounts.iter().map(|(grams, less)| if *less { -grams } else { *grams });
        prop_assert_eq!(sum, meant.sum::<i64>() * 1_000);
    }
}
