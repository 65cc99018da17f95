//! Holt-Winters with a damped trend and an additive or multiplicative season.
//!
//! Hyndman, Koehler, Ord, Snyder: Forecasting with Exponential Smoothing (2008): the recursions of ETS(A,Ad,A) and
//! ETS(A,Ad,M). The first states are means of whole periods: with two years of weeks there is too little to also fit
//! 52 of them. Values are those of [`crate::ready::Ready`].

use serde::{Deserialize, Serialize};

use crate::search::descend;

/// What alpha, beta, gamma and phi are searched in.
const BOUNDS: [(f64, f64); 4] = [(1e-4, 0.9999), (1e-4, 0.2), (1e-4, 0.9999), (0.8, 0.98)];
const GRID: [&[f64]; 4] = [
    &[0.02, 0.2, 0.6],
    &[0.001, 0.05],
    &[0.001, 0.1, 0.3],
    &[0.85, 0.97],
];
const STEPS: usize = 100;
/// A state nearer to zero than this divides nothing; values lie between 0 and 1.
const TINY: f64 = 1e-10;

/// How the season joins the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// So much more or less each time.
    Additive,
    /// So many times the level.
    Multiplicative,
}

/// First states: level, trend, and the season of each place in the period.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    season: Season,
    level: f64,
    trend: f64,
    seasons: Vec<f64>,
}

impl Start {
    /// From the means of the whole periods, two at least. `None` where there are fewer, or where a multiplicative
    /// season would divide by a line that falls to zero.
    pub(crate) fn of(values: &[f64], season: Season, period: usize) -> Option<Self> {
        if period < 2 || values.len() < 2 * period {
            return None;
        }
        let length = period as f64;
        let periods: Vec<&[f64]> = values.chunks_exact(period).collect();
        let mean = |period: &&[f64]| period.iter().sum::<f64>() / length;
        let (first, last) = (mean(periods.first()?), mean(periods.last()?));
        let trend = (last - first) / ((periods.len() - 1) as f64 * length);
        let level = first - trend * f64::midpoint(length, 1.0);
        let line = |at: usize| level + trend * (at + 1) as f64;
        if season == Season::Multiplicative
            && (line(0) <= TINY || line(periods.len() * period - 1) <= TINY)
        {
            return None;
        }
        let mut seasons = vec![0.0; period];
        for (at, value) in periods.iter().copied().flatten().enumerate() {
            seasons[at % period] += match season {
                Season::Additive => value - line(at),
                Season::Multiplicative => value / line(at),
            };
        }
        let mean = seasons.iter().sum::<f64>() / length;
        if season == Season::Multiplicative && mean <= TINY {
            return None;
        }
        for sum in &mut seasons {
            *sum = match season {
                Season::Additive => (*sum - mean) / periods.len() as f64,
                Season::Multiplicative => *sum / mean,
            };
        }
        Some(Self {
            season,
            level,
            trend,
            seasons,
        })
    }

    /// Last level and trend, and the sum of squared one-step errors; `seasons` is left as last updated.
    fn run(
        &self,
        values: &[f64],
        [alpha, beta, gamma, phi]: [f64; 4],
        seasons: &mut [f64],
    ) -> (f64, f64, f64) {
        seasons.copy_from_slice(&self.seasons);
        let (mut level, mut trend, mut squares) = (self.level, self.trend, 0.0);
        let mut place = 0;
        for value in values {
            let season = &mut seasons[place];
            let damped = phi * trend;
            let expected = level + damped;
            let (error, free_of_season, seen_season) = match self.season {
                Season::Additive => (
                    value - expected - *season,
                    value - *season,
                    value - expected,
                ),
                Season::Multiplicative => (
                    value - expected * *season,
                    divided(*value, *season, expected),
                    divided(*value, expected, *season),
                ),
            };
            squares += error * error;
            let next = expected + alpha * (free_of_season - expected);
            // As beta of damped Holt: the trend moves by beta where the level moves by alpha.
            trend = damped + beta / alpha * (next - level - damped);
            level = next;
            *season += gamma * (seen_season - *season);
            place = if place + 1 == self.seasons.len() {
                0
            } else {
                place + 1
            };
        }
        (level, trend, squares)
    }

    pub(crate) fn forecast(
        &self,
        values: &[f64],
        parameters: [f64; 4],
        horizon: usize,
    ) -> Vec<f64> {
        let mut seasons = self.seasons.clone();
        let (mut level, mut trend, _) = self.run(values, parameters, &mut seasons);
        let [.., phi] = parameters;
        (values.len()..values.len() + horizon)
            .map(|at| {
                trend *= phi;
                level += trend;
                let season = seasons[at % seasons.len()];
                match self.season {
                    Season::Additive => level + season,
                    Season::Multiplicative => level * season,
                }
            })
            .collect()
    }

    /// Alpha, beta, gamma and phi with the least sum of squared one-step errors, and that sum.
    pub(crate) fn fit(&self, values: &[f64]) -> ([f64; 4], f64) {
        let mut seasons = self.seasons.clone();
        descend(&GRID, &BOUNDS, STEPS, |&parameters| {
            let (_, _, squares) = self.run(values, parameters, &mut seasons);
            // Beyond this a season forgets its own past.
            let [alpha, _, gamma, _] = parameters;
            if gamma <= 1.0 - alpha && squares.is_finite() {
                squares
            } else {
                f64::MAX
            }
        })
    }
}

fn divided(value: f64, by: f64, otherwise: f64) -> f64 {
    if by.abs() < TINY {
        otherwise
    } else {
        value / by
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_states_of_a_pure_season_are_its_own() {
        let values = [0.1, 0.3, 0.5, 0.1, 0.3, 0.5];
        let start = Start::of(&values, Season::Additive, 3).unwrap();
        assert!((start.level - 0.3).abs() < 1e-12 && start.trend.abs() < 1e-12);
        for (season, own) in start.seasons.iter().zip([-0.2, 0.0, 0.2]) {
            assert!((season - own).abs() < 1e-12);
        }
    }

    #[test]
    fn a_pure_season_goes_on() {
        let values = [0.1, 0.3, 0.5, 0.1, 0.3, 0.5, 0.1];
        for season in [Season::Additive, Season::Multiplicative] {
            let start = Start::of(&values, season, 3).unwrap();
            let ahead = start.forecast(&values, [0.2, 0.1, 0.1, 0.9], 4);
            for (value, own) in ahead.iter().zip([0.3, 0.5, 0.1, 0.3]) {
                assert!((value - own).abs() < 1e-12, "{ahead:?}");
            }
        }
    }

    #[test]
    fn a_season_needs_two_whole_periods() {
        assert!(Start::of(&[0.5; 5], Season::Additive, 3).is_none());
        assert!(Start::of(&[0.5; 6], Season::Additive, 3).is_some());
    }
}
