//! Mean and quantiles, and the row they become.

use domain::Unit;
use forecast::{DRAWS_FOR_P99, ForecastRow, Summary, decimal, quantile_rank, summarise};
use proptest::prelude::*;

#[test]
fn a_quantile_is_the_first_draw_that_enough_draws_do_not_exceed() {
    // Ten draws: P10 is the 1st, P25 (2.5) the 3rd, P50 the 5th, P90 the 9th, P95 (9.5) the 10th.
    let ranks = [5, 10, 25, 50, 75, 90, 95].map(|percent| quantile_rank(percent, 10));
    assert_eq!(ranks, [0, 0, 2, 4, 7, 8, 9]);
    assert_eq!(quantile_rank(50, 1), 0);
    assert_eq!(quantile_rank(99, 1000), 989);
}

#[test]
fn quantiles_are_draws_whatever_their_order() {
    let summary = summarise(&mut [70, 10, 90, 30, 50, 20, 100, 60, 40, 80]).unwrap();
    let expected = Summary {
        mean: 55,
        p05: 10,
        p10: 10,
        p25: 30,
        p50: 50,
        p75: 80,
        p90: 90,
        p95: 100,
        p99: None,
    };
    assert_eq!(summary, expected);
}

#[test]
fn one_draw_is_its_own_summary_and_none_has_no_summary() {
    let summary = summarise(&mut [7]).unwrap();
    assert_eq!(
        (summary.mean, summary.p05, summary.p50, summary.p95),
        (7, 7, 7, 7)
    );
    assert_eq!(summarise(&mut []), None);
}

#[test]
fn means_are_rounded_half_up() {
    let mean = |values: &[i64]| summarise(&mut values.to_vec()).unwrap().mean;
    assert_eq!(mean(&[1, 2]), 2);
    assert_eq!(mean(&[1, 1, 2]), 1);
    assert_eq!(mean(&[-1, -2]), -1);
    assert_eq!(mean(&[i64::MAX, i64::MAX]), i64::MAX);
}

#[test]
fn the_99th_percentile_needs_a_thousand_draws() {
    let mut values: Vec<i64> = (1..=1000).rev().collect();
    assert_eq!(values.len(), DRAWS_FOR_P99);
    assert_eq!(summarise(&mut values[1..]).unwrap().p99, None);
    assert_eq!(summarise(&mut values).unwrap().p99, Some(990));
}

#[test]
fn a_row_holds_decimal_numbers_of_the_products_unit() {
    let mut values = [1_250, 2_500];
    let summary = summarise(&mut values).unwrap();
    let row = |summary| {
        ForecastRow::new(
            "2026-W48".parse().unwrap(),
            "north".parse().unwrap(),
            "2026-11-26".parse().unwrap(),
            ("chicken".parse().unwrap(), Unit::Kilogram),
            summary,
            None,
        )
    };
    let mut csv = Vec::new();
    dataset::write_csv(row(&summary), &mut csv).unwrap();
    let line = String::from_utf8(csv)
        .unwrap()
        .lines()
        .nth(1)
        .unwrap()
        .to_owned();
    assert_eq!(
        line,
        "2026-W48,north,2026-11-26,chicken,KGM,1.875,1.25,1.25,1.25,1.25,2.5,2.5,2.5,,"
    );
    assert_eq!(
        row(&Summary {
            p95: i64::MAX,
            ..summary
        }),
        None
    );
    assert_eq!(decimal(-1).unwrap().to_string(), "-0.001");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quantiles_are_those_of_the_sorted_draws(
        mut values in prop::collection::vec(0..50_i64, 1..60),
        more in prop::collection::vec(any::<i64>(), 0..40),
    ) {
        values.extend(more);
        let summary = summarise(&mut values.clone()).unwrap();
        values.sort_unstable();
        let at = |percent| values[quantile_rank(percent, values.len())];
        prop_assert_eq!(
            [summary.p05, summary.p10, summary.p25, summary.p50, summary.p75, summary.p90, summary.p95],
            [at(5), at(10), at(25), at(50), at(75), at(90), at(95)]
        );
    }
}
