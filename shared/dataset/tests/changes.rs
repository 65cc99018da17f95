//! The writing of change objects.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dataset::changes::{Batch, ChangeError, Stamp};
use dataset::tables::{ChangeId, InvChange, MenuRecipe, Signed, SiteCap, StockChange};
use dataset::{Body, Field, Files};
use domain::{Date, MenuWeek};

fn day() -> Date {
    "2026-10-18".parse().unwrap()
}

fn stamp(event: &str, version: u64) -> Stamp {
    Stamp::new(event, version).unwrap()
}

fn moved(id: &str, quantity: &str) -> InvChange {
    InvChange {
        change_id: id.parse().unwrap(),
        site_id: "S1".parse().unwrap(),
        product_id: "P1".parse().unwrap(),
        lot: None,
        changed_at: "2026-10-18T10:00:00Z".parse().unwrap(),
        kind: StockChange::Moved,
        quantity: Signed(quantity.parse().unwrap()),
        expiry_date: None,
        order_id: None,
        line_no: None,
    }
}

fn cap(boxes: u32) -> SiteCap {
    SiteCap {
        site_id: "S1".parse().unwrap(),
        date: day(),
        boxes_min: None,
        boxes_max: Some(boxes),
    }
}

#[test]
fn a_batch_becomes_one_object_a_table_that_reads_as_it_was() {
    let mut batch = Batch::default();
    assert!(batch.is_empty());
    batch
        .set(&stamp("erp#1", 1), &[moved("erp#1", "-2.5")])
        .unwrap();
    batch.set(&stamp("erp#2", u64::MAX), &[cap(7)]).unwrap();
    let objects = batch.objects(day()).unwrap();
    let mut files = Files::default();
    for object in &objects {
        files.insert(&object.key, Body::Bytes(object.bytes.clone().into()));
    }
    assert_eq!(objects.len(), 2);
    assert!(objects[0].key.starts_with("changes/inv_change/2026-10-18/"));
    let text = String::from_utf8(objects[1].bytes.clone()).unwrap();
    assert_eq!(
        text,
        "site_id,date,boxes_min,boxes_max,event_id,entity_version,op\n\
         S1,2026-10-18,,7,erp#2,18446744073709551615,set\n"
    );
    let read = files.load::<InvChange>();
    assert!(read.findings.is_empty(), "{:?}", read.findings);
    assert_eq!(read.values().collect::<Vec<_>>(), [&moved("erp#1", "-2.5")]);
    assert_eq!(
        files.load::<SiteCap>().values().collect::<Vec<_>>(),
        [&cap(7)]
    );
}

#[test]
fn the_same_changes_in_another_order_and_twice_are_the_same_objects() {
    let (one, two) = (stamp("e1", 1), stamp("e2", 1));
    let mut batch = Batch::default();
    batch
        .set(&one, &[moved("e1/1", "1"), moved("e1/2", "2")])
        .unwrap();
    batch.set(&two, &[moved("e2", "5")]).unwrap();
    let mut again = Batch::default();
    again.set(&two, &[moved("e2", "5")]).unwrap();
    for rows in [
        [moved("e1/2", "2.0"), moved("e1/1", "1")],
        [moved("e1/1", "1"), moved("e1/2", "2")],
    ] {
        again.set(&one, &rows).unwrap();
    }
    assert_eq!(batch.objects(day()).unwrap(), again.objects(day()).unwrap());
    again.set(&stamp("e3", 1), &[moved("e3", "5")]).unwrap();
    assert_ne!(batch.objects(day()).unwrap(), again.objects(day()).unwrap());
}

#[test]
fn a_removal_names_its_entity_and_nothing_else() {
    let week: MenuWeek = "2026-W43".parse().unwrap();
    let mut batch = Batch::default();
    batch
        .remove::<MenuRecipe>(&stamp("e1", 4), &[week.cell()])
        .unwrap();
    let objects = batch.objects(day()).unwrap();
    let text = String::from_utf8(objects[0].bytes.clone()).unwrap();
    assert!(text.ends_with("\n2026-W43,,,,,,,e1,4,remove\n"), "{text}");
    let bad = batch.remove::<MenuRecipe>(&stamp("e1", 4), &[week.cell(), week.cell()]);
    assert_eq!(
        bad.unwrap_err().to_string(),
        "something of menu_recipe is named by 1 values, not by 2"
    );
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    for (event, version) in [("", 1), ("e\u{1f}", 1), ("e", 0), (&*"e".repeat(301), 1)] {
        assert!(
            matches!(Stamp::new(event, version), Err(ChangeError::Stamp { .. })),
            "{event:?} {version}"
        );
    }
    let week: MenuWeek = "2026-W43".parse().unwrap();
    let mut batch = Batch::default();
    let bad = batch.remove::<InvChange>(&stamp("e1", 1), &[" x".to_owned().cell()]);
    assert_eq!(
        bad.unwrap_err().to_string(),
        "` x` cannot stand in the column change_id of inv_change"
    );
    let bad = batch.remove::<SiteCap>(&stamp("e1", 1), &[week.cell(), week.cell()]);
    assert!(
        matches!(bad, Err(ChangeError::Value { column: "date", .. })),
        "{bad:?}"
    );
    assert!(batch.is_empty() && batch.objects(day()).unwrap().is_empty());
    assert!("x".repeat(300).parse::<ChangeId>().is_ok());
    assert!("x".repeat(301).parse::<ChangeId>().is_err());
}
