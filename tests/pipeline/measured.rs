//! Every step as its Lambda function runs it: what CloudWatch is told, and the telemetry beside the result.

use std::cell::Cell;
use std::collections::BTreeMap;

use artifacts::{Counted, Memory, Store};
use configurator::Defaults;
use contracts::{
    ConfigureRequest, ConfigureResponse, Execution, ExecutionInput, ExtractRequest, Fault,
    Prepared, ProposeOutcome, PublishResponse, Reference, SimulateRequest, StepName, StepRequest,
    StepResponse, WeekOutcome,
};
use domain::Timestamp;
use lambda::Emf;
use lambda::step::Meter;
use publisher::Outbox;
use runs::Telemetry;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::walk::demo_files;

const SUNDAY_NOON: &str = "2026-11-15T12:00:00Z";

/// A clock that is a second later whenever a test, which has a thread of its own, asks.
fn tick() -> Timestamp {
    thread_local! {
        static SECOND: Cell<i64> = const { Cell::new(1_795_000_000) };
    }
    Timestamp::from_second(SECOND.replace(SECOND.get() + 1)).unwrap()
}

struct Cloud {
    data: Counted<Memory>,
    runs: Counted<Memory>,
    output: Counted<Memory>,
    lines: Vec<Value>,
}

impl Cloud {
    fn new() -> Self {
        let data = Memory::default();
        for (name, bytes) in demo_files(demo::Options::default()) {
            data.damage(&name, &bytes);
        }
        Self {
            data: Counted::new(data),
            runs: Counted::new(Memory::default()),
            output: Counted::new(Memory::default()),
            lines: Vec::new(),
        }
    }

    /// A step in a new environment.
    async fn step<Q, O>(
        &mut self,
        request: &Q,
        step: impl AsyncFn(&Self, Q) -> Result<O, Fault>,
    ) -> Result<O, Fault>
    where
        Q: DeserializeOwned + Serialize + StepRequest,
        O: DeserializeOwned + Serialize + StepResponse,
    {
        let others = [&self.data, &self.output];
        let meter = Meter::new(&self.runs, &others, Emf::new(Vec::new()), tick);
        let done = meter
            .call(
                &async |request: Q| step(self, request).await,
                json!(request),
            )
            .await;
        let written = String::from_utf8(meter.into_lines()).unwrap();
        assert_eq!(written.lines().count(), 1, "{written}");
        self.lines.push(serde_json::from_str(&written).unwrap());
        done.map(|done| serde_json::from_value(done).unwrap())
    }

    async fn configure(&mut self, name: &str, as_of: &str) -> ConfigureResponse {
        let input = json!({"horizon_weeks": 1, "replicates": 5, "as_of": as_of});
        let request = ConfigureRequest {
            input: serde_json::from_value::<ExecutionInput>(input).unwrap(),
            execution: Execution {
                name: name.parse().unwrap(),
                started_at: SUNDAY_NOON.to_owned(),
            },
        };
        let defaults = Defaults { horizon_weeks: 4 };
        let configure = async |cloud: &Self, asked| {
            configurator::handle(asked, &defaults, &cloud.data, &cloud.runs).await
        };
        self.step(&request, configure).await.unwrap()
    }

    async fn extract(&mut self, request: ExtractRequest) -> Reference {
        let extract = async |cloud: &Self, asked| {
            data_extractor::handle(asked, &cloud.data, &cloud.runs).await
        };
        self.step(&request, extract).await.unwrap()
    }

    async fn simulate(&mut self, request: SimulateRequest) -> Result<Reference, Fault> {
        let simulate =
            async |cloud: &Self, asked| order_simulator::handle(asked, &cloud.runs).await;
        self.step(&request, simulate).await
    }

    /// One week through all steps, as they are on Sunday at noon; gives the publication's result.
    async fn run(&mut self) -> PublishResponse {
        self.run_as("measured", SUNDAY_NOON).await
    }

    async fn run_as(&mut self, name: &str, as_of: &str) -> PublishResponse {
        let configured = self.configure(name, as_of).await;
        let week = configured.weeks[0];
        let history = self.extract(configured.read_history()).await;
        let model = self
            .simulate(configured.fit_demand(&history))
            .await
            .unwrap();
        let prepared = Prepared {
            configured,
            history,
            model,
        };
        let snapshot = self.extract(prepared.extract(week)).await;
        let simulate = prepared.simulate(week, &snapshot);
        let orders = self.simulate(simulate).await.unwrap();
        let forecast = prepared.forecast(week, snapshot, orders);
        let forecast = self
            .step(&forecast, async |cloud: &Self, asked| {
                site_forecast::handle(asked, &cloud.runs).await
            })
            .await
            .unwrap();
        let weeks = vec![WeekOutcome::Forecast { week, forecast }];
        let propose = prepared.propose(&weeks);
        let proposals = self
            .step(&propose, async |cloud: &Self, asked| {
                Box::pin(order_proposer::handle(asked, &cloud.runs)).await
            })
            .await
            .unwrap();
        let proposals = ProposeOutcome::Proposed { proposals };
        let publish = prepared.publish(weeks, Vec::new(), proposals);
        self.step(&publish, async |cloud: &Self, asked| {
            let outbox = Outbox::silent();
            Box::pin(publisher::handle(
                asked,
                &cloud.runs,
                &cloud.output,
                &outbox,
            ))
            .await
        })
        .await
        .unwrap()
    }
}

/// A line's metrics with their units, as CloudWatch would read them.
fn metrics(line: &Value) -> BTreeMap<&str, (&str, f64)> {
    assert!(line["_aws"]["Timestamp"].as_i64().unwrap() > 1_795_000_000_000);
    let [directive] = line["_aws"]["CloudWatchMetrics"]
        .as_array()
        .unwrap()
        .as_slice()
    else {
        unreachable!("one directive: {line}")
    };
    assert_eq!(directive["Namespace"], "Larder/Steps");
    assert_eq!(directive["Dimensions"], json!([["Step"]]));
    let named = directive["Metrics"].as_array().unwrap();
    let number = |name: &str| line[name].as_f64().unwrap();
    named
        .iter()
        .map(|named| {
            let text = |field: &str| named[field].as_str().unwrap();
            (text("Name"), (text("Unit"), number(text("Name"))))
        })
        .collect()
}

#[tokio::test]
async fn every_step_is_one_line_of_metrics_and_keeps_its_telemetry() {
    let mut cloud = Cloud::new();
    let published = cloud.run().await;
    let done: Vec<_> = cloud
        .lines
        .iter()
        .map(|line| (line["Step"].as_str().unwrap(), line["week"].as_str()))
        .collect();
    let week = Some("2026-W47");
    assert_eq!(
        done,
        [
            ("configurator", None),
            ("data-extractor", None),
            ("order-simulator", None),
            ("data-extractor", week),
            ("order-simulator", week),
            ("site-forecast", week),
            ("order-proposer", None),
            ("publisher", None),
        ]
    );
    for line in &cloud.lines {
        assert_eq!(line["run"], "measured");
        assert_eq!(line["outcome"], "done");
        let told = metrics(line);
        assert_eq!(told["Duration"], ("Milliseconds", 1_000.0));
        assert_eq!(told["ColdStart"], ("Count", 1.0));
    }
    let [_, history, fit, _, simulated, forecast, proposed, _] = cloud.lines.as_slice() else {
        unreachable!("eight lines")
    };
    for line in [history, simulated, forecast, proposed] {
        assert!(metrics(line)["Rows"].1 > 100.0, "{line}");
    }
    let (unit, boxes) = metrics(simulated)["Boxes"];
    assert!(unit == "Count" && boxes > 20_000.0, "{boxes}");
    let (unit, coverage) = metrics(fit)["Coverage"];
    assert!(
        unit == "Percent" && (50.0..=100.0).contains(&coverage),
        "{coverage}"
    );
    assert!(!metrics(simulated).contains_key("Gap"), "{simulated}");

    let results: Vec<String> = cloud
        .runs
        .list("runs/measured")
        .await
        .unwrap()
        .into_iter()
        .filter(|entry| entry.key.ends_with("/result.json") || entry.key.ends_with("/plan.json"))
        .map(|entry| entry.key)
        .collect();
    assert_eq!(results.len(), cloud.lines.len());
    for result in results {
        let relative = result.strip_prefix("runs/measured/").unwrap();
        let kept = Telemetry::find(&cloud.runs, &published.run, relative).await;
        let kept = kept.unwrap().unwrap();
        assert_eq!(kept.ended.duration_since(kept.started).as_secs(), 1);
        assert!(
            kept.storage.writes > 1 && kept.storage.written_bytes > 0,
            "{result}"
        );
    }
}

#[tokio::test]
async fn what_is_found_counts_nothing_again() {
    let mut cloud = Cloud::new();
    let first = cloud.run().await;
    let key = Telemetry::place(&format!("runs/measured/{}", first.publication.key));
    let kept = cloud.runs.get(&key).await.unwrap();
    cloud.lines.clear();
    assert_eq!(cloud.run().await, first);
    for line in &cloud.lines {
        assert_eq!(line["outcome"], "found", "{line}");
        let told: Vec<_> = metrics(line).into_keys().collect();
        assert_eq!(told, ["ColdStart", "Duration"]);
    }
    assert_eq!(cloud.runs.get(&key).await.unwrap(), kept);
}

#[tokio::test]
async fn the_gap_is_told_of_a_week_that_was_planned_before() {
    let mut cloud = Cloud::new();
    cloud.run().await;
    cloud.lines.clear();
    cloud.run_as("again", "2026-11-15T18:00:00Z").await;
    let of_week = |line: &&Value| line["Step"] == "order-simulator" && !line["week"].is_null();
    let simulated = cloud.lines.iter().find(of_week).unwrap();
    assert_eq!(simulated["outcome"], "done", "{simulated}");
    let (unit, gap) = metrics(simulated)["Gap"];
    assert!(unit == "Percent" && (0.0..100.0).contains(&gap), "{gap}");
}

#[tokio::test]
async fn a_fault_is_named_in_its_line() {
    let mut cloud = Cloud::new();
    let ConfigureResponse { run, plan, .. } = cloud.configure("measured", SUNDAY_NOON).await;
    let request = SimulateRequest::History {
        run,
        history: plan.clone(),
        plan,
    };
    let fault = cloud.simulate(request).await.unwrap_err();
    let line = cloud.lines.last().unwrap();
    assert_eq!(line["fault"], fault.name.as_str());
    assert_eq!(line["outcome"], "failed");
    assert_eq!(line["Step"], StepName::OrderSimulator.as_str());
}
