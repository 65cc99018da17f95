//! `larder backtest` as a person uses it.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use support::larder;
use tempfile::TempDir;

/// Three weeks, from one and two weeks before each.
const QUICK: [&str; 6] = ["--weeks", "3", "--leads", "2", "--replicates", "20"];
const LEVELS: [(&str, &str); 4] = [
    ("area x recipe", "area_recipe"),
    ("recipe", "recipe"),
    ("week", "week"),
    ("product", "product"),
];
const METHODS: [(&str, &str); 6] = [
    ("Larder", "larder"),
    ("naive", "naive"),
    ("seasonal naive", "seasonal_naive"),
    ("mean of last 4", "mean_4"),
    ("mean of last 13", "mean_13"),
    ("median of last 10", "median_10"),
];
/// The columns of the CSV in the order of the table's figures.
const FIGURES: [&str; 10] = [
    "wmape",
    "bias",
    "pinball_10",
    "pinball_50",
    "pinball_90",
    "crps",
    "coverage_50",
    "coverage_80",
    "coverage_90",
    "value_added",
];

fn backtest(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    larder(
        folder,
        &[&["backtest", "--data", "data"][..], &QUICK, args].concat(),
    )
}

/// A folder with the demo company's data set in `data`.
fn demo() -> TempDir {
    let folder = TempDir::new().unwrap();
    assert_eq!(larder(folder.path(), &["demo", "--out", "data"]).0, Some(0));
    folder
}

/// The figures of the table in per cent, by level, method and lead.
fn of_table(table: &str) -> BTreeMap<(String, String, String), Vec<f64>> {
    let mut figures = BTreeMap::new();
    let mut level = "";
    for line in table.lines() {
        let begins =
            |(words, _): &&(&str, &str)| line == *words || line.starts_with(&format!("{words}, "));
        if let Some((_, name)) = LEVELS.iter().find(begins) {
            level = name;
        }
        let Some(row) = line.strip_prefix("  ") else {
            continue;
        };
        let (name, numbers) = row.split_at(18);
        let numbers: Result<Vec<f64>, _> = numbers.split_whitespace().map(str::parse).collect();
        let (Ok(numbers), false) = (numbers, name.trim().is_empty()) else {
            continue;
        };
        let method = METHODS.iter().find(|(words, _)| *words == name.trim());
        let key = match method {
            Some((_, method)) => (*method, "all"),
            None => ("larder", name.trim()),
        };
        figures.insert((level.into(), key.0.into(), key.1.into()), numbers);
    }
    figures
}

/// The cells of the CSV, by level, method and lead, then column.
fn of_csv(csv: &str) -> BTreeMap<(String, String, String), BTreeMap<String, String>> {
    let mut lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    assert_eq!(header[..3], ["level", "method", "lead_weeks"]);
    lines
        .map(|cells| {
            assert_eq!(cells.len(), header.len());
            let named = header.iter().zip(&cells);
            let named = named.map(|(name, cell)| ((*name).to_owned(), (*cell).to_owned()));
            let key = (cells[0].into(), cells[1].into(), cells[2].into());
            (key, named.collect())
        })
        .collect()
}

#[test]
fn the_table_has_every_level_and_method_and_the_csv_says_the_same() {
    let folder = demo();
    let (status, table, steps) = backtest(folder.path(), &["--out", "scores"]);
    assert_eq!(status, Some(0), "{steps}");
    assert!(
        table.starts_with("Back-test of data/: 2026-W44 to 2026-W46 (3 weeks), 1 to 2 weeks ahead; 20 draws, seed 1"),
        "{table}"
    );
    assert!(table.contains("menu, prices, promotions"), "{table}");
    assert!(
        table.contains("exact 95 % interval with 3 weeks as the unit"),
        "{table}"
    );
    assert!(
        table.lines().all(|line| line.chars().count() <= 104),
        "{table}"
    );

    let shown = of_table(&table);
    let csv = fs::read_to_string(folder.path().join("scores/backtest.csv")).unwrap();
    let written = of_csv(&csv);
    assert_eq!(shown.len(), LEVELS.len() * (METHODS.len() + 2), "{table}");
    assert_eq!(written.len(), LEVELS.len() * METHODS.len() * 3);
    for (key, figures) in &shown {
        let count = if key.1 == "larder" { FIGURES.len() } else { 2 };
        assert_eq!(figures.len(), count, "{key:?}");
        for (name, figure) in FIGURES.iter().zip(figures) {
            let exact = 100.0 * written[key][*name].parse::<f64>().unwrap();
            assert!((exact - figure).abs() < 0.0502, "{key:?} {name}: {exact}");
        }
    }
    for ((level, method, lead), cells) in &written {
        let naive = method != "larder";
        assert_eq!(cells["crps"].is_empty(), naive, "{level} {method} {lead}");
        assert_eq!(
            cells["rank_20"].is_empty(),
            naive,
            "{level} {method} {lead}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_place_is_asked_for_otherwise() {
    let folder = demo();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let one = backtest(folder.path(), &["--out", "one"]);
    let two = backtest(folder.path(), &["--out", "two"]);
    assert_eq!(one.1, two.1);
    assert_eq!(read("one/backtest.csv"), read("two/backtest.csv"));
    let svg = read("one/backtest.svg");
    assert_eq!(svg, read("two/backtest.svg"));
    assert!(
        svg.contains("<title>Back-test of Larder, 2026-W44 to 2026-W46"),
        "{svg}"
    );
    for words in [
        "weeks ahead",
        "Larder",
        "median of last 10",
        "Coverage",
        "PIT",
    ] {
        assert!(svg.contains(words), "{words}");
    }

    let (status, table, error) = backtest(folder.path(), &["--seed", "2", "--out", "one"]);
    assert_eq!(status, Some(1));
    assert_ne!(table, one.1);
    assert!(
        error.contains("one/backtest.csv holds another back-test"),
        "{error}"
    );
}

#[test]
fn too_short_a_history_says_what_there_is_and_what_is_needed() {
    let folder = demo();
    for (args, words) in [
        (
            &["--skip", "45", "--leads", "4"][..],
            "the history has 7 weeks, a back-test of 4 weeks ahead needs 12",
        ),
        (&["--skip", "45"], "45 weeks are left out by --skip"),
        (&["--skip", "104"], "the history has 0 weeks"),
        (
            &["--skip", "36", "--leads", "12"],
            "has 16 weeks, a back-test of 12 weeks ahead needs 20",
        ),
    ] {
        let quick = ["backtest", "--data", "data", "--replicates", "20"];
        let (status, table, error) = larder(folder.path(), &[&quick[..], args].concat());
        assert_eq!((status, table.as_str()), (Some(1), ""), "{error}");
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn what_stops_the_data_set_stops_the_back_test_by_name() {
    let folder = demo();
    fs::remove_file(folder.path().join("data/demand_history.csv")).unwrap();
    let (status, text, _) = backtest(folder.path(), &[]);
    assert_eq!(status, Some(1));
    for words in [
        "E101 error: ",
        "demand_history.csv",
        "data/: 1 error stops the back-test",
    ] {
        assert!(text.contains(words), "{text}");
    }
    let nowhere = ["backtest", "--data", "nowhere"];
    let (status, _, error) = larder(folder.path(), &nowhere);
    assert_eq!(status, Some(1));
    assert!(error.contains("there is no data set in nowhere"), "{error}");
}
