//! `larder runs`: what became of runs, and what took their time.

mod account;
mod idle;
mod words;

use std::cmp::Reverse;
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
    let begun = at_once(held, |(id, keys)| {
        let store = Arc::clone(store);
        async move {
            // What has no plan never began.
            let run = ::runs::Run::find(&*store, &id).await?;
            Ok(run.map(|(run, _)| (run.plan.as_of, id, keys)))
        }
    });
    let mut begun: Vec<_> = begun.await?.into_iter().flatten().collect();
    begun.sort_by_key(|(as_of, ..)| Reverse(*as_of));
    // Of those with the last one's as-of time, their starts say which are told.
    if let Some((oldest, ..)) = last.checked_sub(1).and_then(|at| begun.get(at)) {
        let oldest = *oldest;
        begun.retain(|(as_of, ..)| *as_of >= oldest);
    }
    let accounts = at_once(begun, |(_, id, keys)| {
        let store = Arc::clone(store);
        async move {
            let (run, _) = finished::run(&store, &id).await?;
            Stored::of(&run, keys).account(false).await
        }
    });
    let mut accounts = accounts.await?;
    accounts.sort_by(|a, b| (b.as_of, &b.started, &b.run).cmp(&(a.as_of, &a.started, &a.run)));
    accounts.truncate(last);
    Ok(accounts)
}

/// What comes of each of many things, in their order, some of them looked at at the same time.
async fn at_once<I, T, F>(
    things: impl IntoIterator<Item = I>,
    look: impl Fn(I) -> F,
) -> Result<Vec<T>, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let looking = things.into_iter().map(|thing| {
        let (places, look) = (Arc::clone(&places), look(thing));
        tokio::spawn(async move {
            let _place = places.acquire_owned().await;
            look.await
        })
    });
    let looking: Vec<_> = looking.collect();
    let mut seen = Vec::with_capacity(looking.len());
    for look in looking {
        let look = look.await.map_err(|error| Error::Defect(defect(error)))?;
        seen.push(look?);
    }
    Ok(seen)
}

async fn keys(store: &AnyStore, below: &str) -> Result<Vec<String>, Error> {
    let entries = store.list(below).await?;
    Ok(entries.into_iter().map(|entry| entry.key).collect())
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string_pretty(value).map_err(|error| Error::Page(error.to_string()))
}
