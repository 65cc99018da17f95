//! Simple exponential smoothing and Holt's method with a damped trend.
//!
//! Hyndman, Koehler, Ord, Snyder: Forecasting with Exponential Smoothing (2008): ETS(A,N,N) and ETS(A,Ad,N) in their
//! error-correction form. Values are those of [`crate::ready::Ready`].

use crate::search::{descend, valley};

/// What alpha of simple smoothing is searched in.
const ALPHA: (f64, f64) = (0.01, 0.99);
/// What alpha, beta and phi of damped Holt are searched in. A beta above 0.2 makes a trend of every odd week.
const HOLT: [(f64, f64); 3] = [(1e-4, 0.9999), (1e-4, 0.2), (0.8, 0.98)];
const HOLT_GRID: [&[f64]; 3] = [
    &[0.02, 0.15, 0.35, 0.6, 0.9],
    &[0.001, 0.03, 0.15],
    &[0.8, 0.9, 0.98],
];
const HOLT_STEPS: usize = 70;

/// The level after the last value, and the sum of squared one-step errors from the second value on. The first level
/// is the first value.
pub(crate) fn smooth(values: &[f64], alpha: f64) -> (f64, f64) {
    let mut rest = values.iter();
    let Some(&first) = rest.next() else {
        return (0.0, 0.0);
    };
    rest.fold((first, 0.0), |(level, squares), value| {
        let error = value - level;
        (level + alpha * error, squares + error * error)
    })
}

/// Alpha with the least sum of squared one-step errors, and that sum.
pub(crate) fn fit_smooth(values: &[f64]) -> (f64, f64) {
    valley(ALPHA.0, ALPHA.1, |alpha| smooth(values, alpha).1)
}

/// Level and trend of damped Holt, and its parameters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holt {
    alpha: f64,
    beta: f64,
    phi: f64,
}

#[derive(Debug, Clone, Copy)]
struct State {
    level: f64,
    trend: f64,
}

impl Holt {
    pub(crate) fn new([alpha, beta, phi]: [f64; 3]) -> Self {
        Self { alpha, beta, phi }
    }

    /// The next state and the one-step error.
    fn step(&self, state: State, value: f64) -> (State, f64) {
        let trend = self.phi * state.trend;
        let expected = state.level + trend;
        let error = value - expected;
        let next = State {
            level: expected + self.alpha * error,
            trend: trend + self.beta * error,
        };
        (next, error)
    }

    /// The first state with the least sum of squared one-step errors, and that sum.
    ///
    /// Errors are linear in the first state. So they are followed from (first value, 0) together with what a unit
    /// of level and a unit of trend would change, and two normal equations give the correction.
    fn begin(&self, values: &[f64]) -> (State, f64) {
        let first = values.first().copied().unwrap_or(0.0);
        let mut state = State {
            level: first,
            trend: 0.0,
        };
        let mut level = State {
            level: 1.0,
            trend: 0.0,
        };
        let mut trend = State {
            level: 0.0,
            trend: 1.0,
        };
        let mut squares = 0.0;
        let (mut level_level, mut level_trend, mut trend_trend) = (0.0, 0.0, 0.0);
        let (mut level_error, mut trend_error) = (0.0, 0.0);
        for &value in values {
            let (error, by_level, by_trend);
            (state, error) = self.step(state, value);
            (level, by_level) = self.step(level, 0.0);
            (trend, by_trend) = self.step(trend, 0.0);
            squares += error * error;
            level_level += by_level * by_level;
            level_trend += by_level * by_trend;
            trend_trend += by_trend * by_trend;
            level_error += by_level * error;
            trend_error += by_trend * error;
        }
        let determinant = level_level * trend_trend - level_trend * level_trend;
        let (add_level, add_trend) = if determinant > 1e-12 * level_level * trend_trend {
            (
                (level_trend * trend_error - trend_trend * level_error) / determinant,
                (level_trend * level_error - level_level * trend_error) / determinant,
            )
        } else {
            (0.0, 0.0)
        };
        let start = State {
            level: first + add_level,
            trend: add_trend,
        };
        let least = squares + add_level * level_error + add_trend * trend_error;
        (start, least.max(0.0))
    }

    pub(crate) fn forecast(&self, values: &[f64], horizon: usize) -> Vec<f64> {
        let mut state = self.begin(values).0;
        for &value in values {
            state = self.step(state, value).0;
        }
        let mut ahead = state.level;
        let mut trend = state.trend;
        (0..horizon)
            .map(|_| {
                trend *= self.phi;
                ahead += trend;
                ahead
            })
            .collect()
    }
}

/// Alpha, beta and phi with the least sum of squared one-step errors, and that sum.
pub(crate) fn fit_holt(values: &[f64]) -> ([f64; 3], f64) {
    descend(&HOLT_GRID, &HOLT, HOLT_STEPS, |&parameters| {
        Holt::new(parameters).begin(values).1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_moves_by_alpha_times_the_error() {
        // 10 -> 10 + 0.5 * 4 = 12 -> 12 - 0.5 * 2 = 11; errors 4 and -2.
        assert_eq!(smooth(&[10.0, 14.0, 10.0], 0.5), (11.0, 20.0));
    }

    #[test]
    fn the_first_state_makes_the_errors_least() {
        let values = [0.5, 0.6, 0.4, 0.7, 0.8, 0.75, 0.9];
        let holt = Holt::new([0.3, 0.1, 0.9]);
        let squares = |mut state: State| {
            values.iter().fold(0.0, |sum, &value| {
                let error;
                (state, error) = holt.step(state, value);
                sum + error * error
            })
        };
        let (start, least) = holt.begin(&values);
        assert!((squares(start) - least).abs() < 1e-14);
        for (level, trend) in [(0.01, 0.0), (-0.01, 0.0), (0.0, 0.01), (0.0, -0.01)] {
            let beside = State {
                level: start.level + level,
                trend: start.trend + trend,
            };
            assert!(squares(beside) > least);
        }
    }

    #[test]
    fn a_damped_trend_flattens_out() {
        let values: Vec<f64> = (0..30).map(|week| 0.1 + 0.02 * f64::from(week)).collect();
        let ahead = Holt::new([0.5, 0.1, 0.9]).forecast(&values, 20);
        let steps: Vec<f64> = ahead.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(
            steps
                .windows(2)
                .all(|pair| (pair[1] / pair[0] - 0.9).abs() < 1e-9)
        );
        assert!(ahead[0] > values[29]);
    }
}
