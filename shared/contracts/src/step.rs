//! Steps: what each function is asked and what it answers.

use std::fmt;
use std::str::FromStr;

use domain::{MenuWeek, Sha256};
use serde::{Deserialize, Serialize};

use crate::plan::{ExecutionInput, Published, RunId};
use crate::shadow::{ShadowItem, ShadowOutcome};

/// A function that does a step of the pipeline, in the pipeline's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum StepName {
    /// Makes the plan.
    Configurator,
    /// Reads and checks the data set.
    DataExtractor,
    /// Fits demand, simulates orders and allocates them to sites.
    OrderSimulator,
    /// Forecasts products by site and day.
    SiteForecast,
    /// Proposes purchase orders.
    OrderProposer,
    /// Publishes.
    Publisher,
}

impl StepName {
    /// Every step, in the pipeline's order.
    pub const ALL: [Self; 6] = [
        Self::Configurator,
        Self::DataExtractor,
        Self::OrderSimulator,
        Self::SiteForecast,
        Self::OrderProposer,
        Self::Publisher,
    ];

    /// The name of the function and of the folder its results stand in.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configurator => "configurator",
            Self::DataExtractor => "data-extractor",
            Self::OrderSimulator => "order-simulator",
            Self::SiteForecast => "site-forecast",
            Self::OrderProposer => "order-proposer",
            Self::Publisher => "publisher",
        }
    }
}

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for StepName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = || Self::ALL.map(Self::as_str).join(", ");
        let found = Self::ALL.into_iter().find(|step| step.as_str() == text);
        found.ok_or_else(|| format!("`{text}` is not a step: one of {}", known()))
    }
}

/// A stored object: where it is (relative to its run's folder), what it holds, how long it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reference {
    /// Where, such as `2026-W48/site-forecast/0f3c…/result.json`.
    pub key: String,
    /// The stored bytes' digest.
    pub sha256: Sha256,
    /// How many bytes are stored.
    pub bytes: u64,
}

/// What is known of the execution that asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Execution {
    /// Its name; the run's id on the first start.
    pub name: RunId,
    /// When it started (RFC 3339); the as-of time where neither input nor data set gives one.
    pub started_at: String,
}

/// Asks `configurator` for the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfigureRequest {
    /// The execution's input.
    #[serde(deserialize_with = "crate::plain::object")]
    pub input: ExecutionInput,
    /// The execution.
    pub execution: Execution,
}

/// The plan, and the weeks to map over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfigureResponse {
    /// The run.
    pub run: RunId,
    /// Its plan.
    pub plan: Reference,
    /// The weeks to plan.
    pub weeks: Vec<MenuWeek>,
    /// The shadows to run beside them.
    #[serde(default)]
    pub shadow: Vec<ShadowItem>,
}

/// Asks `data-extractor` to read: the history once per run, or what one week needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "scope", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ExtractRequest {
    /// The history, once per run.
    History {
        /// The run.
        run: RunId,
        /// Its plan.
        plan: Reference,
    },
    /// One week.
    Week {
        /// The run.
        run: RunId,
        /// Its plan.
        plan: Reference,
        /// The result of reading the history.
        history: Reference,
        /// The week.
        week: MenuWeek,
    },
}

/// Asks `order-simulator` to fit demand once per run, to simulate one week, or to do all weeks again as a shadow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "scope", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SimulateRequest {
    /// Fit the demand model, once per run.
    History {
        /// The run.
        run: RunId,
        /// Its plan.
        plan: Reference,
        /// The result of reading the history.
        history: Reference,
    },
    /// Simulate one week.
    Week {
        /// The run.
        run: RunId,
        /// Its plan.
        plan: Reference,
        /// The week.
        week: MenuWeek,
        /// The result of fitting demand.
        model: Reference,
        /// The result of reading the week.
        snapshot: Reference,
    },
    /// Simulate the planned weeks as a shadow, and compare.
    Shadow {
        /// The run.
        run: RunId,
        /// Its plan.
        plan: Reference,
        /// The shadow's name in the plan.
        name: String,
        /// The result of fitting demand.
        model: Reference,
        /// How each week ended.
        weeks: Vec<WeekOutcome>,
    },
}

/// Asks `site-forecast` for one week's products by site and day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ForecastRequest {
    /// The run.
    pub run: RunId,
    /// Its plan.
    pub plan: Reference,
    /// The week.
    pub week: MenuWeek,
    /// The result of reading the week.
    pub snapshot: Reference,
    /// The result of simulating it.
    pub orders: Reference,
}

/// The results a forecast was made from: the content of the artifact `sources.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastSources {
    /// The result of reading the week.
    pub snapshot: Reference,
    /// The result of simulating it.
    pub orders: Reference,
}

/// How one week ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum WeekOutcome {
    /// It has a forecast.
    Forecast {
        /// The week.
        week: MenuWeek,
        /// The result of `site-forecast`.
        forecast: Reference,
    },
    /// A fault stopped it.
    Failed {
        /// The week.
        week: MenuWeek,
        /// The fault's name, or one of Step Functions' own.
        error: String,
        /// The fault as the state machine caught it: Lambda's JSON, or plain text.
        cause: String,
    },
}

impl WeekOutcome {
    /// The week.
    pub const fn week(&self) -> MenuWeek {
        match self {
            Self::Forecast { week, .. } | Self::Failed { week, .. } => *week,
        }
    }
}

/// Asks `order-proposer` for purchase orders over all weeks together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProposeRequest {
    /// The run.
    pub run: RunId,
    /// Its plan.
    pub plan: Reference,
    /// The result of reading the history, which holds stock and terms too.
    pub history: Reference,
    /// How each week ended; a failed one stands in with its last publication.
    pub weeks: Vec<WeekOutcome>,
    /// Propose as a shadow, and compare; absent: propose for the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<ProposeShadow>,
}

/// The shadow that proposes, and what it is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProposeShadow {
    /// Its name in the plan.
    pub name: String,
    /// How proposing for the run ended.
    pub proposals: ProposeOutcome,
}

/// The results that proposals were made from: the content of their `sources.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalSources {
    /// The result of reading the history, which holds stock and terms too.
    pub history: Reference,
    /// The weeks, in order.
    pub weeks: Vec<NeedsSource>,
}

/// Where a week's needs come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "needs", rename_all = "snake_case")]
pub enum NeedsSource {
    /// The week is planned.
    Planned {
        /// The week.
        week: MenuWeek,
        /// The result of `site-forecast`.
        forecast: Reference,
    },
    /// The week failed or is not planned, and its last published result stands in.
    StandIn {
        /// The week.
        week: MenuWeek,
        /// That result.
        published: Published,
    },
    /// The week failed or is not planned, and nothing stands in.
    Missing {
        /// The week.
        week: MenuWeek,
    },
}

/// How proposing ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ProposeOutcome {
    /// There are proposals, be it none.
    Proposed {
        /// The result of `order-proposer`.
        proposals: Reference,
    },
    /// A fault stopped it; the forecasts are published all the same.
    Failed {
        /// The fault's name, or one of Step Functions' own.
        error: String,
        /// The fault as the state machine caught it: Lambda's JSON, or plain text.
        cause: String,
    },
}

/// Asks `publisher` to publish what there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublishRequest {
    /// The run.
    pub run: RunId,
    /// Its plan.
    pub plan: Reference,
    /// The result of reading the history.
    pub history: Reference,
    /// The result of fitting demand.
    pub model: Reference,
    /// How each week ended.
    pub weeks: Vec<WeekOutcome>,
    /// How each shadow ended.
    #[serde(default)]
    pub shadows: Vec<ShadowOutcome>,
    /// How proposing purchase orders ended.
    pub proposals: ProposeOutcome,
}

/// Whether everything of the run was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Outcome {
    /// Every week is planned, and purchase orders are proposed.
    Succeeded,
    /// At least one week failed.
    WeeksFailed,
    /// Every week is planned, but no purchase orders are proposed.
    ProposalsFailed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Succeeded, Self::WeeksFailed, Self::ProposalsFailed];
}

/// What was published, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublishResponse {
    /// The run.
    pub run: RunId,
    /// Whether everything was done; the state machine ends by it.
    pub outcome: Outcome,
    /// What failed and why, in one sentence of at most 256 characters; empty when nothing did.
    pub failure: String,
    /// The result of publishing.
    pub publication: Reference,
    /// The folder of the publication in the output location.
    pub folder: String,
    /// What became of its e-mail, in words; empty where none was to be sent.
    #[serde(default)]
    pub mail: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_written_as_its_function_is_called() {
        for step in StepName::ALL {
            assert_eq!(serde_json::to_value(step).unwrap(), step.as_str());
            assert_eq!(step.as_str().parse(), Ok(step));
        }
    }
}
