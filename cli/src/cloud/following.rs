//! Following an execution: what its run's store holds, until it has ended.

use std::collections::BTreeSet;
use std::time::Duration;

use artifacts::{AnyStore, Store};
use contracts::{PublishResponse, RunId};
use runs::Telemetry;
use serde::Deserialize;

use super::args::StackArgs;
use super::machine::{Execution, Machine, Places};
use crate::error::Error;
use crate::progress::{Ending, Progress};
use crate::{clock, finished, print, run};

/// How often it is looked.
const PAUSE: Duration = Duration::from_secs(1);

/// So many looks in a row may fail before following is given up.
const FAILURES: u32 = 30;

/// The names that executions end by which have published what there is.
const PUBLISHED: [&str; 2] = ["WeeksFailed", "ProposalsFailed"];

/// An execution and its run.
#[derive(Debug)]
pub(super) struct Following<'a> {
    machine: &'a Machine,
    execution: RunId,
    run: RunId,
    places: Places,
    runs: AnyStore,
    progress: &'a Progress,
    /// Results that have been told, by their keys.
    told: BTreeSet<String>,
    /// Results that were seen without telemetry: it is written a moment after, or never, where they were copied.
    seen: BTreeSet<String>,
}

/// What Lambda says of a fault.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cause {
    error_message: String,
}

impl<'a> Following<'a> {
    pub(super) async fn new(
        machine: &'a Machine,
        execution: RunId,
        run: RunId,
        progress: &'a Progress,
    ) -> Result<Self, Error> {
        let places = machine.places().await?;
        let runs = AnyStore::connect(&places.runs).await?;
        Ok(Self {
            machine,
            execution,
            run,
            places,
            runs,
            progress,
            told: BTreeSet::new(),
            seen: BTreeSet::new(),
        })
    }

    /// What stands there already is no news.
    pub(super) async fn pass_over_what_stands(&mut self) -> Result<(), Error> {
        let stands = self.held().await?.into_iter();
        self.told = stands.filter(|key| is_result(key)).collect();
        if !self.told.is_empty() {
            let steps = self.told.len();
            self.progress
                .line(&format!("{steps} of its steps are finished already"));
        }
        Ok(())
    }

    /// The keys of what the run has stored.
    async fn held(&self) -> Result<BTreeSet<String>, Error> {
        let below = format!("runs/{}", self.run);
        let relative = |key: &str| Some(key.strip_prefix(&below)?.strip_prefix('/')?.to_owned());
        let entries = self.runs.list(&below).await?;
        Ok(entries
            .iter()
            .filter_map(|entry| relative(&entry.key))
            .collect())
    }

    /// Tells of each step that is finished, and in the end of everything; `false` when something failed or the end
    /// was not waited for.
    pub(super) async fn follow(mut self, stack: &StackArgs) -> Result<bool, Error> {
        let again = format!("larder follow --stack {} {}", stack.stack, self.execution);
        self.progress.line(&format!(
            "It goes on when this command is stopped; `{again}` follows it again"
        ));
        let since = clock::instant();
        let patience = Duration::from_secs(60 * u64::from(stack.wait));
        let mut failures = 0;
        loop {
            match self.look().await {
                Ok(Some(ended)) => return self.tell(&ended).await,
                Ok(None) => failures = 0,
                Err(error) if failures < FAILURES => {
                    if failures == 0 {
                        self.progress.line(&format!("{error}; it is tried again"));
                    }
                    failures += 1;
                }
                Err(error) => return Err(error),
            }
            if since.elapsed() >= patience {
                self.progress.line(&format!(
                    "The run goes on after {} minutes; `{again}` follows it again",
                    stack.wait
                ));
                return Ok(false);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The execution, if it has ended; what is asked first is told last, so that nothing is left out then.
    async fn look(&mut self) -> Result<Option<Execution>, Error> {
        let execution = self.machine.execution(&self.execution).await?;
        self.steps(execution.running).await?;
        Ok((!execution.running).then_some(execution))
    }

    /// Tells of results that are new, in the order in which they were made.
    async fn steps(&mut self, running: bool) -> Result<(), Error> {
        let held = self.held().await?;
        let mut news = Vec::new();
        for key in held.iter().filter(|key| is_result(key)) {
            if self.told.contains(key) {
                continue;
            }
            let telemetry = if held.contains(&Telemetry::place(key)) {
                Telemetry::find(&self.runs, &self.run, key).await?
            } else if running && self.seen.insert(key.clone()) {
                continue;
            } else {
                None
            };
            news.push((telemetry.map(|it| (it.ended, it.started)), key.clone()));
        }
        news.sort();
        for (times, key) in news {
            let took = times.map(|(ended, started)| ended.duration_since(started).as_secs_f64());
            let ending = took.map_or(Ending::Stored, |_| Ending::Done);
            let (scope, step) = scope_and_step(&key);
            self.progress.ended(scope, step, ending, took);
            self.told.insert(key);
        }
        Ok(())
    }

    /// The summary and where the report is; `false` when a week or the proposals failed.
    async fn tell(&self, ended: &Execution) -> Result<bool, Error> {
        let output = AnyStore::connect(&self.places.output).await?;
        let (folder, letter) = if ended.succeeded {
            let answer: PublishResponse = serde_json::from_str(&ended.output)
                .map_err(|error| Error::Cloud(error.to_string()))?;
            (answer.folder, answer.mail)
        } else if PUBLISHED.contains(&ended.error.as_str()) {
            let (run, publication) = finished::publication(&self.runs, &self.run).await?;
            let folder = publisher::folder(&run, &publication).await?;
            (folder, String::new())
        } else {
            return Err(self.failed(ended));
        };
        let reports = self.places.reports.as_deref();
        run::tell(&output, &self.runs, &self.run, &folder, reports).await?;
        if !letter.is_empty() {
            print(&format!("E-mail   {letter}"))?;
        }
        Ok(ended.succeeded)
    }

    /// Why an execution published nothing, and what to do.
    fn failed(&self, ended: &Execution) -> Error {
        let cause = serde_json::from_str::<Cause>(&ended.cause);
        let cause = cause.map_or_else(|_| ended.cause.clone(), |cause| cause.error_message);
        let what = match ended.error.as_str() {
            "" => format!("execution {} ended as {}", self.execution, ended.status),
            error => format!("execution {} failed: {error}", self.execution),
        };
        let why = if cause.is_empty() {
            String::new()
        } else {
            format!(": {cause}")
        };
        Error::Cloud(format!("{what}{why}"))
    }
}

fn is_result(key: &str) -> bool {
    key.ends_with("/result.json")
}

/// The scope and the step of a result, by its key.
fn scope_and_step(key: &str) -> (&str, &str) {
    let mut parts = key.split('/');
    let scope = parts.next().unwrap_or_default();
    let step = parts.next().unwrap_or_default();
    (if scope == "all" { "all weeks" } else { scope }, step)
}
