//! Proposals a second time, by other settings or another version of this function, and what comes out differently.
//! Nobody else reads what a shadow makes.

mod difference;
mod words;

use artifacts::Store;
use contracts::artifact::{DIFFERENCE, PROPOSALS};
use contracts::{
    Fault, FaultName, Headline, ProposeOutcome, ProposeShadow, Reference, Shadow, StepName,
};
use ordering::Settings;
use runs::{Run, Workspace};
use serde::Serialize;

use crate::book::both;
use crate::stored::Stored;
use difference::Difference;
use proposals::ProposalRow;

/// The shadow that is asked for, and the active result it is compared with.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Asked<'a> {
    shadow: &'a Shadow,
    active: &'a Reference,
}

/// The content of `difference.json`.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    headline: Headline,
    #[serde(flatten)]
    difference: Difference,
}

impl<'a> Asked<'a> {
    /// Finds a shadow among those of the plan.
    pub(crate) fn find(planned: &'a [Shadow], asked: &'a ProposeShadow) -> Result<Self, Fault> {
        let (step, name) = (StepName::OrderProposer, &asked.name);
        let mut shadows = planned.iter();
        let found = shadows.find(|shadow| shadow.step == step && shadow.name == *name);
        let Some(shadow) = found else {
            let message = format!("the plan has no shadow {name} of {step}");
            return Err(Fault::new(FaultName::ContractViolation, message));
        };
        match &asked.proposals {
            ProposeOutcome::Proposed { proposals } => Ok(Self {
                shadow,
                active: proposals,
            }),
            ProposeOutcome::Failed { error, .. } => {
                let message = format!(
                    "the run has no proposals to compare with: {step} failed by {error}; correct that and run again"
                );
                Err(Fault::new(FaultName::DataRejected, message))
            }
        }
    }

    pub(crate) fn name(&self) -> &'a str {
        &self.shadow.name
    }

    /// How the shadow decides.
    pub(crate) fn settings(self) -> Settings {
        let Settings { waste_per_mille } = Settings::default();
        Settings {
            waste_per_mille: (self.shadow.settings.waste_per_mille).unwrap_or(waste_per_mille),
        }
    }

    /// Stores the shadow's lines and what differs from the active ones.
    pub(crate) async fn compare<S: Store>(
        self,
        run: &Run<'_, S>,
        rows: Vec<ProposalRow>,
        mut output: Workspace<'_, S>,
    ) -> Result<Reference, Fault> {
        let active = Stored::open(run, self.active).await?.lines().await?;
        let difference = Difference::between(&active, &rows);
        for (name, bytes) in both(PROPOSALS, &rows)? {
            output.put(&name, bytes).await?;
        }
        let page = words::page(self.shadow, &difference);
        let told = Told {
            headline: Headline {
                headline: words::headline(&difference),
            },
            difference,
        };
        output.put_json(DIFFERENCE[0], &told).await?;
        output.put(DIFFERENCE[1], page.into_bytes()).await?;
        output.finish().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shadow_without_anything_to_compare_with_is_a_fault_that_says_why() {
        let asked = ProposeShadow {
            name: "a".to_owned(),
            proposals: ProposeOutcome::Failed {
                error: "Data.Rejected".to_owned(),
                cause: String::new(),
            },
        };
        let shadow = r#"{"name": "a", "step": "order-proposer", "version": "7"}"#;
        let mut shadows = vec![serde_json::from_str(shadow).unwrap()];
        let fault = Asked::find(&shadows, &asked).map(|_| ()).unwrap_err();
        assert_eq!(fault.name, FaultName::DataRejected);
        assert!(
            fault.message.contains("failed by Data.Rejected"),
            "{}",
            fault.message
        );
        shadows.clear();
        let fault = Asked::find(&shadows, &asked).map(|_| ()).unwrap_err();
        assert_eq!(fault.name, FaultName::ContractViolation);
        assert!(
            fault.message.contains("no shadow a of order-proposer"),
            "{}",
            fault.message
        );
    }
}
