//! Weights that make the shares come out when a box takes k *distinct* recipes.
//!
//! A box draws one recipe after another, without those it has, from weights w (successive sampling, the first k of a
//! Plackett–Luce order). The chance that recipe i is in the box is not k times its weight: popular recipes come up
//! less often than that. Give every recipe an exponential clock of rate w; the first k to ring have the law of the box.
//! So recipe i is in it when it rings at a time t at which fewer than k others have rung:
//!
//! π_i = ∫ w_i e^(−w_i t) · P(fewer than k of the others have rung by t) dt
//!
//! How many have rung by t is a sum of independent yes-or-no variables (Poisson binomial), of which only the chances of
//! 0 to k − 1 matter. [`inclusion`] computes the integral to about 1e-14, all recipes at once.
//!
//! [`corrections`] turns it around. **Shares that cannot be reached**: m recipes together have at most m places in a box,
//! and no more than the box: Σ π over any m recipes ≤ E min(K, m). Shares beyond that are brought back to it,
//! and what they lose goes to the less popular ones in proportion to their shares ([`targets`]).

/// How close to the most that they can have the targets of popular recipes may come: at the most itself, weights are
/// infinite.
const MOST: f64 = 0.995;
/// Steps of the fixed point at most. Three to five are usual; where targets stand at their bounds, 60 come within 0.2 %.
const STEPS: usize = 60;
/// How close each recipe must come to its target, relative to it.
const CLOSE: f64 = 1e-7;
/// Distance of nodes in the quadrature's variable: the error falls like exp(−c / distance), and is below 1e-14 here.
const DISTANCE: f64 = 1.0 / 8.0;
/// Terms smaller than this part of 1 end the sum.
const NEGLIGIBLE: f64 = 1e-17;

/// For each share, the weight to draw with divided by the share; 1 where the share is 0.
///
/// `recipes_per_box` is the share of boxes with so many distinct recipes.
pub fn corrections(shares: &[f64], recipes_per_box: &[(u8, f64)]) -> Vec<f64> {
    let targets = targets(shares, recipes_per_box);
    let more = more_than(recipes_per_box);
    // With one recipe a box, chances are weights; with the whole menu in every box, weights do not matter.
    let offered = targets.iter().filter(|target| **target > 0.0).count();
    let everything = more
        .get(offered.wrapping_sub(1))
        .is_some_and(|all| *all > 0.99);
    if offered == 0 || more.len() <= 1 || everything {
        return vec![1.0; shares.len()];
    }
    // If the k-th clock always rang at the same time T, π would be 1 − exp(−w T) (Rosén 1972). That is nearly so, and
    // in the coordinate −ln(1 − π) the fixed point needs few steps.
    let coordinate = |chance: f64| -libm::log1p(-chance.min(1.0 - 1e-12));
    let mut weights: Vec<f64> = targets.iter().map(|target| coordinate(*target)).collect();
    let mut quadrature = Quadrature::default();
    for _ in 0..STEPS {
        let reached = quadrature.chances(&weights, &more);
        let mut worst = 0.0_f64;
        for ((weight, target), reached) in weights.iter_mut().zip(&targets).zip(reached) {
            if *target > 0.0 && *reached > 0.0 {
                worst = worst.max((reached / target - 1.0).abs());
                *weight *= coordinate(*target) / coordinate(*reached);
            }
        }
        if worst < CLOSE {
            break;
        }
    }
    let scale = shares.iter().sum::<f64>() / weights.iter().sum::<f64>();
    let correction = |(weight, share): (&f64, &f64)| {
        if *share > 0.0 {
            weight * scale / share
        } else {
            1.0
        }
    };
    weights.iter().zip(shares).map(correction).collect()
}

/// The chance of each recipe to be in a box, for weights of 0 or more; only their proportions matter.
///
/// `recipes_per_box` is the share of boxes with so many distinct recipes; boxes that ask for more than there are take
/// all.
pub fn inclusion(weights: &[f64], recipes_per_box: &[(u8, f64)]) -> Vec<f64> {
    let more = more_than(recipes_per_box);
    Quadrature::default().chances(weights, &more).to_vec()
}

/// How likely each recipe should be in a box: its share of the kits times the mean number of recipes, where that can be
/// reached with a little to spare.
///
/// Else recipes are taken in order of share. Let T be the sum of targets of the most popular ones as a function of the
/// sum of their shares; T must stay below what so many recipes can have. The lower convex envelope of those bounds is
/// the T that stays in proportion to the shares for as many recipes as can be. The bounds are drawn a little towards
/// equal shares, which can always be reached.
pub fn targets(shares: &[f64], recipes_per_box: &[(u8, f64)]) -> Vec<f64> {
    let more = more_than(recipes_per_box);
    let mut order: Vec<usize> = (0..shares.len()).filter(|at| shares[*at] > 0.0).collect();
    order.sort_by(|a, b| shares[*b].total_cmp(&shares[*a]).then(a.cmp(b)));
    let all_shares: f64 = order.iter().map(|item| shares[*item]).sum();
    let all: f64 = more.iter().take(order.len()).sum();
    let (mut share, mut most) = (0.0, 0.0);
    let mut bounds = Vec::with_capacity(order.len());
    let mut reachable = order.len() > more.len();
    for (at, item) in order.iter().enumerate() {
        share += shares[*item] / all_shares;
        most += more.get(at).copied().unwrap_or(0.0);
        reachable &= at >= more.len() || share * all <= MOST * most;
        let equal = all * (at + 1) as f64 / order.len() as f64;
        bounds.push((at + 1, share, MOST * most + (1.0 - MOST) * equal));
    }
    if reachable {
        return shares
            .iter()
            .map(|share| share / all_shares * all)
            .collect();
    }
    // (recipes, sum of their shares, most they can have)
    let mut corners = vec![(0, 0.0, 0.0)];
    for (recipes, share, bound) in bounds {
        while let [.., (_, s0, t0), (_, s1, t1)] = corners[..] {
            if (t1 - t0) * (share - s0) < (bound - t0) * (s1 - s0) {
                break;
            }
            corners.pop();
        }
        corners.push((recipes, share, bound));
    }
    let mut targets = vec![0.0; shares.len()];
    for pair in corners.windows(2) {
        if let [(from, s0, t0), (to, s1, t1)] = *pair {
            let slope = (t1 - t0) / (s1 - s0);
            for item in &order[from..to] {
                targets[*item] = shares[*item] / all_shares * slope;
            }
        }
    }
    targets
}

/// The share of boxes with more than 0, 1, 2, … recipes, as far as there are any.
fn more_than(recipes_per_box: &[(u8, f64)]) -> Vec<f64> {
    let most = recipes_per_box
        .iter()
        .filter(|(_, share)| *share > 0.0)
        .map(|(recipes, _)| *recipes)
        .max();
    let more = |than: u8| {
        recipes_per_box
            .iter()
            .filter(|(recipes, _)| *recipes > than)
            .map(|(_, share)| share)
            .sum()
    };
    (0..most.unwrap_or(0)).map(more).collect()
}

/// The integral over time, as a sum over nodes: the trapezoidal rule after t = T exp(s − exp(−s)), which makes the
/// integrand fall doubly exponentially towards t = 0 (Takahasi and Mori 1974) and leaves it smooth in ln t above.
#[derive(Debug, Default)]
struct Quadrature {
    /// By recipe, the chance that its clock has not rung.
    silent: Vec<f64>,
    /// By recipe and number, the chance that so many of the recipes before it have rung.
    before: Vec<f64>,
    /// By number that have rung among those before, the share of boxes with room for one more, whatever those behind do.
    room: Vec<f64>,
    chances: Vec<f64>,
}

impl Quadrature {
    /// `more` is the share of boxes with more than 0, 1, 2, … recipes.
    fn chances(&mut self, weights: &[f64], more: &[f64]) -> &[f64] {
        self.chances.clear();
        self.chances.resize(weights.len(), 0.0);
        let total: f64 = weights.iter().sum();
        if total <= 0.0 || more.is_empty() {
            return &self.chances;
        }
        // About when a middling box is full.
        let scale = more.iter().sum::<f64>() / total;
        for direction in [1.0, -1.0] {
            let mut at = if direction > 0.0 { 0.0 } else { direction };
            loop {
                let s = DISTANCE * at;
                let shrink = libm::exp(-s);
                let time = scale * libm::exp(s - shrink);
                let largest = self.add(weights, more, time, DISTANCE * time * (1.0 + shrink));
                // Towards 0 and infinity the terms only fall.
                if largest < NEGLIGIBLE && s.abs() > 1.0 {
                    break;
                }
                at += direction;
            }
        }
        &self.chances
    }

    /// Adds a node's part to every recipe's chance; gives the largest.
    fn add(&mut self, weights: &[f64], more: &[f64], time: f64, step: f64) -> f64 {
        let most = more.len();
        self.silent.clear();
        self.silent
            .extend(weights.iter().map(|weight| libm::exp(-weight * time)));
        self.before.clear();
        self.before.resize((weights.len() + 1) * most, 0.0);
        self.before[0] = 1.0;
        for (at, silent) in self.silent.iter().enumerate() {
            let (from, to) = self.before[at * most..(at + 2) * most].split_at_mut(most);
            let mut one_less = 0.0;
            for (to, from) in to.iter_mut().zip(from) {
                *to = *from * silent + one_less * (1.0 - silent);
                one_less = *from;
            }
        }
        self.room.clear();
        self.room.extend_from_slice(more);
        let mut largest = 0.0_f64;
        for (at, weight) in weights.iter().enumerate().rev() {
            let silent = self.silent[at];
            let before = &self.before[at * most..(at + 1) * most];
            let room: f64 = before.iter().zip(&self.room).map(|(b, r)| b * r).sum();
            let part = weight * silent * room * step;
            self.chances[at] += part;
            largest = largest.max(part);
            for number in 0..most {
                let next = self.room.get(number + 1).copied().unwrap_or(0.0);
                self.room[number] = self.room[number] * silent + next * (1.0 - silent);
            }
        }
        largest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Inclusion by enumerating every order in which k recipes can be taken.
    fn enumerated(weights: &[f64], k: usize) -> Vec<f64> {
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

    fn shares(weights: &[f64]) -> Vec<f64> {
        let total: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / total).collect()
    }

    fn corrected(shares: &[f64], recipes_per_box: &[(u8, f64)]) -> Vec<f64> {
        let corrections = corrections(shares, recipes_per_box);
        shares.iter().zip(corrections).map(|(s, c)| s * c).collect()
    }

    #[test]
    fn the_integral_is_what_enumerating_all_boxes_gives() {
        let menus: [&[f64]; 4] = [
            &[9.0, 7.0, 5.0, 5.0, 4.0, 3.0, 1.0, 1.0],
            &[1.0, 1.0, 1.0, 1.0],
            &[1000.0, 100.0, 10.0, 1.0, 0.1],
            &[0.8, 0.1, 0.05, 0.03, 0.01, 0.01, 0.001],
        ];
        for weights in menus {
            for k in 1..weights.len() as u8 {
                let exact = enumerated(weights, usize::from(k));
                for (got, exact) in inclusion(weights, &[(k, 1.0)]).iter().zip(&exact) {
                    assert!(
                        (got - exact).abs() < 2e-14,
                        "{weights:?} {k}: {}",
                        got - exact
                    );
                }
            }
            let mixed = inclusion(weights, &[(1, 0.25), (3, 0.75)]);
            let (one, three) = (enumerated(weights, 1), enumerated(weights, 3));
            for ((got, one), three) in mixed.iter().zip(one).zip(three) {
                assert!((got - 0.25 * one - 0.75 * three).abs() < 2e-14);
            }
        }
    }

    #[test]
    fn corrected_weights_include_each_recipe_as_often_as_its_share_says() {
        let shares = shares(&[9.0, 7.0, 5.0, 5.0, 4.0, 3.0, 3.0, 2.0, 2.0, 1.0, 1.0, 1.0]);
        let reached = enumerated(&corrected(&shares, &[(3, 1.0)]), 3);
        for (reached, share) in reached.iter().zip(&shares) {
            assert!(
                (reached / (3.0 * share) - 1.0).abs() < 1e-6,
                "{reached} {share}"
            );
        }
        // Without the correction the most popular recipe is 10 % short: the test can fail.
        let plain = enumerated(&shares, 3);
        assert!((plain[0] / (3.0 * shares[0]) - 1.0).abs() > 0.1);
    }

    #[test]
    fn a_mixture_of_box_sizes_shares_one_correction() {
        let mix = [(2, 0.1), (3, 0.2), (4, 0.3), (5, 0.4)];
        let weights: Vec<f64> = (0..200)
            .map(|at| libm::exp(random::normal_quantile((f64::from(at) + 0.5) / 200.0)))
            .collect();
        let shares = shares(&weights);
        for (reached, share) in inclusion(&corrected(&shares, &mix), &mix)
            .iter()
            .zip(&shares)
        {
            assert!(
                (reached / (4.0 * share) - 1.0).abs() < 1e-6,
                "{reached} {share}"
            );
        }
    }

    #[test]
    fn one_recipe_a_box_needs_no_correction() {
        assert_eq!(corrections(&[0.5, 0.3, 0.2, 0.0], &[(1, 1.0)]), [1.0; 4]);
    }

    #[test]
    fn a_menu_no_longer_than_the_box_takes_everything() {
        let chances = inclusion(&[0.9, 0.1, 0.0], &[(4, 1.0)]);
        assert!((chances[0] - 1.0).abs() < 1e-14 && (chances[1] - 1.0).abs() < 1e-14);
        assert_eq!(chances[2].to_bits(), 0);
        assert_eq!(corrections(&[0.9, 0.1, 0.0], &[(4, 1.0)]), [1.0; 3]);
    }

    #[test]
    fn a_share_beyond_every_box_is_brought_back_and_the_rest_goes_to_the_others() {
        let shares = [0.6, 0.2, 0.1, 0.1];
        let reached = inclusion(&corrected(&shares, &[(2, 1.0)]), &[(2, 1.0)]);
        for (reached, wanted) in reached.iter().zip([0.9975, 0.50125, 0.250_625, 0.250_625]) {
            assert!((reached - wanted).abs() < 2e-3, "{reached} {wanted}");
        }
        // Half of the boxes hold one recipe: two recipes together can be in 1.5 of them, not in 1.8.
        let mix = [(1, 0.5), (3, 0.5)];
        let reached = inclusion(&corrected(&[0.45, 0.45, 0.05, 0.05], &mix), &mix);
        for (reached, wanted) in reached.iter().zip([0.74875, 0.74875, 0.25125, 0.25125]) {
            assert!((reached - wanted).abs() < 2e-3, "{reached} {wanted}");
        }
    }

    #[test]
    fn shares_that_can_be_reached_are_targets_as_they_are() {
        let targets = targets(&[0.3, 0.0, 0.45, 0.25], &[(2, 1.0)]);
        for (target, wanted) in targets.iter().zip([0.6, 0.0, 0.9, 0.5]) {
            assert!((target - wanted).abs() < 1e-15, "{target} {wanted}");
        }
    }
}
