//! Ten thousand seeds, or the one that `LARDER_SEED` names.

use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::ear;
use crate::faults::{Counts, Fault};
use crate::function::Answers;
use crate::meddler::Meddling;
use crate::run::Run;
use crate::twins::Without;
use crate::{injection, planning};

const SEEDS: u64 = 10_000;

/// Each seed has at least so many deliveries and faults, for each of the two consumers.
const DELIVERIES: u32 = 50;
const FAULTS: u64 = 3;

/// Both consumers on one seed.
fn both(seed: u64, told: bool) -> [(&'static str, Run); 2] {
    [
        (
            "planning-sync",
            planning::run(seed, Meddling::Nothing, Answers::AsSaid, told),
        ),
        (
            "erp-inject",
            injection::run(seed, Without::Nothing, Answers::AsSaid, told),
        ),
    ]
}

/// What is wrong with a seed, with the command that shows it.
fn wrong(seed: u64, consumer: &str, run: &Run) -> Option<String> {
    let few = run.traffic.deliveries < DELIVERIES || run.counts.all() < FAULTS;
    let what = match &run.kept {
        Err(violation) => violation.to_string(),
        Ok(()) if few => format!(
            "{} deliveries, {} faults",
            run.traffic.deliveries,
            run.counts.all()
        ),
        Ok(()) => return None,
    };
    Some(format!(
        "seed {seed}, {consumer}: {what}\n  LARDER_SEED={seed} cargo test --profile ci -p simulator"
    ))
}

/// Past the harness, which keeps what tests print to itself.
fn print(text: &str) {
    let line = format!("{text}\n");
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the seed to look at is named by a variable"
)]
fn whatever_fails_every_invariant_holds() {
    ear::listen();
    if let Ok(seed) = std::env::var("LARDER_SEED") {
        let seed = seed.parse().unwrap();
        for (consumer, run) in both(seed, true) {
            print(&format!("seed {seed}, {consumer}\n{}", run.story));
            print(&format!("{:?}", run.kept));
            assert_eq!(wrong(seed, consumer, &run), None);
        }
        return;
    }
    let (next, all) = (AtomicU64::new(0), Mutex::new(All::default()));
    let work = || {
        let mut mine = All::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= SEEDS {
                break;
            }
            both(seed, false)
                .iter()
                .for_each(|(consumer, run)| mine.add(seed, consumer, run));
        }
        all.lock().unwrap().join(mine);
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        (0..threads).for_each(|_| {
            scope.spawn(work);
        });
    });
    let all = all.into_inner().unwrap();
    print(&all.table());
    assert!(all.wrong.is_empty(), "{}", all.first());
    for fault in Fault::ALL {
        assert!(all.counts.of(*fault) > 0, "no seed met: {}", fault.name());
    }
}

/// What came of all seeds.
#[derive(Default)]
struct All {
    counts: Counts,
    deliveries: u64,
    most_receives: u32,
    most_calm_receives: u32,
    wrong: Vec<(u64, String)>,
}

impl All {
    fn add(&mut self, seed: u64, consumer: &str, run: &Run) {
        self.counts.add_all(&run.counts);
        self.deliveries += u64::from(run.traffic.deliveries);
        self.most_receives = self.most_receives.max(run.traffic.most_receives);
        self.most_calm_receives = self.most_calm_receives.max(run.traffic.most_calm_receives);
        self.wrong
            .extend(wrong(seed, consumer, run).map(|wrong| (seed, wrong)));
    }

    fn join(&mut self, other: Self) {
        self.counts.add_all(&other.counts);
        self.deliveries += other.deliveries;
        self.most_receives = self.most_receives.max(other.most_receives);
        self.most_calm_receives = self.most_calm_receives.max(other.most_calm_receives);
        self.wrong.extend(other.wrong);
    }

    fn table(&self) -> String {
        let line = |fault: &Fault| format!("  {:>9}  {}\n", self.counts.of(*fault), fault.name());
        let faults: String = Fault::ALL.iter().map(line).collect();
        format!(
            "{SEEDS} seeds of two consumers: {} deliveries; at most {} of a message, {} once faults had stopped; faults:\n{faults}",
            self.deliveries, self.most_receives, self.most_calm_receives
        )
    }

    /// The first seeds that are wrong.
    fn first(&self) -> String {
        let mut wrong = self.wrong.clone();
        wrong.sort();
        let first: Vec<_> = wrong
            .iter()
            .take(5)
            .map(|(_, wrong)| wrong.as_str())
            .collect();
        format!("{} seeds:\n{}", wrong.len(), first.join("\n"))
    }
}
