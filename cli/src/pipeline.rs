//! The state machine's states, walked in one process.

mod shadows;

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use artifacts::AnyStore;
use configurator::Defaults;
use contracts::{
    ConfigureRequest, ConfigureResponse, ExtractRequest, Fault, ForecastRequest, ProposeOutcome,
    ProposeRequest, PublishRequest, PublishResponse, Reference, SimulateRequest, StepName,
    WeekOutcome,
};
use domain::MenuWeek;
use publisher::Outbox;
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::error::defect;
use crate::progress::{Ending, Progress};

/// Menu weeks planned where nothing else is said; the template's default is the same.
const HORIZON_WEEKS: u32 = 4;
/// What Step Functions calls a function that failed without a name.
const DEFECT: &str = "States.TaskFailed";

/// The stores a pipeline works between, and who is told.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) data: AnyStore,
    pub(crate) runs: AnyStore,
    pub(crate) output: AnyStore,
    /// Keys that stood in the run's folder before it began; a step whose result is among them did not run.
    pub(crate) stored: BTreeSet<String>,
    pub(crate) progress: Progress,
    /// Weeks planned at the same time.
    pub(crate) threads: usize,
}

/// What every week needs of the steps before it.
#[derive(Debug, Clone)]
struct Prepared {
    configured: ConfigureResponse,
    history: Reference,
    model: Reference,
}

/// A fault as Lambda reports it to the state machine.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Cause<'a> {
    error_type: &'a str,
    error_message: &'a str,
}

impl Pipeline {
    /// Walks every state: what runs once, then the weeks, then the orders for all of them, then what publishes it all.
    pub(crate) async fn execute(
        self: &Arc<Self>,
        request: ConfigureRequest,
    ) -> Result<PublishResponse, Fault> {
        let prepared = self.prepare(request).await?;
        let weeks = self.each_week(&prepared).await;
        let proposals = self.propose(&prepared, &weeks).await;
        let shadows = self.shadows(&prepared, &weeks, &proposals).await;
        let Prepared {
            configured: ConfigureResponse { run, plan, .. },
            history,
            model,
        } = prepared;
        let request = PublishRequest {
            run,
            plan,
            history,
            model,
            weeks,
            shadows,
            proposals,
        };
        // Nobody is told of a run on a laptop; its e-mail lies beside what it would tell of.
        let outbox = Outbox::silent();
        let work = Box::pin(publisher::handle(
            request,
            &self.runs,
            &self.output,
            &outbox,
        ));
        self.step(None, StepName::Publisher, work, |response| {
            &response.publication
        })
        .await
    }

    async fn prepare(&self, request: ConfigureRequest) -> Result<Prepared, Fault> {
        let defaults = Defaults {
            horizon_weeks: HORIZON_WEEKS,
        };
        let work = configurator::handle(request, &defaults, &self.data, &self.runs);
        let configured = self
            .step(None, StepName::Configurator, work, |done| &done.plan)
            .await?;
        let (run, plan) = (&configured.run, &configured.plan);

        let request = ExtractRequest::History {
            run: run.clone(),
            plan: plan.clone(),
        };
        let work = data_extractor::handle(request, &self.data, &self.runs);
        let history = self
            .step(None, StepName::DataExtractor, work, |done| done)
            .await?;

        let (run, plan, read) = (run.clone(), plan.clone(), history.clone());
        let request = SimulateRequest::History {
            run,
            plan,
            history: read,
        };
        let work = order_simulator::handle(request, &self.runs);
        let model = self
            .step(None, StepName::OrderSimulator, work, |done| done)
            .await?;
        Ok(Prepared {
            configured,
            history,
            model,
        })
    }

    /// Plans the weeks, as many at a time as there are threads. Whatever stops one stops no other.
    async fn each_week(self: &Arc<Self>, prepared: &Prepared) -> Vec<WeekOutcome> {
        let places = Arc::new(Semaphore::new(self.threads));
        let mut started = Vec::new();
        for week in &prepared.configured.weeks {
            let (week, pipeline, prepared) = (*week, Arc::clone(self), prepared.clone());
            let place = Arc::clone(&places).acquire_owned().await;
            let task = tokio::spawn(async move {
                let _place = place;
                pipeline.week(week, prepared).await
            });
            started.push((week, task));
        }
        let mut outcomes = Vec::with_capacity(started.len());
        for (week, task) in started {
            outcomes.push(match task.await {
                Ok(Ok(forecast)) => WeekOutcome::Forecast { week, forecast },
                Ok(Err(fault)) => failed(week, fault.name.as_str(), &fault.message),
                Err(error) => {
                    let message =
                        format!("a defect in Larder stopped this week: {}", defect(error));
                    self.progress.line(&format!("{week:9}  failed: {message}"));
                    failed(week, DEFECT, &message)
                }
            });
        }
        outcomes
    }

    /// Proposes orders for all weeks together. Whatever stops it, the forecasts are published.
    async fn propose(
        self: &Arc<Self>,
        prepared: &Prepared,
        weeks: &[WeekOutcome],
    ) -> ProposeOutcome {
        let request = ProposeRequest {
            run: prepared.configured.run.clone(),
            plan: prepared.configured.plan.clone(),
            history: prepared.history.clone(),
            weeks: weeks.to_vec(),
            shadow: None,
        };
        let pipeline = Arc::clone(self);
        let task = tokio::spawn(async move {
            let work = Box::pin(order_proposer::handle(request, &pipeline.runs));
            pipeline
                .step(None, StepName::OrderProposer, work, |done| done)
                .await
        });
        let (error, cause) = match task.await {
            Ok(Ok(proposals)) => return ProposeOutcome::Proposed { proposals },
            Ok(Err(fault)) => caught(fault.name.as_str(), &fault.message),
            Err(error) => {
                let message = format!("a defect in Larder stopped proposing: {}", defect(error));
                self.progress.line(&format!("all weeks  failed: {message}"));
                caught(DEFECT, &message)
            }
        };
        ProposeOutcome::Failed { error, cause }
    }

    async fn week(&self, week: MenuWeek, prepared: Prepared) -> Result<Reference, Fault> {
        let Prepared {
            configured: ConfigureResponse { run, plan, .. },
            history,
            model,
        } = prepared;
        let asked = || (run.clone(), plan.clone());

        let (run, plan) = asked();
        let request = ExtractRequest::Week {
            run,
            plan,
            history,
            week,
        };
        let work = data_extractor::handle(request, &self.data, &self.runs);
        let snapshot = self
            .step(Some(week), StepName::DataExtractor, work, |done| done)
            .await?;

        let (run, plan) = asked();
        let request = SimulateRequest::Week {
            run,
            plan,
            week,
            model,
            snapshot: snapshot.clone(),
        };
        let work = order_simulator::handle(request, &self.runs);
        let orders = self
            .step(Some(week), StepName::OrderSimulator, work, |done| done)
            .await?;

        let (run, plan) = asked();
        let request = ForecastRequest {
            run,
            plan,
            week,
            snapshot,
            orders,
        };
        let work = site_forecast::handle(request, &self.runs);
        self.step(Some(week), StepName::SiteForecast, work, |done| done)
            .await
    }

    /// Does a step's work and says so.
    async fn step<T>(
        &self,
        week: Option<MenuWeek>,
        step: StepName,
        work: impl Future<Output = Result<T, Fault>> + Send,
        result: impl Fn(&T) -> &Reference + Send,
    ) -> Result<T, Fault> {
        let running = self.progress.begin(week, step);
        let done = work.await;
        running.end(match &done {
            Ok(done) if self.stored.contains(&result(done).key) => Ending::Stored,
            Ok(_) => Ending::Done,
            Err(fault) => Ending::Failed(fault),
        });
        done
    }
}

fn failed(week: MenuWeek, error: &str, message: &str) -> WeekOutcome {
    let (error, cause) = caught(error, message);
    WeekOutcome::Failed { week, error, cause }
}

/// A fault's name and its cause as the state machine catches them.
fn caught(error: &str, message: &str) -> (String, String) {
    let cause = Cause {
        error_type: error,
        error_message: message,
    };
    let cause = serde_json::to_string(&cause).unwrap_or_else(|_| message.to_owned());
    (error.to_owned(), cause)
}
