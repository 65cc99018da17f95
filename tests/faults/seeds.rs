//! Five hundred seeds, or the one that `LARDER_SEED` names, or as many as `LARDER_SEEDS` says.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::faults::{Counts, Fault};
use crate::shelf::Without;
use crate::trial::{self, Trial};

const SEEDS: u64 = 500;

/// Past the harness, which keeps what tests print to itself.
fn print(text: &str) {
    let line = format!("{text}\n");
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}

#[expect(
    clippy::disallowed_methods,
    reason = "the seeds to look at are named by variables"
)]
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn whatever_strikes_a_run_it_ends_as_if_nothing_had() {
    if let Some(seed) = asked("LARDER_SEED") {
        let trial = trial::run(seed, Without::Nothing, true);
        print(&format!("seed {seed}\n{}", trial.story));
        assert_eq!(trial.kept, Ok(()));
        return;
    }
    let seeds = asked("LARDER_SEEDS").unwrap_or(SEEDS);
    let (next, all) = (AtomicU64::new(0), Mutex::new(All::default()));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds {
                break;
            }
            let trial = || trial::run(seed, Without::Nothing, false);
            let trial = catch_unwind(AssertUnwindSafe(trial));
            all.lock().unwrap().add(seed, trial.ok());
        }
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        (0..threads).for_each(|_| {
            scope.spawn(work);
        });
    });
    let all = all.into_inner().unwrap();
    print(&all.table(seeds));
    assert!(all.wrong.is_empty(), "{}", all.first());
    for fault in Fault::ALL {
        assert!(all.counts.of(*fault) > 0, "no seed met: {}", fault.name());
    }
}

/// What came of all seeds.
#[derive(Default)]
struct All {
    counts: Counts,
    walks: usize,
    wrong: Vec<(u64, String)>,
}

impl All {
    /// Adds a seed; `None`: it panicked.
    fn add(&mut self, seed: u64, trial: Option<Trial>) {
        let what = match trial {
            None => "it panicked".to_owned(),
            Some(trial) => {
                self.counts.add_all(&trial.counts);
                self.walks += trial.walks;
                match trial.kept {
                    Ok(()) => return,
                    Err(violation) => format!("{}: {}", violation.rule, violation.what),
                }
            }
        };
        let again = format!("LARDER_SEED={seed} cargo test --profile ci -p faults");
        self.wrong
            .push((seed, format!("seed {seed}: {what}\n  {again}")));
    }

    fn table(&self, seeds: u64) -> String {
        let line = |fault: &Fault| format!("  {:>6}  {}\n", self.counts.of(*fault), fault.name());
        let faults: String = Fault::ALL.iter().map(line).collect();
        format!(
            "{seeds} seeds of a run: {} walks; faults:\n{faults}",
            self.walks
        )
    }

    /// The first seeds that are wrong.
    fn first(&self) -> String {
        let mut wrong = self.wrong.clone();
        wrong.sort();
        let first: Vec<_> = wrong
            .iter()
            .take(8)
            .map(|(_, what)| what.as_str())
            .collect();
        format!("{} seeds:\n{}", wrong.len(), first.join("\n"))
    }
}
