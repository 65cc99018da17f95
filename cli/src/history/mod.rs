//! `larder runs`: what became of runs, and what took their time.

mod account;
mod idle;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use artifacts::{AnyStore, Store};
use contracts::RunId;
use tokio::sync::Semaphore;

use crate::args::RunsArgs;
use crate::error::{Error, defect};
use crate::{finished, print};

use account::{Account, Stored};

/// Runs that are read at the same time.
const AT_ONCE: usize = 16;

/// Tells of the newest runs, or all of one.
pub(crate) async fn runs(args: RunsArgs) -> Result<bool, Error> {
    let store = Arc::new(AnyStore::connect(&args.place.runs()).await?);
    let told = match &args.run {
        Some(id) => {
            let (run, _) = finished::run(&store, id).await?;
            let keys = keys(&store, &format!("runs/{id}")).await?;
            let account = Stored::of(&run, keys).account(true).await?;
            if args.json {
                json(&account)?
            } else {
                words::page(&account)
            }
        }
        None => {
            let newest = newest(&store, usize::from(args.last)).await?;
            if args.json {
                json(&newest)?
            } else {
                words::list(&newest, &store.place("runs"))
            }
        }
    };
    print(&told)?;
    Ok(true)
}

/// The runs with the latest as-of times, the newest first.
async fn newest(store: &Arc<AnyStore>, last: usize) -> Result<Vec<Account>, Error> {
    let mut held: BTreeMap<RunId, Vec<String>> = BTreeMap::new();
    for key in keys(store, "runs").await? {
        let id = key
            .strip_prefix("runs/")
            .and_then(|rest| rest.split('/').next());
        if let Some(id) = id.and_then(|id| id.parse().ok()) {
            held.entry(id).or_default().push(key);
        }
    }
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut reading = Vec::with_capacity(held.len());
    for (id, keys) in held {
        let (store, places) = (Arc::clone(store), Arc::clone(&places));
        reading.push(tokio::spawn(async move {
            let _place = places.acquire_owned().await;
            // What has no plan never began.
            match ::runs::Run::find(&*store, &id).await? {
                Some((run, _)) => Stored::of(&run, keys).account(false).await.map(Some),
                None => Ok(None),
            }
        }));
    }
    let mut accounts = Vec::new();
    for read in reading {
        let account = read.await.map_err(|error| Error::Defect(defect(error)))?;
        accounts.extend(account?);
    }
    accounts.sort_by(|a, b| (b.as_of, &b.started, &b.run).cmp(&(a.as_of, &a.started, &a.run)));
    accounts.truncate(last);
    Ok(accounts)
}

async fn keys(store: &AnyStore, below: &str) -> Result<Vec<String>, Error> {
    let entries = store.list(below).await?;
    Ok(entries.into_iter().map(|entry| entry.key).collect())
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string_pretty(value).map_err(|error| Error::Page(error.to_string()))
}
