//! What holds for all forecasts.

use proptest::collection::vec;
use proptest::prelude::*;
use scoring::{CENTRAL, PERCENTS, Score, clopper_pearson, crps, quantile, rank_bin};

/// Whole numbers often enough that draws and actuals are equal.
fn quantity() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..1000.0, (0_u8..6).prop_map(f64::from)]
}

fn draws() -> impl Strategy<Value = Vec<f64>> {
    vec(quantity(), 1..60).prop_map(|mut draws| {
        draws.sort_unstable_by(f64::total_cmp);
        draws
    })
}

fn rows() -> impl Strategy<Value = Vec<(f64, f64, Vec<f64>)>> {
    vec((quantity(), quantity(), draws()), 1..20)
}

fn score(rows: &[(f64, f64, Vec<f64>)]) -> Score {
    let mut score = Score::default();
    for (forecast, actual, draws) in rows {
        score.add(*forecast, *actual, draws);
    }
    score
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// As [`near`], and both or neither.
fn as_near(a: Option<f64>, b: Option<f64>) -> bool {
    a.zip(b).map_or(a == b, |(a, b)| near(a, b))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn crps_is_its_definition_and_never_below_zero(draws in draws(), actual in quantity()) {
        let n = draws.len() as f64;
        let distance: f64 = draws.iter().map(|draw| (draw - actual).abs()).sum();
        let apart: f64 = draws.iter().flat_map(|a| draws.iter().map(move |b| (a - b).abs())).sum();
        let value = crps(&draws, actual).unwrap();
        prop_assert!(value >= 0.0);
        prop_assert!(near(value, distance / n - apart / (2.0 * n * n)), "{value}");
    }

    #[test]
    fn crps_of_a_point_is_the_absolute_error(point in quantity(), copies in 1_usize..30, actual in quantity()) {
        let value = crps(&vec![point; copies], actual).unwrap();
        prop_assert!(near(value, (point - actual).abs()), "{value}");
    }

    #[test]
    fn a_score_in_another_unit_is_the_same(rows in rows(), unit in 1e-6..1e6) {
        let scaled: Vec<_> = rows
            .iter()
            .map(|(forecast, actual, draws)| {
                (forecast * unit, actual * unit, draws.iter().map(|draw| draw * unit).collect())
            })
            .collect();
        let (own, other) = (score(&rows), score(&scaled));
        prop_assert!(as_near(own.wmape(), other.wmape()));
        prop_assert!(as_near(own.bias(), other.bias()));
        prop_assert!(as_near(own.crps(), other.crps()));
        for percent in PERCENTS {
            prop_assert!(as_near(own.pinball(percent), other.pinball(percent)));
        }
        prop_assert_eq!(own.ranks(), other.ranks());
    }

    #[test]
    fn a_wider_interval_covers_no_less(rows in rows()) {
        let score = score(&rows);
        let inside = CENTRAL.map(|percent| score.coverage(percent).unwrap().inside);
        prop_assert!(inside.is_sorted(), "{inside:?}");
    }

    #[test]
    fn bias_is_never_larger_than_wmape(rows in rows()) {
        let score = score(&rows);
        if let (Some(bias), Some(wmape)) = (score.bias(), score.wmape()) {
            prop_assert!(bias.abs() <= wmape * (1.0 + 1e-9) + 1e-12);
        }
    }

    #[test]
    fn merged_parts_score_as_the_whole(rows in rows(), part in any::<prop::sample::Index>()) {
        let whole = score(&rows);
        let (one, other) = rows.split_at(part.index(rows.len()));
        let mut merged = score(one);
        merged.merge(&score(other));
        prop_assert_eq!(merged.rows(), whole.rows());
        prop_assert!(as_near(merged.wmape(), whole.wmape()));
        prop_assert!(as_near(merged.bias(), whole.bias()));
        prop_assert!(as_near(merged.crps(), whole.crps()));
        for percent in PERCENTS {
            prop_assert!(as_near(merged.pinball(percent), whole.pinball(percent)));
        }
        for percent in CENTRAL {
            prop_assert_eq!(merged.coverage(percent), whole.coverage(percent));
        }
        prop_assert_eq!(merged.ranks(), whole.ranks());
        prop_assert!(whole.value_added(&merged).is_none_or(|added| added.abs() < 1e-9));
    }

    #[test]
    fn the_share_of_draws_below_a_quantile_is_its_level(draws in draws(), percent in 1_u32..100) {
        let value = quantile(&draws, percent).unwrap();
        let n = draws.len();
        let not_above = draws.iter().filter(|draw| **draw <= value).count();
        let below = draws.iter().filter(|draw| **draw < value).count();
        prop_assert!(100 * not_above >= percent as usize * n);
        prop_assert!(100 * below < percent as usize * n);
    }

    #[test]
    fn each_draw_left_out_ranks_evenly_among_the_others(
        mut draws in vec(0.0..1e6, 20..21).prop_filter("no two equal", |draws| {
            draws.iter().enumerate().all(|(at, a)| draws[..at].iter().all(|b| f64::to_bits(*a) != f64::to_bits(*b)))
        }),
    ) {
        draws.sort_unstable_by(f64::total_cmp);
        let mut counts = [0; 20];
        for left_out in 0..draws.len() {
            let mut others = draws.clone();
            let actual = others.remove(left_out);
            counts[rank_bin(&others, actual, 20).unwrap()] += 1;
        }
        prop_assert_eq!(counts, [1; 20]);
    }

    #[test]
    fn an_exact_interval_holds_the_share_seen_and_widens_with_confidence(
        trials in 1_u64..3000,
        share in 0.0..=1.0,
        confidence in 0.5..0.99,
    ) {
        let successes = (share * trials as f64) as u64;
        let seen = successes as f64 / trials as f64;
        let narrow = clopper_pearson(successes, trials, confidence).unwrap();
        let wide = clopper_pearson(successes, trials, confidence + 0.005).unwrap();
        prop_assert!(narrow.low <= seen && seen <= narrow.high, "{narrow:?}");
        prop_assert!(wide.low <= narrow.low && narrow.high <= wide.high, "{wide:?} {narrow:?}");
        let mirrored = clopper_pearson(trials - successes, trials, confidence).unwrap();
        prop_assert!(near(mirrored.low, 1.0 - narrow.high));
    }
}
