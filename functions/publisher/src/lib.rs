//! Publisher (PERSISTENCE): copies what a run made to the output location, with a report page and a manifest, tells
//! people and other systems of it, then moves the pointer to the latest results.

mod content;
mod edition;
mod events;
mod files;
mod health;
mod last;
mod manifest;
mod model;
mod outbox;
mod proposals;
mod sending;
mod shadows;
mod weeks;

use std::collections::BTreeMap;
use std::fmt::Display;

use artifacts::Store;
use contracts::artifact::{CURRENCY, FINDINGS, MAIL, MODEL, SUMMARY, WORKBOOK};
use contracts::{
    Fault, FaultName, Outcome, ProposeOutcome, PublishRequest, PublishResponse, PublishedFile,
    Reference, ShadowOutcome, StepName, WeekOutcome,
};
use domain::Sha256;
use mail::{Envelope, Message};
use messaging::{Post, Topic};
use runs::{Begun, Latest, Run, StepResult};
use serde::{Deserialize, Serialize};

use crate::content::{Content, Read};
use crate::files::Copier;

pub use outbox::{Addresses, Outbox};
pub use sending::PATIENCE;

/// The folder of a publication and how the run ended: the content of `publication.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Below the run's folder in the output location.
    pub folder: String,
    /// Whether everything was done.
    pub outcome: Outcome,
    /// What failed and why; empty when nothing did.
    pub failure: String,
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

/// Publishes a run: whatever weeks and proposals it has, and what failed and why; and tells of it.
///
/// # Errors
/// `Data.Rejected` when an artifact is damaged; `Dependency.Unavailable` when the e-mail or an event was not taken, or
/// nobody knows whether the e-mail was; the stores' faults.
pub async fn handle<P: Post, T: Topic>(
    request: PublishRequest,
    runs: &impl Store,
    output: &impl Store,
    outbox: &Outbox<P, T>,
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
            let (outcome, failure) =
                publish(&run, &request, &history, read, output, digest, outbox).await?;
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
        mail: sending::told(&run, &publication.folder).await?,
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

/// How a run ended, by the result of publishing.
///
/// # Errors
/// As [`Run::json`].
pub async fn publication<S: Store>(
    run: &Run<'_, S>,
    result: &Reference,
) -> Result<Publication, Fault> {
    run.json(run.result(result).await?.artifact(PUBLICATION)?)
        .await
}

/// Writes everything, the manifest after all files; then tells of it, and moves the pointer last, so that whoever is
/// told finds the files and whoever follows the pointer has been told. Gives how the run ended and what failed in words.
async fn publish<S: Store, P: Post, T: Topic>(
    run: &Run<'_, S>,
    request: &PublishRequest,
    history: &StepResult,
    read: Read,
    output: &impl Store,
    digest: &str,
    outbox: &Outbox<P, T>,
) -> Result<(Outcome, String), Fault> {
    let folder = format!("{}/{digest}", run.id);
    let mut files = Copier {
        output,
        folder: &folder,
        files: BTreeMap::new(),
    };
    let Content {
        summary,
        latest,
        sited,
        outcome,
        failure,
    } = content::copy(run, request, read, &mut files).await?;
    let proposed = match &request.proposals {
        ProposeOutcome::Proposed { proposals } => Some(proposals),
        ProposeOutcome::Failed { .. } => None,
    };
    let edition = edition::of(run, history, proposed, summary).await?;
    let page = report::page(&edition).map_err(|error| defect("the report", &error))?;
    files.put("report.html", page.as_bytes()).await?;
    files.put(WORKBOOK, &edition::workbook(&edition)?).await?;
    let summary = edition.summary;
    files.put(SUMMARY, &json(&summary)?).await?;
    let message = Message::of(&summary, digest).map_err(|error| defect("the e-mail", &error))?;
    letter(&message, &mut files).await?;

    let manifest = json(&manifest::manifest(
        run,
        request,
        &summary,
        files.files.clone(),
    ))?;
    let manifest = PublishedFile {
        key: format!("{folder}/manifest.json"),
        sha256: artifacts::sha256(&manifest),
        bytes: put(output, &format!("{folder}/manifest.json"), &manifest).await?,
    };
    sending::send(run, digest, &folder, &message, outbox).await?;
    if let Some(topic) = outbox.topic.as_ref().filter(|_| run.plan.notify) {
        let notices = events::of(run, outcome, &summary, &files, manifest, &sited)?;
        events::send(&notices, topic).await?;
    }
    if run.plan.scenario.is_none() && latest != Latest::default() {
        Latest::advance(run.store(), &latest).await?;
    }
    Ok((outcome, failure))
}

/// Keeps the e-mail beside what it tells of: as a mail program gets it, but without an envelope, and as a page.
async fn letter(message: &Message, files: &mut Copier<'_, impl Store>) -> Result<(), Fault> {
    let envelope = Envelope::default();
    let failed = |error| defect("the e-mail", &error);
    let eml = message.eml(&envelope).map_err(failed)?;
    let html = mail::html(message, &envelope).map_err(failed)?;
    files.put(MAIL[0], &eml).await?;
    files.put(MAIL[1], html.as_bytes()).await
}

async fn put(output: &impl Store, key: &str, bytes: &[u8]) -> Result<u64, Fault> {
    output.create(key, bytes).await?;
    Ok(bytes.len() as u64)
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec_pretty(value)
        .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))
}

fn defect(what: &str, error: &dyn Display) -> Fault {
    let message = format!("{what} cannot be made: {error}");
    Fault::new(FaultName::ContractViolation, message)
}
