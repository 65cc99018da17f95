//! Serving a step of a run: every call is logged under its run, week and step, measured, and its telemetry kept.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use artifacts::{Asked, Counted, Store};
use contracts::{Fault, StepRequest, StepResponse};
use domain::{MenuWeek, Timestamp};
use lambda_runtime::{LambdaEvent, service_fn};
use runs::{Figures, Host, Made, Run, Storage, Telemetry};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tracing::Instrument;

use crate::emf::{Emf, Line, Metric};
use crate::host::{host, usd};
use crate::{Error, decoded, now, told, written};

/// The namespace of the metrics.
const NAMESPACE: &str = "Larder/Steps";

/// What a step's calls are measured with: the runs' store, other stores that the step reads and writes, and where the
/// lines go.
#[derive(Debug)]
pub struct Meter<'a, S, W> {
    runs: &'a Counted<S>,
    others: Vec<&'a Counted<S>>,
    lines: Emf<W>,
    clock: fn() -> Timestamp,
    warm: AtomicBool,
}

/// A call that is over.
struct Call<'a> {
    step: &'static str,
    run: Option<String>,
    week: Option<MenuWeek>,
    started: Timestamp,
    ended: Timestamp,
    cold_start: bool,
    host: Option<&'a Host>,
    outcome: Outcome,
}

/// How a call ended.
enum Outcome {
    /// It did the step's work and counted so much.
    Done(Figures),
    /// The result was there before.
    Found,
    Failed(&'static str),
}

/// Serves events with a step until the environment is shut down: `runs` is the runs' store, `others` are the other ones
/// that it uses.
///
/// Faults come back under their own names, which the state machine retries or catches by.
///
/// # Errors
/// When the runtime's own interface fails.
pub async fn run_step<S, Q, O>(
    runs: &Counted<S>,
    others: &[&Counted<S>],
    step: impl AsyncFn(Q) -> Result<O, Fault>,
) -> Result<(), Error>
where
    S: Store,
    Q: DeserializeOwned + StepRequest,
    O: Serialize + StepResponse,
{
    let meter = &Meter::new(runs, others, Emf::new(std::io::stdout()), now);
    let step = &step;
    let serve = service_fn(async |event: LambdaEvent<Value>| {
        meter
            .call(step, event.payload)
            .await
            .map_err(crate::Reported)
    });
    lambda_runtime::run(serve).await
}

impl<'a, S: Store, W: Write> Meter<'a, S, W> {
    /// Measures by this clock; the first call is the one that found the environment cold.
    pub fn new(
        runs: &'a Counted<S>,
        others: &[&'a Counted<S>],
        lines: Emf<W>,
        clock: fn() -> Timestamp,
    ) -> Self {
        Self {
            runs,
            others: others.to_vec(),
            lines,
            clock,
            warm: AtomicBool::new(false),
        }
    }

    /// The lines that were written.
    pub fn into_lines(self) -> W {
        self.lines.into_inner()
    }

    /// Makes a call of the step with a payload.
    ///
    /// # Errors
    /// The step's fault, which is logged; `Contract.Violation` for a payload that it does not accept.
    pub async fn call<Q, O>(
        &self,
        step: &impl AsyncFn(Q) -> Result<O, Fault>,
        payload: Value,
    ) -> Result<Value, Fault>
    where
        Q: DeserializeOwned + StepRequest,
        O: Serialize + StepResponse,
    {
        let started = (self.clock)();
        let cold_start = !self.warm.swap(true, Ordering::Relaxed);
        let request = decoded::<Q>(payload);
        let asked = request.as_ref().ok();
        let run = asked.map(|request| request.run().clone());
        let week = asked.and_then(StepRequest::week);
        let span = tracing::info_span!(
            "step",
            step = Q::STEP.as_str(),
            run = run.as_ref().map(tracing::field::display),
            week = week.map(tracing::field::display),
        );
        async {
            self.forget();
            let done = match request {
                Ok(request) => step(request).await,
                Err(fault) => Err(fault),
            };
            let ended = (self.clock)();
            let host = host(cold_start).unwrap_or_else(|error| {
                tracing::warn!("the function's memory is not known: {error}");
                None
            });
            let outcome = match (&done, &run) {
                (Ok(response), Some(run)) => {
                    let telemetry = Telemetry {
                        started,
                        ended,
                        host: host.clone(),
                        storage: Storage::default(),
                    };
                    self.kept(run, response, telemetry).await
                }
                (Ok(_), None) => Outcome::Found,
                (Err(fault), _) => Outcome::Failed(fault.name.as_str()),
            };
            let call = Call {
                step: Q::STEP.as_str(),
                run: run.as_ref().map(ToString::to_string),
                week,
                started,
                ended,
                cold_start,
                host: host.as_ref(),
                outcome,
            };
            self.lines.write(&call.line(), ended);
            done.and_then(written).map_err(|fault| told(fault).0)
        }
        .instrument(span)
        .await
    }

    /// What was asked of the stores belongs to the call before.
    fn forget(&self) {
        self.runs.take();
        self.others.iter().for_each(|store| drop(store.take()));
    }

    /// Keeps the telemetry of a call that did the step's work. What cannot be kept fails no step.
    async fn kept(
        &self,
        run: &contracts::RunId,
        response: &impl StepResponse,
        telemetry: Telemetry,
    ) -> Outcome {
        let result = response.result();
        let asked = self.runs.take();
        if Made::of(run, result, &asked) == Made::Before {
            return Outcome::Found;
        }
        let figures = match Run::figures(self.runs, run, result).await {
            Ok(figures) => figures,
            Err(fault) => {
                tracing::warn!("what the step counted is not known: {fault}");
                Figures::default()
            }
        };
        let mut all: Vec<Asked> = vec![asked, self.runs.take()];
        all.extend(self.others.iter().map(|store| store.take()));
        let mut storage = Storage::of(&all);
        // The object that holds this.
        storage.writes += 1;
        let telemetry = Telemetry {
            storage,
            ..telemetry
        };
        if let Err(fault) = telemetry.keep(self.runs, run, result).await {
            tracing::warn!("the step's telemetry is not kept: {fault}");
        }
        Outcome::Done(figures)
    }
}

impl Call<'_> {
    fn line(&self) -> Line {
        let took = self.ended.duration_since(self.started).as_millis();
        let took = i64::try_from(took).unwrap_or(i64::MAX);
        let mut metrics = vec![
            Metric::new("Duration", "Milliseconds", took),
            Metric::new("ColdStart", "Count", u8::from(self.cold_start)),
        ];
        if let Outcome::Done(figures) = &self.outcome {
            let percent = |share: domain::Decimal| share.to_f64() * 100.0;
            metrics.extend(figures.rows.map(|rows| Metric::new("Rows", "Count", rows)));
            metrics.extend(
                figures
                    .boxes
                    .map(|boxes| Metric::new("Boxes", "Count", boxes)),
            );
            metrics.extend(
                figures
                    .gap
                    .map(|gap| Metric::new("Gap", "Percent", percent(gap))),
            );
            metrics.extend(
                figures
                    .coverage
                    .map(|share| Metric::new("Coverage", "Percent", percent(share))),
            );
        }
        metrics.extend(
            self.host
                .map(|host| Metric::new("Cost", "None", usd(host, took))),
        );
        let (outcome, fault) = match self.outcome {
            Outcome::Done(_) => ("done", None),
            Outcome::Found => ("found", None),
            Outcome::Failed(name) => ("failed", Some(name)),
        };
        let mut properties = vec![("outcome", json!(outcome))];
        properties.extend(self.run.as_ref().map(|run| ("run", json!(run))));
        properties.extend(self.week.map(|week| ("week", json!(week))));
        properties.extend(fault.map(|name| ("fault", json!(name))));
        let peak = self.host.and_then(|host| host.peak_mb);
        properties.extend(peak.map(|peak| ("peak_mb", json!(peak))));
        Line {
            namespace: NAMESPACE,
            dimension: ("Step", self.step.to_owned()),
            metrics,
            properties,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, PoisonError};

    use artifacts::Memory;
    use contracts::{ConfigureRequest, ConfigureResponse, FaultName};
    use lambda_runtime::tracing::subscriber;

    use super::*;

    /// What was logged.
    #[derive(Debug, Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            held.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Log {
        fn lines(&self) -> Vec<Value> {
            let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
            let line = |line| serde_json::from_str(line).unwrap();
            text.lines().map(line).collect()
        }
    }

    fn noon() -> Timestamp {
        "2026-11-15T12:00:00Z".parse().unwrap()
    }

    /// Calls a step that warns and then fails, and gives what was logged in the runtime's format.
    async fn logged(payload: Value) -> Vec<Value> {
        let log = Log::default();
        let writer = log.clone();
        let logs = subscriber::fmt()
            .with_target(false)
            .without_time()
            .json()
            .with_writer(move || writer.clone())
            .finish();
        let _logs = tracing::subscriber::set_default(logs);
        let runs = Counted::new(Memory::default());
        let meter = Meter::new(&runs, &[], Emf::new(Vec::new()), noon);
        let step = async |_: ConfigureRequest| -> Result<ConfigureResponse, Fault> {
            tracing::warn!("the data set is old");
            Err(Fault::new(FaultName::DataNotReady, "there is none"))
        };
        meter.call(&step, payload).await.unwrap_err();
        log.lines()
    }

    #[tokio::test]
    async fn every_line_names_run_and_step_and_the_fault_is_logged_once() {
        let lines = logged(json!({
            "input": {"run": "one"},
            "execution": {"name": "two", "started_at": "2026-11-15T12:00:00Z"},
        }))
        .await;
        for line in &lines {
            assert_eq!(line["span"]["step"], "configurator", "{line}");
            assert_eq!(line["span"]["run"], "one", "{line}");
        }
        let [warning, fault] = lines.as_slice() else {
            unreachable!("two lines: {lines:?}")
        };
        assert_eq!(warning["fields"]["message"], "the data set is old");
        assert_eq!(fault["fields"]["fault.name"], "Data.NotReady");
        assert_eq!(fault["fields"]["message"], "there is none");
    }

    #[tokio::test]
    async fn a_payload_that_is_not_accepted_is_logged_under_its_step() {
        let lines = logged(json!({"input": {}})).await;
        let [fault] = lines.as_slice() else {
            unreachable!("one line: {lines:?}")
        };
        assert_eq!(fault["span"]["step"], "configurator");
        assert_eq!(fault["fields"]["fault.name"], "Contract.Violation");
    }
}
