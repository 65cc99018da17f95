//! What is published: the weeks' and the proposals' tables, and what is said of them.

use artifacts::Store;
use contracts::{
    Fault, Outcome, ProposalReport, ProposeOutcome, PublishRequest, Published, PublishedProposals,
    Reference, RunSummary, TableFacts, WeekOutcome, WeekReport,
};
use domain::{Finding, Scope};
use runs::{Latest, Run};

use crate::files::Copier;
use crate::weeks::Sited;
use crate::{health, last, model, proposals, shadows, weeks};

/// What the steps before the weeks say.
pub(crate) struct Read {
    pub(crate) findings: Vec<Finding>,
    pub(crate) currency: Vec<TableFacts>,
    pub(crate) model: demand::Model,
}

/// A run as it is published.
pub(crate) struct Content {
    pub(crate) summary: RunSummary,
    /// What the pointer moves to.
    pub(crate) latest: Latest,
    /// How many known orders have sites, by week.
    pub(crate) sited: Vec<Sited>,
    pub(crate) outcome: Outcome,
    /// What failed, in words.
    pub(crate) failure: String,
}

/// Copies the tables of a run, and says what there is to say of it.
pub(crate) async fn copy<S: Store>(
    run: &Run<'_, S>,
    request: &PublishRequest,
    read: Read,
    files: &mut Copier<'_, impl Store>,
) -> Result<Content, Fault> {
    let mut reports = Vec::new();
    let mut latest = Latest::default();
    let mut sited = Vec::new();
    for week in &request.weeks {
        if let WeekOutcome::Forecast { week, forecast } = week {
            sited.push(weeks::copy(run, *week, forecast, files).await?);
            latest.weeks.insert(*week, of(run, forecast));
        }
        reports.push(weeks::report(run, week, &read.findings).await?);
    }
    let proposals = match &request.proposals {
        ProposeOutcome::Proposed { proposals: result } => {
            latest.proposals = Some(PublishedProposals {
                run: run.id.clone(),
                as_of: run.plan.as_of,
                proposals: result.clone(),
            });
            proposals::copy(run, result, files).await?
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
    let whole = |finding: &Finding| !matches!(finding.scope, Scope::Weeks(_));
    let summary = RunSummary {
        as_of: run.plan.as_of,
        scenario: run.plan.scenario.clone(),
        changes: changes(run),
        replicates: run.plan.settings.replicates,
        seed: run.plan.seed,
        plan: request.plan.sha256,
        history: read.model.history,
        volume_method: weeks::volume_methods(&reports),
        model: model::summary(&read.model),
        verdict: last::verdict(&reports, &last, &proposals),
        last,
        health: health::of(&read.currency, &run.plan),
        weeks: reports,
        shadows: shadows::reports(run, &request.shadows).await?,
        proposals,
        findings: read.findings.into_iter().filter(whole).collect(),
    };
    Ok(Content {
        summary,
        latest,
        sited,
        outcome,
        failure,
    })
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
