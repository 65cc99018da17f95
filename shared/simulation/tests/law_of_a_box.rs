//! The law of a box against exact enumeration, on menus small enough for it. Seeds are fixed; each test says how
//! likely another seed would fail by chance.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use random::Stream;
use simulation::inclusion::{corrections, inclusion};
use simulation::{Limits, Plan, Simulation};
use snapshot::Cap;
use support::{area, chi_square_limit, demand, item, open_week, plates, route, snapshot, square};

const SHARES: [f64; 8] = [0.24, 0.2, 0.15, 0.12, 0.1, 0.09, 0.06, 0.04];
const BOXES: f64 = 300_000.0;
/// Small weeks of 500 boxes.
const WEEKS: u64 = 400;

/// The chance of each pair to be in a box of three, and of each recipe on the diagonal.
fn pairs(weights: &[f64]) -> Vec<Vec<f64>> {
    let n = weights.len();
    let total: f64 = weights.iter().sum();
    let mut chances = vec![vec![0.0; n]; n];
    for a in 0..n {
        for b in (0..n).filter(|b| *b != a) {
            for c in (0..n).filter(|c| *c != a && *c != b) {
                let left = total - weights[a];
                let chance =
                    weights[a] / total * weights[b] / left * weights[c] / (left - weights[b]);
                for x in [a, b, c] {
                    for y in [a, b, c] {
                        chances[x][y] += chance;
                    }
                }
            }
        }
    }
    chances
}

fn weights() -> Vec<f64> {
    let corrections = corrections(&SHARES, &[(3, 1.0)]);
    SHARES.iter().zip(corrections).map(|(s, c)| s * c).collect()
}

/// Boxes of three recipes, as the expected state of the world draws them.
fn drawn(boxes: f64, seed: u64) -> Vec<Vec<usize>> {
    let snapshot = open_week(SHARES.len(), 1);
    let demand = demand(vec![area(boxes, &SHARES, 3)]);
    let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), seed).unwrap();
    let plan = simulation.plan();
    let items = |items: &[u16]| items.iter().map(|item| usize::from(*item)).collect();
    plan.boxes.kits().map(|kit| items(kit.items)).collect()
}

fn counts(boxes: &[Vec<usize>]) -> Vec<f64> {
    let mut counts = vec![0.0; SHARES.len()];
    boxes.iter().flatten().for_each(|item| counts[*item] += 1.0);
    counts
}

/// Mahalanobis distance of recipe counts from what is expected, with the exact covariance. Counts of boxes without
/// doubles are not multinomial: a plain χ² would be wrong. The last recipe follows from the others and is left out.
fn distance(counts: &[f64], boxes: f64, pairs: &[Vec<f64>]) -> f64 {
    let n = counts.len() - 1;
    let off: Vec<f64> = (0..n).map(|i| counts[i] - boxes * pairs[i][i]).collect();
    let mut matrix: Vec<Vec<f64>> = (0..n)
        .map(|i| {
            let row = (0..n).map(|j| boxes * (pairs[i][j] - pairs[i][i] * pairs[j][j]));
            row.chain([off[i]]).collect()
        })
        .collect();
    // Gauss and Jordan; the matrix is positive definite.
    for pivot in 0..n {
        let scale = matrix[pivot][pivot];
        matrix[pivot].iter_mut().for_each(|value| *value /= scale);
        let row = matrix[pivot].clone();
        for (_, other) in (0..).zip(&mut matrix).filter(|(at, _)| *at != pivot) {
            let factor = other[pivot];
            other
                .iter_mut()
                .zip(&row)
                .for_each(|(x, y)| *x -= factor * y);
        }
    }
    off.iter().zip(&matrix).map(|(off, row)| off * row[n]).sum()
}

/// A large week, then the sum of distances over many small ones. By chance: each once in a million seeds.
#[test]
fn recipe_counts_scatter_as_their_exact_covariance_says() {
    let pairs = pairs(&weights());
    let large = distance(&counts(&drawn(BOXES, 20)), BOXES, &pairs);
    assert!(large < chi_square_limit(7), "{large}");
    let small = |seed| distance(&counts(&drawn(500.0, seed)), 500.0, &pairs);
    let small: f64 = (0..WEEKS).map(small).sum();
    assert!(small < chi_square_limit(7 * WEEKS as usize), "{small}");
}

/// Boxes drawn with replacement.
fn doubles(weights: &[f64], boxes: f64, seed: u64) -> Vec<Vec<usize>> {
    let all: f64 = weights.iter().sum();
    let mut stream = Stream::new(seed, &[]);
    let mut pick = || {
        let mut left = stream.uniform() * all;
        let found = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        found.unwrap_or(0)
    };
    (0..boxes as usize)
        .map(|_| (0..3).map(|_| pick()).collect())
        .collect()
}

#[test]
fn a_sampler_with_doubles_fails_the_same_test() {
    let pairs = pairs(&weights());
    // With the corrected weights the shares are wrong: one large week tells.
    let large = distance(&counts(&doubles(&weights(), BOXES, 20)), BOXES, &pairs);
    assert!(large > 20.0 * chi_square_limit(7), "{large}");
    // With the shares for weights only the scatter is wrong: the small weeks tell.
    let small = |seed| distance(&counts(&doubles(&SHARES, 500.0, seed)), 500.0, &pairs);
    let small: f64 = (0..WEEKS).map(small).sum();
    assert!(small > chi_square_limit(7 * WEEKS as usize), "{small}");
}

/// By chance: less than once in 50,000 seeds (28 pairs, five standard errors each).
#[test]
fn pairs_of_recipes_meet_as_often_as_enumeration_says() {
    let pairs = pairs(&weights());
    let mut met = vec![vec![0.0; SHARES.len()]; SHARES.len()];
    for kit in drawn(BOXES, 20) {
        for x in &kit {
            for y in &kit {
                met[*x][*y] += 1.0;
            }
        }
    }
    for (met, chances) in met.iter().zip(&pairs) {
        for (met, chance) in met.iter().zip(chances) {
            let error = (BOXES * chance * (1.0 - chance)).sqrt();
            assert!((met - BOXES * chance).abs() < 5.0 * error, "{met} {chance}");
        }
    }
    // As if chosen independently, the two most popular would meet a quarter more often: far outside.
    let independent = pairs[0][0] * pairs[1][1];
    assert!((independent - pairs[0][1]) * BOXES > 20.0 * (BOXES * pairs[0][1]).sqrt());
}

/// By chance: less than once in 200,000 seeds (8 recipes, five standard errors each).
#[test]
fn shares_come_out_although_no_box_holds_a_recipe_twice() {
    let chances = inclusion(&weights(), &[(3, 1.0)]);
    for ((count, share), chance) in counts(&drawn(BOXES, 20)).iter().zip(SHARES).zip(chances) {
        assert!((chance - 3.0 * share).abs() < 1e-6);
        let error = (BOXES * chance * (1.0 - chance)).sqrt();
        assert!(
            (count - BOXES * 3.0 * share).abs() < 5.0 * error,
            "{count} {share}"
        );
    }
}

/// Boxes of the plan by outcome.
fn outcomes(plan: &Plan) -> Vec<((usize, usize, usize), f64)> {
    let mut counts = std::collections::BTreeMap::new();
    for kit in plan.boxes.kits() {
        *counts
            .entry((kit.date, kit.portions, kit.items.len()))
            .or_insert(0.0) += 1.0;
    }
    counts.into_iter().collect()
}

/// By chance: once in a million seeds.
#[test]
fn dates_portion_sizes_and_numbers_of_recipes_come_as_their_shares_say() {
    let snapshot = open_week(SHARES.len(), 1);
    let mut one = area(BOXES, &SHARES, 3);
    one.portions = vec![(plates(2), 0.6), (plates(3), 0.15), (plates(4), 0.25)];
    one.recipes_per_box = vec![(2, 0.3), (4, 0.7)];
    one.weekdays = Some([0.7, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let demand = demand(vec![one.clone()]);
    let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), 20).unwrap();
    let counts = outcomes(&simulation.plan());
    assert_eq!(counts.len(), 12);
    let distance: f64 = counts
        .iter()
        .map(|((date, size, recipes), count)| {
            let share =
                [0.7, 0.3][*date] * one.portions[*size].1 * if *recipes == 2 { 0.3 } else { 0.7 };
            square(count - BOXES * share) / (BOXES * share)
        })
        .sum();
    assert!(distance < chi_square_limit(11), "{distance}");
}

/// Half of the boxes find room at the first site, the others go to the second: both must get the same mix.
/// By chance: less than once in a million seeds.
#[test]
fn sites_that_share_boxes_get_the_same_mix_of_portion_sizes() {
    let cap = |max| vec![Cap { min: 0, max }; 2];
    let mut second = route(1);
    second.preference = 2;
    let snapshot = snapshot(
        (0..SHARES.len()).map(|at| item(at, None)).collect(),
        vec![cap(Some(20_000)), cap(None)],
        vec![vec![route(0), second]],
    );
    let mut one = area(40_000.0, &SHARES, 3);
    one.portions = vec![(plates(2), 0.5), (plates(4), 0.5)];
    let demand = demand(vec![one]);
    let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), 20).unwrap();
    let draws = simulation.draws(1);
    let bytes = draws.pack().unwrap();
    let packed = simulation::Packed::open(&bytes).unwrap();
    let small = |site: usize| {
        let drawn = packed.site(site).unwrap();
        let of_two: u32 = drawn.kits(0).iter().step_by(2).sum();
        f64::from(of_two) / f64::from(3 * drawn.boxes(0)[0])
    };
    // Standard error of the difference: √(0.25 / 20,000 × 2) = 0.005.
    assert!(
        (small(0) - small(1)).abs() < 0.025,
        "{} {}",
        small(0),
        small(1)
    );
    let plan = simulation.plan();
    let at_first = plan.boxes.kits().zip(plan.placed.bins());
    let of_two = at_first.filter(|(kit, bin)| kit.portions == 0 && *bin == Some(0));
    let share = of_two.count() as f64 / 20_000.0;
    assert!((share - 0.5).abs() < 0.025, "{share}");
}

/// Two sites are equally good: the states of the world follow the plan's split, as far as its classes have boxes.
#[test]
fn boxes_go_where_the_plan_sends_them_when_nothing_else_speaks() {
    let open = vec![Cap { min: 0, max: None }; 2];
    let snapshot = snapshot(
        (0..SHARES.len()).map(|at| item(at, None)).collect(),
        vec![open.clone(), open],
        vec![vec![route(0), route(1)]],
    );
    let mut demand = demand(vec![area(1000.0, &SHARES, 3)]);
    demand.level_deviation = 0.2;
    let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), 20).unwrap();
    let plan = simulation.plan();
    let three_to_one = (0..plan.boxes.len()).map(|at| Some(usize::from(at % 4 == 3) * 2));
    let usual = simulation.usual(&plan.boxes, three_to_one);
    let draws = simulation.draws_near(9, &usual);
    for (boxes, all) in draws.boxes(0).into_iter().zip(draws.totals()) {
        assert!(
            (boxes as f64 - 0.75 * all as f64).abs() < 1.0,
            "{boxes} {all}"
        );
    }
}
