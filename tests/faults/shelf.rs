//! A store over its twin in memory that fails, is damaged, and in whose operations functions die.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek, Write as _};
use std::sync::{Arc, Mutex};

use artifacts::{Entry, Memory, Store, StoreError, Version};

use crate::faults::Fault;
use crate::invariants;
use crate::world::{Kind, Place, World, Write};

/// What is taken away, to see whether it is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Without {
    Nothing,
    /// The store overwrites.
    CreateOnly,
    /// The store says that it has written before it has.
    Durability,
    /// A step's result is written before what it refers to.
    ResultLast,
    /// `latest` moves before anything is published.
    LatestLast,
    /// Everything is tried again, whatever it is.
    RetryLimits,
}

impl Without {
    /// Whether it may be missed where a state is struck. One object of one state has its content from the clock: where
    /// strikes fall anywhere, thousands of seeds pass before two of it meet.
    pub(crate) fn shows_in(self, state: &str) -> bool {
        self != Self::CreateOnly || state == "Configure"
    }
}

thread_local! {
    /// Files by what they hold: a seed runs on one thread, and making files costs more than all else in it.
    static SPOOL: RefCell<BTreeMap<Vec<u8>, File>> = const { RefCell::new(BTreeMap::new()) };
}

/// A file that holds these bytes.
fn spooled(bytes: Vec<u8>) -> File {
    SPOOL.with_borrow_mut(|spool| {
        let file = spool.entry(bytes).or_insert_with_key(|bytes| {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            file
        });
        file.rewind().unwrap();
        file.try_clone().unwrap()
    })
}

#[derive(Debug)]
pub(crate) struct Shelf {
    world: Arc<World>,
    place: Place,
    held: Arc<Memory>,
    /// Where publications stand.
    output: Arc<Memory>,
    without: Without,
    /// What waits for its step's result, where that is written first.
    waiting: Mutex<Vec<(String, Vec<u8>)>>,
}

impl Shelf {
    pub(crate) fn new(
        world: &Arc<World>,
        place: Place,
        held: &Arc<Memory>,
        output: &Arc<Memory>,
        without: Without,
    ) -> Self {
        Self {
            world: Arc::clone(world),
            place,
            held: Arc::clone(held),
            output: Arc::clone(output),
            without,
            waiting: Mutex::default(),
        }
    }

    fn unavailable(&self, key: &str, why: io::Error) -> StoreError {
        StoreError::Unavailable {
            place: self.place(key),
            source: why.into(),
        }
    }

    /// What every operation may meet before it is done; gives what is left to happen during and after it.
    async fn reached(&self, kind: Kind, key: &str) -> Result<Option<Fault>, StoreError> {
        let held = match kind {
            Kind::List => None,
            _ => self.held.get(key).await.ok(),
        };
        let met = self.world.meets(self.place, kind, key, held.is_some());
        self.land().await;
        match (met, held) {
            (Some(Fault::KilledBeforeWrite | Fault::KilledAtRead), _) => {
                self.world.die("Lambda.Unknown").await;
            }
            (Some(Fault::Throttled), _) => {
                return Err(self.unavailable(key, io::Error::other("slow down")));
            }
            (Some(Fault::ScratchFull), _) => {
                return Err(self.unavailable(key, io::ErrorKind::StorageFull.into()));
            }
            (Some(Fault::Denied), _) => {
                return Err(StoreError::Denied {
                    place: self.place(key),
                    source: "access denied".into(),
                });
            }
            (Some(fault @ (Fault::Truncated | Fault::Altered | Fault::Gone)), Some(was)) => {
                self.damage(fault, key, was);
            }
            _ => {}
        }
        Ok(met)
    }

    fn damage(&self, fault: Fault, key: &str, was: Vec<u8>) {
        let mut bytes = was.clone();
        match fault {
            Fault::Gone => self.held.remove(key),
            Fault::Altered if !bytes.is_empty() => {
                let at = self.world.below(bytes.len());
                bytes[at] ^= 1 << self.world.below(7);
                self.held.damage(key, &bytes);
            }
            _ => {
                bytes.truncate(self.world.below(bytes.len().max(1)));
                self.held.damage(key, &bytes);
            }
        }
        self.world.damages(self.place, key, Some(was));
    }

    /// Lets writes land that nobody waits for any more.
    async fn land(&self) {
        for late in self.world.landed(self.place) {
            let key = &late.key;
            self.world.tell(|| format!("lands now: {key}"));
            match late.write {
                Write::Create => {
                    // It is refused where somebody else was first.
                    let _ = self.stored(key, &late.bytes).await;
                }
                Write::Swap(expected) => {
                    let _ = self.swapped(key, expected.as_ref(), &late.bytes).await;
                }
            }
        }
    }

    async fn stored(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        if self.without == Without::CreateOnly {
            self.held.damage(key, bytes);
            return Ok(());
        }
        self.held.create(key, bytes).await
    }

    async fn swapped(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        let first = self.held.swap(key, expected, bytes).await?;
        if first && let Err(what) = invariants::latest_is_whole(bytes, &self.output).await {
            self.world.violated("F4", what);
        }
        Ok(first)
    }

    async fn created(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let met = self.reached(Kind::Create, key).await?;
        match met {
            Some(Fault::TimedOut) => {
                self.world.goes_on(self.place, key, bytes, Write::Create);
                self.world.die("States.Timeout").await;
            }
            Some(Fault::HalfThere) => {
                self.held.damage(key, &bytes[..bytes.len() / 2]);
                self.world.damages(self.place, key, None);
            }
            _ => {}
        }
        if self.without == Without::Durability && self.place == Place::Output {
            self.world.goes_on(self.place, key, bytes, Write::Create);
        } else {
            self.stored(key, bytes).await?;
        }
        self.answered(met, key).await
    }

    /// What may happen after a write.
    async fn answered(&self, met: Option<Fault>, key: &str) -> Result<(), StoreError> {
        match met {
            Some(Fault::KilledAfterWrite) => self.world.die("Lambda.Unknown").await,
            Some(Fault::AnswerLost) => {
                return Err(self.unavailable(key, io::ErrorKind::ConnectionReset.into()));
            }
            _ => {}
        }
        Ok(())
    }

    /// Half of some bytes.
    fn short(&self, bytes: &[u8]) -> Vec<u8> {
        bytes[..self.world.below(bytes.len().max(1))].to_vec()
    }
}

impl Store for Shelf {
    async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        let met = self.reached(Kind::Get, key).await?;
        let bytes = self.held.get(key).await?;
        match met {
            Some(Fault::OutOfMemory) => self.world.die("Lambda.Unknown").await,
            Some(Fault::ShortRead) => return Ok(self.short(&bytes)),
            _ => {}
        }
        Ok(bytes)
    }

    async fn open(&self, key: &str) -> Result<File, StoreError> {
        let met = self.reached(Kind::Open, key).await?;
        let mut bytes = self.held.get(key).await?;
        if met == Some(Fault::ShortRead) {
            bytes = self.short(&bytes);
        }
        let file = spooled(bytes);
        if met == Some(Fault::OutOfMemory) {
            self.world.die("Lambda.Unknown").await;
        }
        Ok(file)
    }

    async fn create(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let of_a_step = key.ends_with("/result.json") || key.split('/').count() > 4;
        if self.without != Without::ResultLast || !of_a_step {
            return self.created(key, bytes).await;
        }
        if !key.ends_with("/result.json") {
            let mut waiting = self.waiting.lock().unwrap();
            waiting.push((key.to_owned(), bytes.to_vec()));
            return Ok(());
        }
        self.created(key, bytes).await?;
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap());
        for (key, bytes) in waiting {
            self.created(&key, &bytes).await?;
        }
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.reached(Kind::List, prefix).await?;
        self.held.list(prefix).await
    }

    async fn pointer(&self, key: &str) -> Result<Option<(Vec<u8>, Version)>, StoreError> {
        self.reached(Kind::Pointer, key).await?;
        self.held.pointer(key).await
    }

    async fn swap(
        &self,
        key: &str,
        expected: Option<&Version>,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        let met = self.reached(Kind::Swap, key).await?;
        match met {
            Some(Fault::TimedOut) => {
                let write = Write::Swap(expected.cloned());
                self.world.goes_on(self.place, key, bytes, write);
                self.world.die("States.Timeout").await;
            }
            Some(Fault::PointerMoved) => return Ok(false),
            _ => {}
        }
        let first = self.swapped(key, expected, bytes).await?;
        self.answered(met, key).await?;
        Ok(first)
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.held.delete(key).await
    }

    fn place(&self, key: &str) -> String {
        self.held.place(key)
    }
}
