//! How long a back-test takes to score, the quickest of 5 times: `cargo run --release -p scoring --example scoring_time`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement for people"
)]

use std::hint::black_box;
use std::time::Instant;

use scoring::Score;

const ROWS: u32 = 400_000;
const DRAWS: u32 = 500;

fn main() {
    let sorted: Vec<f64> = (0..DRAWS).map(f64::from).collect();
    let seconds = (0..5).map(|_| {
        let start = Instant::now();
        let mut score = Score::default();
        for row in 0..ROWS {
            let actual = f64::from(row.wrapping_mul(2_654_435_761) % DRAWS);
            score.add(250.0, actual, black_box(&sorted));
        }
        black_box(score.crps());
        start.elapsed().as_secs_f64()
    });
    let quickest = seconds.fold(f64::INFINITY, f64::min);
    println!("{ROWS} rows with {DRAWS} sorted draws: {quickest:.2} s");
}
