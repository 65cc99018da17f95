//! How long placing takes, the quickest of 50 times: `cargo run --release -p allocation --example placing_time`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement for people"
)]

use std::time::Instant;

use allocation::{Bin, Class, Placement, Placer, Route};
use random::Stream;

const AREAS: usize = 40;
const ROUTES: usize = 5;

/// Sites × days. Each area prefers some sites, near ones over far ones; far ones pack a day earlier. A class is an
/// area, a day and those of the area's sites that can make the boxes. Half of the bins have a minimum.
fn instance(classes: usize, sites: u32, days: u32, fill: f64) -> (Vec<Class>, Vec<Bin>) {
    let mut stream = Stream::new(7, &[classes as u64, u64::from(sites)]);
    let mut all: Vec<u32> = (0..sites).collect();
    let near: Vec<Vec<u32>> = (0..AREAS)
        .map(|_| {
            stream.shuffle(&mut all);
            all[..ROUTES].to_vec()
        })
        .collect();
    let classes: Vec<Class> = (0..classes)
        .map(|at| {
            let mut class = Class {
                boxes: u64::from(1 + stream.below(400)),
                routes: Vec::new(),
            };
            let day = 1 + stream.below(days - 1);
            for (rank, &site) in (0..).zip(&near[at % AREAS]) {
                if stream.below(10) < 8 {
                    let packed = if rank < 3 { day } else { day - 1 };
                    class.routes.push(Route {
                        bin: (packed * sites + site) as usize,
                        cost: rank,
                    });
                }
            }
            class
        })
        .collect();
    let boxes: u64 = classes.iter().map(|class| class.boxes).sum();
    let count = sites * days;
    let even = (boxes as f64 / fill / f64::from(count)) as u64;
    let bins = (0..count)
        .map(|_| {
            let max = even * u64::from(50 + stream.below(100)) / 100;
            Bin {
                min: if stream.below(2) == 0 { max / 2 } else { 0 },
                max: Some(max),
            }
        })
        .collect();
    (classes, bins)
}

fn quickest(mut place: impl FnMut() -> Placement) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..50 {
        let start = Instant::now();
        place();
        best = best.min(start.elapsed().as_secs_f64());
    }
    best
}

fn main() {
    println!("classes  sites  days  fill     ms   near  short  unmet");
    for (classes, sites, days) in [(300, 5, 8), (1_100, 5, 8), (1_500, 5, 8), (3_000, 100, 7)] {
        for fill in [0.5, 0.8, 0.95, 1.1] {
            let (classes, bins) = instance(classes, sites, days, fill);
            let mut placer = Placer::default();
            let best = quickest(|| placer.place(&classes, &bins));
            let placement = placer.place(&classes, &bins);
            // The same classes with other counts, near that placement.
            let mut stream = Stream::new(8, &[]);
            let today: Vec<Class> = classes
                .iter()
                .map(|class| Class {
                    boxes: class.boxes * u64::from(90 + stream.below(20)) / 100,
                    routes: class.routes.clone(),
                })
                .collect();
            let near = quickest(|| {
                placer.place_near(&today, &bins, |class, route| {
                    placement.flow(class)[route] * today[class].boxes / classes[class].boxes
                })
            });
            println!(
                "{:7}  {sites:5}  {days:4}  {fill:4}  {:5.2}  {:5.2}  {:5}  {:5}",
                classes.len(),
                best * 1e3,
                near * 1e3,
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
