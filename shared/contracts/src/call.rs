//! What every step's request and answer tell, whatever the step: for logs and measurements.

use domain::MenuWeek;

use crate::plan::RunId;
use crate::step::{
    ConfigureRequest, ConfigureResponse, ExtractRequest, ForecastRequest, ProposeRequest,
    PublishRequest, PublishResponse, Reference, SimulateRequest, StepName,
};

/// A request of a step.
pub trait StepRequest {
    /// The step.
    const STEP: StepName;

    /// The run it is for.
    fn run(&self) -> &RunId;

    /// The week it is for; none where it is for all of them.
    fn week(&self) -> Option<MenuWeek> {
        None
    }
}

/// A step's answer.
pub trait StepResponse {
    /// The object that is written last: the step's result or, of the configurator, the plan.
    fn result(&self) -> &Reference;
}

impl StepRequest for ConfigureRequest {
    const STEP: StepName = StepName::Configurator;

    fn run(&self) -> &RunId {
        self.input.continued().unwrap_or(&self.execution.name)
    }
}

impl StepRequest for ExtractRequest {
    const STEP: StepName = StepName::DataExtractor;

    fn run(&self) -> &RunId {
        match self {
            Self::History { run, .. } | Self::Week { run, .. } => run,
        }
    }

    fn week(&self) -> Option<MenuWeek> {
        match self {
            Self::History { .. } => None,
            Self::Week { week, .. } => Some(*week),
        }
    }
}

impl StepRequest for SimulateRequest {
    const STEP: StepName = StepName::OrderSimulator;

    fn run(&self) -> &RunId {
        match self {
            Self::History { run, .. } | Self::Week { run, .. } | Self::Shadow { run, .. } => run,
        }
    }

    fn week(&self) -> Option<MenuWeek> {
        match self {
            Self::History { .. } | Self::Shadow { .. } => None,
            Self::Week { week, .. } => Some(*week),
        }
    }
}

impl StepRequest for ForecastRequest {
    const STEP: StepName = StepName::SiteForecast;

    fn run(&self) -> &RunId {
        &self.run
    }

    fn week(&self) -> Option<MenuWeek> {
        Some(self.week)
    }
}

impl StepRequest for ProposeRequest {
    const STEP: StepName = StepName::OrderProposer;

    fn run(&self) -> &RunId {
        &self.run
    }
}

impl StepRequest for PublishRequest {
    const STEP: StepName = StepName::Publisher;

    fn run(&self) -> &RunId {
        &self.run
    }
}

impl StepResponse for ConfigureResponse {
    fn result(&self) -> &Reference {
        &self.plan
    }
}

impl StepResponse for Reference {
    fn result(&self) -> &Reference {
        self
    }
}

impl StepResponse for PublishResponse {
    fn result(&self) -> &Reference {
        &self.publication
    }
}
