use std::collections::BTreeMap;

use artifacts::Store;
use contracts::{
    CODE_VERSION, DataFile, PublishRequest, Reference, RunId, RunSummary, WeekOutcome, WeekReport,
};
use domain::{MenuWeek, Sha256, Timestamp};
use runs::Run;
use serde::{Deserialize, Serialize};

/// What was published, by whom and from what: the content of `manifest.json`.
///
/// The only published file that names the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    pub files: BTreeMap<String, ManifestFile>,
    /// The data set's files that the plan pinned.
    pub data: BTreeMap<String, DataFile>,
}

/// How one week ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
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

/// A published file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// What it holds.
    pub sha256: Sha256,
    /// How long it is.
    pub bytes: u64,
}

impl Manifest {
    pub(crate) fn new<S: Store>(
        run: &Run<'_, S>,
        request: &PublishRequest,
        summary: &RunSummary,
        files: BTreeMap<String, ManifestFile>,
    ) -> Self {
        let weeks = request
            .weeks
            .iter()
            .zip(&summary.weeks)
            .map(|(outcome, report)| match (outcome, report) {
                (WeekOutcome::Failed { week, .. }, WeekReport::Failed { fault, message, .. }) => {
                    ManifestWeek::Failed {
                        week: *week,
                        fault: fault.clone(),
                        message: message.clone(),
                    }
                }
                (WeekOutcome::Failed { week, error, cause }, WeekReport::Planned(_)) => {
                    ManifestWeek::Failed {
                        week: *week,
                        fault: error.clone(),
                        message: cause.clone(),
                    }
                }
                (WeekOutcome::Forecast { week, forecast }, _) => ManifestWeek::Forecast {
                    week: *week,
                    forecast: forecast.clone(),
                },
            });
        Self {
            run: run.id.clone(),
            code: CODE_VERSION.to_owned(),
            as_of: run.plan.as_of,
            plan: request.plan.clone(),
            weeks: weeks.collect(),
            files,
            data: run.plan.data.clone(),
        }
    }
}
