//! The product forecast computed again in the plainest way: box counts times bill of materials in fractions.

use std::collections::BTreeMap;

use domain::{Date, ProductId, SiteId};
use forecast::ForecastRow;
use simulation::Packed;
use snapshot::{Counted, WeekSnapshot};

/// Mean, P10 and P90 in thousandths, by site, day and product.
pub(crate) type Rows = BTreeMap<(SiteId, Date, ProductId), (i64, i64, i64)>;

pub(crate) fn rows(csv: &[u8]) -> Rows {
    let thousandths = |number: domain::Decimal| number.millionths() / 1000;
    crate::table::<ForecastRow>(csv, "forecast.csv")
        .into_iter()
        .map(|row| {
            let figures = (
                thousandths(row.mean),
                thousandths(row.p10),
                thousandths(row.p90),
            );
            ((row.site_id, row.date, row.product_id), figures)
        })
        .collect()
}

/// `a / b`, half up.
fn divide(a: i128, b: i128) -> i128 {
    (2 * a + b).div_euclid(2 * b)
}

#[expect(
    clippy::needless_range_loop,
    reason = "draw by draw, as by hand; it indexes the inner lists"
)]
pub(crate) fn explode(snapshot: &WeekSnapshot, draws: &[u8]) -> Rows {
    let packed = Packed::open(draws).unwrap();
    let replicates = packed.replicates();
    let sizes = packed.portions();
    let mut rows = Rows::new();
    for (site, facts) in snapshot.sites.iter().enumerate() {
        let drawn = packed.site(site).unwrap();
        for (day, date) in snapshot.packing_days.iter().enumerate() {
            let kits = |item: usize, size: usize, draw: usize| {
                drawn.kits(day)[(item * sizes.len() + size) * replicates + draw]
            };
            let mut needs = vec![vec![0_i128; replicates]; snapshot.products.len()];
            for draw in 0..replicates {
                let mut by_recipe: BTreeMap<(usize, usize), (i128, i128)> = BTreeMap::new();
                for row in snapshot.bom.iter().filter(|row| row.holds_on(*date)) {
                    let Ok(size) = sizes.binary_search(&row.portions) else {
                        continue;
                    };
                    let unit = snapshot.products[row.product].unit;
                    let (up, down) = row.unit.per(unit).unwrap();
                    let factor = row
                        .yield_factor
                        .unwrap_or(domain::Decimal::ONE)
                        .millionths();
                    // In millionths of the unit, over the yield in millionths.
                    let over = i128::from(down) * i128::from(factor);
                    let need = i128::from(kits(row.item, size, draw))
                        * i128::from(row.quantity.millionths())
                        * i128::from(up)
                        * 1_000_000;
                    let (sum, under) = by_recipe.entry((row.product, row.item)).or_insert((0, 1));
                    (*sum, *under) = (*sum * over + need * *under, *under * over);
                    let shared = divisor(*sum, *under);
                    (*sum, *under) = (*sum / shared, *under / shared);
                }
                for ((product, _), (sum, under)) in by_recipe {
                    needs[product][draw] += divide(sum, under * 1000);
                }
                for rule in &snapshot.packaging {
                    let cells = || {
                        (0..snapshot.menu.len()).flat_map(|i| (0..sizes.len()).map(move |s| (i, s)))
                    };
                    let count: i128 = match rule.counted {
                        Counted::Box => drawn.boxes(day)[draw].into(),
                        Counted::Recipe => cells().map(|(i, s)| i128::from(kits(i, s, draw))).sum(),
                        Counted::Portion => cells()
                            .map(|(i, s)| i128::from(kits(i, s, draw)) * i128::from(sizes[s].get()))
                            .sum(),
                    };
                    needs[rule.product][draw] +=
                        divide(count * i128::from(rule.quantity.millionths()), 1000);
                }
            }
            for (product, mut needs) in snapshot.products.iter().zip(needs) {
                if needs.iter().all(|need| *need == 0) {
                    continue;
                }
                let mean = divide(needs.iter().sum(), replicates as i128);
                needs.sort_unstable();
                // The ⌈p n⌉-th of n in order.
                let at = |tenths: usize| needs[(tenths * replicates).div_ceil(10) - 1];
                let figures = (mean as i64, at(1) as i64, at(9) as i64);
                rows.insert((facts.id.clone(), *date, product.id.clone()), figures);
            }
        }
    }
    rows
}

fn divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}
