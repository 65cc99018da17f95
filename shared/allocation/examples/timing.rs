//! How long placing takes: `cargo run --release -p allocation --example timing`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement for people"
)]

use std::time::Instant;

use allocation::{Bin, Class, Placer, Route};
use random::Stream;

/// Sites × days; each class belongs to a day and may go to some sites on that day or, in transit, the day before.
fn instance(classes: usize, sites: u32, days: u32, fill: f64) -> (Vec<Class>, Vec<Bin>) {
    let mut stream = Stream::new(7, &[classes as u64, u64::from(sites)]);
    let classes: Vec<Class> = (0..classes)
        .map(|_| {
            let day = stream.below(days);
            let mut routes: Vec<Route> = Vec::new();
            for cost in 0..5 {
                let day = day.saturating_sub(stream.below(2));
                // Low sites make more recipes, so that some are wanted more than others.
                let site = stream.below(sites).min(stream.below(sites));
                let bin = (day * sites + site) as usize;
                if routes.iter().all(|route| route.bin != bin) {
                    routes.push(Route { bin, cost });
                }
            }
            Class {
                boxes: u64::from(1 + stream.below(400)),
                routes,
            }
        })
        .collect();
    let boxes: u64 = classes.iter().map(|class| class.boxes).sum();
    let count = u64::from(sites * days);
    let max = (boxes as f64 / fill / count as f64) as u64;
    (
        classes,
        vec![
            Bin {
                min: max / 2,
                max: Some(max)
            };
            count as usize
        ],
    )
}

fn main() {
    println!("classes  sites  days  fill     ms  short  unmet");
    for (classes, sites, days) in [(300, 5, 8), (1_100, 5, 8), (1_500, 5, 8), (3_000, 100, 7)] {
        for fill in [0.5, 0.8, 0.95, 1.1] {
            let (classes, bins) = instance(classes, sites, days, fill);
            let mut placer = Placer::default();
            let mut placement = placer.place(&classes, &bins);
            let start = Instant::now();
            for _ in 0..50 {
                placement = placer.place(&classes, &bins);
            }
            println!(
                "{:7}  {sites:5}  {days:4}  {fill:4}  {:5.2}  {:5}  {:5}",
                classes.len(),
                start.elapsed().as_secs_f64() * 20.0,
                placement.shortfall(),
                placement
                    .unmet_minimums()
                    .iter()
                    .map(|(_, short)| short)
                    .sum::<u64>(),
            );
        }
    }
}
