//! The messages: schemas as checked in, samples that obey them, payloads that stay small.

use std::collections::BTreeSet;
use std::fs;

use contracts::canonical::{Consumer, Event};
use contracts::{
    ApproveRequest, ConfigureRequest, ExecutionInput, ExtractRequest, ForecastRequest,
    MESSAGE_LIMIT, ProposeOutcome, ProposeRequest, PublishRequest, Reference, ShadowItem,
    ShadowOutcome, SimulateRequest, StepName, WeekOutcome,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{files, root, text};

const SCHEMAS: &str = "shared/contracts/schemas";

/// The most bytes of a state's payload at 52 weeks; Step Functions' own limit is eight times as much.
const PAYLOAD_BUDGET: usize = 32 * 1024;

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "`make schemas` writes instead of comparing"
)]
fn the_schemas_are_those_of_the_types() {
    let write = std::env::var_os("LARDER_WRITE_SCHEMAS").is_some();
    let mut names = Vec::new();
    for (name, schema) in contracts::schemas() {
        let file = format!("{name}.json");
        let current = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        if write {
            fs::create_dir_all(root().join(SCHEMAS)).unwrap();
            fs::write(root().join(SCHEMAS).join(&file), &current).unwrap();
        }
        let held = text(&format!("{SCHEMAS}/{file}"));
        assert!(
            held == current,
            "{SCHEMAS}/{file} is not the type's schema; run `make schemas` and read the diff"
        );
        names.push(file);
    }
    names.sort();
    assert_eq!(files(SCHEMAS), names, "a schema of no type");
}

/// What a schema finds wrong with a sample.
pub(crate) fn errors(sample: &Value, schema: &str) -> Vec<String> {
    let schema = serde_json::from_str(&text(&format!("{SCHEMAS}/{schema}.json"))).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors = validator.iter_errors(sample);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

pub(crate) fn obeys(sample: &Value, schema: &str, place: &str) {
    let errors = errors(sample, schema);
    assert!(errors.is_empty(), "{place}: {}", errors.join("; "));
}

/// Decodes and encodes again, so that a sample holds what the type knows and nothing else.
fn round_trip<T: DeserializeOwned + Serialize>(sample: &Value, place: &str) {
    let decoded: T =
        serde_json::from_value(sample.clone()).unwrap_or_else(|error| panic!("{place}: {error}"));
    assert_eq!(&serde_json::to_value(decoded).unwrap(), sample, "{place}");
}

#[test]
fn every_function_has_a_sample_event_that_it_accepts() {
    let mut sampled = BTreeSet::new();
    let explained = text("events/README.md");
    for file in files("events") {
        if file == "README.md" {
            continue;
        }
        let place = format!("events/{file}");
        let sample: Value = serde_json::from_str(&text(&place)).unwrap();
        let name = file
            .strip_suffix(".json")
            .unwrap()
            .split('.')
            .next()
            .unwrap();
        if name == "execution" {
            assert!(explained.contains(&format!("**`{file}`**")), "{place}");
            obeys(&sample, "execution-input", &place);
            round_trip::<ExecutionInput>(&sample, &place);
            continue;
        }
        sampled.insert(name.to_owned());
        if name == "order-approver" {
            obeys(&sample, "order-approver.request", &place);
            round_trip::<ApproveRequest>(&sample, &place);
            continue;
        }
        if name == "erp-extract" {
            // It is called on a schedule and told nothing.
            assert_eq!(sample, json!({}), "{place}");
            continue;
        }
        if name == "wms-import" {
            for record in sample["Records"].as_array().unwrap() {
                let told: Value = serde_json::from_str(record["body"].as_str().unwrap()).unwrap();
                for object in told["Records"].as_array().unwrap() {
                    let key = object["s3"]["object"]["key"].as_str().unwrap();
                    assert!(key.starts_with("inbound/goods-in/"), "{place}: {key}");
                }
            }
            continue;
        }
        if Consumer::ALL
            .iter()
            .any(|consumer| consumer.as_str() == name)
        {
            for record in sample["Records"].as_array().unwrap() {
                let event = Event::parse(record["body"].as_str().unwrap());
                event.unwrap_or_else(|rejection| panic!("{place}: {rejection:?}"));
            }
            continue;
        }
        let step: StepName = name
            .parse()
            .unwrap_or_else(|error| panic!("{place}: {error}"));
        obeys(&sample, &format!("{step}.request"), &place);
        match step {
            StepName::Configurator => round_trip::<ConfigureRequest>(&sample, &place),
            StepName::DataExtractor => round_trip::<ExtractRequest>(&sample, &place),
            StepName::OrderSimulator => round_trip::<SimulateRequest>(&sample, &place),
            StepName::SiteForecast => round_trip::<ForecastRequest>(&sample, &place),
            StepName::OrderProposer => round_trip::<ProposeRequest>(&sample, &place),
            StepName::Publisher => round_trip::<PublishRequest>(&sample, &place),
        }
    }
    let functions: BTreeSet<String> = files("functions").into_iter().collect();
    assert_eq!(
        sampled, functions,
        "the functions that events/ has a sample for"
    );
}

fn reference(step: StepName) -> Reference {
    Reference {
        key: format!("2026-W48/{step}/{}/result.json", "f".repeat(16)),
        sha256: "f".repeat(64).parse().unwrap(),
        bytes: u64::MAX,
    }
}

/// A shadow that ended as the longest message allows.
fn shadow(number: usize) -> ShadowOutcome {
    let (error, cause) = fault(&"x".repeat(MESSAGE_LIMIT));
    let shadow = ShadowItem {
        name: number.to_string().repeat(40),
        step: StepName::OrderSimulator,
        version: "v".repeat(128),
    };
    ShadowOutcome::Failed {
        shadow,
        error,
        cause,
    }
}

/// The largest payload of the state machine, after the Map, as Step Functions counts it.
fn payload(proposals: ProposeOutcome, week: impl Fn(u32) -> WeekOutcome) -> usize {
    let request = PublishRequest {
        run: "r".repeat(80).parse().unwrap(),
        plan: reference(StepName::Configurator),
        history: reference(StepName::DataExtractor),
        model: reference(StepName::OrderSimulator),
        weeks: (1..=52).map(week).collect(),
        shadows: (0..8).map(shadow).collect(),
        proposals,
    };
    serde_json::to_string(&request).unwrap().len()
}

/// A fault's name and its cause as Lambda reports it.
fn fault(message: &str) -> (String, String) {
    assert_eq!(message.chars().count(), MESSAGE_LIMIT);
    let cause = json!({"errorType": "Dependency.Unavailable", "errorMessage": message}).to_string();
    ("Dependency.Unavailable".to_owned(), cause)
}

/// The payload when every week failed, and proposing too.
fn all_failed(message: &str) -> usize {
    let (error, cause) = fault(message);
    payload(ProposeOutcome::Failed { error, cause }, |week| {
        let (error, cause) = fault(message);
        let week = format!("2026-W{week:02}").parse().unwrap();
        WeekOutcome::Failed { week, error, cause }
    })
}

#[test]
fn fifty_two_weeks_stay_within_the_budget_of_a_payload() {
    let proposals = reference(StepName::OrderProposer);
    let planned = payload(ProposeOutcome::Proposed { proposals }, |week| {
        WeekOutcome::Forecast {
            week: format!("2026-W{week:02}").parse().unwrap(),
            forecast: reference(StepName::SiteForecast),
        }
    });
    let failed = all_failed(&"x".repeat(MESSAGE_LIMIT));
    assert!(
        planned < PAYLOAD_BUDGET,
        "{planned} bytes when every week is planned"
    );
    assert!(
        failed < PAYLOAD_BUDGET,
        "{failed} bytes when every week fails"
    );
}

#[test]
fn the_worst_messages_there_can_be_stay_within_the_limit_of_step_functions() {
    for worst in ["\"", "\\", "\u{1}", "😀"] {
        let bytes = all_failed(&worst.repeat(MESSAGE_LIMIT));
        assert!(bytes < 256 * 1024, "{bytes} bytes of {worst:?}");
    }
}
