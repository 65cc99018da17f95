//! Events of orders, written as files into a store in memory.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use artifacts::{Memory, Store};
use contracts::canonical::Event;
use domain::Timestamp;
use lambda::queue::{Consumer, Context, Step, Verdict};
use serde_json::{Value, json};
use wms_export::WmsExport;

const FILES: &str = "outbound/inbound-orders";

fn export(dialect: &str) -> WmsExport<Memory> {
    WmsExport::new(Memory::default(), dialect.parse().unwrap())
}

fn sample(kind: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/contracts/samples");
    let text = std::fs::read_to_string(format!("{folder}/larder.{kind}.v1.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A purchase order's event of this kind, at a version and with a quantity.
fn order(kind: &str, version: u64, quantity: &str) -> Event {
    let mut sample = sample(&format!("purchase-order.{kind}"));
    sample["id"] = json!(format!("PO@{version}-{kind}"));
    sample["entityversion"] = json!(version);
    sample["data"]["reference"] = json!("PO/1");
    sample["data"]["amends"] = Value::Null;
    sample["data"]["lines"][0]["quantity"] = json!(quantity);
    sample["subject"] = json!("purchase-order/PO%2F1");
    Event::parse(&sample.to_string()).unwrap()
}

async fn apply(export: &WmsExport<Memory>, event: &Event) -> Verdict {
    let context = Context {
        attempt: "a".to_owned(),
        receives: 1,
        deadline: Timestamp::MAX,
    };
    match export.apply(event, &context).await {
        Step::Settled(verdict) => verdict,
        Step::Kept(never) => match never {},
    }
}

async fn names(export: &WmsExport<Memory>) -> Vec<String> {
    let entries = export.files().list(FILES).await.unwrap();
    let name = |key: String| key[FILES.len() + 1..].to_owned();
    entries.into_iter().map(|entry| name(entry.key)).collect()
}

#[tokio::test]
async fn each_version_is_a_file_of_its_own_and_a_cancelled_one_says_so() {
    let export = export("");
    assert_eq!(
        apply(&export, &order("placed", 7, "120.5")).await,
        Verdict::Applied
    );
    assert_eq!(
        apply(&export, &order("amended", 8, "100")).await,
        Verdict::Applied
    );
    assert_eq!(
        apply(&export, &order("cancelled", 9, "100")).await,
        Verdict::Applied
    );
    assert_eq!(
        names(&export).await,
        ["PO_2F1-v7.csv", "PO_2F1-v8.csv", "PO_2F1-v9.csv"]
    );
    let last = export.files().get(&format!("{FILES}/PO_2F1-v9.csv")).await;
    let last = String::from_utf8(last.unwrap()).unwrap();
    assert!(
        last.lines()
            .nth(1)
            .unwrap()
            .starts_with("PO/1,9,cancelled,V11,NORTH,")
    );
}

#[tokio::test]
async fn an_older_version_is_not_written_after_a_newer_one() {
    let export = export("");
    apply(&export, &order("amended", 8, "100")).await;
    assert_eq!(
        apply(&export, &order("placed", 7, "120.5")).await,
        Verdict::Stale
    );
    assert_eq!(names(&export).await, ["PO_2F1-v8.csv"]);
}

#[tokio::test]
async fn an_event_that_comes_again_changes_nothing_in_any_dialect() {
    let export = export("");
    let event = order("placed", 7, "120.5");
    apply(&export, &event).await;
    assert_eq!(apply(&export, &event).await, Verdict::Duplicate);
    let other = WmsExport::new(Memory::default(), "delimiter: ';'".parse().unwrap());
    for entry in export.files().list("outbound").await.unwrap() {
        let bytes = export.files().get(&entry.key).await.unwrap();
        other.files().create(&entry.key, &bytes).await.unwrap();
    }
    assert_eq!(apply(&other, &event).await, Verdict::Duplicate);
    assert_eq!(names(&other).await, names(&export).await);
}

#[tokio::test]
async fn a_file_that_a_death_left_out_is_written_when_the_event_comes_again() {
    let export = export("");
    let event = order("placed", 7, "120.5");
    apply(&export, &event).await;
    export.files().remove(FILES);
    assert_eq!(apply(&export, &event).await, Verdict::Duplicate);
    assert_eq!(names(&export).await, ["PO_2F1-v7.csv"]);
}

#[tokio::test]
async fn another_event_of_the_same_version_says_the_same_or_is_parked() {
    let export = export("");
    apply(&export, &order("placed", 7, "120.5")).await;
    let mut same = order("placed", 7, "120.5");
    same.id = "told-twice".to_owned();
    assert_eq!(apply(&export, &same).await, Verdict::Duplicate);
    let other = order("amended", 7, "99");
    let Verdict::Parked(rejection) = apply(&export, &other).await else {
        panic!("not parked")
    };
    assert!(
        rejection
            .message
            .ends_with("says something else of version 7")
    );
    assert_eq!(names(&export).await.len(), 1);
}

#[tokio::test]
async fn what_the_files_cannot_hold_is_parked_before_anything_is_kept() {
    let export = export("encoding: windows-1252");
    let mut sample = sample("sales-order.confirmed");
    sample["data"]["lines"][0]["recipe"] = json!("łosoś");
    let event = Event::parse(&sample.to_string()).unwrap();
    assert!(matches!(apply(&export, &event).await, Verdict::Parked(_)));
    assert_eq!(export.files().list("outbound").await.unwrap(), []);
}

#[tokio::test]
async fn a_warehouse_that_waits_for_marks_gets_them() {
    let export = export("complete: done");
    let event = order("placed", 7, "120.5");
    apply(&export, &event).await;
    assert_eq!(
        names(&export).await,
        ["PO_2F1-v7.csv", "PO_2F1-v7.csv.done"]
    );
    assert_eq!(apply(&export, &event).await, Verdict::Duplicate);
}
