//! The command as a person uses it: the built binary, its output, its files.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Few draws: what is tested here does not depend on how many.
const QUICK: [&str; 2] = ["--replicates", "10"];

fn larder(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_larder"));
    command.current_dir(folder).args(args);
    command
}

/// Exit status, standard output, standard error.
fn ended(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    ended(&larder(folder, args).output().unwrap())
}

fn demo(folder: &Path) {
    assert_eq!(run(folder, &["demo", "--out", "data"]).0, Some(0));
}

/// Changes the first line of a file that holds a text.
fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} in {}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// Every file below a folder but those that say how and when it was made, and those under a passing name, which a
/// killed process leaves and no store lists.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                folders.push(path);
            } else if !name.starts_with('.') && name != "manifest.json" && name != "telemetry.json"
            {
                let relative = path.strip_prefix(root).unwrap().to_owned();
                files.insert(relative, fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn assert_same_files(one: &Path, other: &Path) {
    let (one, other) = (files(one), files(other));
    assert!(
        one.keys().eq(other.keys()),
        "{:?}\n{:?}",
        one.keys(),
        other.keys()
    );
    for (path, bytes) in &one {
        assert!(other[path] == *bytes, "{} differs", path.display());
    }
}

#[test]
fn a_run_without_arguments_plans_the_demo_company_and_a_second_one_continues_it() {
    let folder = TempDir::new().unwrap();
    let (status, table, steps) = run(folder.path(), &["run"]);
    assert_eq!(status, Some(0), "{steps}");
    assert!(table.starts_with("4 of 4 weeks planned · "), "{table}");
    assert!(table.contains("\n2026-W50  "), "{table}");
    assert!(
        steps.contains("2026-W48   order-simulator  done  "),
        "{steps}"
    );

    let report = table
        .lines()
        .find_map(|line| line.strip_prefix("Report   "))
        .unwrap();
    let report = fs::read_to_string(folder.path().join(report)).unwrap();
    assert!(report.contains("4 of 4 weeks planned"));

    let out = folder.path().join("larder-out");
    let before = files(&out);
    let (status, again, steps) = run(folder.path(), &["run"]);
    assert_eq!((status, again), (Some(0), table));
    assert!(
        steps.contains("Continuing run ") && !steps.contains("  done  "),
        "{steps}"
    );
    assert!(files(&out) == before);
}

#[test]
fn neither_threads_nor_a_kill_in_the_middle_change_a_byte() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    demo(folder);
    let args = |out| [&["run", "--data", "data", "--out", out][..], &QUICK].concat();

    let one = [args("one"), vec!["--threads", "1"]].concat();
    assert_eq!(run(folder, &one).0, Some(0));
    let two = [args("two"), vec!["--threads", "2"]].concat();
    assert_eq!(run(folder, &two).0, Some(0));
    assert_same_files(&folder.join("one"), &folder.join("two"));

    let killed = args("killed");
    let mut child = larder(folder, &killed)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut steps = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map_while(Result::ok);
    assert!(steps.any(|line| line.starts_with("2026-W47   order-simulator  done")));
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    let (status, _, steps) = run(folder, &killed);
    assert_eq!(status, Some(0), "{steps}");
    assert!(
        steps.contains("Continuing run ") && steps.contains("  done  "),
        "{steps}"
    );
    assert!(
        steps.contains("2026-W47   order-simulator  stored"),
        "{steps}"
    );
    assert_same_files(&folder.join("one"), &folder.join("killed"));
}

#[test]
fn a_run_restarted_from_a_step_does_that_step_anew_and_publishes_the_same() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    demo(folder);
    let args = [&["run", "--data", "data", "--horizon", "1"][..], &QUICK].concat();
    let (_, first, _) = run(folder, &args);
    let id = first
        .lines()
        .last()
        .unwrap()
        .split_whitespace()
        .nth(1)
        .unwrap();
    let args = [
        "run",
        "--data",
        "data",
        "--run",
        id,
        "--from",
        "site-forecast",
    ];
    let (status, again, steps) = run(folder, &args);
    assert_eq!(status, Some(0), "{steps}");
    assert!(
        steps.contains("2026-W47   order-simulator  stored"),
        "{steps}"
    );
    assert!(
        steps.contains("2026-W47   site-forecast    done"),
        "{steps}"
    );
    let table = |text: &str| text.split("\nReport ").next().unwrap().to_owned();
    assert_eq!(table(&first), table(&again));
}

#[test]
fn too_little_capacity_is_planned_as_far_as_it_goes_and_told_in_words() {
    let folder = TempDir::new().unwrap();
    let args = [&["run", "--tight", "--horizon", "1"][..], &QUICK].concat();
    let (status, table, steps) = run(folder.path(), &args);
    assert_eq!(status, Some(0), "{steps}");
    assert!(table.starts_with("1 of 1 week planned · "), "{table}");
    for words in [
        "boxes without a site in 2026-W47",
        "boxes in the plan find no site",
        "fit only North kitchen",
    ] {
        assert!(table.contains(words), "{table}");
    }
}

#[test]
fn one_broken_week_fails_alone_with_its_reason() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    demo(folder);
    edit(
        &folder.join("data/menu_recipe.csv"),
        "\n2026-W48,",
        "\n2026-W48,R999-",
    );
    let args = [&["run", "--data", "data"][..], &QUICK].concat();
    let (status, table, steps) = run(folder, &args);
    assert_eq!(status, Some(1), "{steps}");
    assert!(table.starts_with("3 of 4 weeks planned · "), "{table}");
    assert!(
        table.contains("2026-W48  Not planned. Data.Rejected: "),
        "{table}"
    );
    assert!(table.contains("menu_recipe.csv, row "), "{table}");
}

#[test]
fn validation_tells_where_and_what_and_ends_with_its_verdict() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    demo(folder);
    assert_eq!(
        run(folder, &["validate", "--data", "data"]),
        (Some(0), "data/: no findings\n".to_owned(), String::new())
    );

    edit(
        &folder.join("data/site_cap.csv"),
        "2026-11-17,",
        "2026-11-17,many",
    );
    let (status, text, _) = run(folder, &["validate", "--data", "data"]);
    assert_eq!(status, Some(1));
    for words in [
        "E102 error: value of the wrong type or format",
        "site_cap.csv, row ",
        " = `many",
        "  to do   ",
        "data/: 1 error, 0 warnings",
    ] {
        assert!(text.contains(words), "{text}");
    }
    let (status, json, _) = run(folder, &["validate", "--data", "data", "--json"]);
    let findings: Vec<domain::Finding> = serde_json::from_str(&json).unwrap();
    assert_eq!((status, findings.len()), (Some(1), 1));
}

#[test]
fn a_demo_data_set_that_was_edited_is_not_planned_as_the_demo() {
    let folder = TempDir::new().unwrap();
    let demo = ["demo", "--out", "larder-demo/small"];
    assert_eq!(run(folder.path(), &demo).0, Some(0));
    edit(
        &folder.path().join("larder-demo/small/site_cap.csv"),
        "2026-11-17,",
        "2026-11-17,1",
    );
    let (status, _, error) = run(folder.path(), &["run"]);
    assert_eq!(status, Some(1));
    assert!(
        error.contains("error: larder-demo/small/site_cap.csv is not what this demo makes"),
        "{error}"
    );
    assert!(error.contains("--data"), "{error}");
}

#[test]
fn wrong_usage_says_what_is_right_and_ends_with_2() {
    let folder = TempDir::new().unwrap();
    for (args, words) in [
        (
            &["run", "--weeks", "2025-W53"][..],
            "an ISO week such as 2026-W48",
        ),
        (
            &["run", "--weeks", "2026-W48", "--horizon", "2"],
            "cannot be used with '--horizon <N>'",
        ),
        (&["run", "--run", "x", "--seed", "3"], "cannot be used with"),
        (&["run", "--from", "publisher"], "--run <ID>"),
        (
            &["run", "--run", "x", "--from", "y"],
            "one of configurator, data-extractor",
        ),
        (&["run", "--run", "../x"], "is not a run id"),
        (
            &["run", "--data", "http://x"],
            "give a folder or s3://bucket/prefix",
        ),
        (
            &["run", "--data", "x", "--tight"],
            "cannot be used with '--tight'",
        ),
        (&["run", "--threads", "0"], "0 is not in 1..=65535"),
        (&["validate"], "--data <LOCATION>"),
        (&["plan"], "unrecognized subcommand"),
    ] {
        let (status, _, error) = run(folder.path(), args);
        assert_eq!(status, Some(2), "{args:?}");
        assert!(error.contains(words), "{args:?}: {error}");
    }
}

#[test]
fn what_cannot_be_done_says_why_and_ends_with_1() {
    let folder = TempDir::new().unwrap();
    fs::write(
        folder.path().join("input.json"),
        r#"{"week": ["2026-W48"]}"#,
    )
    .unwrap();
    fs::write(folder.path().join("list.json"), "[]").unwrap();
    let both = "\u{feff}{\"weeks\": [\"2026-W48\"], \"horizon_weeks\": 2}";
    fs::write(folder.path().join("both.json"), both).unwrap();
    for (args, words) in [
        (&["run", "--data", "nowhere"][..], "nowhere"),
        (&["run", "--input", "input.json"], "unknown field `week`"),
        (&["run", "--input", "list.json"], "expected an object"),
        (&["run", "--input", "both.json"], "give one of the two"),
        (&["run", "--input", "none.json"], "none.json cannot be used"),
        (
            &["run", "--run", "x", "--from", "publisher"],
            "there is no run x to continue or restart",
        ),
        (
            &["run", "--run", "x"],
            "there is no run x to continue or restart",
        ),
        (
            &["run", "--weeks", "2031-W01"],
            "2031-W01 is not in menu_week",
        ),
        #[cfg(not(feature = "s3"))]
        (
            &["validate", "--data", "s3://bucket/prefix"],
            "build with --features s3",
        ),
    ] {
        let (status, _, error) = run(folder.path(), args);
        assert_eq!(status, Some(1), "{args:?}: {error}");
        let last = error.lines().last().unwrap();
        assert!(
            last.starts_with("error: ") && last.contains(words),
            "{args:?}: {error}"
        );
    }
}
