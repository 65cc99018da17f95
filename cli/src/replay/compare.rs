//! What was stored against what was made again, and where they first differ.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// How an artifact came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The same bytes, so many.
    Same(usize),
    /// Other bytes, and where they first differ.
    Differs(String),
    /// It says which code made it, and the code is another.
    NamesTheCode,
}

/// Compares artifacts by name.
pub(super) fn compare(
    stored: &BTreeMap<String, Vec<u8>>,
    made: &BTreeMap<String, Vec<u8>>,
) -> Vec<(String, Verdict)> {
    let names: BTreeSet<&String> = stored.keys().chain(made.keys()).collect();
    let verdict = |name: &String| match (stored.get(name), made.get(name)) {
        (Some(stored), Some(made)) if stored == made => Verdict::Same(made.len()),
        (Some(stored), Some(made)) => Verdict::Differs(first_difference(name, stored, made)),
        (None, _) => Verdict::Differs("there is no stored one".to_owned()),
        (_, None) => Verdict::Differs("it is stored and was not made again".to_owned()),
    };
    names
        .into_iter()
        .map(|name| (name.clone(), verdict(name)))
        .collect()
}

/// Where two different contents first differ: in JSON the path, in CSV row and column, else the byte.
fn first_difference(name: &str, stored: &[u8], made: &[u8]) -> String {
    if let Some(inner) = name.strip_suffix(".zst")
        && let (Ok(stored), Ok(made)) = (zstd::decode_all(stored), zstd::decode_all(made))
        && stored != made
    {
        return first_difference(inner, &stored, &made);
    }
    let extension = name.rsplit('.').next().unwrap_or_default();
    let told = match extension {
        "json" => in_json(stored, made),
        "csv" => in_csv(stored, made),
        _ => None,
    };
    told.unwrap_or_else(|| in_bytes(stored, made))
}

fn in_bytes(stored: &[u8], made: &[u8]) -> String {
    let same = stored.iter().zip(made).take_while(|(a, b)| a == b).count();
    format!(
        "at byte {same}; {} bytes stored, {} now",
        stored.len(),
        made.len()
    )
}

fn in_json(stored: &[u8], made: &[u8]) -> Option<String> {
    let stored: Value = serde_json::from_slice(stored).ok()?;
    let made: Value = serde_json::from_slice(made).ok()?;
    in_values("", &stored, &made)
}

/// The first difference of two values, by its JSON pointer.
pub(super) fn in_values(at: &str, stored: &Value, made: &Value) -> Option<String> {
    if stored == made {
        return None;
    }
    match (stored, made) {
        (Value::Object(old), Value::Object(new)) => {
            let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            keys.into_iter().find_map(|key| {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                in_parts(&at, old.get(key), new.get(key))
            })
        }
        (Value::Array(old), Value::Array(new)) => (0..old.len().max(new.len())).find_map(|place| {
            let at = format!("{at}/{place}");
            in_parts(&at, old.get(place), new.get(place))
        }),
        _ => Some(told(at, Some(stored), Some(made))),
    }
}

fn in_parts(at: &str, stored: Option<&Value>, made: Option<&Value>) -> Option<String> {
    match (stored, made) {
        (Some(stored), Some(made)) => in_values(at, stored, made),
        _ => Some(told(at, stored, made)),
    }
}

fn told(at: &str, stored: Option<&Value>, made: Option<&Value>) -> String {
    let text = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let at = if at.is_empty() { "/" } else { at };
    format!(
        "at {at}: {} stored, {} now",
        short(&text(stored)),
        short(&text(made))
    )
}

fn in_csv(stored: &[u8], made: &[u8]) -> Option<String> {
    let records = |bytes: &[u8]| -> Option<Vec<csv::StringRecord>> {
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.has_headers(false).flexible(true).from_reader(bytes);
        reader.records().collect::<Result<_, _>>().ok()
    };
    let (stored, made) = (records(stored)?, records(made)?);
    for row in 0..stored.len().max(made.len()) {
        // Rows count from the header on, as an editor shows them.
        let number = row + 1;
        let (Some(old), Some(new)) = (stored.get(row), made.get(row)) else {
            let (old, new) = (stored.len(), made.len());
            return Some(format!("in row {number}: {old} rows stored, {new} now"));
        };
        for at in 0..old.len().max(new.len()) {
            let (old, new) = (old.get(at), new.get(at));
            if old != new {
                let header = made.first().and_then(|header| header.get(at));
                return Some(format!(
                    "in row {number}, column {}: {} stored, {} now",
                    header.unwrap_or("?"),
                    short(&format!("`{}`", old.unwrap_or("nothing"))),
                    short(&format!("`{}`", new.unwrap_or("nothing"))),
                ));
            }
        }
    }
    None
}

/// At most 60 characters of a text.
fn short(text: &str) -> String {
    if text.chars().count() <= 60 {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(59).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(name: &str, stored: &str, made: &str) -> String {
        first_difference(name, stored.as_bytes(), made.as_bytes())
    }

    #[test]
    fn json_differs_at_a_path() {
        let stored = r#"{"a": [1, {"b/c": 2}], "d": 3}"#;
        for (made, expected) in [
            (
                r#"{"a": [1, {"b/c": 9}], "d": 3}"#,
                "at /a/1/b~1c: 2 stored, 9 now",
            ),
            (
                r#"{"a": [1], "d": 4}"#,
                r#"at /a/1: {"b/c":2} stored, nothing now"#,
            ),
            ("7", r#"at /: {"a":[1,{"b/c":2}],"d":3} stored, 7 now"#),
            ("{", "at byte 1; 30 bytes stored, 1 now"),
            // The same values, written otherwise.
            (
                r#"{"a":[1, {"b/c": 2}], "d": 3}"#,
                "at byte 5; 30 bytes stored, 29 now",
            ),
        ] {
            assert_eq!(difference("x.json", stored, made), expected);
        }
    }

    #[test]
    fn csv_differs_in_a_row_and_column() {
        let stored = "site,boxes\nA,1\nB,2\n";
        for (made, expected) in [
            (
                "site,boxes\nA,1\nB,3\n",
                "in row 3, column boxes: `2` stored, `3` now",
            ),
            ("site,boxes\nA,1\n", "in row 3: 3 rows stored, 2 now"),
            (
                "site,kits\nA,1\nB,2\n",
                "in row 1, column kits: `boxes` stored, `kits` now",
            ),
        ] {
            assert_eq!(difference("x.csv", stored, made), expected);
        }
    }

    #[test]
    fn what_is_packed_is_compared_unpacked() {
        let packed = |text: &str| zstd::encode_all(text.as_bytes(), 1).unwrap();
        let (stored, made) = (packed(r#"{"a":1}"#), packed(r#"{"a":2}"#));
        assert_eq!(
            first_difference("x.json.zst", &stored, &made),
            "at /a: 1 stored, 2 now"
        );
        assert!(first_difference("x.json.zst", b"damage", &made).starts_with("at byte 0; "));
    }

    #[test]
    fn artifacts_are_compared_by_name() {
        let files = |names: &[(&str, &str)]| -> BTreeMap<String, Vec<u8>> {
            names
                .iter()
                .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
                .collect()
        };
        let stored = files(&[("a", "1"), ("b", "2"), ("c", "3")]);
        let made = files(&[("a", "1"), ("b", "x"), ("d", "4")]);
        let verdicts = compare(&stored, &made);
        let differs = |why: &str| Verdict::Differs(why.to_owned());
        let expected = [
            ("a", Verdict::Same(1)),
            ("b", differs("at byte 0; 1 bytes stored, 1 now")),
            ("c", differs("it is stored and was not made again")),
            ("d", differs("there is no stored one")),
        ];
        assert!(
            verdicts
                .into_iter()
                .eq(expected.map(|(name, v)| (name.to_owned(), v)))
        );
    }
}
