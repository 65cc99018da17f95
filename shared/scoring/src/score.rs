//! Sums over rows.

use serde::{Deserialize, Serialize};

use crate::draws::{crps, pinball, quantile, rank_bin};
use crate::proportion::{Interval, clopper_pearson};

/// Quantiles whose pinball loss is kept, in per cent.
pub const PERCENTS: [u32; 7] = [10, 25, 50, 75, 90, 95, 99];
/// Central intervals whose coverage is kept, in per cent.
pub const CENTRAL: [u32; 3] = [50, 80, 90];
/// Parts of the histogram of ranks.
pub const RANK_BINS: usize = 20;

/// How good forecasts were, as sums over rows.
///
/// A row with a number that is not finite is counted as skipped and scored nowhere. Sums of floats depend on their
/// order in the last bits: for the same bytes again, add rows and merge parts in the same order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Score {
    rows: u64,
    skipped: u64,
    actual: f64,
    forecast: f64,
    absolute_error: f64,
    drawn: Drawn,
}

/// Sums over the rows that came with draws.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Drawn {
    rows: u64,
    actual: f64,
    crps: f64,
    pinball: [f64; PERCENTS.len()],
    covered: [u64; CENTRAL.len()],
    ranks: [u64; RANK_BINS],
}

/// How often what came lay in an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Rows inside.
    pub inside: u64,
    /// All rows with draws.
    pub rows: u64,
}

impl Coverage {
    /// The share inside; `None` of no rows.
    pub fn share(&self) -> Option<f64> {
        (self.rows > 0).then(|| self.inside as f64 / self.rows as f64)
    }

    /// The exact interval of the share if all rows were independent; see [`clopper_pearson`].
    pub fn interval(&self, confidence: f64) -> Option<Interval> {
        clopper_pearson(self.inside, self.rows, confidence)
    }
}

impl Score {
    /// A row: what was forecast, what came, and draws from the forecast's distribution in ascending order; none where
    /// the forecast is a number alone.
    pub fn add(&mut self, forecast: f64, actual: f64, sorted_draws: &[f64]) {
        // In ascending order infinities and NaN stand at the ends.
        let ends = [sorted_draws.first(), sorted_draws.last()];
        let finite = ends.into_iter().flatten().all(|draw| draw.is_finite());
        if !(forecast.is_finite() && actual.is_finite() && finite) {
            self.skipped += 1;
            return;
        }
        self.rows += 1;
        self.actual += actual;
        self.forecast += forecast;
        self.absolute_error += (forecast - actual).abs();
        self.drawn.add(actual, sorted_draws);
    }

    /// Joins the rows of `other` to these.
    pub fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.skipped += other.skipped;
        self.actual += other.actual;
        self.forecast += other.forecast;
        self.absolute_error += other.absolute_error;
        self.drawn.merge(&other.drawn);
    }

    /// Rows scored.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Rows not scored, because a number was not finite.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// What came, summed.
    pub fn actual(&self) -> f64 {
        self.actual
    }

    /// What was forecast, summed.
    pub fn forecast(&self) -> f64 {
        self.forecast
    }

    /// Absolute errors over what came: Σ|f − a| / Σa.
    pub fn wmape(&self) -> Option<f64> {
        over(self.absolute_error, self.actual)
    }

    /// Errors over what came: Σ(f − a) / Σa. Above 0: too much was forecast.
    pub fn bias(&self) -> Option<f64> {
        over(self.forecast - self.actual, self.actual)
    }

    /// Pinball loss at one of [`PERCENTS`] over what came, of the draws' quantile; of rows with draws.
    pub fn pinball(&self, percent: u32) -> Option<f64> {
        let at = PERCENTS.iter().position(|kept| *kept == percent)?;
        over(*self.drawn.pinball.get(at)?, self.drawn.actual)
    }

    /// Continuous ranked probability score over what came; of rows with draws. In the unit of WMAPE, which it
    /// equals where all draws of a row are its forecast.
    pub fn crps(&self) -> Option<f64> {
        over(self.drawn.crps, self.drawn.actual)
    }

    /// How often what came lay in the central interval of `percent` per cent, one of [`CENTRAL`], ends included.
    ///
    /// Of n draws that are right, about percent × n / 100 of n + 1 rows lie inside: with 20 draws an 80 % interval
    /// covers 76 %.
    pub fn coverage(&self, percent: u32) -> Option<Coverage> {
        let at = CENTRAL.iter().position(|kept| *kept == percent)?;
        let inside = *self.drawn.covered.get(at)?;
        let rows = self.drawn.rows;
        (rows > 0).then_some(Coverage { inside, rows })
    }

    /// How many rows with draws fell into each twentieth of their draws, the lowest first. Even: the spread is right;
    /// a U: the draws lie too close together; a hill: too far apart; a slope: they lie too high or too low.
    pub fn ranks(&self) -> &[u64; RANK_BINS] {
        &self.drawn.ranks
    }

    /// Forecast value added: the baseline's WMAPE less the own. Above 0: better than the baseline. `None` unless
    /// both scored as many rows with the same sum of what came.
    pub fn value_added(&self, baseline: &Self) -> Option<f64> {
        // The sums may differ in the order of adding.
        let same = (self.actual - baseline.actual).abs() <= 1e-9 * self.actual.abs();
        (self.rows == baseline.rows && same)
            .then(|| Some(baseline.wmape()? - self.wmape()?))
            .flatten()
    }
}

impl Drawn {
    fn add(&mut self, actual: f64, sorted: &[f64]) {
        let (Some(crps), Some(bin)) = (crps(sorted, actual), rank_bin(sorted, actual, RANK_BINS))
        else {
            return;
        };
        self.rows += 1;
        self.actual += actual;
        self.crps += crps;
        for (sum, percent) in self.pinball.iter_mut().zip(PERCENTS) {
            *sum += quantile(sorted, percent).map_or(0.0, |value| pinball(percent, value, actual));
        }
        for (count, percent) in self.covered.iter_mut().zip(CENTRAL) {
            let outside = (100 - percent) / 2;
            let low = quantile(sorted, outside).is_some_and(|low| low <= actual);
            let high = quantile(sorted, 100 - outside).is_some_and(|high| actual <= high);
            *count += u64::from(low && high);
        }
        if let Some(count) = self.ranks.get_mut(bin) {
            *count += 1;
        }
    }

    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.actual += other.actual;
        self.crps += other.crps;
        let losses = self.pinball.iter_mut().zip(other.pinball);
        losses.for_each(|(sum, loss)| *sum += loss);
        let covered = self.covered.iter_mut().zip(other.covered);
        let ranks = self.ranks.iter_mut().zip(other.ranks);
        covered.chain(ranks).for_each(|(sum, count)| *sum += count);
    }
}

fn over(sum: f64, actual: f64) -> Option<f64> {
    (actual > 0.0).then(|| sum / actual)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: Option<f64>, b: f64) {
        assert!(a.is_some_and(|a| (a - b).abs() < 1e-12), "{a:?} and {b}");
    }

    fn score(rows: &[(f64, f64)]) -> Score {
        let mut score = Score::default();
        rows.iter()
            .for_each(|(forecast, actual)| score.add(*forecast, *actual, &[]));
        score
    }

    #[test]
    fn wmape_and_bias_by_hand() {
        // Errors 2, -5, 0 over 10 + 20 + 10.
        let score = score(&[(12.0, 10.0), (15.0, 20.0), (10.0, 10.0)]);
        near(score.wmape(), 7.0 / 40.0);
        near(score.bias(), -3.0 / 40.0);
        assert_eq!(score.rows(), 3);
    }

    #[test]
    fn nothing_demanded_has_no_wmape() {
        assert_eq!(score(&[(3.0, 0.0)]).wmape(), None);
        assert_eq!(Score::default().bias(), None);
        assert_eq!(Score::default().coverage(80), None);
    }

    #[test]
    fn draws_by_hand() {
        let draws: Vec<f64> = (1..=10).map(f64::from).collect();
        let mut score = Score::default();
        // The central half is 3 to 8, four fifths 1 to 9, nine tenths 1 to 10.
        for actual in [8.0, 9.0, 10.0, 11.0] {
            score.add(5.0, actual, &draws);
        }
        let inside = CENTRAL.map(|percent| score.coverage(percent).unwrap().inside);
        assert_eq!(inside, [1, 2, 3]);
        near(score.coverage(80).unwrap().share(), 0.5);
        // The median is 5: (3 + 4 + 5 + 6) / 2 over 38.
        near(score.pinball(50), 9.0 / 38.0);
        // The 90 % quantile is 9: 0.1 * 1 + 0 + 0.9 * 1 + 0.9 * 2.
        near(score.pinball(90), 2.8 / 38.0);
        assert_eq!(score.pinball(33), None);
        // mean|X - 11| = 5.5, half of mean|X - X'| = 3.3 / 2.
        let mut one = Score::default();
        one.add(5.0, 11.0, &draws);
        near(one.crps(), (5.5 - 1.65) / 11.0);
        assert_eq!(one.ranks()[19], 1);
    }

    #[test]
    fn rows_without_draws_do_not_dilute_what_draws_say() {
        let mut score = score(&[(5.0, 100.0)]);
        score.add(1.0, 2.0, &[1.0]);
        near(score.crps(), 0.5);
        assert_eq!(score.coverage(90), Some(Coverage { inside: 0, rows: 1 }));
    }

    #[test]
    fn what_is_no_number_is_skipped_and_counted() {
        let mut score = score(&[(f64::NAN, 1.0), (1.0, f64::INFINITY), (2.0, 2.0)]);
        score.add(1.0, 1.0, &[1.0, f64::NAN]);
        assert_eq!((score.rows(), score.skipped()), (1, 3));
        near(score.wmape(), 0.0);
    }

    #[test]
    fn value_is_added_where_the_error_falls() {
        let (own, baseline) = (score(&[(11.0, 10.0)]), score(&[(13.0, 10.0)]));
        near(own.value_added(&baseline), 0.2);
        near(baseline.value_added(&own), -0.2);
        assert_eq!(own.value_added(&score(&[(13.0, 10.0), (1.0, 1.0)])), None);
    }
}
