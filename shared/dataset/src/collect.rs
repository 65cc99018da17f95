//! Findings as they come, kept short: a file with one mistake in every row yields few lines.

use std::collections::BTreeMap;

use domain::{Code, Finding, Scope, Severity, Volume};

/// No finding lists more rows than this; its message says how many there are.
pub(crate) const MOST_ROWS: usize = 50;

/// So many findings of one code, file and column are listed; the rest become one.
const MOST_ALIKE: usize = 100;

/// Findings with those beyond [`MOST_ALIKE`] of a kind folded into one.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    kinds: BTreeMap<Kind, Alike>,
}

type Kind = (Code, Severity, String, Option<String>);

#[derive(Debug, Default)]
struct Alike {
    listed: usize,
    folded: usize,
    /// Where in the list the folded ones stand.
    at: usize,
}

impl Findings {
    pub(crate) fn push(&mut self, mut finding: Finding) {
        finding.rows.truncate(MOST_ROWS);
        let kind = (
            finding.code,
            finding.severity,
            finding.file.clone(),
            finding.column.clone(),
        );
        let alike = self.kinds.entry(kind).or_default();
        if alike.listed < MOST_ALIKE {
            alike.listed += 1;
            self.list.push(finding);
            return;
        }
        alike.folded += 1;
        if alike.folded == 1 {
            alike.at = self.list.len();
            finding.value = None;
            finding.message.clear();
            self.list.push(finding);
        } else if let Some(rest) = self.list.get_mut(alike.at) {
            fold(rest, finding);
        }
    }

    pub(crate) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        findings.into_iter().for_each(|finding| self.push(finding));
    }

    pub(crate) fn into_vec(mut self) -> Vec<Finding> {
        for alike in self.kinds.values().filter(|alike| alike.folded > 0) {
            if let Some(rest) = self.list.get_mut(alike.at) {
                rest.message = format!("{} more findings of this kind", alike.folded);
            }
        }
        self.list
    }
}

fn fold(rest: &mut Finding, finding: Finding) {
    let room = MOST_ROWS.saturating_sub(rest.rows.len());
    rest.rows.extend(finding.rows.into_iter().take(room));
    rest.scope = match (
        std::mem::replace(&mut rest.scope, Scope::Record),
        finding.scope,
    ) {
        (Scope::DataSet, _) | (_, Scope::DataSet) => Scope::DataSet,
        (Scope::Weeks(mut some), Scope::Weeks(more)) => {
            some.extend(more);
            Scope::Weeks(some)
        }
        (Scope::Record, other) | (other, Scope::Record) => other,
    };
    rest.impact = match (rest.impact, finding.impact) {
        (Volume::Boxes(some), Volume::Boxes(more)) => Volume::Boxes(some.saturating_add(more)),
        // Quantities of different products have different units.
        _ => Volume::Unknown,
    };
}

/// A number and what it counts, such as `1 row` or `3 rows`.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    if count == 1 {
        format!("1 {thing}")
    } else {
        format!("{count} {thing}s")
    }
}

/// Words in a row, such as `2, 4`.
pub(crate) fn listed<T: std::fmt::Display>(things: impl IntoIterator<Item = T>) -> String {
    let things: Vec<_> = things.into_iter().map(|thing| thing.to_string()).collect();
    things.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_findings_of_a_kind_become_a_hundred_and_one() {
        let mut findings = Findings::default();
        for row in 0..1000 {
            let finding = Finding::new(Code::E102, "a.csv", "bad".to_owned(), "mend it");
            let finding = finding.at([row]).of("b", "x").weighing(Volume::Boxes(2));
            findings.push(if row == 500 {
                finding.blocks_all()
            } else {
                finding
            });
        }
        let findings = findings.into_vec();
        assert_eq!(findings.len(), MOST_ALIKE + 1);
        let rest = findings.last().unwrap();
        assert_eq!(
            rest.to_string(),
            "E102 error: a.csv, rows 100, 101, 102, 103, 104, …, column b: 900 more findings of this kind \
             (1800 boxes) [no week can be planned]; mend it"
        );
        assert_eq!(rest.rows.len(), MOST_ROWS);
    }
}
