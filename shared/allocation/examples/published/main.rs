//! The published experiment: `cargo run --release -p allocation --example published [orders]`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement for people"
)]

mod generator;

use std::time::Instant;

use allocation::orders::{Budget, least_change};
use generator::{Company, caps, routes};

fn main() {
    let given = std::env::args().nth(1).and_then(|size| size.parse().ok());
    let size = given.unwrap_or(10_000_usize);
    let routes = routes();
    let caps = caps(size as u64 / 4, size as u64 / 2);
    let mut company = Company::new(size, 1);
    println!("lead day  known  WMAPE site   global   excess     gap  proven  known moved       ms");
    for lead_day in (3..=18).rev() {
        let percent = 10 + (18 - lead_day) * 6;
        let orders = company.day(percent);
        let start = Instant::now();
        let allocation = least_change(
            &orders,
            &routes,
            &caps,
            &company.previous,
            Budget::default(),
        );
        let seconds = start.elapsed().as_secs_f64();
        // The first day has none to change from.
        if lead_day < 18 {
            println!(
                "{lead_day:8}  {percent:4}%  {:10.5}  {:7.5}  {:7.5}  {:6.4}  {:6}  {:11}  {:7.1}",
                allocation.wmape_site().unwrap_or(0.0),
                allocation.wmape_global().unwrap_or(0.0),
                allocation.excess().unwrap_or(0.0),
                allocation.gap(),
                allocation.proven_optimal(),
                allocation.known_moved,
                seconds * 1e3,
            );
        }
        company.publish(&allocation);
    }
}
