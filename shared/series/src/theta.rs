//! The standard theta method.
//!
//! Assimakopoulos and Nikolopoulos, International Journal of Forecasting 16 (2000), in the state-space form of
//! Fiorucci and others, ibid. 32 (2016), their STM with theta = 2: half the straight line through all values, half
//! the series with doubled curvature, smoothed. Nothing is deseasonalised. Values are those of
//! [`crate::ready::Ready`].

use crate::search::valley;

/// What alpha is searched in.
const ALPHA: (f64, f64) = (0.1, 0.99);
/// One-step errors before this one are not counted: the first level is free and would hide them.
const SETTLED: usize = 3;
/// Values that a fit needs, so that an error is counted at all.
pub(crate) const NEEDED: usize = SETTLED + 1;

/// The straight line through values at 1, 2, ...: its value at 0 and its slope.
fn line(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let middle = f64::midpoint(n, 1.0);
    let covariance: f64 = (1_u32..)
        .zip(values)
        .map(|(at, value)| (f64::from(at) - middle) * (value - mean))
        .sum();
    let slope = 12.0 * covariance / (n * (n * n - 1.0));
    (mean - slope * middle, slope)
}

/// The smoothed level and how much of the line is added to it.
#[derive(Debug, Clone, Copy)]
struct Theta {
    alpha: f64,
    base: f64,
    slope: f64,
    level: f64,
    /// (1 - alpha) to the number of values seen.
    fading: f64,
}

impl Theta {
    fn begin(alpha: f64, (base, slope): (f64, f64), level: f64) -> Self {
        Self {
            alpha,
            base,
            slope,
            level,
            fading: 1.0,
        }
    }

    fn expected(&self) -> f64 {
        let remembered = (1.0 - self.fading * (1.0 - self.alpha)) / self.alpha;
        self.level + 0.5 * (self.base * self.fading + self.slope * remembered)
    }

    fn see(&mut self, value: f64) {
        self.level += self.alpha * (value - self.level);
        self.fading *= 1.0 - self.alpha;
    }
}

/// The first level with the least sum of squared one-step errors, and that sum. An error changes by minus
/// `fading` with a unit of first level, so that one normal equation gives it.
fn first_level(values: &[f64], line: (f64, f64), alpha: f64) -> (f64, f64) {
    let start = 0.5 * values.first().copied().unwrap_or(0.0);
    let mut theta = Theta::begin(alpha, line, start);
    let (mut squares, mut cross, mut weight) = (0.0, 0.0, 0.0);
    for (at, &value) in values.iter().enumerate() {
        if at >= SETTLED {
            let error = value - theta.expected();
            squares += error * error;
            cross += theta.fading * error;
            weight += theta.fading * theta.fading;
        }
        theta.see(value);
    }
    if weight > 0.0 {
        let add = cross / weight;
        (start + add, (squares - add * cross).max(0.0))
    } else {
        (start, squares)
    }
}

pub(crate) fn forecast(values: &[f64], alpha: f64, horizon: usize) -> Vec<f64> {
    let line = line(values);
    let mut theta = Theta::begin(alpha, line, first_level(values, line, alpha).0);
    for &value in values {
        theta.see(value);
    }
    (0..horizon)
        .map(|_| {
            let ahead = theta.expected();
            theta.see(ahead);
            ahead
        })
        .collect()
}

/// Alpha with the least sum of squared one-step errors from the fourth value on, and that sum.
pub(crate) fn fit(values: &[f64]) -> (f64, f64) {
    let line = line(values);
    valley(ALPHA.0, ALPHA.1, |alpha| first_level(values, line, alpha).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_goes_through_values_on_a_line() {
        let (base, slope) = line(&[5.0, 7.0, 9.0, 11.0]);
        assert!((base - 3.0).abs() < 1e-12 && (slope - 2.0).abs() < 1e-12);
    }

    #[test]
    fn forecasts_of_a_line_rise_by_half_its_slope() {
        // The smoothed half stands still, the other half goes on along the line.
        let values: Vec<f64> = (1..=40).map(f64::from).collect();
        let ahead = forecast(&values, 0.5, 6);
        for pair in ahead.windows(2) {
            assert!((pair[1] - pair[0] - 0.5).abs() < 1e-6, "{ahead:?}");
        }
    }
}
