//! A run restarted from a step: a new run that reuses what stands before the step and makes the rest anew.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use contracts::StepName;
use runs::StepResult;
use serde_json::{Value, json};
use support::{id, larder, planned};
use tempfile::TempDir;

const ONE_WEEK: &str = r#"{"weeks": ["2026-W47"], "replicates": 10}"#;

fn run_folder(folder: &Path, run: &str) -> PathBuf {
    folder.join("larder-out/store/runs").join(run)
}

/// What a run's results hold, by their paths relative to it.
fn results(folder: &Path, run: &str) -> BTreeMap<PathBuf, String> {
    let root = run_folder(folder, run);
    let mut found = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("result.json") {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path.strip_prefix(&root).unwrap().to_owned(), text);
            }
        }
    }
    found
}

fn step(result: &Path) -> StepName {
    let part = result.iter().nth(1).unwrap();
    part.to_str().unwrap().parse().unwrap()
}

/// More rows than anything has.
const MARK: u64 = 987_654_321;

/// Marks results by what they count, which a copy has and a new one has not.
fn mark(
    folder: &Path,
    run: &str,
    results: &BTreeMap<PathBuf, String>,
    marked: impl Fn(StepName) -> bool,
) {
    for (path, text) in results {
        let mut result: StepResult = serde_json::from_str(text).unwrap();
        if marked(step(path)) {
            result.figures.rows = Some(MARK);
        }
        let text = serde_json::to_string(&result).unwrap();
        fs::write(run_folder(folder, run).join(path), text).unwrap();
    }
}

fn is_marked(text: &str) -> bool {
    text.contains(&MARK.to_string())
}

/// Restarts a run; the new run's id and its table.
fn restart(folder: &Path, run: &str, from: StepName) -> (String, String) {
    let args = [
        "run",
        "--data",
        "data",
        "--run",
        run,
        "--from",
        from.as_str(),
    ];
    let (status, table, steps) = larder(folder, &args);
    assert_eq!(status, Some(0), "{from}: {steps}");
    (
        id(&table),
        table.split("\nReport ").next().unwrap().to_owned(),
    )
}

fn plan(folder: &Path, run: &str) -> Value {
    let text = fs::read(run_folder(folder, run).join("plan.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

#[test]
fn from_every_step_what_stands_before_is_copied_and_the_rest_made_anew() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let old = planned(folder, ONE_WEEK);
    let stored = results(folder, &old);
    let mut tables = Vec::new();
    for from in StepName::ALL {
        // Results that name others by their digest cannot be copied beside marked ones.
        let first = match from {
            StepName::Publisher => StepName::OrderProposer,
            StepName::OrderProposer => StepName::SiteForecast,
            _ => StepName::Configurator,
        };
        mark(folder, &old, &stored, |step| step >= first);
        let (new, table) = restart(folder, &old, from);
        assert_ne!(new, old);
        let again = results(folder, &new);
        for (path, text) in &again {
            let step = step(path);
            let before = fs::read_to_string(run_folder(folder, &old).join(path));
            let copied = before.is_ok_and(|before| before == *text);
            if step < from {
                assert!(copied, "from {from}: {}", path.display());
            } else {
                assert!(!is_marked(text), "from {from}: {}", path.display());
            }
        }
        let steps = |results: &BTreeMap<PathBuf, String>| -> Vec<StepName> {
            results.keys().map(|path| step(path)).collect()
        };
        assert_eq!(steps(&again), steps(&stored), "from {from}");

        let (was, is) = (plan(folder, &old), plan(folder, &new));
        assert_eq!(is["lineage"][0], json!({"run": old, "before": from}));
        assert_eq!(is["input"], json!({"run": old, "from": from}));
        for field in ["as_of", "seed", "weeks", "settings", "data"] {
            assert_eq!(is[field], was[field], "from {from}: {field}");
        }
        tables.push(table);
    }
    assert!(tables.iter().all(|table| *table == tables[0]), "{tables:?}");
}

#[test]
fn a_restart_of_a_restart_reuses_what_both_may() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let first = planned(folder, ONE_WEEK);
    let stored = results(folder, &first);
    let (second, _) = restart(folder, &first, StepName::SiteForecast);
    // As if the second had been stopped before its week.
    fs::remove_dir_all(run_folder(folder, &second).join("2026-W47")).unwrap();
    fs::remove_dir_all(run_folder(folder, &second).join("all/publisher")).unwrap();
    mark(folder, &first, &stored, |_| true);

    let (third, _) = restart(folder, &second, StepName::Publisher);
    let lineage = plan(folder, &third)["lineage"].clone();
    let expected = json!([
        {"run": second, "before": "publisher"},
        {"run": first, "before": "site-forecast"},
    ]);
    assert_eq!(lineage, expected);
    for (path, text) in results(folder, &third) {
        let week = path.starts_with("2026-W47");
        let of_the_first = week && step(&path) < StepName::SiteForecast;
        assert_eq!(is_marked(&text), of_the_first, "{}", path.display());
    }
}
