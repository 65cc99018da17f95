//! `larder compact`: many change objects become one, and the tables stay as they are.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

mod support;

use std::fs;
use std::path::Path;

use jiff::{ToSpan, Zoned, tz::TimeZone};
use support::{files, larder};

const HEADER: &str = "site_id,date,boxes_min,boxes_max,event_id,entity_version,op";

/// A change object written so many days ago.
fn change(data: &Path, days: i64, version: u32) {
    #[expect(clippy::disallowed_methods, reason = "the command looks at the clock")]
    let today = Zoned::now().with_time_zone(TimeZone::UTC).date();
    let day = today.checked_sub(days.days()).unwrap();
    let folder = data.join(format!("changes/site_cap/{day}"));
    fs::create_dir_all(&folder).unwrap();
    let row = format!("{HEADER}\nS1,2026-12-01,,{version}00,e{version},{version},set\n");
    fs::write(folder.join(format!("{version:064}.csv")), row).unwrap();
}

#[test]
fn objects_that_are_old_enough_become_one_that_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let compact = |more: &[&str]| {
        let (status, told, errors) = larder(
            folder.path(),
            &[&["compact", "--data", "data"], more].concat(),
        );
        assert_eq!(status, Some(0), "{errors}");
        told
    };
    assert!(compact(&[]).contains("nothing to merge"), "no log at all");
    for (days, version) in [(9, 1), (5, 3), (4, 2), (1, 4)] {
        change(&data, days, version);
    }
    assert!(
        compact(&["--older-than", "7"]).contains("nothing to merge"),
        "one alone"
    );
    assert!(compact(&[]).contains("site_cap: 3 change objects became one"));
    let left = files(&data);
    assert_eq!(left.len(), 2);
    let texts: Vec<String> = left
        .into_values()
        .map(|bytes| String::from_utf8(bytes).unwrap())
        .collect();
    let merged = format!("{HEADER}\nS1,2026-12-01,,300,e3,3,set\n");
    assert!(texts.contains(&merged), "{texts:?}");
    assert!(compact(&[]).contains("nothing to merge"));
}

#[test]
fn an_object_that_cannot_be_read_is_left_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for version in 1..=3 {
        change(&data, 5, version);
    }
    let bad = data.join("changes/site_cap/2026-01-01");
    fs::create_dir_all(&bad).unwrap();
    fs::write(
        bad.join(format!("{:064}.csv", 9)),
        format!("{HEADER}\nS1,2026-12-01,,900,e9,none,set\n"),
    )
    .unwrap();
    let (status, told, errors) = larder(folder.path(), &["compact", "--data", "data"]);
    assert_eq!(status, Some(1), "{errors}");
    assert!(
        told.contains("left as it is: ") && told.contains("entity_version"),
        "{told}"
    );
    assert!(told.contains("3 change objects became one"), "{told}");
    assert_eq!(files(&data).len(), 2);
}
