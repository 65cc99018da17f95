//! `larder report`: where a run's page is.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use support::{larder, planned};

#[test]
fn a_report_is_found_by_its_run_and_missed_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let input = r#"{"weeks": ["2026-W47"], "replicates": 10}"#;
    let run = planned(folder, input);
    let (status, place, _) = larder(folder, &["report", "--run", &run]);
    assert_eq!(status, Some(0));
    let page = std::fs::read_to_string(folder.join(place.trim())).unwrap();
    assert!(page.starts_with("<!doctype html>"));

    let (status, _, why) = larder(folder, &["report", "--run", "other"]);
    assert_eq!(status, Some(2));
    assert!(why.contains("there is no run other"), "{why}");

    let store = ["--store", "larder-out/store", "--out", "elsewhere"];
    let (status, _, why) = larder(folder, &[&["report", "--run", &run], &store[..]].concat());
    assert_eq!(status, Some(2));
    assert!(why.contains("published elsewhere"), "{why}");
}
