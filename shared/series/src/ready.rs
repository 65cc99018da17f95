//! A series made fit for arithmetic, and forecasts brought back to its scale.

/// Values of a history without gaps or negative numbers, divided by a power of two so that the largest is in 0.5..1.
///
/// A power of two, because dividing by one rounds nothing: a fit does not depend on the unit of the series. And no
/// square of a value can overflow or vanish, whether a series counts kits or tonnes.
#[derive(Debug, Clone)]
pub(crate) struct Ready {
    pub(crate) values: Vec<f64>,
    exponent: i32,
}

/// A value that says something: a finite number. Less than nothing was sold when returns exceed sales: nothing.
pub(crate) fn known(value: f64) -> Option<f64> {
    value.is_finite().then(|| value.max(0.0))
}

/// The series from its first known value on.
pub(crate) fn begun(series: &[f64]) -> &[f64] {
    let first = series.iter().position(|&value| known(value).is_some());
    first.and_then(|at| series.get(at..)).unwrap_or_default()
}

/// Every missing value replaced: on the straight line between its neighbours, or by the nearest at either end.
/// All zeros where nothing is known.
pub(crate) fn bridged(series: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = Vec::with_capacity(series.len());
    let mut before: Option<f64> = None;
    for (at, &value) in series.iter().enumerate() {
        let Some(value) = known(value) else { continue };
        let gap = at - values.len();
        let from = before.unwrap_or(value);
        // Weights, not from + (value - from) * share: the line between equals is that value exactly.
        values.extend((1..=gap).map(|step| {
            let share = step as f64 / (gap + 1) as f64;
            if from.total_cmp(&value).is_eq() {
                value
            } else {
                from * (1.0 - share) + value * share
            }
        }));
        values.push(value);
        before = Some(value);
    }
    values.resize(series.len(), before.unwrap_or(0.0));
    values
}

impl Ready {
    pub(crate) fn of(series: &[f64]) -> Self {
        let mut values = bridged(begun(series));
        let most = values.iter().copied().fold(0.0, f64::max);
        let (_, exponent) = libm::frexp(most);
        if exponent != 0 {
            for value in &mut values {
                *value = libm::ldexp(*value, -exponent);
            }
        }
        Self { values, exponent }
    }

    /// The last value; 0 of an empty series.
    pub(crate) fn last(&self) -> f64 {
        self.values.last().copied().unwrap_or(0.0)
    }

    /// Forecasts in the series' own unit: at least 0 and finite. One that is no number becomes the last value.
    pub(crate) fn restore(&self, forecast: &mut [f64]) {
        for value in forecast {
            let sound = if value.is_nan() { self.last() } else { *value };
            *value = libm::ldexp(sound.max(0.0), self.exponent).min(f64::MAX);
        }
    }

    /// A sum of squares in the series' own unit.
    pub(crate) fn restore_squares(&self, squares: f64) -> f64 {
        libm::ldexp(squares.max(0.0), 2 * self.exponent).min(f64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: f64 = f64::NAN;

    #[test]
    fn a_gap_is_bridged_by_a_straight_line() {
        assert_eq!(bridged(&[1.0, GAP, GAP, 4.0]), [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn a_gap_at_an_end_takes_the_nearest_value() {
        assert_eq!(
            bridged(&[GAP, 2.0, 3.0, f64::INFINITY]),
            [2.0, 2.0, 3.0, 3.0]
        );
        assert_eq!(bridged(&[GAP, GAP]), [0.0, 0.0]);
    }

    #[test]
    fn less_than_nothing_is_nothing() {
        assert_eq!(bridged(&[5.0, -2.0]), [5.0, 0.0]);
    }

    #[test]
    fn a_series_begins_with_its_first_known_value() {
        assert_eq!(begun(&[GAP, GAP, 3.0, 1.0]), [3.0, 1.0]);
        assert!(begun(&[GAP]).is_empty());
    }

    #[test]
    fn scaling_is_undone_exactly() {
        for unit in [1e-300, 1e-9, 1.0, 0.3, 1e9, 1e300] {
            let series = [3.0 * unit, 7.0 * unit, 0.1 * unit];
            let ready = Ready::of(&series);
            assert!(ready.values.iter().all(|value| (0.0..1.0).contains(value)));
            let mut back = ready.values.clone();
            ready.restore(&mut back);
            assert_eq!(back, series);
        }
    }
}
