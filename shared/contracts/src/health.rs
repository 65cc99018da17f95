//! How current the data set is: what `data-extractor` reads off its tables, and what is made of that for people.

use domain::{Sha256, Timestamp};
use serde::{Deserialize, Serialize};

/// What a table of the data set says of itself: one row of the artifact `currency.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TableFacts {
    /// The table, such as `order_line`.
    pub table: String,
    /// Rows that could be read, changes folded in.
    pub rows: u64,
    /// The newest thing in it, for tables that tell of time.
    pub newest: Option<Newest>,
}

/// The newest thing that a table knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Newest {
    /// The column it stands in, such as `placed_at`.
    pub column: String,
    /// The value as the data has it.
    pub value: String,
    /// The moment that the value stands for: of a week or a day its end.
    pub at: Timestamp,
}

/// A table of the data set with the files it was read from and its age when the run was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceHealth {
    /// The table.
    pub table: String,
    /// Its base, as the plan pinned it.
    pub files: Vec<SourceFile>,
    /// Its change objects, each of which the manifest names.
    #[serde(default)]
    pub changes: SourceChanges,
    /// Rows that could be read, changes folded in.
    pub rows: u64,
    /// The newest thing in it, for tables that tell of time.
    pub newest: Option<Newest>,
    /// Whole hours from that to the moment planned from; below zero where the data is ahead.
    pub age_hours: Option<i64>,
    /// Hours after which such data is stale, where there is a limit.
    pub limit_hours: Option<u32>,
}

impl SourceHealth {
    /// Whether it is older than its limit.
    pub fn is_stale(&self) -> bool {
        match (self.age_hours, self.limit_hours) {
            (Some(age), Some(limit)) => age > i64::from(limit),
            _ => false,
        }
    }
}

/// The change objects of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceChanges {
    /// How many there are.
    pub objects: u64,
    /// How long they are together.
    pub bytes: u64,
}

/// A file of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceFile {
    /// Its name in the data set.
    pub name: String,
    /// What it holds.
    pub sha256: Sha256,
    /// How long it is.
    pub bytes: u64,
}
