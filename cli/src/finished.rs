//! A stored run, and its purchase proposals.

use artifacts::{AnyStore, Store};
use contracts::{Reference, RunId, StepName};
use runs::Run;

use crate::error::Error;

/// Opens a run, and the reference of its plan.
pub(crate) async fn run<'a>(
    runs: &'a AnyStore,
    id: &RunId,
) -> Result<(Run<'a, AnyStore>, Reference), Error> {
    Run::find(runs, id).await?.ok_or_else(|| {
        let place = runs.place("runs");
        Error::Usage(format!(
            "there is no run {id} in {place}; name its place with --store"
        ))
    })
}

/// Opens a run and finds its proposals.
pub(crate) async fn proposals<'a>(
    runs: &'a AnyStore,
    id: &RunId,
) -> Result<(Run<'a, AnyStore>, Reference), Error> {
    of_step(runs, id, StepName::OrderProposer, "proposed").await
}

/// Opens a run and finds its publication.
pub(crate) async fn publication<'a>(
    runs: &'a AnyStore,
    id: &RunId,
) -> Result<(Run<'a, AnyStore>, Reference), Error> {
    of_step(runs, id, StepName::Publisher, "published").await
}

/// Of several results of a step the one of this very program, else any: they are of one plan.
async fn of_step<'a>(
    runs: &'a AnyStore,
    id: &RunId,
    step: StepName,
    done: &str,
) -> Result<(Run<'a, AnyStore>, Reference), Error> {
    let (run, _) = run(runs, id).await?;
    let mut finished = run.finished(step, None).await?;
    let mut own = None;
    for (at, found) in finished.iter().enumerate() {
        if found.is_of_this_code()? {
            own = Some(at);
        }
    }
    let at = own.or(finished.len().checked_sub(1));
    match at {
        Some(at) => Ok((run, finished.swap_remove(at).reference)),
        None => Err(Error::Usage(format!(
            "run {id} has {done} nothing; continue it with `larder run --run {id}`"
        ))),
    }
}
