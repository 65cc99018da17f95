use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Decimal, MenuWeek};

macro_rules! codes {
    ($($code:ident $severity:ident $title:literal,)*) => {
        /// The catalogue of what can be wrong with a planning data set or a plan.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum Code {$(#[doc = $title] $code,)*}

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            /// What the code means, in a few words.
            pub const fn title(self) -> &'static str {
                match self {$(Self::$code => $title,)*}
            }

            /// The severity a finding of this code has unless its rule says otherwise.
            pub const fn severity(self) -> Severity {
                match self {$(Self::$code => Severity::$severity,)*}
            }
        }
    };
}

codes! {
    E101 Error "missing file or column",
    E102 Error "value of the wrong type or format",
    E103 Error "duplicate key",
    E104 Warning "unknown column",
    E105 Error "encoding, byte-order mark or delimiter",
    E106 Error "empty file",
    E107 Error "unit unknown or not convertible to the product's unit",
    E201 Error "recipe on the menu without a bill of materials for a sold portion size",
    E202 Error "product of a bill of materials unknown",
    E203 Error "ordered recipe not on that week's menu",
    E204 Error "area without an eligible site on a weekday",
    E205 Error "recipe that no open site can make",
    E206 Error "vendor line for an unknown vendor or product",
    E207 Warning "product or packaging needed, but no vendor sells it and none is in stock",
    E208 Error "reference to an unknown record",
    E209 Warning "first-choice vendor never delivers to a site",
    E301 Error "negative number",
    E302 Error "yield factor outside 0 to 1",
    E303 Error "quantiles cross",
    E304 Error "cap minimum above maximum",
    E305 Error "order multiple not above zero, minimum not a multiple, or no quantity between minimum and maximum",
    E306 Error "shelf life shorter than the life needed at packing",
    E307 Warning "lead time negative or longer than the horizon",
    E308 Error "policy target that its method cannot aim at",
    E401 Error "stock snapshot too old",
    E402 Warning "inbound order overdue and still open",
    E403 Error "validity dates of a bill of materials overlap or leave a gap",
    E404 Warning "no order date left before the first need",
    E405 Warning "order cut-off ambiguous at a clock change",
    E406 Error "menu week dates wrong",
    E407 Warning "stock past its last day of use",
    E408 Error "dates cross",
    E409 Warning "approved order past its day and unknown to the data set",
    E410 Warning "more stock taken than there was",
    E501 Error "more known orders than the forecast's 99th percentile",
    E502 Error "caps cannot be met",
    E503 Warning "many recipes on the menu have never been sold",
    E504 Warning "volume forecast jumped since its last issue",
    E505 Error "more stock allocated than on hand",
    E506 Error "one order stands twice",
    E507 Error "mixed currencies",
    E508 Error "quantity per portion far outside the product's range",
    E509 Warning "boxes ask for more distinct recipes than the menu offers",
    E510 Warning "override not in force",
    E511 Warning "two overrides set the same thing",
    E512 Error "override's keys or value do not fit its measure",
    E513 Warning "a failed week stands in with its last publication",
    E514 Error "needs of a week are not in the purchase proposals",
    E515 Warning "what a week that is not planned will use is not taken off stock",
    E601 Warning "e-mail of a publication refused",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Severity {
    /// Something is wrong; its [`Scope`] says what it stops.
    Error,
    /// Planning goes on; a person should look.
    Warning,
}

/// What an error stops.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Scope {
    /// The whole data set: no week can be planned.
    DataSet,
    /// These menu weeks; the others go on.
    Weeks(BTreeSet<MenuWeek>),
    /// Nothing but itself: the row is left out or the plan shows a shortfall, and the finding says so.
    Record,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Volume {
    /// Boxes (or recipe kits where one box is not known to hold them) concerned.
    Boxes(u64),
    /// Stock or order quantity concerned, in the product's unit.
    Quantity(Decimal),
    /// Not known.
    Unknown,
}

/// One thing that is wrong with the data set or the plan, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The entry of the catalogue.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// What it stops.
    pub scope: Scope,
    /// The file, such as `recipe_bom.csv`, or the name of the step that found it.
    pub file: String,
    /// Lines of the file (the header is line 1) or rows of a Parquet file (the first is row 1); may be empty.
    pub rows: Vec<u64>,
    /// The column, where there is one.
    pub column: Option<String>,
    /// The value found, shortened to 80 characters.
    pub value: Option<String>,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// How much hangs on it.
    pub impact: Volume,
    /// What to do, in one sentence without a full stop.
    pub remedy: String,
}

impl Finding {
    /// A finding about `file` with the code's own severity, scope [`Scope::Record`] and nothing else known.
    pub fn new(code: Code, file: &str, message: String, remedy: &str) -> Self {
        Self {
            code,
            severity: code.severity(),
            scope: Scope::Record,
            file: file.to_owned(),
            rows: Vec::new(),
            column: None,
            value: None,
            message,
            impact: Volume::Unknown,
            remedy: remedy.to_owned(),
        }
    }

    /// The same with the rows it stands in.
    #[must_use]
    pub fn at(mut self, rows: impl IntoIterator<Item = u64>) -> Self {
        self.rows = rows.into_iter().collect();
        self
    }

    /// The same with the column and the value found there.
    #[must_use]
    pub fn of(mut self, column: &str, value: &str) -> Self {
        self.column = Some(column.to_owned());
        self.value = Some(value.chars().filter(|c| !c.is_control()).take(80).collect());
        self
    }

    /// The same stopping the whole data set.
    #[must_use]
    pub fn blocks_all(mut self) -> Self {
        self.scope = Scope::DataSet;
        self
    }

    /// The same stopping these weeks; none at all leaves it at the record.
    #[must_use]
    pub fn blocks(mut self, weeks: impl IntoIterator<Item = MenuWeek>) -> Self {
        let weeks: BTreeSet<_> = weeks.into_iter().collect();
        self.scope = if weeks.is_empty() {
            Scope::Record
        } else {
            Scope::Weeks(weeks)
        };
        self
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// The same with what hangs on it.
    #[must_use]
    pub fn weighing(mut self, impact: Volume) -> Self {
        self.impact = impact;
        self
    }

    /// Whether the finding stops the planning of `week`.
    pub fn stops(&self, week: MenuWeek) -> bool {
        self.severity == Severity::Error
            && match &self.scope {
                Scope::DataSet => true,
                Scope::Weeks(weeks) => weeks.contains(&week),
                Scope::Record => false,
            }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = if self.severity == Severity::Error {
            "error"
        } else {
            "warning"
        };
        write!(f, "{} {severity}: {}", self.code, self.file)?;
        if !self.rows.is_empty() {
            let shown: Vec<_> = self.rows.iter().take(5).map(ToString::to_string).collect();
            let more = if self.rows.len() > 5 { ", …" } else { "" };
            let word = if self.rows.len() == 1 { "row" } else { "rows" };
            write!(f, ", {word} {}{more}", shown.join(", "))?;
        }
        match (&self.column, &self.value) {
            (Some(column), Some(value)) => write!(f, ", {column} = `{value}`")?,
            (Some(column), None) => write!(f, ", column {column}")?,
            _ => {}
        }
        write!(f, ": {}", self.message)?;
        match self.impact {
            Volume::Boxes(1) => f.write_str(" (1 box)")?,
            Volume::Boxes(boxes) => write!(f, " ({boxes} boxes)")?,
            Volume::Quantity(quantity) => write!(f, " (quantity {quantity})")?,
            Volume::Unknown => {}
        }
        match &self.scope {
            Scope::DataSet => f.write_str(" [no week can be planned]")?,
            Scope::Weeks(weeks) if self.severity == Severity::Error => {
                let shown: Vec<_> = weeks.iter().take(5).map(ToString::to_string).collect();
                let more = weeks.len().saturating_sub(shown.len());
                let more = if more == 0 {
                    String::new()
                } else {
                    format!(" and {more} more weeks")
                };
                write!(f, " [stops {}{more}]", shown.join(", "))?;
            }
            _ => {}
        }
        write!(f, "; {}", self.remedy)
    }
}

/// Number of errors and of warnings among the findings.
pub fn tally(findings: &[Finding]) -> (usize, usize) {
    let errors = findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .count();
    (errors, findings.len() - errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_names_file_row_column_value_impact_and_remedy() {
        let finding = Finding::new(
            Code::E102,
            "site_cap.csv",
            "expected a whole number of 0 or more".to_owned(),
            "correct the value",
        )
        .at([7])
        .of("boxes_max", "many")
        .weighing(Volume::Boxes(1200))
        .blocks(["2026-W48".parse().unwrap()]);
        assert_eq!(
            finding.to_string(),
            "E102 error: site_cap.csv, row 7, boxes_max = `many`: expected a whole number of 0 or more \
             (1200 boxes) [stops 2026-W48]; correct the value"
        );
        assert!(finding.stops("2026-W48".parse().unwrap()));
        assert!(!finding.stops("2026-W49".parse().unwrap()));
        assert!(!finding.warning().stops("2026-W48".parse().unwrap()));
    }

    #[test]
    fn many_weeks_are_counted_and_one_box_is_one() {
        let first: MenuWeek = "2026-W48".parse().unwrap();
        let finding = Finding::new(Code::E302, "a.csv", "bad".to_owned(), "mend it");
        let finding = finding.blocks((0..8).filter_map(|week| first.plus(week)));
        assert_eq!(
            finding.weighing(Volume::Boxes(1)).to_string(),
            "E302 error: a.csv: bad (1 box) [stops 2026-W48, 2026-W49, 2026-W50, 2026-W51, 2026-W52 \
             and 3 more weeks]; mend it"
        );
    }
}
