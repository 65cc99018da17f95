//! Why lines are what they are, part by part.

use std::collections::BTreeMap;

use ordering::{LineKey, Milli};
use serde::Serialize;

use super::Dictionary;
use crate::Reason;

/// Bytes that reasons may take on a page: a line that is for many recipes and days has hundreds of parts.
const MOST_BYTES: usize = 3_000_000;

/// The reasons.
#[derive(Debug, Serialize)]
pub(super) struct Reasons<'a> {
    /// Places in the data set that parts stand in.
    places: Dictionary<&'a str>,
    /// What parts are.
    parts: Dictionary<&'a str>,
    lines: Vec<Explained<'a>>,
}

#[derive(Debug, Serialize)]
struct Explained<'a> {
    /// The line's place among the lines.
    line: usize,
    text: &'a str,
    /// What, how much and where.
    parts: Vec<(i64, Milli, i64)>,
    /// Quantity, short, chance and waste, each in words.
    alternatives: Vec<[&'a str; 5]>,
}

impl<'a> Reasons<'a> {
    /// The first of the reasons whose lines are on the page, as many as there is room for.
    pub(super) fn of(
        reasons: &'a [Reason],
        lines: &BTreeMap<LineKey, usize>,
    ) -> Result<Self, serde_json::Error> {
        let mut all = Self {
            places: Dictionary::new(),
            parts: Dictionary::new(),
            lines: Vec::new(),
        };
        let mut bytes = 0;
        for Reason { key, why } in reasons {
            let Some(line) = lines.get(key) else {
                continue;
            };
            let names = why.parts.iter().map(|row| row.part.len() + row.from.len());
            bytes += names.sum::<usize>();
            let parts = why.parts.iter().map(|row| {
                (
                    all.parts.place(&row.part),
                    row.milli,
                    all.places.place(&row.from),
                )
            });
            let parts = parts.collect();
            let alternatives = why.alternatives.iter();
            let explained = Explained {
                line: *line,
                text: &why.paragraph,
                parts,
                alternatives: alternatives
                    .map(|row| {
                        [
                            row.what.as_str(),
                            &row.quantity,
                            &row.short,
                            &row.chance,
                            &row.waste,
                        ]
                    })
                    .collect(),
            };
            bytes += serde_json::to_string(&explained)?.len();
            if bytes > MOST_BYTES {
                break;
            }
            all.lines.push(explained);
        }
        Ok(all)
    }

    pub(super) const fn count(&self) -> usize {
        self.lines.len()
    }
}
