//! Checks that a location keeps the contract of a store, for tests and for whoever brings another S3:
//! `cargo run -p artifacts --features s3 --example conformance -- s3://bucket/empty-prefix`.
//!
//! Beside the shared suite it creates one key from many tasks at once, and lists more objects than a page holds.
#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "a check panics with what does not hold, and says when all does"
)]

use std::sync::Arc;

use artifacts::{AnyStore, Location, Store, StoreError, conformance};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let place = std::env::args()
        .nth(1)
        .ok_or("give an empty location: a folder or s3://bucket/prefix")?;
    let store = Arc::new(AnyStore::connect(&place.parse::<Location>()?).await?);
    conformance::check(&*store).await;
    one_of_many_creates_wins(&store).await?;
    one_of_many_swaps_wins(&store).await?;
    listings_go_on_after_a_page(&store).await?;
    println!("{place} keeps the store's contract");
    Ok(())
}

async fn one_of_many_creates_wins(store: &Arc<AnyStore>) -> Result<(), StoreError> {
    let tasks: Vec<_> = (0..16_u8)
        .map(|writer| {
            let store = Arc::clone(store);
            tokio::spawn(async move { store.create("race/one", &[writer; 10_000]).await })
        })
        .collect();
    let mut won = Vec::new();
    for (writer, task) in (0_u8..).zip(tasks) {
        match task.await.unwrap_or_else(|error| panic!("{error}")) {
            Ok(()) => won.push(writer),
            Err(StoreError::Exists { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    assert_eq!(
        won.len(),
        1,
        "exactly one of many creates wins, not {won:?}"
    );
    assert_eq!(
        store.get("race/one").await?,
        vec![won[0]; 10_000],
        "the object is the winner's"
    );
    Ok(())
}

async fn one_of_many_swaps_wins(store: &Arc<AnyStore>) -> Result<(), StoreError> {
    assert!(
        store.swap("race/pointer", None, b"start").await?,
        "nobody has set it"
    );
    let Some((_, version)) = store.pointer("race/pointer").await? else {
        panic!("it was set")
    };
    let tasks: Vec<_> = (0..16_u8)
        .map(|writer| {
            let (store, version) = (Arc::clone(store), version.clone());
            tokio::spawn(async move { store.swap("race/pointer", Some(&version), &[writer]).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.unwrap_or_else(|error| panic!("{error}"))?);
    }
    assert_eq!(
        won, 1,
        "exactly one of many swaps from the same version wins"
    );
    Ok(())
}

async fn listings_go_on_after_a_page(store: &Arc<AnyStore>) -> Result<(), StoreError> {
    let keys: Vec<_> = (0..1_005)
        .map(|number| format!("many/{number:04}"))
        .collect();
    // A few at a time, as a step writes them.
    for keys in keys.chunks(16) {
        let create = |key: &String| {
            let (store, key) = (Arc::clone(store), key.clone());
            tokio::spawn(async move { store.create(&key, b"x").await })
        };
        let tasks: Vec<_> = keys.iter().map(create).collect();
        for task in tasks {
            task.await.unwrap_or_else(|error| panic!("{error}"))?;
        }
    }
    let listed = store.list("many").await?.into_iter().map(|entry| entry.key);
    assert_eq!(listed.collect::<Vec<_>>(), keys, "a page holds 1,000");
    Ok(())
}
