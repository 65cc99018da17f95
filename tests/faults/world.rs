//! What stores, functions and whoever is told have in common in one seed: chance, time, what strikes, and what was seen.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard};
use std::task::Poll;

use artifacts::Version;
use domain::Timestamp;
use random::Stream;

use crate::faults::{Counts, Fault};
use crate::strike::Strike;

thread_local!(static NOW: Cell<i64> = const { Cell::new(0) });

/// When the first walk begins: noon of the data set's day.
const BEGIN: i64 = 1_792_324_800;

/// What time it is.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(NOW.get()).unwrap()
}

/// It is the moment of the first walk.
pub(crate) fn begin() {
    NOW.set(BEGIN);
}

/// Lets time pass.
pub(crate) fn pass(seconds: i64) {
    NOW.set(NOW.get() + seconds);
}

/// Which store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Data,
    Runs,
    Output,
}

/// What is done with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Get,
    Open,
    List,
    Pointer,
    Create,
    Swap,
}

/// One thing done with a store.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) state: &'static str,
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    pub(crate) key: String,
    /// Whether there is such an object.
    pub(crate) there: bool,
}

/// A write that is under way while nobody waits for it any more.
#[derive(Debug, Clone)]
pub(crate) struct Late {
    /// Lands with this operation.
    due: u64,
    pub(crate) place: Place,
    pub(crate) key: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) write: Write,
}

/// What a write does.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    /// Creates an object.
    Create,
    /// Moves a pointer that is as it was.
    Swap(Option<Version>),
}

/// What stood where there is damage now.
pub(crate) type Damage = BTreeMap<(Place, String), Option<Vec<u8>>>;

/// A rule that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) rule: &'static str,
    pub(crate) what: String,
}

#[derive(Debug)]
pub(crate) struct World(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    chance: Stream,
    state: &'static str,
    operations: Vec<Operation>,
    done: u64,
    strike: Option<Strike>,
    /// Operations in a row that meet this.
    burst: Option<(Fault, u32)>,
    /// As what the function at work has ended, when it has.
    death: Option<&'static str>,
    late: Vec<Late>,
    /// What was there before damage was done; `None`: nothing.
    damaged: Damage,
    struck: BTreeSet<Fault>,
    /// Strikes at the records of sending.
    at_records: u32,
    counts: Counts,
    violation: Option<Violation>,
    story: Option<String>,
}

impl World {
    pub(crate) fn new(seed: u64, told: bool) -> Self {
        Self(Mutex::new(Inner {
            chance: Stream::new(seed, &[]),
            state: "",
            operations: Vec::new(),
            done: 0,
            strike: None,
            burst: None,
            death: None,
            late: Vec::new(),
            damaged: BTreeMap::new(),
            struck: BTreeSet::new(),
            at_records: 0,
            counts: Counts::default(),
            violation: None,
            story: told.then(String::new),
        }))
    }

    /// One in which nothing happens.
    pub(crate) fn quiet() -> Self {
        Self::new(0, false)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    /// A number below another, by chance.
    pub(crate) fn below(&self, end: usize) -> usize {
        self.inner().chance.below(end as u32) as usize
    }

    /// A fault for the walk that begins.
    pub(crate) fn draw(&self, operations: &[&Operation]) {
        let mut inner = self.inner();
        inner.burst = None;
        let strike = Strike::drawn(&mut inner.chance, operations);
        inner.strike = Some(strike);
        inner.tell(|| format!("to come: {strike:?}"));
    }

    /// Nothing is to strike from now on.
    pub(crate) fn calm(&self) {
        let mut inner = self.inner();
        (inner.strike, inner.burst) = (None, None);
    }

    /// A state begins.
    pub(crate) fn enter(&self, state: &'static str) {
        self.inner().state = state;
    }

    /// An operation begins; gives what strikes it.
    pub(crate) fn meets(&self, place: Place, kind: Kind, key: &str, there: bool) -> Option<Fault> {
        let mut inner = self.inner();
        let operation = Operation {
            state: inner.state,
            place,
            kind,
            key: key.to_owned(),
            there,
        };
        inner.done += 1;
        let struck = inner.struck_by(&operation);
        inner.operations.push(operation);
        if let Some(fault) = struck {
            inner.counts.add(fault);
            inner.struck.insert(fault);
            inner.at_records += u32::from(key.contains("/mail/"));
            inner.tell(|| format!("{}: {kind:?} {key}", fault.name()));
        }
        struck
    }

    /// The function at work ends here, as the state machine hears of it.
    pub(crate) async fn die(&self, death: &'static str) {
        self.inner().death = Some(death);
        pending::<()>().await;
    }

    /// Does a function's work until it is done or the function has ended.
    pub(crate) async fn lives<T>(&self, work: impl Future<Output = T>) -> Result<T, &'static str> {
        let mut work = pin!(work);
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Ok(done)),
            Poll::Pending => match self.inner().death.take() {
                Some(death) => Poll::Ready(Err(death)),
                None => Poll::Pending,
            },
        })
        .await
    }

    /// A write goes on by itself and lands within the next operations.
    pub(crate) fn goes_on(&self, place: Place, key: &str, bytes: &[u8], write: Write) {
        let mut inner = self.inner();
        let due = inner.done + 1 + u64::from(inner.chance.below(60));
        inner.late.push(Late {
            due,
            place,
            key: key.to_owned(),
            bytes: bytes.to_vec(),
            write,
        });
    }

    /// The writes to a store that land now.
    pub(crate) fn landed(&self, place: Place) -> Vec<Late> {
        let mut inner = self.inner();
        let now = inner.done;
        let mut landed = Vec::new();
        inner.late.retain(|late| {
            let lands = late.place == place && late.due <= now;
            if lands {
                landed.push(late.clone());
            }
            !lands
        });
        landed
    }

    /// Remembers what stood where damage is done.
    pub(crate) fn damages(&self, place: Place, key: &str, was: Option<Vec<u8>>) {
        self.inner()
            .damaged
            .entry((place, key.to_owned()))
            .or_insert(was);
    }

    /// What is damaged now, with what was there.
    pub(crate) fn damaged(&self) -> Damage {
        self.inner().damaged.clone()
    }

    /// Damage below a folder, or of an object, is undone.
    pub(crate) fn mended(&self, place: Place, start: &str) {
        let kept = |(at, key): &(Place, String)| *at != place || !key.starts_with(start);
        self.inner().damaged.retain(|at, _| kept(at));
    }

    pub(crate) fn violated(&self, rule: &'static str, what: String) {
        let mut inner = self.inner();
        inner.tell(|| format!("{rule}: {what}"));
        inner.violation.get_or_insert(Violation { rule, what });
    }

    pub(crate) fn violation(&self) -> Option<Violation> {
        self.inner().violation.clone()
    }

    pub(crate) fn operations(&self) -> Vec<Operation> {
        self.inner().operations.clone()
    }

    pub(crate) fn struck(&self) -> BTreeSet<Fault> {
        self.inner().struck.clone()
    }

    pub(crate) fn at_records(&self) -> u32 {
        self.inner().at_records
    }

    pub(crate) fn counts(&self) -> Counts {
        self.inner().counts.clone()
    }

    pub(crate) fn tell(&self, line: impl FnOnce() -> String) {
        self.inner().tell(line);
    }

    pub(crate) fn story(&self) -> String {
        self.inner().story.clone().unwrap_or_default()
    }
}

impl Inner {
    fn struck_by(&mut self, operation: &Operation) -> Option<Fault> {
        if let Some((fault, left)) = self.burst
            && fault.fits(operation)
        {
            self.burst = (left > 1).then(|| (fault, left - 1));
            return Some(fault);
        }
        let strike = self.strike.as_mut()?;
        if strike.state != operation.state || !strike.fault.fits(operation) {
            return None;
        }
        if strike.nth > 0 {
            strike.nth -= 1;
            return None;
        }
        let Strike { fault, lasts, .. } = *strike;
        self.strike = None;
        self.burst = (lasts > 1).then(|| (fault, lasts - 1));
        Some(fault)
    }

    fn tell(&mut self, line: impl FnOnce() -> String) {
        let state = self.state;
        if let Some(story) = &mut self.story {
            let _ = writeln!(story, "{state:14} {}", line());
        }
    }
}
