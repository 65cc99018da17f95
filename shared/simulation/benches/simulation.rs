//! The order simulator on the large company's week, one thread: `cargo bench -p simulation`.
#![expect(
    clippy::unwrap_used,
    reason = "a measurement stops where it cannot go on"
)]

mod workload;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use simulation::{Limits, Simulation};
use workload::{LARGE, Size};

/// States of the world in one measurement.
const STATES: u32 = 5;

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    pool.build_global().unwrap();
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let sizes = [
        ("large", LARGE),
        (
            "40 recipes",
            Size {
                recipes: 40,
                ..LARGE
            },
        ),
        (
            "100 recipes",
            Size {
                recipes: 100,
                ..LARGE
            },
        ),
        ("1 site", Size { sites: 1, ..LARGE }),
        ("20 sites", Size { sites: 20, ..LARGE }),
    ];
    for (name, size) in sizes {
        draws(&mut criterion, name, size);
    }
    once(&mut criterion);
    criterion.final_summary();
}

/// Boxes per second: draw, place, count.
fn draws(criterion: &mut Criterion, name: &str, size: Size) {
    let (snapshot, demand) = workload::week(size);
    let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), 7).unwrap();
    let boxes = simulation.draws(STATES).totals().iter().sum();
    let mut group = criterion.benchmark_group("draws");
    group.throughput(Throughput::Elements(boxes));
    group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
        bencher.iter(|| black_box(simulation.draws(STATES)));
    });
    group.finish();
}

/// What a week costs once: making ready with exact corrections, the plan box by box, packing the draws.
fn once(criterion: &mut Criterion) {
    let (snapshot, demand) = workload::week(LARGE);
    let ready = || Simulation::new(&snapshot, &demand, &Limits::default(), 7).unwrap();
    criterion.bench_function("make ready", |bencher| {
        bencher.iter(|| black_box(ready()));
    });
    let simulation = ready();
    criterion.bench_function("plan", |bencher| {
        bencher.iter(|| black_box(simulation.plan()));
    });
    let plan = simulation.plan();
    let usual = simulation.usual(&plan.boxes, plan.placed.bins());
    criterion.bench_function("5 draws near the plan", |bencher| {
        bencher.iter(|| black_box(simulation.draws_near(STATES, &usual)));
    });
    let draws = simulation.draws(50);
    criterion.bench_function("pack 50 draws", |bencher| {
        bencher.iter(|| black_box(draws.pack().unwrap()));
    });
}
