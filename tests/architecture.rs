//! Three rings, arrows inward: pure crates know no AWS, no async and no clock; adapters know one outside thing each;
//! functions wire. Held over `cargo metadata`, so that a forbidden edge cannot come in by the back door.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Where a crate stands, and which rings it may know.
const RINGS: [(&str, &[&str]); 5] = [
    ("pure", &["pure"]),
    ("adapter", &["pure", "adapter"]),
    ("function", &["pure", "adapter"]),
    ("command", &["pure", "adapter", "function"]),
    ("test", &["pure", "adapter", "function", "command"]),
];

/// What no pure crate may have anywhere below it, by the name or, with `*`, by how the name begins.
const NOT_IN_PURE: [&str; 14] = [
    "async-*", "aws-*", "fastrand", "futures*", "hyper*", "lambda_*", "rand", "rand_*", "reqwest",
    "rustls", "time", "tokio*", "tracing*", "ureq",
];

/// Ways that nothing takes: `zip` draws random numbers for encrypted files alone, and workbooks are none.
const NOT_TAKEN: [(&str, &str); 1] = [("zip", "getrandom")];

/// What no function may have anywhere below it.
const NOT_IN_FUNCTIONS: [&str; 6] = [
    "clap*",
    "indicatif",
    "openssl",
    "aws-lc-*",
    "native-tls",
    "proptest",
];

/// The workspace as cargo resolves it for Linux with every feature.
struct Workspace {
    /// Name of every package, by id.
    names: BTreeMap<String, String>,
    /// Every package's dependencies but those of its tests, by id.
    edges: BTreeMap<String, Vec<String>>,
    /// The workspace's own packages, by id.
    members: BTreeMap<String, Member>,
}

struct Member {
    ring: Option<String>,
    folder: String,
}

impl Workspace {
    fn load() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let run = Command::new(env!("CARGO"))
            .args([
                "metadata",
                "--format-version",
                "1",
                "--all-features",
                "--locked",
            ])
            .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
            .current_dir(&root)
            .output()
            .unwrap();
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        let metadata: Value = serde_json::from_slice(&run.stdout).unwrap();
        let id = |value: &Value| value.as_str().unwrap().to_owned();
        let ours: BTreeSet<String> = array(&metadata["workspace_members"]).map(id).collect();
        let root = root.canonicalize().unwrap();
        let mut workspace = Self {
            names: BTreeMap::new(),
            edges: BTreeMap::new(),
            members: BTreeMap::new(),
        };
        for package in array(&metadata["packages"]) {
            workspace
                .names
                .insert(id(&package["id"]), id(&package["name"]));
            if ours.contains(&id(&package["id"])) {
                let manifest = id(&package["manifest_path"]);
                let folder = Path::new(&manifest)
                    .parent()
                    .unwrap()
                    .strip_prefix(&root)
                    .unwrap();
                let ring = package["metadata"]["larder"]["ring"]
                    .as_str()
                    .map(str::to_owned);
                let member = Member {
                    ring,
                    folder: folder.display().to_string(),
                };
                workspace.members.insert(id(&package["id"]), member);
            }
        }
        for node in array(&metadata["resolve"]["nodes"]) {
            let shipped = |dep: &&Value| array(&dep["dep_kinds"]).any(|kind| kind["kind"] != "dev");
            let deps = array(&node["deps"])
                .filter(shipped)
                .map(|dep| id(&dep["pkg"]))
                .collect();
            workspace.edges.insert(id(&node["id"]), deps);
        }
        workspace
    }

    fn in_ring<'a>(&'a self, ring: &'a str) -> impl Iterator<Item = &'a String> {
        self.members
            .iter()
            .filter(move |(_, m)| m.ring.as_deref() == Some(ring))
            .map(|(id, _)| id)
    }

    /// The shortest way from a package to one with a forbidden name, for the failure's message.
    fn way_to(&self, from: &str, forbidden: &[&str]) -> Option<String> {
        let mut ways = vec![vec![from.to_owned()]];
        let mut seen = BTreeSet::new();
        while !ways.is_empty() {
            let mut next = Vec::new();
            for way in ways {
                let last = &way[way.len() - 1];
                let taken = |to: &&String| {
                    let edge = (self.names[last].as_str(), self.names[*to].as_str());
                    !NOT_TAKEN.contains(&edge)
                };
                for to in self.edges[last].iter().filter(taken) {
                    let longer = [way.clone(), vec![to.clone()]].concat();
                    if forbidden
                        .iter()
                        .any(|pattern| matches(&self.names[to], pattern))
                    {
                        let names: Vec<_> =
                            longer.iter().map(|id| self.names[id].clone()).collect();
                        return Some(names.join(" -> "));
                    }
                    if seen.insert(to.clone()) {
                        next.push(longer);
                    }
                }
            }
            ways = next;
        }
        None
    }
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().unwrap().iter()
}

fn matches(name: &str, pattern: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(name == pattern, |start| name.starts_with(start))
}

#[test]
fn every_crate_declares_its_ring_and_stands_in_its_folder() {
    for (id, member) in Workspace::load().members {
        let ring = member
            .ring
            .unwrap_or_else(|| panic!("{id} has no package.metadata.larder.ring"));
        let expected = match ring.as_str() {
            "pure" | "adapter" => member.folder.starts_with("shared/"),
            "function" => member.folder.starts_with("functions/"),
            "command" => member.folder == "cli",
            "test" => member.folder == "tests" || member.folder.starts_with("tests/"),
            other => panic!("{id}: `{other}` is not a ring"),
        };
        assert!(
            expected,
            "{id} is in the ring `{ring}` and in the folder {}",
            member.folder
        );
    }
}

#[test]
fn arrows_point_inward() {
    let workspace = Workspace::load();
    for (ring, allowed) in RINGS {
        for id in workspace.in_ring(ring) {
            for to in &workspace.edges[id] {
                let Some(Member {
                    ring: Some(other), ..
                }) = workspace.members.get(to)
                else {
                    continue;
                };
                let (from, to) = (&workspace.names[id], &workspace.names[to]);
                assert!(
                    allowed.contains(&other.as_str()),
                    "{from} ({ring}) must not know {to} ({other})"
                );
            }
        }
    }
}

#[test]
fn pure_crates_know_no_async_no_aws_no_clock_and_no_chance() {
    let workspace = Workspace::load();
    let ways: Vec<_> = workspace
        .in_ring("pure")
        .filter_map(|id| workspace.way_to(id, &NOT_IN_PURE))
        .collect();
    assert!(ways.is_empty(), "{}", ways.join("\n"));
}

#[test]
fn functions_carry_no_terminal_and_one_tls_stack() {
    let workspace = Workspace::load();
    let ways: Vec<_> = workspace
        .in_ring("function")
        .filter_map(|id| workspace.way_to(id, &NOT_IN_FUNCTIONS))
        .collect();
    assert!(ways.is_empty(), "{}", ways.join("\n"));
}

#[test]
fn the_main_of_a_function_only_wires() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let workspace = Workspace::load();
    for id in workspace.in_ring("function") {
        let path = root.join(&workspace.members[id].folder).join("src/main.rs");
        let main =
            std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(
            main.lines().count() < 25,
            "{}: move what it does to lib.rs",
            path.display()
        );
        for word in ["if ", "match ", "unwrap", "std::env"] {
            assert!(
                !main.contains(word),
                "{}: `{word}` is not wiring",
                path.display()
            );
        }
    }
}
