//! The command, a run that is done, and what it wrote.
#![allow(dead_code, reason = "not every test needs every helper")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Exit status, standard output, standard error.
pub(crate) fn larder(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_larder"));
    let output = command.current_dir(folder).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A folder with a data set and a run `larder-out`, and the run's id.
pub(crate) fn planned(folder: &Path, input: &str) -> String {
    if !folder.join("data").exists() {
        assert_eq!(larder(folder, &["demo", "--out", "data"]).0, Some(0));
    }
    fs::write(folder.join("input.json"), input).unwrap();
    let args = ["run", "--data", "data", "--input", "input.json"];
    let (status, table, steps) = larder(folder, &args);
    assert_eq!(status, Some(0), "{steps}");
    id(&table)
}

/// The run that a table ends with.
pub(crate) fn id(table: &str) -> String {
    let last = table.lines().last().unwrap();
    last.split_whitespace().nth(1).unwrap().to_owned()
}

/// Every file below a folder, by its place there.
pub(crate) fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}
