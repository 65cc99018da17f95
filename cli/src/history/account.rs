//! What became of a run, by what it stored.

use artifacts::AnyStore;
use contracts::{Outcome, RunId, StepName};
use domain::{MenuWeek, Timestamp};
use runs::{Figures, Run, Telemetry};
use serde::Serialize;

use super::idle;
use crate::error::Error;

/// The key of a run's plan.
const PLAN: &str = "plan.json";

/// A run: what it was to plan, what became of it, and what took its time.
#[derive(Debug, Serialize)]
pub(crate) struct Account {
    pub(crate) run: RunId,
    pub(crate) as_of: Timestamp,
    pub(crate) weeks: Vec<MenuWeek>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scenario: Option<String>,
    pub(crate) state: State,
    pub(crate) started: Option<Timestamp>,
    pub(crate) published: Option<Timestamp>,
    /// From the first step's start to the last one's end, in milliseconds.
    pub(crate) took_ms: Option<i64>,
    /// What of it no step worked that the next one waited for.
    pub(crate) idle_ms: Option<i64>,
    pub(crate) steps: Vec<Work>,
}

/// What became of a run.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum State {
    /// Published, every week and the proposals.
    Published,
    /// Published without something.
    Failed { failure: String },
    /// Nothing is published; it is still under way or was stopped.
    Unfinished {
        /// The first step that has no result.
        step: StepName,
        /// The weeks that lack it; none where it is done once.
        weeks: Vec<MenuWeek>,
    },
}

/// A result of a step.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Work {
    /// The result's key in its run.
    #[serde(skip)]
    pub(crate) key: String,
    /// The step, or `shadow-<name>-<step>`.
    pub(crate) step: String,
    pub(crate) week: Option<MenuWeek>,
    /// When and where; none where an earlier run's result was copied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) telemetry: Option<Telemetry>,
    /// What it counted, where one run is looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) figures: Option<Figures>,
}

impl Work {
    /// How long it took, in milliseconds.
    pub(crate) fn took_ms(&self) -> Option<i64> {
        self.telemetry
            .as_ref()
            .map(|it| idle::between(it.started, it.ended))
    }
}

/// A run and the keys of what it stored.
pub(crate) struct Stored<'a> {
    run: &'a Run<'a, AnyStore>,
    keys: Vec<String>,
}

impl<'a> Stored<'a> {
    pub(crate) fn of(run: &'a Run<'a, AnyStore>, keys: Vec<String>) -> Self {
        let own = run.key("");
        let relative = |key: String| key.strip_prefix(&own).map(str::to_owned);
        Self {
            run,
            keys: keys.into_iter().filter_map(relative).collect(),
        }
    }

    /// Gives account of the run; with what each step counted, which costs a read for each.
    pub(crate) async fn account(&self, counted: bool) -> Result<Account, Error> {
        let plan = &self.run.plan;
        let mut steps = Vec::new();
        for result in self.results() {
            steps.push(self.step(result, counted).await?);
        }
        let order = |step: &Work| (place(&step.step), step.week, started(step));
        steps.sort_by_key(order);
        let told = || steps.iter().filter_map(|step| step.telemetry.as_ref());
        let started = told().map(|it| it.started).min();
        let ended = told().map(|it| it.ended).max();
        let publisher = StepName::Publisher.as_str();
        let published = steps.iter().filter(|step| step.step == publisher);
        let published = published
            .filter_map(|step| Some(step.telemetry.as_ref()?.ended))
            .max();
        Ok(Account {
            run: self.run.id.clone(),
            as_of: plan.as_of,
            weeks: plan.weeks.iter().map(|planned| planned.week).collect(),
            scenario: plan.scenario.clone(),
            state: self.state(&steps).await?,
            started,
            published,
            took_ms: started
                .zip(ended)
                .map(|(start, end)| idle::between(start, end)),
            idle_ms: idle::idle_ms(&steps),
            steps,
        })
    }

    /// The keys of finished steps' results, and the plan, which is the configurator's.
    fn results(&self) -> impl Iterator<Item = &str> {
        let keys = self.keys.iter().map(String::as_str);
        keys.filter(|key| *key == PLAN || key.ends_with("/result.json"))
    }

    async fn step(&self, result: &str, counted: bool) -> Result<Work, Error> {
        let mut parts = result.split('/');
        let (step, week) = match (parts.next(), parts.next()) {
            (Some(scope), Some(step)) => (step, scope.parse().ok()),
            _ => (StepName::Configurator.as_str(), None),
        };
        let held = self.keys.contains(&Telemetry::place(result));
        let (store, id) = (self.run.store(), &self.run.id);
        let telemetry = if held {
            Telemetry::find(store, id, result).await?
        } else {
            None
        };
        let figures = if counted {
            Some(self.figures(result).await?)
        } else {
            None
        };
        Ok(Work {
            key: result.to_owned(),
            step: step.to_owned(),
            week,
            telemetry,
            figures,
        })
    }

    /// What a step counted; nothing for the plan, which is no step's result.
    async fn figures(&self, result: &str) -> Result<Figures, Error> {
        if result == PLAN {
            return Ok(Figures::default());
        }
        Ok(self.run.finished_at(result).await?.result.figures)
    }

    async fn state(&self, steps: &[Work]) -> Result<State, Error> {
        if let Some(newest) = newest_publication(steps) {
            let newest = self.run.finished_at(&newest.key).await?.reference;
            let publication = publisher::publication(self.run, &newest).await?;
            return Ok(match publication.outcome {
                Outcome::Succeeded => State::Published,
                Outcome::WeeksFailed | Outcome::ProposalsFailed => State::Failed {
                    failure: publication.failure,
                },
            });
        }
        let has = |step: StepName, week| {
            let mut found = steps.iter();
            found.any(|made| made.step == step.as_str() && made.week == week)
        };
        let weeks = || self.run.plan.weeks.iter().map(|planned| planned.week);
        for step in [StepName::DataExtractor, StepName::OrderSimulator] {
            if !has(step, None) {
                return Ok(unfinished(step, Vec::new()));
            }
        }
        if !has(StepName::OrderProposer, None) {
            for step in [
                StepName::DataExtractor,
                StepName::OrderSimulator,
                StepName::SiteForecast,
            ] {
                let lacking: Vec<_> = weeks().filter(|week| !has(step, Some(*week))).collect();
                if !lacking.is_empty() {
                    return Ok(unfinished(step, lacking));
                }
            }
            return Ok(unfinished(StepName::OrderProposer, Vec::new()));
        }
        Ok(unfinished(StepName::Publisher, Vec::new()))
    }
}

/// Of several publications the one that was made last.
fn newest_publication(steps: &[Work]) -> Option<&Work> {
    let published = steps
        .iter()
        .filter(|step| step.step == StepName::Publisher.as_str());
    published.max_by_key(|step| step.telemetry.as_ref().map(|it| it.ended))
}

const fn unfinished(step: StepName, weeks: Vec<MenuWeek>) -> State {
    State::Unfinished { step, weeks }
}

/// Shadows run before the publisher.
fn place(step: &str) -> (bool, Option<StepName>) {
    let name = step.parse::<StepName>().ok();
    (
        name == Some(StepName::Publisher),
        name.or(Some(StepName::OrderProposer)),
    )
}

fn started(step: &Work) -> Option<Timestamp> {
    step.telemetry.as_ref().map(|it| it.started)
}
