//! Effects on an ERP that loses answers, commits late, refuses and does not serve: each document is there once.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod books;

use contracts::canonical::{Reason, Rejection};
use effects::{Applied, Capability, Cause, Leased, Verdict, Wish};
use erp::{NotNow, Reply};
use jiff::SignedDuration;
use ledger::{Document, Key, Lease, Ledger, LedgerError};

use crate::books::{Fault, TIMING, World, effect, unknown_vendor};

#[tokio::test]
async fn an_event_is_applied_once_and_then_known() {
    for capability in [Capability::Search, Capability::Unique] {
        let world = World::new(capability);
        assert_eq!(
            world.apply(&effect(2, Wish::Stands)).await,
            Verdict::Applied
        );
        assert_eq!(
            world.apply(&effect(2, Wish::Stands)).await,
            Verdict::Duplicate
        );
        assert_eq!(world.apply(&effect(1, Wish::Stands)).await, Verdict::Stale);
        assert_eq!(
            world.apply(&effect(3, Wish::Stands)).await,
            Verdict::Applied
        );
        assert_eq!(world.books.held(), [(3, false)]);
        assert_eq!(
            world.apply(&effect(4, Wish::Cancelled)).await,
            Verdict::Applied
        );
        assert_eq!(world.books.held(), [(4, true)]);
    }
}

#[tokio::test]
async fn a_request_without_an_answer_is_looked_for_once_it_cannot_arrive_any_more() {
    for capability in [Capability::Search, Capability::Unique] {
        for fault in [Fault::AnswerLost, Fault::Late, Fault::Lost] {
            let world = World::new(capability);
            world.books.meets(fault);
            let until = world.now() + TIMING.lease();
            let first = world.apply(&effect(1, Wish::Stands)).await;
            assert_eq!(first, Verdict::Unknown { until }, "{fault:?}");
            let early = world.apply(&effect(1, Wish::Stands)).await;
            assert_eq!(early, Verdict::retry(Cause::Busy), "{fault:?}");
            world.pass(TIMING.lease());
            let later = world.apply(&effect(1, Wish::Stands)).await;
            assert_eq!(later, Verdict::Applied, "{fault:?}");
            assert_eq!(world.books.held(), [(1, false)], "{fault:?}");
        }
    }
}

#[tokio::test]
async fn an_erp_that_does_not_serve_is_asked_again_when_it_wishes() {
    let world = World::new(Capability::Search);
    let after = Some(SignedDuration::from_secs(90));
    let expected = Verdict::Retry {
        cause: Cause::Unavailable,
        after,
    };
    for fault in [
        Fault::Says(NotNow { after }),
        Fault::SearchFails(NotNow { after }),
        Fault::NoConnection(NotNow { after }),
    ] {
        world.books.meets(fault);
        assert_eq!(
            world.apply(&effect(1, Wish::Stands)).await,
            expected,
            "{fault:?}"
        );
    }
    assert_eq!(world.books.held(), []);
    let now = world.apply(&effect(1, Wish::Stands)).await;
    assert_eq!(now, Verdict::Applied, "the lease was given back each time");
}

#[tokio::test]
async fn what_the_erp_refuses_is_parked_in_its_words_and_may_be_sent_again() {
    let world = World::new(Capability::Search);
    world.books.meets(Fault::Refuses);
    let expected = Rejection::new(Reason::Refused, "the period is closed", "open it");
    assert_eq!(
        world.apply(&effect(1, Wish::Stands)).await,
        Verdict::Parked(expected)
    );
    assert_eq!(
        world.apply(&effect(1, Wish::Stands)).await,
        Verdict::Applied
    );
}

#[tokio::test]
async fn what_the_erp_lacks_is_said_before_anything_is_sent() {
    let world = World::new(Capability::Search);
    world.books.meets(Fault::UnknownVendor);
    assert_eq!(
        world.apply(&effect(1, Wish::Stands)).await,
        Verdict::Parked(unknown_vendor())
    );
    assert_eq!(world.books.requests(), 0);
    let now = world.apply(&effect(1, Wish::Stands)).await;
    assert_eq!(now, Verdict::Applied, "the lease was given back");
}

#[tokio::test]
async fn several_documents_of_one_reference_are_for_a_person() {
    let world = World::new(Capability::Search);
    world.books.make_by_hand(&effect(1, Wish::Stands));
    world.books.make_by_hand(&effect(1, Wish::Stands));
    let Verdict::Parked(rejection) = world.apply(&effect(2, Wish::Stands)).await else {
        panic!("it must be parked");
    };
    assert!(rejection.message.contains("`PO-1`"), "{rejection}");
    assert_eq!(world.books.held(), [(1, false), (1, false)]);
}

#[tokio::test]
async fn a_document_that_somebody_made_by_hand_is_taken_for_ours() {
    for capability in [Capability::Search, Capability::Unique] {
        let world = World::new(capability);
        world.books.make_by_hand(&effect(1, Wish::Stands));
        assert_eq!(
            world.apply(&effect(2, Wish::Stands)).await,
            Verdict::Applied
        );
        assert_eq!(world.books.held(), [(2, false)]);
    }
}

#[tokio::test]
async fn what_was_never_made_is_cancelled_by_the_record_alone() {
    let world = World::new(Capability::Unique);
    assert_eq!(
        world.apply(&effect(5, Wish::Cancelled)).await,
        Verdict::Applied
    );
    assert_eq!(world.apply(&effect(4, Wish::Stands)).await, Verdict::Stale);
    assert_eq!(world.books.held(), []);
}

#[tokio::test]
async fn nothing_is_sent_that_could_arrive_after_the_lease() {
    for fault in [Fault::SlowSearch, Fault::SlowConnection] {
        let world = World::new(Capability::Search);
        world.books.meets(fault);
        let late = world.apply(&effect(1, Wish::Stands)).await;
        assert_eq!(late, Verdict::retry(Cause::Busy), "{fault:?}");
        assert_eq!(world.books.requests(), 0, "{fault:?}");
        assert_eq!(
            world.apply(&effect(1, Wish::Stands)).await,
            Verdict::Applied
        );
    }
}

#[tokio::test]
async fn an_erp_that_contradicts_itself_is_not_asked_for_ever() {
    let world = World::new(Capability::Unique);
    world
        .books
        .always(Reply::Exists(Document("PO-1/1".to_owned())));
    let verdict = world.apply(&effect(1, Wish::Stands)).await;
    assert_eq!(verdict, Verdict::retry(Cause::Busy));
    assert_eq!(world.books.requests(), 3);
}

/// A ledger whose answers to one kind of question are lost.
struct Deaf<'a> {
    ledger: &'a ledger::Memory,
    to: &'static str,
    hears: bool,
}

impl Deaf<'_> {
    fn lost<T>(&self, what: &str, answer: T) -> Result<T, LedgerError> {
        if what != self.to {
            return Ok(answer);
        }
        Err(LedgerError::Unavailable {
            place: "table".to_owned(),
            reason: "no answer".to_owned(),
        })
    }

    fn reaches(&self, what: &str) -> bool {
        self.hears || what != self.to
    }
}

impl Ledger for Deaf<'_> {
    async fn lease(
        &self,
        key: &Key,
        lease: &Lease,
        now: domain::Timestamp,
    ) -> Result<Leased<Document>, LedgerError> {
        let mut answer = Leased::Held;
        if self.reaches("lease") {
            answer = self.ledger.lease(key, lease, now).await?;
        }
        self.lost("lease", answer)
    }

    async fn record(
        &self,
        key: &Key,
        owner: &str,
        applied: &Applied<Document>,
    ) -> Result<bool, LedgerError> {
        let mut answer = false;
        if self.reaches("record") {
            answer = self.ledger.record(key, owner, applied).await?;
        }
        self.lost("record", answer)
    }

    async fn release(&self, key: &Key, owner: &str) -> Result<(), LedgerError> {
        if self.reaches("release") {
            self.ledger.release(key, owner).await?;
        }
        self.lost("release", ())
    }
}

#[tokio::test]
async fn a_ledger_that_does_not_answer_costs_time_and_never_a_document() {
    for to in ["lease", "record"] {
        for hears in [true, false] {
            let world = World::new(Capability::Search);
            let deaf = Deaf {
                ledger: &world.ledger,
                to,
                hears,
            };
            let verdict = world.apply_with(&deaf, &effect(1, Wish::Stands)).await;
            assert_eq!(verdict, Verdict::retry(Cause::Own), "{to} {hears}");
            world.pass(TIMING.lease());
            let again = world.apply(&effect(1, Wish::Stands)).await;
            let expected = if (to, hears) == ("record", true) {
                Verdict::Duplicate
            } else {
                Verdict::Applied
            };
            assert_eq!(again, expected, "{to} {hears}");
            assert_eq!(world.books.held(), [(1, false)], "{to} {hears}");
        }
    }
    let world = World::new(Capability::Search);
    assert_eq!(
        world.apply(&effect(1, Wish::Stands)).await,
        Verdict::Applied
    );
    let deaf = Deaf {
        ledger: &world.ledger,
        to: "release",
        hears: false,
    };
    let verdict = world.apply_with(&deaf, &effect(1, Wish::Stands)).await;
    assert_eq!(verdict, Verdict::Duplicate, "the lease ends by itself");
}

#[tokio::test]
async fn a_lease_that_was_lost_while_the_erp_worked_records_nothing() {
    let world = World::new(Capability::Search);
    world.books.meets(Fault::Slow);
    // Another attempt takes the lease over as soon as it has ended.
    let key = Key::new("erp-inject", "PO-1");
    let lease = Lease {
        owner: "other".to_owned(),
        ends: world.now() + SignedDuration::from_hours(1),
    };
    let taker = async {
        tokio::task::yield_now().await;
        let taken = world.ledger.lease(&key, &lease, world.now()).await;
        assert_eq!(taken.unwrap(), Leased::Taken(None));
    };
    let wish = effect(1, Wish::Stands);
    let (verdict, ()) = tokio::join!(world.apply(&wish), taker);
    assert_eq!(verdict, Verdict::retry(Cause::Busy));
}
