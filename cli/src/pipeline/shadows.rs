//! Shadows, beside what is active.

use std::sync::Arc;

use contracts::{
    ACTIVE_VERSION, Fault, FaultName, Reference, ShadowItem, ShadowOutcome, SimulateRequest,
    StepName, WeekOutcome,
};

use super::{DEFECT, Pipeline, Prepared, caught};
use crate::error::defect;
use crate::progress::Ending;

impl Pipeline {
    /// Runs the shadows. Whatever stops one stops neither another nor the run.
    pub(super) async fn shadows(
        self: &Arc<Self>,
        prepared: &Prepared,
        weeks: &[WeekOutcome],
    ) -> Vec<ShadowOutcome> {
        let mut outcomes = Vec::new();
        for shadow in prepared.configured.shadow.clone() {
            let (pipeline, prepared) = (Arc::clone(self), prepared.clone());
            let (asked, weeks) = (shadow.clone(), weeks.to_vec());
            let task = tokio::spawn(async move { pipeline.shadow(&asked, prepared, weeks).await });
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

    async fn shadow(
        &self,
        shadow: &ShadowItem,
        prepared: Prepared,
        weeks: Vec<WeekOutcome>,
    ) -> Result<Reference, Fault> {
        let running = self.progress.begin_shadow(&shadow.name, shadow.step);
        let done = self.compared(shadow, prepared, weeks).await;
        running.end(match &done {
            Ok(done) if self.stored.contains(&done.key) => Ending::Stored,
            Ok(_) => Ending::Done,
            Err(fault) => Ending::Failed(fault),
        });
        done
    }

    async fn compared(
        &self,
        shadow: &ShadowItem,
        prepared: Prepared,
        weeks: Vec<WeekOutcome>,
    ) -> Result<Reference, Fault> {
        let ShadowItem {
            name,
            step,
            version,
        } = shadow;
        if version != ACTIVE_VERSION {
            let message = format!(
                "version `{version}` of {step} is a Lambda function's; here a shadow differs by its settings alone"
            );
            return Err(Fault::new(FaultName::ConfigInvalid, message));
        }
        match step {
            StepName::OrderSimulator => {
                let request = SimulateRequest::Shadow {
                    run: prepared.configured.run,
                    plan: prepared.configured.plan,
                    name: name.clone(),
                    model: prepared.model,
                    weeks,
                };
                order_simulator::handle(request, &self.runs).await
            }
            other => {
                let message = format!("{other} cannot be a shadow");
                Err(Fault::new(FaultName::ContractViolation, message))
            }
        }
    }
}
