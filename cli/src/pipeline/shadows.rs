//! Shadows, beside what is active.

use std::sync::Arc;

use artifacts::{AnyStore, Counted};
use contracts::{
    ACTIVE_VERSION, Fault, FaultName, Prepared, ProposeOutcome, Reference, ShadowItem,
    ShadowOutcome, StepName, WeekOutcome,
};

use super::{DEFECT, Pipeline, caught};
use crate::error::defect;
use crate::progress::Ending;

/// What shadows read of what is active.
#[derive(Debug, Clone)]
struct Active {
    prepared: Prepared,
    weeks: Vec<WeekOutcome>,
    proposals: ProposeOutcome,
}

impl Pipeline {
    /// Runs the shadows. Whatever stops one stops neither another nor the run.
    pub(super) async fn shadows(
        self: &Arc<Self>,
        prepared: &Prepared,
        weeks: &[WeekOutcome],
        proposals: &ProposeOutcome,
    ) -> Vec<ShadowOutcome> {
        let active = Active {
            prepared: prepared.clone(),
            weeks: weeks.to_vec(),
            proposals: proposals.clone(),
        };
        let mut outcomes = Vec::new();
        for shadow in prepared.configured.shadow.clone() {
            let pipeline = Arc::clone(self);
            let (asked, active) = (shadow.clone(), active.clone());
            let task = tokio::spawn(async move { pipeline.shadow(&asked, active).await });
            let (error, cause) = match task.await {
                Ok(Ok(difference)) => {
                    outcomes.push(ShadowOutcome::Compared { shadow, difference });
                    continue;
                }
                Ok(Err(fault)) => caught(fault.name.as_str(), &fault.message),
                Err(error) => {
                    let message =
                        format!("a defect in Larder stopped this shadow: {}", defect(error));
                    self.progress.line(&format!("shadow     failed: {message}"));
                    caught(DEFECT, &message)
                }
            };
            outcomes.push(ShadowOutcome::Failed {
                shadow,
                error,
                cause,
            });
        }
        outcomes
    }

    async fn shadow(&self, shadow: &ShadowItem, active: Active) -> Result<Reference, Fault> {
        let running = self.progress.begin_shadow(&shadow.name, shadow.step);
        let stores = self.stores();
        let done = compared(&stores.runs, shadow, active).await;
        running.end(match &done {
            Ok(done) => self.kept(&stores, done).await,
            Err(fault) => Ending::Failed(fault),
        });
        done
    }
}

async fn compared(
    runs: &Counted<&AnyStore>,
    shadow: &ShadowItem,
    active: Active,
) -> Result<Reference, Fault> {
    let ShadowItem { step, version, .. } = shadow;
    if version != ACTIVE_VERSION {
        let message = format!(
            "version `{version}` of {step} is a Lambda function's; here a shadow differs by its settings alone"
        );
        return Err(Fault::new(FaultName::ConfigInvalid, message));
    }
    let Active {
        prepared,
        weeks,
        proposals,
    } = active;
    match step {
        StepName::OrderSimulator => {
            let request = prepared.simulate_shadow(shadow, &weeks);
            order_simulator::handle(request, runs).await
        }
        StepName::OrderProposer => {
            let request = prepared.propose_shadow(shadow, &weeks, &proposals);
            order_proposer::handle(request, runs).await
        }
        other => {
            let message = format!("{other} cannot be a shadow");
            Err(Fault::new(FaultName::ContractViolation, message))
        }
    }
}
