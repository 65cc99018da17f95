//! A step made again from what its run has stored, on stores that keep what is written to themselves.

use std::collections::BTreeMap;

use artifacts::{AnyStore, Overlay, Store};
use configurator::Defaults;
use contracts::artifact::{ORDERS, SOURCES};
use contracts::{
    ConfigureRequest, Execution, ExtractRequest, Fault, FaultName, ForecastRequest,
    ForecastSources, NeedsSource, ProposalSources, ProposeRequest, PublishRequest, Published,
    Reference, ShadowOutcome, SimulateRequest, StepName, WeekOutcome,
};
use domain::{MenuWeek, Timestamp};
use publisher::Outbox;
use runs::{Finished, Latest, Run, StepResult};

use super::stored::{input, made_from};
use crate::error::Error;

/// A run whose steps are made again.
#[derive(Debug)]
pub(super) struct Replay<'a> {
    pub(super) run: Run<'a, AnyStore>,
    pub(super) plan: Reference,
    pub(super) data: &'a AnyStore,
    pub(super) output: &'a AnyStore,
}

/// Stored contents and those made again, by name.
#[derive(Debug)]
pub(super) struct Both {
    pub(super) stored: BTreeMap<String, Vec<u8>>,
    pub(super) made: BTreeMap<String, Vec<u8>>,
}

const PLAN: &str = "plan.json";
/// The pointer to what is published.
const LATEST: &str = "latest.json";

impl Replay<'_> {
    /// Makes a finished step again.
    pub(super) async fn step(&self, target: &Finished) -> Result<(Finished, Both), Error> {
        let published = format!("{}/", self.run.id);
        let own = target.folder();
        let own = own.rsplit_once('/').map_or(own, |(folder, _)| folder);
        let mut hidden = vec![self.run.key(&format!("{own}/"))];
        loop {
            let runs = Overlay::hiding(self.run.store(), hidden.clone());
            let output = Overlay::hiding(self.output, vec![published.clone()]);
            let reference = self.handled(target, &runs, &output).await?;
            let made = finished(&self.run, &runs, reference).await?;
            // Found in an earlier run that the plan may reuse results of: not made, so hidden and asked for again.
            let copied = self.reusable(&made).await?;
            if copied.iter().all(|key| hidden.contains(key)) {
                let both = self.both(target, &made, &runs, &output).await?;
                return Ok((made, both));
            }
            hidden.extend(copied);
        }
    }

    /// The same result in the runs that the plan may reuse results of.
    async fn reusable(&self, made: &Finished) -> Result<Vec<String>, Error> {
        let mut found = Vec::new();
        let lineage = self.run.plan.lineage.iter();
        for earlier in lineage.filter(|earlier| made.result.step < earlier.before) {
            let folder = format!("runs/{}/{}", earlier.run, made.folder());
            if !self.run.store().list(&folder).await?.is_empty() {
                found.push(format!("{folder}/"));
            }
        }
        Ok(found)
    }

    /// Asks the step's own handler, as it was asked then.
    async fn handled(
        &self,
        target: &Finished,
        runs: &impl Store,
        output: &impl Store,
    ) -> Result<Reference, Error> {
        let result = &target.result;
        let (run, plan) = (self.run.id.clone(), self.plan.clone());
        let from = |step, week| made_from(&self.run, result, step, week);
        let made = match (result.step, result.week) {
            (StepName::DataExtractor, None) => {
                let request = ExtractRequest::History { run, plan };
                data_extractor::handle(request, self.data, runs).await
            }
            (StepName::DataExtractor, Some(week)) => {
                let request = ExtractRequest::Week {
                    run,
                    plan,
                    history: from(StepName::DataExtractor, None).await?,
                    week,
                };
                data_extractor::handle(request, self.data, runs).await
            }
            (StepName::OrderSimulator, None) => {
                let history = from(StepName::DataExtractor, None).await?;
                let request = SimulateRequest::History { run, plan, history };
                order_simulator::handle(request, runs).await
            }
            (StepName::OrderSimulator, Some(week)) => {
                let request = SimulateRequest::Week {
                    run,
                    plan,
                    week,
                    model: from(StepName::OrderSimulator, None).await?,
                    snapshot: from(StepName::DataExtractor, Some(week)).await?,
                };
                order_simulator::handle(request, runs).await
            }
            (StepName::SiteForecast, Some(week)) => {
                let sources: ForecastSources = self.run.json(result.artifact(SOURCES)?).await?;
                let request = ForecastRequest {
                    run,
                    plan,
                    week,
                    snapshot: sources.snapshot,
                    orders: sources.orders,
                };
                site_forecast::handle(request, runs).await
            }
            (StepName::OrderProposer, None) => {
                let sources: ProposalSources = self.run.json(result.artifact(SOURCES)?).await?;
                let request = ProposeRequest {
                    run,
                    plan,
                    history: sources.history,
                    weeks: self.outcomes(sources.weeks),
                    shadow: None,
                };
                order_proposer::handle(request, runs).await
            }
            (StepName::Publisher, None) => {
                let request = PublishRequest {
                    run,
                    plan,
                    history: from(StepName::DataExtractor, None).await?,
                    model: from(StepName::OrderSimulator, None).await?,
                    weeks: input(result, "weeks")?,
                    shadows: shadows(result)?,
                    proposals: input(result, "proposals")?,
                };
                let published = publisher::handle(request, runs, output, &Outbox::silent()).await;
                published.map(|response| response.publication)
            }
            (step, _) => {
                let message = format!("{} is no result of {step}", target.reference.key);
                Err(Fault::new(FaultName::ContractViolation, message))
            }
        };
        Ok(made?)
    }

    /// The artifacts, and of a publication its files.
    async fn both(
        &self,
        target: &Finished,
        made: &Finished,
        runs: &Overlay<'_, AnyStore>,
        output: &Overlay<'_, AnyStore>,
    ) -> Result<Both, Error> {
        let mut both = Both {
            stored: BTreeMap::new(),
            made: BTreeMap::new(),
        };
        for (name, artifact) in &target.result.artifacts {
            let key = self.run.key(&artifact.key);
            match self.run.store().get(&key).await {
                Ok(bytes) => drop(both.stored.insert(name.clone(), bytes)),
                Err(artifacts::StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        for (name, artifact) in &made.result.artifacts {
            let bytes = runs.get(&self.run.key(&artifact.key)).await?;
            both.made.insert(name.clone(), bytes);
        }
        if target.result.step == StepName::Publisher {
            let publication = |digest: &str| format!("{}/{digest}", self.run.id);
            let stored = publication(target.digest());
            both.stored.extend(below(self.output, &stored).await?);
            let made = publication(made.digest());
            both.made.extend(below(output.written(), &made).await?);
        }
        Ok(both)
    }

    /// Decides the plan again.
    pub(super) async fn plan(&self) -> Result<Both, Error> {
        let plan = &self.run.plan;
        // Whatever has changed is refused by its name before it shows as a digest in the plan.
        sources::pinned(self.data, &plan.data, |_| true).await?;
        let mut hidden = vec![self.run.key(PLAN), LATEST.to_owned()];
        // What has been approved since is not in the plan.
        let orders = self.run.store().list(ORDERS).await?.into_iter();
        let new = orders.filter(|entry| !plan.approved.contains_key(&entry.key));
        hidden.extend(new.map(|entry| entry.key));
        let runs = Overlay::hiding(self.run.store(), hidden);
        Latest::advance(&runs, &self.published_then()).await?;
        let request = ConfigureRequest {
            input: plan.input.clone(),
            execution: Execution {
                name: self.run.id.clone(),
                // Counts only where neither input nor data set gives the as-of time, and then it was this one.
                started_at: plan.as_of.to_string(),
            },
        };
        let defaults = Defaults {
            horizon_weeks: plan.weeks.len().try_into().unwrap_or(u32::MAX),
        };
        configurator::handle(request, &defaults, self.data, &runs).await?;
        let key = self.run.key(PLAN);
        let named = |bytes| BTreeMap::from([(PLAN.to_owned(), bytes)]);
        Ok(Both {
            stored: named(self.run.store().get(&key).await?),
            made: named(runs.get(&key).await?),
        })
    }

    /// How the plan's weeks ended for proposing; why one failed is of no matter there.
    fn outcomes(&self, sources: Vec<NeedsSource>) -> Vec<WeekOutcome> {
        let outcome = |source| match source {
            NeedsSource::Planned { week, forecast } => WeekOutcome::Forecast { week, forecast },
            NeedsSource::StandIn { week, .. } | NeedsSource::Missing { week } => {
                WeekOutcome::Failed {
                    week,
                    error: String::new(),
                    cause: String::new(),
                }
            }
        };
        let outcomes = sources.into_iter().map(outcome);
        let planned = |outcome: &WeekOutcome| self.run.plan.week(outcome.week()).is_some();
        outcomes.filter(planned).collect()
    }

    /// What was published when the plan was made, as far as the plan tells.
    fn published_then(&self) -> Latest {
        let plan = &self.run.plan;
        let planned = plan.weeks.iter().chain(&plan.unplanned);
        let mut published: BTreeMap<MenuWeek, Published> = planned
            .filter_map(|planned| Some((planned.week, planned.published.clone()?)))
            .collect();
        // The newest publication may be of a week that this run does not plan.
        let newest = published
            .values()
            .max_by_key(|held| (held.as_of, &held.run));
        if let Some(reused) = plan.lineage.first()
            && newest.is_none_or(|newest| newest.run != reused.run)
            && let Some(week) = foreign(plan)
        {
            let newest = Published {
                run: reused.run.clone(),
                as_of: Timestamp::MAX,
                forecast: self.plan.clone(),
            };
            published.insert(week, newest);
        }
        Latest {
            weeks: published,
            proposals: plan.proposals.clone(),
        }
    }
}

/// How shadows ended; the inputs of a publication without any do not speak of them.
fn shadows(result: &StepResult) -> Result<Vec<ShadowOutcome>, Error> {
    match result.inputs.get("shadows") {
        Some(_) => input(result, "shadows"),
        None => Ok(Vec::new()),
    }
}

/// A week that a plan does not hold.
fn foreign(plan: &contracts::Plan) -> Option<MenuWeek> {
    let weeks = (1..=53).filter_map(|week| format!("2000-W{week:02}").parse().ok());
    weeks.into_iter().find(|week| plan.week(*week).is_none())
}

async fn finished(
    run: &Run<'_, AnyStore>,
    runs: &impl Store,
    reference: Reference,
) -> Result<Finished, Error> {
    let (again, _) = Run::find(runs, &run.id)
        .await?
        .ok_or_else(|| Error::Replay(format!("run {} has lost its plan", run.id)))?;
    Ok(Finished {
        result: again.result(&reference).await?,
        reference,
    })
}

/// Every object below a folder, by its key relative to it.
async fn below(store: &impl Store, folder: &str) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let mut files = BTreeMap::new();
    for entry in store.list(folder).await? {
        let name = entry.key.strip_prefix(folder).unwrap_or(&entry.key);
        let name = name.trim_start_matches('/').to_owned();
        files.insert(name, store.get(&entry.key).await?);
    }
    Ok(files)
}
