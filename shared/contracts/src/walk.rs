//! What each state of the state machine asks, for whoever walks the states in a process.

use domain::MenuWeek;

use crate::shadow::{ShadowItem, ShadowOutcome};
use crate::step::{
    ConfigureResponse, ExtractRequest, ForecastRequest, ProposeOutcome, ProposeRequest,
    ProposeShadow, PublishRequest, Reference, SimulateRequest, WeekOutcome,
};

impl ConfigureResponse {
    /// Asks to read the history.
    pub fn read_history(&self) -> ExtractRequest {
        ExtractRequest::History {
            run: self.run.clone(),
            plan: self.plan.clone(),
        }
    }

    /// Asks to fit demand to the history.
    pub fn fit_demand(&self, history: &Reference) -> SimulateRequest {
        SimulateRequest::History {
            run: self.run.clone(),
            plan: self.plan.clone(),
            history: history.clone(),
        }
    }
}

/// A run when what is done once for all of its weeks is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The run, its plan, its weeks and its shadows.
    pub configured: ConfigureResponse,
    /// The result of reading the history.
    pub history: Reference,
    /// The result of fitting demand.
    pub model: Reference,
}

impl Prepared {
    /// Asks for what a week needs of the data set.
    pub fn extract(&self, week: MenuWeek) -> ExtractRequest {
        ExtractRequest::Week {
            run: self.configured.run.clone(),
            plan: self.configured.plan.clone(),
            history: self.history.clone(),
            week,
        }
    }

    /// Asks to simulate a week's orders.
    pub fn simulate(&self, week: MenuWeek, snapshot: &Reference) -> SimulateRequest {
        SimulateRequest::Week {
            run: self.configured.run.clone(),
            plan: self.configured.plan.clone(),
            week,
            model: self.model.clone(),
            snapshot: snapshot.clone(),
        }
    }

    /// Asks for a week's products by site and day.
    pub fn forecast(
        &self,
        week: MenuWeek,
        snapshot: Reference,
        orders: Reference,
    ) -> ForecastRequest {
        ForecastRequest {
            run: self.configured.run.clone(),
            plan: self.configured.plan.clone(),
            week,
            snapshot,
            orders,
        }
    }

    /// Asks for purchase orders over all weeks.
    pub fn propose(&self, weeks: &[WeekOutcome]) -> ProposeRequest {
        ProposeRequest {
            run: self.configured.run.clone(),
            plan: self.configured.plan.clone(),
            history: self.history.clone(),
            weeks: weeks.to_vec(),
            shadow: None,
        }
    }

    /// Asks to simulate all weeks as a shadow does.
    pub fn simulate_shadow(&self, shadow: &ShadowItem, weeks: &[WeekOutcome]) -> SimulateRequest {
        SimulateRequest::Shadow {
            run: self.configured.run.clone(),
            plan: self.configured.plan.clone(),
            name: shadow.name.clone(),
            model: self.model.clone(),
            weeks: weeks.to_vec(),
        }
    }

    /// Asks for purchase orders as a shadow proposes them.
    pub fn propose_shadow(
        &self,
        shadow: &ShadowItem,
        weeks: &[WeekOutcome],
        proposals: &ProposeOutcome,
    ) -> ProposeRequest {
        ProposeRequest {
            shadow: Some(ProposeShadow {
                name: shadow.name.clone(),
                proposals: proposals.clone(),
            }),
            ..self.propose(weeks)
        }
    }

    /// Asks to publish what there is.
    pub fn publish(
        &self,
        weeks: Vec<WeekOutcome>,
        shadows: Vec<ShadowOutcome>,
        proposals: ProposeOutcome,
    ) -> PublishRequest {
        PublishRequest {
            run: self.configured.run.clone(),
            plan: self.configured.plan.clone(),
            history: self.history.clone(),
            model: self.model.clone(),
            weeks,
            shadows,
            proposals,
        }
    }
}
