//! Writes a workbook of so many lines: `cargo run --release -p workbook --example size -- 28725 /tmp/plan.xlsx`.
#![expect(clippy::unwrap_used, reason = "an example stops by a panic")]

#[path = "../tests/support/mod.rs"]
mod support;

fn main() {
    let mut args = std::env::args().skip(1);
    let lines: usize = args.next().unwrap().parse().unwrap();
    let file = args.next().unwrap();
    let line = |at: usize| {
        let mut line = support::line(&format!("P{:05}", at % 1_000));
        line.product_name = format!("Product {}", at % 1_000);
        line.gross_simulated.0 = support::number(&format!("{}.{:03}", at % 977, at % 1_000));
        line
    };
    let lines: Vec<_> = (0..lines).map(line).collect();
    std::fs::write(file, support::workbook(&lines)).unwrap();
}
