//! The state machine: what it retries and catches, what its expressions may do, how long it waits.

use std::collections::BTreeSet;

use contracts::{FaultName, Outcome, StepName};
use serde_json::{Value, json};

use crate::{template, text};

/// AWS's own names for failures in passing.
const TRANSIENT: [&str; 5] = [
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
];

/// A function that ended without an answer: out of memory, out of time, killed.
const ENDED: [&str; 4] = [
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "States.Timeout",
];

/// What follows a function's ARN where a shadow calls the version it asks for.
const VERSION: &str = ":' & $states.input.shadow.version %}";

/// What a fault's name means to the state machine.
enum Retried {
    Never,
    WithBackOff,
    /// Only where the data set is read first; later the plan has pinned it.
    SlowlyWhileDataLands,
}

fn retried(name: FaultName) -> Retried {
    match name {
        FaultName::ContractViolation
        | FaultName::ConfigInvalid
        | FaultName::RunConflict
        | FaultName::DataRejected => Retried::Never,
        FaultName::DependencyUnavailable => Retried::WithBackOff,
        FaultName::DataNotReady => Retried::SlowlyWhileDataLands,
    }
}

pub(crate) fn machine() -> Value {
    serde_json::from_str(&text("statemachines/menu-week-forecast.asl.json")).unwrap()
}

/// Every state, those inside the Map too.
pub(crate) fn states(machine: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (name, state) in machine["States"].as_object().unwrap() {
        found.push((name.clone(), state));
        if state["ItemProcessor"].is_object() {
            found.extend(states(&state["ItemProcessor"]));
        }
    }
    found
}

fn tasks(machine: &Value) -> Vec<(String, &Value)> {
    states(machine)
        .into_iter()
        .filter(|(_, state)| state["Type"] == "Task")
        .collect()
}

fn names(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect()
}

/// The name of the substitution in `${Name}`, or in what calls a version of it.
fn substitution(value: &Value) -> Option<&str> {
    let text = value.as_str()?;
    let version = text
        .strip_prefix("{% '")
        .and_then(|rest| rest.strip_suffix(VERSION));
    version
        .unwrap_or(text)
        .strip_prefix("${")?
        .strip_suffix('}')
}

#[test]
fn every_task_retries_by_name_in_this_order_and_nothing_else() {
    let machine = machine();
    let with_back_off = |names: &[&str]| {
        json!({
            "ErrorEquals": names, "IntervalSeconds": 2, "BackoffRate": 2, "MaxDelaySeconds": 60,
            "JitterStrategy": "FULL", "MaxAttempts": 6,
        })
    };
    for (state, task) in tasks(&machine) {
        let mut expected = vec![with_back_off(&TRANSIENT)];
        let mut slowly = Vec::new();
        for fault in FaultName::ALL {
            match retried(fault) {
                Retried::Never => {}
                Retried::WithBackOff if state == "Publish" => expected.push(json!({
                    "ErrorEquals": [fault], "IntervalSeconds": 2, "BackoffRate": 2, "MaxDelaySeconds": 120,
                    "MaxAttempts": 15,
                })),
                Retried::WithBackOff => expected.push(with_back_off(&[fault.as_str()])),
                Retried::SlowlyWhileDataLands => slowly.push(json!({
                    "ErrorEquals": [fault], "IntervalSeconds": 300, "BackoffRate": 1, "MaxAttempts": 12,
                })),
            }
        }
        if ["Configure", "ReadHistory"].contains(&state.as_str()) {
            expected.append(&mut slowly);
        }
        // What ended once without a word may end so again.
        expected.push(json!({"ErrorEquals": ENDED, "IntervalSeconds": 5, "MaxAttempts": 1}));
        assert_eq!(task["Retry"], json!(expected), "{state}");
    }
}

#[test]
fn publishing_is_tried_for_longer_than_a_claimed_e_mail_is_waited_for() {
    let machine = machine();
    let rules = machine["States"]["Publish"]["Retry"].as_array().unwrap();
    let name = FaultName::DependencyUnavailable.as_str();
    let rule = rules
        .iter()
        .find(|rule| names(&rule["ErrorEquals"]) == [name])
        .unwrap();
    // With jitter the waits might come to nothing.
    assert_eq!(rule["JitterStrategy"], Value::Null);
    let number = |field: &str| rule[field].as_u64().unwrap();
    let mut wait = number("IntervalSeconds");
    let mut waited = 0;
    for _ in 0..number("MaxAttempts") {
        waited += wait;
        wait = (wait * number("BackoffRate")).min(number("MaxDelaySeconds"));
    }
    let patience = publisher::PATIENCE.as_secs().cast_unsigned();
    assert!(
        waited > patience + 120,
        "{waited} s do not outlast {patience} s"
    );
}

#[test]
fn every_name_that_is_matched_is_a_fault_or_one_of_aws() {
    let machine = machine();
    let ours: BTreeSet<_> = FaultName::ALL.iter().map(|name| name.as_str()).collect();
    for (state, task) in states(&machine) {
        for list in ["Retry", "Catch"] {
            for rule in task[list].as_array().into_iter().flatten() {
                for name in names(&rule["ErrorEquals"]) {
                    let known = ours.contains(name)
                        || TRANSIENT.contains(&name)
                        || ENDED.contains(&name)
                        || (list == "Catch" && name == "States.ALL");
                    assert!(known, "{state} matches `{name}`, which nobody reports");
                }
            }
        }
    }
}

#[test]
fn a_fault_in_a_week_in_proposing_or_in_a_shadow_is_caught_there_and_nowhere_else() {
    let machine = machine();
    let weekly: BTreeSet<_> = states(&machine["States"]["EachMenuWeek"]["ItemProcessor"])
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    for (state, task) in tasks(&machine) {
        let next = match state.as_str() {
            "SimulateShadow" | "ProposeShadow" => Some("ShadowFailed"),
            "ProposeOrders" => Some("NothingProposed"),
            _ => weekly.contains(&state).then_some("WeekFailed"),
        };
        let Some(catchers) = task["Catch"].as_array() else {
            assert_eq!(next, None, "{state} would stop what could go on");
            continue;
        };
        assert!(next.is_some(), "{state} hides why the run failed");
        let [catcher] = catchers.as_slice() else {
            panic!("{state} catches by more than one rule")
        };
        assert_eq!(names(&catcher["ErrorEquals"]), ["States.ALL"], "{state}");
        assert_eq!(catcher["Next"].as_str(), next, "{state}");
    }
}

#[test]
fn every_outcome_of_a_publication_ends_the_machine_in_its_own_way() {
    let machine = machine();
    let choice = &machine["States"]["AllDone"];
    for outcome in Outcome::ALL {
        let word = serde_json::to_value(outcome).unwrap();
        let chosen = choice["Choices"].as_array().unwrap().iter().find(|choice| {
            let wanted = format!("'{}'", word.as_str().unwrap());
            choice["Condition"].as_str().unwrap().contains(&wanted)
        });
        let next = chosen.map_or(&choice["Default"], |choice| &choice["Next"]);
        let name = format!("{outcome:?}");
        assert_eq!(next, &name);
        let end = &machine["States"][&name];
        match outcome {
            Outcome::Succeeded => assert_eq!(end["Type"], "Succeed"),
            Outcome::WeeksFailed | Outcome::ProposalsFailed => {
                assert_eq!(
                    (&end["Type"], &end["Error"]),
                    (&"Fail".into(), &name.into())
                );
            }
        }
    }
}

#[test]
fn a_shadow_is_done_by_the_version_it_asks_for_of_its_own_step() {
    let machine = machine();
    let shadows = &machine["States"]["Shadow"]["ItemProcessor"];
    let choice = &shadows["States"][shadows["StartAt"].as_str().unwrap()];
    assert_eq!(choice["Type"], "Choice");
    let mut chosen = BTreeSet::new();
    for step in [StepName::OrderSimulator, StepName::OrderProposer] {
        let condition = format!("{{% {} %}}", of_step(step));
        let mut choices = choice["Choices"].as_array().unwrap().iter();
        let asked = choices.find(|choice| choice["Condition"] == condition);
        let next = asked.map_or(&choice["Default"], |choice| &choice["Next"]);
        let next = next.as_str().unwrap();
        let function = template::logical_id(step.as_str());
        assert_eq!(
            shadows["States"][next]["Arguments"]["FunctionName"],
            format!("{{% '${{{function}}}{VERSION}"),
            "{next}"
        );
        chosen.insert(next);
    }
    let tasks: BTreeSet<_> = tasks(shadows).into_iter().map(|(name, _)| name).collect();
    assert!(tasks.iter().map(String::as_str).eq(chosen), "{tasks:?}");
}

#[test]
fn every_state_says_why_and_every_task_ends_in_time() {
    let machine = machine();
    assert_eq!(machine["QueryLanguage"], "JSONata");
    let template = template::load();
    let mut longest = 0;
    for (state, body) in states(&machine) {
        assert!(
            body["Comment"]
                .as_str()
                .is_some_and(|why| why.ends_with('.')),
            "{state} has no Comment"
        );
        if body["Type"] != "Task" {
            continue;
        }
        let seconds = body["TimeoutSeconds"]
            .as_u64()
            .unwrap_or_else(|| panic!("{state} may hang"));
        let function = substitution(&body["Arguments"]["FunctionName"]).unwrap();
        let allowed = template.function(function).timeout;
        assert!(
            seconds > allowed,
            "{state} gives up after {seconds} s, {function} after {allowed} s"
        );
        longest += seconds;
    }
    let whole = machine["TimeoutSeconds"]
        .as_u64()
        .unwrap_or_else(|| panic!("the machine may hang"));
    let landing = 2 * 12 * 300;
    assert!(
        whole > landing + longest,
        "{whole} s do not hold the waits for data and one try of each state"
    );
}

#[test]
fn expressions_move_values_and_decide_nothing() {
    let machine = machine();
    let mut expressions = Vec::new();
    collect(&machine, &mut expressions);
    assert!(!expressions.is_empty());
    for expression in expressions {
        assert!(
            moves_a_value(expression),
            "`{expression}` is more than moving a value; let a function decide"
        );
    }
}

/// Every string that is, or holds, an expression.
fn collect<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if text.contains("{%") => found.push(text),
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

/// The expression that asks whether a shadow is of a step.
fn of_step(step: StepName) -> String {
    format!("$states.input.shadow.step = '{step}'")
}

fn moves_a_value(text: &str) -> bool {
    let Some(expression) = text
        .strip_prefix("{% ")
        .and_then(|rest| rest.strip_suffix(" %}"))
    else {
        return false;
    };
    let fields = |rest: &str| {
        rest.split('.').skip(1).all(|field| {
            !field.is_empty() && field.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        })
    };
    let path = |start: &str| {
        expression
            .strip_prefix(start)
            .is_some_and(|rest| (rest.is_empty() || rest.starts_with('.')) && fields(rest))
    };
    let known = [
        "$states.result".to_owned(),
        "$states.context.Execution.Name".to_owned(),
        "$states.context.Execution.StartTime".to_owned(),
        "$states.context.Map.Item.Value".to_owned(),
        "$states.errorOutput.Error".to_owned(),
        "$states.errorOutput.Cause".to_owned(),
        "${MaxConcurrency}".to_owned(),
    ];
    let version = substitution(&Value::from(text)).is_some();
    let outcome = |outcome: &Outcome| {
        let word = serde_json::to_value(outcome).unwrap();
        expression == format!("$states.input.outcome = '{}'", word.as_str().unwrap())
    };
    let step = |step: &StepName| expression == of_step(*step);
    version
        || StepName::ALL.iter().any(step)
        || path("$states.input")
        || path("$states.result.Payload")
        || known.iter().any(|known| known == expression)
        || Outcome::ALL.iter().any(outcome)
}

#[test]
fn the_test_of_expressions_knows_a_decision_when_it_sees_one() {
    for decision in [
        "{% $count($states.input.weeks) > 3 %}",
        "{% $states.input.weeks[0] %}",
        "{% $states.input.a & 'b' %}",
        "{% '${A}:' & $states.input.a %}",
        "{% 'a:' & $states.input.shadow.version %}",
        "{% $states.input.shadow.step = 'nobody' %}",
        "{% $states.inputs %}",
        "{% $states.input. %}",
        "text {% $states.input %}",
    ] {
        assert!(!moves_a_value(decision), "{decision}");
    }
}

#[test]
fn the_machine_calls_every_function_by_its_substitution() {
    let machine = machine();
    let called: BTreeSet<_> = tasks(&machine)
        .into_iter()
        .map(|(state, task)| {
            assert_eq!(
                task["Resource"], "arn:aws:states:::lambda:invoke",
                "{state}"
            );
            let name = substitution(&task["Arguments"]["FunctionName"]);
            name.unwrap_or_else(|| panic!("{state} calls no substitution"))
                .to_owned()
        })
        .collect();
    let steps: BTreeSet<_> = StepName::ALL
        .iter()
        .map(|step| template::logical_id(step.as_str()))
        .collect();
    assert_eq!(called, steps);
}

#[test]
fn what_is_substituted_in_the_machine_is_what_the_template_gives() {
    let machine = text("statemachines/menu-week-forecast.asl.json");
    let used: BTreeSet<_> = machine
        .split("${")
        .skip(1)
        .map(|rest| rest.split_once('}').unwrap().0.to_owned())
        .collect();
    assert_eq!(used, template::load().substitutions());
}
