//! What a consumer is given, and what is measured.

use lambda::queue::{Cause, Verdict};

use crate::support::{Scripted, World, message, start};

#[tokio::test]
async fn every_delivery_is_an_attempt_of_its_own() {
    let world = World::new();
    let consumer = Scripted::default();
    let mut again = message("a");
    again.receives = 2;
    world
        .serve(&consumer, vec![message("a"), message("b"), again])
        .await;
    let seen = std::mem::take(&mut *consumer.seen.lock().unwrap());
    let attempts: std::collections::BTreeSet<_> = seen.iter().map(|(_, attempt)| attempt).collect();
    assert_eq!(attempts.len(), 3, "{attempts:?}");
}

#[tokio::test]
async fn what_is_kept_is_closed_once_for_all() {
    let world = World::new();
    let consumer = Scripted::default().keeps("a").keeps("b").closes(|kept| {
        assert_eq!(kept, [&"a".to_owned(), &"b".to_owned()]);
        Verdict::Applied
    });
    world
        .serve(&consumer, vec![message("a"), message("b")])
        .await;
    assert_eq!(world.tally().applied, 2);
}

#[tokio::test]
async fn an_event_that_a_batch_holds_twice_is_applied_once_and_shares_its_fate() {
    let world = World::new();
    let consumer = Scripted::default().keeps("a").keeps("b");
    let batch = vec![message("a"), message("b"), message("a")];
    world.serve(&consumer, batch.clone()).await;
    let tally = world.tally();
    assert_eq!((tally.applied, tally.duplicate), (2, 1));
    let consumer = consumer.closes(|_| Verdict::retry(Cause::Own));
    world.serve(&consumer, batch).await;
    let tally = world.tally();
    assert_eq!((tally.applied, tally.duplicate, tally.retried), (0, 0, 3));
}

#[tokio::test]
async fn lag_is_from_the_event_to_its_effect_and_age_from_the_queue() {
    let world = World::new();
    world.pass(jiff::SignedDuration::from_secs(5));
    let mut old = message("b");
    old.sent = Some(start() - jiff::SignedDuration::from_mins(1));
    let consumer = Scripted::default().says("b", Verdict::Stale);
    world.serve(&consumer, vec![message("a"), old]).await;
    let tally = world.tally();
    assert_eq!(tally.lag, [35_000], "only what took effect has a lag");
    assert_eq!(tally.oldest, 65_000);
    assert_eq!(tally.breaker, Some(0));
}
