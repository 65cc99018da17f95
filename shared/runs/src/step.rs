use std::collections::BTreeMap;

use artifacts::{Store, StoreError, sha256};
use contracts::{CODE_VERSION, Fault, FaultName, Lineage, Reference, RunId, StepName};
use domain::{Decimal, MenuWeek};
use serde::{Deserialize, Serialize};

use crate::{Run, key, parse, read, reference, remedy, scope_name, to_json};

/// zstd's lowest level: higher ones cost much time and save next to nothing on counts.
const ZSTD_LEVEL: i32 = 1;
pub(crate) const RESULT: &str = "result.json";

/// A finished step: what it was made from and what it made. Stored last, as `result.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepResult {
    /// The step.
    pub step: StepName,
    /// The week, or none for a step that runs once.
    pub week: Option<MenuWeek>,
    /// What the step's digest covers beside the code.
    pub inputs: serde_json::Value,
    /// What it made, by name.
    pub artifacts: BTreeMap<String, Reference>,
    /// What it counted of it.
    #[serde(default, skip_serializing_if = "Figures::is_empty")]
    pub figures: Figures,
}

/// What a step counts of what it made, as far as it knows: the same inputs give the same figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Rows of the table that the step is for: sales read, orders, forecasts, proposed lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Boxes of the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boxes: Option<u64>,
    /// How far the allocation may be from the least change possible, as a share of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Decimal>,
    /// The share of what was sold that the model's 80 % intervals held, by area and recipe, on past weeks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Decimal>,
}

impl Figures {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl StepResult {
    /// The named artifact.
    ///
    /// # Errors
    /// `Contract.Violation` when the step made none of that name.
    pub fn artifact(&self, name: &str) -> Result<&Reference, Fault> {
        self.artifacts.get(name).ok_or_else(|| {
            let message = format!("{} made no artifact called {name}", self.step);
            Fault::new(FaultName::ContractViolation, message)
        })
    }
}

/// What a result must be that stands in a folder: nothing names it by its sha256 when it is found again.
struct Expected<'a> {
    step: StepName,
    week: Option<MenuWeek>,
    inputs: &'a serde_json::Value,
    folder: &'a str,
}

impl Expected<'_> {
    fn is_said_by(&self, result: &StepResult, stored: &[u8]) -> Result<bool, Fault> {
        let stands = |(name, artifact): (&String, &Reference)| {
            let below = artifact.key.strip_prefix(self.folder);
            below.and_then(|rest| rest.strip_prefix('/')) == Some(name)
        };
        let same = (result.step, result.week, &result.inputs)
            == (self.step, self.week, self.inputs)
            && result.artifacts.iter().all(stands);
        Ok(same && to_json(result)? == stored)
    }
}

/// What tells a step's result from one of other inputs or other code.
pub(crate) fn digest(
    step: StepName,
    scope: &str,
    inputs: &serde_json::Value,
) -> Result<String, Fault> {
    Ok(sha256(&to_json(&(step, scope, inputs, CODE_VERSION))?).short())
}

/// A step that has been asked for.
#[derive(Debug)]
pub enum Begun<'a, S> {
    /// It was finished before, in this run or in one whose results it may reuse.
    Finished(Reference),
    /// It is still to do.
    Open(Workspace<'a, S>),
}

/// Where a step puts its output.
#[derive(Debug)]
pub struct Workspace<'a, S> {
    run: &'a Run<'a, S>,
    folder: String,
    result: StepResult,
}

impl<S: Store> Run<'_, S> {
    /// Begins a step; `inputs` is everything its output depends on beside the code: the digests of what it
    /// reads and the settings it obeys.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn begin<'a>(
        &'a self,
        step: StepName,
        week: Option<MenuWeek>,
        inputs: &(impl Serialize + Sync),
    ) -> Result<Begun<'a, S>, Fault> {
        self.begin_in(step.as_str(), step, step, week, inputs).await
    }

    /// Begins a step as a shadow: in a folder of its own, after everything that is active.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn begin_shadow<'a>(
        &'a self,
        step: StepName,
        name: &str,
        week: Option<MenuWeek>,
        inputs: &(impl Serialize + Sync),
    ) -> Result<Begun<'a, S>, Fault> {
        let folder = format!("shadow-{name}-{step}");
        let after = StepName::OrderProposer;
        self.begin_in(&folder, step, after, week, inputs).await
    }

    /// Begins a step in a folder; whether an earlier run's result may be reused is decided by where it stands.
    async fn begin_in<'a>(
        &'a self,
        folder: &str,
        step: StepName,
        stands: StepName,
        week: Option<MenuWeek>,
        inputs: &(impl Serialize + Sync),
    ) -> Result<Begun<'a, S>, Fault> {
        let inputs = serde_json::to_value(inputs)
            .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        let scope = scope_name(week);
        let digest = digest(step, &scope, &inputs)?;
        let folder = format!("{scope}/{folder}/{digest}");
        let finished = format!("{folder}/{RESULT}");
        let expected = Expected {
            step,
            week,
            inputs: &inputs,
            folder: &folder,
        };
        match self.store.get(&key(&self.id, &finished)).await {
            Ok(bytes) => {
                let stands = key(&self.id, &finished);
                let result: StepResult = parse(self.store, &stands, &bytes)?;
                if !expected.is_said_by(&result, &bytes)? {
                    let (place, remedy) = (self.store.place(&stands), remedy(&stands));
                    let message = format!(
                        "{place} is damaged (it is not the result of its inputs); {remedy}"
                    );
                    return Err(Fault::new(FaultName::DataRejected, message));
                }
                return Ok(Begun::Finished(reference(&finished, &bytes)));
            }
            Err(StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        for Lineage {
            run: earlier,
            before,
        } in &self.plan.lineage
        {
            if stands < *before
                && let Some(reused) = self.reuse(earlier, &expected, &finished).await?
            {
                return Ok(Begun::Finished(reused));
            }
        }
        let result = StepResult {
            step,
            week,
            inputs,
            artifacts: BTreeMap::new(),
            figures: Figures::default(),
        };
        Ok(Begun::Open(Workspace {
            run: self,
            folder,
            result,
        }))
    }

    /// Copies a finished step of an earlier run, the result last; damaged results are made again instead.
    async fn reuse(
        &self,
        earlier: &RunId,
        expected: &Expected<'_>,
        finished: &str,
    ) -> Result<Option<Reference>, Fault> {
        let bytes = match self.store.get(&key(earlier, finished)).await {
            Ok(bytes) => bytes,
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let Ok(result) = serde_json::from_slice::<StepResult>(&bytes) else {
            return Ok(None);
        };
        if !expected.is_said_by(&result, &bytes)? {
            return Ok(None);
        }
        for artifact in result.artifacts.values() {
            match read(self.store, earlier, artifact).await {
                Ok(bytes) => {
                    self.store
                        .create(&key(&self.id, &artifact.key), &bytes)
                        .await?;
                }
                Err(fault) if fault.name == FaultName::DataRejected => return Ok(None),
                Err(fault) => return Err(fault),
            }
        }
        self.store.create(&key(&self.id, finished), &bytes).await?;
        Ok(Some(reference(finished, &bytes)))
    }
}

impl<S: Store> Workspace<'_, S> {
    /// Stores an artifact; a name that ends in `.zst` is packed with zstd.
    ///
    /// # Errors
    /// `Contract.Violation` when it stands there already with other bytes; the store's faults.
    pub async fn put(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), Fault> {
        let bytes = if name.ends_with(".zst") {
            zstd::encode_all(bytes.as_slice(), ZSTD_LEVEL).map_err(|error| {
                Fault::new(
                    FaultName::ContractViolation,
                    format!("cannot pack {name}: {error}"),
                )
            })?
        } else {
            bytes
        };
        let relative = format!("{}/{name}", self.folder);
        self.run
            .store
            .create(&key(&self.run.id, &relative), &bytes)
            .await?;
        self.result
            .artifacts
            .insert(name.to_owned(), reference(&relative, &bytes));
        Ok(())
    }

    /// Stores a value as JSON.
    ///
    /// # Errors
    /// As [`Workspace::put`].
    pub async fn put_json<T: Serialize + Sync>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<(), Fault> {
        self.put(name, to_json(value)?).await
    }

    /// Keeps what the step counted, for whoever measures it.
    pub const fn count(&mut self, figures: Figures) {
        self.result.figures = figures;
    }

    /// The folder the output goes to, relative to the run; its last part is the step's digest.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Marks the step finished.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn finish(self) -> Result<Reference, Fault> {
        let bytes = to_json(&self.result)?;
        let relative = format!("{}/{RESULT}", self.folder);
        self.run
            .store
            .create(&key(&self.run.id, &relative), &bytes)
            .await?;
        Ok(reference(&relative, &bytes))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use artifacts::Memory;
    use contracts::{ExecutionInput, Plan, Settings};

    use super::*;

    pub(crate) fn plan() -> Plan {
        Plan {
            as_of: "2026-11-15T12:00:00Z".parse().unwrap(),
            seed: 1,
            weeks: Vec::new(),
            shadow: Vec::new(),
            unplanned: Vec::new(),
            proposals: None,
            settings: Settings {
                changes: None,
                replicates: 1,
                snapshot_max_age_hours: 24,
                caps: Vec::new(),
                recipes_per_box: None,
                portion_sizes: None,
                max_boxes: BTreeMap::new(),
                incompatible: Vec::new(),
            },
            scenario: None,
            notify: false,
            data: BTreeMap::new(),
            approved: BTreeMap::new(),
            lineage: Vec::new(),
            input: ExecutionInput::default(),
        }
    }

    pub(crate) async fn work<S: Store>(
        run: &Run<'_, S>,
        inputs: u32,
        output: &[u8],
    ) -> (Reference, bool) {
        match run
            .begin(StepName::SiteForecast, None, &inputs)
            .await
            .unwrap()
        {
            Begun::Finished(reference) => (reference, false),
            Begun::Open(mut workspace) => {
                workspace.put("out.zst", output.to_vec()).await.unwrap();
                (workspace.finish().await.unwrap(), true)
            }
        }
    }

    #[tokio::test]
    async fn a_finished_step_is_returned_and_other_inputs_are_another_step() {
        let store = Memory::default();
        let (run, _) = Run::start(&store, &"r1".parse().unwrap(), plan())
            .await
            .unwrap();
        let (first, worked) = work(&run, 1, b"one").await;
        assert!(worked);
        assert_eq!(work(&run, 1, b"one").await, (first.clone(), false));
        let (other, worked) = work(&run, 2, b"two").await;
        assert!(worked && other.key != first.key);
        assert_eq!(run.artifact(&first, "out.zst").await.unwrap(), b"one");
    }

    #[tokio::test]
    async fn a_shadow_stands_apart_and_is_no_result_of_its_step() {
        let store = Memory::default();
        let (run, _) = Run::start(&store, &"r1".parse().unwrap(), plan())
            .await
            .unwrap();
        let (active, _) = work(&run, 1, b"one").await;
        let step = StepName::SiteForecast;
        let Ok(Begun::Open(mut workspace)) = run.begin_shadow(step, "new", None, &1).await else {
            unreachable!("nobody did it before")
        };
        workspace.put("out.zst", b"two".to_vec()).await.unwrap();
        let shadow = workspace.finish().await.unwrap();
        assert!(shadow.key.starts_with("all/shadow-new-site-forecast/"));
        assert_eq!(run.artifact(&active, "out.zst").await.unwrap(), b"one");
        let finished = run.finished(step, None).await.unwrap();
        assert_eq!(finished.len(), 1);
        assert_eq!(finished[0].reference, active);
    }

    #[tokio::test]
    async fn finished_results_are_listed_and_know_their_code() {
        let store = Memory::default();
        let (run, _) = Run::start(&store, &"r1".parse().unwrap(), plan())
            .await
            .unwrap();
        assert_eq!(run.finished(StepName::SiteForecast, None).await, Ok(vec![]));
        let (one, _) = work(&run, 1, b"one").await;
        let (two, _) = work(&run, 2, b"two").await;
        let finished = run.finished(StepName::SiteForecast, None).await.unwrap();
        let mut expected = [one.clone(), two];
        expected.sort();
        assert!(finished.iter().map(|found| &found.reference).eq(&expected));
        for found in finished {
            assert_eq!(found.is_of_this_code(), Ok(true));
            let mut other = found.clone();
            other.reference.key = other
                .reference
                .key
                .replace(found.digest(), "0123456789abcdef");
            assert_eq!(other.is_of_this_code(), Ok(false));
        }
    }

    #[tokio::test]
    async fn the_first_plan_of_a_run_wins() {
        let store = Memory::default();
        let id = "r1".parse().unwrap();
        let (_, first) = Run::start(&store, &id, plan()).await.unwrap();
        let (run, second) = Run::start(&store, &id, Plan { seed: 2, ..plan() })
            .await
            .unwrap();
        assert_eq!((first, run.plan.seed), (second, 1));
    }

    #[tokio::test]
    async fn a_damaged_artifact_is_refused_by_name() {
        let store = Memory::default();
        let (run, _) = Run::start(&store, &"r1".parse().unwrap(), plan())
            .await
            .unwrap();
        let (result, _) = work(&run, 1, b"one").await;
        let artifact = run.result(&result).await.unwrap().artifacts["out.zst"].clone();
        store.damage(&format!("runs/r1/{}", artifact.key), b"x");
        let fault = run.read(&artifact).await.unwrap_err();
        assert_eq!(fault.name, FaultName::DataRejected);
        assert!(fault.message.contains(&artifact.key), "{}", fault.message);
        let folder = artifact.key.strip_suffix("out.zst").unwrap();
        let remedy = format!("; delete {folder} and continue the run");
        assert!(fault.message.ends_with(&remedy), "{}", fault.message);
    }

    #[tokio::test]
    async fn a_result_that_is_not_of_its_inputs_is_refused_and_never_reused() {
        let store = Memory::default();
        let (old, _) = Run::start(&store, &"old".parse().unwrap(), plan())
            .await
            .unwrap();
        let (result, _) = work(&old, 1, b"one").await;
        let stands = old.key(&result.key);
        let whole = String::from_utf8(store.get(&stands).await.unwrap()).unwrap();
        let lineage = vec![Lineage {
            run: "old".parse().unwrap(),
            before: StepName::Publisher,
        }];
        let plan = Plan { lineage, ..plan() };
        for (at, (part, instead)) in [
            ("\"inputs\":1", "\"inputs\":2"),
            ("\"bytes\"", " \"bytes\""),
            ("{\"out.zst\"", "{\"oux.zst\""),
        ]
        .into_iter()
        .enumerate()
        {
            let altered = whole.replacen(part, instead, 1);
            assert_ne!(altered, whole, "{part}");
            store.damage(&stands, altered.as_bytes());
            let found = old.begin(StepName::SiteForecast, None, &1).await;
            assert_eq!(found.err().unwrap().name, FaultName::DataRejected, "{part}");
            let id = format!("new-{at}").parse().unwrap();
            let (new, _) = Run::start(&store, &id, plan.clone()).await.unwrap();
            assert!(work(&new, 1, b"one").await.1, "{part}");
        }
    }

    #[test]
    fn what_is_lost_is_made_again_with_all_that_its_step_made() {
        assert_eq!(
            crate::remedy("runs/r1/all/order-proposer/00ff/explanations/NORTH.json.zst"),
            "delete all/order-proposer/00ff/ and continue the run"
        );
        assert_eq!(
            crate::remedy("runs/r1/plan.json"),
            "put it back as it was, or start another run"
        );
        assert_eq!(
            crate::remedy("latest.json"),
            "delete it, and the next publication makes it again"
        );
    }

    #[tokio::test]
    async fn a_restarted_run_reuses_results_before_its_step_only() {
        let store = Memory::default();
        let (old, _) = Run::start(&store, &"old".parse().unwrap(), plan())
            .await
            .unwrap();
        work(&old, 1, b"one").await;
        for (id, before, reused) in [
            ("a", StepName::Publisher, true),
            ("b", StepName::SiteForecast, false),
        ] {
            let lineage = vec![Lineage {
                run: "old".parse().unwrap(),
                before,
            }];
            let plan = Plan { lineage, ..plan() };
            let (run, _) = Run::start(&store, &id.parse().unwrap(), plan)
                .await
                .unwrap();
            let (result, worked) = work(&run, 1, b"one").await;
            assert_eq!(worked, !reused);
            assert_eq!(run.artifact(&result, "out.zst").await.unwrap(), b"one");
        }
    }
}
