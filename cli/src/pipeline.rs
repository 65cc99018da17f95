//! The state machine's states, walked in one process.

mod shadows;

use std::future::Future;
use std::sync::Arc;

use artifacts::{AnyStore, Counted};
use configurator::Defaults;
use contracts::{
    ConfigureRequest, Fault, Prepared, ProposeOutcome, PublishResponse, Reference, RunId, StepName,
    StepResponse, WeekOutcome,
};
use domain::{MenuWeek, Timestamp};
use publisher::Outbox;
use runs::{Made, Storage, Telemetry};
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::clock;
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
    pub(crate) run: RunId,
    pub(crate) progress: Progress,
    /// Weeks planned at the same time.
    pub(crate) threads: usize,
}

/// The stores as one step uses them: what it asks is counted.
#[derive(Debug)]
struct Stores<'a> {
    data: Counted<&'a AnyStore>,
    runs: Counted<&'a AnyStore>,
    output: Counted<&'a AnyStore>,
    since: Timestamp,
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
        let prepared = Box::pin(self.prepare(request)).await?;
        let weeks = self.each_week(&prepared).await;
        let proposals = self.propose(&prepared, &weeks).await;
        let shadows = self.shadows(&prepared, &weeks, &proposals).await;
        let request = prepared.publish(weeks, shadows, proposals);
        // Nobody is told of a run on a laptop; its e-mail lies beside what it would tell of.
        let outbox = Outbox::silent();
        let stores = self.stores();
        let work = Box::pin(publisher::handle(
            request,
            &stores.runs,
            &stores.output,
            &outbox,
        ));
        self.step(None, StepName::Publisher, &stores, work).await
    }

    async fn prepare(&self, request: ConfigureRequest) -> Result<Prepared, Fault> {
        let defaults = Defaults {
            horizon_weeks: HORIZON_WEEKS,
        };
        let stores = self.stores();
        let work = configurator::handle(request, &defaults, &stores.data, &stores.runs);
        let configured = self
            .step(None, StepName::Configurator, &stores, work)
            .await?;

        let request = configured.read_history();
        let stores = self.stores();
        let work = data_extractor::handle(request, &stores.data, &stores.runs);
        let history = self
            .step(None, StepName::DataExtractor, &stores, work)
            .await?;

        let request = configured.fit_demand(&history);
        let stores = self.stores();
        let work = order_simulator::handle(request, &stores.runs);
        let model = self
            .step(None, StepName::OrderSimulator, &stores, work)
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
                Box::pin(pipeline.week(week, prepared)).await
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
        let request = prepared.propose(weeks);
        let pipeline = Arc::clone(self);
        let task = tokio::spawn(async move {
            let stores = pipeline.stores();
            let work = Box::pin(order_proposer::handle(request, &stores.runs));
            pipeline
                .step(None, StepName::OrderProposer, &stores, work)
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
        let request = prepared.extract(week);
        let stores = self.stores();
        let work = data_extractor::handle(request, &stores.data, &stores.runs);
        let snapshot = self
            .step(Some(week), StepName::DataExtractor, &stores, work)
            .await?;

        let request = prepared.simulate(week, &snapshot);
        let stores = self.stores();
        let work = order_simulator::handle(request, &stores.runs);
        let orders = self
            .step(Some(week), StepName::OrderSimulator, &stores, work)
            .await?;

        let request = prepared.forecast(week, snapshot, orders);
        let stores = self.stores();
        let work = site_forecast::handle(request, &stores.runs);
        self.step(Some(week), StepName::SiteForecast, &stores, work)
            .await
    }

    fn stores(&self) -> Stores<'_> {
        Stores {
            data: Counted::new(&self.data),
            runs: Counted::new(&self.runs),
            output: Counted::new(&self.output),
            since: clock::now(),
        }
    }

    /// Does a step's work and says so.
    async fn step<T: StepResponse>(
        &self,
        week: Option<MenuWeek>,
        step: StepName,
        stores: &Stores<'_>,
        work: impl Future<Output = Result<T, Fault>> + Send,
    ) -> Result<T, Fault> {
        let running = self.progress.begin(week, step);
        let done = work.await;
        running.end(match &done {
            Ok(done) => self.kept(stores, done.result()).await,
            Err(fault) => Ending::Failed(fault),
        });
        done
    }

    /// Keeps the telemetry of work that was done; without it a run is as good as with it.
    async fn kept(&self, stores: &Stores<'_>, result: &Reference) -> Ending<'static> {
        let asked = stores.runs.take();
        if Made::of(&self.run, result, &asked) == Made::Before {
            return Ending::Stored;
        }
        let telemetry = Telemetry {
            started: stores.since,
            ended: clock::now(),
            host: None,
            storage: Storage::of(&[asked, stores.data.take(), stores.output.take()]),
        };
        if let Err(fault) = telemetry.keep(&self.runs, &self.run, result).await {
            self.progress
                .line(&format!("telemetry is not kept: {fault}"));
        }
        Ending::Done
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
