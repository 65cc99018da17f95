//! Publishing that dies in every gap, and runs again: the same files, one e-mail, the pointer last.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Mutex;

use artifacts::{Entry, Memory, Store, StoreError, Version};
use contracts::{Fault, FaultName, PublishRequest, PublishResponse};
use domain::Timestamp;
use messaging::{Failure, SendError};
use publisher::{Addresses, Outbox, PATIENCE};
use runs::Latest;
use serde_json::Value;

use crate::walk::Walk;

thread_local!(static NOW: Cell<i64> = const { Cell::new(1_800_000_000) });

fn now() -> Timestamp {
    Timestamp::from_second(NOW.get()).unwrap()
}

fn pass(seconds: i64) {
    NOW.set(NOW.get() + seconds);
}

/// When a store dies: at a write, before or after it is done.
#[derive(Debug, Clone, Copy)]
enum Dies {
    Before(&'static str),
    After(&'static str),
}

/// A store whose user is killed once.
struct Dying<'a> {
    held: &'a Memory,
    dies: Mutex<Option<Dies>>,
}

impl<'a> Dying<'a> {
    fn never(held: &'a Memory) -> Self {
        Self {
            held,
            dies: Mutex::new(None),
        }
    }

    fn at(held: &'a Memory, dies: Dies) -> Self {
        Self {
            held,
            dies: Mutex::new(Some(dies)),
        }
    }

    fn dies(&self, key: &str, done: bool) -> Result<(), StoreError> {
        let mut dies = self.dies.lock().unwrap();
        let now = match *dies {
            Some(Dies::Before(what)) => !done && key.ends_with(what),
            Some(Dies::After(what)) => done && key.ends_with(what),
            None => false,
        };
        if !now {
            return Ok(());
        }
        *dies = None;
        Err(StoreError::Unavailable {
            place: key.to_owned(),
            source: "killed".into(),
        })
    }

    fn lives(&self) -> bool {
        self.dies.lock().unwrap().is_none()
    }
}

impl Store for Dying<'_> {
    async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        self.held.get(key).await
    }

    async fn open(&self, key: &str) -> Result<File, StoreError> {
        self.held.open(key).await
    }

    async fn create(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.dies(key, false)?;
        self.held.create(key, bytes).await?;
        self.dies(key, true)
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.held.list(prefix).await
    }

    async fn pointer(&self, key: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        self.held.pointer(key).await
    }

    async fn swap(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        self.dies(key, false)?;
        let swapped = self.held.swap(key, expected, bytes).await?;
        self.dies(key, true)?;
        Ok(swapped)
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.dies(key, false)?;
        self.held.delete(key).await?;
        self.dies(key, true)
    }

    fn place(&self, key: &str) -> String {
        self.held.place(key)
    }
}

/// A planned run that is to be published, with everything around it.
struct Scene {
    runs: Memory,
    output: Memory,
    request: PublishRequest,
    outbox: Outbox<messaging::Memory, messaging::Memory>,
}

impl Scene {
    async fn new() -> Self {
        let mut walk = Walk::prepared(demo::Options::default()).await;
        walk.plan_weeks().await;
        let request = walk.request().await;
        Self {
            runs: copied(walk.runs()).await,
            output: Memory::default(),
            request,
            outbox: outbox(),
        }
    }

    /// The same before anything was published.
    async fn again(&self) -> Self {
        Self {
            runs: copied(&self.runs).await,
            output: Memory::default(),
            request: self.request.clone(),
            outbox: outbox(),
        }
    }

    async fn publish(&self, runs: &Dying<'_>) -> Result<PublishResponse, Fault> {
        let request = self.request.clone();
        publisher::handle(request, runs, &self.output, &self.outbox).await
    }

    async fn published(&self) -> PublishResponse {
        self.publish(&Dying::never(&self.runs)).await.unwrap()
    }

    fn letters(&self) -> Vec<messaging::Letter> {
        self.outbox.post.as_ref().unwrap().letters()
    }

    fn notices(&self) -> Vec<messaging::Notice> {
        self.outbox.topic.as_ref().unwrap().notices()
    }

    async fn has_latest(&self) -> bool {
        Latest::load(&self.runs).await.unwrap() != Latest::default()
    }

    /// The only record of a kind.
    async fn record(&self, name: &str) -> Option<Value> {
        let all = self.runs.list("runs/test/mail").await.unwrap();
        let key = all.into_iter().find(|entry| entry.key.ends_with(name))?.key;
        Some(serde_json::from_slice(&self.runs.get(&key).await.unwrap()).unwrap())
    }
}

fn outbox() -> Outbox<messaging::Memory, messaging::Memory> {
    Outbox {
        post: Some(messaging::Memory::default()),
        topic: Some(messaging::Memory::default()),
        addresses: Addresses {
            from: "larder@example.org".to_owned(),
            to: "planners@example.org, stock@example.org".to_owned(),
            reports: "https://reports.example.org/".to_owned(),
        },
        clock: now,
    }
}

async fn contents(store: &Memory) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in store.list("").await.unwrap() {
        let bytes = store.get(&entry.key).await.unwrap();
        all.insert(entry.key, bytes);
    }
    all
}

async fn copied(store: &Memory) -> Memory {
    let copy = Memory::default();
    for (key, bytes) in contents(store).await {
        copy.damage(&key, &bytes);
    }
    copy
}

#[tokio::test]
async fn whatever_dies_in_between_there_is_one_e_mail_and_the_pointer_moves_last() {
    let plain = Scene::new().await;
    let whole = plain.again().await;
    let told = whole.published().await;
    assert!(
        told.mail.starts_with("sent to 2 recipients at "),
        "{}",
        told.mail
    );
    let files = contents(&whole.output).await;
    let events = whole.notices();
    assert_eq!(whole.letters().len(), 1);
    // The forecast's event, and one for each of two weeks.
    assert_eq!(events.len(), 3);

    for (dies, letters) in [
        (Dies::Before("/claim-1.json"), 1),
        (Dies::After("/claim-1.json"), 1),
        // The post has answered, and nobody has written it down.
        (Dies::Before("/sent.json"), 2),
        (Dies::After("/sent.json"), 1),
        (Dies::Before("latest.json"), 1),
        (Dies::After("latest.json"), 1),
        (Dies::Before("/publication.json"), 1),
        (Dies::Before("/result.json"), 1),
        (Dies::After("/result.json"), 1),
    ] {
        let scene = plain.again().await;
        let dying = Dying::at(&scene.runs, dies);
        let fault = scene.publish(&dying).await.unwrap_err();
        assert_eq!(fault.name, FaultName::DependencyUnavailable, "{dies:?}");
        assert!(dying.lives(), "{dies:?} never came");
        let manifest = format!("{}/manifest.json", told.folder);
        assert!(scene.output.get(&manifest).await.is_ok(), "{dies:?}");
        if scene.has_latest().await {
            assert!(scene.record("sent.json").await.is_some(), "{dies:?}");
        }
        pass(60);
        if scene.publish(&dying).await.is_err() {
            assert!(!scene.has_latest().await, "{dies:?}");
            pass(PATIENCE.as_secs());
            scene.publish(&dying).await.unwrap();
        }
        assert!(scene.has_latest().await, "{dies:?}");
        assert_eq!(scene.letters().len(), letters, "{dies:?}");
        assert!(contents(&scene.output).await == files, "{dies:?}");
        let mut ids: Vec<String> = scene.notices().into_iter().map(|event| event.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 3, "{dies:?}");
        // Continuing what is finished tells nobody anything.
        let before = (scene.letters(), scene.notices());
        scene.publish(&dying).await.unwrap();
        assert_eq!((scene.letters(), scene.notices()), before, "{dies:?}");
    }
}

#[tokio::test]
async fn an_e_mail_whose_answer_was_lost_is_sent_again_as_a_repeat_and_not_before_its_time() {
    let scene = Scene::new().await;
    scene
        .outbox
        .post
        .as_ref()
        .unwrap()
        .fail_next(Failure::After);
    let runs = Dying::never(&scene.runs);
    let fault = scene.publish(&runs).await.unwrap_err();
    assert_eq!(fault.name, FaultName::DependencyUnavailable);
    assert!(
        fault.message.contains("is sent again from 2027-"),
        "{fault}"
    );
    pass(PATIENCE.as_secs() - 1);
    assert!(scene.publish(&runs).await.is_err());
    assert_eq!(scene.letters().len(), 1);
    pass(1);
    scene.publish(&runs).await.unwrap();
    let letters = scene.letters();
    let [first, again] = letters.as_slice() else {
        panic!("{} letters", letters.len())
    };
    assert_eq!(first.id, again.id);
    let sent = scene.record("sent.json").await.unwrap();
    assert!(sent["subject"].as_str().unwrap().ends_with(" (repeat)"));
    assert_ne!(first.message, again.message);
}

#[tokio::test]
async fn an_e_mail_that_is_certainly_not_taken_is_sent_at_once_when_asked_again() {
    let scene = Scene::new().await;
    let busy = Failure::Before(SendError::NotTaken("too many".to_owned()));
    scene.outbox.post.as_ref().unwrap().fail_next(busy);
    let runs = Dying::never(&scene.runs);
    let fault = scene.publish(&runs).await.unwrap_err();
    assert_eq!(fault.name, FaultName::DependencyUnavailable);
    assert!(!scene.has_latest().await);
    scene.publish(&runs).await.unwrap();
    assert_eq!(scene.letters().len(), 1);
    let sent = scene.record("sent.json").await.unwrap();
    assert!(!sent["subject"].as_str().unwrap().contains("repeat"));
}

#[tokio::test]
async fn an_e_mail_that_is_refused_for_good_stops_nothing_and_is_told() {
    let scene = Scene::new().await;
    let refused = "SES answered 400 MessageRejected: Email address is not verified";
    let refused = Failure::Before(SendError::Refused(refused.to_owned()));
    scene.outbox.post.as_ref().unwrap().fail_next(refused);
    let told = scene.published().await;
    assert!(told.mail.contains("E601 warning: "), "{}", told.mail);
    assert!(told.mail.contains("is not verified"), "{}", told.mail);
    assert!(scene.has_latest().await);
    assert_eq!(scene.notices().len(), 3);
    assert_eq!(scene.published().await, told);
    assert!(scene.letters().is_empty());
}

#[tokio::test]
async fn a_further_publication_of_a_run_is_an_update_and_nobody_is_told_unless_the_plan_says() {
    let mut scene = Scene::new().await;
    let silent = scene.again().await;
    scene.published().await;
    let week = scene.request.weeks[1].week();
    scene.request.weeks[1] = contracts::WeekOutcome::Failed {
        week,
        error: "Data.Rejected".to_owned(),
        cause: "a cap is gone".to_owned(),
    };
    scene.published().await;
    assert_eq!(scene.letters().len(), 2);
    let all = contents(&scene.runs).await;
    let subjects: Vec<String> = all
        .iter()
        .filter(|(key, _)| key.ends_with("/sent.json"))
        .map(|(_, bytes)| serde_json::from_slice::<Value>(bytes).unwrap()["subject"].to_string())
        .collect();
    let updates = subjects
        .iter()
        .filter(|text| text.starts_with("\"Update: "));
    assert_eq!((subjects.len(), updates.count()), (2, 1), "{subjects:?}");

    // The same run, planned without anybody to tell.
    let key = "runs/test/plan.json";
    let mut plan: Value = serde_json::from_slice(&silent.runs.get(key).await.unwrap()).unwrap();
    assert_eq!(plan["notify"], true);
    plan["notify"] = false.into();
    let plan = serde_json::to_vec(&plan).unwrap();
    silent.runs.damage(key, &plan);
    let mut request = silent.request.clone();
    request.plan.sha256 = artifacts::sha256(&plan);
    request.plan.bytes = plan.len() as u64;
    let silent = Scene { request, ..silent };
    assert_eq!(silent.published().await.mail, "");
    assert!(silent.letters().is_empty() && silent.notices().is_empty());
    assert!(silent.has_latest().await);
}

#[tokio::test]
async fn what_is_kept_beside_the_publication_names_no_run_and_what_is_sent_does() {
    let scene = Scene::new().await;
    let told = scene.published().await;
    let all = contents(&scene.output).await;
    let file = |name: &str| all[&format!("{}/{name}", told.folder)].clone();
    let kept = String::from_utf8(file("mail.eml")).unwrap();
    let letters = scene.letters();
    let sent = String::from_utf8(letters[0].message.clone()).unwrap();
    assert!(sent.contains("Run test "), "{}", &sent[..2000]);
    assert!(!kept.contains("Run test "));
    assert!(sent.contains("https://reports.example.org/test/"));
    let manifest: Value = serde_json::from_slice(&file("manifest.json")).unwrap();
    assert!(
        manifest["files"]["mail.eml"].is_object() && manifest["files"]["mail.html"].is_object()
    );
}

#[tokio::test]
async fn events_carry_references_that_hold_and_obey_their_schemas() {
    let scene = Scene::new().await;
    scene.published().await;
    for notice in scene.notices() {
        let event: Value = serde_json::from_str(&notice.json).unwrap();
        obeys(&event, &notice.kind);
        assert_eq!(
            (&event["type"], &event["id"]),
            (&notice.kind.into(), &notice.id.into())
        );
        assert!(notice.json.len() < 32 * 1024);
        let data = &event["data"];
        let mut files = vec![&data["manifest"], &data["proposals"], &data["file"]];
        for week in data["weeks"].as_array().into_iter().flatten() {
            files.extend([&week["forecast"], &week["allocation"]]);
        }
        for file in files.into_iter().filter(|file| file.is_object()) {
            let bytes = scene
                .output
                .get(file["key"].as_str().unwrap())
                .await
                .unwrap();
            assert_eq!(file["sha256"], artifacts::sha256(&bytes).to_string());
            assert_eq!(file["bytes"], bytes.len());
        }
        if let Some(orders) = data["orders"].as_u64() {
            let of = |part: &str| data[part].as_u64().unwrap();
            assert_eq!(of("hard") + of("soft"), orders);
        }
    }
}

fn obeys(value: &Value, schema: &str) {
    let schemas = contracts::schemas();
    let (_, schema) = schemas.iter().find(|(name, _)| *name == schema).unwrap();
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[tokio::test]
async fn what_is_published_for_programs_obeys_its_schema() {
    let scene = Scene::new().await;
    scene.published().await;
    for name in ["manifest", "summary", "proposals"] {
        let files = scene.output.list("").await.unwrap();
        let of_name = format!("/{name}.json");
        let held: Vec<_> = files
            .iter()
            .filter(|entry| entry.key.ends_with(&of_name))
            .collect();
        let [file] = held.as_slice() else {
            panic!("one {name}.json: {held:?}");
        };
        let bytes = scene.output.get(&file.key).await.unwrap();
        obeys(&serde_json::from_slice(&bytes).unwrap(), name);
    }
}
