//! Walks the states as the state machine does, and tries them again as it says.

use std::sync::Arc;

use artifacts::Memory;
use configurator::Defaults;
use contracts::{
    ConfigureRequest, Execution, ExecutionInput, Fault, Outcome, Prepared, ProposeOutcome,
    PublishRequest, PublishResponse, Published, Reference, WeekOutcome,
};
use domain::MenuWeek;
use publisher::Outbox;
use runs::Latest;

use crate::ear::Ear;
use crate::retries::Retries;
use crate::shelf::{Shelf, Without};
use crate::world::{Place, World, now, pass};

/// What comes again whenever it is tried again.
const INCURABLE: [&str; 4] = [
    "Contract.Violation",
    "Config.Invalid",
    "Run.Conflict",
    "Data.Rejected",
];

/// A state that failed, as the state machine hears of it.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    pub(crate) state: &'static str,
    pub(crate) error: String,
    pub(crate) cause: String,
}

/// What became of a walk.
#[derive(Debug)]
pub(crate) struct Walk {
    /// How the publication says that it ended; `None` where the walk ended before.
    pub(crate) outcome: Option<Outcome>,
    /// What failed in it for good.
    pub(crate) failed: Vec<Failed>,
}

pub(crate) struct Machine {
    world: Arc<World>,
    data: Shelf,
    runs: Shelf,
    output: Shelf,
    outbox: Outbox<Ear, Ear>,
    retries: Retries,
    without: Without,
}

impl Machine {
    pub(crate) fn new(
        world: &Arc<World>,
        [data, runs, output]: [&Arc<Memory>; 3],
        ear: &Ear,
        without: Without,
    ) -> Self {
        let shelf = |place, held| Shelf::new(world, place, held, output, without);
        Self {
            world: Arc::clone(world),
            data: shelf(Place::Data, data),
            runs: shelf(Place::Runs, runs),
            output: shelf(Place::Output, output),
            outbox: ear.outbox(),
            retries: match without {
                Without::RetryLimits => Retries::of_everything(),
                _ => Retries::said(),
            },
            without,
        }
    }

    /// One execution.
    pub(crate) async fn walk(&self, input: ExecutionInput) -> Walk {
        let mut failed = Vec::new();
        let published = self.execute(input, &mut failed).await;
        let outcome = match published {
            Ok(response) => Some(response.outcome),
            Err(last) => {
                failed.push(last);
                None
            }
        };
        Walk { outcome, failed }
    }

    /// Tries a state as often as the state machine does.
    async fn state<T>(
        &self,
        state: &'static str,
        work: impl AsyncFn() -> Result<T, Fault>,
    ) -> Result<T, Failed> {
        let mut tries = self.retries.of(state);
        loop {
            self.world.enter(state);
            let (error, cause) = match self.world.lives(Box::pin(work())).await {
                Ok(Ok(done)) => return Ok(done),
                Ok(Err(fault)) => (fault.name.to_string(), fault.message),
                Err(death) => (death.to_owned(), String::new()),
            };
            self.world.tell(|| format!("fails: {error}: {cause}"));
            let Some(seconds) = tries.after(&error) else {
                return Err(Failed {
                    state,
                    error,
                    cause,
                });
            };
            if INCURABLE.contains(&error.as_str()) {
                let what = format!("{state} is tried again after {error}");
                self.world.violated("F3", what);
            }
            pass(i64::try_from(seconds).unwrap());
        }
    }

    async fn execute(
        &self,
        input: ExecutionInput,
        failed: &mut Vec<Failed>,
    ) -> Result<PublishResponse, Failed> {
        let prepared = self.prepare(input).await?;
        let mut order = prepared.configured.weeks.clone();
        if self.world.below(2) == 1 {
            order.reverse();
        }
        let mut weeks = Vec::new();
        for week in order {
            weeks.push(match self.week(&prepared, week).await {
                Ok(forecast) => WeekOutcome::Forecast { week, forecast },
                Err(fault) => {
                    let (error, cause) = caught(fault, failed);
                    WeekOutcome::Failed { week, error, cause }
                }
            });
        }
        weeks.sort_by_key(WeekOutcome::week);
        let proposals = match self.propose(&prepared, &weeks).await {
            Ok(proposals) => ProposeOutcome::Proposed { proposals },
            Err(fault) => {
                let (error, cause) = caught(fault, failed);
                ProposeOutcome::Failed { error, cause }
            }
        };
        self.publish(&prepared, weeks, proposals).await
    }

    async fn prepare(&self, input: ExecutionInput) -> Result<Prepared, Failed> {
        let execution = Execution {
            name: "test".parse().unwrap(),
            started_at: now().to_string(),
        };
        let request = ConfigureRequest { input, execution };
        let defaults = Defaults { horizon_weeks: 2 };
        let configure =
            async || configurator::handle(request.clone(), &defaults, &self.data, &self.runs).await;
        let configured = self.state("Configure", configure).await?;
        let request = configured.read_history();
        let read = async || data_extractor::handle(request.clone(), &self.data, &self.runs).await;
        let history = self.state("ReadHistory", read).await?;
        let request = configured.fit_demand(&history);
        let fit = async || order_simulator::handle(request.clone(), &self.runs).await;
        let model = self.state("FitDemand", fit).await?;
        Ok(Prepared {
            configured,
            history,
            model,
        })
    }

    async fn week(&self, prepared: &Prepared, week: MenuWeek) -> Result<Reference, Failed> {
        let request = prepared.extract(week);
        let extract =
            async || data_extractor::handle(request.clone(), &self.data, &self.runs).await;
        let snapshot = self.state("ExtractData", extract).await?;
        let request = prepared.simulate(week, &snapshot);
        let simulate = async || order_simulator::handle(request.clone(), &self.runs).await;
        let orders = self.state("SimulateOrders", simulate).await?;
        let request = prepared.forecast(week, snapshot, orders);
        let forecast = async || site_forecast::handle(request.clone(), &self.runs).await;
        self.state("ForecastSites", forecast).await
    }

    async fn propose(
        &self,
        prepared: &Prepared,
        weeks: &[WeekOutcome],
    ) -> Result<Reference, Failed> {
        let request = prepared.propose(weeks);
        let propose = async || order_proposer::handle(request.clone(), &self.runs).await;
        self.state("ProposeOrders", propose).await
    }

    async fn publish(
        &self,
        prepared: &Prepared,
        weeks: Vec<WeekOutcome>,
        proposals: ProposeOutcome,
    ) -> Result<PublishResponse, Failed> {
        let request = prepared.publish(weeks, Vec::new(), proposals);
        let publish = async || {
            if self.without == Without::LatestLast {
                Latest::advance(&self.runs, &latest(&request)).await?;
            }
            let stores = (&self.runs, &self.output);
            publisher::handle(request.clone(), stores.0, stores.1, &self.outbox).await
        };
        self.state("Publish", publish).await
    }
}

/// A fault as it is caught: the walk goes on.
fn caught(fault: Failed, failed: &mut Vec<Failed>) -> (String, String) {
    let caught = (fault.error.clone(), fault.cause.clone());
    failed.push(fault);
    caught
}

/// What the pointer says when these weeks are published.
fn latest(request: &PublishRequest) -> Latest {
    let mut latest = Latest::default();
    for outcome in &request.weeks {
        if let WeekOutcome::Forecast { week, forecast } = outcome {
            let published = Published {
                run: request.run.clone(),
                as_of: now(),
                forecast: forecast.clone(),
            };
            latest.weeks.insert(*week, published);
        }
    }
    latest
}
