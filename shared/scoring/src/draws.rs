//! What draws from a forecast's distribution say about what came.
//!
//! Draws are given in ascending order; sort them once with `f64::total_cmp`.

/// The draw that `percent` per cent of the draws are not above: the order statistic of rank percent × n / 100,
/// rounded up. No interpolation, so that a quantile is always a quantity that was drawn. `None` of no draws.
pub fn quantile(sorted: &[f64], percent: u32) -> Option<f64> {
    let rank = (sorted.len() as u128 * u128::from(percent)).div_ceil(100);
    let last = sorted.len().checked_sub(1)?;
    let place = usize::try_from(rank)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    sorted.get(place.min(last)).copied()
}

/// Pinball loss of `forecast` as the quantile of `percent` per cent: an actual above it costs percent / 100 for each
/// unit, one below it the rest (Koenker and Bassett, Econometrica 46, 1978).
pub fn pinball(percent: u32, forecast: f64, actual: f64) -> f64 {
    let level = f64::from(percent.min(100)) / 100.0;
    let above = actual - forecast;
    if above >= 0.0 {
        level * above
    } else {
        (level - 1.0) * above
    }
}

/// The continuous ranked probability score of the draws' empirical distribution: mean|X − a| − ½ mean|X − X′|,
/// means over all draws and all pairs of draws (Gneiting and Raftery, JASA 102, 2007, equation 21). `None` of no draws.
///
/// Computed as the integral of the squared distance of the two distribution functions, gap by gap between draws.
/// That is the same number, without a difference of two large ones: it is never below 0.
pub fn crps(sorted: &[f64], actual: f64) -> Option<f64> {
    let (first, last) = (*sorted.first()?, *sorted.last()?);
    let draws = sorted.len() as f64;
    let mut sum = (first - actual).max(0.0) + (actual - last).max(0.0);
    for (below, pair) in (1_u64..).zip(sorted.windows(2)) {
        let &[from, to] = pair else { continue };
        let share = below as f64 / draws;
        let split = actual.clamp(from, to);
        sum += share * share * (split - from) + (1.0 - share) * (1.0 - share) * (to - split);
    }
    Some(sum)
}

/// Which of `bins` equal parts of the draws what came fell into, from 0: its rank among draws and itself, the middle
/// one of equals, over the number of ranks.
///
/// If what came is one more draw from the same distribution, all parts are as likely but for ties. Equals take the
/// middle rank instead of a random one: the same row always counts in the same part. `None` without draws or bins.
pub fn rank_bin(sorted: &[f64], actual: f64, bins: usize) -> Option<usize> {
    if sorted.is_empty() || bins == 0 {
        return None;
    }
    let below = sorted.partition_point(|draw| *draw < actual);
    let not_above = sorted.partition_point(|draw| *draw <= actual);
    // In halves of a rank: ranks 0 to n have their middles at 1, 3, ..., 2n + 1.
    let middle = below + not_above + 1;
    Some(middle * bins / (2 * (sorted.len() + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: Option<f64>, b: f64) {
        assert!(a.is_some_and(|a| (a - b).abs() < 1e-12), "{a:?} and {b}");
    }

    #[test]
    fn a_quantile_is_the_draw_of_its_rank_rounded_up() {
        let draws = [1.0, 2.0, 3.0, 4.0, 5.0];
        near(quantile(&draws, 10), 1.0);
        near(quantile(&draws, 20), 1.0);
        near(quantile(&draws, 21), 2.0);
        near(quantile(&draws, 50), 3.0);
        near(quantile(&draws, 99), 5.0);
        near(quantile(&draws, 0), 1.0);
        near(quantile(&draws, 400), 5.0);
        assert_eq!(quantile(&[], 50), None);
    }

    #[test]
    fn running_short_costs_the_level_and_running_over_the_rest() {
        near(Some(pinball(90, 10.0, 14.0)), 3.6);
        near(Some(pinball(90, 14.0, 10.0)), 0.4);
        near(Some(pinball(50, 3.0, 3.0)), 0.0);
    }

    #[test]
    fn the_crps_of_three_draws_by_hand() {
        // mean|X - 2| = (1 + 0 + 2) / 3 = 1; mean|X - X'| = 2 (1 + 3 + 2) / 9 = 4 / 3; 1 - 2 / 3 = 1 / 3.
        near(crps(&[1.0, 2.0, 4.0], 2.0), 1.0 / 3.0);
        // mean|X - 5| = (4 + 3 + 1) / 3 = 8 / 3; less 2 / 3 is 2.
        near(crps(&[1.0, 2.0, 4.0], 5.0), 2.0);
        // mean|X - 0| = 7 / 3; less 2 / 3 is 5 / 3.
        near(crps(&[1.0, 2.0, 4.0], 0.0), 5.0 / 3.0);
        assert_eq!(crps(&[], 1.0), None);
    }

    #[test]
    fn ranks_part_the_draws_evenly() {
        let draws: Vec<f64> = (1..=9).map(f64::from).collect();
        // Ten ranks, one a bin: below all draws, between each two, above all.
        let bins: Vec<_> = (0..10)
            .map(|rank| rank_bin(&draws, f64::from(rank) + 0.5, 10))
            .collect();
        assert_eq!(bins, (0..10).map(Some).collect::<Vec<_>>());
    }

    #[test]
    fn equals_take_the_middle_rank() {
        assert_eq!(rank_bin(&[0.0; 99], 0.0, 10), Some(5));
        // Ranks 0 to 2 of 5 are as likely: the middle is 1, in the second fifth.
        assert_eq!(rank_bin(&[1.0, 1.0, 2.0, 3.0], 1.0, 5), Some(1));
        assert_eq!(rank_bin(&[], 1.0, 5), None);
        assert_eq!(rank_bin(&[1.0], 1.0, 0), None);
    }
}
