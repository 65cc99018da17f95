//! Configurator: decides once everything that could differ between two tries of a run.

mod named;
mod new_run;
mod shadow;

use artifacts::Store;
use contracts::{
    ConfigureRequest, ConfigureResponse, ExecutionInput, Fault, FaultName, Plan, Reference, RunId,
    ShadowItem,
};
use runs::Run;
use sources::DataCut;

/// What an input that says nothing means.
#[derive(Debug, Clone, Copy)]
pub struct Defaults {
    /// Menu weeks to plan.
    pub horizon_weeks: u32,
}

/// Makes a run's plan, or returns the one it has.
///
/// - `{}` and every setting: a new run, named as the execution is.
/// - `{"run": id}`: that run again, with its plan.
/// - `{"run": id, "from": step}`: a new run with that one's plan, which reuses its results before the step.
///
/// # Errors
/// `Run.Conflict` when the run exists with another input; `Contract.Violation` when the input cannot be obeyed;
/// `Data.NotReady` when there is no data set yet; `Data.Rejected` when it has no week to plan; the stores' faults.
pub async fn handle(
    request: ConfigureRequest,
    defaults: &Defaults,
    data: &impl Store,
    runs: &impl Store,
) -> Result<ConfigureResponse, Fault> {
    let ConfigureRequest { input, execution } = request;
    let (run, plan) = match (&input.run, input.from) {
        (Some(earlier), from) => {
            only_run_and_from(&input)?;
            let Some((old, plan)) = Run::find(runs, earlier).await? else {
                let message = format!(
                    "there is no run {earlier} to continue or restart; start one without `run`"
                );
                return Err(Fault::new(FaultName::ContractViolation, message));
            };
            match from {
                None => (old, plan),
                Some(before) => {
                    let plan = Plan {
                        lineage: old.plan.restarted(earlier, before),
                        notify: input.notify.unwrap_or(false),
                        input: input.clone(),
                        ..old.plan
                    };
                    start(runs, &execution.name, plan).await?
                }
            }
        }
        (None, Some(from)) => {
            let message = format!("`from` ({from}) needs the `run` to restart");
            return Err(Fault::new(FaultName::ContractViolation, message));
        }
        (None, None) => match Run::find(runs, &execution.name).await? {
            Some(found) => same_input(found, &input)?,
            None => {
                let plan = new_run::plan(&input, &execution, *defaults, data, runs).await?;
                start(runs, &execution.name, plan).await?
            }
        },
    };
    let weeks = run.plan.weeks.iter().map(|planned| planned.week).collect();
    Ok(ConfigureResponse {
        shadow: run.plan.shadow.iter().map(ShadowItem::from).collect(),
        run: run.id,
        plan,
        weeks,
    })
}

/// A run id that the same input, data and approved orders always give, so that the same command continues a killed run.
///
/// `None` when neither the input nor the data set fixes the as-of time.
///
/// # Errors
/// As [`handle`].
pub async fn laptop_run_id(
    input: &ExecutionInput,
    data: &impl Store,
    runs: &impl Store,
) -> Result<Option<RunId>, Fault> {
    let cut = DataCut::take(data).await?;
    let stated = cut.settings()?;
    let set = stated.as_ref().and_then(|stated| stated.as_of);
    let Some(as_of) = input.as_of.or(set) else {
        return Ok(None);
    };
    let today = new_run::today(as_of, stated.as_ref())?;
    let approved = new_run::approved(runs, today).await?;
    let covered = if approved.is_empty() {
        serde_json::to_vec(&(input, &cut.pins))
    } else {
        serde_json::to_vec(&(input, &cut.pins, &approved))
    };
    let covered =
        covered.map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
    let digest = artifacts::sha256(&covered).short();
    let time = as_of.strftime("%Y-%m-%dT%H%MZ");
    let id = format!("{time}-{}", digest.get(..8).unwrap_or_default());
    id.parse()
        .map(Some)
        .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))
}

async fn start<'a, S: Store>(
    runs: &'a S,
    id: &RunId,
    plan: Plan,
) -> Result<(Run<'a, S>, Reference), Fault> {
    let input = plan.input.clone();
    same_input(Run::start(runs, id, plan).await?, &input)
}

fn same_input<'a, S>(
    found: (Run<'a, S>, Reference),
    input: &ExecutionInput,
) -> Result<(Run<'a, S>, Reference), Fault> {
    if found.0.plan.input == *input {
        return Ok(found);
    }
    let message = format!(
        "run {} exists with another input; start under another name, or continue it with {{\"run\": \"{0}\"}}",
        found.0.id
    );
    Err(Fault::new(FaultName::RunConflict, message))
}

fn only_run_and_from(input: &ExecutionInput) -> Result<(), Fault> {
    let bare = ExecutionInput {
        run: input.run.clone(),
        from: input.from,
        notify: input.notify.filter(|_| input.from.is_some()),
        ..ExecutionInput::default()
    };
    if *input == bare {
        return Ok(());
    }
    let message = "a run that is continued or restarted keeps its plan: give `run` and `from` alone, or with `from` \
                   also `notify`";
    Err(Fault::new(FaultName::ContractViolation, message))
}
