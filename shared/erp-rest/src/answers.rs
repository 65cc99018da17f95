//! What an answer means.

use contracts::canonical::{Reason, Rejection};
use serde_json::Value;

use crate::network::Answer;
use crate::profile::{Description, Meaning, Rule};

/// An answer, understood.
#[derive(Debug)]
pub(crate) struct Understood {
    pub(crate) meaning: Meaning,
    /// The body, where it is JSON.
    pub(crate) body: Option<Value>,
    /// What is told of a refusal.
    pub(crate) rejection: Rejection,
}

/// What the profile, and where it says nothing HTTP, says that an answer means.
pub(crate) fn understood(described: &Description, answer: &Answer) -> Understood {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let text = String::from_utf8_lossy(&answer.body);
    let rule = described
        .answers
        .iter()
        .find(|rule| fits(rule, answer.status.as_u16(), body.as_ref(), &text));
    let meaning = rule.map_or_else(|| by_status(answer.status.as_u16()), |rule| rule.means);
    let words = described.words.as_ref();
    let words = words.and_then(|pointer| body.as_ref()?.pointer(pointer)?.as_str());
    Understood {
        meaning,
        rejection: rejection(&described.name, answer.status.as_u16(), words, rule),
        body,
    }
}

fn fits(rule: &Rule, status: u16, body: Option<&Value>, text: &str) -> bool {
    if !rule.status.is_empty() && !rule.status.contains(&status) {
        return false;
    }
    let Some(wanted) = &rule.contains else {
        return true;
    };
    match &rule.pointer {
        Some(pointer) => {
            let there = body.and_then(|body| body.pointer(pointer));
            there.is_some_and(|value| value.as_str().is_some_and(|text| text.contains(wanted)))
        }
        None => text.contains(wanted),
    }
}

const fn by_status(status: u16) -> Meaning {
    match status {
        200..=299 => Meaning::Done,
        401 => Meaning::Unauthorized,
        404 | 410 => Meaning::Gone,
        408 | 425 | 429 | 503 => Meaning::NotNow,
        400..=499 => Meaning::Refused,
        _ => Meaning::Unknown,
    }
}

fn rejection(name: &str, status: u16, words: Option<&str>, rule: Option<&Rule>) -> Rejection {
    let told = match (status, words) {
        (413, None) => "the request is larger than it takes".to_owned(),
        (_, Some(words)) => shortened(words),
        (_, None) => "it does not say why".to_owned(),
    };
    let remedy = rule.and_then(|rule| rule.remedy.as_deref());
    let remedy = remedy.unwrap_or(
        "put it right in the ERP or in the system that it comes from, and send the event again",
    );
    Rejection::new(
        Reason::Refused,
        format!("{name} refuses it ({status}): {told}"),
        remedy,
    )
}

/// One line of bounded length: the words come from outside.
fn shortened(words: &str) -> String {
    let line: String = words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect();
    line.trim().trim_end_matches('.').to_owned()
}

/// The list at a place of an answer.
pub(crate) fn list<'a>(body: &'a Value, pointer: &str) -> Option<&'a Vec<Value>> {
    body.pointer(pointer)?.as_array()
}

/// A number or a text as text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
