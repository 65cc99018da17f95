//! What a share seen in few trials says about the true one.

use serde::{Deserialize, Serialize};

/// Halvings of 0..1 until neighbouring floats are reached, also near 0.
const HALVINGS: usize = 80;
/// Terms of the continued fraction; it takes about the square root of the number of trials.
const TERMS: u32 = 20_000;
/// What stands for a zero in Lentz's algorithm.
const TINY: f64 = 1e-300;

/// Between two shares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The exact interval of Clopper and Pearson (Biometrika 26, 1934) for a share of which `successes` were seen in
/// `trials` **independent** trials: all true shares that this outcome, or one as far off, is not too rare for. It
/// holds the true share with at least the `confidence` given, from 0 to 1.
///
/// Rows that share a week's volume are not independent: count weeks. `None` of no trials, of more successes than
/// trials, and of a confidence outside 0..1.
pub fn clopper_pearson(successes: u64, trials: u64, confidence: f64) -> Option<Interval> {
    if trials == 0 || successes > trials || !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let tail = (1.0 - confidence) / 2.0;
    let (seen, missed) = (successes as f64, (trials - successes) as f64);
    Some(Interval {
        // At least as many successes have the probability I_p(k, n - k + 1), which rises with p.
        low: if successes == 0 {
            0.0
        } else {
            rising(tail, |p| beta(p, seen, missed + 1.0))
        },
        // At most as many have 1 - I_p(k + 1, n - k) = I_(1 - p)(n - k, k + 1).
        high: if successes == trials {
            1.0
        } else {
            1.0 - rising(tail, |q| beta(q, missed, seen + 1.0))
        },
    })
}

/// Where a function that rises from 0 to 1 over 0..1 reaches `level`.
fn rising(level: f64, function: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if function(middle) < level {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The regularised incomplete beta function I_x(a, b) for a, b > 0.
///
/// The continued fraction of DLMF 8.17.22 by Lentz's algorithm as Thompson and Barnett changed it (J. Comput. Phys. 64,
/// 1986). It converges fast below (a + 1) / (a + b + 2); above, I_x(a, b) = 1 - I_(1 - x)(b, a).
fn beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_by_fraction(1.0 - x, b, a);
    }
    beta_by_fraction(x, a, b)
}

fn beta_by_fraction(x: f64, a: f64, b: f64) -> f64 {
    let front = libm::exp(
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
            + a * libm::log(x)
            + b * libm::log1p(-x),
    ) / a;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut numerator = 1.0;
    let mut denominator = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = denominator;
    for term in 1..=TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for coefficient in [even, odd] {
            denominator = 1.0 / away(1.0 + coefficient * denominator);
            numerator = away(1.0 + coefficient / numerator);
            change = denominator * numerator;
            fraction *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front * fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_agree_with_scipy() {
        // scipy 1.17.1: beta.ppf(tail, k, n - k + 1), beta.ppf(1 - tail, k + 1, n - k).
        for (successes, trials, confidence, low, high) in [
            (0, 10, 0.95, 0.0, 0.308_497_107_818_760_7),
            (
                5,
                10,
                0.95,
                0.187_086_028_447_398_55,
                0.812_913_971_552_601_5,
            ),
            (10, 10, 0.95, 0.691_502_892_181_239_2, 1.0),
            (
                81,
                100,
                0.95,
                0.719_302_042_026_387_6,
                0.881_556_803_867_456_4,
            ),
            (81, 100, 0.8, 0.750_118_846_116_188_1, 0.860_108_466_154_663),
            (
                1,
                3,
                0.9,
                0.016_952_427_508_441_496,
                0.864_649_637_828_416_1,
            ),
            (
                320_000,
                400_000,
                0.95,
                0.798_756_988_938_583_9,
                0.801_238_663_810_748,
            ),
            (
                1,
                400_000,
                0.95,
                6.329_451_795_762_666e-8,
                1.392_902_887_896_210_7e-5,
            ),
        ] {
            let interval = clopper_pearson(successes, trials, confidence).unwrap();
            let near = |ours: f64, theirs: f64| (ours - theirs).abs() <= 1e-9 * theirs.max(1e-9);
            assert!(
                near(interval.low, low),
                "{successes} of {trials}: {interval:?}"
            );
            assert!(
                near(interval.high, high),
                "{successes} of {trials}: {interval:?}"
            );
        }
    }

    #[test]
    fn an_end_makes_what_was_seen_just_rare_enough() {
        // No success in n trials: (1 - high)^n = 0.025, by hand for n = 2.
        let interval = clopper_pearson(0, 2, 0.95).unwrap();
        assert!((interval.high - (1.0 - 0.025_f64.sqrt())).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_share_has_no_interval() {
        assert_eq!(clopper_pearson(0, 0, 0.95), None);
        assert_eq!(clopper_pearson(3, 2, 0.95), None);
        assert_eq!(clopper_pearson(1, 2, 1.0), None);
        assert_eq!(clopper_pearson(1, 2, f64::NAN), None);
    }
}
