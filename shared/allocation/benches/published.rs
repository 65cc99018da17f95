//! The published instance's shape from lead day 12 to 11: `cargo bench -p allocation`.

#[path = "../examples/published/generator.rs"]
mod generator;

use std::time::Duration;

use allocation::orders::{Budget, Orders, Volumes, least_change};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use generator::{Company, caps, routes};

/// The orders of lead day 11 and the volumes of lead day 12.
fn lead_day_11(size: usize) -> (Orders, Volumes) {
    let mut company = Company::new(size, 1);
    for percent in [40, 46] {
        let orders = company.day(percent);
        let caps = caps(size as u64 / 4, size as u64 / 2);
        let routes = routes();
        let plan = least_change(
            &orders,
            &routes,
            &caps,
            &company.previous,
            Budget::default(),
        );
        company.publish(&plan);
    }
    (company.day(52), company.previous)
}

fn published(criterion: &mut Criterion) {
    let routes = routes();
    for (name, f1, f2) in [("caps unchanged", 25, 50), ("caps shifted", 10, 60)] {
        let mut group = criterion.benchmark_group(name);
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(100));
        for size in [10_000, 100_000, 1_000_000] {
            let (orders, previous) = lead_day_11(size);
            let caps = caps((size * f1 / 100) as u64, (size * f2 / 100) as u64);
            group.bench_function(BenchmarkId::from_parameter(size), |bench| {
                bench.iter(|| least_change(&orders, &routes, &caps, &previous, Budget::default()));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, published);
criterion_main!(benches);
