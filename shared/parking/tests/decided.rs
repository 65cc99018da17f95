//! What a person decides on a parked event, and what becomes of it when it comes again.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use artifacts::{Memory, Store};
use contracts::canonical::{Reason, Rejection};
use contracts::{Decision, ParkedDecision};
use domain::Timestamp;
use parking::{DecideError, Listed, Park, Parking};

const BODY: &str = r#"{"specversion":"1.0","id":"e-1","source":"/warehouse/north","type":"larder.stock.adjusted.v1"}"#;

fn now() -> Timestamp {
    "2026-11-16T08:00:00Z".parse().unwrap()
}

struct World(Parking<Memory, messaging::Memory>);

impl World {
    fn new() -> Self {
        Self(Parking::new(
            Memory::default(),
            messaging::Memory::default(),
        ))
    }

    async fn park(&self, body: &str) {
        let rejection = Rejection::new(Reason::UnknownItem, "P1 is not known", "make it known");
        self.0
            .park("planning-sync", body, &rejection, now())
            .await
            .unwrap();
    }

    async fn list(&self) -> Vec<Listed> {
        parking::list(self.0.store(), None).await.unwrap()
    }

    async fn decide(&self, record: &Listed, decision: Decision) -> Result<(), DecideError> {
        let decision = ParkedDecision {
            decision,
            reason: None,
            decided_by: Some("operator".to_owned()),
            decided_at: now(),
        };
        parking::decide(self.0.store(), record, &decision).await
    }
}

#[tokio::test]
async fn an_event_that_was_sent_again_and_is_parked_again_has_another_record() {
    let world = World::new();
    for _ in 0..2 {
        world.park(BODY).await;
    }
    let [record] = &world.list().await[..] else {
        unreachable!("parked twice it is one record")
    };
    assert!(record.name.starts_with("warehouse-north-e-1-") && !record.decided);
    let held = parking::read(world.0.store(), record).await.unwrap();
    let notice = parking::sent_again(&held).unwrap();
    assert_eq!((notice.id.as_str(), notice.json.as_str()), ("e-1", BODY));
    world.decide(record, Decision::Retried).await.unwrap();
    assert!(world.list().await[0].decided);

    world.park(BODY).await;
    let records = world.list().await;
    let open: Vec<_> = records.iter().filter(|record| !record.decided).collect();
    assert_eq!((records.len(), open.len()), (2, 1));
    assert_eq!(open[0].name, format!("{}.2", record.name));
    let ids: std::collections::BTreeSet<_> = world
        .0
        .topic()
        .notices()
        .into_iter()
        .map(|n| n.id)
        .collect();
    assert_eq!(ids.len(), 2, "people are told of it anew: {ids:?}");
}

#[tokio::test]
async fn an_event_that_was_dropped_stays_dropped_however_often_it_comes() {
    let world = World::new();
    world.park(BODY).await;
    let record = world.list().await.remove(0);
    world.decide(&record, Decision::Dropped).await.unwrap();
    world.park(BODY).await;
    let records = world.list().await;
    assert!(matches!(&records[..], [one] if one.decided), "{records:?}");
    let held = parking::all(world.0.store(), &records).await.unwrap();
    let decision = held[0].decision.as_ref().unwrap();
    assert_eq!(decision.decision, Decision::Dropped);
}

#[tokio::test]
async fn a_record_is_decided_once() {
    let world = World::new();
    world.park(BODY).await;
    let record = world.list().await.remove(0);
    world.decide(&record, Decision::Retried).await.unwrap();
    let again = world.decide(&record, Decision::Dropped).await;
    let said = again.unwrap_err().to_string();
    assert!(
        said.contains("decided already") && said.contains(&record.name),
        "{said}"
    );
}

#[tokio::test]
async fn what_holds_no_event_cannot_be_sent_again() {
    let world = World::new();
    world.park("{").await;
    let record = world.list().await.remove(0);
    let held = parking::read(world.0.store(), &record).await.unwrap();
    let said = parking::sent_again(&held).unwrap_err().to_string();
    assert!(
        said.contains(&record.name) && said.contains("drop this record"),
        "{said}"
    );
}

#[tokio::test]
async fn a_decision_that_makes_no_sense_is_named() {
    let world = World::new();
    world.park(BODY).await;
    let key = world.list().await.remove(0).key;
    let decision = key.replace(".json", ".decided.json");
    world.0.store().create(&decision, b"{").await.unwrap();
    let listed = world.list().await;
    let said = parking::all(world.0.store(), &listed).await.unwrap_err();
    assert!(said.to_string().contains(&decision), "{said}");
}
