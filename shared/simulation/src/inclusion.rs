//! Weights that make the shares come out when a box takes k *distinct* recipes.
//!
//! Drawing one recipe after another without those already in the box includes recipe i with a probability that is
//! not k times its weight: popular recipes come up less often than that. Rosén's approximation for successive
//! sampling (1972), 1 − exp(−w T) with T such that the probabilities sum to k, is within 6 % for a menu of twelve and
//! better for longer ones; a few fixed-point steps turn it around.

/// Steps of the fixed point; the correction converges geometrically.
const STEPS: usize = 12;
/// The most likely a recipe can be to be in a box: shares above that cannot be reached with distinct recipes.
const MOST: f64 = 0.995;

/// For each share, the weight to draw with divided by the share; 1 where the share is 0.
///
/// `recipes_per_box` is the share of boxes with so many distinct recipes.
pub fn corrections(shares: &[f64], recipes_per_box: &[(u8, f64)]) -> Vec<f64> {
    let offered = shares.iter().filter(|share| **share > 0.0).count();
    let mean: f64 = recipes_per_box
        .iter()
        .map(|(k, share)| f64::from(*k) * share)
        .sum();
    let targets: Vec<f64> = shares
        .iter()
        .map(|share| (share * mean).min(MOST))
        .collect();
    let mut weights = shares.to_vec();
    for _ in 0..STEPS {
        let reached = inclusion(&weights, recipes_per_box, offered);
        for ((weight, target), reached) in weights.iter_mut().zip(&targets).zip(reached) {
            if reached > 0.0 {
                *weight *= (target / reached).clamp(0.25, 4.0);
            }
        }
        let total: f64 = weights.iter().sum();
        if total > 0.0 {
            weights.iter_mut().for_each(|weight| *weight /= total);
        }
    }
    let correction =
        |(weight, share): (&f64, &f64)| if *share > 0.0 { weight / share } else { 1.0 };
    weights.iter().zip(shares).map(correction).collect()
}

/// The chance of each recipe to be in a box, for weights that sum to 1.
pub fn inclusion(weights: &[f64], recipes_per_box: &[(u8, f64)], offered: usize) -> Vec<f64> {
    let mut chances = vec![0.0; weights.len()];
    for (k, share) in recipes_per_box {
        let k = f64::from(*k);
        if k as usize >= offered {
            for (chance, weight) in chances.iter_mut().zip(weights) {
                *chance += if *weight > 0.0 { *share } else { 0.0 };
            }
        } else if k <= 1.0 {
            chances
                .iter_mut()
                .zip(weights)
                .for_each(|(chance, weight)| *chance += share * weight);
        } else {
            let time = time(weights, k);
            for (chance, weight) in chances.iter_mut().zip(weights) {
                *chance += share * (1.0 - libm::exp(-weight * time));
            }
        }
    }
    chances
}

/// The T at which Σ 1 − exp(−w T) is k: Newton's method, from below on a concave function.
fn time(weights: &[f64], k: f64) -> f64 {
    let mut time = k;
    for _ in 0..40 {
        let (sum, slope) = weights.iter().fold((0.0, 0.0), |(sum, slope), weight| {
            let left = libm::exp(-weight * time);
            (sum + 1.0 - left, slope + weight * left)
        });
        let step = (k - sum) / slope.max(1e-300);
        time += step;
        if step.abs() <= 1e-12 * time || !time.is_finite() {
            break;
        }
    }
    time
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Inclusion by enumerating every order in which k recipes can be taken.
    fn exact(weights: &[f64], k: usize) -> Vec<f64> {
        fn walk(weights: &[f64], k: usize, taken: &mut Vec<usize>, chance: f64, into: &mut [f64]) {
            if taken.len() == k {
                taken.iter().for_each(|at| into[*at] += chance);
                return;
            }
            let left: f64 = (0..weights.len())
                .filter(|at| !taken.contains(at))
                .map(|at| weights[at])
                .sum();
            for at in 0..weights.len() {
                if !taken.contains(&at) {
                    taken.push(at);
                    walk(weights, k, taken, chance * weights[at] / left, into);
                    taken.pop();
                }
            }
        }
        let mut into = vec![0.0; weights.len()];
        walk(weights, k, &mut Vec::new(), 1.0, &mut into);
        into
    }

    #[test]
    fn corrected_weights_include_each_recipe_as_often_as_its_share_says() {
        let shares: Vec<f64> = [9.0, 7.0, 5.0, 5.0, 4.0, 3.0, 3.0, 2.0, 2.0, 1.0, 1.0, 1.0]
            .iter()
            .map(|weight| weight / 43.0)
            .collect();
        let corrections = corrections(&shares, &[(3, 1.0)]);
        let mut weights: Vec<f64> = shares
            .iter()
            .zip(&corrections)
            .map(|(s, c)| s * c)
            .collect();
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        let plain = exact(&shares, 3);
        let corrected = exact(&weights, 3);
        // A menu of twelve is the hard case: Rosén's approximation gets better with every recipe more.
        for (at, share) in shares.iter().enumerate() {
            let target = 3.0 * share;
            assert!(
                (corrected[at] / target - 1.0).abs() < 0.06,
                "{at}: {} {target}",
                corrected[at]
            );
        }
        // Without the correction the most popular recipe is 10 % short: the test can fail.
        assert!(
            (plain[0] / (3.0 * shares[0]) - 1.0).abs() > 0.1,
            "{}",
            plain[0]
        );
    }

    #[test]
    fn one_recipe_a_box_needs_no_correction() {
        let shares = [0.5, 0.3, 0.2, 0.0];
        for correction in corrections(&shares, &[(1, 1.0)]) {
            assert!((correction - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_menu_no_longer_than_the_box_takes_everything() {
        let chances = inclusion(&[0.9, 0.1, 0.0], &[(4, 1.0)], 2);
        assert_eq!(chances, [1.0, 1.0, 0.0]);
    }
}
