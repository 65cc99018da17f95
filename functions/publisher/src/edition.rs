//! What page and workbook are made from beside the summary: the rows of the proposals, and why they are what they are.

use artifacts::Store;
use contracts::artifact::{EXPEDITE, PROPOSALS, REASONS, SMALL_ORDERS, SUPPLY, UNSUPPLIED};
use contracts::{Fault, FaultName, Reference, RunSummary};
use dataset::{Table, stored_rows};
use ordering::Line;
use report::{Edition, Reason};
use runs::{Run, StepResult};
use supply::Supply;

/// The page's content; without a result of proposing, the summary alone.
pub(crate) async fn of<S: Store>(
    run: &Run<'_, S>,
    history: &StepResult,
    proposals: Option<&Reference>,
    summary: RunSummary,
) -> Result<Edition, Fault> {
    let mut edition = Edition::of(summary);
    let Some(proposals) = proposals else {
        return Ok(edition);
    };
    let proposed = run.result(proposals).await?;
    edition.lines = rows(run, &proposed, PROPOSALS[1]).await?;
    edition.expedite = rows(run, &proposed, EXPEDITE[1]).await?;
    edition.small_orders = rows(run, &proposed, SMALL_ORDERS[1]).await?;
    edition.unsupplied = rows(run, &proposed, UNSUPPLIED[1]).await?;
    let supply: Supply = run.json(history.artifact(SUPPLY)?).await?;
    let sites = supply.stock.sites.iter();
    edition.time_zones = sites
        .map(|clock| (clock.site.clone(), clock.time_zone.clone()))
        .collect();
    let lines: Vec<Line> = run.json(proposed.artifact(REASONS)?).await?;
    let reason = |line: &Line| Reason {
        key: line.key.clone(),
        why: report::why::why(line, &supply),
    };
    edition.reasons = lines.iter().map(reason).collect();
    Ok(edition)
}

/// The same as a workbook.
pub(crate) fn workbook(edition: &Edition) -> Result<Vec<u8>, Fault> {
    let content = workbook::Content {
        summary: &edition.summary,
        lines: &edition.lines,
    };
    workbook::workbook(&content)
        .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))
}

async fn rows<S: Store, T: Table>(
    run: &Run<'_, S>,
    proposed: &StepResult,
    name: &'static str,
) -> Result<Vec<T>, Fault> {
    let bytes = run.read(proposed.artifact(name)?).await?;
    Ok(stored_rows(name, bytes))
}
