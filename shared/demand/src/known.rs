//! What orders that are already known say about the rest of the week.
//!
//! Early choosers differ from late ones, so a known kit counts for less than a kit: its weight is tempered. Known
//! kits first move the appeal that all areas share, then each area's own shares (a Dirichlet prior and counts).

use snapshot::WeekSnapshot;

/// What a known kit counts for (τ). A fifth: the mix of the first half of a week's orders then moves the rest about
/// half-way where areas scatter as they commonly do.
const TEMPER: f64 = 0.2;

/// Updates shares, concentrations and the spread of appeals by the week's known orders.
///
/// `shares` by area, then place on the menu; `concentrations` by area; `deviations` by place on the menu.
pub(crate) fn update(
    week: &WeekSnapshot,
    shares: &mut [Vec<f64>],
    concentrations: &mut [f64],
    deviations: &mut [f64],
) {
    if week.known.is_empty() {
        return;
    }
    let mut kits = vec![vec![0.0; week.menu.len()]; shares.len()];
    for order in &week.known {
        let Some(area) = kits.get_mut(order.area) else {
            continue;
        };
        for item in &order.items {
            let meal = week.menu.get(*item).is_some_and(|item| !item.add_on);
            if let Some(kits) = area.get_mut(*item)
                && meal
            {
                *kits += 1.0;
            }
        }
    }
    let moved = appeal(&kits, shares, deviations);
    for ((shares, kits), concentration) in shares.iter_mut().zip(&kits).zip(concentrations) {
        for (share, moved) in shares.iter_mut().zip(&moved) {
            *share *= libm::exp(*moved);
        }
        let total: f64 = shares.iter().sum();
        let known: f64 = kits.iter().sum();
        if total <= 0.0 {
            continue;
        }
        let weight = *concentration + TEMPER * known;
        for (share, kits) in shares.iter_mut().zip(kits) {
            *share = (*concentration * *share / total + TEMPER * kits) / weight;
        }
        let total: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= total);
        *concentration = weight;
    }
}

/// How far the appeal that all areas share has moved, by place on the menu; narrows its spread.
///
/// Normal prior, and a log ratio of known over expected kits whose variance is one over the tempered count.
fn appeal(kits: &[Vec<f64>], shares: &[Vec<f64>], deviations: &mut [f64]) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); deviations.len()];
    for (kits, shares) in kits.iter().zip(shares) {
        let known: f64 = kits.iter().sum();
        for ((sum, kits), share) in sums.iter_mut().zip(kits).zip(shares) {
            sum.0 += kits;
            sum.1 += known * share;
        }
    }
    let mut moved = vec![0.0; deviations.len()];
    for ((moved, deviation), (known, expected)) in moved.iter_mut().zip(deviations).zip(sums) {
        if expected <= 0.0 {
            continue;
        }
        // Half a kit keeps the logarithm of none finite.
        let seen = libm::log((known + 0.5) / (expected + 0.5));
        let noise = 1.0 / (TEMPER * (expected + 0.5));
        let prior = *deviation * *deviation;
        *moved = seen * prior / (prior + noise);
        *deviation = (prior * noise / (prior + noise)).sqrt();
    }
    moved
}
