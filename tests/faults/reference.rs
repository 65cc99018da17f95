//! The run as it is when nothing disturbs it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use artifacts::Memory;
use contracts::{ExecutionInput, Outcome};
use domain::Timestamp;

use crate::ear::Ear;
use crate::invariants::contents;
use crate::machine::Machine;
use crate::shelf::Without;
use crate::world::{Operation, World, now, pass};
use crate::{company, trial};

#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) operations: Vec<Operation>,
    pub(crate) runs: BTreeMap<String, Vec<u8>>,
    pub(crate) output: BTreeMap<String, Vec<u8>>,
}

/// The run that begins at this time.
pub(crate) fn of(as_of: Timestamp) -> Arc<Reference> {
    static KNOWN: OnceLock<Mutex<BTreeMap<Timestamp, Arc<Reference>>>> = OnceLock::new();
    let mut known = KNOWN.get_or_init(Mutex::default).lock().unwrap();
    // On a thread of its own, which has a clock of its own.
    let made = || thread::spawn(move || trial::block_on(undisturbed(as_of))).join();
    let made = || Arc::new(made().unwrap());
    Arc::clone(known.entry(as_of).or_insert_with(made))
}

async fn undisturbed(as_of: Timestamp) -> Reference {
    pass(as_of.as_second() - now().as_second());
    let world = Arc::new(World::quiet());
    let [data, runs, output] = [company::stored(), Arc::default(), Arc::<Memory>::default()];
    let ear = Ear::new(&world, &output);
    let stores = [&data, &runs, &output];
    let walk = Machine::new(&world, stores, &ear, Without::Nothing)
        .walk(input())
        .await;
    assert_eq!(walk.outcome, Some(Outcome::Succeeded), "{:?}", walk.failed);
    Reference {
        operations: world.operations(),
        runs: contents(&runs).await,
        output: contents(&output).await,
    }
}

/// What a run is started with.
pub(crate) fn input() -> ExecutionInput {
    ExecutionInput {
        replicates: Some(3),
        notify: Some(true),
        ..ExecutionInput::default()
    }
}
