//! Rows that are no events.

/// The most characters of a value, and of a row, that are told.
const VALUE: usize = 40;
const ROW: usize = 300;

/// A row that did not become an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The file's line, from 1.
    pub line: u64,
    /// The column as the file calls it; empty where it is not about one.
    pub column: String,
    /// What stands there, cut where it is long.
    pub value: String,
    /// What is wrong with it.
    pub reason: String,
    /// What to do.
    pub remedy: String,
    /// The whole row, cut where it is long.
    pub row: String,
}

/// What is wrong with a row, before it is known which row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bad {
    pub(crate) column: String,
    pub(crate) value: String,
    pub(crate) reason: String,
    pub(crate) remedy: String,
}

impl Bad {
    pub(crate) fn new(
        column: impl Into<String>,
        value: &str,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            column: column.into(),
            value: start(value, VALUE),
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }

    pub(crate) fn at(self, line: u64, row: &str) -> Reject {
        Reject {
            line,
            column: self.column,
            value: self.value,
            reason: self.reason,
            remedy: self.remedy,
            row: start(row, ROW),
        }
    }
}

/// The text's beginning, without signs that nobody sees.
pub(crate) fn start(text: &str, most: usize) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut start: String = text.chars().take(most).map(plain).collect();
    if text.chars().nth(most).is_some() {
        start.push('…');
    }
    start
}
