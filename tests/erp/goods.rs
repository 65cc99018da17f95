//! Goods that come, and stock that becomes more or less.

use serde_json::Value;

use contracts::canonical::PurchaseLine;
use effects::Verdict;
use erp::{Change, Records, Standing};

use crate::books::Books;
use crate::cable::Cut;
use crate::events::{adjusted, approved, counted, product, received, withdrawn};
use crate::server::server;

async fn books_with(code: &str) -> Books {
    let books = Books::open().await;
    books.applied(&product(code, 1, "Carrots", "KGM")).await;
    books
}

fn state(model: &str, reference: &str) -> Value {
    let held = server().held(model, "reference", reference, &["state"]);
    let [one] = held.try_into().unwrap();
    let one: Value = one;
    one["state"].clone()
}

#[tokio::test]
async fn a_short_delivery_is_booked_against_its_order_and_the_rest_is_waited_for() {
    let books = books_with("GR-A").await;
    books.applied(&approved("GA-1", 1, "GR-A", "120.5")).await;
    books
        .applied(&received("GRN-A1", Some("GA-1"), "GR-A", "118"))
        .await;
    assert!((server().stock("S1-storage", "GR-A") - 118.0).abs() < 1e-9);
    assert_eq!(state("stock.shipment.in", "GRN-A1"), "done");
    let line = last(&books, "GA-1").await.order.lines[0].clone();
    assert_eq!(received_of(&line), "118");
    books
        .applied(&received("GRN-A2", Some("GA-1"), "GR-A", "2.5"))
        .await;
    assert!((server().stock("S1-storage", "GR-A") - 120.5).abs() < 1e-9);
    assert_eq!(
        received_of(&last(&books, "GA-1").await.order.lines[0]),
        "120.5"
    );
    let said = books
        .parked(&received("GRN-A3", Some("GA-1"), "GR-A", "1"))
        .await;
    assert!(
        said.contains("all that was ordered of `GR-A` has come before"),
        "{said}"
    );
}

fn received_of(line: &PurchaseLine) -> String {
    line.received.unwrap().get().to_string()
}

/// The last change of an order that the ERP tells.
async fn last(books: &Books, reference: &str) -> Change {
    let (mut cursor, mut last) = (None, None);
    loop {
        let page = books.erp.changes_since(cursor.as_ref()).await.unwrap();
        let of = |change: &Change| change.order.reference.as_str() == reference;
        last = page
            .changes
            .into_iter()
            .flatten()
            .filter(of)
            .last()
            .or(last);
        if !page.more {
            return last.unwrap();
        }
        cursor = Some(page.next);
    }
}

#[tokio::test]
async fn wherever_the_cable_is_cut_goods_are_booked_once() {
    let books = books_with("GR-B").await;
    books.applied(&approved("GB-1", 1, "GR-B", "1000")).await;
    let mut sum = 0.0;
    for how in [Cut::Before, Cut::After] {
        for after in 0..4 {
            let reference = format!("GRN-B{sum}");
            let event = received(&reference, Some("GB-1"), "GR-B", "10");
            books.cable.cut(after, how);
            assert!(
                matches!(books.apply(&event).await, Verdict::Unknown { .. }),
                "{reference}"
            );
            books.lease_ends();
            books.applied(&event).await;
            assert_eq!(books.apply(&event).await, Verdict::Duplicate);
            sum += 10.0;
            assert!(
                (server().stock("S1-storage", "GR-B") - sum).abs() < 1e-9,
                "{reference}"
            );
        }
    }
}

#[tokio::test]
async fn goods_that_nobody_ordered_are_refused_in_words() {
    let books = books_with("GR-C").await;
    let said = books.parked(&received("GRN-C1", None, "GR-C", "1")).await;
    assert!(
        said.contains("goods receipt `GRN-C1` names no purchase order"),
        "{said}"
    );
    let said = books
        .parked(&received("GRN-C1", Some("GC-0"), "GR-C", "1"))
        .await;
    assert!(
        said.contains("Tryton has 0 purchase orders `GC-0`"),
        "{said}"
    );
    books.applied(&approved("GC-1", 1, "GR-C", "5")).await;
    books.applied(&product("GR-C2", 1, "Peas", "KGM")).await;
    let said = books
        .parked(&received("GRN-C1", Some("GC-1"), "GR-C2", "1"))
        .await;
    assert!(said.contains("has no such line of `GR-C2`"), "{said}");
    books.applied(&approved("GC-2", 1, "GR-C", "5")).await;
    books.applied(&withdrawn("GC-2", 2, "GR-C")).await;
    let said = books
        .parked(&received("GRN-C2", Some("GC-2"), "GR-C", "1"))
        .await;
    assert!(
        said.contains("is not placed in Tryton (`cancelled`)"),
        "{said}"
    );
}

#[tokio::test]
async fn stock_is_adjusted_once_for_each_event_and_counted_as_it_is() {
    let books = books_with("ST-A").await;
    books.applied(&adjusted("st-a-1", "ST-A", "20.5")).await;
    books.cable.cut(0, Cut::After);
    let event = adjusted("st-a-2", "ST-A", "-3.25");
    assert!(matches!(books.apply(&event).await, Verdict::Unknown { .. }));
    books.lease_ends();
    books.applied(&event).await;
    assert_eq!(books.apply(&event).await, Verdict::Duplicate);
    assert!((server().stock("S1-storage", "ST-A") - 17.25).abs() < 1e-9);

    books.applied(&counted("ST-A", 5, "16")).await;
    assert!((server().stock("S1-storage", "ST-A") - 16.0).abs() < 1e-9);
    for (version, how) in [(6, Cut::Before), (7, Cut::After)] {
        let event = counted("ST-A", version, &format!("{}", 20 + version));
        books.cable.cut(0, how);
        assert!(matches!(books.apply(&event).await, Verdict::Unknown { .. }));
        books.lease_ends();
        books.applied(&event).await;
        let stock = server().stock("S1-storage", "ST-A");
        assert!(
            (stock - (20 + version) as f64).abs() < 1e-9,
            "{version}: {stock}"
        );
    }
    books.applied(&counted("ST-A", 8, "27")).await;
    assert_eq!(books.apply(&counted("ST-A", 7, "99")).await, Verdict::Stale);
    assert!((server().stock("S1-storage", "ST-A") - 27.0).abs() < 1e-9);
    let mut lot = counted("ST-A", 9, "1");
    lot["data"]["lot"] = "L1".into();
    lot["subject"] = "stock/S1/ST-A/L1".into();
    let said = books.parked(&lot).await;
    assert!(said.contains("counted by lot"), "{said}");
}

#[tokio::test]
async fn what_changes_is_told_from_where_somebody_has_read() {
    let books = books_with("CH-A").await;
    let start = books.erp.changes_since(None).await.unwrap();
    let mut cursor = start.next;
    books.applied(&approved("CH-1", 1, "CH-A", "12.75")).await;
    let first = last(&books, "CH-1").await;
    assert_eq!(first.standing, Standing::Placed);
    let order = &first.order;
    assert_eq!((order.vendor.as_str(), order.site.as_str()), ("V1", "S1"));
    assert_eq!(String::from(order.delivery_date), "2026-11-20");
    let line = &order.lines[0];
    assert_eq!((line.line_no.get(), line.product.as_str()), (7, "CH-A"));
    assert_eq!(
        (line.quantity.get().to_string(), line.uom.code()),
        ("12.75".to_owned(), "KGM")
    );
    assert_eq!(line.price.unwrap().get().to_string(), "0.85");

    // Read on from before: it is among what comes, and comes again, of the same version, as long as it may be new.
    for _ in 0..2 {
        let mut seen = Vec::new();
        loop {
            let page = books.erp.changes_since(Some(&cursor)).await.unwrap();
            seen.extend(page.changes.into_iter().flatten());
            cursor = page.next;
            if !page.more {
                break;
            }
        }
        let of: Vec<_> = seen
            .iter()
            .filter(|change| change.document == first.document)
            .collect();
        assert_eq!(of, [&first]);
    }
    books.applied(&withdrawn("CH-1", 2, "CH-A")).await;
    let second = last(&books, "CH-1").await;
    assert_eq!(second.standing, Standing::Cancelled);
    assert!(second.version > first.version);
}
