//! How long exploding a week takes: `cargo run --release -p forecast --example speed`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement for people"
)]

use std::time::Instant;

use domain::{Decimal, Unit};
use forecast::{BomLine, Draws, Explosion, summarise};
use random::Stream;

const SITE_DAYS: usize = 35;
const RECIPES: usize = 200;
const PER_RECIPE: usize = 15;
const PRODUCTS: usize = 600;
const PORTIONS: [u8; 2] = [2, 4];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut stream = Stream::new(7, &[]);
    let mut lines = Vec::new();
    for at in 0..RECIPES * PER_RECIPE {
        let product = stream.below(PRODUCTS as u32) as usize;
        // Every third line has a yield, and with it a division.
        let yield_factor = (at % 3 == 0).then(|| Decimal::from_millionths(950_000));
        let grams = i64::from(5 + stream.below(200));
        for (portion, plates) in PORTIONS.into_iter().enumerate() {
            lines.push(BomLine {
                recipe: at / PER_RECIPE,
                portion,
                product,
                qty: Decimal::from_millionths(grams * 1_000_000 * i64::from(plates)),
                from: Unit::Gram,
                to: Unit::Kilogram,
                yield_factor,
            });
        }
    }
    let portions = [PORTIONS[0].try_into()?, PORTIONS[1].try_into()?];
    let explosion = Explosion::new(RECIPES, &portions, PRODUCTS, &lines, &[])?;
    println!("draws  explode ms  summarise ms  check sum");
    for draws in [200, 1000] {
        let kits: Vec<u32> = (0..RECIPES * PORTIONS.len() * draws)
            .map(|_| stream.below(100))
            .collect();
        let boxes = vec![0; draws];
        let mut out = vec![0; PRODUCTS * draws];
        let (mut explode, mut summary, mut sum) = (0.0, 0.0, 0);
        for _ in 0..SITE_DAYS {
            let start = Instant::now();
            explosion.needs(
                Draws {
                    kits: &kits,
                    boxes: &boxes,
                },
                &mut out,
            )?;
            explode += start.elapsed().as_secs_f64();
            let start = Instant::now();
            sum += out
                .chunks_mut(draws)
                .filter_map(summarise)
                .map(|one| one.p90)
                .sum::<i64>();
            summary += start.elapsed().as_secs_f64();
        }
        println!(
            "{draws:5}  {:10.1}  {:12.1}  {sum}",
            explode * 1e3,
            summary * 1e3
        );
    }
    Ok(())
}
