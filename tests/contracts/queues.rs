//! The template's queues: what keeps events from being lost, doubled, read by others or taken by the wrong function.

use std::collections::BTreeSet;

use contracts::canonical::{Consumer, Kind};
use serde_json::{Value, json};

use crate::template::{Template, load, logical_id};

/// Takes files of the warehouse's bucket from its queue, and no events.
const FILES: &str = "wms-import";

/// The functions that a queue calls.
fn takers() -> impl Iterator<Item = &'static str> {
    let consumers = Consumer::ALL.into_iter().map(Consumer::as_str);
    consumers.chain([FILES])
}

fn queue<'a>(template: &'a Template, id: &str) -> &'a Value {
    template.properties("AWS::SQS::Queue", id)
}

#[test]
fn every_consumer_has_a_queue_and_dead_letters_and_there_are_no_other_queues() {
    let template = load();
    let mut expected = BTreeSet::new();
    for name in takers() {
        let id = logical_id(name);
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
fn every_queue_is_encrypted_speaks_tls_alone_and_takes_messages_of_one_sender_alone() {
    let template = load();
    for id in template.ids("AWS::SQS::Queue") {
        assert_eq!(queue(&template, id)["SqsManagedSseEnabled"], true, "{id}");
        let policy = template.properties("AWS::SQS::QueuePolicy", &format!("{id}Policy"));
        assert_eq!(policy["Queues"], json!([id]));
        let statements = policy["PolicyDocument"]["Statement"].as_array().unwrap();
        let (tls, senders) = statements.split_first().unwrap();
        assert_eq!(
            (&tls["Effect"], &tls["Action"]),
            (&"Deny".into(), &"sqs:*".into())
        );
        assert_eq!(tls["Condition"]["Bool"]["aws:SecureTransport"], "false");
        let sender = match id.strip_prefix(&logical_id(FILES)) {
            None => Some(json!({"ArnEquals": {"aws:SourceArn": "EventTopic"}})),
            // A policy that named the bucket could not be there before it, as it must.
            Some("Queue") => Some(json!({"StringEquals": {"aws:SourceAccount": "AWS::AccountId"}})),
            Some(_) => None,
        };
        let conditions = senders.iter().map(|sender| {
            assert_eq!(sender["Effect"], "Allow");
            assert_eq!(sender["Action"], "sqs:SendMessage");
            sender["Condition"].clone()
        });
        assert_eq!(
            conditions.collect::<Vec<_>>(),
            Vec::from_iter(sender),
            "{id}"
        );
        for statement in statements {
            assert_eq!(statement["Resource"], format!("{id}.Arn"));
        }
    }
}

#[test]
fn a_queue_is_subscribed_to_the_kinds_that_its_consumer_takes_and_to_no_others() {
    let template = load();
    for consumer in Consumer::ALL {
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
    for name in takers() {
        let id = logical_id(name);
        let mapping =
            template.properties("AWS::Lambda::EventSourceMapping", &format!("{id}Mapping"));
        assert_eq!(
            (&mapping["EventSourceArn"], &mapping["FunctionName"]),
            (&format!("{id}Queue.Arn").into(), &id.as_str().into())
        );
        assert_eq!(
            mapping["FunctionResponseTypes"],
            json!(["ReportBatchItemFailures"])
        );
        let most = &mapping["ScalingConfig"]["MaximumConcurrency"];
        // The template holds a parameter for the ERP, of 2 at least: Lambda knows no fewer.
        assert!(most.as_u64().is_none_or(|most| most >= 2), "{id}");
        assert!(!most.is_null(), "{id}");
        // What a filter of the mapping leaves out is deleted.
        assert!(mapping["FilterCriteria"].is_null(), "{id}");
    }
}

#[test]
fn dead_letters_waiting_and_errors_raise_alarms() {
    let template = load();
    for name in takers() {
        let id = logical_id(name);
        let (dead, queue) = (
            format!("{id}DeadLetters.QueueName"),
            format!("{id}Queue.QueueName"),
        );
        let dead_letters = "ApproximateNumberOfMessagesVisible";
        alarms(&template, &format!("{id}DeadLettered"), dead_letters, &dead);
        let age = "ApproximateAgeOfOldestMessage";
        alarms(&template, &format!("{id}Lags"), age, &queue);
        alarms(&template, &format!("{id}Fails"), "Errors", &id);
    }
}

#[test]
fn parked_and_late_events_and_an_erp_that_does_not_serve_raise_alarms() {
    let template = load();
    for consumer in Consumer::ALL {
        let alarm = format!("{}Parked", logical_id(consumer.as_str()));
        alarms(&template, &alarm, "Parked", consumer.as_str());
        let alarm = format!("{}Late", logical_id(consumer.as_str()));
        alarms(&template, &alarm, "Lag", consumer.as_str());
        let held = template.properties("AWS::CloudWatch::Alarm", &alarm);
        assert_eq!(
            held["ExtendedStatistic"], "p99",
            "{alarm}: a mean hides who waits"
        );
    }
    alarms(&template, "ErpInjectBreaks", "Breaker", "erp-inject");
}

fn alarms(template: &Template, alarm: &str, metric: &str, of: &str) {
    let held = template.properties("AWS::CloudWatch::Alarm", alarm);
    assert_eq!(held["MetricName"], metric, "{alarm}");
    assert_eq!(held["Dimensions"][0]["Value"], of, "{alarm}");
}

#[test]
fn the_ledger_is_kept_encrypted_can_be_brought_back_and_speaks_tls_alone() {
    let template = load();
    let tables: Vec<_> = template.ids("AWS::DynamoDB::Table").collect();
    assert_eq!(tables, ["SyncLedger"]);
    let table = template.properties("AWS::DynamoDB::Table", "SyncLedger");
    assert_eq!(table["SSESpecification"]["SSEEnabled"], true);
    let recovery = &table["PointInTimeRecoverySpecification"];
    assert_eq!(recovery["PointInTimeRecoveryEnabled"], true);
    let statement = &table["ResourcePolicy"]["PolicyDocument"]["Statement"][0];
    assert_eq!(
        (&statement["Effect"], &statement["Action"]),
        (&"Deny".into(), &"dynamodb:*".into())
    );
    let tls = &statement["Condition"]["Bool"]["aws:SecureTransport"];
    assert_eq!(tls, "false");
}
