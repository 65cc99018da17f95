//! The command, and a run that is done.

use std::fs;
use std::path::Path;
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
