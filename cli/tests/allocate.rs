//! `larder allocate` as a person uses it.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Writes the files, allocates and gives exit status, standard output, standard error.
fn allocate(folder: &Path, files: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_larder"));
    command
        .current_dir(folder)
        .args(["allocate", "--out", "out"]);
    for (name, text) in files {
        let path = format!("{name}.csv");
        fs::write(folder.join(&path), text).unwrap();
        command.args([&format!("--{name}"), &path]);
    }
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

const ORDERS: &str = "order_id,recipes,real,sites,site\n\
    o1,r1 r2,1,north;south,north\no2,r1,1,north south,south\no3,r2,0,north;south,\no4,r3,0,south,\n";

#[test]
fn orders_get_a_site_and_the_change_is_proven_least() {
    let folder = TempDir::new().unwrap();
    let (status, text, error) = allocate(
        folder.path(),
        &[
            ("orders", ORDERS),
            ("caps", "site_id,boxes_min,boxes_max\nnorth,2,2\nsouth,,\n"),
            (
                "previous",
                "recipe_id,site_id,kits\nr1,north,1\nr2,north,2\nr1,south,1\nr3,south,2\n",
            ),
        ],
    );
    assert_eq!(status, Some(0), "{text}{error}");
    for words in [
        "site   boxes  min  max\nnorth      2    2    2\nsouth      2\n",
        "4 orders, 5 kits\nWMAPE site 20.000 %, global 20.000 %, excess 0.000 %\n",
        "proven optimal: no allocation changes less\n0 real orders moved",
        "out/allocation.csv",
    ] {
        assert!(text.contains(words), "{words}\n---\n{text}");
    }
    let written = fs::read_to_string(folder.path().join("out/allocation.csv")).unwrap();
    assert_eq!(
        written,
        "order_id,site_id\no1,north\no2,south\no3,north\no4,south\n"
    );
}

#[test]
fn what_does_not_fit_is_explained_with_what_would_help() {
    let folder = TempDir::new().unwrap();
    let orders = "order_id,recipes,real,sites\no1,r1;r2,1,north\no2,r1;r2,0,north\no3,r2,0,south\n";
    let caps = "site_id,boxes_min,boxes_max\nnorth,0,1\nsouth,2,9\n";
    let (status, text, error) = allocate(folder.path(), &[("orders", orders), ("caps", caps)]);
    assert_eq!(status, Some(0), "{text}{error}");
    for words in [
        "(none)      1\n",
        "2 boxes fit only north, capacity 1, short 1\n",
        "  to do: raise the cap of north by 1 (places 1 box)\n",
        "  to do: make r1 at south (places up to 1 box)\n",
        "south misses 1 box of its minimum\n",
        "  to do: lower the minimum of south by 1 (settles 1 box)\n",
        "no previous allocation to compare with",
    ] {
        assert!(text.contains(words), "{words}\n---\n{text}");
    }
    let written = fs::read_to_string(folder.path().join("out/allocation.csv")).unwrap();
    assert_eq!(
        written.lines().filter(|line| line.ends_with(',')).count(),
        1
    );
}

#[test]
fn a_bad_file_is_refused_with_row_column_value_and_remedy() {
    let caps = "site_id,boxes_min,boxes_max\nnorth,,\n";
    let order = "order_id,recipes,real,sites\n";
    for (orders, caps, words) in [
        (
            format!("{order}o1,r1,1,nroth\n"),
            caps,
            "orders.csv, row 2, sites = `nroth`",
        ),
        (
            format!("{order}o1, ; ,1,north\n"),
            caps,
            "orders.csv, row 2, recipes = ` ; `",
        ),
        (
            format!("{order}o1,r1,1,north\no1,r2,0,north\n"),
            caps,
            "orders.csv, rows 2, 3",
        ),
        (
            format!("{order}o1,r1,maybe,north\n"),
            caps,
            "orders.csv, row 2, real = `maybe`",
        ),
        (String::new(), caps, "E106 error: empty file"),
        (order.to_owned(), caps, "the file has a header but no rows"),
        (
            "order_id,real,sites\no1,1,north\n".to_owned(),
            caps,
            "orders.csv, column recipes",
        ),
        (
            format!("{order}o1,r1,1,north\n"),
            "site_id,boxes_min,boxes_max\nnorth,5,4\n",
            "caps.csv, row 2, boxes_min = `5`",
        ),
    ] {
        let folder = TempDir::new().unwrap();
        let (status, text, error) = allocate(folder.path(), &[("orders", &orders), ("caps", caps)]);
        assert_eq!(status, Some(1), "{orders}\n{text}{error}");
        assert!(text.contains(words), "{words}\n---\n{text}");
        assert!(text.contains("  to do   "), "{text}");
        assert!(!folder.path().join("out").exists());
    }
}

#[test]
fn a_byte_order_mark_is_passed_over_with_a_warning() {
    let folder = TempDir::new().unwrap();
    let orders = format!("\u{feff}{ORDERS}");
    let caps = "site_id,boxes_min,boxes_max\nnorth,,\nsouth,,\n";
    let (status, text, _) = allocate(folder.path(), &[("orders", &orders), ("caps", caps)]);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.starts_with("E105 warning"), "{text}");
}

#[test]
fn a_previous_site_without_a_cap_is_refused_and_a_missing_file_named() {
    let folder = TempDir::new().unwrap();
    let caps = ("caps", "site_id,boxes_min,boxes_max\nnorth,,\nsouth,,\n");
    let previous = ("previous", "recipe_id,site_id,kits\nr1,west,1\n");
    let (status, text, _) = allocate(folder.path(), &[("orders", ORDERS), caps, previous]);
    assert_eq!(status, Some(1));
    assert!(
        text.contains("previous.csv, row 2, site_id = `west`"),
        "{text}"
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_larder"));
    let args = ["allocate", "--orders", "none.csv", "--caps", "caps.csv"];
    let output = command
        .current_dir(folder.path())
        .args(args)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("none.csv cannot be opened"), "{error}");
}
