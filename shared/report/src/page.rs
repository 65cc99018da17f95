//! The report page.

use askama::Template;
use contracts::{RunSummary, WeekReport};
use sha2::{Digest, Sha256};

use crate::attention::{Notice, notices, verdict};
use crate::fan::Fan;
use crate::findings::Table;
use crate::model::Accuracy;
use crate::orders::Orders;
use crate::tile::{Body, Tile, tiles};
use crate::week::Section;
use crate::words::{count, moment, shadow_lines};

const STYLE: &str = include_str!("../templates/page.css");

/// The page's content; the template only places it.
#[derive(Template)]
#[template(path = "page.html", whitespace = "minimize")]
struct Page {
    style: &'static str,
    style_digest: String,
    verdict: String,
    as_of: String,
    scenario: Option<String>,
    changes: Vec<String>,
    notices: Vec<Notice>,
    tiles: Vec<Tile>,
    fan: Option<Fan>,
    orders: Orders,
    accuracy: Accuracy,
    sections: Vec<Section>,
    findings: Table,
    facts: Vec<(&'static str, String)>,
}

/// The report page of a run: one HTML file without scripts that asks for nothing else.
///
/// # Errors
/// When the template cannot be rendered, which takes a defect here.
pub fn page(summary: &RunSummary) -> Result<String, askama::Error> {
    let planned = summary.weeks.iter().filter_map(|report| match report {
        WeekReport::Planned(week) => Some(Section::of(week)),
        WeekReport::Failed { .. } => None,
    });
    let page = Page {
        style: STYLE,
        style_digest: base64(&Sha256::digest(STYLE)),
        verdict: verdict(summary),
        as_of: moment(summary.as_of),
        scenario: summary.scenario.clone(),
        changes: summary.changes.clone(),
        notices: notices(summary),
        tiles: tiles(summary),
        fan: Fan::of(summary),
        orders: Orders::of(&summary.proposals),
        accuracy: Accuracy::of(&summary.model),
        sections: planned.collect(),
        findings: Table::of(summary),
        facts: facts(summary),
    };
    page.render()
}

fn facts(summary: &RunSummary) -> Vec<(&'static str, String)> {
    let history = match summary.history {
        Some((first, last)) => format!("{first} to {last}"),
        None => "none".to_owned(),
    };
    let mut facts = vec![
        ("As of", moment(summary.as_of)),
        ("History used", history),
        ("Volume", summary.volume_method.clone()),
        ("Draws", count(u64::from(summary.replicates))),
        ("Seed", summary.seed.to_string()),
        ("Plan", summary.plan.to_string()),
    ];
    facts.extend(shadow_lines(summary).map(|line| ("Shadow", line)));
    facts
}

/// Base64 (RFC 4648, section 4) of the style's digest, by which the page's policy allows it and no other.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let index = word >> (18 - 6 * place) & 63;
            text.push(if place <= chunk.len() {
                char::from(ALPHABET[index as usize])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
