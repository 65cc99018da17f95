//! What-ifs as a planner makes them: a file of changes against the newest plan.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::larder;
use tempfile::TempDir;

const WEEK: &str = "2026-W48";

/// Plans two weeks and gives the table and the summary.
fn plan(folder: &Path, more: &[&str]) -> (String, Value) {
    let base = ["run", "--data", "data", "--weeks", "2026-W47,2026-W48"];
    let (status, table, steps) = larder(folder, &[&base[..], more].concat());
    assert_eq!(status, Some(0), "{table}{steps}");
    let outputs = table
        .lines()
        .find_map(|line| line.strip_prefix("Outputs  "));
    let summary = fs::read(folder.join(outputs.unwrap()).join("summary.json")).unwrap();
    (table, serde_json::from_slice(&summary).unwrap())
}

/// The digests under which models were fitted, over all runs.
fn models(runs: &Path) -> BTreeSet<String> {
    let runs = fs::read_dir(runs).unwrap();
    let folders = runs.map(|run| run.unwrap().path().join("all/order-simulator"));
    folders
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|model| model.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn week<'a>(summary: &'a Value, label: &str) -> &'a Value {
    let weeks = summary["weeks"].as_array().unwrap();
    weeks.iter().find(|week| week["week"] == label).unwrap()
}

/// Kits over the draws by recipe.
fn kits(summary: &Value, label: &str) -> BTreeMap<String, String> {
    let recipes = week(summary, label)["recipes"].as_array().unwrap();
    recipes
        .iter()
        .map(|recipe| (recipe["recipe"].to_string(), recipe["kits"].to_string()))
        .collect()
}

#[test]
fn what_ifs_change_what_they_name_and_see_the_same_random_numbers() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    assert_eq!(larder(folder, &["demo", "--out", "data"]).0, Some(0));
    let (_, base) = plan(folder, &["--seed", "5", "--replicates", "20"]);
    let latest = fs::read(folder.join("larder-out/store/latest.json")).unwrap();

    // The site day that packs most, made to pack half.
    let days = week(&base, WEEK)["site_days"].as_array().unwrap();
    let boxes = |day: &&Value| day["boxes"].as_u64().unwrap();
    let fullest = days.iter().max_by_key(boxes).unwrap();
    let (site, date) = (&fullest["site"], &fullest["date"]);
    let most = boxes(&fullest) / 2;
    let cap =
        format!(r#"{{"name":"half","caps":[{{"site":{site},"date":{date},"boxes_max":{most}}}]}}"#);
    fs::write(folder.join("half.json"), cap).unwrap();
    let (table, half) = plan(folder, &["--scenario", "half.json"]);
    assert!(
        table.contains("what-if half, never the latest plan: "),
        "{table}"
    );
    // Seed and draws are the base's.
    assert_eq!(half["seed"], 5);
    assert_eq!(half["replicates"], 20);
    let models = models(&folder.join("larder-out/store/runs"));
    assert_eq!(models.len(), 1, "nothing is fitted again: {models:?}");
    assert_eq!(kits(&half, WEEK), kits(&base, WEEK));
    let packed = week(&half, WEEK)["site_days"].as_array().unwrap();
    let same = packed
        .iter()
        .find(|day| day["site"] == *site && day["date"] == *date);
    assert!(boxes(&same.unwrap()) <= most);

    let more = format!(
        r#"{{"name":"more","volume":[{{"week":"{WEEK}","op":"multiply","value":"1.2"}}]}}"#
    );
    fs::write(folder.join("more.json"), more).unwrap();
    let (_, more) = plan(folder, &["--scenario", "more.json"]);
    let change = &week(&more, WEEK)["volume_override"];
    let number = |name: &str| change[name].as_f64().unwrap();
    assert!(
        (number("after") / number("before") - 1.2).abs() < 1e-3,
        "{change}"
    );
    assert_eq!(kits(&more, "2026-W47"), kits(&base, "2026-W47"));
    let after = fs::read(folder.join("larder-out/store/latest.json")).unwrap();
    assert!(after == latest, "a what-if is never the latest plan");

    fs::write(
        folder.join("none.json"),
        r#"{"name":"none","caps":[{"site":"S9","date":"2026-11-26","boxes_max":1}]}"#,
    )
    .unwrap();
    let args = ["run", "--data", "data", "--scenario", "none.json"];
    let (status, table, error) = larder(folder, &args);
    assert_ne!(status, Some(0), "{table}");
    assert!(
        error.contains("changes.caps[0].site: S9 is not in site; there are "),
        "{error}"
    );
}

#[test]
fn a_scenario_that_cannot_be_read_says_where() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("bad.json"), r#"{"name":"bad","cap":[]}"#).unwrap();
    let (status, _, error) = larder(folder.path(), &["run", "--scenario", "bad.json"]);
    assert_ne!(status, Some(0));
    assert!(
        error.contains("bad.json cannot be used: unknown field `cap`"),
        "{error}"
    );
}
