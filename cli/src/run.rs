//! `larder run`: plans menu weeks in this process.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use artifacts::{AnyStore, Store};
use contracts::{
    ConfigureRequest, Execution, ExecutionInput, Fault, FaultName, Lineage, Outcome,
    PublishResponse, RunId, RunSummary, StepName,
};
use domain::Timestamp;
use runs::Run;
use serde::de::DeserializeOwned;

use crate::args::{RunArgs, Settings, store};
use crate::error::Error;
use crate::pipeline::Pipeline;
use crate::progress::Progress;
use crate::{clock, data, print};

/// Runs or continues; `false` when a week is not planned.
pub(crate) async fn run(args: RunArgs) -> Result<bool, Error> {
    let input = input(&args)?;
    let progress = Progress::new();
    let data = match &args.data {
        Some(location) => AnyStore::connect(location).await?,
        None => demo_data(&args, &progress).await?,
    };
    let output = AnyStore::connect(&args.out).await?;
    let runs = AnyStore::connect(&store(args.store.as_ref(), &args.out)).await?;

    let execution = execution(&input, &data, &runs).await?;
    let id = input
        .run
        .clone()
        .filter(|_| input.from.is_none())
        .unwrap_or(execution.name.clone());
    let stored = stored(&runs, &id, &input).await?;
    let begins = if stored.contains("plan.json") {
        "Continuing"
    } else {
        "Starting"
    };
    progress.line(&format!("{begins} run {id}"));

    let threads = args.threads();
    let pipeline = Arc::new(Pipeline {
        data,
        runs,
        output,
        stored,
        progress,
        threads,
    });
    let published = pipeline
        .execute(ConfigureRequest { input, execution })
        .await?;
    tell(&pipeline, &published).await?;
    Ok(published.outcome == Outcome::Succeeded)
}

fn input(args: &RunArgs) -> Result<ExecutionInput, Error> {
    let Settings {
        weeks,
        horizon,
        as_of,
        seed,
        replicates,
        scenario,
        input,
    } = &args.settings;
    let mut merged = match input {
        Some(path) => read(path)?,
        None => ExecutionInput::default(),
    };
    // What is named on the command line wins over the file.
    merged.run = args.run.clone().or(merged.run);
    merged.from = args.from.or(merged.from);
    if weeks.is_some() || horizon.is_some() {
        merged.weeks.clone_from(weeks);
        merged.horizon_weeks = *horizon;
    }
    merged.as_of = as_of.or(merged.as_of);
    merged.seed = seed.or(merged.seed);
    merged.replicates = replicates.or(merged.replicates);
    match scenario {
        Some(given) if is_file(given) => merged.changes = Some(read(Path::new(given))?),
        Some(name) => merged.scenario = Some(name.clone()),
        None => {}
    }
    Ok(merged)
}

/// Whether the text names a scenario's file rather than a scenario.
fn is_file(given: &str) -> bool {
    let path = Path::new(given);
    path.extension().is_some_and(|ending| ending == "json") || path.is_file()
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let bad = |reason: String| Error::Input {
        path: path.to_owned(),
        reason,
    };
    let bytes = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))
}

async fn demo_data(args: &RunArgs, progress: &Progress) -> Result<AnyStore, Error> {
    let store = AnyStore::connect(&data::default_location(args.company)).await?;
    data::write(&store, args.company, demo::Options::default().seed).await?;
    progress.line(&format!(
        "The demo company's data set is in {}",
        store.place("")
    ));
    Ok(store)
}

/// The execution's name and time. The same input on the same data has the same name, and so continues; where the
/// as-of time is the clock's, the newest run of that input that published nothing is continued.
async fn execution(
    input: &ExecutionInput,
    data: &AnyStore,
    runs: &AnyStore,
) -> Result<Execution, Error> {
    let now = clock::now();
    let name = match configurator::laptop_run_id(input, data, runs).await? {
        Some(name) => name,
        None => match runs::unfinished(runs, input).await? {
            Some(name) => name,
            None => named_by(now)?,
        },
    };
    Ok(Execution {
        name,
        started_at: now.to_string(),
    })
}

fn named_by(now: Timestamp) -> Result<RunId, Error> {
    let name = now.strftime("%Y-%m-%dT%H%M%S%3fZ").to_string();
    name.parse()
        .map_err(|error| Fault::from_error(FaultName::ConfigInvalid, &error).into())
}

/// What the run holds already, by keys relative to it; a restarted run has what stands before its step.
async fn stored(
    runs: &AnyStore,
    id: &RunId,
    input: &ExecutionInput,
) -> Result<BTreeSet<String>, Error> {
    let mut stored = held(runs, id).await?;
    if let (Some(earlier), Some(before)) = (&input.run, input.from)
        && let Some((old, _)) = Run::find(runs, earlier).await?
    {
        let step = |key: &String| key.split('/').nth(1)?.parse::<StepName>().ok();
        for Lineage { run, before } in old.plan.restarted(earlier, before) {
            let mut reused = held(runs, &run).await?;
            reused.retain(|key| step(key).is_some_and(|step| step < before));
            stored.append(&mut reused);
        }
    }
    Ok(stored)
}

async fn held(runs: &AnyStore, id: &RunId) -> Result<BTreeSet<String>, Error> {
    let folder = format!("runs/{id}");
    let entries = runs.list(&folder).await?;
    let relative = |key: &str| Some(key.strip_prefix(&folder)?.strip_prefix('/')?.to_owned());
    Ok(entries
        .iter()
        .filter_map(|entry| relative(&entry.key))
        .collect())
}

/// The result: the summary's table, and where everything is.
async fn tell(pipeline: &Pipeline, published: &PublishResponse) -> Result<(), Error> {
    let output = &pipeline.output;
    let key = format!("{}/summary.json", published.folder);
    let summary: RunSummary =
        serde_json::from_slice(&output.get(&key).await?).map_err(|error| Error::Summary {
            place: output.place(&key),
            reason: error.to_string(),
        })?;
    print(&report::table(&summary))?;
    let report = output.place(&format!("{}/report.html", published.folder));
    print(&format!("Report   {report}"))?;
    print(&format!("Outputs  {}", output.place(&published.folder)))?;
    print(&format!(
        "Run      {} in {}",
        published.run,
        pipeline.runs.place("runs")
    ))
}
