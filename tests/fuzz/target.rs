//! One parser under test: its corpus, then cases made of samples.

use std::fs;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::corpus;
use crate::mutation::{cases, mutated};

/// Cases of a target where nothing else is asked for.
const CASES: u32 = 60;
/// What takes longer than this takes for ever: no input here is large.
const FOR_EVER: Duration = Duration::from_mins(2);

/// A name and the bytes that go with it: of which table, of which function.
pub(crate) type Sample = (String, Vec<u8>);

/// Replays the target's corpus, then tries the samples as they are and changed; `check` panics at what must not be.
#[expect(
    clippy::disallowed_methods,
    reason = "how long is said by a variable, and how long it takes by the clock"
)]
pub(crate) fn fuzz(target: &'static str, samples: &[Sample], check: impl Fn(&str, &[u8])) {
    // Parsers of others may panic inside of ours, which catches it; only what comes out is told.
    static QUIET: Once = Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let watch = Watch::begin(target);
    let tried = |name: &str, bytes: &[u8]| {
        watch.sees(name, bytes);
        catch_unwind(AssertUnwindSafe(|| check(name, bytes))).map_err(|panic| words(&*panic))
    };
    let mut broken = Vec::new();
    for (name, bytes) in corpus::of(target).iter().chain(samples) {
        if let Err(why) = tried(name, bytes) {
            broken.push(format!("{target}: {name}: {why}"));
        }
    }
    let wrong = |(at, changes): (usize, Vec<_>)| {
        let (name, sample) = &samples[at];
        let bytes = mutated(sample, &changes);
        tried(name, &bytes).map_err(|why| {
            let place = kept(target, name, &bytes);
            TestCaseError::fail(format!("{why}; the input is kept in {place}"))
        })
    };
    let seconds = std::env::var("LARDER_FUZZ_SECONDS").ok();
    let named = std::env::var("PROPTEST_CASES").is_ok();
    let config = Config {
        cases: if named {
            Config::default().cases
        } else {
            CASES
        },
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = match seconds {
        None if named => TestRunner::new(config).run(&cases(samples.len()), wrong),
        // The same cases every time: what lands has passed them.
        None => {
            let mut runner = TestRunner::deterministic();
            let mut outcome = Ok(());
            for _ in 0..CASES {
                let tree = cases(samples.len()).new_tree(&mut runner).unwrap();
                outcome = TestRunner::new(config.clone())
                    .run_one(tree, wrong)
                    .map(drop);
                if outcome.is_err() {
                    break;
                }
            }
            outcome
        }
        Some(seconds) => {
            let end = Instant::now() + Duration::from_secs(seconds.parse().unwrap());
            let mut outcome = Ok(());
            while outcome.is_ok() && Instant::now() < end {
                outcome = TestRunner::new(config.clone()).run(&cases(samples.len()), wrong);
            }
            outcome
        }
    };
    if let Err(error) = outcome {
        broken.push(format!("{target}: {error}"));
    }
    if !broken.is_empty() {
        let text = format!("{}\n", broken.join("\n"));
        std::io::stdout().write_all(text.as_bytes()).unwrap();
    }
    assert!(broken.is_empty());
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("it panics: {}", text.unwrap_or("without words"))
}

/// Keeps an input that broke something.
fn kept(target: &str, name: &str, bytes: &[u8]) -> String {
    let digest = artifacts::sha256(bytes).short();
    let place = std::env::temp_dir().join(format!("larder-{target}-{digest}-{name}"));
    match fs::write(&place, bytes) {
        Ok(()) => place.display().to_string(),
        Err(error) => format!("nothing: {error}"),
    }
}

/// Ends the process, with the input in words, when an input takes for ever: nothing else could.
struct Watch(Sender<Sample>);

impl Watch {
    fn begin(target: &'static str) -> Self {
        let (sender, receiver) = channel::<Sample>();
        thread::spawn(move || {
            let mut last: Option<Sample> = None;
            loop {
                match receiver.recv_timeout(FOR_EVER) {
                    Ok(next) => last = Some(next),
                    Err(RecvTimeoutError::Disconnected) => return,
                    Err(RecvTimeoutError::Timeout) => {
                        let Some((name, bytes)) = &last else { continue };
                        kept(target, name, bytes);
                        std::process::abort();
                    }
                }
            }
        });
        Self(sender)
    }

    fn sees(&self, name: &str, bytes: &[u8]) {
        // Whoever watches has gone only with the test.
        let _ = self.0.send((name.to_owned(), bytes.to_vec()));
    }
}
