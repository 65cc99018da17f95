//! Shadows of a run: done beside it, compared, and used for nothing else.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{files, id, larder, planned};
use tempfile::TempDir;

const WITH_SHADOWS: &str = r#"{"weeks": ["2026-W47"], "replicates": 10, "shadow": [
    {"name": "one-size", "step": "order-simulator", "settings": {"portion_sizes": [2], "replicates": 20}},
    {"name": "alike", "step": "order-simulator", "settings": {"replicates": 10}},
    {"name": "next", "step": "order-simulator", "version": "7"},
    {"name": "no-waste", "step": "order-proposer", "settings": {"waste_per_mille": 0}}
]}"#;

/// The only folder in a folder.
fn only(folder: &Path) -> PathBuf {
    let mut entries = fs::read_dir(folder).unwrap();
    let only = entries.next().unwrap().unwrap().path();
    assert!(entries.next().is_none(), "{}", folder.display());
    only
}

/// What a table says of a shadow.
fn told<'t>(table: &'t str, name: &str, step: &str) -> &'t str {
    let of = format!("\n{name} of {step}: ");
    let at = table.find(&of).unwrap() + of.len();
    table[at..].lines().next().unwrap()
}

/// That a shadow that may waste nothing proposes other lines, and stores them and the comparison alone; its headline.
fn proposals_differ(stored: &Path) -> String {
    let result = only(&stored.join("all/shadow-no-waste-order-proposer"));
    let names: Vec<_> = files(&result).into_keys().collect();
    let expected = [
        "difference.json",
        "difference.md",
        "proposals.csv",
        "proposals.parquet",
        "result.json",
        "telemetry.json",
    ];
    assert!(names.iter().eq(&expected.map(PathBuf::from)), "{names:?}");
    let active = only(&stored.join("all/order-proposer"));
    let lines = |folder: &Path| fs::read_to_string(folder.join("proposals.csv")).unwrap();
    assert_ne!(lines(&active), lines(&result));

    let difference = fs::read(result.join("difference.json")).unwrap();
    let difference: Value = serde_json::from_slice(&difference).unwrap();
    assert!(!difference["changed"].as_array().unwrap().is_empty());
    for (side, folder) in [("active", &active), ("shadow", &result)] {
        let vendors = difference["vendors"].as_array().unwrap().iter();
        let counted: u64 = vendors
            .map(|vendor| vendor["lines"][side].as_u64().unwrap())
            .sum();
        assert_eq!(counted, lines(folder).lines().skip(1).count() as u64);
    }
    let page = fs::read_to_string(result.join("difference.md")).unwrap();
    assert!(
        page.starts_with("# Shadow no-waste of order-proposer\n"),
        "{page}"
    );
    difference["headline"].as_str().unwrap().to_owned()
}

#[test]
fn shadows_are_compared_and_the_run_is_what_it_would_be_without_them() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("alone")).unwrap();
    let without = planned(
        &folder.join("alone"),
        r#"{"weeks": ["2026-W47"], "replicates": 10}"#,
    );
    assert_eq!(larder(folder, &["demo", "--out", "data"]).0, Some(0));
    fs::write(folder.join("input.json"), WITH_SHADOWS).unwrap();
    let args = ["run", "--data", "data", "--input", "input.json"];
    let (status, table, steps) = larder(folder, &args);
    // A shadow that fails does not fail the run.
    assert_eq!(status, Some(0), "{steps}");
    let run = id(&table);

    let told = |name: &str| told(&table, name, "order-simulator");
    let differ = "kits by site, day and recipe differ by ";
    assert!(told("one-size").starts_with(differ), "{table}");
    assert!(
        !told("one-size").starts_with(&format!("{differ}0.0 %")),
        "{table}"
    );
    assert!(
        told("alike").starts_with(&format!("{differ}0.0 %; see all/shadow-alike-")),
        "{table}"
    );
    let failed = "failed: Config.Invalid: version `7` of order-simulator is a Lambda function's";
    assert!(told("next").starts_with(failed), "{table}");

    let stored = folder.join("larder-out/store/runs").join(&run);
    let result = only(&stored.join("all/shadow-one-size-order-simulator"));
    let difference: Value =
        serde_json::from_slice(&fs::read(result.join("difference.json")).unwrap()).unwrap();
    let week = &difference["weeks"][0];
    let boxes: Vec<u64> = ["active", "shadow"]
        .iter()
        .map(|side| {
            let days = week["site_days"].as_array().unwrap().iter();
            days.map(|day| day["boxes"][side].as_u64().unwrap()).sum()
        })
        .collect();
    for (side, boxes) in ["active", "shadow"].iter().zip(boxes) {
        let all = week["boxes"][side].as_u64().unwrap();
        assert_eq!(
            boxes + week["shortfall"][side].as_u64().unwrap(),
            all,
            "{side}"
        );
        let recipes = week["recipes"].as_array().unwrap().iter();
        let kits: u64 = recipes.map(|row| row["kits"][side].as_u64().unwrap()).sum();
        assert!(kits > boxes, "{side}: {kits}");
    }
    let page = fs::read_to_string(result.join("difference.md")).unwrap();
    assert!(
        page.starts_with("# Shadow one-size of order-simulator\n"),
        "{page}"
    );
    assert!(page.contains("\n## 2026-W47\n"), "{page}");

    let headline = proposals_differ(&stored);
    let seen = self::told(&table, "no-waste", "order-proposer");
    assert!(
        seen.starts_with(&format!("{headline}; see all/shadow-no-waste-")),
        "{table}"
    );

    // What is active and what is published are the same bytes as without shadows, but for the lines on them.
    let alone = folder.join("alone/larder-out/store/runs").join(&without);
    let (with, without_any) = (files(&stored), files(&alone));
    for (name, bytes) in &without_any {
        let of_the_run = name.ends_with("plan.json")
            || name.ends_with("telemetry.json")
            || name.starts_with("all/publisher");
        assert!(of_the_run || with[name] == *bytes, "{}", name.display());
    }
    let publication = only(&folder.join("larder-out").join(&run));
    let published = files(&publication);
    assert!(
        published
            .keys()
            .all(|name| !name.display().to_string().contains("shadow"))
    );
    let before = files(&only(&folder.join("alone/larder-out").join(&without)));
    for (name, bytes) in before
        .iter()
        .filter(|(name, _)| name.components().count() > 1)
    {
        assert!(published[name] == *bytes, "{}", name.display());
    }

    let again = larder(folder, &args);
    assert_eq!(again.0, Some(0));
    assert!(
        again.2.contains("shadow one-size  order-simulator  stored"),
        "{}",
        again.2
    );
    let args = ["replay", "--run", &run, "--step", "publisher"];
    let (status, told, error) = larder(folder, &args);
    assert_eq!(status, Some(0), "{told}{error}");
}

#[test]
fn a_shadow_that_could_not_be_told_apart_is_refused() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    assert_eq!(larder(folder, &["demo", "--out", "data"]).0, Some(0));
    let shadow = json!({"name": "a", "step": "order-simulator"});
    let input = json!({"shadow": [shadow]}).to_string();
    fs::write(folder.join("input.json"), input).unwrap();
    let args = ["run", "--data", "data", "--input", "input.json"];
    let (status, _, error) = larder(folder, &args);
    assert_eq!(status, Some(1), "{error}");
    assert!(
        error.contains("shadow `a`: nothing is different about it"),
        "{error}"
    );
}
