//! A breaker between the runner and a system that does not serve.

use effects::Cause;
use jiff::SignedDuration;
use lambda::queue::{CAP, Verdict, least_wait};
use ledger::LedgerError;
use ledger::breaker::{Admission, Breaker, Gate, Health, Kept, Policy, State, States};
use serde_json::json;

use crate::support::{Scripted, World, message};

const POLICY: Policy = Policy {
    failures: 3,
    pause: SignedDuration::from_secs(60),
    longest: SignedDuration::from_secs(240),
    canary: SignedDuration::from_secs(120),
};

fn guarded() -> World<Breaker<ledger::Memory>> {
    World::with(Breaker::new(ledger::Memory::default(), POLICY))
}

fn ids(text: &str) -> Vec<lambda::queue::Delivery> {
    text.split(' ').map(message).collect()
}

fn down(ids: &str) -> Scripted {
    ids.split(' ').fold(Scripted::default(), |consumer, id| {
        consumer.says(id, Verdict::retry(Cause::Unavailable))
    })
}

#[tokio::test]
async fn after_some_failures_in_a_row_nothing_more_is_sent() {
    let world = guarded();
    let consumer = down("a b c d e");
    world.serve(&consumer, ids("a b c d e")).await;
    assert_eq!(consumer.seen(), ["a", "b", "c"]);
    let tally = world.tally();
    assert_eq!((tally.retried, tally.breaker), (5, Some(2)));
    // Who is turned away comes when the canary has told, not before.
    let waits = world.waits();
    assert!(
        waits[3].seconds >= 60 && waits[4].seconds >= 60,
        "{waits:?}"
    );

    world.serve(&consumer, ids("f g")).await;
    assert_eq!(consumer.seen(), [""; 0], "other calls know it too");
    assert_eq!(world.waits().len(), 2);
}

#[tokio::test]
async fn one_canary_goes_first_and_the_rest_follow_it() {
    let world = guarded();
    world.serve(&down("a b c"), ids("a b c")).await;
    world.pass(SignedDuration::from_secs(60));
    let consumer = down("a b");
    world.serve(&consumer, ids("a b")).await;
    assert_eq!(consumer.seen(), ["a"], "it failed, so nobody follows");
    world.pass(SignedDuration::from_secs(61));
    world.serve(&consumer, ids("b")).await;
    assert_eq!(consumer.seen(), [""; 0], "the pause is twice as long");
    world.pass(SignedDuration::from_secs(60));
    let well = Scripted::default();
    let answer = world.serve(&well, ids("a b c")).await;
    assert_eq!(answer, json!({"batchItemFailures": []}));
    assert_eq!(well.seen(), ["a", "b", "c"]);
}

#[tokio::test]
async fn a_canary_that_learns_nothing_gives_its_place_back() {
    let world = guarded();
    world.serve(&down("a b c"), ids("a b c")).await;
    world.pass(SignedDuration::from_secs(60));
    let seen_before = Scripted::default().says("a", Verdict::Duplicate);
    world.serve(&seen_before, ids("a")).await;
    let consumer = Scripted::default();
    world.serve(&consumer, ids("b")).await;
    assert_eq!(consumer.seen(), ["b"]);
}

#[tokio::test]
async fn a_success_ends_the_row_of_failures() {
    let world = guarded();
    let consumer = down("a b d e");
    world.serve(&consumer, ids("a b c d e f")).await;
    assert_eq!(consumer.seen().len(), 6);
    assert_eq!(world.tally().breaker, Some(0));
}

#[tokio::test]
async fn an_event_that_is_no_event_is_parked_while_the_breaker_is_open() {
    let world = guarded();
    world.serve(&down("a b c"), ids("a b c")).await;
    let poison = crate::support::delivery("m-x", Some("{".to_owned()));
    let answer = world.serve(&Scripted::default(), vec![poison]).await;
    assert_eq!(answer, json!({"batchItemFailures": []}));
    assert_eq!(world.parked().await.len(), 1);
}

/// States that nobody can read.
struct Unreadable;

impl States for Unreadable {
    async fn read(&self, name: &str) -> Result<Kept, LedgerError> {
        Err(LedgerError::Unavailable {
            place: name.to_owned(),
            reason: "no answer".to_owned(),
        })
    }

    async fn swap(&self, name: &str, _: u64, _: &State) -> Result<bool, LedgerError> {
        self.read(name).await.map(|_| false)
    }
}

#[tokio::test]
async fn a_breaker_that_cannot_be_asked_stops_nobody() {
    let world = World::with(Breaker::new(Unreadable, POLICY));
    let consumer = down("b");
    world.serve(&consumer, ids("a b c")).await;
    assert_eq!(consumer.seen(), ["a", "b", "c"]);
}

#[tokio::test]
async fn of_two_that_come_when_the_pause_is_over_one_is_the_canary_until_its_time_is_up() {
    let gate = Breaker::new(ledger::Memory::default(), POLICY);
    let mut now = crate::support::start();
    for _ in 0..3 {
        gate.tell("erp", "a", Health::Ill, now).await.unwrap();
    }
    now += SignedDuration::from_secs(60);
    assert_eq!(gate.admit("erp", "a", now).await, Ok(Admission::Canary));
    let waiting = gate.admit("erp", "b", now).await.unwrap();
    assert!(matches!(waiting, Admission::Wait { .. }), "{waiting:?}");
    let told = gate.tell("erp", "b", Health::Well, now).await.unwrap();
    assert!(matches!(told, Admission::Wait { .. }), "the canary decides");
    now += POLICY.canary;
    assert_eq!(
        gate.admit("erp", "b", now).await,
        Ok(Admission::Canary),
        "a has died"
    );
    let told = gate.tell("erp", "a", Health::Well, now).await.unwrap();
    assert!(
        matches!(told, Admission::Wait { .. }),
        "a is the canary no more"
    );
    let told = gate.tell("erp", "b", Health::Well, now).await;
    assert_eq!(told, Ok(Admission::Go { failures: 0 }));
}

/// One message, delivered again as late as it was put off, while its system is down for three hours.
#[tokio::test]
async fn three_hours_of_outage_take_no_message_more_than_twenty_receives() {
    for id in 0..40 {
        let id = format!("e{id}");
        let world = World::with(Breaker::new(ledger::Memory::default(), Policy::default()));
        let consumer = down(&id);
        let end = world.now() + SignedDuration::from_hours(3);
        let mut receives = 1;
        while world.now() < end {
            let mut delivery = message(&id);
            delivery.receives = receives;
            world.serve(&consumer, vec![delivery]).await;
            let [wait] = world.waits().try_into().unwrap();
            assert!(SignedDuration::from_secs(wait.seconds.into()) <= CAP);
            assert!(SignedDuration::from_secs(wait.seconds.into()) >= least_wait(receives));
            world.pass(SignedDuration::from_secs(wait.seconds.into()));
            receives += 1;
        }
        assert!(receives <= 20, "{receives} receives");
        let answer = world.serve(&Scripted::default(), vec![message(&id)]).await;
        assert_eq!(
            answer,
            json!({"batchItemFailures": []}),
            "and then it is applied"
        );
    }
}
