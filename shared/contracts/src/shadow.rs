//! Shadows: a step done a second time beside the active one, to be compared with it and used for nothing else.

use std::collections::BTreeMap;

use domain::{Portions, RecipeId};
use serde::{Deserialize, Serialize};

use crate::plan::Settings;
use crate::step::{Reference, StepName};

/// The version of a function that a state machine calls where no other is asked for.
pub const ACTIVE_VERSION: &str = "$LATEST";

/// What to do a second time, and what is different about it: settings, the function's version, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Shadow {
    /// Its name: 1 to 40 small letters, digits and `-`.
    pub name: String,
    /// The step: `order-simulator` or `order-proposer`.
    pub step: StepName,
    /// Settings that replace the run's.
    #[serde(default, skip_serializing_if = "ShadowSettings::is_empty")]
    pub settings: ShadowSettings,
    /// A published version or an alias of the step's Lambda function, instead of the one that is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// Settings that a shadow has instead of the run's; all but the last are those of `order-simulator`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShadowSettings {
    /// States of the world drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicates: Option<u32>,
    /// Recipes per box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipes_per_box: Option<String>,
    /// Portion sizes offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portion_sizes: Option<Vec<Portions>>,
    /// The most kits of a recipe in a week.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_boxes: Option<BTreeMap<RecipeId, u32>>,
    /// Pairs of recipes that no box may hold together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incompatible: Option<Vec<(RecipeId, RecipeId)>>,
    /// Of `order-proposer`: how much of 1,000 of a perishable delivery may be expected to be wasted at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waste_per_mille: Option<u32>,
}

impl ShadowSettings {
    /// Whether they replace nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The first setting that is set and is none of a step's.
    pub fn foreign_to(&self, step: StepName) -> Option<&'static str> {
        let Self {
            replicates,
            recipes_per_box,
            portion_sizes,
            max_boxes,
            incompatible,
            waste_per_mille,
        } = self;
        let simulator = StepName::OrderSimulator;
        let settings = [
            ("replicates", simulator, replicates.is_some()),
            ("recipes_per_box", simulator, recipes_per_box.is_some()),
            ("portion_sizes", simulator, portion_sizes.is_some()),
            ("max_boxes", simulator, max_boxes.is_some()),
            ("incompatible", simulator, incompatible.is_some()),
            (
                "waste_per_mille",
                StepName::OrderProposer,
                waste_per_mille.is_some(),
            ),
        ];
        let foreign = |(_, owner, set): &(_, StepName, bool)| *set && *owner != step;
        let found = settings.into_iter().find(foreign);
        found.map(|(name, ..)| name)
    }

    /// A run's settings with these in their places.
    #[must_use]
    pub fn over(&self, settings: &Settings) -> Settings {
        let Self {
            replicates,
            recipes_per_box,
            portion_sizes,
            max_boxes,
            incompatible,
            // No run has it in its settings.
            waste_per_mille: _,
        } = self.clone();
        let mut settings = settings.clone();
        settings.replicates = replicates.unwrap_or(settings.replicates);
        settings.recipes_per_box = recipes_per_box.or(settings.recipes_per_box);
        settings.portion_sizes = portion_sizes.or(settings.portion_sizes);
        settings.max_boxes = max_boxes.unwrap_or(settings.max_boxes);
        settings.incompatible = incompatible.unwrap_or(settings.incompatible);
        settings
    }
}

/// A shadow as the state machine runs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShadowItem {
    /// Its name.
    pub name: String,
    /// The step.
    pub step: StepName,
    /// The version of the function to call.
    pub version: String,
}

impl From<&Shadow> for ShadowItem {
    fn from(shadow: &Shadow) -> Self {
        let active = || ACTIVE_VERSION.to_owned();
        Self {
            name: shadow.name.clone(),
            step: shadow.step,
            version: shadow.version.clone().unwrap_or_else(active),
        }
    }
}

/// How a shadow ended. Whichever way, the run goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ShadowOutcome {
    /// It was done and compared with the active one.
    Compared {
        /// The shadow.
        shadow: ShadowItem,
        /// The result that holds the comparison.
        difference: Reference,
    },
    /// A fault stopped it.
    Failed {
        /// The shadow.
        shadow: ShadowItem,
        /// The fault's name, or one of Step Functions' own.
        error: String,
        /// The fault as the state machine caught it: Lambda's JSON, or plain text.
        cause: String,
    },
}

/// What every step's `difference.json` begins with, whatever else it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Headline {
    /// What differs, in half a sentence.
    pub headline: String,
}

/// A number of what is active and of its shadow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pair<T> {
    /// Of what is active.
    pub active: T,
    /// Of the shadow.
    pub shadow: T,
}

/// A name that cannot end its cell in a `difference.md`.
pub fn table_cell(name: &str) -> String {
    let visible = name.chars().filter(|c| !c.is_control());
    visible.collect::<String>().replace('|', "\\|")
}

/// A shadow for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShadowReport {
    /// Its name.
    pub name: String,
    /// The step.
    pub step: StepName,
    /// What differs, or why it failed.
    pub text: String,
    /// The page with the whole comparison, below the run's folder in the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_cell() {
        assert_eq!(table_cell("Fish | chips\n# x"), "Fish \\| chips# x");
    }

    #[test]
    fn a_setting_of_another_step_is_found() {
        let (simulator, proposer) = (StepName::OrderSimulator, StepName::OrderProposer);
        for (settings, foreign_to) in [
            (r#"{"replicates": 1}"#, proposer),
            (r#"{"recipes_per_box": "2"}"#, proposer),
            (r#"{"portion_sizes": [2]}"#, proposer),
            (r#"{"max_boxes": {}}"#, proposer),
            (r#"{"incompatible": []}"#, proposer),
            (r#"{"waste_per_mille": 0}"#, simulator),
        ] {
            let set: ShadowSettings = serde_json::from_str(settings).unwrap();
            for step in [simulator, proposer] {
                let found = set.foreign_to(step);
                let expected = (step == foreign_to).then(|| settings.split('"').nth(1).unwrap());
                assert_eq!(found, expected, "{settings} of {step}");
            }
        }
    }

    #[test]
    fn a_shadow_replaces_what_it_names_and_nothing_else() {
        let settings = Settings {
            changes: None,
            replicates: 200,
            snapshot_max_age_hours: 24,
            caps: Vec::new(),
            recipes_per_box: Some("3".to_owned()),
            portion_sizes: None,
            max_boxes: BTreeMap::from([("R1".parse().unwrap(), 5)]),
            incompatible: Vec::new(),
        };
        assert_eq!(ShadowSettings::default().over(&settings), settings);
        let other: ShadowSettings =
            serde_json::from_str(r#"{"replicates": 50, "max_boxes": {}}"#).unwrap();
        let expected = Settings {
            replicates: 50,
            max_boxes: BTreeMap::new(),
            ..settings.clone()
        };
        assert_eq!(other.over(&settings), expected);
    }
}
