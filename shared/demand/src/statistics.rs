//! Small robust statistics.

/// The median, `None` of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    median_of(&mut values.to_vec())
}

/// The median; the values are left in another order.
pub(crate) fn median_of(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let odd = values.len() % 2 == 1;
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if odd {
        return Some(*upper);
    }
    let lower = below.iter().copied().max_by(f64::total_cmp)?;
    Some(f64::midpoint(lower, *upper))
}

/// The half-width that so large a share of the errors lies within, as for the next error to lie within it by that
/// chance: the (n + 1) · share-th smallest magnitude (split conformal prediction; Vovk, Gammerman and Shafer 2005,
/// *Algorithmic Learning in a Random World*), on the line between its neighbours so that few errors do not widen it.
/// `None` of nothing.
pub(crate) fn half_width(errors: &[f64], share: f64) -> Option<f64> {
    let mut magnitudes: Vec<f64> = errors.iter().map(|error| error.abs()).collect();
    magnitudes.sort_unstable_by(f64::total_cmp);
    let rank = (magnitudes.len() as f64 + 1.0) * share;
    let whole = libm::floor(rank).max(1.0);
    let below = magnitudes
        .get(whole as usize - 1)
        .or(magnitudes.last())
        .copied()?;
    let above = magnitudes.get(whole as usize).copied().unwrap_or(below);
    Some(below + (rank - whole).max(0.0) * (above - below))
}

/// `ln(a / b)` where both are above zero.
pub(crate) fn log_ratio(a: f64, b: f64) -> Option<f64> {
    (a > 0.0 && b > 0.0).then(|| libm::log(a / b))
}

/// Mean and variance of the logarithm of a gamma variable with this shape and mean 1: ψ(shape) − ln(shape) and
/// ψ′(shape) (Abramowitz and Stegun 1964, 6.3.18 and 6.4.12, after the recurrences 6.3.5 and 6.4.6).
pub(crate) fn log_gamma_moments(shape: f64) -> (f64, f64) {
    let (mut x, mut digamma, mut trigamma) = (shape.max(1e-6), 0.0, 0.0);
    while x < 8.0 {
        digamma -= 1.0 / x;
        trigamma += 1.0 / (x * x);
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    digamma += libm::log(x) - 0.5 / x - y * (1.0 / 12.0 - y * (1.0 / 120.0 - y / 252.0));
    trigamma += 1.0 / x + y / 2.0 + y / x * (1.0 / 6.0 - y * (1.0 / 30.0 - y / 42.0));
    (digamma - libm::log(shape.max(1e-6)), trigamma)
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
    fn one_wild_error_does_not_move_the_half_width() {
        let calm = [0.1, -0.1, 0.1, -0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
        let wild = [0.1, -0.1, 0.1, -0.1, 9.0, 0.1, 0.1, 0.1, 0.1];
        assert_eq!(half_width(&calm, 0.8), half_width(&wild, 0.8));
        assert_eq!(half_width(&[], 0.8), None);
        assert_eq!(half_width(&[0.3], 0.8), Some(0.3));
    }

    #[test]
    fn the_logarithm_of_a_gamma_variable_has_the_tabled_moments() {
        // ψ(1) = −γ and ψ′(1) = π²/6; ψ(½) = −γ − 2 ln 2 and ψ′(½) = π²/2.
        let gamma = 0.577_215_664_901_532_9;
        let square = std::f64::consts::PI * std::f64::consts::PI;
        let (mean, variance) = log_gamma_moments(1.0);
        assert!((mean + gamma).abs() < 1e-9 && (variance - square / 6.0).abs() < 1e-8);
        let (mean, variance) = log_gamma_moments(0.5);
        let digamma = -gamma - 2.0 * std::f64::consts::LN_2;
        assert!((mean - (digamma + std::f64::consts::LN_2)).abs() < 1e-9);
        assert!((variance - square / 2.0).abs() < 1e-8);
    }
}
