//! What can be a shadow.

use std::collections::BTreeSet;

use contracts::{Fault, Shadow, StepName};

use crate::new_run::{usable, violation};

/// Each is done and paid for beside the run, and told in its report.
const MOST_SHADOWS: usize = 8;
const LONGEST_NAME: usize = 40;
/// The longest alias that Lambda has.
const LONGEST_VERSION: usize = 128;
/// The steps that a shadow may be of.
const STEPS: [StepName; 2] = [StepName::OrderSimulator, StepName::OrderProposer];

/// Refuses shadows that could not run or could not be told apart.
pub(crate) fn check(shadows: &[Shadow]) -> Result<(), Fault> {
    if shadows.len() > MOST_SHADOWS {
        let message = format!("shadow: {} are more than {MOST_SHADOWS}", shadows.len());
        return Err(violation(message));
    }
    let mut names = BTreeSet::new();
    for shadow in shadows {
        let name = &shadow.name;
        let wrong = |what: &str| Err(violation(format!("shadow `{name}`: {what}")));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(plain) {
            return wrong("give a name of 1 to 40 small letters, digits and `-`");
        }
        if !names.insert(name) {
            return wrong("the name is there twice");
        }
        if !STEPS.contains(&shadow.step) {
            let [one, other] = STEPS;
            return wrong(&format!(
                "{} cannot be a shadow, only {one} and {other}",
                shadow.step
            ));
        }
        if shadow.settings.is_empty() && shadow.version.is_none() {
            return wrong("nothing is different about it; give `settings` or a `version`");
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let named = |version: &String| {
            !version.is_empty() && version.len() <= LONGEST_VERSION && version.chars().all(allowed)
        };
        if shadow
            .version
            .as_ref()
            .is_some_and(|version| !named(version))
        {
            return wrong("`version` is not a version or alias of a Lambda function");
        }
        let settings = &shadow.settings;
        if let Some(foreign) = settings.foreign_to(shadow.step) {
            return wrong(&format!(
                "`{foreign}` is no setting of {}; leave it out",
                shadow.step
            ));
        }
        if let Some(waste) = settings.waste_per_mille.filter(|waste| *waste > 1000) {
            return wrong(&format!("waste_per_mille: {waste} is not 0 to 1000"));
        }
        let checked = usable(
            settings.replicates,
            settings.recipes_per_box.as_deref(),
            settings.portion_sizes.as_deref(),
        );
        if let Err(fault) = checked {
            return wrong(&fault.message);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(shadows: &str) -> String {
        let shadows: Vec<Shadow> = serde_json::from_str(shadows).unwrap();
        check(&shadows).map_or_else(|fault| fault.message, |()| String::new())
    }

    #[test]
    fn a_shadow_has_a_name_a_step_and_something_different() {
        for (shadows, words) in [
            (
                r#"[{"name": "a-1", "step": "order-simulator", "version": "7"}]"#,
                "",
            ),
            (
                r#"[{"name": "", "step": "order-simulator", "version": "7"}]"#,
                "small letters",
            ),
            (
                r#"[{"name": "A/b", "step": "order-simulator", "version": "7"}]"#,
                "small letters",
            ),
            (
                r#"[{"name": "a", "step": "publisher", "version": "7"}]"#,
                "publisher cannot be a shadow, only order-simulator and order-proposer",
            ),
            (
                r#"[{"name": "a", "step": "order-proposer", "settings": {"waste_per_mille": 1000}}]"#,
                "",
            ),
            (
                r#"[{"name": "a", "step": "order-proposer", "settings": {"waste_per_mille": 1001}}]"#,
                "waste_per_mille: 1001 is not 0 to 1000",
            ),
            (
                r#"[{"name": "a", "step": "order-proposer", "settings": {"replicates": 5}}]"#,
                "`replicates` is no setting of order-proposer",
            ),
            (
                r#"[{"name": "a", "step": "order-simulator", "settings": {"waste_per_mille": 5}}]"#,
                "`waste_per_mille` is no setting of order-simulator",
            ),
            (
                r#"[{"name": "a", "step": "order-simulator"}]"#,
                "nothing is different",
            ),
            (
                r#"[{"name": "a", "step": "order-simulator", "version": "a:b"}]"#,
                "`version` is not",
            ),
            (
                r#"[{"name": "a", "step": "order-simulator", "settings": {"replicates": 0}}]"#,
                "shadow `a`: replicates: 0 is not 1 to",
            ),
            (
                r#"[{"name": "a", "step": "order-simulator", "version": "7"},
                    {"name": "a", "step": "order-simulator", "version": "8"}]"#,
                "there twice",
            ),
        ] {
            let told = refused(shadows);
            assert!(
                told.contains(words) && told.is_empty() == words.is_empty(),
                "{shadows}: {told}"
            );
        }
        let many: Vec<String> = (0..9)
            .map(|n| format!(r#"{{"name": "{n}", "step": "order-simulator", "version": "7"}}"#))
            .collect();
        assert!(refused(&format!("[{}]", many.join(","))).contains("9 are more than 8"));
    }
}
