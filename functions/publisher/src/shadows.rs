//! What is said of shadows. Their figures are not published.

use artifacts::Store;
use contracts::artifact::DIFFERENCE;
use contracts::{Fault, FaultName, Headline, Reference, ShadowOutcome, ShadowReport};
use runs::Run;

use crate::weeks::message_of;

/// A line on each.
pub(crate) async fn reports<S: Store>(
    run: &Run<'_, S>,
    outcomes: &[ShadowOutcome],
) -> Result<Vec<ShadowReport>, Fault> {
    let mut reports = Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        let (shadow, text, page) = match outcome {
            ShadowOutcome::Compared { shadow, difference } => match read(run, difference).await {
                Ok((headline, page)) => (shadow, headline, Some(page)),
                // A damaged comparison is no reason not to publish what was compared with.
                Err(fault) if damaged(&fault) => {
                    (shadow, format!("failed: {}", fault.message), None)
                }
                Err(fault) => return Err(fault),
            },
            ShadowOutcome::Failed {
                shadow,
                error,
                cause,
            } => {
                let text = format!("failed: {error}: {}", message_of(cause));
                (shadow, text, None)
            }
        };
        reports.push(ShadowReport {
            name: shadow.name.clone(),
            step: shadow.step,
            text,
            page,
        });
    }
    Ok(reports)
}

async fn read<S: Store>(
    run: &Run<'_, S>,
    difference: &Reference,
) -> Result<(String, String), Fault> {
    let result = run.result(difference).await?;
    let Headline { headline } = run.json(result.artifact(DIFFERENCE[0])?).await?;
    Ok((headline, result.artifact(DIFFERENCE[1])?.key.clone()))
}

fn damaged(fault: &Fault) -> bool {
    matches!(
        fault.name,
        FaultName::DataRejected | FaultName::ContractViolation
    )
}
