//! How long an ensemble takes, the quickest of 20 times: `cargo run --release -p series --example ensemble_time`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement for people"
)]

use std::hint::black_box;
use std::time::Instant;

use series::{Family, Trial, ensemble};

/// A season, a slow rise and a little noise that repeats every 17 weeks.
fn series(weeks: u32) -> Vec<f64> {
    (0..weeks)
        .map(|week| {
            let year = libm::sin(f64::from(week) * std::f64::consts::TAU / 52.0);
            let noise = f64::from(week * 7 % 17) / 17.0 - 0.5;
            (1000.0 + 2.0 * f64::from(week)) * (1.0 + 0.2 * year) * (1.0 + 0.1 * noise)
        })
        .collect()
}

fn quickest(mut work: impl FnMut()) -> f64 {
    (0..20)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e6
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() {
    for weeks in [30, 60, 103, 130, 170] {
        let series = series(weeks);
        let time = quickest(|| {
            black_box(ensemble(
                black_box(&series),
                8,
                &Family::WEEKLY,
                Trial::default(),
            ));
        });
        println!("{weeks} weeks: ensemble {time:.0} microseconds");
        for family in Family::WEEKLY {
            let time = quickest(|| {
                black_box(family.fit(black_box(&series)));
            });
            println!("    {family:?} {time:.1}");
        }
    }
}
