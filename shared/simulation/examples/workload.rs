//! What drawing the large company's week costs: `cargo run --release -p simulation --example workload`.
//!
//! One thread. Peak memory is that of the process (`VmHWM`), where the system tells.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a measurement for people"
)]

#[path = "../benches/workload/mod.rs"]
mod workload;

use std::time::Instant;

use simulation::{Limits, Simulation};
use workload::{LARGE, Size};

fn main() {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    pool.install(|| {
        println!(
            "recipes  sites  areas  draws    ready ms  draw s  ns/box  Mbox/s  pack s  packed MB  peak MB"
        );
        for draws in [20, 200] {
            measure(LARGE, draws);
        }
        for recipes in [40, 100] {
            measure(Size { recipes, ..LARGE }, 20);
        }
        for sites in [1, 20] {
            measure(Size { sites, ..LARGE }, 20);
        }
    });
}

fn measure(size: Size, draws: u32) {
    let (snapshot, demand) = workload::week(size);
    let start = Instant::now();
    let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), 7).unwrap();
    let ready = start.elapsed().as_secs_f64();
    let mut best = f64::INFINITY;
    let mut drawn = simulation.draws(1);
    for _ in 0..5 {
        let start = Instant::now();
        drawn = simulation.draws(draws);
        best = best.min(start.elapsed().as_secs_f64());
    }
    let boxes: u64 = drawn.totals().iter().sum();
    let unplaced: u64 = drawn.unplaced().iter().sum();
    let start = Instant::now();
    let packed = drawn.pack().unwrap().len();
    let pack = start.elapsed().as_secs_f64();
    println!(
        "{:7}  {:5}  {:5}  {draws:5}  {:8.1}  {best:6.3}  {:6.1}  {:6.1}  {pack:6.3}  {:9.2}  {:7}   {:.2} % unplaced",
        size.recipes,
        size.sites,
        size.areas,
        ready * 1e3,
        best * 1e9 / boxes as f64,
        boxes as f64 / best / 1e6,
        packed as f64 / 1e6,
        peak().map_or_else(|| "-".to_owned(), |kb| (kb / 1024).to_string()),
        100.0 * unplaced as f64 / boxes as f64,
    );
}

/// The process's peak of resident memory in KiB, on Linux.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
