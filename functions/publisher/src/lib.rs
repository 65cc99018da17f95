//! Publisher (PERSISTENCE): copies what a run made to the output location, with a report page and a manifest, then
//! moves the pointer to the latest results.

mod manifest;
mod model;
mod shadows;
mod weeks;

use std::collections::BTreeMap;

use artifacts::Store;
use contracts::artifact::{FINDINGS, MODEL, SUMMARY};
use contracts::{
    Fault, FaultName, Outcome, PublishRequest, PublishResponse, Published, Reference, RunSummary,
    ShadowOutcome, StepName, WeekOutcome,
};
use domain::{Finding, MenuWeek, Scope, Sha256};
use runs::{Begun, Latest, Run};
use serde::{Deserialize, Serialize};

pub use manifest::{Manifest, ManifestFile, ManifestWeek};

/// The folder of a publication and how its weeks ended: the content of `publication.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Publication {
    /// Below the run's folder in the output location.
    folder: String,
    failure: String,
}

const PUBLICATION: &str = "publication.json";

#[derive(Serialize)]
struct Inputs<'a> {
    plan: Sha256,
    findings: Sha256,
    model: Sha256,
    weeks: &'a [WeekOutcome],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    shadows: &'a [ShadowOutcome],
}

/// Publishes a run: whatever weeks it has, and which failed and why.
///
/// # Errors
/// `Data.Rejected` when an artifact is damaged; the stores' faults.
pub async fn handle(
    request: PublishRequest,
    runs: &impl Store,
    output: &impl Store,
) -> Result<PublishResponse, Fault> {
    let run = Run::open(runs, &request.run, &request.plan).await?;
    let history = run.result(&request.history).await?;
    let fitted = run.result(&request.model).await?;
    let inputs = Inputs {
        plan: request.plan.sha256,
        findings: history.artifact(FINDINGS)?.sha256,
        model: fitted.artifact(MODEL)?.sha256,
        weeks: &request.weeks,
        shadows: &request.shadows,
    };
    let reference = match run.begin(StepName::Publisher, None, &inputs).await? {
        Begun::Finished(reference) => reference,
        Begun::Open(mut workspace) => {
            let findings: Vec<Finding> = run.json(history.artifact(FINDINGS)?).await?;
            let model: demand::Model = run.json(fitted.artifact(MODEL)?).await?;
            let digest = workspace.folder().rsplit('/').next().unwrap_or_default();
            let folder = format!("{}/{digest}", run.id);
            let failure = publish(&run, &request, &findings, &model, output, &folder).await?;
            let folder = digest.to_owned();
            workspace
                .put_json(PUBLICATION, &Publication { folder, failure })
                .await?;
            workspace.finish().await?
        }
    };
    let publication: Publication = run
        .json(run.result(&reference).await?.artifact(PUBLICATION)?)
        .await?;
    let all = publication.failure.is_empty();
    Ok(PublishResponse {
        outcome: if all {
            Outcome::Succeeded
        } else {
            Outcome::WeeksFailed
        },
        failure: publication.failure,
        publication: reference,
        folder: format!("{}/{}", run.id, publication.folder),
        run: run.id,
    })
}

/// Writes everything, the manifest after all files and the pointer after the manifest; gives what failed in words.
async fn publish<S: Store>(
    run: &Run<'_, S>,
    request: &PublishRequest,
    findings: &[Finding],
    model: &demand::Model,
    output: &impl Store,
    folder: &str,
) -> Result<String, Fault> {
    let mut files = Copier {
        output,
        folder,
        files: BTreeMap::new(),
    };
    let mut reports = Vec::new();
    let mut published = BTreeMap::new();
    for week in &request.weeks {
        if let WeekOutcome::Forecast { week, forecast } = week {
            weeks::copy(run, *week, forecast, &mut files).await?;
            published.insert(*week, of(run, forecast));
        }
        reports.push(weeks::report(run, week, findings).await?);
    }
    let failed: Vec<&contracts::WeekReport> = reports
        .iter()
        .filter(|report| matches!(report, contracts::WeekReport::Failed { .. }))
        .collect();
    let failure = weeks::failure_in_words(&failed);
    let summary = RunSummary {
        as_of: run.plan.as_of,
        scenario: run.plan.scenario.clone(),
        replicates: run.plan.settings.replicates,
        seed: run.plan.seed,
        plan: request.plan.sha256,
        history: model.history,
        volume_method: weeks::volume_methods(&reports),
        model: model::summary(model),
        weeks: reports,
        shadows: shadows::reports(run, &request.shadows).await?,
        findings: findings
            .iter()
            .filter(|f| !matches!(f.scope, Scope::Weeks(_)))
            .cloned()
            .collect(),
    };
    let page = report::page(&summary).map_err(|error| {
        Fault::new(
            FaultName::ContractViolation,
            format!("the report cannot be made: {error}"),
        )
    })?;
    files.put("report.html", page.as_bytes()).await?;
    let json = serde_json::to_vec_pretty(&summary)
        .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
    files.put(SUMMARY, &json).await?;

    let manifest = Manifest::new(run, request, &summary, files.files);
    let json = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
    output
        .create(&format!("{folder}/manifest.json"), &json)
        .await?;
    if run.plan.scenario.is_none() && !published.is_empty() {
        Latest::advance(run.store(), &published).await?;
    }
    Ok(failure)
}

fn of<S: Store>(run: &Run<'_, S>, forecast: &Reference) -> Published {
    Published {
        run: run.id.clone(),
        as_of: run.plan.as_of,
        forecast: forecast.clone(),
    }
}

/// Copies files to the publication's folder and keeps the list of them.
pub(crate) struct Copier<'a, O> {
    output: &'a O,
    folder: &'a str,
    files: BTreeMap<String, ManifestFile>,
}

impl<O: Store> Copier<'_, O> {
    async fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        self.output
            .create(&format!("{}/{name}", self.folder), bytes)
            .await?;
        let file = ManifestFile {
            sha256: artifacts::sha256(bytes),
            bytes: bytes.len() as u64,
        };
        self.files.insert(name.to_owned(), file);
        Ok(())
    }

    async fn put_of_week(&mut self, week: MenuWeek, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        self.put(&format!("{week}/{name}"), bytes).await
    }
}
