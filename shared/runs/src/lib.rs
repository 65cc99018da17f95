//! A run in its store: the plan, the steps' results, the pointer to what is published.
//!
//! ```text
//! runs/<run>/plan.json                                   decided once, first writer wins
//! runs/<run>/<week or all>/<step>/<digest>/<artifact>    a step's output, created once
//! runs/<run>/<week or all>/<step>/<digest>/result.json   written last: the step is finished
//! runs/<run>/<week or all>/<step>/<digest>/telemetry.json   when and where that work was done
//! runs/<run>/<week or all>/shadow-<name>-<step>/…        the same of a shadow, which nobody else reads
//! latest.json                                            the newest published results
//! orders/<vendor>/<site>/<day>/<sequence>.json           an approved purchase order, created once
//! ```
//!
//! A step's digest covers its inputs, settings and code, so a finished step can be found again and its result
//! returned: that is all it takes to continue a run. Keys inside a run are relative to the run, so that two
//! runs of one plan hold the same bytes.

mod finished;
mod latest;
mod orders;
mod step;
mod telemetry;

use artifacts::{Store, StoreError, sha256};
use contracts::{Fault, FaultName, Plan, Reference, RunId};
use domain::MenuWeek;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use finished::Finished;
pub use latest::Latest;
pub use orders::Orders;
pub use step::{Begun, Figures, StepResult, Workspace};
pub use telemetry::{Host, Made, Storage, Telemetry};

const PLAN: &str = "plan.json";

/// Whether the fault of reading a stored result says that it is gone, damaged or of a version that stored less.
pub const fn lost(fault: &Fault) -> bool {
    matches!(
        fault.name,
        FaultName::DataRejected | FaultName::ContractViolation
    )
}

/// A run whose plan is known.
#[derive(Debug)]
pub struct Run<'a, S> {
    store: &'a S,
    /// Its id.
    pub id: RunId,
    /// Its plan.
    pub plan: Plan,
}

impl<'a, S: Store> Run<'a, S> {
    /// Opens a run by its plan.
    ///
    /// # Errors
    /// `Data.Rejected` when the plan is missing or is not the one referred to; the store's faults.
    pub async fn open(store: &'a S, id: &RunId, plan: &Reference) -> Result<Self, Fault> {
        let bytes = read(store, id, plan).await?;
        Ok(Self {
            store,
            id: id.clone(),
            plan: parse(store, &key(id, PLAN), &bytes)?,
        })
    }

    /// Opens a run by its id alone; `None` when it has no plan yet.
    ///
    /// # Errors
    /// `Data.Rejected` when the plan cannot be read; the store's faults.
    pub async fn find(store: &'a S, id: &RunId) -> Result<Option<(Self, Reference)>, Fault> {
        let key = key(id, PLAN);
        let bytes = match store.get(&key).await {
            Ok(bytes) => bytes,
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let run = Self {
            store,
            id: id.clone(),
            plan: parse(store, &key, &bytes)?,
        };
        let reference = reference(PLAN, &bytes);
        Ok(Some((run, reference)))
    }

    /// Stores a new run's plan; when another start was first, that one's plan holds.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn start(store: &'a S, id: &RunId, plan: Plan) -> Result<(Self, Reference), Fault> {
        let bytes = to_json(&plan)?;
        match store.create(&key(id, PLAN), &bytes).await {
            Ok(()) => Ok((
                Self {
                    store,
                    id: id.clone(),
                    plan,
                },
                reference(PLAN, &bytes),
            )),
            Err(error @ StoreError::Exists { .. }) => {
                Self::find(store, id).await?.ok_or_else(|| error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The bytes of a stored object, checked against its digest and unpacked where its name ends in `.zst`.
    ///
    /// # Errors
    /// `Data.Rejected` when it is missing or damaged; the store's faults.
    pub async fn read(&self, reference: &Reference) -> Result<Vec<u8>, Fault> {
        let bytes = read(self.store, &self.id, reference).await?;
        if !reference.key.ends_with(".zst") {
            return Ok(bytes);
        }
        zstd::decode_all(bytes.as_slice())
            .map_err(|_| damaged(self.store, &self.id, &reference.key))
    }

    /// The bytes of a stored object as they are stored, checked against its digest.
    ///
    /// # Errors
    /// As [`Run::read`].
    pub async fn stored(&self, reference: &Reference) -> Result<Vec<u8>, Fault> {
        read(self.store, &self.id, reference).await
    }

    /// A stored JSON object.
    ///
    /// # Errors
    /// As [`Run::read`]; `Data.Rejected` when it is not the JSON expected.
    pub async fn json<T: DeserializeOwned>(&self, reference: &Reference) -> Result<T, Fault> {
        let bytes = self.read(reference).await?;
        parse(self.store, &key(&self.id, &reference.key), &bytes)
    }

    /// A finished step's result.
    ///
    /// # Errors
    /// As [`Run::json`].
    pub async fn result(&self, reference: &Reference) -> Result<StepResult, Fault> {
        self.json(reference).await
    }

    /// The named artifact of a finished step.
    ///
    /// # Errors
    /// `Contract.Violation` when the step made none of that name; else as [`Run::read`].
    pub async fn artifact(&self, result: &Reference, name: &str) -> Result<Vec<u8>, Fault> {
        let result = self.result(result).await?;
        self.read(result.artifact(name)?).await
    }

    /// What the step that made a result counted; nothing for a plan, which is no step's result.
    ///
    /// # Errors
    /// As [`Run::json`].
    pub async fn figures(store: &S, run: &RunId, result: &Reference) -> Result<Figures, Fault> {
        if result.key == PLAN {
            return Ok(Figures::default());
        }
        let bytes = read(store, run, result).await?;
        let result: StepResult = parse(store, &key(run, &result.key), &bytes)?;
        Ok(result.figures)
    }

    /// The store it is in.
    pub const fn store(&self) -> &'a S {
        self.store
    }

    /// The key in the store of an object of this run.
    pub fn key(&self, relative: &str) -> String {
        key(&self.id, relative)
    }
}

/// The run on this store with an equal input that has a plan but nothing published, the newest by name.
///
/// # Errors
/// The store's faults.
pub async fn unfinished<S: Store>(
    store: &S,
    input: &contracts::ExecutionInput,
) -> Result<Option<RunId>, Fault> {
    let keys: Vec<String> = store
        .list("runs")
        .await?
        .into_iter()
        .map(|entry| entry.key)
        .collect();
    let ids = keys.iter().filter_map(|key| {
        key.strip_prefix("runs/")?
            .strip_suffix("/plan.json")?
            .parse::<RunId>()
            .ok()
    });
    let mut ids: Vec<RunId> = ids.collect();
    ids.sort();
    for id in ids.into_iter().rev() {
        let published = format!("runs/{id}/all/publisher/");
        if keys
            .iter()
            .any(|key| key.starts_with(&published) && key.ends_with("/result.json"))
        {
            continue;
        }
        if let Some((run, _)) = Run::find(store, &id).await?
            && run.plan.input == *input
        {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// The key of an object of a run.
fn key(run: &RunId, relative: &str) -> String {
    format!("runs/{run}/{relative}")
}

/// The folder name of a step's scope.
fn scope_name(week: Option<MenuWeek>) -> String {
    week.map_or_else(|| "all".to_owned(), |week| week.to_string())
}

fn reference(key: &str, bytes: &[u8]) -> Reference {
    Reference {
        key: key.to_owned(),
        sha256: sha256(bytes),
        bytes: bytes.len() as u64,
    }
}

async fn read<S: Store>(store: &S, run: &RunId, reference: &Reference) -> Result<Vec<u8>, Fault> {
    let said =
        |bytes: &[u8]| bytes.len() as u64 == reference.bytes && sha256(bytes) == reference.sha256;
    match store.get(&key(run, &reference.key)).await {
        Ok(bytes) if said(&bytes) => Ok(bytes),
        Ok(_) => Err(damaged(store, run, &reference.key)),
        Err(StoreError::NotFound { place }) => Err(Fault::new(
            FaultName::DataRejected,
            format!("{place} is missing; {}", remedy(&key(run, &reference.key))),
        )),
        Err(error) => Err(error.into()),
    }
}

fn damaged<S: Store>(store: &S, run: &RunId, relative: &str) -> Fault {
    let place = store.place(&key(run, relative));
    let remedy = remedy(&key(run, relative));
    let message = format!("{place} is damaged (its sha256 differs); {remedy}");
    Fault::new(FaultName::DataRejected, message)
}

/// What to do about an object that cannot be used: a step is done again once its whole folder is gone.
fn remedy(key: &str) -> String {
    match key.split('/').collect::<Vec<_>>().as_slice() {
        ["runs", _, scope, step, digest, _, ..] => {
            format!("delete {scope}/{step}/{digest}/ and continue the run")
        }
        ["orders", ..] => "put back the version of it that the bucket keeps".to_owned(),
        ["latest.json"] => "delete it, and the next publication makes it again".to_owned(),
        _ => "put it back as it was, or start another run".to_owned(),
    }
}

fn to_json<T: Serialize>(value: &T) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(value)
        .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))
}

fn parse<S: Store, T: DeserializeOwned>(store: &S, key: &str, bytes: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|error| {
        let (place, remedy) = (store.place(key), remedy(key));
        // The reason comes last: messages are cut at their end.
        let message = format!("{place} is damaged; {remedy} ({error})");
        Fault::new(FaultName::DataRejected, message)
    })
}
