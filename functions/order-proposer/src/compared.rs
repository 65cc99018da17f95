//! The lines of two results, side by side.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::Decimal;
use ordering::{Attribution, Changed, LineKey, Milli};

use proposals::ProposalRow;

/// The lines of two results: before and after.
#[derive(Debug)]
pub struct Compared<'a>(BTreeMap<LineKey, [Option<&'a ProposalRow>; 2]>);

impl<'a> Compared<'a> {
    /// Puts two results side by side.
    pub fn new(
        before: impl IntoIterator<Item = &'a ProposalRow>,
        after: impl IntoIterator<Item = &'a ProposalRow>,
    ) -> Self {
        let mut lines: BTreeMap<LineKey, [Option<&ProposalRow>; 2]> = BTreeMap::new();
        for row in before {
            lines.entry(row.key()).or_default()[0] = Some(row);
        }
        for row in after {
            lines.entry(row.key()).or_default()[1] = Some(row);
        }
        Self(lines)
    }

    /// The lines that changed by a step or more, in order of their keys.
    pub fn changed(&self) -> Vec<Changed> {
        let changed = self.0.iter().filter_map(|(key, sides)| {
            let [before, after] = sides.map(|row| row.map_or(0, ProposalRow::quantity_milli));
            let step = sides.iter().flatten().map(|row| row.step_milli()).min()?;
            (before != after && (after - before).abs() >= step).then(|| Changed {
                key: key.clone(),
                before,
                after,
            })
        });
        changed.collect()
    }

    /// How many lines there are on either side.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// A line's rows: before and after.
    pub(crate) fn sides(&self, key: &LineKey) -> [Option<&'a ProposalRow>; 2] {
        self.0.get(key).copied().unwrap_or_default()
    }

    /// A line's row: the one after, else the one before.
    pub fn row(&self, key: &LineKey) -> Option<&'a ProposalRow> {
        let [before, after] = self.sides(key);
        after.or(before)
    }

    /// What a change of a line is worth at the line's own price.
    pub fn worth(&self, key: &LineKey, change: Milli) -> Decimal {
        money(self.row(key).map_or(0, |row| {
            let value = i128::from(row.value.millionths());
            i128::from(change) * value / i128::from(row.quantity_milli().max(1))
        }))
    }

    /// What each cause changes in value, the largest first.
    pub fn by_cause(&self, attributed: &[Attribution]) -> Vec<(&'static str, Decimal)> {
        let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
        for one in attributed {
            for (cause, part) in one.causes() {
                let worth = self.worth(&one.key, part).millionths();
                *sums.entry(cause).or_default() += i128::from(worth);
            }
        }
        let mut sums: Vec<(&str, i128)> = sums.into_iter().collect();
        sums.sort_by_key(|(_, value)| Reverse(value.abs()));
        let sums = sums.into_iter().map(|(cause, value)| (cause, money(value)));
        sums.collect()
    }
}

/// Money from millionths; what no column holds is the most there is.
fn money(millionths: i128) -> Decimal {
    Decimal::from_millionths(i64::try_from(millionths).unwrap_or(i64::MAX))
}
