//! The adapter, the driver and a ledger, as the function has them.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use contracts::canonical::Event;
use domain::Timestamp;
use effects::Verdict;
use erp::{Effect, Erp};
use erp_rest::{Connection, Profile, RestErp};
use serde_json::{Value, json};

use crate::cable::Cable;
use crate::server::server;

/// What events go through on their way into Tryton.
pub(crate) struct Books {
    pub(crate) erp: RestErp,
    pub(crate) cable: Cable,
    ledger: ledger::Memory,
    now: AtomicI64,
    attempts: AtomicU32,
    _key: tempfile::TempDir,
}

fn clock() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

impl Books {
    pub(crate) async fn open() -> Self {
        let server = server();
        let cable = Cable::to(&server.host);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, &server.key).unwrap();
        let name = format!("file:{}", path.display());
        let secret = secrets::Secret::named(&name, clock).await.unwrap();
        let connection = Connection {
            url: format!("http://{}/{}", cable.host, server.path),
            loopback: true,
            callers: NonZeroU32::MIN,
            settings: [("company".to_owned(), json!(server.company))].into(),
        };
        let profile = Profile::parse("tryton-rest.yaml", Profile::TRYTON_REST).unwrap();
        Self {
            erp: RestErp::new(profile, &connection, secret).unwrap(),
            cable,
            ledger: ledger::Memory::default(),
            now: AtomicI64::new(1_800_000_000),
            attempts: AtomicU32::default(),
            _key: folder,
        }
    }

    /// One delivery of an event.
    pub(crate) async fn apply(&self, event: &Value) -> Verdict {
        let event = Event::parse(&event.to_string()).unwrap();
        let effect = Effect::of(&event).unwrap();
        let attempt = self.attempts.fetch_add(1, Ordering::SeqCst);
        let now = self.now.load(Ordering::SeqCst);
        let clock = move || Timestamp::from_second(now).unwrap();
        let (name, attempt) = ("erp-inject", format!("attempt-{attempt}"));
        erp::apply(&effect, name, &attempt, &self.ledger, &self.erp, &clock).await
    }

    /// Has an event applied.
    pub(crate) async fn applied(&self, event: &Value) {
        assert_eq!(self.apply(event).await, Verdict::Applied, "{event}");
    }

    /// What is said of an event that is parked.
    pub(crate) async fn parked(&self, event: &Value) -> String {
        match self.apply(event).await {
            Verdict::Parked(rejection) => rejection.to_string(),
            other => panic!("{other:?}: {event}"),
        }
    }

    /// Has every lease end.
    pub(crate) fn lease_ends(&self) {
        let lease = self.erp.timing().lease();
        self.now.fetch_add(lease.as_secs(), Ordering::SeqCst);
    }
}
