//! What every store must do; tests call [`check`] with an empty one.
#![expect(clippy::panic, reason = "a failed check panics as a test does")]

use std::io::Read;

use crate::{Entry, Store, StoreError};

/// Checks the port's contract on an empty store; panics with what did not hold.
pub async fn check(store: &impl Store) {
    objects_are_created_once(store).await;
    listings_are_in_order_and_by_whole_parts(store).await;
    a_pointer_moves_only_from_what_was_read(store).await;
    what_is_deleted_can_be_made_anew(store).await;
    keys_cannot_leave(store).await;
}

async fn objects_are_created_once(store: &impl Store) {
    match store.get("once/a").await {
        Err(StoreError::NotFound { .. }) => {}
        other => panic!("a missing object must be NotFound, not {other:?}"),
    }
    match store.open("once/a").await {
        Err(StoreError::NotFound { .. }) => {}
        other => panic!("a missing object must not open: {other:?}"),
    }
    ok(store.create("once/a", b"first").await);
    ok(store.create("once/a", b"first").await);
    match store.create("once/a", b"second").await {
        Err(StoreError::Exists { place }) => assert_eq!(place, store.place("once/a")),
        other => panic!("other bytes must be refused, not {other:?}"),
    }
    assert_eq!(ok(store.get("once/a").await), b"first");
    let mut text = String::new();
    let mut file = ok(store.open("once/a").await);
    file.read_to_string(&mut text)
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(text, "first");
    ok(store.create("once/empty", b"").await);
    assert_eq!(ok(store.get("once/empty").await), b"");
}

async fn listings_are_in_order_and_by_whole_parts(store: &impl Store) {
    for key in ["list/b", "list/a/2", "list/a/1", "list-2/c"] {
        ok(store.create(key, key.as_bytes()).await);
    }
    let entry = |key: &str| Entry {
        key: key.to_owned(),
        bytes: key.len() as u64,
    };
    let expected = [entry("list/a/1"), entry("list/a/2"), entry("list/b")];
    assert_eq!(ok(store.list("list").await), expected);
    assert_eq!(ok(store.list("list/").await), expected);
    assert_eq!(ok(store.list("nothing").await), []);
}

async fn a_pointer_moves_only_from_what_was_read(store: &impl Store) {
    assert!(ok(store.pointer("pointer").await).is_none(), "never set");
    assert!(
        ok(store.swap("pointer", None, b"1").await),
        "the first sets it"
    );
    assert!(
        !ok(store.swap("pointer", None, b"2").await),
        "the second comes too late"
    );
    let Some((bytes, one)) = ok(store.pointer("pointer").await) else {
        panic!("it was set")
    };
    assert_eq!(bytes, b"1");
    assert!(
        ok(store.swap("pointer", Some(&one), b"2").await),
        "from what was read"
    );
    assert!(
        !ok(store.swap("pointer", Some(&one), b"3").await),
        "not from what was"
    );
    assert_eq!(ok(store.get("pointer").await), b"2");
}

async fn what_is_deleted_can_be_made_anew(store: &impl Store) {
    ok(store.delete("gone/never").await);
    for key in ["gone/a", "gone/b"] {
        ok(store.create(key, b"1").await);
    }
    ok(store.delete("gone/a").await);
    ok(store.delete("gone/a").await);
    match store.get("gone/a").await {
        Err(StoreError::NotFound { .. }) => {}
        other => panic!("a deleted object must be NotFound, not {other:?}"),
    }
    let listed = ok(store.list("gone").await).into_iter();
    assert_eq!(
        listed.map(|entry| entry.key).collect::<Vec<_>>(),
        ["gone/b"]
    );
    ok(store.create("gone/a", b"2").await);
    assert_eq!(ok(store.get("gone/a").await), b"2");
}

async fn keys_cannot_leave(store: &impl Store) {
    for bad in [
        "", "/a", "a/../b", "..", "a//b", "a\\b", "a/./b", "ä", "a b",
    ] {
        match store.create(bad, b"x").await {
            Err(StoreError::BadKey { .. }) => {}
            other => panic!("`{bad}` must be refused, not {other:?}"),
        }
        match store.delete(bad).await {
            Err(StoreError::BadKey { .. }) => {}
            other => panic!("`{bad}` must not be deleted, but {other:?}"),
        }
    }
}

fn ok<T>(result: Result<T, StoreError>) -> T {
    result.unwrap_or_else(|error| panic!("the store refused: {error:?}"))
}
