//! What was published, by whom and from what.

use std::collections::BTreeMap;

use artifacts::Store;
use contracts::{
    CODE_VERSION, DataFile, Manifest, ManifestWeek, PublishRequest, RunSummary, WeekOutcome,
    WeekReport,
};
use runs::Run;

/// The manifest of a publication of these files.
pub(crate) fn manifest<S: Store>(
    run: &Run<'_, S>,
    request: &PublishRequest,
    summary: &RunSummary,
    files: BTreeMap<String, DataFile>,
) -> Manifest {
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
    Manifest {
        run: run.id.clone(),
        code: CODE_VERSION.to_owned(),
        as_of: run.plan.as_of,
        plan: request.plan.clone(),
        weeks: weeks.collect(),
        files,
        data: run.plan.data.clone(),
    }
}
