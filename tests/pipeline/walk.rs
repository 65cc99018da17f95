//! Walks the states as the state machine does.

use std::collections::BTreeMap;

use artifacts::{Memory, Store};
use configurator::Defaults;
use contracts::artifact::{DRAWS, FORECAST, SNAPSHOT, SOURCES, SUPPLY};
use contracts::{
    ApprovalMode, ApproveRequest, ApproveResponse, ConfigureRequest, Execution, Fault,
    ForecastSources, Prepared, ProposeOutcome, PublishRequest, PublishResponse, Reference,
    ShadowItem, ShadowOutcome, StepName, WeekOutcome,
};
use domain::{MenuWeek, VendorId};
use publisher::Outbox;
use runs::Run;
use snapshot::WeekSnapshot;
use supply::Supply;

pub(crate) struct Walk {
    data: Memory,
    site_file: Vec<u8>,
    runs: Memory,
    output: Memory,
    prepared: Option<Prepared>,
    pub(crate) weeks: Vec<MenuWeek>,
    pub(crate) outcomes: Vec<WeekOutcome>,
}

pub(crate) struct Sources {
    pub(crate) snapshot: WeekSnapshot,
    pub(crate) draws: Vec<u8>,
}

pub(crate) fn demo_files(options: demo::Options) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    demo::write(&options, &mut |name, bytes| {
        files.insert(name.to_owned(), bytes);
    })
    .unwrap();
    files
}

impl Walk {
    pub(crate) fn new(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let data = Memory::default();
        files
            .iter()
            .for_each(|(name, bytes)| data.damage(name, bytes));
        Self {
            data,
            site_file: files.get("site.csv").cloned().unwrap_or_default(),
            runs: Memory::default(),
            output: Memory::default(),
            prepared: None,
            weeks: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    /// The demo company, planned and published.
    pub(crate) async fn of_demo(options: demo::Options) -> Self {
        let mut walk = Self::prepared(options).await;
        walk.plan_weeks().await;
        walk.publish().await;
        walk
    }

    /// The demo company with two weeks to plan.
    pub(crate) async fn prepared(options: demo::Options) -> Self {
        let mut walk = Self::new(&demo_files(options));
        walk.begin(r#"{"replicates": 20, "horizon_weeks": 2}"#)
            .await;
        walk
    }

    /// A data set with two weeks to plan.
    pub(crate) async fn of_data(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let mut walk = Self::new(files);
        walk.begin(r#"{"replicates": 20, "horizon_weeks": 2}"#)
            .await;
        walk
    }

    /// The sites of the data set, as `site.csv` lists them.
    pub(crate) fn sites(&self) -> Vec<String> {
        let mut files = dataset::Files::default();
        files.insert(
            "site.csv",
            dataset::Body::Bytes(self.site_file.clone().into()),
        );
        let loaded = files.load::<dataset::tables::Site>();
        loaded
            .values()
            .map(|site| site.site_id.to_string())
            .collect()
    }

    pub(crate) async fn begin(&mut self, input: &str) {
        self.begin_as("test", input).await;
    }

    /// A file of the data set.
    pub(crate) async fn file(&self, name: &str) -> String {
        String::from_utf8(self.data.get(name).await.unwrap()).unwrap()
    }

    /// Puts another file into the data set.
    pub(crate) fn replace(&self, name: &str, bytes: &[u8]) {
        self.data.damage(name, bytes);
    }

    /// Approves what a run proposes to order from a vendor.
    pub(crate) async fn approve(&self, run: &str, vendor: &VendorId) -> ApproveResponse {
        let request = ApproveRequest {
            run: run.parse().unwrap(),
            vendor: vendor.clone(),
            site: None,
            delivery_date: None,
            mode: ApprovalMode::First,
            late: false,
            approved_by: None,
            approved_at: "2026-11-15T12:30:00Z".parse().unwrap(),
        };
        let nobody = None::<&messaging::Memory>;
        order_approver::handle(request, &self.runs, nobody)
            .await
            .unwrap()
    }

    /// Begins a run by its name, over what the runs before it stored and published.
    pub(crate) async fn begin_as(&mut self, name: &str, input: &str) {
        let request = ConfigureRequest {
            input: serde_json::from_str(input).unwrap(),
            execution: Execution {
                name: name.parse().unwrap(),
                started_at: "2026-11-15T12:00:00Z".to_owned(),
            },
        };
        let defaults = Defaults { horizon_weeks: 4 };
        let configured = configurator::handle(request, &defaults, &self.data, &self.runs)
            .await
            .unwrap();
        let request = configured.read_history();
        let history = data_extractor::handle(request, &self.data, &self.runs)
            .await
            .unwrap();
        let request = configured.fit_demand(&history);
        let model = order_simulator::handle(request, &self.runs).await.unwrap();
        self.weeks.clone_from(&configured.weeks);
        self.outcomes.clear();
        self.prepared = Some(Prepared {
            configured,
            history,
            model,
        });
    }

    pub(crate) async fn plan_weeks(&mut self) {
        for week in self.weeks.clone() {
            let outcome = match self.plan_week(week).await {
                Ok(forecast) => WeekOutcome::Forecast { week, forecast },
                Err(fault) => WeekOutcome::Failed {
                    week,
                    error: fault.name.to_string(),
                    cause: fault.message,
                },
            };
            self.outcomes.push(outcome);
        }
        self.outcomes.sort_by_key(WeekOutcome::week);
    }

    async fn plan_week(&self, week: MenuWeek) -> Result<Reference, Fault> {
        let prepared = self.of_run();
        let request = prepared.extract(week);
        let snapshot = data_extractor::handle(request, &self.data, &self.runs).await?;
        let request = prepared.simulate(week, &snapshot);
        let orders = order_simulator::handle(request, &self.runs).await?;
        let request = prepared.forecast(week, snapshot, orders);
        site_forecast::handle(request, &self.runs).await
    }

    /// Proposes orders for the weeks there are.
    pub(crate) async fn propose(&self) -> Result<Reference, Fault> {
        let request = self.of_run().propose(&self.outcomes);
        order_proposer::handle(request, &self.runs).await
    }

    /// The store of its runs.
    pub(crate) const fn runs(&self) -> &Memory {
        &self.runs
    }

    pub(crate) async fn publish(&self) -> PublishResponse {
        let request = self.request().await;
        publisher::handle(request, &self.runs, &self.output, &Outbox::silent())
            .await
            .unwrap()
    }

    /// What the publisher is asked.
    pub(crate) async fn request(&self) -> PublishRequest {
        let proposals = match self.propose().await {
            Ok(proposals) => ProposeOutcome::Proposed { proposals },
            Err(fault) => ProposeOutcome::Failed {
                error: fault.name.to_string(),
                cause: fault.message,
            },
        };
        let prepared = self.of_run();
        let shadows = self.shadows(&prepared.configured.shadow, &proposals).await;
        prepared.publish(self.outcomes.clone(), shadows, proposals)
    }

    /// Runs the shadows that the plan wants.
    async fn shadows(
        &self,
        items: &[ShadowItem],
        proposals: &ProposeOutcome,
    ) -> Vec<ShadowOutcome> {
        let mut outcomes = Vec::new();
        for shadow in items {
            let difference = self.shadow(shadow, proposals).await.unwrap();
            let shadow = shadow.clone();
            outcomes.push(ShadowOutcome::Compared { shadow, difference });
        }
        outcomes
    }

    async fn shadow(
        &self,
        shadow: &ShadowItem,
        proposals: &ProposeOutcome,
    ) -> Result<Reference, Fault> {
        let (prepared, weeks) = (self.of_run(), &self.outcomes);
        if shadow.step == StepName::OrderProposer {
            let request = prepared.propose_shadow(shadow, weeks, proposals);
            return order_proposer::handle(request, &self.runs).await;
        }
        let request = prepared.simulate_shadow(shadow, weeks);
        order_simulator::handle(request, &self.runs).await
    }

    async fn run(&self) -> Run<'_, Memory> {
        let configured = &self.of_run().configured;
        Run::open(&self.runs, &configured.run, &configured.plan)
            .await
            .unwrap()
    }

    /// The facts of supply.
    pub(crate) async fn supply(&self) -> Supply {
        let run = self.run().await;
        let history = run.result(&self.of_run().history).await.unwrap();
        run.json(history.artifact(SUPPLY).unwrap()).await.unwrap()
    }

    fn of_run(&self) -> &Prepared {
        self.prepared.as_ref().unwrap()
    }

    /// The fitted model.
    pub(crate) fn model(&self) -> &Reference {
        &self.of_run().model
    }

    fn result(&self, week: MenuWeek) -> &Reference {
        let of_week = |outcome: &&WeekOutcome| outcome.week() == week;
        match self.outcomes.iter().find(of_week).unwrap() {
            WeekOutcome::Forecast { forecast, .. } => forecast,
            WeekOutcome::Failed { cause, .. } => unreachable!("{cause}"),
        }
    }

    /// A week's forecast as CSV, and what it was made from.
    pub(crate) async fn forecast(&self, week: MenuWeek) -> (Vec<u8>, Sources) {
        let run = self.run().await;
        let forecast = self.result(week);
        let from = run.result(forecast).await.unwrap();
        let from: ForecastSources = run.json(from.artifact(SOURCES).unwrap()).await.unwrap();
        let snapshot = run.artifact(&from.snapshot, SNAPSHOT).await.unwrap();
        let sources = Sources {
            snapshot: serde_json::from_slice(&snapshot).unwrap(),
            draws: run.artifact(&from.orders, DRAWS).await.unwrap(),
        };
        (run.artifact(forecast, FORECAST[0]).await.unwrap(), sources)
    }

    /// An artifact of a week's simulation.
    pub(crate) async fn simulated(&self, week: MenuWeek, name: &str) -> Vec<u8> {
        let run = self.run().await;
        let from = run.result(self.result(week)).await.unwrap();
        let from: ForecastSources = run.json(from.artifact(SOURCES).unwrap()).await.unwrap();
        run.artifact(&from.orders, name).await.unwrap()
    }

    /// What proposing made, by name.
    pub(crate) async fn proposed(&self) -> BTreeMap<String, Vec<u8>> {
        let run = self.run().await;
        let result = run.result(&self.propose().await.unwrap()).await.unwrap();
        let mut files = BTreeMap::new();
        for (name, artifact) in &result.artifacts {
            files.insert(name.clone(), run.read(artifact).await.unwrap());
        }
        files
    }

    /// Everything in the run store and the output, by key.
    pub(crate) async fn artifacts(&self) -> BTreeMap<String, Vec<u8>> {
        let mut all = BTreeMap::new();
        for store in [&self.runs, &self.output] {
            for entry in store.list("").await.unwrap() {
                all.insert(entry.key.clone(), store.get(&entry.key).await.unwrap());
            }
        }
        all
    }
}
