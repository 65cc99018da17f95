//! How far states of the world scatter, against the parameters they were drawn from. Seeds are fixed; each test says
//! how likely another seed would fail by chance.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use demand::WeekDemand;
use random::Stream;
use simulation::inclusion::{corrections, inclusion};
use simulation::{Draws, Limits, Packed, Simulation};
use snapshot::WeekSnapshot;
use support::{area, correlation, demand, mean, open_week, square, variance};

fn draws(snapshot: &WeekSnapshot, demand: &WeekDemand, replicates: u32) -> Draws {
    let simulation = Simulation::new(snapshot, demand, &Limits::default(), 11).unwrap();
    simulation.draws(replicates)
}

fn floats(values: &[u64]) -> Vec<f64> {
    values.iter().map(|value| *value as f64).collect()
}

/// Pearson's χ² over its degrees of freedom, the mean over states: 1 for a multinomial.
fn dispersion(draws: &Draws, shares: &[f64], boxes: f64) -> f64 {
    let kits = draws.kits_by_item();
    let states = kits[0].len() as f64;
    let terms = kits.iter().zip(shares).map(|(kits, share)| {
        let expected = boxes * share;
        let squares = kits.iter().map(|kits| square(*kits as f64 - expected));
        squares.sum::<f64>() / expected
    });
    terms.sum::<f64>() / states / (shares.len() - 1) as f64
}

const SHARES: [f64; 10] = [0.2, 0.18, 0.14, 0.12, 0.1, 0.08, 0.07, 0.05, 0.04, 0.02];

/// With one recipe a box, counts are Dirichlet-multinomial, with a Pearson dispersion of (n + c) / (1 + c) for n boxes
/// and concentration c. By chance: five standard errors, less than once in a million seeds.
#[test]
fn the_concentration_of_an_areas_shares_is_recovered() {
    let snapshot = open_week(SHARES.len(), 1);
    let (boxes, states) = (600.0, 3000);
    for concentration in [20.0, 200.0] {
        let mut one = area(boxes, &SHARES, 1);
        one.concentration = concentration;
        let draws = draws(&snapshot, &demand(vec![one]), states);
        let found = dispersion(&draws, &SHARES, boxes);
        let recovered = (boxes - found) / (found - 1.0);
        // The statistic's standard error is about √(2 / (9 × 3000)) = 0.9 %, a little more in the tails.
        assert!(
            (recovered / concentration - 1.0).abs() < 0.06,
            "{recovered}"
        );
    }
}

/// By chance: five standard errors, less than once in a million seeds.
#[test]
fn without_shocks_counts_are_no_wider_than_chance() {
    let snapshot = open_week(SHARES.len(), 1);
    let draws = draws(&snapshot, &demand(vec![area(600.0, &SHARES, 1)]), 3000);
    let found = dispersion(&draws, &SHARES, 600.0);
    assert!((found - 1.0).abs() < 0.05, "{found}");
}

/// The logarithm of the ratio of two recipes' kits scatters with √2 σ, and by chance alone with 1 / kits each.
/// By chance: five pairs of 500 states make a standard error of 1.4 %; 7 % is five of them.
#[test]
fn the_recipes_shock_is_recovered() {
    let snapshot = open_week(SHARES.len(), 1);
    let mut demand = demand(vec![area(50_000.0, &SHARES, 1)]);
    demand.recipe_deviation = vec![0.3; SHARES.len()];
    let kits = draws(&snapshot, &demand, 500).kits_by_item();
    let pairs = kits.chunks(2).map(|pair| {
        let (one, other) = (floats(&pair[0]), floats(&pair[1]));
        let ratio = |(a, b): (&f64, &f64)| libm::log(a / b);
        let ratios: Vec<f64> = one.iter().zip(&other).map(ratio).collect();
        let chance = |kits: &[f64]| mean(&kits.iter().map(|kits| 1.0 / kits).collect::<Vec<_>>());
        (variance(&ratios) - chance(&one) - chance(&other)) / 2.0
    });
    let found = mean(&pairs.collect::<Vec<_>>()).sqrt();
    assert!((found / 0.3 - 1.0).abs() < 0.07, "{found}");
}

/// By chance: 1500 states make a standard error of 1.8 % (the level's is less: it is stratified); 9 % is five.
#[test]
fn the_shocks_of_volume_are_recovered() {
    let snapshot = open_week(SHARES.len(), 1);
    let spread = |demand: &WeekDemand| {
        let simulation = Simulation::new(&snapshot, demand, &Limits::default(), 11).unwrap();
        let logs: Vec<f64> = simulation
            .volumes(1500)
            .iter()
            .map(|boxes| libm::log(*boxes as f64))
            .collect();
        (mean(&logs), variance(&logs).sqrt())
    };
    let mut level = demand(vec![area(100_000.0, &SHARES, 1)]);
    level.level_deviation = 0.2;
    let (centre, found) = spread(&level);
    assert!((found / 0.2 - 1.0).abs() < 0.03, "{found}");
    // The forecast is the median; five standard errors.
    assert!((centre - libm::log(100_000.0)).abs() < 0.026, "{centre}");
    let mut own = demand(vec![area(100_000.0, &SHARES, 1)]);
    own.areas[0].deviation = 0.2;
    let (_, found) = spread(&own);
    assert!((found / 0.2 - 1.0).abs() < 0.09, "{found}");
}

/// Kits of the first recipe by site, one area each.
fn first_recipe(demand: &WeekDemand, states: u32) -> [Vec<f64>; 2] {
    let snapshot = open_week(SHARES.len(), 2);
    let bytes = draws(&snapshot, demand, states).pack().unwrap();
    let packed = Packed::open(&bytes).unwrap();
    [0, 1].map(|site| {
        let drawn = packed.site(site).unwrap();
        let (first, second) = (drawn.kits(0), drawn.kits(1));
        let both = first.iter().zip(second).take(states as usize);
        both.map(|(a, b)| f64::from(a + b)).collect()
    })
}

/// Unplugged, 400 states make a standard error of 0.05; 0.25 is five.
#[test]
fn a_recipes_shock_moves_all_sites_together_and_nothing_does_without_it() {
    let areas = || {
        let mut area = area(4000.0, &SHARES, 2);
        area.concentration = 500.0;
        area
    };
    let mut on = demand(vec![areas(), areas()]);
    on.recipe_deviation = vec![0.4; SHARES.len()];
    let [one, other] = first_recipe(&on, 400);
    assert!(correlation(&one, &other) > 0.75);
    let [one, other] = first_recipe(&demand(vec![areas(), areas()]), 400);
    assert!(correlation(&one, &other).abs() < 0.25);
}

/// As above, for boxes at two sites that share nothing but the week.
#[test]
fn the_level_moves_all_sites_together_and_nothing_does_without_it() {
    let snapshot = open_week(SHARES.len(), 2);
    let site = |draws: &Draws, site: usize| -> Vec<f64> {
        let days = [0, 1].map(|day| floats(&draws.boxes(snapshot.bin(site, day))));
        days[0].iter().zip(&days[1]).map(|(a, b)| a + b).collect()
    };
    let mut week = demand(vec![area(4000.0, &SHARES, 2), area(4000.0, &SHARES, 2)]);
    week.areas.iter_mut().for_each(|area| area.deviation = 0.1);
    let apart = draws(&snapshot, &week, 400);
    assert!(correlation(&site(&apart, 0), &site(&apart, 1)).abs() < 0.25);
    week.level_deviation = 0.2;
    let together = draws(&snapshot, &week, 400);
    // 0.2² / (0.2² + 0.1²) = 0.8
    assert!(correlation(&site(&together, 0), &site(&together, 1)) > 0.65);
}

/// Corrections are made for mean shares and used with shocked ones. On a menu of 200 with all shocks on, kits beyond or
/// below what the shocked shares ask are together 1 % of all, and none are taken from the popular recipes as a whole;
/// without corrections it is 1.5 %, and the popular ones lose 0.6 %.
#[test]
fn corrections_for_mean_shares_serve_shocked_ones() {
    let mix = [(2, 0.1), (3, 0.2), (4, 0.3), (5, 0.4)];
    let mut stream = Stream::new(5, &[]);
    let popularity: Vec<f64> = (0..200).map(|_| libm::exp(stream.normal())).collect();
    let all: f64 = popularity.iter().sum();
    let shares: Vec<f64> = popularity.iter().map(|p| p / all).collect();
    let corrections = corrections(&shares, &mix);
    let states: Vec<Vec<f64>> = (0..40)
        .map(|_| {
            let shocked = shares.iter().map(|share| {
                let shock = libm::exp(0.25 * stream.normal());
                stream.gamma(300.0 * share * shock)
            });
            shocked.collect()
        })
        .collect();
    let off = |corrections: &[f64]| {
        let (mut absolute, mut of_popular) = (0.0, 0.0);
        for shocked in &states {
            let all: f64 = shocked.iter().sum();
            let weights: Vec<f64> = shocked
                .iter()
                .zip(corrections)
                .map(|(s, c)| s * c)
                .collect();
            for ((reached, asked), share) in
                inclusion(&weights, &mix).iter().zip(shocked).zip(&shares)
            {
                let off = reached / 4.0 - asked / all;
                absolute += off.abs();
                // Recipes with a share of 1 % or more have most of the kits.
                of_popular += if *share > 0.01 { off } else { 0.0 };
            }
        }
        let states = states.len() as f64;
        (absolute / states, of_popular / states)
    };
    let (absolute, of_popular) = off(&corrections);
    assert!(absolute < 0.012, "{absolute}");
    assert!(of_popular.abs() < 0.001, "{of_popular}");
    let (worse, of_popular) = off(&[1.0; 200]);
    assert!(
        worse > 1.4 * absolute && of_popular < -0.004,
        "{of_popular}"
    );
}
