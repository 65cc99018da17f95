//! Checks that a place keeps the contract of a ledger, for tests and for whoever brings another DynamoDB:
//! `cargo run -p ledger --features aws --example ledger-conformance -- dynamodb://EMPTY-TABLE`.
//!
//! Beside the shared suite it has many tasks at once take one lease, and move one breaker.
#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "a check panics with what does not hold, and says when all does"
)]

use std::sync::Arc;

use domain::Timestamp;
use effects::Leased;
use jiff::SignedDuration;
use ledger::breaker::{State, States};
use ledger::{AnyLedger, Key, Lease, Ledger, LedgerError, Place, conformance};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let place = std::env::args()
        .nth(1)
        .ok_or("give an empty place: a folder or dynamodb://TABLE")?;
    let ledger = Arc::new(AnyLedger::connect(&place.parse::<Place>()?).await?);
    conformance::check(&*ledger).await;
    one_of_many_takes_the_lease(&ledger).await?;
    one_of_many_moves_the_breaker(&ledger).await?;
    println!("{place} keeps the ledger's contract");
    Ok(())
}

async fn one_of_many_takes_the_lease(ledger: &Arc<AnyLedger>) -> Result<(), LedgerError> {
    let now = Timestamp::UNIX_EPOCH;
    let tasks: Vec<_> = (0..16)
        .map(|owner| {
            let ledger = Arc::clone(ledger);
            tokio::spawn(async move {
                let lease = Lease {
                    owner: format!("owner-{owner}"),
                    ends: now + SignedDuration::from_mins(1),
                };
                ledger.lease(&Key::new("race", "one"), &lease, now).await
            })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        let leased = task.await.unwrap_or_else(|error| panic!("{error}"))?;
        taken += usize::from(leased == Leased::Taken(None));
    }
    assert_eq!(taken, 1, "exactly one of many takes a lease");
    Ok(())
}

async fn one_of_many_moves_the_breaker(ledger: &Arc<AnyLedger>) -> Result<(), LedgerError> {
    let tasks: Vec<_> = (1..=16)
        .map(|failures| {
            let ledger = Arc::clone(ledger);
            tokio::spawn(async move { ledger.swap("race", 0, &State::Closed { failures }).await })
        })
        .collect();
    let mut moved = Vec::new();
    for (failures, task) in (1..).zip(tasks) {
        if task.await.unwrap_or_else(|error| panic!("{error}"))? {
            moved.push(State::Closed { failures });
        }
    }
    assert_eq!(moved.len(), 1, "exactly one of many moves a breaker");
    assert_eq!(ledger.read("race").await?.state, moved[0]);
    Ok(())
}
