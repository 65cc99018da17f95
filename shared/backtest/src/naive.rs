//! The forecasts that everything is measured against.

use demand::median;
use serde::{Deserialize, Serialize};

/// A forecast from the area's own last sales of the meal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Naive {
    /// The last week it was sold.
    Last,
    /// The week a year (52 weeks) before; else the last.
    SeasonalLast,
    /// The mean of the last 4 weeks it was sold.
    Mean4,
    /// The mean of the last 13 weeks it was sold.
    Mean13,
    /// The median of the last 10 weeks it was sold.
    Median10,
}

const YEAR: usize = 52;

impl Naive {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Last,
        Self::SeasonalLast,
        Self::Mean4,
        Self::Mean13,
        Self::Median10,
    ];

    /// Its name in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Last => "naive",
            Self::SeasonalLast => "seasonal naive",
            Self::Mean4 => "mean of last 4",
            Self::Mean13 => "mean of last 13",
            Self::Median10 => "median of last 10",
        }
    }

    /// Kits in week `target`, from sales (week, kits) in order of week, all before the origin; 0 where never sold.
    pub(crate) fn forecast(self, sales: &[(usize, f64)], target: usize) -> f64 {
        let last = |count: usize| sales.iter().rev().take(count).map(|(_, kits)| *kits);
        let mean = |count: usize| {
            let found = last(count).count().max(1) as f64;
            last(count).sum::<f64>() / found
        };
        match self {
            Self::Last => mean(1),
            Self::Mean4 => mean(4),
            Self::Mean13 => mean(13),
            Self::Median10 => median(&last(10).collect::<Vec<_>>()).unwrap_or(0.0),
            Self::SeasonalLast => {
                let year_before = target.checked_sub(YEAR);
                let same = sales.iter().find(|(week, _)| Some(*week) == year_before);
                same.map_or_else(|| mean(1), |(_, kits)| *kits)
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "sums of small whole numbers are exact")]
mod tests {
    use super::*;

    #[test]
    fn naive_forecasts_look_back_over_weeks_with_sales() {
        let sales: Vec<(usize, f64)> = (0..60).step_by(2).map(|week| (week, week as f64)).collect();
        let of = |naive: Naive| naive.forecast(&sales, 60);
        assert_eq!(of(Naive::Last), 58.0);
        assert_eq!(of(Naive::Mean4), 55.0);
        assert_eq!(of(Naive::Median10), 49.0);
        assert_eq!(of(Naive::SeasonalLast), 8.0);
        assert_eq!(Naive::SeasonalLast.forecast(&sales, 61), 58.0);
        assert_eq!(Naive::Mean13.forecast(&[], 60), 0.0);
    }
}
