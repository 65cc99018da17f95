//! Methods whose parameters are still to be found.

use serde::{Deserialize, Serialize};

use crate::method::{HOLT_NEEDS, Method};
use crate::ready::Ready;
use crate::seasonal::{Season, Start};
use crate::{smoothing, theta};

/// A method without its smoothing parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "family", rename_all = "snake_case")]
pub enum Family {
    /// [`Method::Naive`].
    Naive,
    /// [`Method::SeasonalNaive`].
    SeasonalNaive {
        /// Weeks in a period.
        period: usize,
    },
    /// [`Method::MovingAverage`].
    MovingAverage {
        /// How many values.
        weeks: usize,
    },
    /// [`Method::SimpleSmoothing`], alpha from 0.01 to 0.99.
    SimpleSmoothing,
    /// [`Method::DampedHolt`], alpha from 0 to 1, beta to 0.2, phi from 0.8 to 0.98.
    DampedHolt,
    /// [`Method::Theta`], alpha from 0.1 to 0.99.
    Theta,
    /// [`Method::HoltWinters`], alpha from 0 to 1, beta to 0.2, gamma to 1 - alpha, phi from 0.8 to 0.98.
    HoltWinters {
        /// Weeks in a period.
        period: usize,
        /// How the season joins the level; `None`: whichever has the smaller errors.
        #[serde(default)]
        season: Option<Season>,
    },
}

/// A method with the parameters that suit a series best.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// The method.
    pub method: Method,
    /// Sum of squared one-step errors over the series, in its unit squared: simple smoothing from the second value
    /// on, theta from the fourth, the others over all. `None` where there is nothing to fit.
    pub squared_errors: Option<f64>,
}

impl Family {
    /// What [`crate::ensemble`] should try on a weekly series, the plainest first.
    pub const WEEKLY: [Self; 8] = [
        Self::Naive,
        Self::MovingAverage { weeks: 4 },
        Self::MovingAverage { weeks: 13 },
        Self::SimpleSmoothing,
        Self::DampedHolt,
        Self::Theta,
        Self::SeasonalNaive { period: 52 },
        Self::HoltWinters {
            period: 52,
            season: None,
        },
    ];

    /// Weeks of history below which it does no better than repeat the last value.
    pub fn weeks_needed(&self) -> usize {
        match *self {
            Self::Naive => 1,
            Self::SeasonalNaive { period } => period,
            Self::MovingAverage { weeks } => weeks,
            Self::SimpleSmoothing => 2,
            Self::DampedHolt => HOLT_NEEDS,
            Self::Theta => theta::NEEDED,
            Self::HoltWinters { period, .. } => period.saturating_mul(2),
        }
    }

    /// The parameters with the least squared one-step errors. [`Method::Naive`] where the history is too short.
    pub fn fit(&self, series: &[f64]) -> Fitted {
        let ready = Ready::of(series);
        let values = ready.values.as_slice();
        let plain = |method| Fitted {
            method,
            squared_errors: None,
        };
        let fitted = |method, squares| Fitted {
            method,
            squared_errors: Some(ready.restore_squares(squares)),
        };
        if values.len() < self.weeks_needed() {
            return plain(Method::Naive);
        }
        match *self {
            Self::Naive => plain(Method::Naive),
            Self::SeasonalNaive { period } => plain(Method::SeasonalNaive { period }),
            Self::MovingAverage { weeks } => plain(Method::MovingAverage { weeks }),
            Self::SimpleSmoothing => {
                let (alpha, squares) = smoothing::fit_smooth(values);
                fitted(Method::SimpleSmoothing { alpha }, squares)
            }
            Self::DampedHolt => {
                let ([alpha, beta, phi], squares) = smoothing::fit_holt(values);
                fitted(Method::DampedHolt { alpha, beta, phi }, squares)
            }
            Self::Theta => {
                let (alpha, squares) = theta::fit(values);
                fitted(Method::Theta { alpha }, squares)
            }
            Self::HoltWinters { period, season } => {
                let seasons = [Season::Additive, Season::Multiplicative]
                    .into_iter()
                    .filter(|either| season.is_none_or(|given| given == *either));
                let fits = seasons.filter_map(|season| {
                    let start = Start::of(values, season, period)?;
                    Some((season, start.fit(values)))
                });
                let best = fits.min_by(|(_, (_, a)), (_, (_, b))| a.total_cmp(b));
                let Some((season, ([alpha, beta, gamma, phi], squares))) = best else {
                    return plain(Method::Naive);
                };
                let method = Method::HoltWinters {
                    season,
                    period,
                    alpha,
                    beta,
                    gamma,
                    phi,
                };
                fitted(method, squares)
            }
        }
    }
}
