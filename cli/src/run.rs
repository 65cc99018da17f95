//! `larder run`: plans menu weeks in this process.

use std::path::Path;
use std::sync::Arc;

use artifacts::{AnyStore, Store};
use contracts::{
    ConfigureRequest, Execution, ExecutionInput, Fault, FaultName, Outcome, RunId, RunSummary,
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
    let id = input.continued().unwrap_or(&execution.name).clone();
    let begins = match Run::find(&runs, &id).await? {
        Some(_) => "Continuing",
        None => "Starting",
    };
    progress.line(&format!("{begins} run {id}"));

    let threads = args.threads();
    let pipeline = Arc::new(Pipeline {
        data,
        runs,
        output,
        run: id,
        progress,
        threads,
    });
    let published = Box::pin(pipeline.execute(ConfigureRequest { input, execution })).await?;
    let Pipeline { output, runs, .. } = &*pipeline;
    tell(output, runs, &published.run, &published.folder, None).await?;
    Ok(published.outcome == Outcome::Succeeded)
}

fn input(args: &RunArgs) -> Result<ExecutionInput, Error> {
    let mut merged = settings(&args.settings)?;
    merged.run = args.run.clone().or(merged.run);
    merged.from = args.from.or(merged.from);
    Ok(merged)
}

/// The input that a file and the command line make together; what is named on the command line wins.
pub(crate) fn settings(settings: &Settings) -> Result<ExecutionInput, Error> {
    let Settings {
        weeks,
        horizon,
        as_of,
        seed,
        replicates,
        scenario,
        input,
    } = settings;
    let mut merged = match input {
        Some(path) => read(path)?,
        None => ExecutionInput::default(),
    };
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
    // As an editor on Windows begins a file.
    let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let mut reader = serde_json::Deserializer::from_slice(plain);
    let read = contracts::object(&mut reader).and_then(|read| reader.end().map(|()| read));
    read.map_err(|error| bad(error.to_string()))
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

/// A run that is named by its start.
pub(crate) fn named_by(now: Timestamp) -> Result<RunId, Error> {
    let name = now.strftime("%Y-%m-%dT%H%M%S%3fZ").to_string();
    name.parse()
        .map_err(|error| Fault::from_error(FaultName::ConfigInvalid, &error).into())
}

/// The result: the summary's table, and where everything is; `served` is where a browser finds the output location.
pub(crate) async fn tell(
    output: &AnyStore,
    runs: &AnyStore,
    run: &RunId,
    folder: &str,
    served: Option<&str>,
) -> Result<(), Error> {
    let key = format!("{folder}/summary.json");
    let summary: RunSummary =
        serde_json::from_slice(&output.get(&key).await?).map_err(|error| Error::Summary {
            place: output.place(&key),
            reason: error.to_string(),
        })?;
    print(&report::table(&summary))?;
    let page = format!("{folder}/report.html");
    let page = served.map_or_else(|| output.place(&page), |url| format!("{url}/{page}"));
    print(&format!("Report   {page}"))?;
    print(&format!("Outputs  {}", output.place(folder)))?;
    print(&format!("Run      {run} in {}", runs.place("runs")))
}
