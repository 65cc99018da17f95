//! What is said of an event that is parked: the field, its value, what to do. Never the body.

use serde_json::Value;

use super::LARGEST_BODY;
use super::data::Wrong;
use super::kind::{Kind, Unread};
use super::rejection::{Reason, Rejection};
use super::source::Source;

/// The most characters of a value that are quoted.
const QUOTED: usize = 40;

const AGAIN: &str = "correct it where the event comes from and send it again with a new id";

/// A text in backticks, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut start: String = text.chars().take(QUOTED).map(plain).collect();
    if text.chars().nth(QUOTED).is_some() {
        start.push('…');
    }
    format!("`{start}`")
}

/// A value in backticks; of lists and objects only that they are ones.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => quoted(text),
        Value::Number(number) => quoted(&number.to_string()),
        Value::Bool(flag) => quoted(&flag.to_string()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

pub(super) fn too_large(bytes: usize) -> Rejection {
    let message = format!("the event is {bytes} bytes long, and the limit is {LARGEST_BODY}");
    let remedy = "send a smaller document: split it, or leave out what no field here holds";
    Rejection::new(Reason::TooLarge, message, remedy)
}

pub(super) fn malformed(error: &serde_json::Error) -> Rejection {
    let (line, column) = (error.line(), error.column());
    let message = format!("the message is not JSON from line {line}, column {column} on");
    let remedy = "ask the sender's developers: an event is one JSON object (CloudEvents 1.0, structured mode)";
    Rejection::new(Reason::Malformed, message, remedy)
}

pub(super) fn no_object() -> Rejection {
    let message = "the message is JSON, but no object";
    let remedy = "ask the sender's developers: an event is one JSON object (CloudEvents 1.0, structured mode)";
    Rejection::new(Reason::Malformed, message, remedy)
}

pub(super) fn missing(name: &str) -> Rejection {
    let message = format!("the envelope has no `{name}`");
    let remedy = "ask the sender's developers to send it with every event";
    Rejection::new(Reason::Envelope, message, remedy)
}

pub(super) fn attribute(name: &str, value: &str, expected: &str) -> Rejection {
    let message = format!("the envelope's `{name}` is {value}, expected {expected}");
    Rejection::new(Reason::Envelope, message, AGAIN)
}

pub(super) fn unknown_type(name: &str) -> Rejection {
    if let Some(known) = Kind::of_another_version(name) {
        let message = format!(
            "the event's type is {}, and this version reads `{known}`",
            quoted(name)
        );
        let remedy = format!("send `{known}`, or bring Larder to the version that reads the other");
        return Rejection::new(Reason::WrongVersion, message, remedy);
    }
    let message = format!("nobody here knows events of the type {}", quoted(name));
    let remedy = "correct the type, or stop sending it here; docs/events.md lists the types";
    Rejection::new(Reason::UnknownType, message, remedy)
}

pub(super) fn other_schema(schema: &str, expected: &str) -> Rejection {
    let schema = quoted(schema);
    let message =
        format!("the envelope's `dataschema` is {schema}, and its type's is `{expected}`");
    let remedy = "make type and dataschema agree, and send it again with a new id";
    Rejection::new(Reason::WrongVersion, message, remedy)
}

pub(super) fn not_the_owner(source: &Source, kind: Kind) -> Rejection {
    let (system, master) = (source.system(), kind.entity().master());
    let entity = kind.entity().name();
    let message =
        format!("`{kind}` comes from {system} (`{source}`), and {entity} is mastered by {master}");
    let remedy = format!(
        "make the change in {master}, which will tell everybody; stop {system} from sending it"
    );
    Rejection::new(Reason::Owner, message, remedy)
}

pub(super) fn no_data(data: &Value) -> Rejection {
    let message = format!("`data` is {}, expected an object", shown(data));
    Rejection::new(Reason::Schema, message, AGAIN)
}

pub(super) fn wrong(wrong: &Wrong) -> Rejection {
    let Wrong {
        field,
        value,
        expected,
    } = wrong;
    let message = format!("`data.{field}` is {}, expected {expected}", quoted(value));
    Rejection::new(Reason::Schema, message, AGAIN)
}

/// A field that could not be read: serde's words, made plain.
pub(super) fn unread(data: &Value, error: &Unread) -> Rejection {
    let path = error.path().to_string();
    let text = error.inner().to_string();
    let at = if path == "." {
        String::new()
    } else {
        format!(".{path}")
    };
    if let Some(name) = text.strip_prefix("missing field `") {
        let name = name.trim_end_matches('`');
        let message = format!("`data{at}.{name}` is missing");
        return Rejection::new(Reason::Schema, message, AGAIN);
    }
    let value = find(data, &path).map_or_else(|| "not readable".to_owned(), shown);
    let expected = plain(&text);
    let message = format!("`data{at}` is {value}, expected {expected}");
    Rejection::new(Reason::Schema, message, AGAIN)
}

/// The value at a path such as `lines[2].quantity`.
fn find<'a>(data: &'a Value, path: &str) -> Option<&'a Value> {
    let mut at = data;
    for part in path.split(['.', '[']).filter(|part| !part.is_empty()) {
        at = match part.strip_suffix(']') {
            Some(index) => at.get(index.parse::<usize>().ok()?)?,
            None => at.get(part)?,
        };
    }
    Some(at)
}

/// `invalid type: integer `3`, expected a string` says what is there once more, and what is expected as a
/// programmer would.
fn plain(text: &str) -> String {
    let expected = text
        .rsplit_once("expected ")
        .map_or(text, |(_, expected)| expected);
    let words = match expected {
        "a string" => "text in quotes",
        "u8" | "u32" | "u64" => "a whole number of 0 or more, below 4294967296",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        other if other.starts_with("struct ") => "an object",
        other => other,
    };
    words.to_owned()
}
