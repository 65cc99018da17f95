//! The purchase proposals of a stored run.

use artifacts::{AnyStore, Store};
use contracts::{Reference, RunId, StepName};
use runs::Run;

use crate::error::Error;

/// Opens a run and finds its proposals.
pub(crate) async fn open<'a>(
    runs: &'a AnyStore,
    id: &RunId,
) -> Result<(Run<'a, AnyStore>, Reference), Error> {
    let Some((run, _)) = Run::find(runs, id).await? else {
        let place = runs.place("runs");
        return Err(Error::Usage(format!(
            "there is no run {id} in {place}; name its place with --store"
        )));
    };
    // Of several results the one of this very program, else any: they are of one plan.
    let mut finished = run.finished(StepName::OrderProposer, None).await?;
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
            "run {id} has proposed nothing; continue it with `larder run --run {id}`"
        ))),
    }
}
