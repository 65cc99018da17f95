//! The run plan: everything that could differ between two tries, decided once.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use domain::{Date, MenuWeek, Portions, RecipeId, Sha256, SiteId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::scenario::Scenario;
use crate::shadow::Shadow;
use crate::step::{Reference, StepName};

/// The seed where none is given: one for every run, so that two runs see the same states of the world and differ by
/// their data alone.
pub const DEFAULT_SEED: u64 = 1;
/// States of the world drawn where no number is given.
pub const DEFAULT_REPLICATES: u32 = 200;

/// The id of a run: a folder name of letters, digits, `-`, `_` and `.`, at most 80 characters.
///
/// A Step Functions execution name is one, and names the run on its first start.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(with = "String")
)]
pub struct RunId(String);

/// The text cannot be a run id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a run id: up to 80 letters, digits, `-`, `_` and `.`, starting with a letter or digit"
)]
pub struct ParseRunError(String);

impl FromStr for RunId {
    type Err = ParseRunError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if text.len() > 80 || !starts || !text.chars().all(allowed) || text.contains("..") {
            return Err(ParseRunError(text.chars().take(80).collect()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for RunId {
    type Error = ParseRunError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The input of an execution: `{}` means the configured horizon, as of now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExecutionInput {
    /// Continue this run: finished steps return what they stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// With `run`: start a new run from that one's plan and reuse its results before this step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<StepName>,
    /// The menu weeks to plan, else the next `horizon_weeks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weeks: Option<Vec<MenuWeek>>,
    /// How many menu weeks to plan, from the first that has not begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizon_weeks: Option<u32>,
    /// Plan as of this moment, else as of the data set's, else as of the start.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::plain::moment"
    )]
    pub as_of: Option<Timestamp>,
    /// The seed of all randomness.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// How many states of the world to draw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicates: Option<u32>,
    /// The name of a what-if; the base plan has none. A scenario never moves `latest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// A what-if with what it changes; the name stands in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Box<Scenario>>,
    /// Caps that replace the data set's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<CapOverride>,
    /// Recipes per box, such as `2` or `2:0.3;3:0.5;4:0.2`, instead of what history shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipes_per_box: Option<String>,
    /// The portion sizes offered, else those that history shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portion_sizes: Option<Vec<Portions>>,
    /// The most kits of a recipe in a week, beside the menu's own limits.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub max_boxes: BTreeMap<RecipeId, u32>,
    /// Pairs of recipes that no box may hold together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub incompatible: Vec<(RecipeId, RecipeId)>,
    /// Steps to do a second time beside the active ones, to be compared with them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shadow: Vec<Shadow>,
    /// Whether to tell people and other systems, by e-mail and events. Else a run does, but for what-ifs, restarts and
    /// runs with shadows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
}

impl ExecutionInput {
    /// The run that it continues; none where it starts one, from another one's plan or anew.
    pub fn continued(&self) -> Option<&RunId> {
        self.run.as_ref().filter(|_| self.from.is_none())
    }
}

/// A cap that replaces the data set's for one site and packing day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CapOverride {
    /// The site.
    pub site: SiteId,
    /// The packing day.
    pub date: Date,
    /// The most boxes; absent: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boxes_max: Option<u32>,
}

/// The settings that shape results, after defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Settings {
    /// States of the world drawn.
    pub replicates: u32,
    /// Hours after which a stock snapshot is too old.
    pub snapshot_max_age_hours: u32,
    /// What a what-if changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Box<Scenario>>,
    /// Caps that replace the data set's.
    pub caps: Vec<CapOverride>,
    /// Recipes per box, where set.
    pub recipes_per_box: Option<String>,
    /// Portion sizes offered, where set.
    pub portion_sizes: Option<Vec<Portions>>,
    /// The most kits of a recipe in a week.
    pub max_boxes: BTreeMap<RecipeId, u32>,
    /// Pairs of recipes that no box may hold together.
    pub incompatible: Vec<(RecipeId, RecipeId)>,
}

/// A file by its content: as a plan pins it of the data set, or as a publication holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DataFile {
    /// What it holds.
    pub sha256: Sha256,
    /// How long it is.
    pub bytes: u64,
}

/// The newest published result of a menu week when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Published {
    /// The run it came from.
    pub run: RunId,
    /// When that run planned.
    pub as_of: Timestamp,
    /// Its result, relative to that run.
    pub forecast: Reference,
}

/// The newest published purchase proposals when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublishedProposals {
    /// The run they came from.
    pub run: RunId,
    /// When that run planned.
    pub as_of: Timestamp,
    /// The result of `order-proposer`, relative to that run.
    pub proposals: Reference,
}

/// A menu week, and what was published for it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlannedWeek {
    /// The label.
    pub week: MenuWeek,
    /// Its newest published result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
}

/// A run whose stored results may be reused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lineage {
    /// The earlier run.
    pub run: RunId,
    /// Results of this step and of those after it are not reused.
    pub before: StepName,
}

/// Everything that could differ between two tries of a run, decided once and stored create-only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Plan {
    /// The moment planned from.
    pub as_of: Timestamp,
    /// The seed of all randomness.
    pub seed: u64,
    /// The weeks to plan, in order.
    pub weeks: Vec<PlannedWeek>,
    /// Weeks that have begun, or that the input leaves out: nothing is planned for them, and yet they are packed before
    /// the last of `weeks` and use stock. Their newest published results say how much.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unplanned: Vec<PlannedWeek>,
    /// The newest published purchase proposals, to tell what has changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposals: Option<PublishedProposals>,
    /// The settings.
    pub settings: Settings,
    /// The what-if this is, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// Whether its publications are told by e-mail and events, where there is somebody to tell.
    #[serde(default)]
    pub notify: bool,
    /// Steps done a second time beside the active ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shadow: Vec<Shadow>,
    /// Every file of the data set, by name.
    pub data: BTreeMap<String, DataFile>,
    /// The purchase orders that were approved before, by their keys in the run store; those long past are left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub approved: BTreeMap<String, DataFile>,
    /// Runs whose results may be reused, each asked in turn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lineage: Vec<Lineage>,
    /// The input the run was started with.
    pub input: ExecutionInput,
}

impl Plan {
    /// The plan of one of its weeks.
    pub fn week(&self, week: MenuWeek) -> Option<&PlannedWeek> {
        self.weeks.iter().find(|planned| planned.week == week)
    }

    /// Whose results a restart of this plan's run reuses: the run's own, then those that it could itself reuse, all
    /// before the step alone.
    pub fn restarted(&self, run: &RunId, before: StepName) -> Vec<Lineage> {
        let earlier = self.lineage.iter().map(|held| Lineage {
            run: held.run.clone(),
            before: held.before.min(before),
        });
        let own = Lineage {
            run: run.clone(),
            before,
        };
        std::iter::once(own).chain(earlier).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_id_is_a_safe_folder_name() {
        assert!("2026-11-15T1200Z-3fa9c1".parse::<RunId>().is_ok());
        for bad in [
            "",
            "../x",
            "a/b",
            "-a",
            ".a",
            "a..b",
            &"a".repeat(81),
            "a b",
            "ä",
        ] {
            assert!(bad.parse::<RunId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_empty_object_is_a_valid_input_and_an_unknown_word_is_not() {
        assert_eq!(
            serde_json::from_str::<ExecutionInput>("{}").unwrap(),
            ExecutionInput::default()
        );
        let error = serde_json::from_str::<ExecutionInput>(r#"{"horizon": 4}"#).unwrap_err();
        assert!(
            error.to_string().contains("unknown field `horizon`"),
            "{error}"
        );
    }

    #[test]
    fn a_time_that_is_none_is_told_with_one_that_is() {
        let error = serde_json::from_str::<ExecutionInput>(r#"{"as_of": "today"}"#).unwrap_err();
        let told = "`today` is not a time such as 2026-11-15T12:00:00Z";
        assert!(error.to_string().contains(told), "{error}");
    }
}
