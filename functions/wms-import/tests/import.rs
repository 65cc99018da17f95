//! Files dropped into a store in memory, taken in and told.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use artifacts::{Memory, Store};
use contracts::SyncRejected;
use contracts::canonical::Event;
use lambda::queue::memory::{Tallies, Waits};
use lambda::queue::{SqsEvent, Wait};
use messaging::{Failure, Notice, SendError};
use serde_json::{Value, json};
use wms_import::{Outcome, PATIENCE, Refused, WmsImport};

type Import = WmsImport<Memory, messaging::Memory>;

const KEY: &str = "inbound/goods-in/GRN-7.csv";
const GOODS_IN: &str = "receipt,line,order,order_line,site,product,quantity,uom,received_at
GR-1,1,PO-1,1,NORTH,CARROT,118,KGM,2026-11-20T08:00:00Z
GR-1,2,PO-1,2,NORTH,=cmd,5,KGM,2026-11-20T08:00:00Z
GR-1,3,PO-1,3,NORTH,RICE,80,KGM,2026-11-20T08:00:00Z
";

fn import(dialect: &str) -> Import {
    WmsImport::new(
        Memory::default(),
        messaging::Memory::default(),
        dialect.parse().unwrap(),
        || "2026-11-20T09:00:00Z".parse().unwrap(),
    )
}

async fn drop_file(import: &Import, key: &str, text: &str) {
    import.files().create(key, text.as_bytes()).await.unwrap();
}

/// Canonical events that were told, and what people were told.
fn told(import: &Import) -> (Vec<Event>, Vec<SyncRejected>) {
    let (mut events, mut people) = (Vec::new(), Vec::new());
    for Notice { kind, json, .. } in import.topic().notices() {
        if kind == "larder.sync.rejected.v1" {
            let event: Value = serde_json::from_str(&json).unwrap();
            people.push(serde_json::from_value(event["data"].clone()).unwrap());
        } else {
            events.push(Event::parse(&json).unwrap());
        }
    }
    (events, people)
}

fn ids(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.id.as_str()).collect()
}

async fn kept(import: &Import) -> Vec<String> {
    let entries = import.files().list("taken").await.unwrap();
    entries.into_iter().map(|entry| entry.key).collect()
}

fn call(keys: &[&str], receives: u32) -> SqsEvent {
    let record =
        |key: &&str| json!({"eventName": "ObjectCreated:Put", "s3": {"object": {"key": key}}});
    let records: Vec<_> = keys.iter().map(record).collect();
    let message = json!({
        "messageId": "m1", "receiptHandle": "r1", "body": json!({"Records": records}).to_string(),
        "attributes": {"ApproximateReceiveCount": receives.to_string()},
    });
    serde_json::from_value(json!({"Records": [message]})).unwrap()
}

#[tokio::test]
async fn good_rows_are_told_bad_ones_stand_in_a_file_of_rejects() {
    let import = import("");
    drop_file(&import, KEY, GOODS_IN).await;
    let Outcome::Taken(taken) = import.import(KEY, false).await.unwrap() else {
        panic!("not taken")
    };
    assert_eq!((taken.rows, taken.events, taken.rejects), (3, 2, 1));
    let (events, people) = told(&import);
    let entities: Vec<_> = events.iter().map(Event::entity).collect();
    assert_eq!(
        entities,
        ["goods-receipt/GR-1%2F1", "goods-receipt/GR-1%2F3"]
    );
    assert_eq!(people.len(), 1);
    let message = &people[0].rejection.message;
    assert!(message.contains("1 of 3 rows") && message.contains("line 3, column `product`"));
    let key = taken.rejects_file.unwrap();
    assert!(key.starts_with("taken/goods-in/GRN-7.") && key.ends_with(".rejects.csv"));
    assert_eq!(people[0].place, format!("memory:{key}"));
    let rejects = String::from_utf8(import.files().get(&key).await.unwrap()).unwrap();
    assert!(rejects.starts_with("line,column,value,reason,what_to_do,row\n3,product,'=cmd,"));
}

#[tokio::test]
async fn a_file_that_was_taken_is_not_told_again_under_any_name() {
    let import = import("");
    drop_file(&import, KEY, GOODS_IN).await;
    drop_file(&import, "inbound/goods-in/again.csv", GOODS_IN).await;
    import.import(KEY, false).await.unwrap();
    let told_once = import.topic().notices();
    for key in [KEY, "inbound/goods-in/again.csv"] {
        assert_eq!(import.import(key, false).await.unwrap(), Outcome::Before);
    }
    assert_eq!(import.topic().notices(), told_once);
}

#[tokio::test]
async fn an_import_that_dies_is_done_again_under_the_same_ids() {
    let import = import("");
    drop_file(&import, KEY, GOODS_IN).await;
    for failure in [
        Failure::Before(SendError::NotTaken("busy".to_owned())),
        Failure::After,
    ] {
        import.topic().fail_next(failure);
        assert!(import.import(KEY, false).await.is_err());
        assert_eq!(kept(&import).await, [""; 0]);
    }
    let before = told(&import).0;
    assert!(matches!(
        import.import(KEY, false).await.unwrap(),
        Outcome::Taken(_)
    ));
    let after = told(&import).0;
    assert_eq!(
        ids(&before),
        ids(&after)[1..2],
        "the one that was taken before its answer was lost"
    );
    assert_eq!(after.len(), 3);
    assert_eq!(kept(&import).await.len(), 2, "the record and the rejects");
}

#[tokio::test]
async fn the_same_rows_in_another_file_are_the_same_events() {
    let import = import("");
    drop_file(&import, KEY, GOODS_IN).await;
    let longer = format!("{GOODS_IN}GR-2,1,,,NORTH,RICE,1,KGM,2026-11-20T08:00:00Z\n");
    drop_file(&import, "inbound/goods-in/longer.csv", &longer).await;
    import.import(KEY, false).await.unwrap();
    import
        .import("inbound/goods-in/longer.csv", false)
        .await
        .unwrap();
    let events = told(&import).0;
    assert_eq!(events[..2], events[2..4]);
    assert_eq!(events.len(), 5);
}

#[tokio::test]
async fn what_is_not_taken_at_all_is_told_and_kept_with_its_reason() {
    let import = import("");
    for (key, text, expected) in [
        (KEY, GOODS_IN.trim_end(), "may be cut short"),
        ("inbound/goods-in/a.csv.gz", GOODS_IN, "cannot be unpacked"),
        ("inbound/somewhere/a.csv", GOODS_IN, "of no kind"),
        ("inbound/counts/a.csv", GOODS_IN, "no column `counted_at`"),
    ] {
        drop_file(&import, key, text).await;
        let Outcome::Refused(rejection) = import.import(key, false).await.unwrap() else {
            panic!("{key} is taken")
        };
        assert!(rejection.message.contains(expected), "{rejection}");
        let people = told(&import).1;
        assert_eq!(people.last().unwrap().rejection, rejection);
        assert_eq!(people.last().unwrap().place, format!("memory:{key}"));
    }
    let kept = kept(&import).await;
    assert_eq!(kept.len(), 4, "{kept:?}");
    let mut files = Vec::new();
    for record in kept {
        assert!(record.starts_with("taken/refused/"), "{record}");
        let refused = import.files().get(&record).await.unwrap();
        let refused: Refused = serde_json::from_slice(&refused).unwrap();
        assert!(!refused.rejection.remedy.is_empty());
        files.push(refused.file);
    }
    files.sort();
    files.dedup();
    assert_eq!(files.len(), 4, "{files:?}");
    assert_eq!(told(&import).0, []);
}

#[tokio::test]
async fn a_file_that_needs_a_mark_waits_for_it() {
    let import = import("complete: done");
    let mark = format!("{KEY}.done");
    drop_file(&import, KEY, GOODS_IN.trim_end()).await;
    assert_eq!(import.import(KEY, false).await.unwrap(), Outcome::Waits);
    drop_file(&import, &mark, "").await;
    assert!(matches!(
        import.import(&mark, false).await.unwrap(),
        Outcome::Taken(_)
    ));
    assert_eq!(import.import(KEY, false).await.unwrap(), Outcome::Before);
}

#[tokio::test]
async fn a_file_is_read_again_when_the_dialect_is_put_right() {
    let wrong = import("");
    let text = GOODS_IN.replace("KGM", "KG");
    drop_file(&wrong, KEY, &text).await;
    wrong.import(KEY, false).await.unwrap();
    assert_eq!(told(&wrong).0, []);
    let right = import("units: {KG: KGM}");
    for key in kept(&wrong).await.into_iter().chain([KEY.to_owned()]) {
        let bytes = wrong.files().get(&key).await.unwrap();
        right.files().create(&key, &bytes).await.unwrap();
    }
    assert!(matches!(
        right.import(KEY, false).await.unwrap(),
        Outcome::Taken(_)
    ));
    assert_eq!(told(&right).0.len(), 2);
}

#[tokio::test]
async fn a_message_is_done_when_all_its_files_are() {
    let import = import("");
    let queue = Waits::default();
    drop_file(&import, KEY, GOODS_IN).await;
    let gone = "inbound/goods-in/gone.csv";
    let response = import
        .serve(&queue, &Tallies::default(), call(&[gone, KEY], 1))
        .await
        .unwrap();
    assert_eq!(response.batch_item_failures.len(), 1);
    assert!(matches!(
        queue.take().as_slice(),
        [Wait { seconds: 24, .. }]
    ));
    assert_eq!(
        told(&import).0.len(),
        2,
        "the file that is there is taken all the same"
    );
    let last = import
        .serve(&queue, &Tallies::default(), call(&[gone, KEY], PATIENCE))
        .await
        .unwrap();
    assert_eq!(last.batch_item_failures, []);
    assert_eq!(told(&import).0.len(), 2);
    assert!(
        told(&import).1[1]
            .rejection
            .message
            .contains("is not there")
    );
}

#[tokio::test]
async fn a_message_that_is_no_notification_ends_among_the_dead_letters() {
    let import = import("");
    let queue = Waits::default();
    let message = |body: &str| json!({"messageId": "m1", "receiptHandle": "r1", "body": body});
    for (body, failures) in [("{}", 1), ("x", 1), (r#"{"Event":"s3:TestEvent"}"#, 0)] {
        let call = serde_json::from_value(json!({"Records": [message(body)]})).unwrap();
        let response = import
            .serve(&queue, &Tallies::default(), call)
            .await
            .unwrap();
        assert_eq!(response.batch_item_failures.len(), failures, "{body}");
    }
}

#[tokio::test]
async fn keys_are_those_below_the_stores_place() {
    let import = import("").below(&"s3://bucket/some/where".parse().unwrap());
    drop_file(&import, KEY, GOODS_IN).await;
    let key = format!("some/where/{KEY}");
    assert!(matches!(
        import.import(&key, false).await.unwrap(),
        Outcome::Taken(_)
    ));
}

#[tokio::test]
async fn what_became_of_the_rows_is_counted() {
    let import = import("{}");
    drop_file(&import, KEY, GOODS_IN).await;
    let (queue, tallies) = (Waits::default(), Tallies::default());
    for _ in 0..2 {
        import
            .serve(&queue, &tallies, call(&[KEY], 1))
            .await
            .unwrap();
    }
    let [first, again] = &tallies.take()[..] else {
        unreachable!("two calls")
    };
    assert_eq!((first.received, first.applied, first.parked), (3, 2, 1));
    assert_eq!((again.received, again.duplicate), (1, 1));
    assert_eq!(first.consumer, "wms-import");
}
