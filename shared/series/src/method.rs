//! Methods with their parameters.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ready::Ready;
use crate::seasonal::{Season, Start};
use crate::smoothing::{Holt, smooth};
use crate::theta;

/// Values that damped Holt needs: first level, first trend, and a few errors to choose them by.
pub(crate) const HOLT_NEEDS: usize = 6;
/// The least share of an error that a level moves by; theta and Holt-Winters divide by it.
const LEAST_ALPHA: f64 = 1e-4;

/// A way to forecast, with its parameters. Smoothing parameters are shares from 0 to 1; others are cut to that.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Method {
    /// The last value.
    Naive,
    /// The value of the same place in the last period.
    SeasonalNaive {
        /// Weeks in a period.
        period: usize,
    },
    /// The mean of the last values, or of all if there are fewer.
    MovingAverage {
        /// How many values.
        weeks: usize,
    },
    /// Simple exponential smoothing from the first value on.
    SimpleSmoothing {
        /// Share of an error that the level moves by.
        alpha: f64,
    },
    /// Holt's method with a damped trend; first states by least squares.
    DampedHolt {
        /// Share of an error that the level moves by.
        alpha: f64,
        /// Share of an error that the trend moves by.
        beta: f64,
        /// Share of the trend that is left after a week.
        phi: f64,
    },
    /// The standard theta method; first level by least squares.
    Theta {
        /// Share of an error that the level moves by.
        alpha: f64,
    },
    /// Holt-Winters with a damped trend; first states by the means of whole periods.
    HoltWinters {
        /// How the season joins the level.
        season: Season,
        /// Weeks in a period.
        period: usize,
        /// Share of an error that the level moves by.
        alpha: f64,
        /// Share of an error that the trend moves by.
        beta: f64,
        /// Share of an error that a season moves by.
        gamma: f64,
        /// Share of the trend that is left after a week.
        phi: f64,
    },
}

impl Method {
    /// Forecasts 1 to `horizon` weeks after the last.
    pub fn forecast(&self, series: &[f64], horizon: usize) -> Vec<f64> {
        let ready = Ready::of(series);
        let mut ahead = self
            .forecast_ready(&ready, horizon)
            .unwrap_or_else(|| vec![ready.last(); horizon]);
        ready.restore(&mut ahead);
        ahead
    }

    /// `None` where the history is too short.
    fn forecast_ready(&self, ready: &Ready, horizon: usize) -> Option<Vec<f64>> {
        let values = ready.values.as_slice();
        match *self {
            Self::Naive => None,
            Self::SeasonalNaive { period } => {
                let from = values.len().checked_sub(period)?;
                let last = values.get(from..).filter(|last| !last.is_empty())?;
                Some(last.iter().copied().cycle().take(horizon).collect())
            }
            Self::MovingAverage { weeks } => {
                let last = values.get(values.len().saturating_sub(weeks)..)?;
                let mean = last.iter().sum::<f64>() / last.len() as f64;
                (!last.is_empty()).then(|| vec![mean; horizon])
            }
            Self::SimpleSmoothing { alpha } => {
                Some(vec![smooth(values, alpha.clamp(0.0, 1.0)).0; horizon])
            }
            Self::DampedHolt { alpha, beta, phi } => (values.len() >= HOLT_NEEDS).then(|| {
                let parameters = [alpha, beta, phi].map(|share| share.clamp(0.0, 1.0));
                Holt::new(parameters).forecast(values, horizon)
            }),
            Self::Theta { alpha } => (values.len() >= theta::NEEDED)
                .then(|| theta::forecast(values, alpha.clamp(LEAST_ALPHA, 1.0), horizon)),
            Self::HoltWinters {
                season,
                period,
                alpha,
                beta,
                gamma,
                phi,
            } => {
                let alpha = alpha.clamp(LEAST_ALPHA, 1.0);
                let [beta, gamma, phi] = [beta, gamma, phi].map(|share| share.clamp(0.0, 1.0));
                let start = Start::of(values, season, period)?;
                Some(start.forecast(values, [alpha, beta, gamma, phi], horizon))
            }
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Naive => f.write_str("last value"),
            Self::SeasonalNaive { period } => write!(f, "value {period} weeks before"),
            Self::MovingAverage { weeks } => write!(f, "{weeks}-week mean"),
            Self::SimpleSmoothing { .. } => f.write_str("simple smoothing"),
            Self::DampedHolt { .. } => f.write_str("damped Holt"),
            Self::Theta { .. } => f.write_str("theta"),
            Self::HoltWinters { season, .. } => match season {
                Season::Additive => f.write_str("additive Holt-Winters"),
                Season::Multiplicative => f.write_str("multiplicative Holt-Winters"),
            },
        }
    }
}
