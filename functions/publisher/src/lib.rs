//! Publisher (PERSISTENCE): copies what a run made to the output location, with a report page and a manifest, then
//! moves the pointer to the latest results.

mod edition;
mod health;
mod last;
mod manifest;
mod model;
mod proposals;
mod shadows;
mod weeks;

use std::collections::BTreeMap;

use artifacts::Store;
use contracts::artifact::{CURRENCY, FINDINGS, MODEL, SUMMARY};
use contracts::{
    Fault, FaultName, Outcome, ProposalReport, ProposeOutcome, PublishRequest, PublishResponse,
    Published, PublishedProposals, Reference, RunSummary, ShadowOutcome, StepName, TableFacts,
    WeekOutcome, WeekReport,
};
use domain::{Finding, MenuWeek, Scope, Sha256};
use runs::{Begun, Latest, Run};
use serde::{Deserialize, Serialize};

pub use manifest::{Manifest, ManifestFile, ManifestWeek};

/// The folder of a publication and how the run ended: the content of `publication.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Publication {
    /// Below the run's folder in the output location.
    folder: String,
    outcome: Outcome,
    failure: String,
}

const PUBLICATION: &str = "publication.json";

#[derive(Serialize)]
struct Inputs<'a> {
    plan: Sha256,
    findings: Sha256,
    currency: Sha256,
    model: Sha256,
    weeks: &'a [WeekOutcome],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    shadows: &'a [ShadowOutcome],
    proposals: &'a ProposeOutcome,
}

/// Publishes a run: whatever weeks and proposals it has, and what failed and why.
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
        currency: history.artifact(CURRENCY)?.sha256,
        model: fitted.artifact(MODEL)?.sha256,
        weeks: &request.weeks,
        shadows: &request.shadows,
        proposals: &request.proposals,
    };
    let reference = match run.begin(StepName::Publisher, None, &inputs).await? {
        Begun::Finished(reference) => reference,
        Begun::Open(mut workspace) => {
            let read = Read {
                findings: run.json(history.artifact(FINDINGS)?).await?,
                currency: run.json(history.artifact(CURRENCY)?).await?,
                model: run.json(fitted.artifact(MODEL)?).await?,
            };
            let digest = workspace.folder().rsplit('/').next().unwrap_or_default();
            let folder = format!("{}/{digest}", run.id);
            let (outcome, failure) = publish(&run, &request, &read, output, &folder).await?;
            let publication = Publication {
                folder: digest.to_owned(),
                outcome,
                failure,
            };
            workspace.put_json(PUBLICATION, &publication).await?;
            workspace.finish().await?
        }
    };
    let publication = publication(&run, &reference).await?;
    Ok(PublishResponse {
        outcome: publication.outcome,
        failure: publication.failure,
        publication: reference,
        folder: format!("{}/{}", run.id, publication.folder),
        run: run.id,
    })
}

/// Where a run's publication stands in the output location.
///
/// # Errors
/// As [`Run::json`].
pub async fn folder<S: Store>(run: &Run<'_, S>, result: &Reference) -> Result<String, Fault> {
    let publication = publication(run, result).await?;
    Ok(format!("{}/{}", run.id, publication.folder))
}

async fn publication<S: Store>(run: &Run<'_, S>, result: &Reference) -> Result<Publication, Fault> {
    run.json(run.result(result).await?.artifact(PUBLICATION)?)
        .await
}

/// What the steps before the weeks say.
struct Read {
    findings: Vec<Finding>,
    currency: Vec<TableFacts>,
    model: demand::Model,
}

/// Writes everything, the manifest after all files and the pointer after the manifest; gives how the run ended and what
/// failed in words.
async fn publish<S: Store>(
    run: &Run<'_, S>,
    request: &PublishRequest,
    read: &Read,
    output: &impl Store,
    folder: &str,
) -> Result<(Outcome, String), Fault> {
    let Read {
        findings,
        currency,
        model,
    } = read;
    let mut files = Copier {
        output,
        folder,
        files: BTreeMap::new(),
    };
    let mut reports = Vec::new();
    let mut published = Latest::default();
    for week in &request.weeks {
        if let WeekOutcome::Forecast { week, forecast } = week {
            weeks::copy(run, *week, forecast, &mut files).await?;
            published.weeks.insert(*week, of(run, forecast));
        }
        reports.push(weeks::report(run, week, findings).await?);
    }
    let proposals = match &request.proposals {
        ProposeOutcome::Proposed { proposals: result } => {
            published.proposals = Some(PublishedProposals {
                run: run.id.clone(),
                as_of: run.plan.as_of,
                proposals: result.clone(),
            });
            proposals::copy(run, result, &mut files).await?
        }
        ProposeOutcome::Failed { error, cause } => ProposalReport::Failed {
            fault: error.clone(),
            message: weeks::message_of(cause),
        },
    };
    let failed: Vec<&WeekReport> = reports
        .iter()
        .filter(|report| matches!(report, WeekReport::Failed { .. }))
        .collect();
    let outcome = match (failed.as_slice(), &proposals) {
        ([_, ..], _) => Outcome::WeeksFailed,
        ([], ProposalReport::Failed { .. }) => Outcome::ProposalsFailed,
        ([], ProposalReport::Proposed(_)) => Outcome::Succeeded,
    };
    let failure = weeks::failure_in_words(&failed, &proposals);
    let last = last::plans(run, &request.weeks).await?;
    let summary = RunSummary {
        as_of: run.plan.as_of,
        scenario: run.plan.scenario.clone(),
        changes: changes(run),
        replicates: run.plan.settings.replicates,
        seed: run.plan.seed,
        plan: request.plan.sha256,
        history: model.history,
        volume_method: weeks::volume_methods(&reports),
        model: model::summary(model),
        verdict: last::verdict(&reports, &last, &proposals),
        last,
        health: health::of(currency, &run.plan),
        weeks: reports,
        shadows: shadows::reports(run, &request.shadows).await?,
        proposals,
        findings: findings
            .iter()
            .filter(|f| !matches!(f.scope, Scope::Weeks(_)))
            .cloned()
            .collect(),
    };
    let proposed = match &request.proposals {
        ProposeOutcome::Proposed { proposals } => Some(proposals),
        ProposeOutcome::Failed { .. } => None,
    };
    let history = run.result(&request.history).await?;
    let edition = edition::of(run, &history, proposed, summary).await?;
    let page = report::page(&edition).map_err(|error| {
        Fault::new(
            FaultName::ContractViolation,
            format!("the report cannot be made: {error}"),
        )
    })?;
    files.put("report.html", page.as_bytes()).await?;
    let json = serde_json::to_vec_pretty(&edition.summary)
        .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
    files.put(SUMMARY, &json).await?;

    let manifest = Manifest::new(run, request, &edition.summary, files.files);
    let json = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
    output
        .create(&format!("{folder}/manifest.json"), &json)
        .await?;
    if run.plan.scenario.is_none() && published != Latest::default() {
        Latest::advance(run.store(), &published).await?;
    }
    Ok((outcome, failure))
}

/// What the what-if changes, in words.
fn changes<S: Store>(run: &Run<'_, S>) -> Vec<String> {
    let scenario = run.plan.settings.changes.as_deref();
    scenario.map_or_else(Vec::new, contracts::Scenario::words)
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
