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

#[cfg(test)]
mod tests {
    use super::*;

    const PRIOR: [f64; 3] = [0.5, 0.3, 0.2];
    const CONCENTRATION: f64 = 100.0;

    /// A week of two areas in which the first knows so many kits of each meal.
    fn week(kits: [usize; 3]) -> WeekSnapshot {
        let mut week = crate::fixture::week(2, 3);
        let items = kits.iter().enumerate();
        for (item, kits) in items {
            for order in 0..*kits {
                week.known.push(snapshot::KnownBox {
                    order: format!("O{item}-{order}").parse().unwrap(),
                    placed_at: week.as_of,
                    delivery_date: week.start_date,
                    area: 0,
                    portions: 2.try_into().unwrap(),
                    items: vec![item],
                    origin: snapshot::RowRef::default(),
                });
            }
        }
        week
    }

    /// Shares and concentrations by area, and deviations.
    fn updated(kits: [usize; 3], deviation: f64) -> (Vec<Vec<f64>>, Vec<f64>, Vec<f64>) {
        let mut shares = vec![PRIOR.to_vec(); 2];
        let mut concentrations = vec![CONCENTRATION; 2];
        let mut deviations = vec![deviation; 3];
        update(
            &week(kits),
            &mut shares,
            &mut concentrations,
            &mut deviations,
        );
        (shares, concentrations, deviations)
    }

    #[test]
    fn no_order_known_changes_nothing() {
        let (shares, concentrations, deviations) = updated([0; 3], 0.15);
        assert_eq!(shares, [PRIOR; 2]);
        assert_eq!(concentrations, [CONCENTRATION; 2]);
        assert_eq!(deviations, [0.15; 3]);
    }

    #[test]
    fn orders_as_expected_leave_shares_and_narrow_spreads() {
        let (shares, concentrations, deviations) = updated([500, 300, 200], 0.15);
        for (share, prior) in shares[0].iter().zip(PRIOR) {
            assert!((share - prior).abs() < 1e-3, "{shares:?}");
        }
        // A fifth of 1000 kits.
        assert!((concentrations[0] - CONCENTRATION - 200.0).abs() < 1e-9);
        assert!((concentrations[1] - CONCENTRATION).abs() < 1e-9);
        assert!(deviations.iter().all(|deviation| *deviation < 0.15));
        // What is expected most is known best.
        assert!(deviations[0] < deviations[1] && deviations[1] < deviations[2]);
    }

    #[test]
    fn shares_move_towards_what_is_ordered_and_in_other_areas_too() {
        let (shares, _, _) = updated([100, 100, 300], 0.15);
        for area in &shares {
            assert!(area[2] > PRIOR[2] + 0.02, "{shares:?}");
            assert!(area[0] < PRIOR[0] - 0.02, "{shares:?}");
            assert!((area.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        // The area whose orders they are moves further, and not all the way.
        assert!(shares[0][2] > shares[1][2] && shares[0][2] < 0.6);
    }

    #[test]
    fn a_known_kit_counts_for_a_fifth_of_one() {
        // With no spread of appeals all that moves is the area's own share.
        let (shares, _, _) = updated([0, 0, 500], 1e-9);
        let expected = (CONCENTRATION * PRIOR[2] + 100.0) / (CONCENTRATION + 100.0);
        assert!((shares[0][2] - expected).abs() < 1e-9, "{shares:?}");
        assert!((shares[1][2] - PRIOR[2]).abs() < 1e-9);
    }

    #[test]
    fn the_more_is_known_the_further_shares_move() {
        let moved = |kits| updated([0, 0, kits], 0.15).0[0][2];
        let kits = [1, 10, 100, 1000, 10_000];
        assert!(kits.windows(2).all(|pair| moved(pair[0]) < moved(pair[1])));
        assert!(moved(10_000) > 0.95);
    }

    #[test]
    fn an_area_without_shares_stays_without() {
        let mut shares = vec![vec![0.0; 3], PRIOR.to_vec()];
        let (mut concentrations, mut deviations) = (vec![CONCENTRATION; 2], vec![0.15; 3]);
        update(
            &week([5, 0, 0]),
            &mut shares,
            &mut concentrations,
            &mut deviations,
        );
        assert!(shares.iter().flatten().all(|share| share.is_finite()));
        assert_eq!(shares[0], [0.0; 3]);
    }
}
