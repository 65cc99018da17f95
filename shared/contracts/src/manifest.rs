//! What a publication consists of: the content of its `manifest.json`.

use std::collections::BTreeMap;

use domain::{MenuWeek, Timestamp};
use serde::{Deserialize, Serialize};

use crate::plan::{DataFile, RunId};
use crate::step::Reference;

/// What was published, by whom and from what: the content of `manifest.json`.
///
/// The only published file that names the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Manifest {
    /// The run.
    pub run: RunId,
    /// The digest of the code that made it.
    pub code: String,
    /// The moment planned from.
    pub as_of: Timestamp,
    /// The plan.
    pub plan: Reference,
    /// How each week ended.
    pub weeks: Vec<ManifestWeek>,
    /// Every file beside this one, by name.
    pub files: BTreeMap<String, DataFile>,
    /// The data set's files that the plan pinned.
    pub data: BTreeMap<String, DataFile>,
}

/// How one week ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ManifestWeek {
    /// Planned.
    Forecast {
        /// The week.
        week: MenuWeek,
        /// Its result in the run store, relative to the run.
        forecast: Reference,
    },
    /// Failed.
    Failed {
        /// The week.
        week: MenuWeek,
        /// The fault's name.
        fault: String,
        /// What was wrong.
        message: String,
    },
}
