//! Small robust statistics.

/// The median, `None` of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some((sorted.get(middle.checked_sub(1)?)? + upper) / 2.0)
}

/// A standard deviation that outliers do not move: 1.4826 times the median absolute deviation from zero.
///
/// From zero, not from the median: a forecast's bias is part of how wrong it is.
pub fn robust_deviation(errors: &[f64]) -> Option<f64> {
    let magnitudes: Vec<f64> = errors.iter().map(|error| error.abs()).collect();
    median(&magnitudes).map(|deviation| 1.4826 * deviation)
}

/// `ln(a / b)` where both are above zero.
pub(crate) fn log_ratio(a: f64, b: f64) -> Option<f64> {
    (a > 0.0 && b > 0.0).then(|| libm::log(a / b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_stands_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn one_wild_error_does_not_move_the_deviation() {
        let calm = [0.1, -0.1, 0.1, -0.1, 0.1];
        let wild = [0.1, -0.1, 0.1, -0.1, 9.0];
        assert_eq!(robust_deviation(&calm), robust_deviation(&wild));
    }
}
