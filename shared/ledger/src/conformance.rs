//! What every ledger must do; tests call [`check`] with an empty one.
#![expect(clippy::panic, reason = "a failed check panics as a test does")]

use domain::{Date, Timestamp};
use effects::{Applied, Leased};
use jiff::SignedDuration;

use crate::breaker::{State, States};
use crate::tally::{Counts, Tallies};
use crate::{Document, Key, Lease, Ledger, LedgerError};

/// Checks the contracts of a ledger and of what keeps breakers and counts, on an empty one; panics with what did not hold.
pub async fn check<L: Ledger + States + Tallies>(ledger: &L) {
    a_lease_has_one_owner_until_it_ends(ledger).await;
    a_lease_that_ended_may_be_taken_over(ledger).await;
    what_is_recorded_is_told_to_the_next(ledger).await;
    a_release_gives_back_and_forgets_nothing(ledger).await;
    entries_are_apart_by_consumer_and_reference(ledger).await;
    a_breaker_moves_only_from_what_was_read(ledger).await;
    batches_add_up_by_consumer_and_day(ledger).await;
}

/// A moment, in seconds from one that all checks share.
fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_800_000_000 + seconds)
}

fn lease(owner: &str, ends: i64) -> Lease {
    Lease {
        owner: owner.to_owned(),
        ends: at(ends),
    }
}

fn applied(version: u64, document: Option<&str>) -> Applied<Document> {
    Applied {
        version,
        document: document.map(|name| Document(name.to_owned())),
    }
}

async fn a_lease_has_one_owner_until_it_ends(ledger: &impl Ledger) {
    let key = Key::new("check", "one-owner");
    let take = async |owner, ends, now| ok(ledger.lease(&key, &lease(owner, ends), at(now)).await);
    assert_eq!(take("a", 60, 0).await, Leased::Taken(None), "nobody had it");
    assert_eq!(take("b", 90, 30).await, Leased::Held, "a has it");
    assert_eq!(
        take("a", 61, 30).await,
        Leased::Taken(None),
        "an owner may ask twice: the first answer may be lost"
    );
    assert_eq!(take("b", 90, 60).await, Leased::Held, "it was prolonged");
    assert_eq!(
        take("b", 120, 61).await,
        Leased::Taken(None),
        "it ends at its moment, not after it"
    );
}

async fn a_lease_that_ended_may_be_taken_over(ledger: &impl Ledger) {
    let key = Key::new("check", "taken-over");
    ok(ledger.lease(&key, &lease("a", 60), at(0)).await);
    ok(ledger.lease(&key, &lease("b", 120), at(60)).await);
    assert!(
        !ok(ledger.record(&key, "a", &applied(1, Some("A"))).await),
        "a has lost it"
    );
    ok(ledger.release(&key, "a").await);
    assert_eq!(
        ok(ledger.lease(&key, &lease("c", 180), at(90)).await),
        Leased::Held,
        "a's release must not give b's lease back"
    );
    assert!(ok(ledger.record(&key, "b", &applied(1, Some("B"))).await));
    assert_eq!(
        ok(ledger.lease(&key, &lease("c", 180), at(90)).await),
        Leased::Taken(Some(applied(1, Some("B")))),
        "recording gives the lease back"
    );
}

async fn what_is_recorded_is_told_to_the_next(ledger: &impl Ledger) {
    let key = Key::new("check", "recorded");
    assert!(
        !ok(ledger.record(&key, "a", &applied(1, None)).await),
        "nobody records without a lease"
    );
    for (version, document) in [(1, Some("PO-1")), (u64::MAX, None)] {
        ok(ledger.lease(&key, &lease("a", 60), at(0)).await);
        assert!(ok(ledger
            .record(&key, "a", &applied(version, document))
            .await));
        assert_eq!(
            ok(ledger.lease(&key, &lease("b", 60), at(0)).await),
            Leased::Taken(Some(applied(version, document)))
        );
        ok(ledger.release(&key, "b").await);
    }
    assert!(
        !ok(ledger.record(&key, "b", &applied(9, None)).await),
        "what was given back is gone"
    );
}

async fn a_release_gives_back_and_forgets_nothing(ledger: &impl Ledger) {
    let key = Key::new("check", "released");
    ok(ledger.release(&key, "nobody").await);
    ok(ledger.lease(&key, &lease("a", 60), at(0)).await);
    ok(ledger.record(&key, "a", &applied(3, Some("PO-3"))).await);
    ok(ledger.lease(&key, &lease("b", 60), at(0)).await);
    ok(ledger.release(&key, "b").await);
    ok(ledger.release(&key, "b").await);
    assert_eq!(
        ok(ledger.lease(&key, &lease("c", 60), at(1)).await),
        Leased::Taken(Some(applied(3, Some("PO-3"))))
    );
}

async fn entries_are_apart_by_consumer_and_reference(ledger: &impl Ledger) {
    let keys = [
        Key::new("check", "po/V-1/2026-11-15"),
        Key::new("check", "po/V-1/2026-11-16"),
        Key::new("check-2", "po/V-1/2026-11-15"),
        Key::new("check", "Bestellung #1 ä/../x\u{1f955}"),
        Key::new("check", ""),
    ];
    for key in &keys {
        let taken = ok(ledger.lease(key, &lease("a", 60), at(0)).await);
        assert_eq!(taken, Leased::Taken(None), "{key:?} is another's entry");
        let recorded = applied(1, Some(&format!("{key:?}")));
        assert!(ok(ledger.record(key, "a", &recorded).await));
    }
    for key in &keys {
        let expected = applied(1, Some(&format!("{key:?}")));
        let taken = ok(ledger.lease(key, &lease("b", 60), at(0)).await);
        assert_eq!(taken, Leased::Taken(Some(expected)));
    }
}

async fn a_breaker_moves_only_from_what_was_read(states: &impl States) {
    let first = ok(states.read("erp").await);
    assert_eq!(
        first.state,
        State::default(),
        "closed where nothing is kept"
    );
    assert_eq!(first.revision, 0);
    let open = State::Open {
        until: at(60),
        pause: 30,
    };
    let half = State::HalfOpen {
        canary: "a".to_owned(),
        until: at(90),
        pause: 30,
    };
    assert!(ok(states.swap("erp", 0, &open).await), "the first moves it");
    assert!(
        !ok(states.swap("erp", 0, &half).await),
        "the second comes too late"
    );
    let kept = ok(states.read("erp").await);
    assert_eq!(kept.state, open);
    assert!(ok(states.swap("erp", kept.revision, &half).await));
    assert!(
        !ok(states.swap("erp", kept.revision, &open).await),
        "not from what was"
    );
    assert_eq!(ok(states.read("erp").await).state, half);
    assert_eq!(
        ok(states.read("other").await).state,
        State::default(),
        "breakers are apart by name"
    );
}

async fn batches_add_up_by_consumer_and_day(tallies: &impl Tallies) {
    let (monday, tuesday) = (Date::MIN, Date::MAX);
    let first = Counts {
        received: 10,
        applied: 4,
        duplicate: 1,
        stale: 1,
        parked: 1,
        retried: 2,
        unknown: 1,
        greatest_lag: 500,
        last_event: Some(at(1)),
    };
    let second = Counts {
        received: 2,
        retried: 2,
        greatest_lag: 20,
        ..Counts::default()
    };
    let none = ok(tallies.of("check", monday).await);
    assert_eq!(none, Counts::default(), "nothing was counted");
    for counts in [first, second] {
        ok(tallies.add("check", monday, &counts).await);
    }
    ok(tallies.add("check", tuesday, &second).await);
    ok(tallies.add("check-2", monday, &second).await);
    let expected = Counts {
        received: 12,
        retried: 4,
        ..first
    };
    assert_eq!(ok(tallies.of("check", monday).await), expected);
    assert_eq!(
        ok(tallies.of("check", tuesday).await),
        second,
        "days are apart"
    );
    let slower = Counts {
        greatest_lag: 900,
        last_event: Some(at(2)),
        ..Counts::default()
    };
    ok(tallies.add("check", monday, &slower).await);
    let kept = ok(tallies.of("check", monday).await);
    assert_eq!((kept.greatest_lag, kept.last_event), (900, Some(at(2))));
}

fn ok<T>(result: Result<T, LedgerError>) -> T {
    result.unwrap_or_else(|error| panic!("the ledger refused: {error}"))
}
