//! How a step's work went: the one thing in a run that is not the same when it is done again.

use artifacts::{Asked, Store, StoreError};
use contracts::{Fault, Reference, RunId, StepName};
use domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{PLAN, key, parse, to_json};

const TELEMETRY: &str = "telemetry.json";

/// When and where a step's work was done, and what it asked of storage: the content of `telemetry.json` beside its
/// result, written once, after it. A run may lack any of it: nothing depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telemetry {
    /// When the step was asked.
    pub started: Timestamp,
    /// When its result stood.
    pub ended: Timestamp,
    /// The Lambda function that did it; none where all steps shared a process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Host>,
    /// What it asked of storage.
    pub storage: Storage,
}

/// What a Lambda function ran on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Whether this was the environment's first call.
    pub cold_start: bool,
    /// What the function may use, in MB.
    pub memory_mb: u64,
    /// The most that its process has used since it started, in MB.
    pub peak_mb: Option<u64>,
    /// Its processor, such as `aarch64`.
    pub architecture: String,
}

/// Requests of objects and what they moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storage {
    /// Objects asked for.
    pub reads: u64,
    /// Objects written.
    pub writes: u64,
    /// Listings.
    pub lists: u64,
    /// Bytes read.
    pub read_bytes: u64,
    /// Bytes written.
    pub written_bytes: u64,
}

impl Storage {
    /// What several stores were asked together.
    pub fn of<'a>(asked: impl IntoIterator<Item = &'a Asked>) -> Self {
        let mut sum = Self::default();
        for asked in asked {
            sum.reads += asked.reads;
            sum.writes += asked.writes;
            sum.lists += asked.lists;
            sum.read_bytes += asked.read_bytes;
            sum.written_bytes += asked.written_bytes;
        }
        sum
    }
}

/// Whether a call did a step's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// It did.
    Now,
    /// It found the result in this run, or copied that of an earlier one.
    Before,
}

impl Made {
    /// Tells it by what the call asked of the runs' store.
    pub fn of(run: &RunId, result: &Reference, asked: &Asked) -> Self {
        let own = key(run, "");
        let copied = |created: &String| {
            let relative = created.strip_prefix(&own).unwrap_or(created);
            let elsewhere = |read: &&String| {
                read.ends_with(relative) && **read != *created && read.starts_with("runs/")
            };
            asked.read.iter().any(|read| elsewhere(&read))
        };
        let stands = asked.created.contains(&key(run, &result.key));
        // A plan is never copied as it is: a restart makes one of its own from the one it read.
        let is_copy = result.key != PLAN && asked.created.iter().all(copied);
        if stands && !is_copy {
            Self::Now
        } else {
            Self::Before
        }
    }
}

impl Telemetry {
    /// Where it stands, relative to its run: beside the result; the plan has no folder of its own.
    pub fn place(result: &str) -> String {
        match result.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{TELEMETRY}"),
            None => format!("all/{}/{TELEMETRY}", StepName::Configurator),
        }
    }

    /// Keeps it beside a result. Where two did the same work, the first one's holds.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn keep(
        &self,
        store: &impl Store,
        run: &RunId,
        result: &Reference,
    ) -> Result<(), Fault> {
        let place = key(run, &Self::place(&result.key));
        match store.create(&place, &to_json(self)?).await {
            Ok(()) | Err(StoreError::Exists { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Finds what was kept beside a result, by the result's key in its run.
    ///
    /// # Errors
    /// `Data.Rejected` when it cannot be read; the store's faults.
    pub async fn find(
        store: &impl Store,
        run: &RunId,
        result: &str,
    ) -> Result<Option<Self>, Fault> {
        let place = key(run, &Self::place(result));
        match store.get(&place).await {
            Ok(bytes) => parse(store, &place, &bytes).map(Some),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use artifacts::{Counted, Memory};
    use contracts::{Lineage, Plan};

    use super::*;
    use crate::step::tests::{plan, work};
    use crate::{Run, reference};

    async fn made(store: &Memory, id: &str, plan: Plan, inputs: u32) -> Made {
        let counted = Counted::new(store);
        let id: RunId = id.parse().unwrap();
        let (run, _) = Run::start(&counted, &id, plan).await.unwrap();
        counted.take();
        let (result, _) = work(&run, inputs, b"one").await;
        Made::of(&id, &result, &counted.take())
    }

    #[tokio::test]
    async fn whoever_finds_or_copies_a_result_did_not_make_it() {
        let store = Memory::default();
        assert_eq!(made(&store, "old", plan(), 1).await, Made::Now);
        assert_eq!(made(&store, "old", plan(), 1).await, Made::Before);
        let lineage = vec![Lineage {
            run: "old".parse().unwrap(),
            before: StepName::Publisher,
        }];
        let restarted = Plan { lineage, ..plan() };
        assert_eq!(
            made(&store, "new", restarted.clone(), 1).await,
            Made::Before
        );
        assert_eq!(made(&store, "new", restarted, 2).await, Made::Now);
    }

    #[tokio::test]
    async fn the_first_telemetry_of_a_result_holds() {
        let store = Memory::default();
        let run = "r1".parse().unwrap();
        let result = reference("2026-W48/site-forecast/0f3c/result.json", b"{}");
        let at = |second| Timestamp::from_second(second).unwrap();
        let first = Telemetry {
            started: at(1),
            ended: at(2),
            host: None,
            storage: Storage::default(),
        };
        let second = Telemetry {
            ended: at(9),
            ..first.clone()
        };
        assert_eq!(Telemetry::find(&store, &run, &result.key).await, Ok(None));
        for telemetry in [&first, &second] {
            telemetry.keep(&store, &run, &result).await.unwrap();
        }
        let found = Telemetry::find(&store, &run, &result.key).await;
        assert_eq!(found, Ok(Some(first)));
        assert_eq!(
            Telemetry::place("plan.json"),
            "all/configurator/telemetry.json"
        );
    }
}
