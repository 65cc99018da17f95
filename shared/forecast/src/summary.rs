//! Mean and quantiles of draws.

use domain::Decimal;

/// Draws from which on a 99th percentile is given: with fewer, it would rest on less than ten of them.
pub const DRAWS_FOR_P99: usize = 1000;

/// What draws say together, in the draws' own unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Sum of all draws / their number, rounded half up.
    pub mean: i64,
    /// Exceeded in 95 draws of 100.
    pub p05: i64,
    /// Exceeded in 9 draws of 10.
    pub p10: i64,
    /// Exceeded in 3 draws of 4.
    pub p25: i64,
    /// The median.
    pub p50: i64,
    /// Exceeded in 1 draw of 4.
    pub p75: i64,
    /// Exceeded in 1 draw of 10.
    pub p90: i64,
    /// Exceeded in 5 draws of 100.
    pub p95: i64,
    /// Exceeded in 1 draw of 100; only from [`DRAWS_FOR_P99`] draws on.
    pub p99: Option<i64>,
}

/// Where a quantile stands among sorted draws: the inverse of the empirical distribution function (definition 1 of
/// Hyndman and Fan 1996), that is the ⌈percent / 100 × draws⌉-th draw, counted from 0.
///
/// The quantile of a few draws is always one of them.
pub const fn quantile_rank(percent: usize, draws: usize) -> usize {
    (percent * draws).div_ceil(100).saturating_sub(1)
}

/// Mean and quantiles of draws, which end up in another order; `None` when there are no draws.
pub fn summarise(values: &mut [i64]) -> Option<Summary> {
    let draws = values.len();
    if draws == 0 {
        return None;
    }
    let twice = 2 * values.iter().map(|&value| i128::from(value)).sum::<i128>();
    let mean = (twice + draws as i128).div_euclid(2 * draws as i128) as i64;
    let ranks = [5, 10, 25, 50, 75, 90, 95, 99].map(|percent| quantile_rank(percent, draws));
    select(values, 0, &ranks);
    let [p05, p10, p25, p50, p75, p90, p95, p99] = ranks.map(|rank| values[rank]);
    let p99 = (draws >= DRAWS_FOR_P99).then_some(p99);
    Some(Summary {
        mean,
        p05,
        p10,
        p25,
        p50,
        p75,
        p90,
        p95,
        p99,
    })
}

/// Brings the values of some ranks into their places; ranks ascend and count from `first`.
fn select(values: &mut [i64], first: usize, ranks: &[usize]) {
    let middle = ranks.len() / 2;
    let Some(&rank) = ranks.get(middle) else {
        return;
    };
    let at = rank - first;
    let (below, _, above) = values.select_nth_unstable(at);
    // Ranks coincide where draws are few.
    let lower = ranks[..middle].partition_point(|&other| other < rank);
    let higher = middle + ranks[middle..].partition_point(|&other| other == rank);
    select(below, first, &ranks[..lower]);
    select(above, rank + 1, &ranks[higher..]);
}

/// A number of thousandths as a decimal number; `None` from 10^12 on, which no table's column holds.
pub const fn decimal(thousandths: i64) -> Option<Decimal> {
    if thousandths.unsigned_abs() < 1_000_000_000_000_000 {
        Some(Decimal::from_millionths(thousandths * 1000))
    } else {
        None
    }
}
