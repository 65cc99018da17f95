//! The lines that the report tells everything of.

use std::cmp::Ordering;

use domain::Decimal;
use ordering::Line;

/// How many lines are kept; `explanations` hold all.
const MOST: usize = 500;

/// The lines that most money is at risk with, then those of most value; the first of them first.
#[derive(Debug, Default)]
pub(crate) struct Reasons(Vec<(Option<Decimal>, Line)>);

impl Reasons {
    /// Considers lines, each with the money at risk where it is known.
    pub(crate) fn consider<'l>(
        &mut self,
        lines: impl IntoIterator<Item = (Option<Decimal>, &'l Line)>,
    ) {
        let mut new: Vec<(Option<Decimal>, &Line)> = lines.into_iter().collect();
        new.sort_by(|a, b| order((a.0, a.1), (b.0, b.1)));
        let new = new.into_iter().take(MOST);
        self.0
            .extend(new.map(|(at_risk, line)| (at_risk, line.clone())));
        self.0.sort_by(|a, b| order((a.0, &a.1), (b.0, &b.1)));
        self.0.truncate(MOST);
    }

    /// The lines.
    pub(crate) fn lines(&self) -> Vec<&Line> {
        self.0.iter().map(|(_, line)| line).collect()
    }
}

/// Most money at risk first, then most value, then by key.
fn order(a: (Option<Decimal>, &Line), b: (Option<Decimal>, &Line)) -> Ordering {
    (b.0, b.1.value, &a.1.key).cmp(&(a.0, a.1.value, &b.1.key))
}
