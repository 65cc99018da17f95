//! Store and topic, each over its twin in memory, that fail, lose their answers, and in whose calls functions die.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::{Arc, Mutex};

use artifacts::{Entry, Memory, Store, StoreError, Version};
use messaging::{Notice, SendError, Topic};

use crate::faults::Fault;
use crate::world::World;

/// The faults that creating an object may meet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failing {
    dies_before: Fault,
    dies_after: Fault,
    fails: Fault,
    answer_lost: Fault,
}

/// The data set's store: what is created there is the effect.
pub(crate) const DATA: Failing = Failing {
    dies_before: Fault::CrashBeforeEffect,
    dies_after: Fault::CrashAfterEffect,
    fails: Fault::StoreFails,
    answer_lost: Fault::StoreAnswerLost,
};

/// Where events are parked: what is created there is a record.
pub(crate) const PARKING: Failing = Failing {
    dies_before: Fault::CrashBeforeRecord,
    dies_after: Fault::CrashAfterRecord,
    fails: Fault::ParkingFails,
    answer_lost: Fault::ParkingAnswerLost,
};

/// Objects that were opened, as files: objects never change, and files cost more than all else in a seed.
pub(crate) type Spool = Arc<Mutex<BTreeMap<String, File>>>;

/// A store that can be away.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    world: Arc<World>,
    held: Arc<Memory>,
    spool: Spool,
    failing: Failing,
}

impl Shelf {
    pub(crate) fn new(
        world: &Arc<World>,
        held: &Arc<Memory>,
        spool: &Spool,
        failing: Failing,
    ) -> Self {
        Self {
            world: Arc::clone(world),
            held: Arc::clone(held),
            spool: Arc::clone(spool),
            failing,
        }
    }

    fn unavailable(&self, key: &str) -> StoreError {
        StoreError::Unavailable {
            place: self.place(key),
            source: "it is away".into(),
        }
    }

    async fn reached(&self, key: &str) -> Result<(), StoreError> {
        self.world.pass(5 + self.world.below(60)).await;
        if self.world.is_out() || self.world.strikes(self.failing.fails) {
            return Err(self.unavailable(key));
        }
        Ok(())
    }
}

impl Store for Shelf {
    async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        self.reached(key).await?;
        self.held.get(key).await
    }

    async fn open(&self, key: &str) -> Result<File, StoreError> {
        self.reached(key).await?;
        let spooled = |file: &File| file.try_clone().unwrap();
        let known = self.spool.lock().unwrap().get(key).map(spooled);
        if let Some(file) = known {
            return Ok(file);
        }
        let file = self.held.open(key).await?;
        let mut spool = self.spool.lock().unwrap();
        spool.insert(key.to_owned(), spooled(&file));
        Ok(file)
    }

    async fn create(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.reached(key).await?;
        if self.world.strikes(self.failing.dies_before) {
            self.world.die().await;
        }
        self.held.create(key, bytes).await?;
        self.world.tell(|| format!("created {key}"));
        if self.world.strikes(self.failing.dies_after) {
            self.world.die().await;
        }
        self.world.pass(self.world.below(20)).await;
        if self.world.strikes(self.failing.answer_lost) {
            return Err(self.unavailable(key));
        }
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.reached(prefix).await?;
        self.held.list(prefix).await
    }

    async fn pointer(&self, key: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        self.reached(key).await?;
        self.held.pointer(key).await
    }

    async fn swap(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        self.reached(key).await?;
        self.held.swap(key, expected, bytes).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.reached(key).await?;
        self.held.delete(key).await
    }

    fn place(&self, key: &str) -> String {
        self.held.place(key)
    }
}

/// A topic that can be away.
#[derive(Debug, Clone)]
pub(crate) struct Crier {
    world: Arc<World>,
    held: Arc<messaging::Memory>,
}

impl Crier {
    pub(crate) fn new(world: &Arc<World>, held: &Arc<messaging::Memory>) -> Self {
        Self {
            world: Arc::clone(world),
            held: Arc::clone(held),
        }
    }
}

impl Topic for Crier {
    async fn publish(&self, notice: &Notice) -> Result<(), SendError> {
        self.world.pass(5 + self.world.below(60)).await;
        if self.world.strikes(Fault::ParkingFails) {
            return Err(SendError::NotTaken("too much at once".to_owned()));
        }
        self.held.publish(notice).await?;
        if self.world.strikes(Fault::ParkingAnswerLost) {
            return Err(SendError::NoAnswer("the answer was lost".to_owned()));
        }
        Ok(())
    }
}
