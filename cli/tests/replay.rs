//! `larder replay`: every step of a stored run again, byte for byte.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{files, larder, planned};
use tempfile::TempDir;

const TWO_WEEKS: &str = r#"{"weeks": ["2026-W47", "2026-W48"], "replicates": 10}"#;

fn replay(folder: &Path, run: &str, args: &[&str]) -> (Option<i32>, String, String) {
    let always = ["replay", "--data", "data", "--run", run];
    larder(folder, &[&always, args].concat())
}

/// The only stored artifact of that name, of a step of a scope.
fn artifact(folder: &Path, run: &str, step: &str, name: &str) -> PathBuf {
    let steps = folder.join("larder-out/store/runs").join(run).join(step);
    let mut results = fs::read_dir(&steps).unwrap();
    let result = results.next().unwrap().unwrap().path();
    assert!(results.next().is_none(), "{}", steps.display());
    result.join(name)
}

/// The lines that tell of an artifact.
fn told<'a>(output: &'a str, verdict: &str) -> Vec<&'a str> {
    let verdict = format!("  {verdict}  ");
    let lines = output
        .lines()
        .filter_map(|line| line.strip_prefix(&verdict));
    lines.map(str::trim).collect()
}

#[test]
fn every_step_makes_the_same_again_and_writes_nothing() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    planned(folder, TWO_WEEKS);
    // The second run keeps to the first one's publication and may reuse its results.
    let run = planned(folder, &TWO_WEEKS.replace("10", "12"));
    let before = files(folder);
    for (step, artifacts) in [
        ("configurator", &["plan.json"][..]),
        (
            "data-extractor",
            &["observations.json.zst", "snapshot.json.zst"],
        ),
        (
            "order-simulator",
            &["model.json.zst", "draws.planes", "allocation.csv"],
        ),
        ("site-forecast", &["forecast.parquet", "sources.json"]),
        (
            "order-proposer",
            &["proposals.csv", "pegging.parquet", "sources.json"],
        ),
        (
            "publisher",
            &["report.html", "2026-W48/forecast.csv", "manifest.json"],
        ),
    ] {
        let (status, output, error) = replay(folder, &run, &["--step", step]);
        assert_eq!(status, Some(0), "{output}{error}");
        let same = told(&output, "same   ");
        for artifact in artifacts {
            let start = format!("{artifact}  ");
            assert!(same.iter().any(|line| line.starts_with(&start)), "{output}");
        }
        let end = format!("All {} artifacts are the same.\n", same.len());
        assert!(output.ends_with(&end), "{output}");
    }
    let (_, one_week, _) = replay(
        folder,
        &run,
        &["--step", "order-simulator", "--week", "2026-W48"],
    );
    assert!(
        one_week.contains("\n2026-W48 ") && !one_week.contains("\n2026-W47 "),
        "{one_week}"
    );
    assert!(!one_week.contains("\nall weeks"), "{one_week}");
    assert!(files(folder) == before);
}

#[test]
fn a_changed_artifact_is_found_with_its_place() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let run = planned(folder, r#"{"horizon_weeks": 1, "replicates": 10}"#);

    let allocation = artifact(folder, &run, "2026-W47/order-simulator", "allocation.csv");
    let text = fs::read_to_string(&allocation).unwrap();
    let row = text.lines().nth(3).unwrap();
    let cells: Vec<&str> = row.split(',').collect();
    let column = text
        .lines()
        .next()
        .unwrap()
        .split(',')
        .position(|name| name == "boxes")
        .unwrap();
    let mut changed = cells.clone();
    changed[column] = "77777";
    fs::write(&allocation, text.replacen(row, &changed.join(","), 1)).unwrap();
    let (status, output, _) = replay(folder, &run, &["--step", "order-simulator"]);
    assert_eq!(status, Some(1), "{output}");
    let place = format!(
        "allocation.csv  in row 4, column boxes: `77777` stored, `{}` now",
        cells[column]
    );
    assert_eq!(told(&output, "differs"), [place.as_str()], "{output}");
    assert!(output.contains("\n1 of "), "{output}");

    let sources = artifact(folder, &run, "2026-W47/site-forecast", "forecast.csv");
    fs::remove_file(sources).unwrap();
    let (status, output, _) = replay(folder, &run, &["--step", "site-forecast"]);
    assert_eq!(status, Some(1), "{output}");
    assert_eq!(
        told(&output, "differs"),
        ["forecast.csv  there is no stored one"]
    );

    // What a step reads is refused by its name where it is damaged.
    let snapshot = artifact(folder, &run, "2026-W47/data-extractor", "snapshot.json.zst");
    fs::write(&snapshot, b"damage").unwrap();
    let (status, output, error) = replay(folder, &run, &["--step", "order-simulator"]);
    assert_eq!(status, Some(1), "{output}");
    assert!(error.contains("snapshot.json.zst is damaged"), "{error}");
}

#[test]
fn a_data_file_that_changed_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let run = planned(folder, r#"{"horizon_weeks": 1, "replicates": 10}"#);
    let prices = folder.join("data/menu_recipe.csv");
    let text = fs::read_to_string(&prices).unwrap();
    fs::write(&prices, format!("{text}\n")).unwrap();
    for step in ["configurator", "data-extractor"] {
        let (status, _, error) = replay(folder, &run, &["--step", step]);
        assert_eq!(status, Some(1), "{error}");
        let words = "data/menu_recipe.csv has changed since the run was planned";
        assert!(error.contains(words), "{step}: {error}");
    }
    // The steps after it read the run alone.
    let args = ["--step", "order-simulator"];
    assert_eq!(replay(folder, &run, &args).0, Some(0));
}

#[test]
fn what_there_is_not_is_wrong_usage() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let run = planned(folder, r#"{"horizon_weeks": 1, "replicates": 10}"#);
    let publisher = folder
        .join("larder-out/store/runs")
        .join(&run)
        .join("all/publisher");
    fs::rename(&publisher, folder.join("aside")).unwrap();
    for (run, args, words) in [
        (
            "none",
            &["--step", "publisher"][..],
            "there is no run none in larder-out/store/runs",
        ),
        (
            &run,
            &["--step", "publisher"],
            "publisher never finished in run",
        ),
        (&run, &["--step", "dreamer"], "`dreamer` is not a step"),
        (
            &run,
            &["--step", "site-forecast", "--week", "2026-W48"],
            "the run does not plan 2026-W48, but 2026-W47",
        ),
        (
            &run,
            &["--step", "publisher", "--week", "2026-W47"],
            "publisher runs once for all weeks",
        ),
        (
            &run,
            &["--step", "site-forecast", "--result", "zz"],
            "has no result zz of site-forecast of 2026-W47; it has ",
        ),
    ] {
        let (status, _, error) = replay(folder, run, args);
        assert_eq!(status, Some(2), "{args:?}: {error}");
        assert!(error.contains(words), "{args:?}: {error}");
    }
}
