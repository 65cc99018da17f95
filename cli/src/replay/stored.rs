//! What a run has stored of a step: the result to make again, and the results it was made from.

use std::collections::BTreeSet;

use artifacts::AnyStore;
use contracts::{Reference, StepName};
use domain::MenuWeek;
use runs::{Finished, Run, StepResult};
use serde_json::Value;

use crate::error::Error;

/// The result of a step to make again; `None` where the step never finished.
pub(super) async fn target(
    run: &Run<'_, AnyStore>,
    step: StepName,
    week: Option<MenuWeek>,
    digest: Option<&str>,
) -> Result<Option<Finished>, Error> {
    let mut finished = run.finished(step, week).await?;
    let scope = week.map_or_else(String::new, |week| format!(" of {week}"));
    if let Some(start) = digest {
        let all = digests(&finished);
        finished.retain(|found| found.digest().starts_with(start));
        if finished.is_empty() {
            return Err(Error::Usage(format!(
                "run {} has no result {start} of {step}{scope}; it has {all}",
                run.id
            )));
        }
    } else if finished.len() > 1 {
        // What this very program made before stands for the run as it is now.
        let mut of_this_code = Vec::new();
        for found in &finished {
            if found.is_of_this_code()? {
                of_this_code.push(found.clone());
            }
        }
        if of_this_code.len() == 1 {
            finished = of_this_code;
        }
    }
    if finished.len() > 1 {
        return Err(Error::Usage(format!(
            "run {} has {} results of {step}{scope}; choose one with --result: {}",
            run.id,
            finished.len(),
            digests(&finished)
        )));
    }
    Ok(finished.pop())
}

fn digests(finished: &[Finished]) -> String {
    let digests: Vec<&str> = finished.iter().map(Finished::digest).collect();
    if digests.is_empty() {
        return "none".to_owned();
    }
    digests.join(", ")
}

/// The result of an earlier step that this one was made from: of several, the one whose artifacts its inputs name.
pub(super) async fn made_from(
    run: &Run<'_, AnyStore>,
    target: &StepResult,
    step: StepName,
    week: Option<MenuWeek>,
) -> Result<Reference, Error> {
    let mut named = BTreeSet::new();
    texts(&target.inputs, &mut named);
    let count = |found: &Finished| {
        let artifacts = found.result.artifacts.values();
        artifacts
            .filter(|artifact| named.contains(artifact.sha256.to_string().as_str()))
            .count()
    };
    let finished = run.finished(step, week).await?;
    let found = finished.into_iter().max_by_key(count);
    match found.filter(|found| count(found) > 0) {
        Some(found) => Ok(found.reference),
        None => Err(Error::Replay(format!(
            "run {} no longer has the result of {step} that {} was made from",
            run.id, target.step
        ))),
    }
}

/// A field of the inputs that a step was made from.
pub(super) fn input<T: serde::de::DeserializeOwned>(
    target: &StepResult,
    field: &str,
) -> Result<T, Error> {
    let value = target.inputs.get(field).cloned().unwrap_or(Value::Null);
    serde_json::from_value(value).map_err(|error| {
        Error::Replay(format!(
            "the stored inputs of {} hold no `{field}` that this version understands: {error}",
            target.step
        ))
    })
}

fn texts<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::String(text) => {
            found.insert(text);
        }
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}
