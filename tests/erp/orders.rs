//! Purchase and sales orders, made once, changed and taken back.

use effects::{Cause, Verdict};
use erp::Records;
use serde_json::{Value, json};

use crate::books::Books;
use crate::cable::Cut;
use crate::events::{approved, product, sale, withdrawn};
use crate::server::server;

const PURCHASE: &str = "purchase.purchase";

fn purchases(reference: &str) -> Vec<Value> {
    let fields = [
        "state",
        "lines.quantity",
        "lines.unit_price",
        "lines.sequence",
        "party.code",
        "warehouse.code",
    ];
    server().held(PURCHASE, "reference", reference, &fields)
}

fn one(reference: &str) -> Value {
    let [one] = purchases(reference).try_into().unwrap();
    one
}

async fn books_with(code: &str) -> Books {
    let books = Books::open().await;
    books.applied(&product(code, 1, "Carrots", "KGM")).await;
    books
}

#[tokio::test]
async fn an_approved_order_is_placed_once_changed_and_taken_back() {
    let books = books_with("PO-A").await;
    books.applied(&approved("A-1", 1, "PO-A", "120.5")).await;
    let order = one("A-1");
    assert_eq!(order["state"], "confirmed");
    assert_eq!(
        (&order["party"]["code"], &order["warehouse"]["code"]),
        (&json!("V1"), &json!("S1"))
    );
    let line = &order["lines"][0];
    assert_eq!(
        (&line["quantity"], &line["sequence"]),
        (&json!(120.5), &json!(7))
    );
    assert_eq!(line["unit_price"]["decimal"], "0.85");

    assert_eq!(
        books.apply(&approved("A-1", 1, "PO-A", "120.5")).await,
        Verdict::Duplicate
    );
    books.applied(&approved("A-1", 2, "PO-A", "80.25")).await;
    let order = one("A-1");
    assert_eq!(
        (&order["state"], &order["lines"][0]["quantity"]),
        (&json!("confirmed"), &json!(80.25))
    );
    assert_eq!(order["lines"].as_array().unwrap().len(), 1);

    books.applied(&withdrawn("A-1", 3, "PO-A")).await;
    assert_eq!(one("A-1")["state"], "cancelled");
    assert_eq!(
        books.apply(&approved("A-1", 2, "PO-A", "80.25")).await,
        Verdict::Stale
    );
    books.applied(&approved("A-1", 4, "PO-A", "7")).await;
    assert_eq!(one("A-1")["state"], "confirmed");
}

#[tokio::test]
async fn wherever_the_cable_is_cut_one_order_stands_as_the_event_says() {
    let books = books_with("PO-B").await;
    for how in [Cut::Before, Cut::After] {
        for after in 0..3 {
            let reference = format!("B-{after}-{how:?}");
            let event = approved(&reference, 1, "PO-B", "12");
            books.cable.cut(after, how);
            assert!(
                matches!(books.apply(&event).await, Verdict::Unknown { .. }),
                "{reference}"
            );
            assert!(books.cable.was_cut());
            assert_eq!(
                books.apply(&event).await,
                Verdict::retry(Cause::Busy),
                "{reference}"
            );
            books.lease_ends();
            books.applied(&event).await;
            assert_eq!(one(&reference)["state"], "confirmed", "{reference}");
            assert_eq!(
                one(&reference)["lines"].as_array().unwrap().len(),
                1,
                "{reference}"
            );
        }
    }
}

#[tokio::test]
async fn wherever_the_cable_is_cut_an_order_is_changed_and_taken_back_once() {
    let books = books_with("PO-C").await;
    for how in [Cut::Before, Cut::After] {
        for after in 0..4 {
            let reference = format!("C-{after}-{how:?}");
            books.applied(&approved(&reference, 1, "PO-C", "12")).await;
            let event = approved(&reference, 2, "PO-C", "9.5");
            books.cable.cut(after, how);
            assert!(
                matches!(books.apply(&event).await, Verdict::Unknown { .. }),
                "{reference}"
            );
            books.lease_ends();
            books.applied(&event).await;
            let order = one(&reference);
            assert_eq!(order["state"], "confirmed", "{reference}");
            assert_eq!(order["lines"][0]["quantity"], 9.5, "{reference}");
            assert_eq!(order["lines"].as_array().unwrap().len(), 1, "{reference}");
            let event = withdrawn(&reference, 3, "PO-C");
            books.cable.cut(after % 2, how);
            assert!(
                matches!(books.apply(&event).await, Verdict::Unknown { .. }),
                "{reference}"
            );
            books.lease_ends();
            books.applied(&event).await;
            assert_eq!(one(&reference)["state"], "cancelled", "{reference}");
        }
    }
}

#[tokio::test]
async fn what_tryton_does_not_know_or_allow_is_said_in_words() {
    let books = books_with("PO-D").await;
    let mut event = approved("D-1", 1, "PO-D", "1");
    event["data"]["vendor"] = json!("V9");
    let said = books.parked(&event).await;
    assert!(said.contains("Tryton has no party `V9`"), "{said}");
    let said = books.parked(&approved("D-1", 1, "PO-NONE", "1")).await;
    assert!(said.contains("Tryton has no product `PO-NONE`"), "{said}");
    let mut event = approved("D-1", 1, "PO-D", "1");
    event["data"]["lines"][0]
        .as_object_mut()
        .unwrap()
        .remove("price");
    let said = books.parked(&event).await;
    assert!(
        said.contains("line 7 of purchase order `D-1` has no price"),
        "{said}"
    );
    // Kilograms have three places.
    let said = books.parked(&approved("D-1", 1, "PO-D", "1.2345")).await;
    assert!(said.contains("Tryton refuses it (400): "), "{said}");
    assert_eq!(purchases("D-1"), Vec::<Value>::new());

    books.applied(&approved("D-1", 1, "PO-D", "1")).await;
    server().does(PURCHASE, &one("D-1")["id"], "process");
    let said = books.parked(&approved("D-1", 2, "PO-D", "2")).await;
    assert!(
        said.contains("is with the warehouse in Tryton (`processing`)"),
        "{said}"
    );
    let said = books.parked(&withdrawn("D-1", 3, "PO-D")).await;
    assert!(said.contains("cannot be withdrawn"), "{said}");
}

#[tokio::test]
async fn an_order_that_somebody_took_further_by_hand_is_not_touched_for_the_same_version() {
    let books = books_with("PO-E").await;
    let event = approved("E-1", 1, "PO-E", "5");
    books.cable.cut(2, Cut::After);
    assert!(matches!(books.apply(&event).await, Verdict::Unknown { .. }));
    server().does(PURCHASE, &one("E-1")["id"], "process");
    books.lease_ends();
    books.applied(&event).await;
    assert_eq!(one("E-1")["state"], "processing");
}

#[tokio::test]
async fn a_price_per_order_unit_is_paid_the_same_per_unit_of_stock() {
    let books = books_with("PO-F").await;
    let mut event = approved("F-1", 1, "PO-F", "40");
    event["data"]["lines"][0]["order_quantity"] = json!("4");
    event["data"]["lines"][0]["order_uom"] = json!("H87");
    event["data"]["lines"][0]["price"] = json!("12.35");
    books.applied(&event).await;
    assert_eq!(one("F-1")["lines"][0]["unit_price"]["decimal"], "1.235");
}

#[tokio::test]
async fn a_product_is_made_once_renamed_and_never_measured_otherwise() {
    let books = Books::open().await;
    books.cable.cut(0, Cut::After);
    let event = product("PR-1", 1, "Carrots", "KGM");
    assert!(matches!(books.apply(&event).await, Verdict::Unknown { .. }));
    books.lease_ends();
    books.applied(&event).await;
    books
        .applied(&product("PR-1", 2, "Carrots, \"washed\"", "KGM"))
        .await;
    let fields = ["template.name", "default_uom.symbol"];
    let [held] = server()
        .held("product.product", "code", "PR-1", &fields)
        .try_into()
        .unwrap();
    let held: Value = held;
    assert_eq!(held["template"]["name"], "Carrots, \"washed\"");
    let said = books.parked(&product("PR-1", 3, "Carrots", "GRM")).await;
    assert!(said.contains("is kept in kg in Tryton"), "{said}");
}

#[tokio::test]
async fn a_sales_order_is_made_once_changed_and_cancelled() {
    let books = Books::open().await;
    let held = || -> Value {
        let fields = ["state", "lines.quantity"];
        let [one] = server()
            .held("sale.sale", "reference", "SO-1", &fields)
            .try_into()
            .unwrap();
        one
    };
    books.cable.cut(1, Cut::After);
    let event = sale("confirmed", "SO-1", 1, 3);
    assert!(matches!(books.apply(&event).await, Verdict::Unknown { .. }));
    books.lease_ends();
    books.applied(&event).await;
    assert_eq!(
        (&held()["state"], &held()["lines"][0]["quantity"]),
        (&json!("confirmed"), &json!(3.0))
    );
    books.applied(&sale("amended", "SO-1", 2, 5)).await;
    assert_eq!(
        (&held()["state"], &held()["lines"][0]["quantity"]),
        (&json!("confirmed"), &json!(5.0))
    );
    books.applied(&sale("cancelled", "SO-1", 3, 5)).await;
    assert_eq!(held()["state"], "cancelled");
}

#[tokio::test]
async fn orders_are_counted_by_reference() {
    let books = books_with("PO-G").await;
    for reference in ["G_1", "G_2", "GX3"] {
        books.applied(&approved(reference, 1, "PO-G", "1")).await;
    }
    let counted = books.erp.documents("G_").await.unwrap();
    assert_eq!(
        counted,
        [("G_1".to_owned(), 1), ("G_2".to_owned(), 1)].into()
    );
}
