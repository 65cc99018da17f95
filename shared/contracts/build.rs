//! One digest over what the results depend on: `Cargo.lock` and the sources of `shared/` and `functions/`.
//!
//! It is the same for the command and every Lambda, in any profile and on any machine.
#![allow(clippy::expect_used, reason = "a build without its sources must stop")]
#![allow(
    clippy::disallowed_methods,
    reason = "cargo tells a build script where it is by the environment"
)]
#![allow(
    clippy::print_stdout,
    reason = "cargo reads a build script's standard output"
)]

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

fn main() {
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = here
        .ancestors()
        .nth(2)
        .expect("this crate stands in shared/")
        .to_owned();
    let mut files = vec![root.join("Cargo.lock")];
    for ring in ["shared", "functions"] {
        println!("cargo::rerun-if-changed={}", root.join(ring).display());
        collect(&root.join(ring), &mut files);
    }
    println!(
        "cargo::rerun-if-changed={}",
        root.join("Cargo.lock").display()
    );
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        let name = file.strip_prefix(&root).expect("collected below it");
        let content = fs::read(&file).unwrap_or_default();
        digest.update(name.to_string_lossy().replace('\\', "/"));
        digest.update([0]);
        digest.update((content.len() as u64).to_le_bytes());
        digest.update(content);
    }
    let hex = digest
        .finalize()
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    println!("cargo::rustc-env=LARDER_CODE_VERSION={hex}");
}

/// The sources that end up in a binary: manifests, code, and the templates it embeds.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if !["tests", "benches", "examples", "target"]
                .iter()
                .any(|skip| name == *skip)
            {
                collect(&path, files);
            }
        } else if path
            .extension()
            .is_some_and(|e| e == "rs" || e == "toml" || e == "html" || e == "css")
        {
            files.push(path);
        }
    }
}
