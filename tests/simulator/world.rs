//! Time, chance and faults of one seed. Nothing here waits: time goes on from one thing that happens to the next.

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use domain::Timestamp;
use random::{Stream, word};

use crate::faults::{Counts, Fault, Rates};

/// When every seed begins, in milliseconds: 2026-11-16T08:00:00Z.
const BEGIN: i64 = 1_794_816_000_000;

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// What a function's call that is not over waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wake {
    /// A moment.
    At(i64),
    /// Nothing: its environment has died.
    Never,
}

/// What everything in a seed shares.
#[derive(Debug)]
pub(crate) struct World {
    now: AtomicI64,
    chance: Mutex<Stream>,
    rates: Rates,
    counts: Mutex<Counts>,
    wake: Mutex<Wake>,
    /// While the other side is out, in milliseconds.
    outage: Mutex<(i64, i64)>,
    story: Option<Mutex<Vec<String>>>,
}

impl World {
    /// The world of a seed, with its faults.
    pub(crate) fn of_seed(seed: u64, flow: &str, told: bool) -> Arc<Self> {
        let mut chance = Stream::new(seed, &[word(flow)]);
        let rates = Rates::drawn(&mut chance);
        Self::new(chance, rates, told)
    }

    /// A world without faults.
    pub(crate) fn calm(told: bool) -> Arc<Self> {
        Self::new(Stream::new(0, &[]), Rates::default(), told)
    }

    fn new(chance: Stream, rates: Rates, told: bool) -> Arc<Self> {
        Arc::new(Self {
            now: AtomicI64::new(0),
            chance: Mutex::new(chance),
            rates,
            counts: Mutex::default(),
            wake: Mutex::new(Wake::Never),
            outage: Mutex::new((0, 0)),
            story: told.then(Mutex::default),
        })
    }

    /// Milliseconds since the beginning.
    pub(crate) fn now(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    /// Goes on to a moment; time never goes back.
    pub(crate) fn go_to(&self, moment: i64) {
        self.now.fetch_max(moment, Ordering::Relaxed);
    }

    /// A clock that is wrong by so many milliseconds.
    pub(crate) fn clock(self: &Arc<Self>, wrong: i64) -> impl Fn() -> Timestamp + Clone + use<> {
        let world = Arc::clone(self);
        move || moment(world.now() + wrong)
    }

    /// A whole number from 0 to `end` - 1.
    pub(crate) fn below(&self, end: i64) -> i64 {
        let end = u32::try_from(end).unwrap();
        i64::from(self.chance.lock().unwrap().below(end))
    }

    /// Whether it happens that happens `in_a_thousand` times in a thousand.
    pub(crate) fn happens(&self, in_a_thousand: i64) -> bool {
        self.below(1_000) < in_a_thousand
    }

    pub(crate) fn shuffle<T>(&self, items: &mut [T]) {
        self.chance.lock().unwrap().shuffle(items);
    }

    /// Whether a fault strikes now; it is counted then.
    pub(crate) fn strikes(&self, fault: Fault) -> bool {
        let rate = self.rates.of(fault);
        let strikes = rate > 0 && self.now() < self.rates.until && self.happens(rate);
        if strikes {
            self.count(fault);
        }
        strikes
    }

    /// Counts a fault that the workload itself is.
    pub(crate) fn count(&self, fault: Fault) {
        self.counts.lock().unwrap().add(fault);
        self.tell(|| format!("fault: {}", fault.name()));
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts.lock().unwrap().clone()
    }

    /// When the last fault may strike.
    pub(crate) fn calm_from(&self) -> i64 {
        self.rates.until.max(self.outage.lock().unwrap().1)
    }

    /// Takes the other side out for a time.
    pub(crate) fn outage(&self, from: i64, to: i64) {
        *self.outage.lock().unwrap() = (from, to);
    }

    pub(crate) fn is_out(&self) -> bool {
        let (from, to) = *self.outage.lock().unwrap();
        (from..to).contains(&self.now())
    }

    /// Waits so many milliseconds of the world's time.
    pub(crate) async fn pass(&self, milliseconds: i64) {
        *self.wake.lock().unwrap() = Wake::At(self.now() + milliseconds);
        let mut waited = false;
        poll_fn(|_| {
            if std::mem::replace(&mut waited, true) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// The environment dies here.
    pub(crate) async fn die(&self) -> Infallible {
        *self.wake.lock().unwrap() = Wake::Never;
        pending().await
    }

    /// What the call that was just polled waits for.
    pub(crate) fn wake(&self) -> Wake {
        *self.wake.lock().unwrap()
    }

    /// Adds to the story, where it is told.
    pub(crate) fn tell(&self, what: impl FnOnce() -> String) {
        if let Some(story) = &self.story {
            let now = self.now();
            let (minutes, seconds) = (now / MINUTE, now % MINUTE);
            let line = format!(
                "{:02}:{:02}:{:02}.{:03}  {}",
                minutes / 60,
                minutes % 60,
                seconds / SECOND,
                seconds % SECOND,
                what()
            );
            story.lock().unwrap().push(line);
        }
    }

    /// The story, line by line.
    pub(crate) fn story(&self) -> String {
        let story = self.story.as_ref();
        story
            .map(|story| story.lock().unwrap().join("\n"))
            .unwrap_or_default()
    }
}

/// The moment so many milliseconds after the beginning.
pub(crate) fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(BEGIN + milliseconds).unwrap()
}

/// What comes of something that never waits: the twins in memory.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("memory never waits"),
    }
}
