//! What drawing the large company's week costs, from the model of demand to quantiles of every recipe at every site on
//! every day: `cargo run --release -p simulation --example workload`.
//!
//! One thread, the quickest of five. Peak memory is that of the process (`VmHWM`), where the system tells; it only
//! grows from line to line.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a measurement for people"
)]

#[path = "../benches/workload/mod.rs"]
mod workload;

use std::time::Instant;

use simulation::{Limits, Packed, Simulation};
use workload::{LARGE, Size};

const RUNS: usize = 5;

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    pool.build_global().unwrap();
    let none = Limits::default();
    println!(
        "recipes  sites  states  ready ms  draw s  ns/box  Mbox/s  pack s  MB   quantiles s  all s  ns/box  peak MB"
    );
    for states in [20, 200] {
        measure(LARGE, states, false, &none);
    }
    println!("the same, near the plan's placement:");
    measure(LARGE, 20, true, &none);
    println!("half of the boxes known:");
    measure(
        Size {
            known: 100_000,
            ..LARGE
        },
        20,
        false,
        &none,
    );
    println!("one recipe limited, drawn in order of arrival:");
    let limits = Limits {
        max_kits: [(0, 1000)].into(),
        ..Limits::default()
    };
    measure(LARGE, 20, false, &limits);
    println!("other sizes:");
    for recipes in [40, 100] {
        measure(Size { recipes, ..LARGE }, 20, false, &none);
    }
    for sites in [1, 20] {
        measure(Size { sites, ..LARGE }, 20, false, &none);
    }
}

fn measure(size: Size, states: u32, near: bool, limits: &Limits) {
    let (snapshot, demand) = workload::week(size);
    let mut best = [f64::INFINITY; 4];
    let (mut boxes, mut megabytes) = (0, 0.0);
    for _ in 0..RUNS {
        let clock = Instant::now();
        let simulation = Simulation::new(&snapshot, &demand, limits, 7).unwrap();
        let ready = clock.elapsed().as_secs_f64();
        let draws = if near {
            let plan = simulation.plan();
            let usual = simulation.usual(&plan.boxes, plan.placed.bins());
            simulation.draws_near(states, &usual)
        } else {
            simulation.draws(states)
        };
        let drawn = clock.elapsed().as_secs_f64();
        let bytes = draws.pack().unwrap();
        let packed = clock.elapsed().as_secs_f64();
        boxes = draws.totals().iter().sum();
        drop(draws);
        let sum = quantiles(&bytes, size.sites, snapshot.packing_days.len());
        assert!(sum > 0);
        let done = clock.elapsed().as_secs_f64();
        megabytes = bytes.len() as f64 / 1e6;
        let times = [ready, drawn - ready, packed - drawn, done - packed];
        for (best, time) in best.iter_mut().zip(times) {
            *best = best.min(time);
        }
    }
    let [ready, drawn, packed, quantiles] = best;
    let all: f64 = best.iter().sum();
    println!(
        "{:7}  {:5}  {states:6}  {:8.1}  {drawn:6.3}  {:6.1}  {:6.1}  {packed:6.3}  {megabytes:4.2}  {quantiles:11.3}  {all:5.2}  {:6.1}  {:>7}",
        size.recipes,
        size.sites,
        ready * 1e3,
        drawn * 1e9 / boxes as f64,
        boxes as f64 / drawn / 1e6,
        all * 1e9 / boxes as f64,
        peak().map_or_else(|| "-".to_owned(), |kb| (kb / 1024).to_string()),
    );
}

/// The 10th, 50th and 90th percentile of every recipe's kits at every site on every day, over portion sizes; gives
/// their sum.
fn quantiles(bytes: &[u8], sites: usize, days: usize) -> u64 {
    let packed = Packed::open(bytes).unwrap();
    let (states, sizes) = (packed.replicates(), packed.portions().len());
    let mut all = 0;
    let mut kits = vec![0_u32; states];
    for site in 0..sites {
        let drawn = packed.site(site).unwrap();
        for day in 0..days {
            for recipe in drawn.kits(day).chunks_exact(sizes * states) {
                kits.fill(0);
                for of_size in recipe.chunks_exact(states) {
                    kits.iter_mut()
                        .zip(of_size)
                        .for_each(|(kits, more)| *kits += more);
                }
                for percent in [90, 50, 10] {
                    let rank = (percent * states).div_ceil(100).saturating_sub(1);
                    let (_, value, _) = kits.select_nth_unstable(rank);
                    all += u64::from(*value);
                }
            }
        }
    }
    all
}

/// The process's peak of resident memory in KiB, on Linux.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
