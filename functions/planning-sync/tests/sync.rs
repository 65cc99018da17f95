//! Batches as the queue delivers them, through the runner, into a data set in memory.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use artifacts::{Memory, Store};
use dataset::tables::{InvChange, RecipeBom};
use dataset::{Body, Files, Table};
use domain::Timestamp;
use lambda::queue::memory::{Tallies, Waits};
use lambda::queue::{Delivery, Invocation, Parking, Ports, serve};
use ledger::breaker::Unguarded;
use messaging::{Failure, SendError};
use planning_sync::{PATIENCE, PlanningSync, Replan};
use serde_json::{Value, json};

const START: &str = "2026-11-20T10:00:00Z";
const MINUTES: u32 = 30;

type Sync = PlanningSync<Memory, messaging::Memory>;

struct World {
    sync: Sync,
    ports: Ports<Waits, Parking<Memory, messaging::Memory>, Unguarded, Tallies>,
    tallies: Tallies,
    /// Seconds since the start.
    elapsed: Arc<AtomicI64>,
}

impl World {
    async fn new(replan: Option<&str>) -> Self {
        let data = Memory::default();
        for (name, text) in [
            (
                "product.csv",
                "product_id,name,uom\nING-CARROT,Carrots,KGM\n",
            ),
            ("site.csv", "site_id,name,role\nNORTH,North,kitchen\n"),
            (
                "inv_level.csv",
                "snapshot_at,site_id,product_id,lot,on_hand\n2026-11-19T22:00:00Z,NORTH,ING-CARROT,L20261120,120\n",
            ),
        ] {
            data.create(name, text.as_bytes()).await.unwrap();
        }
        let elapsed = Arc::new(AtomicI64::new(0));
        let clock = {
            let elapsed = Arc::clone(&elapsed);
            move || {
                let begun = START.parse::<Timestamp>().unwrap().as_second();
                Timestamp::from_second(begun + elapsed.load(Ordering::Relaxed)).unwrap()
            }
        };
        let replan = replan.map(|rule| {
            let starter = messaging::Memory::default();
            Replan::new(starter, rule.parse().unwrap(), MINUTES).unwrap()
        });
        let tallies = Tallies::default();
        let parking = Parking::new(Memory::default(), messaging::Memory::default());
        Self {
            sync: PlanningSync::new(data, replan, clock.clone()),
            ports: Ports {
                clock: Box::new(clock),
                visibility: Waits::default(),
                parking,
                gate: Unguarded,
                metrics: tallies.clone(),
            },
            tallies,
            elapsed,
        }
    }

    /// Delivers a batch for the so-manieth time; gives the messages that come again.
    async fn deliver(&self, bodies: &[String], receives: u32) -> Vec<String> {
        let delivery = |(at, body): (usize, &String)| Delivery {
            message_id: format!("m{at}"),
            receipt: format!("r{at}"),
            body: Some(body.clone()),
            receives,
            sent: None,
        };
        let invocation = Invocation {
            id: "call".to_owned(),
            deadline: Timestamp::MAX,
        };
        let batch = bodies.iter().enumerate().map(delivery).collect();
        serve(&self.sync, &self.ports, &invocation, batch).await
    }

    fn later(&self, seconds: i64) {
        self.elapsed.fetch_add(seconds, Ordering::Relaxed);
    }

    async fn changes(&self) -> Vec<String> {
        let entries = self.sync.data().list("changes").await.unwrap();
        entries.into_iter().map(|entry| entry.key).collect()
    }

    async fn rows<T: Table>(&self) -> Vec<T> {
        let mut files = Files::default();
        for key in self.changes().await {
            let bytes = self.sync.data().get(&key).await.unwrap();
            files.insert(&key, Body::Bytes(bytes.into()));
        }
        let rows = files.load::<T>().rows.into_iter();
        rows.map(|row| row.value).collect()
    }

    async fn parked(&self) -> usize {
        let store = self.ports.parking.store();
        store.list("parked/planning-sync").await.unwrap().len()
    }
}

fn sample(kind: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/contracts/samples");
    let text = std::fs::read_to_string(format!("{folder}/larder.{kind}.v1.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// An adjustment of the carrots' lot, or of another product.
fn adjusted(id: &str, product: &str, grams: &str) -> String {
    let mut sample = sample("stock.adjusted");
    sample["id"] = json!(id);
    sample["subject"] = json!(format!("stock/NORTH/{product}/L20261120"));
    sample["data"]["product"] = json!(product);
    sample["data"]["quantity"] = json!(grams);
    sample.to_string()
}

#[tokio::test]
async fn a_batch_is_one_object_a_table_and_the_same_batch_again_is_the_same_objects() {
    let world = World::new(None).await;
    let batch = [
        adjusted("a", "ING-CARROT", "-3500"),
        adjusted("b", "ING-CARROT", "500"),
        sample("recipe.published").to_string(),
    ];
    for receives in [1, 2] {
        assert!(world.deliver(&batch, receives).await.is_empty());
        let mut tables: Vec<_> = world.changes().await;
        tables
            .iter_mut()
            .for_each(|key| *key = key.split('/').nth(1).unwrap().to_owned());
        assert_eq!(tables, ["inv_change", "recipe", "recipe_bom"]);
    }
    let moved: Vec<_> = world.rows::<InvChange>().await;
    let moved: Vec<_> = moved.iter().map(|row| row.quantity.0.to_string()).collect();
    assert_eq!(moved, ["-3.5", "0.5"]);
    assert_eq!(world.rows::<RecipeBom>().await.len(), 2);
    assert_eq!(
        world
            .tallies
            .take()
            .iter()
            .map(|tally| tally.applied)
            .sum::<u32>(),
        6
    );
}

#[tokio::test]
async fn a_stock_correction_writes_stock_and_nothing_else() {
    let world = World::new(None).await;
    let batch = [adjusted("a", "ING-CARROT", "-3500")];
    assert!(world.deliver(&batch, 1).await.is_empty());
    let keys = world.changes().await;
    assert!(matches!(keys.as_slice(), [key] if key.starts_with("changes/inv_change/2026-11-20/")));
}

#[tokio::test]
async fn a_bad_record_never_changes_what_becomes_of_its_neighbours() {
    let world = World::new(None).await;
    let mut foreign = sample("stock.counted");
    foreign["source"] = json!("/platform/shop");
    let batch = [
        adjusted("a", "ING-CARROT", "-3500"),
        "no JSON".to_owned(),
        foreign.to_string(),
        adjusted("b", "ING-CARROT", "0.0001"),
        adjusted("c", "ING-CARROT", "500"),
    ];
    assert!(world.deliver(&batch, 1).await.is_empty());
    assert_eq!(world.rows::<InvChange>().await.len(), 2);
    assert_eq!(world.parked().await, 3);
}

#[tokio::test]
async fn a_product_that_nobody_knows_is_waited_for_and_then_the_event_is_parked() {
    let world = World::new(None).await;
    let batch = [
        adjusted("a", "ING-BEET", "-3500"),
        adjusted("b", "ING-CARROT", "500"),
    ];
    for receives in 1..PATIENCE {
        assert_eq!(world.deliver(&batch, receives).await, ["m0"]);
        world.later(60);
    }
    assert!(world.deliver(&batch, PATIENCE).await.is_empty());
    assert_eq!(world.parked().await, 1);
    let told = world.ports.parking.topic().notices();
    let why = "the planning data set has no product `ING-BEET`";
    assert!(told[0].json.contains(why), "{}", told[0].json);
    assert_eq!(world.rows::<InvChange>().await.len(), 1);
}

#[tokio::test]
async fn a_product_may_come_in_the_same_batch_or_be_told_of_by_somebody_else_meanwhile() {
    let product = |id: &str| {
        let mut sample = sample("product.upserted");
        sample["subject"] = json!(format!("product/{id}"));
        sample["data"]["product"] = json!(id);
        sample.to_string()
    };
    let world = World::new(None).await;
    let batch = [product("ING-BEET"), adjusted("a", "ING-BEET", "-3500")];
    assert!(world.deliver(&batch, 1).await.is_empty());
    assert_eq!(world.rows::<InvChange>().await.len(), 1);

    let late = [adjusted("b", "ING-LEEK", "500")];
    assert_eq!(world.deliver(&late, 1).await, ["m0"]);
    // Another environment takes the product in.
    let other = World::new(None).await;
    assert!(other.deliver(&[product("ING-LEEK")], 1).await.is_empty());
    for key in other.changes().await {
        let bytes = other.sync.data().get(&key).await.unwrap();
        world.sync.data().create(&key, &bytes).await.unwrap();
    }
    world.later(60);
    assert!(world.deliver(&late, 2).await.is_empty());
    assert_eq!(world.parked().await, 0);
}

#[tokio::test]
async fn without_a_data_set_everything_comes_again_and_nothing_is_parked() {
    let world = World::new(None).await;
    let sync = Sync::new(Memory::default(), None, lambda::now);
    let world = World { sync, ..world };
    let batch = [adjusted("a", "ING-CARROT", "-3500")];
    assert_eq!(world.deliver(&batch, 9).await, ["m0"]);
    assert_eq!(world.parked().await, 0);
}

/// The plans that a world has started.
fn plans(replan: &messaging::Memory) -> Vec<String> {
    replan.plans().into_iter().map(|(name, _)| name).collect()
}

#[tokio::test]
async fn a_menu_a_cap_and_much_stock_start_one_plan_a_window_and_little_stock_none() {
    let world = World::new(Some("25%")).await;
    let starter = || plans(world.sync.replan().unwrap().starter());
    assert!(
        world
            .deliver(&[adjusted("a", "ING-CARROT", "-29999")], 1)
            .await
            .is_empty()
    );
    assert!(
        world
            .deliver(&[sample("recipe.published").to_string()], 1)
            .await
            .is_empty()
    );
    assert_eq!(starter(), Vec::<String>::new());
    let much = [
        adjusted("b", "ING-CARROT", "-30000"),
        sample("menu.published").to_string(),
        sample("site-cap.set").to_string(),
    ];
    for event in &much {
        assert!(
            world
                .deliver(std::slice::from_ref(event), 1)
                .await
                .is_empty()
        );
        world.later(60);
    }
    assert_eq!(starter(), ["replan-20261120T100000Z"]);
    world.later(30 * 60);
    assert!(world.deliver(&much, 1).await.is_empty());
    assert_eq!(starter().last().unwrap(), "replan-20261120T103000Z");
    assert_eq!(starter().len(), 2);
}

#[tokio::test]
async fn a_plan_that_cannot_be_started_now_is_started_later_and_one_never_keeps_nothing_back() {
    let world = World::new(Some("")).await;
    let starter = world.sync.replan().unwrap().starter();
    let menu = [sample("menu.published").to_string()];
    starter.fail_next(Failure::Before(SendError::NotTaken("busy".to_owned())));
    assert_eq!(world.deliver(&menu, 1).await, ["m0"]);
    starter.fail_next(Failure::After);
    assert_eq!(world.deliver(&menu, 2).await, ["m0"]);
    assert!(world.deliver(&menu, 3).await.is_empty());
    assert_eq!(starter.plans().len(), 1);
    world.later(30 * 60);
    starter.fail_next(Failure::Before(SendError::Refused(
        "no such machine".to_owned(),
    )));
    assert!(world.deliver(&menu, 1).await.is_empty());
    assert_eq!(starter.plans().len(), 1);
    assert_eq!(world.changes().await.len(), 2, "a week and its menu");
}

#[tokio::test]
async fn a_count_asks_for_a_plan_until_one_is_started_and_then_no_more() {
    let world = World::new(Some("25%")).await;
    let starter = world.sync.replan().unwrap().starter();
    let counted = |version: u32| {
        let mut sample = sample("stock.counted");
        sample["id"] = json!(format!("count-{version}"));
        sample["entityversion"] = json!(version);
        sample["data"]["quantity"] = json!("60");
        sample["data"]["counted_at"] = json!("2026-11-20T09:30:00Z");
        [sample.to_string()]
    };
    starter.fail_next(Failure::Before(SendError::NotTaken("busy".to_owned())));
    assert_eq!(world.deliver(&counted(1), 1).await, ["m0"]);
    assert!(world.deliver(&counted(1), 2).await.is_empty());
    assert_eq!(starter.plans().len(), 1);
    world.later(30 * 60);
    assert!(world.deliver(&counted(2), 1).await.is_empty());
    assert_eq!(starter.plans().len(), 1, "60 is no news");
}

#[tokio::test]
async fn much_is_held_against_what_was_moved_since_the_count_whoever_moved_it() {
    let world = World::new(Some("25%")).await;
    let starter = world.sync.replan().unwrap().starter();
    assert!(
        world
            .deliver(&[adjusted("a", "ING-CARROT", "-29000")], 1)
            .await
            .is_empty()
    );
    // Another environment takes as much.
    let other = World::new(None).await;
    other
        .deliver(&[adjusted("b", "ING-CARROT", "-29000")], 1)
        .await;
    for key in other.changes().await {
        let bytes = other.sync.data().get(&key).await.unwrap();
        world.sync.data().create(&key, &bytes).await.unwrap();
    }
    world.later(11 * 60);
    world
        .deliver(&[adjusted("c", "ING-CARROT", "-15000")], 1)
        .await;
    assert_eq!(starter.plans(), [], "15 of 62");
    world
        .deliver(&[adjusted("d", "ING-CARROT", "-15000")], 1)
        .await;
    assert_eq!(starter.plans().len(), 1, "15 of 47");
}
