//! What `larder runs` tells of runs, by what they stored.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{larder, planned};
use tempfile::TempDir;

const ONE_WEEK: &str = r#"{"weeks": ["2026-W47"], "replicates": 10}"#;

fn told(folder: &Path, args: &[&str]) -> String {
    let (status, told, said) = larder(folder, &[&["runs"], args].concat());
    assert_eq!(status, Some(0), "{said}");
    told
}

fn json(folder: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&told(folder, &[args, &["--json"]].concat())).unwrap()
}

fn stored(folder: &Path, run: &str, below: &str) -> PathBuf {
    folder.join("larder-out/store/runs").join(run).join(below)
}

#[test]
fn a_run_is_told_with_every_step_and_what_lay_between_them() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let id = planned(folder, ONE_WEEK);
    let run = json(folder, &[&id]);
    assert_eq!(run["run"], id);
    assert_eq!(run["state"]["state"], "published");
    let steps = run["steps"].as_array().unwrap();
    let names: Vec<_> = steps
        .iter()
        .map(|step| (step["step"].as_str().unwrap(), step["week"].as_str()))
        .collect();
    let week = Some("2026-W47");
    assert_eq!(
        names,
        [
            ("configurator", None),
            ("data-extractor", None),
            ("data-extractor", week),
            ("order-simulator", None),
            ("order-simulator", week),
            ("site-forecast", week),
            ("order-proposer", None),
            ("publisher", None),
        ]
    );
    let worked: i64 = steps
        .iter()
        .map(|step| {
            let time = |at: &str| -> jiff::Timestamp {
                step["telemetry"][at].as_str().unwrap().parse().unwrap()
            };
            assert!(step["telemetry"]["storage"]["writes"].as_u64().unwrap() > 0);
            i64::try_from(time("ended").duration_since(time("started")).as_millis()).unwrap()
        })
        .sum();
    let (took, idle) = (&run["took_ms"], &run["idle_ms"]);
    let (took, idle) = (took.as_i64().unwrap(), idle.as_i64().unwrap());
    // One week is one chain: whatever is no step's time lies between steps. Each time is cut to a millisecond.
    assert!((took - worked - idle).abs() <= 16, "{took} {worked} {idle}");
    assert!(steps[4]["figures"]["boxes"].as_u64().unwrap() > 20_000);

    let page = told(folder, &[&id]);
    assert_eq!(
        page.lines()
            .filter(|line| line.contains("  2026-W47"))
            .count(),
        4,
        "{page}"
    );
    assert_eq!(json(folder, &[])[0]["run"], id);
}

#[test]
fn where_a_run_stopped_and_what_failed_is_told() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let id = planned(folder, ONE_WEEK);
    let until = |step: &str, below: &str| {
        fs::remove_dir_all(stored(folder, &id, below)).unwrap();
        let list = told(folder, &[]);
        assert!(
            list.contains(&format!("unfinished: {step}\n"))
                || list.contains(&format!("unfinished: {step};")),
            "{list}"
        );
    };
    until("publisher has no result", "all/publisher");
    until("order-proposer has no result", "all/order-proposer");
    until(
        "site-forecast has no result for 2026-W47",
        "2026-W47/site-forecast",
    );
    until("order-simulator has no result", "all/order-simulator");

    let menu = folder.join("data/menu_recipe.csv");
    let text = fs::read_to_string(&menu).unwrap();
    let row = text.lines().find(|line| line.contains("2026-W48")).unwrap();
    let recipe = row.split(',').nth(1).unwrap();
    fs::write(
        &menu,
        format!("{text}{}\n", row.replace(recipe, "nobody-knows-it")),
    )
    .unwrap();
    let args = [
        "run",
        "--data",
        "data",
        "--weeks",
        "2026-W48",
        "--replicates",
        "10",
    ];
    let (status, table, _) = larder(folder, &args);
    assert_eq!(status, Some(1), "{table}");
    let failed = json(folder, &[&support::id(&table)]);
    assert_eq!(failed["state"]["state"], "failed", "{failed}");
    let failure = failed["state"]["failure"].as_str().unwrap();
    assert!(failure.contains("2026-W48"), "{failure}");
    assert_eq!(json(folder, &["--last", "1"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_run_that_is_not_there_is_wrong_usage_and_no_run_at_all_is_said() {
    let folder = TempDir::new().unwrap();
    assert!(told(folder.path(), &[]).starts_with("There is no run in "));
    let (status, _, said) = larder(folder.path(), &["runs", "nobody"]);
    assert_eq!(status, Some(2), "{said}");
}
