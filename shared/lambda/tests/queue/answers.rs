//! What Lambda makes of an answer, for every kind of batch.

use effects::Cause;
use jiff::SignedDuration;
use lambda::queue::{Delivery, SqsEvent, Step, Verdict};
use serde_json::{Value, json};

use crate::support::{Scripted, World, delivery, message, rejection, start};

/// Which messages are delivered again, by Lambda's rules for partial batch responses: nothing to report is success, and
/// an item that it cannot make sense of fails the whole batch.
fn delivered_again(answer: &Value, batch: &[String]) -> Vec<String> {
    let all = || batch.to_vec();
    match answer {
        Value::Null => return vec![],
        Value::Object(_) => {}
        _ => return all(),
    }
    let items = match &answer["batchItemFailures"] {
        Value::Null => return vec![],
        Value::Array(items) => items,
        _ => return all(),
    };
    let id = |item: &Value| item["itemIdentifier"].as_str().map(str::to_owned);
    let ids: Option<Vec<_>> = items.iter().map(id).collect();
    match ids {
        Some(ids) if ids.iter().all(|id| batch.contains(id)) => ids,
        _ => all(),
    }
}

#[test]
fn the_rules_of_partial_responses_are_as_documented() {
    let batch = ["m-1".to_owned(), "m-2".to_owned()];
    for (answer, again) in [
        (json!(null), 0),
        (json!({}), 0),
        (json!({"batchItemFailures": null}), 0),
        (json!({"batchItemFailures": []}), 0),
        (json!({"batchItemFailures": [{"itemIdentifier": "m-2"}]}), 1),
        (json!({"batchItemFailures": [{"itemIdentifier": ""}]}), 2),
        (json!({"batchItemFailures": [{"itemIdentifier": null}]}), 2),
        (json!({"batchItemFailures": [{"itemIdentifer": "m-2"}]}), 2),
        (json!({"batchItemFailures": [{"itemIdentifier": "m-3"}]}), 2),
    ] {
        assert_eq!(delivered_again(&answer, &batch).len(), again, "{answer}");
    }
}

struct Case {
    name: &'static str,
    batch: Vec<Delivery>,
    consumer: Scripted,
    /// What is to be delivered again.
    again: &'static [&'static str],
    /// Applied, duplicate, stale, parked, retried, unknown.
    counts: [u32; 6],
}

fn case(
    name: &'static str,
    batch: Vec<Delivery>,
    consumer: Scripted,
    again: &'static [&'static str],
    counts: [u32; 6],
) -> Case {
    Case {
        name,
        batch,
        consumer,
        again,
        counts,
    }
}

fn retry(cause: Cause) -> Verdict {
    Verdict::retry(cause)
}

fn panics() -> Step<String> {
    panic!("Jane Roe")
}

fn received(mut delivery: Delivery, receives: u32) -> Delivery {
    delivery.receives = receives;
    delivery
}

fn told() -> Scripted {
    Scripted::default()
}

fn three() -> Vec<Delivery> {
    vec![message("a"), message("b"), message("c")]
}

/// Every fate that a record can have, alone and among others.
fn cases() -> Vec<Case> {
    let unavailable = || retry(Cause::Unavailable);
    vec![
        case("an empty batch", vec![], told(), &[], [0; 6]),
        case("all applied", three(), told(), &[], [3, 0, 0, 0, 0, 0]),
        case(
            "all fail",
            three(),
            told()
                .says("a", unavailable())
                .says("b", retry(Cause::Busy))
                .says("c", retry(Cause::Own)),
            &["m-a", "m-b", "m-c"],
            [0, 0, 0, 0, 3, 0],
        ),
        case(
            "one of each",
            ["a", "b", "c", "d", "e", "f"].map(message).to_vec(),
            told()
                .says("b", Verdict::Duplicate)
                .says("c", Verdict::Stale)
                .says("d", Verdict::Parked(rejection()))
                .says("e", unavailable())
                .says("f", Verdict::Unknown { until: start() }),
            &["m-e", "m-f"],
            [1, 1, 1, 1, 1, 1],
        ),
        case(
            "a panic between two others",
            three(),
            told().on("b", panics),
            &["m-b"],
            [2, 0, 0, 0, 1, 0],
        ),
        case(
            "a panic for the last time is parked",
            vec![message("a"), received(message("b"), 3)],
            told().on("b", panics),
            &[],
            [1, 0, 0, 1, 0, 0],
        ),
        case(
            "bodies that are no event are parked",
            vec![
                delivery("m-none", None),
                delivery("m-empty", Some(String::new())),
                delivery("m-text", Some("{\"id\":".to_owned())),
                delivery("m-list", Some("[]".to_owned())),
                delivery("m-deep", Some("[".repeat(100_000))),
                delivery("m-large", Some("x".repeat(1024 * 1024 + 1))),
                message("a"),
            ],
            told(),
            &[],
            [1, 0, 0, 6, 0, 0],
        ),
        case(
            "the same event in two messages",
            vec![
                message("a"),
                delivery("m-again", Some(crate::support::event("a"))),
            ],
            told().says("a", unavailable()),
            &["m-a", "m-again"],
            [0, 0, 0, 0, 2, 0],
        ),
    ]
}

/// The same for records that take effect when the batch is closed.
fn cases_of_closing() -> Vec<Case> {
    vec![
        case(
            "what is kept takes effect together",
            three(),
            told().keeps("a").keeps("c"),
            &[],
            [3, 0, 0, 0, 0, 0],
        ),
        case(
            "a close that fails brings back what was kept, and nothing else",
            three(),
            told()
                .keeps("a")
                .keeps("c")
                .closes(|_| Verdict::retry(Cause::Own)),
            &["m-a", "m-c"],
            [1, 0, 0, 0, 2, 0],
        ),
        case(
            "a record that breaks the close fails alone",
            three(),
            told().keeps("a").keeps("b").keeps("c").closes(|kept| {
                assert!(!kept.iter().any(|id| *id == "b"), "Jane Roe");
                Verdict::Applied
            }),
            &["m-b"],
            [2, 0, 0, 0, 1, 0],
        ),
        case(
            "a record that the close refuses is parked alone",
            three(),
            told().keeps("a").keeps("b").keeps("c").closes(|kept| {
                if kept.iter().any(|id| *id == "b") {
                    Verdict::Parked(rejection())
                } else {
                    Verdict::Applied
                }
            }),
            &[],
            [2, 0, 0, 1, 0, 0],
        ),
    ]
}

#[tokio::test]
async fn lambda_delivers_again_what_failed_and_nothing_else() {
    for Case {
        name,
        batch,
        consumer,
        again,
        counts,
    } in cases().into_iter().chain(cases_of_closing())
    {
        let world = World::new();
        let ids: Vec<_> = batch.iter().map(|one| one.message_id.clone()).collect();
        let answer = world.serve(&consumer, batch).await;
        assert_eq!(delivered_again(&answer, &ids), again, "{name}: {answer}");
        let put_off: Vec<_> = world
            .waits()
            .into_iter()
            .map(|wait| wait.message_id)
            .collect();
        assert_eq!(put_off, again, "{name}");
        let tally = world.tally();
        let counted = [
            tally.applied,
            tally.duplicate,
            tally.stale,
            tally.parked,
            tally.retried,
            tally.unknown,
        ];
        assert_eq!(counted, counts, "{name}");
        assert_eq!(tally.received as usize, ids.len(), "{name}");
        assert_eq!(world.parked().await.len(), counts[3] as usize, "{name}");
        assert_eq!(
            world.ports.parking.topic().notices().len(),
            counts[3] as usize,
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_would_not_be_over_in_time_is_not_begun() {
    let world = World::new();
    let clock = std::sync::Arc::clone(&world.time);
    let slow = move || {
        clock.fetch_add(9_000, std::sync::atomic::Ordering::SeqCst);
        Step::Settled(Verdict::Applied)
    };
    let consumer = Scripted::default().on("a", slow.clone()).on("b", slow);
    let deadline = start() + SignedDuration::from_secs(25);
    let batch = ["a", "b", "c", "d"].map(message).to_vec();
    let answer = world.serve_until(&consumer, batch, deadline).await;
    let expected =
        json!({"batchItemFailures": [{"itemIdentifier": "m-c"}, {"itemIdentifier": "m-d"}]});
    assert_eq!(answer, expected);
    assert_eq!(consumer.seen(), ["a", "b"]);
    let waits = world.waits();
    assert!(waits.iter().all(|wait| wait.seconds <= 30), "{waits:?}");
    assert_eq!(world.tally().retried, 2);
}

#[test]
fn a_call_that_cannot_be_answered_by_record_fails_as_a_whole() {
    let call = |records: Value| {
        let event: Result<SqsEvent, _> = serde_json::from_value(json!({ "Records": records }));
        event.map_err(|error| error.to_string())
    };
    for records in [
        json!([{"body": "{}"}]),
        json!([{"messageId": "", "body": "{}"}]),
    ] {
        let error = call(records).unwrap().deliveries().unwrap_err();
        assert!(error.to_string().contains("record 0"), "{error}");
    }
    for records in [json!(null), json!("text"), json!([{"messageId": 7}])] {
        call(records).unwrap_err();
    }
    assert_eq!(call(json!([])).unwrap().deliveries().unwrap(), []);
}

#[test]
fn a_record_is_read_whatever_of_it_is_missing() {
    let call = json!({"Records": [
        {
            "messageId": "m-1", "receiptHandle": "r-1", "body": "{}", "md5OfBody": "x", "awsRegion": "eu-central-1",
            "attributes": {"ApproximateReceiveCount": "7", "SentTimestamp": "1794816000000", "SenderId": "x"},
        },
        {"messageId": "m-2", "body": null, "attributes": null, "receiptHandle": null},
        {"messageId": "m-3", "attributes": {"ApproximateReceiveCount": "x", "SentTimestamp": "-"}},
    ]});
    let event: SqsEvent = serde_json::from_value(call).unwrap();
    let [first, second, third] = event.deliveries().unwrap().try_into().unwrap();
    assert_eq!((first.receipt.as_str(), first.receives), ("r-1", 7));
    assert_eq!(first.sent, Some(start()));
    assert_eq!((second.body, second.receives, second.sent), (None, 1, None));
    assert_eq!((third.receives, third.sent), (1, None));
}
