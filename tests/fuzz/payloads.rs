//! What functions are called with: requests, queues' batches, events, notifications.

use artifacts::Memory;
use configurator::Defaults;
use contracts::canonical::Event;
use contracts::{
    ApproveRequest, ConfigureRequest, ConfigureResponse, ExtractRequest, Fault, FaultName,
    ForecastRequest, ProposeRequest, PublishRequest, SimulateRequest,
};
use lambda::queue::SqsEvent;
use serde_json::Value;

use crate::company::{self, block_on};
use crate::corpus::samples;
use crate::target::{Sample, fuzz};

/// A request is refused as a contract is broken, or it is one and comes back as it went in.
fn decoded<T: serde::de::DeserializeOwned + serde::Serialize>(value: &Value) -> Option<T> {
    let request: T = serde_json::from_value(value.clone()).ok()?;
    let written = serde_json::to_value(&request).unwrap();
    let again: T = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), written);
    Some(request)
}

/// Configures a run on the tiny company, then reads its history and its first week: how a scenario gets in.
async fn planned(request: ConfigureRequest) -> Result<(), Fault> {
    let (data, runs) = (company::with("data_set.csv", DATA_SET), Memory::default());
    let defaults = Defaults { horizon_weeks: 2 };
    let configured = configurator::handle(request, &defaults, &data, &runs).await?;
    let history = data_extractor::handle(configured.read_history(), &data, &runs).await?;
    let ConfigureResponse {
        run, plan, weeks, ..
    } = configured;
    for week in weeks.into_iter().take(1) {
        let request = ExtractRequest::Week {
            run: run.clone(),
            plan: plan.clone(),
            history: history.clone(),
            week,
        };
        data_extractor::handle(request, &data, &runs).await?;
    }
    Ok(())
}

const DATA_SET: &[u8] =
    b"as_of,time_zone,currency,recipes_per_box\n2026-10-18T18:00:00Z,Europe/Berlin,EUR,2\n";

/// Executions' inputs as the Configurator is called with them.
fn inputs() -> Vec<Sample> {
    let scenario = br#"{"input":{"replicates":3,"changes":{"name":"n","volume":[{"week":"2026-W43","op":"multiply","value":"1.1"}],
        "swap":[{"week":"2026-W44","recipe":"R2","by":"R1"}],"caps":[{"site":"S1","date":"2026-10-20","boxes_max":5}],
        "prices":[{"week":"2026-W43","recipe":"R1","price":"9.5"}],
        "terms":[{"vendor":"V1","product":"P2","order_min":"5","lead_days":"2"}]}},
        "execution":{"name":"x","started_at":"2026-10-18T18:00:00Z"}}"#;
    let settings = br#"{"input":{"weeks":["2026-W43"],"as_of":"2026-10-18T18:00:00Z","seed":7,"replicates":2,
        "recipes_per_box":"1:0.5;2:0.5","portion_sizes":[2],"max_boxes":{"R1":10},"incompatible":[["R1","R2"]],
        "caps":[{"site":"S1","date":"2026-10-20","boxes_max":5}],"notify":false},
        "execution":{"name":"x","started_at":"2026-10-18T18:00:00Z"}}"#;
    let mut known = samples("events", "json");
    known.retain(|(name, _)| name == "configurator.json");
    known.push(("scenario.json".to_owned(), scenario.to_vec()));
    known.push(("settings.json".to_owned(), settings.to_vec()));
    known
}

#[test]
fn any_input_of_an_execution_is_planned_or_refused_by_name() {
    let known = inputs();
    for (name, bytes) in &known[1..] {
        let request = serde_json::from_slice(bytes).unwrap();
        assert_eq!(block_on(planned(request)), Ok(()), "{name}");
    }
    fuzz("input", &known, |_, bytes| {
        let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
            return;
        };
        let Some(request) = decoded::<ConfigureRequest>(&value) else {
            return;
        };
        if let Err(fault) = block_on(planned(request)) {
            // The stores are well: nobody is to try again.
            assert_ne!(fault.name, FaultName::DependencyUnavailable, "{fault}");
            assert!(!fault.message.is_empty());
        }
    });
}

#[test]
fn any_request_of_a_step_is_one_or_is_refused() {
    fuzz("request", &samples("events", "json"), |_, bytes| {
        let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
            return;
        };
        decoded::<ExtractRequest>(&value);
        decoded::<SimulateRequest>(&value);
        decoded::<ForecastRequest>(&value);
        decoded::<ProposeRequest>(&value);
        decoded::<PublishRequest>(&value);
        if let Some(request) = decoded::<ApproveRequest>(&value) {
            let nobody = None::<&messaging::Memory>;
            let runs = Memory::default();
            let answer = block_on(order_approver::handle(request, &runs, nobody));
            assert!(answer.is_err(), "there is no run");
        }
        if let Ok(call) = serde_json::from_value::<SqsEvent>(value) {
            let bodies = call.deliveries().unwrap_or_default();
            for delivery in bodies {
                let body = delivery.body.unwrap_or_default();
                let _ = (Event::parse(&body), wms_import::created(&body));
            }
        }
    });
}

#[test]
fn any_event_is_known_or_rejected_with_a_reason_and_comes_back_as_it_went_in() {
    fuzz(
        "event",
        &samples("tests/contracts/samples", "json"),
        |_, bytes| {
            let text = String::from_utf8_lossy(bytes);
            match Event::parse(&text) {
                Ok(event) => {
                    let again = Event::parse(&event.to_json().unwrap());
                    assert_eq!(again.as_ref(), Ok(&event));
                }
                Err(rejection) => assert!(!rejection.to_string().is_empty()),
            }
        },
    );
}

#[test]
fn any_notification_names_keys_or_is_refused() {
    let known = br#"{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"inbound/a+b%2B%C3%A4.csv","size":3}}}]}"#;
    fuzz(
        "notification",
        &[("s3.json".to_owned(), known.to_vec())],
        |_, bytes| {
            let _ = wms_import::created(&String::from_utf8_lossy(bytes));
        },
    );
}
