//! What is parked lies where people find it, and is told of.

use artifacts::Store;
use contracts::canonical::Reason;
use contracts::{CloudEvent, ParkedEvent, SyncRejected};
use lambda::queue::{Delivery, Invocation, Parking, Ports, Step, Verdict, memory, serve};
use ledger::breaker::Unguarded;
use messaging::{Failure, SendError};
use serde_json::{Value, json};

use crate::support::{Scripted, World, delivery, event, message, rejection, start};

fn parks() -> Scripted {
    Scripted::default().says("a", Verdict::Parked(rejection()))
}

#[tokio::test]
async fn an_event_is_parked_as_it_came_with_what_to_do_and_told_of() {
    let world = World::new();
    world.serve(&parks(), vec![message("a")]).await;
    let [key] = world.parked().await.try_into().unwrap();
    assert!(
        key.starts_with("parked/scripted/warehouse-north-a-"),
        "{key}"
    );
    let bytes = world.ports.parking.store().get(&key).await.unwrap();
    let parked: ParkedEvent = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((parked.body, parked.rejection), (event("a"), rejection()));
    let [notice] = world.ports.parking.topic().notices().try_into().unwrap();
    assert_eq!(notice.kind, "larder.sync.rejected.v1");
    let told: CloudEvent<SyncRejected> = serde_json::from_str(&notice.json).unwrap();
    assert_eq!(told.source, "/larder/scripted");
    assert_eq!(told.correlationid.as_deref(), Some("corr-1"));
    assert_eq!(told.data.source.as_deref(), Some("/warehouse/north"));
    assert_eq!(told.data.id.as_deref(), Some("a"));
    assert_eq!(told.data.place, format!("memory:{key}"));
    assert!(
        !notice.json.contains("reported_by"),
        "references, never data"
    );
}

#[tokio::test]
async fn parking_again_changes_nothing_and_another_event_of_the_same_id_is_kept_too() {
    let world = World::new();
    world.serve(&parks(), vec![message("a")]).await;
    world.pass(jiff::SignedDuration::from_hours(1));
    world.serve(&parks(), vec![message("a")]).await;
    assert_eq!(world.parked().await.len(), 1);
    let told: Vec<_> = world.ports.parking.topic().notices();
    assert_eq!(told[0].id, told[1].id, "whoever has seen it passes over it");
    let mut other: Value = serde_json::from_str(&event("a")).unwrap();
    other["data"]["quantity"] = json!("-4");
    world
        .serve(&parks(), vec![delivery("m", Some(other.to_string()))])
        .await;
    assert_eq!(world.parked().await.len(), 2);
}

#[tokio::test]
async fn what_cannot_be_told_of_comes_again_until_it_is() {
    let world = World::new();
    for failure in [
        Failure::Before(SendError::NotTaken("too much".to_owned())),
        Failure::Before(SendError::Refused("no such topic".to_owned())),
        Failure::After,
    ] {
        world.ports.parking.topic().fail_next(failure);
        let answer = world
            .serve(&parks(), vec![message("a"), message("b")])
            .await;
        let expected = json!({"batchItemFailures": [{"itemIdentifier": "m-a"}]});
        assert_eq!(answer, expected);
        let tally = world.tally();
        assert_eq!((tally.applied, tally.parked, tally.retried), (1, 0, 1));
    }
    let answer = world.serve(&parks(), vec![message("a")]).await;
    assert_eq!(answer, json!({"batchItemFailures": []}));
    assert_eq!(world.parked().await.len(), 1);
}

#[tokio::test]
async fn what_the_store_does_not_take_comes_again() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let ports = Ports {
        clock: Box::new(start),
        visibility: memory::Waits::default(),
        parking: Parking::new(
            artifacts::Folder::new(file.path()),
            messaging::Memory::default(),
        ),
        gate: Unguarded,
        metrics: memory::Tallies::default(),
    };
    let invocation = Invocation {
        id: "call-1".to_owned(),
        deadline: start() + jiff::SignedDuration::from_mins(1),
    };
    let poison = delivery("m-x", Some("{".to_owned()));
    let batch: Vec<Delivery> = vec![poison, message("b")];
    let failed = serve(&Scripted::default(), &ports, &invocation, batch).await;
    assert_eq!(failed, ["m-x"]);
    assert!(
        ports.parking.topic().notices().is_empty(),
        "people would look in vain"
    );
}

#[tokio::test]
async fn a_program_that_fails_three_times_says_so_in_words() {
    let world = World::new();
    let consumer = Scripted::default().on("a", || -> Step<String> { panic!("Jane Roe") });
    for receives in 1..=3 {
        let mut delivery = message("a");
        delivery.receives = receives;
        assert_eq!(world.parked().await.len(), 0);
        world.serve(&consumer, vec![delivery]).await;
    }
    let [key] = world.parked().await.try_into().unwrap();
    let bytes = world.ports.parking.store().get(&key).await.unwrap();
    let parked: ParkedEvent = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(parked.rejection.reason, Reason::Failed);
    assert!(!parked.rejection.to_string().contains("Jane"));
}
