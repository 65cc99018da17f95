//! Purchase orders of an ERP in memory, told as events.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use artifacts::{Memory, Store};
use contracts::FaultName;
use contracts::canonical::{Event, Fact, PurchaseDocument, Reason, Rejection};
use domain::Timestamp;
use erp::{Change, Cursor, Page, Records, Standing, Unread, Unreadable};
use erp_extract::{ErpExtract, Extracted};
use ledger::Document;
use messaging::{Failure, SendError};
use serde_json::{Value, json};

/// Entries of a page.
const PAGE: usize = 3;

/// An ERP that tells what has changed in the order of the changes, the last one before the cursor again.
#[derive(Default)]
struct Twin {
    changes: Mutex<Vec<Result<Change, Unread>>>,
    down: Mutex<Option<Unreadable>>,
}

impl Twin {
    fn add(&self, change: Result<Change, Unread>) {
        self.changes.lock().unwrap().push(change);
    }
}

impl Records for Twin {
    async fn changes_since(&self, cursor: Option<&Cursor>) -> Result<Page, Unreadable> {
        if let Some(error) = self.down.lock().unwrap().take() {
            return Err(error);
        }
        let held = self.changes.lock().unwrap();
        let read: usize = cursor.map_or(0, |cursor| cursor.0.parse().unwrap());
        let end = (read + PAGE).min(held.len());
        Ok(Page {
            changes: held[read.saturating_sub(1)..end].to_vec(),
            next: Cursor(end.to_string()),
            more: end < held.len(),
        })
    }

    async fn documents(&self, _: &str) -> Result<BTreeMap<String, u32>, Unreadable> {
        Ok(BTreeMap::new())
    }
}

type Extract = ErpExtract<Twin, Memory, messaging::Memory>;

fn extract() -> Extract {
    let seconds = AtomicI64::new(1_795_000_000);
    ErpExtract::new(
        Twin::default(),
        Memory::default(),
        messaging::Memory::default(),
        "/erp/tryton".parse().unwrap(),
        move || Timestamp::from_second(seconds.fetch_add(1, Ordering::Relaxed)).unwrap(),
    )
}

fn order(reference: &str, quantity: &str) -> PurchaseDocument {
    let order = json!({
        "reference": reference, "vendor": "V11", "site": "NORTH", "delivery_date": "2026-11-26",
        "lines": [{"line_no": 1, "product": "CARROT", "quantity": quantity, "uom": "KGM"}],
    });
    serde_json::from_value(order).unwrap()
}

fn change(reference: &str, version: u64, standing: Standing, quantity: &str) -> Change {
    Change {
        document: Document(format!("id-{reference}")),
        version,
        changed_at: "2026-11-20T08:00:00Z".parse().unwrap(),
        standing,
        order: order(reference, quantity),
    }
}

fn told(extract: &Extract) -> Vec<String> {
    let notices = extract.topic().notices();
    let shown = |notice: &messaging::Notice| match Event::parse(&notice.json) {
        Ok(event) => {
            assert_eq!(event.source.as_str(), "/erp/tryton");
            let word = match &event.data {
                Fact::PurchaseOrderPlaced(_) => "placed",
                Fact::PurchaseOrderAmended(_) => "amended",
                Fact::PurchaseOrderCancelled(_) => "cancelled",
                _ => "another",
            };
            assert_eq!(
                event.id,
                format!("{}@{}", event.correlation.unwrap(), event.version)
            );
            format!("{} {word}", event.id)
        }
        Err(_) => {
            let event: Value = serde_json::from_str(&notice.json).unwrap();
            format!("{} {}", notice.kind, event["data"]["message"])
        }
    };
    notices.iter().map(shown).collect()
}

#[tokio::test]
async fn an_order_is_placed_then_amended_then_cancelled() {
    let extract = extract();
    for (version, standing, quantity) in [
        (10, Standing::Draft, "5"),
        (20, Standing::Placed, "5"),
        (30, Standing::Placed, "6"),
        (40, Standing::Draft, "7"),
        (50, Standing::Cancelled, "7"),
    ] {
        extract
            .erp()
            .add(Ok(change("PO-1", version, standing, quantity)));
        extract.extract().await.unwrap();
    }
    assert_eq!(
        told(&extract),
        ["PO-1@20 placed", "PO-1@30 amended", "PO-1@50 cancelled"]
    );
}

#[tokio::test]
async fn what_says_nothing_new_is_not_told_however_often_it_comes() {
    let extract = extract();
    extract
        .erp()
        .add(Ok(change("PO-1", 20, Standing::Placed, "5")));
    for _ in 0..3 {
        extract.extract().await.unwrap();
    }
    // Written again, as the ERP does for reasons of its own.
    extract
        .erp()
        .add(Ok(change("PO-1", 30, Standing::Placed, "5")));
    let last = extract.extract().await.unwrap();
    assert_eq!((last.read, last.told), (2, 0));
    assert_eq!(told(&extract), ["PO-1@20 placed"]);
}

#[tokio::test]
async fn an_order_that_nobody_knew_of_is_cancelled_all_the_same() {
    let extract = extract();
    extract
        .erp()
        .add(Ok(change("PO-1", 20, Standing::Cancelled, "5")));
    extract.extract().await.unwrap();
    assert_eq!(told(&extract), ["PO-1@20 cancelled"]);
}

#[tokio::test]
async fn the_erps_past_is_not_told_but_what_still_comes_is() {
    let extract = extract();
    let long_ago = |name: &str, standing, closed: bool| {
        let mut change = change(name, 20, standing, "5");
        change.changed_at = "2026-10-01T08:00:00Z".parse().unwrap();
        let mut order = serde_json::to_value(&change.order).unwrap();
        order["lines"][0]["closed"] = json!(closed);
        change.order = serde_json::from_value(order).unwrap();
        Ok(change)
    };
    extract.erp().add(long_ago("PO-1", Standing::Placed, true));
    extract
        .erp()
        .add(long_ago("PO-2", Standing::Cancelled, false));
    extract.erp().add(long_ago("PO-3", Standing::Placed, false));
    extract.extract().await.unwrap();
    assert_eq!(told(&extract), ["PO-3@20 placed"]);
    // What was told as coming is told as over, however late.
    let mut over = long_ago("PO-3", Standing::Placed, true);
    over.as_mut().unwrap().version = 30;
    extract.erp().add(over);
    extract.extract().await.unwrap();
    assert_eq!(told(&extract)[1..], ["PO-3@30 amended"]);
}

#[tokio::test]
async fn all_pages_are_read_and_the_next_call_reads_on() {
    let extract = extract();
    for number in 0..8 {
        let name = format!("PO-{number}");
        extract
            .erp()
            .add(Ok(change(&name, 20, Standing::Placed, "5")));
    }
    let expected = Extracted {
        read: 10,
        told: 8,
        unread: 0,
        more: false,
    };
    assert_eq!(extract.extract().await, Ok(expected));
    let again = extract.extract().await.unwrap();
    assert_eq!((again.read, again.told), (1, 0));
    assert_eq!(told(&extract).len(), 8);
}

#[tokio::test]
async fn a_call_that_dies_is_made_good_by_the_next_under_the_same_ids() {
    let extract = extract();
    extract
        .erp()
        .add(Ok(change("PO-1", 20, Standing::Placed, "5")));
    extract.topic().fail_next(Failure::After);
    let fault = extract.extract().await.unwrap_err();
    assert_eq!(fault.name, FaultName::DependencyUnavailable);
    assert_eq!(extract.store().list("sync").await.unwrap(), []);
    extract.extract().await.unwrap();
    // Dies before the cursor has moved: what was told is known, and not told again.
    extract
        .store()
        .remove("sync/erp-extract/tryton/cursor.json");
    extract.extract().await.unwrap();
    assert_eq!(told(&extract), ["PO-1@20 placed", "PO-1@20 placed"]);
}

#[tokio::test]
async fn a_document_that_cannot_be_told_of_hides_no_other_and_is_told_to_people_once() {
    let extract = extract();
    let rejection = Rejection::new(
        Reason::UnknownItem,
        "line 1 has no product of ours",
        "give it a code",
    );
    extract.erp().add(Err(Unread {
        document: Document("9".to_owned()),
        version: 20,
        rejection,
    }));
    let mut twice = change("PO-2", 20, Standing::Placed, "5");
    twice.order = {
        let mut order = serde_json::to_value(&twice.order).unwrap();
        let line = order["lines"][0].clone();
        order["lines"] = json!([line, line]);
        serde_json::from_value(order).unwrap()
    };
    extract.erp().add(Ok(twice));
    extract
        .erp()
        .add(Ok(change("PO-1", 20, Standing::Placed, "5")));
    for _ in 0..2 {
        extract
            .store()
            .remove("sync/erp-extract/tryton/cursor.json");
        extract.extract().await.unwrap();
    }
    let told = told(&extract);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("larder.sync.rejected.v1") && told[0].contains("no product of ours"));
    assert!(
        told[1].contains("a line_no that no other line has"),
        "{told:?}"
    );
    assert_eq!(told[2], "PO-1@20 placed");
}

#[tokio::test]
async fn an_erp_that_does_not_serve_is_named_so() {
    let extract = extract();
    let refused = Rejection::new(Reason::Refused, "the key is not valid", "renew it");
    for (error, name) in [
        (
            Unreadable::NotNow { after: None },
            FaultName::DependencyUnavailable,
        ),
        (Unreadable::Refused(refused), FaultName::ConfigInvalid),
    ] {
        *extract.erp().down.lock().unwrap() = Some(error);
        assert_eq!(extract.extract().await.unwrap_err().name, name);
    }
    extract
        .topic()
        .fail_next(Failure::Before(SendError::Refused("no".to_owned())));
    extract
        .erp()
        .add(Ok(change("PO-1", 20, Standing::Placed, "5")));
    assert_eq!(
        extract.extract().await.unwrap_err().name,
        FaultName::ConfigInvalid
    );
}
