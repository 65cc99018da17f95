//! The purchase proposals of a run: what is copied of them, and what is said of them.

use artifacts::Store;
use contracts::artifact::{REASONS, SOURCES, SUMMARY};
use contracts::{Fault, ProposalReport, Reference};
use runs::Run;

use crate::files::Copier;

/// Copies every table and document as it is stored; the summary is told with the run's own.
pub(crate) async fn copy<S: Store>(
    run: &Run<'_, S>,
    result: &Reference,
    files: &mut Copier<'_, impl Store>,
) -> Result<ProposalReport, Fault> {
    let proposed = run.result(result).await?;
    for (name, artifact) in &proposed.artifacts {
        // The sources are places in the run store; whoever publishes elsewhere has no use for them. The reasons are on
        // the page, and again with all others in the explanations.
        if ![SUMMARY, SOURCES, REASONS].contains(&name.as_str()) {
            files.put(name, &run.stored(artifact).await?).await?;
        }
    }
    let summary = run.json(proposed.artifact(SUMMARY)?).await?;
    Ok(ProposalReport::Proposed(summary))
}
