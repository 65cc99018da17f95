//! Whatever an ERP answers, or does not: each order is there once, placed, and told of in words where it cannot be.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic and may look at the clock"
)]

mod pace;
mod reading;
mod small;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use contracts::canonical::Event;
use domain::Timestamp;
use effects::{Cause, Verdict};
use erp::{Effect, Erp};
use erp_rest::{Connection, Profile, RestErp};
use jiff::SignedDuration;
use serde_json::json;

use crate::small::{Says, Small};

const PROFILE: &str = include_str!("small.yaml");

/// The adapter before the small ERP, with a driver and a ledger.
struct Books {
    small: Small,
    erp: RestErp,
    ledger: ledger::Memory,
    now: AtomicI64,
    key: PathBuf,
}

fn clock() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

impl Books {
    async fn open() -> Self {
        Self::of(PROFILE).await
    }

    async fn of(profile: &str) -> Self {
        static FILES: AtomicU32 = AtomicU32::new(0);
        let small = Small::start();
        let file = format!("key-{}", FILES.fetch_add(1, Ordering::SeqCst));
        let key = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(file);
        std::fs::write(&key, "key").unwrap();
        let name = format!("file:{}", key.display());
        let secret = secrets::Secret::named(&name, clock).await.unwrap();
        let connection = Connection {
            url: small.url.clone(),
            loopback: true,
            callers: NonZeroU32::MIN,
            settings: [].into(),
        };
        let profile = Profile::parse("small.yaml", profile).unwrap();
        Self {
            small,
            erp: RestErp::new(profile, &connection, secret).unwrap(),
            ledger: ledger::Memory::default(),
            now: AtomicI64::new(1_800_000_000),
            key,
        }
    }

    async fn apply(&self, reason: &str) -> Verdict {
        self.apply_as("e-1", reason).await
    }

    async fn apply_as(&self, id: &str, reason: &str) -> Verdict {
        let event = json!({
            "specversion": "1.0", "id": id, "source": "/warehouse", "type": "larder.stock.adjusted.v1",
            "subject": "stock/S1/P1", "time": "2026-11-16T08:00:00Z",
            "data": {
                "site": "S1", "product": "P1", "adjusted_at": "2026-11-16T07:59:00Z", "quantity": "-3.5",
                "uom": "KGM", "reason": reason,
            },
        });
        let effect = Effect::of(&Event::parse(&event.to_string()).unwrap()).unwrap();
        let now = self.now.fetch_add(1, Ordering::SeqCst);
        let clock = move || Timestamp::from_second(now).unwrap();
        let attempt = format!("attempt-{now}");
        erp::apply(&effect, "test", &attempt, &self.ledger, &self.erp, &clock).await
    }

    async fn parked(&self) -> String {
        match self.apply("damaged").await {
            Verdict::Parked(rejection) => rejection.to_string(),
            other => panic!("{other:?}"),
        }
    }

    fn lease_ends(&self) {
        let lease = self.erp.timing().lease();
        self.now.fetch_add(lease.as_secs(), Ordering::SeqCst);
    }

    /// One order, placed.
    fn stands(&self) {
        assert_eq!(self.small.orders(), [("/warehouse#e-1".to_owned(), true)]);
    }
}

#[tokio::test]
async fn an_order_is_made_and_placed() {
    let books = Books::open().await;
    assert_eq!(books.apply("damaged").await, Verdict::Applied);
    books.stands();
    assert_eq!(books.apply("damaged").await, Verdict::Duplicate);
}

#[tokio::test]
async fn what_was_sent_and_not_answered_is_looked_for_when_its_lease_has_ended() {
    for (first, says) in [
        (vec![], Says::CutShort),
        (vec![], Says::TooMuch),
        (vec![], Says::Late),
        (vec![], Says::Nothing),
        (vec![], Says::Not(500, "", "<h1>Internal Server Error</h1>")),
        (vec![], Says::Not(502, "", "")),
        (vec![Says::Well], Says::Nothing),
        (vec![Says::Well], Says::Late),
    ] {
        let books = Books::open().await;
        books.small.says(first);
        books.small.says([says.clone()]);
        let verdict = books.apply("damaged").await;
        assert!(
            matches!(verdict, Verdict::Unknown { .. }),
            "{says:?}: {verdict:?}"
        );
        assert_eq!(
            books.apply("damaged").await,
            Verdict::retry(Cause::Busy),
            "{says:?}"
        );
        books.lease_ends();
        assert_eq!(books.apply("damaged").await, Verdict::Applied, "{says:?}");
        books.stands();
    }
}

#[tokio::test]
async fn what_is_refused_is_parked_in_the_erps_words_or_without() {
    for (says, expected) in [
        (
            Says::Not(400, "", "{\"message\": \"the period is closed.\"}"),
            "Small refuses it (400): the period is closed;",
        ),
        (
            Says::Not(400, "", "<h1>Bad Request</h1>"),
            "Small refuses it (400): it does not say why;",
        ),
        (
            Says::Not(413, "", ""),
            "the request is larger than it takes",
        ),
        (
            Says::Not(404, "", "<h1>Not Found</h1>"),
            "Small refuses it (404)",
        ),
    ] {
        let books = Books::open().await;
        books.small.says([says]);
        let said = books.parked().await;
        assert!(said.contains(expected), "{said}");
        assert_eq!(
            books.apply("damaged").await,
            Verdict::Applied,
            "the lease was given back"
        );
        books.stands();
    }
    let books = Books::open().await;
    let Verdict::Parked(said) = books.apply(&"x".repeat(200)).await else {
        panic!("a request that is too large must be parked");
    };
    assert!(said.message.contains("takes at most 150 bytes"), "{said}");
    assert_eq!(books.small.orders(), []);
}

#[tokio::test]
async fn a_failure_that_is_for_good_is_parked_where_the_description_says_so() {
    let rule = "answers: [{status: [500], means: refused, remedy: look into the log}]";
    let books = Books::of(&PROFILE.replace("answers: []", rule)).await;
    books
        .small
        .says([Says::Not(500, "", "<h1>Internal Server Error</h1>")]);
    let said = books.parked().await;
    assert!(
        said.ends_with("(500): it does not say why; look into the log"),
        "{said}"
    );
}

#[tokio::test]
async fn what_another_worker_has_not_heard_of_yet_is_looked_at_again() {
    for says in [
        Says::Not(404, "", ""),
        Says::Not(400, "", "{\"message\": \"no such record\"}"),
    ] {
        let books = Books::open().await;
        books.small.says([Says::Well, says.clone()]);
        assert_eq!(
            books.apply("damaged").await,
            Verdict::retry(Cause::Unavailable),
            "{says:?}"
        );
        assert_eq!(books.apply("damaged").await, Verdict::Applied, "{says:?}");
        books.stands();

        let books = Books::open().await;
        books.small.says([Says::Well, says.clone(), says.clone()]);
        assert_eq!(
            books.apply("damaged").await,
            Verdict::retry(Cause::Unavailable),
            "{says:?}"
        );
        let second = books.apply("damaged").await;
        let parked = matches!(second, Verdict::Parked(_));
        // Of one that is found it cannot be true that it is not there.
        assert_eq!(
            parked,
            says != Says::Not(404, "", ""),
            "{says:?}: {second:?}"
        );
    }
}

#[tokio::test]
async fn an_erp_that_does_not_serve_now_is_asked_again_when_it_wishes() {
    let retry = |after| Verdict::Retry {
        cause: Cause::Unavailable,
        after,
    };
    let seven = Some(SignedDuration::from_secs(7));
    for (says, after) in [
        (Says::Not(429, "Retry-After: 7\r\n", ""), seven),
        (Says::Not(503, "Retry-After: 7\r\n", ""), seven),
        (Says::Not(429, "Retry-After: soon\r\n", ""), None),
        (
            Says::Not(429, "Retry-After: 99999999\r\n", ""),
            Some(SignedDuration::from_hours(1)),
        ),
    ] {
        let books = Books::open().await;
        books.small.says([says.clone()]);
        assert_eq!(books.apply("damaged").await, retry(after), "{says:?}");
        books
            .small
            .held
            .lock()
            .unwrap()
            .reads
            .push_back(says.clone());
        assert_eq!(books.apply("damaged").await, retry(after), "{says:?}");
        assert_eq!(books.apply("damaged").await, Verdict::Applied, "{says:?}");
        books.stands();
    }
    for says in [
        Says::CutShort,
        Says::TooMuch,
        Says::Late,
        Says::Nothing,
        Says::Not(500, "", ""),
    ] {
        let books = Books::open().await;
        books
            .small
            .held
            .lock()
            .unwrap()
            .reads
            .push_back(says.clone());
        assert_eq!(books.apply("damaged").await, retry(None), "{says:?}");
        assert_eq!(books.small.orders(), []);
    }
}

#[tokio::test]
async fn a_key_that_was_changed_is_read_again_and_one_that_is_wrong_is_waited_for() {
    let books = Books::open().await;
    // The first request makes the adapter keep the key; then both sides change it.
    books.small.says([Says::Not(429, "", "")]);
    assert_eq!(
        books.apply("damaged").await,
        Verdict::retry(Cause::Unavailable)
    );
    books.small.held.lock().unwrap().key = "new".to_owned();
    assert_eq!(
        books.apply("damaged").await,
        Verdict::retry(Cause::Unavailable)
    );
    let asked = books.small.held.lock().unwrap().asked;
    std::fs::write(&books.key, "new").unwrap();
    assert_eq!(books.apply("damaged").await, Verdict::Applied);
    // A search that is refused and then answered, and two requests.
    assert_eq!(books.small.held.lock().unwrap().asked - asked, 4);
    books.stands();
}

#[tokio::test]
async fn nobody_who_is_not_reached_has_done_anything() {
    let books = Books::open().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let name = format!("file:{}", books.key.display());
    let connection = Connection {
        url: format!("http://{closed}/rest/"),
        loopback: true,
        callers: NonZeroU32::MIN,
        settings: [].into(),
    };
    let profile = Profile::parse("small.yaml", PROFILE).unwrap();
    let secret = secrets::Secret::named(&name, clock).await.unwrap();
    let books = Books {
        erp: RestErp::new(profile, &connection, secret).unwrap(),
        ..books
    };
    assert_eq!(
        books.apply("damaged").await,
        Verdict::retry(Cause::Unavailable)
    );
}

#[tokio::test]
async fn nobody_is_followed_elsewhere() {
    let (books, elsewhere) = (Books::open().await, Small::start());
    for status in [302, 307, 308] {
        books
            .small
            .says([Says::Elsewhere(status, elsewhere.url.clone())]);
        books.lease_ends();
        let verdict = books.apply("damaged").await;
        assert!(matches!(verdict, Verdict::Unknown { .. }), "{verdict:?}");
    }
    assert_eq!(elsewhere.held.lock().unwrap().asked, 0);
}
