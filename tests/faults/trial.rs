//! One seed: a run, disturbed and continued until it is done.

use std::sync::Arc;

use artifacts::{Memory, Store};
use contracts::{ExecutionInput, Outcome};
use domain::Timestamp;
use runs::Run;

use crate::ear::Ear;
use crate::faults::Counts;
use crate::invariants::{contents, same};
use crate::machine::{Machine, Walk};
use crate::shelf::Without;
use crate::world::{Operation, Place, Violation, World, begin, now, pass};
use crate::{company, operator, reference};

/// Walks that may be disturbed, and walks until it must be done.
const DISTURBED: usize = 3;
const MOST: usize = 8;
/// Between two walks, in seconds: longer than anybody waits for another's e-mail.
const BETWEEN: i64 = 20 * 60;

/// What became of a seed.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    pub(crate) counts: Counts,
    pub(crate) walks: usize,
    pub(crate) story: String,
    pub(crate) kept: Result<(), Violation>,
}

/// Runs a future on this thread.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(work)
}

/// Runs a seed.
pub(crate) fn run(seed: u64, without: Without, told: bool) -> Trial {
    begin();
    let world = Arc::new(World::new(seed, told));
    let stage = Stage::new(&world, without);
    let walks = block_on(stage.play());
    Trial {
        counts: world.counts(),
        walks,
        story: world.story(),
        kept: world.violation().map_or(Ok(()), Err),
    }
}

struct Stage {
    world: Arc<World>,
    data: Arc<Memory>,
    runs: Arc<Memory>,
    output: Arc<Memory>,
    ear: Ear,
    machine: Machine,
    without: Without,
}

impl Stage {
    fn new(world: &Arc<World>, without: Without) -> Self {
        let [data, runs, output] = [company::stored(), Arc::default(), Arc::default()];
        let ear = Ear::new(world, &output);
        let machine = Machine::new(world, [&data, &runs, &output], &ear, without);
        Self {
            world: Arc::clone(world),
            data,
            runs,
            output,
            ear,
            machine,
            without,
        }
    }

    /// Walks until the run is done; gives how often.
    async fn play(&self) -> usize {
        let usual = reference::of(now());
        for walk in 0..MOST {
            self.world.calm();
            if walk == 0 || (walk < DISTURBED && self.world.below(3) == 0) {
                let struck = |one: &&Operation| self.without.shows_in(one.state);
                let operations: Vec<_> = usual.operations.iter().filter(struck).collect();
                self.world.draw(&operations);
            }
            let before = self.world.counts().all();
            let sound = self.world.damaged().is_empty();
            let done = self.machine.walk(self.input().await).await;
            let quiet = sound && self.world.counts().all() == before;
            self.judge(&done, quiet);
            if self.world.violation().is_some() {
                return walk + 1;
            }
            if done.outcome == Some(Outcome::Succeeded) {
                self.compare().await;
                return walk + 1;
            }
            let stores = [&*self.data, &*self.runs, &*self.output];
            if let Err(what) = operator::obey(&done.failed, &self.world, stores) {
                self.world.violated("F2", what);
            }
            pass(BETWEEN);
        }
        let what = format!("{MOST} walks were not enough");
        self.world.violated("F2", what);
        MOST
    }

    /// A run with a plan is continued, one without is started again.
    async fn input(&self) -> ExecutionInput {
        match self.runs.get("runs/test/plan.json").await {
            Ok(_) => ExecutionInput {
                run: Some("test".parse().unwrap()),
                ..ExecutionInput::default()
            },
            Err(_) => reference::input(),
        }
    }

    /// Whether a walk ended as it may.
    fn judge(&self, walk: &Walk, quiet: bool) {
        let succeeded = walk.outcome == Some(Outcome::Succeeded);
        if quiet && !succeeded {
            let what = format!("nothing disturbed a walk that failed: {:?}", walk.failed);
            self.world.violated("F2", what);
        }
        let struck = self.world.struck();
        for failed in &walk.failed {
            let mut names = struck.iter().flat_map(|fault| fault.may_end_as());
            if !names.any(|name| *name == failed.error) {
                let what = format!(
                    "{} of {} fits none of {struck:?}",
                    failed.error, failed.state
                );
                self.world.violated("F2", what);
            }
        }
    }

    /// Whether what is stored is what an undisturbed run stores.
    async fn compare(&self) {
        let usual = reference::of(self.as_of().await);
        let damaged = self.world.damaged();
        for (place, store, expected) in [
            (Place::Runs, &self.runs, &usual.runs),
            (Place::Output, &self.output, &usual.output),
        ] {
            if let Err(what) = same(place, &contents(store).await, expected, &damaged) {
                self.world.violated("F1", what);
            }
        }
        let (repeated, records) = (self.ear.repeated(), self.world.at_records());
        if repeated > records {
            let what = format!("{repeated} e-mails too many, and {records} of their records lost");
            self.world.violated("F5", what);
        }
    }

    async fn as_of(&self) -> Timestamp {
        let id = "test".parse().unwrap();
        let (run, _) = Run::find(&*self.runs, &id).await.unwrap().unwrap();
        run.plan.as_of
    }
}
