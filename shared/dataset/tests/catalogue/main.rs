//! The catalogue of findings: a valid data set has none, and each way to spoil it gives exactly these.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod consistency;
mod overrides;
mod range;
mod reference;
mod structure;
mod time;
#[path = "../tiny/mod.rs"]
mod tiny;

use dataset::validate::check;
use domain::Code;
use tiny::{Tiny, context, tiny};

/// Ways to spoil a data set.
impl Tiny {
    fn text(&mut self, file: &str) -> &mut Vec<u8> {
        self.0
            .get_mut(file)
            .unwrap_or_else(|| panic!("no file {file}"))
    }

    fn spoil(mut self, file: &str, from: &str, to: &[u8]) -> Self {
        let text = self.text(file);
        let at = text
            .windows(from.len())
            .position(|part| part == from.as_bytes());
        let at = at.unwrap_or_else(|| panic!("{file} has no `{from}`"));
        text.splice(at..at + from.len(), to.iter().copied());
        self
    }

    fn swap(mut self, file: &str, from: &str, to: &str) -> Self {
        let text = String::from_utf8(self.text(file).clone()).unwrap();
        assert!(text.contains(from), "{file} has no `{from}`");
        *self.text(file) = text.replace(from, to).into_bytes();
        self
    }

    fn cut(mut self, file: &str, start: &str) -> Self {
        let text = String::from_utf8(self.text(file).clone()).unwrap();
        let left: Vec<_> = text
            .lines()
            .filter(|line| !line.starts_with(start))
            .collect();
        assert!(
            left.len() < text.lines().count(),
            "{file} has no line `{start}…`"
        );
        *self.text(file) = (left.join("\n") + "\n").into_bytes();
        self
    }

    fn add(mut self, file: &str, row: &str) -> Self {
        self.text(file)
            .extend_from_slice(format!("{row}\n").as_bytes());
        self
    }

    fn put(mut self, file: &str, bytes: &[u8]) -> Self {
        self.0.insert(file.to_owned(), bytes.to_vec());
        self
    }

    fn gone(mut self, file: &str) -> Self {
        assert!(self.0.remove(file).is_some(), "no file {file}");
        self
    }
}

#[track_caller]
fn finds(set: &Tiny, expected: &[&str]) {
    let (_, _, findings) = check(&set.files(), &context());
    let found: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "\n{}", found.join("\n"));
}

#[test]
fn the_tiny_data_set_is_valid() {
    finds(&tiny(), &[]);
}

#[test]
fn every_code_that_the_data_alone_shows_is_spoilt_here() {
    let here = [
        include_str!("structure.rs"),
        include_str!("reference.rs"),
        include_str!("range.rs"),
        include_str!("time.rs"),
        include_str!("consistency.rs"),
        include_str!("overrides.rs"),
    ];
    let tested = |code: &&Code| {
        let shown = ["error", "warning"].map(|severity| format!("\"{code} {severity}: "));
        here.iter()
            .any(|text| shown.iter().any(|shown| text.contains(shown)))
    };
    let tested: Vec<_> = Code::ALL.iter().filter(tested).collect();
    // These compare the data with a forecast, a plan or an approved order, and the steps that do so find them.
    let found_by_steps = [
        Code::E409,
        Code::E501,
        Code::E502,
        Code::E509,
        Code::E513,
        Code::E514,
        Code::E515,
        Code::E601,
    ];
    let expected: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !found_by_steps.contains(code))
        .collect();
    assert_eq!(tested, expected);
}
