//! The template's queues: what keeps events from being lost, doubled, read by others or taken by the wrong function.

use std::collections::BTreeSet;

use contracts::canonical::{Consumer, Kind};
use serde_json::Value;

use crate::files;
use crate::template::{Template, load, logical_id};

/// Those consumers that are functions already.
fn consumers() -> Vec<Consumer> {
    let functions = files("functions");
    let built = |consumer: &Consumer| functions.iter().any(|name| name == consumer.as_str());
    let consumers: Vec<_> = Consumer::ALL.into_iter().filter(built).collect();
    assert!(!consumers.is_empty());
    consumers
}

fn queue<'a>(template: &'a Template, id: &str) -> &'a Value {
    template.properties("AWS::SQS::Queue", id)
}

#[test]
fn every_consumer_has_a_queue_and_dead_letters_and_there_are_no_other_queues() {
    let template = load();
    let mut expected = BTreeSet::new();
    for consumer in consumers() {
        let id = logical_id(consumer.as_str());
        expected.extend([format!("{id}Queue"), format!("{id}DeadLetters")]);
        let function = template.function(&id).timeout;
        let (taken, dead) = (
            queue(&template, &format!("{id}Queue")),
            queue(&template, &format!("{id}DeadLetters")),
        );
        let seconds = |queue: &Value, name: &str| queue[name].as_u64().unwrap();
        assert!(seconds(taken, "VisibilityTimeout") >= 6 * function, "{id}");
        // The 20th receive comes after three hours at the earliest, and some receives are for nothing.
        let redrive = &taken["RedrivePolicy"];
        assert!(redrive["maxReceiveCount"].as_u64().unwrap() >= 20, "{id}");
        assert_eq!(
            redrive["deadLetterTargetArn"],
            format!("{id}DeadLetters.Arn")
        );
        // A dead letter keeps the time at which it was first sent.
        assert!(
            seconds(dead, "MessageRetentionPeriod") > seconds(taken, "MessageRetentionPeriod"),
            "{id}"
        );
    }
    let queues: BTreeSet<String> = template.ids("AWS::SQS::Queue").cloned().collect();
    assert_eq!(queues, expected);
}

#[test]
fn every_queue_is_encrypted_speaks_tls_alone_and_takes_messages_of_the_topic_alone() {
    let template = load();
    for id in template.ids("AWS::SQS::Queue") {
        assert_eq!(queue(&template, id)["SqsManagedSseEnabled"], true, "{id}");
        let policy = template.properties("AWS::SQS::QueuePolicy", &format!("{id}Policy"));
        assert_eq!(policy["Queues"], serde_json::json!([id]));
        let [tls, topic] = policy["PolicyDocument"]["Statement"]
            .as_array()
            .unwrap()
            .as_slice()
        else {
            panic!("{id}: two statements");
        };
        assert_eq!(
            (&tls["Effect"], &tls["Action"]),
            (&"Deny".into(), &"sqs:*".into())
        );
        assert_eq!(tls["Condition"]["Bool"]["aws:SecureTransport"], "false");
        assert_eq!(
            (&topic["Effect"], &topic["Action"]),
            (&"Allow".into(), &"sqs:SendMessage".into())
        );
        assert_eq!(
            topic["Condition"]["ArnEquals"]["aws:SourceArn"],
            "EventTopic"
        );
        for statement in [tls, topic] {
            assert_eq!(statement["Resource"], format!("{id}.Arn"));
        }
    }
}

#[test]
fn a_queue_is_subscribed_to_the_kinds_that_its_consumer_takes_and_to_no_others() {
    let template = load();
    for consumer in consumers() {
        let id = logical_id(consumer.as_str());
        let held = template.properties("AWS::SNS::Subscription", &format!("{id}Subscription"));
        let kinds: BTreeSet<&str> = consumer.kinds().map(Kind::as_str).collect();
        let filter = held["FilterPolicy"]["type"].as_array().unwrap();
        let filter: BTreeSet<&str> = filter.iter().map(|kind| kind.as_str().unwrap()).collect();
        assert_eq!(filter, kinds, "{id}");
        assert_eq!(held["Endpoint"], format!("{id}Queue.Arn"));
        assert_eq!(held["RawMessageDelivery"], true, "{id}");
        assert_eq!(
            held["RedrivePolicy"]["deadLetterTargetArn"],
            format!("{id}DeadLetters.Arn")
        );
    }
}

#[test]
fn a_batch_fails_by_its_messages_and_so_many_run_at_once_and_no_more() {
    let template = load();
    for consumer in consumers() {
        let id = logical_id(consumer.as_str());
        let mapping =
            template.properties("AWS::Lambda::EventSourceMapping", &format!("{id}Mapping"));
        assert_eq!(
            (&mapping["EventSourceArn"], &mapping["FunctionName"]),
            (&format!("{id}Queue.Arn").into(), &id.as_str().into())
        );
        assert_eq!(
            mapping["FunctionResponseTypes"],
            serde_json::json!(["ReportBatchItemFailures"])
        );
        let most = &mapping["ScalingConfig"]["MaximumConcurrency"];
        assert!(most.as_u64().unwrap() >= 2, "{id}: Lambda knows no fewer");
        // What a filter of the mapping leaves out is deleted.
        assert!(mapping["FilterCriteria"].is_null(), "{id}");
    }
}

#[test]
fn dead_letters_parked_events_waiting_and_errors_raise_alarms() {
    let template = load();
    for consumer in consumers() {
        let id = logical_id(consumer.as_str());
        for (alarm, metric, of) in [
            (
                "DeadLettered",
                "ApproximateNumberOfMessagesVisible",
                format!("{id}DeadLetters.QueueName"),
            ),
            ("Parked", "Parked", consumer.as_str().to_owned()),
            (
                "Lags",
                "ApproximateAgeOfOldestMessage",
                format!("{id}Queue.QueueName"),
            ),
            ("Fails", "Errors", id.clone()),
        ] {
            let held = template.properties("AWS::CloudWatch::Alarm", &format!("{id}{alarm}"));
            assert_eq!(held["MetricName"], metric, "{id}{alarm}");
            assert_eq!(held["Dimensions"][0]["Value"], of, "{id}{alarm}");
        }
    }
}
