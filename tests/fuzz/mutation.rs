//! Bytes made of samples: what is nearly right goes further into a parser than what is not right at all.

use proptest::prelude::*;

/// Texts that parsers have had trouble with.
const WORDS: [&str; 34] = [
    "",
    "0",
    "-1",
    "1e999",
    "-0",
    "NaN",
    "inf",
    "0.0000000000000000001",
    "18446744073709551616",
    "-9223372036854775808",
    "4294967296",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "🍚",
    "é",
    "\"",
    "\"\"",
    "'",
    ",",
    ";",
    "\n",
    "\r",
    "\t",
    "{{",
    "}}",
    "{%",
    "null",
    "[[[[[[[[",
    "9999-12-31",
    "-009999-01-01T00:00:00Z",
    "2025-W53",
    "../..",
    "%",
];

/// One change of bytes.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Flip {
        at: usize,
        bits: u8,
    },
    Cut {
        at: usize,
    },
    Remove {
        at: usize,
        bytes: usize,
    },
    Double {
        at: usize,
        bytes: usize,
        times: usize,
    },
    Insert {
        at: usize,
        word: Vec<u8>,
    },
    /// Bytes that follow one another are replaced by a word: in text, mostly a field.
    Replace {
        at: usize,
        word: Vec<u8>,
    },
}

/// A sample, by its place, and how it is changed.
pub(crate) type Case = (usize, Vec<Change>);

pub(crate) fn cases(samples: usize) -> impl Strategy<Value = Case> {
    (0..samples, prop::collection::vec(change(), 0..6))
}

fn change() -> impl Strategy<Value = Change> {
    let at = || 0..1usize << 20;
    let word = || {
        prop_oneof![
            3 => prop::sample::select(WORDS.to_vec()).prop_map(|word| word.as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 1..9),
        ]
    };
    prop_oneof![
        2 => (at(), 1..=255u8).prop_map(|(at, bits)| Change::Flip { at, bits }),
        1 => at().prop_map(|at| Change::Cut { at }),
        1 => (at(), 1..64usize).prop_map(|(at, bytes)| Change::Remove { at, bytes }),
        1 => (at(), 1..64usize, 1..200usize)
            .prop_map(|(at, bytes, times)| Change::Double { at, bytes, times }),
        2 => (at(), word()).prop_map(|(at, word)| Change::Insert { at, word }),
        3 => (at(), word()).prop_map(|(at, word)| Change::Replace { at, word }),
    ]
}

/// The sample as the case changes it.
pub(crate) fn mutated(sample: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    for change in changes {
        apply(&mut bytes, change);
    }
    bytes
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    let end = bytes.len() + 1;
    let place = |at: usize| at % end;
    match change {
        Change::Flip { at, bits } => {
            let at = place(*at);
            bytes
                .iter_mut()
                .skip(at)
                .take(1)
                .for_each(|byte| *byte ^= bits);
        }
        Change::Cut { at } => bytes.truncate(place(*at)),
        Change::Remove { at, bytes: count } => {
            let from = place(*at);
            let to = (from + count).min(bytes.len());
            bytes.drain(from..to);
        }
        Change::Double {
            at,
            bytes: count,
            times,
        } => {
            let from = place(*at);
            let to = (from + count).min(bytes.len());
            let piece = bytes[from..to].repeat(*times);
            bytes.splice(to..to, piece);
        }
        Change::Insert { at, word } => {
            let at = place(*at);
            bytes.splice(at..at, word.iter().copied());
        }
        Change::Replace { at, word } => {
            let (from, to) = field(bytes, place(*at));
            bytes.splice(from..to, word.iter().copied());
        }
    }
}

/// The field around a place: up to the next signs that stand between fields.
fn field(bytes: &[u8], at: usize) -> (usize, usize) {
    let between = |byte: &u8| b",;:\"'\n\r{}[]() ".contains(byte);
    let from = bytes[..at].iter().rposition(between);
    let to = bytes[at..].iter().position(between);
    (
        from.map_or(0, |from| from + 1),
        to.map_or(bytes.len(), |to| at + to),
    )
}
