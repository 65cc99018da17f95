//! The change log in a store: pinned, merged and read.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};

use artifacts::{Entry, Memory, Store, StoreError, Version};
use dataset::changes::{Batch, Stamp};
use dataset::tables::SiteCap;
use domain::Date;
use sources::{DataCut, compact, pinned};

fn day(day: i8) -> Date {
    Date::new(2026, 10, day).unwrap()
}

async fn set_cap(store: &Memory, version: u64, on: Date) {
    let cap = SiteCap {
        site_id: "S1".parse().unwrap(),
        date: day(30),
        boxes_min: None,
        boxes_max: u32::try_from(version).ok(),
    };
    let mut batch = Batch::default();
    let stamp = Stamp::new(&format!("e{version}"), version).unwrap();
    batch.set(&stamp, &[cap]).unwrap();
    for object in batch.objects(on).unwrap() {
        store.create(&object.key, &object.bytes).await.unwrap();
    }
}

async fn changes(store: &Memory) -> Vec<String> {
    let listed = store.list("changes").await.unwrap().into_iter();
    listed.map(|entry| entry.key).collect()
}

async fn caps(store: &Memory) -> Vec<Option<u32>> {
    let cut = DataCut::take(store).await.unwrap();
    let files = pinned(store, &cut.pins, |_| true).await.unwrap();
    let caps = files.load::<SiteCap>();
    assert!(caps.findings.is_empty(), "{:?}", caps.findings);
    caps.values().map(|row| row.boxes_max).collect()
}

#[tokio::test]
async fn old_objects_become_one_and_the_table_stays_as_it_is() {
    let store = Memory::default();
    for version in 1..=40 {
        set_cap(&store, version, day(if version > 35 { 20 } else { 10 })).await;
    }
    store
        .create("changes/nothing/2026-10-01/a.csv", b"of no table")
        .await
        .unwrap();
    assert_eq!(caps(&store).await, [Some(40)]);
    let merged = compact(&store, day(18), day(20)).await.unwrap();
    assert_eq!(merged.len(), 1);
    assert_eq!((merged[0].table, merged[0].objects), ("site_cap", 35));
    let left = changes(&store).await;
    assert_eq!(left.len(), 7, "{left:?}");
    assert!(
        left[1..]
            .iter()
            .all(|name| name.starts_with("changes/site_cap/2026-10-20/"))
    );
    assert_eq!(caps(&store).await, [Some(40)]);
    // What was written today is not touched, whoever asks for it.
    assert!(compact(&store, day(20), day(20)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_pinned_object_that_was_merged_is_told() {
    let store = Memory::default();
    for version in [1, 2] {
        set_cap(&store, version, day(10)).await;
    }
    let cut = DataCut::take(&store).await.unwrap();
    compact(&store, day(18), day(20)).await.unwrap();
    let fault = pinned(&store, &cut.pins, |_| true).await.unwrap_err();
    let told = fault.to_string();
    assert!(
        told.contains("is gone since the run was planned; start a new run"),
        "{told}"
    );
}

/// A store in which objects are merged between the first listing and the reading.
struct Merging<'s>(&'s Memory, AtomicBool);

impl Store for Merging<'_> {
    async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        if !self.1.swap(true, Ordering::Relaxed) {
            compact(self.0, day(18), day(20)).await.unwrap();
        }
        self.0.get(key).await
    }

    async fn open(&self, key: &str) -> Result<File, StoreError> {
        self.0.open(key).await
    }

    async fn create(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.0.create(key, bytes).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.0.list(prefix).await
    }

    async fn pointer(&self, key: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        self.0.pointer(key).await
    }

    async fn swap(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        self.0.swap(key, expected, bytes).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.0.delete(key).await
    }

    fn place(&self, key: &str) -> String {
        self.0.place(key)
    }
}

#[tokio::test]
async fn a_cut_taken_while_objects_are_merged_pins_what_stands_in_their_place() {
    let store = Memory::default();
    for version in [1, 2] {
        set_cap(&store, version, day(10)).await;
    }
    let merging = Merging(&store, AtomicBool::new(false));
    let cut = DataCut::take(&merging).await.unwrap();
    assert_eq!(cut.pins.len(), 1);
    assert!(
        cut.pins
            .keys()
            .all(|name| name.starts_with("changes/site_cap/2026-10-20/"))
    );
}
