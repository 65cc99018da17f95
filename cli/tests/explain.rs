//! Why a quantity is proposed, and why it changed, as a planner asks.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

mod support;

use std::fs;
use std::path::Path;

use artifacts::sha256;
use serde_json::{Value, json};
use support::larder;
use tempfile::TempDir;

/// Place of a cause among the parts of a change.
const ALLOCATION: usize = 3;
const TERMS: usize = 5;

/// Plans two weeks of the demo company and gives the run's id.
fn plan(folder: &Path, more: &[&str]) -> String {
    let base = ["run", "--data", "data", "--weeks", "2026-W47,2026-W48"];
    let (status, table, steps) = larder(folder, &[&base[..], more].concat());
    assert_eq!(status, Some(0), "{table}{steps}");
    let run = table
        .lines()
        .find_map(|line| line.strip_prefix("Run      "))
        .unwrap();
    run.split(' ').next().unwrap().to_owned()
}

fn demo() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (status, ..) = larder(folder.path(), &["demo", "--out", "data"]);
    assert_eq!(status, Some(0));
    folder
}

fn whole(value: &Value) -> i64 {
    value.as_i64().unwrap()
}

/// The sum of a field over a list.
fn sum(list: &Value, field: &str) -> i64 {
    let list = list.as_array().unwrap().iter();
    list.map(|part| whole(&part[field])).sum()
}

#[test]
fn the_largest_lines_are_explained_to_the_row_and_their_parts_sum() {
    let demo = demo();
    let run = plan(demo.path(), &["--replicates", "20"]);
    let (status, text, _) = larder(demo.path(), &["explain", "--run", &run, "--json"]);
    assert_eq!(status, Some(0));
    let lines: Value = serde_json::from_str(&text).unwrap();
    let lines = lines.as_array().unwrap();
    assert_eq!(lines.len(), 10);
    for explained in lines {
        let line = &explained["line"];
        let waterfall = &line["waterfall"];
        let gross = sum(&waterfall["gross"], "known")
            + sum(&waterfall["gross"], "simulated")
            + sum(&waterfall["gross"], "yield_loss")
            + sum(&waterfall["need_overrides"], "change");
        let steps: i64 = ["safety", "minimum", "multiple", "maximum", "vendor_minimum"]
            .iter()
            .map(|step| whole(&waterfall[step]))
            .sum();
        let quantity =
            gross - sum(&waterfall["used"], "quantity") - whole(&waterfall["unreachable"])
                + steps
                + sum(&waterfall["overridden"], "change");
        assert_eq!(quantity, whole(&line["quantity"]));
        let files = explained["files"].as_object().unwrap();
        assert!(files.contains_key("recipe_bom.csv") && files.contains_key("vendor_product.csv"));
        for (name, file) in files {
            let bytes = fs::read(demo.path().join("data").join(name)).unwrap();
            assert_eq!(file["sha256"], sha256(&bytes).to_string(), "{name}");
        }
    }
    let (site, product) = (
        &lines[0]["line"]["key"]["site"],
        &lines[0]["line"]["key"]["product"],
    );
    let ids = [
        "--site",
        site.as_str().unwrap(),
        "--product",
        product.as_str().unwrap(),
    ];
    let (status, text, _) = larder(
        demo.path(),
        &[&["explain", "--run", &run][..], &ids].concat(),
    );
    assert_eq!(status, Some(0));
    for words in [
        "should come from",
        "It is for packing on",
        "one step less",
        "recipe_bom.csv:",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn what_is_not_proposed_is_told_and_what_does_not_exist_is_refused() {
    let demo = demo();
    let run = plan(demo.path(), &["--replicates", "20"]);
    let asked = [
        "explain",
        "--run",
        &run,
        "--site",
        "NORTH",
        "--date",
        "2020-01-01",
    ];
    let (status, text, _) = larder(demo.path(), &[&asked[..], &["--product", "P0001"]].concat());
    assert_eq!(status, Some(1));
    assert!(text.contains("No delivery of P0001 to NORTH"), "{text}");
    let (status, _, error) = larder(demo.path(), &[&asked[..], &["--product", "P9999"]].concat());
    assert_eq!(status, Some(2));
    assert!(error.contains("there is no product P9999"), "{error}");
    let (status, _, error) = larder(demo.path(), &["diff", &run, "nothing"]);
    assert_eq!(status, Some(2));
    assert!(error.contains("there is no run nothing"), "{error}");
}

#[test]
fn a_changed_cap_is_allocation_and_changed_terms_are_terms() {
    let demo = demo();
    let few = ["--replicates", "20"];
    let base = plan(demo.path(), &few);
    let cap = json!({"name": "cap", "caps": [{"site": "NORTH", "date": "2026-11-24", "boxes_max": 1700}]});
    let terms = json!({"name": "terms", "terms": [{"vendor": "V10", "product": "P0001", "order_multiple": "20"}]});
    for (name, changes, cause) in [("cap", cap, ALLOCATION), ("terms", terms, TERMS)] {
        let file = format!("{name}.json");
        fs::write(demo.path().join(&file), changes.to_string()).unwrap();
        let run = plan(demo.path(), &["--scenario", &file]);
        let (status, text, error) = larder(
            demo.path(),
            &["diff", &base, &run, "--json", "--lines", "50"],
        );
        assert_eq!(status, Some(0), "{error}");
        let lines: Value = serde_json::from_str(&text).unwrap();
        let lines = lines.as_array().unwrap();
        assert!(!lines.is_empty(), "{name}");
        for line in lines {
            let change = whole(&line["after"]) - whole(&line["before"]);
            assert_eq!(whole(&line["method"]), 0, "{line}");
            for (at, part) in line["parts"].as_array().unwrap().iter().enumerate() {
                let expected = if at == cause { change } else { 0 };
                assert_eq!(whole(part), expected, "{line}");
            }
        }
    }
}

#[test]
fn another_menu_and_another_price_are_planned_as_what_ifs() {
    let demo = demo();
    let few = ["--replicates", "20"];
    let base = plan(demo.path(), &few);
    let menu = fs::read_to_string(demo.path().join("data/menu_recipe.csv")).unwrap();
    let rows: Vec<Vec<&str>> = menu.lines().map(|line| line.split(',').collect()).collect();
    let on = |week: &str| -> Vec<&str> {
        rows.iter()
            .filter(|row| row[0] == week)
            .map(|row| row[1])
            .collect()
    };
    let planned = on("2026-W48");
    let new = rows
        .iter()
        .skip(1)
        .map(|row| row[1])
        .find(|recipe| !planned.contains(recipe));
    let changes = json!({
        "name": "menu",
        "swap": [{"week": "2026-W48", "recipe": planned[0], "by": new.unwrap()}],
        "prices": [{"week": "2026-W48", "recipe": planned[1], "price": "20"}],
    });
    fs::write(demo.path().join("menu.json"), changes.to_string()).unwrap();
    let run = plan(demo.path(), &["--scenario", "menu.json"]);
    let (status, text, error) = larder(demo.path(), &["diff", &base, &run]);
    assert_eq!(status, Some(0), "{error}");
    assert!(text.contains("recipe mix"), "{text}");
}
