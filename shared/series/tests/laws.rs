//! What holds for every series.

use proptest::collection::vec;
use proptest::prelude::*;
use series::{Family, Method, Season, Trial, clean, ensemble};

const HORIZON: usize = 6;

/// Periods short enough for short series to have two.
const FAMILIES: [Family; 8] = [
    Family::Naive,
    Family::SeasonalNaive { period: 4 },
    Family::MovingAverage { weeks: 4 },
    Family::MovingAverage { weeks: 13 },
    Family::SimpleSmoothing,
    Family::DampedHolt,
    Family::Theta,
    Family::HoltWinters {
        period: 4,
        season: None,
    },
];

fn methods() -> impl Strategy<Value = Method> {
    let share = || 0.0..=1.0;
    prop_oneof![
        Just(Method::Naive),
        (0_usize..9).prop_map(|period| Method::SeasonalNaive { period }),
        (0_usize..15).prop_map(|weeks| Method::MovingAverage { weeks }),
        share().prop_map(|alpha| Method::SimpleSmoothing { alpha }),
        (share(), share(), share()).prop_map(|(alpha, beta, phi)| Method::DampedHolt {
            alpha,
            beta,
            phi
        }),
        share().prop_map(|alpha| Method::Theta { alpha }),
        (
            any::<bool>(),
            0_usize..7,
            [share(), share(), share(), share()]
        )
            .prop_map(|(additive, period, [alpha, beta, gamma, phi])| {
                Method::HoltWinters {
                    season: if additive {
                        Season::Additive
                    } else {
                        Season::Multiplicative
                    },
                    period,
                    alpha,
                    beta,
                    gamma,
                    phi,
                }
            }),
    ]
}

/// Weeks as they are sold.
fn sold() -> impl Strategy<Value = Vec<f64>> {
    vec(1.0..1000.0, 0..40)
}

/// Whatever a float can be.
fn anything() -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![
        any::<f64>(),
        Just(0.0),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::MAX),
        Just(f64::MIN_POSITIVE),
        -10.0..1000.0,
        0.0..1e-9,
        0.0..1e9,
    ];
    vec(value, 0..30)
}

fn sound(forecast: &[f64]) -> bool {
    forecast
        .iter()
        .all(|value| value.is_finite() && *value >= 0.0)
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * a.abs().max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_constant_series_forecasts_itself(
        method in methods(),
        value in prop_oneof![Just(0.0), 1e-9..1e9],
        weeks in 1_usize..40,
    ) {
        let ahead = method.forecast(&vec![value; weeks], HORIZON);
        prop_assert!(ahead.iter().all(|ahead| near(*ahead, value, 1e-9)), "{ahead:?}");
    }

    #[test]
    fn a_constant_series_forecasts_itself_when_fitted(value in 1e-9..1e9, weeks in 1_usize..30) {
        let series = vec![value; weeks];
        for family in FAMILIES {
            let fitted = family.fit(&series);
            let ahead = fitted.method.forecast(&series, HORIZON);
            prop_assert!(ahead.iter().all(|ahead| near(*ahead, value, 1e-9)), "{fitted:?}");
        }
    }

    #[test]
    fn a_series_in_another_unit_is_forecast_in_that_unit(
        series in sold(),
        alpha in 0.05..0.95,
        beta in 0.0..0.2,
        phi in 0.8..0.98,
        unit in prop_oneof![1e-9..1e-6, 0.1..10.0, 1e6..1e9],
    ) {
        let scaled: Vec<f64> = series.iter().map(|value| value * unit).collect();
        let largest = series.iter().copied().fold(0.0, f64::max);
        for method in [
            Method::MovingAverage { weeks: 4 },
            Method::SimpleSmoothing { alpha },
            Method::DampedHolt { alpha, beta, phi },
            Method::Theta { alpha },
        ] {
            let (ahead, scaled) = (method.forecast(&series, HORIZON), method.forecast(&scaled, HORIZON));
            for (ahead, scaled) in ahead.iter().zip(&scaled) {
                prop_assert!(f64::abs(ahead - scaled / unit) <= 1e-9 * largest, "{method:?} {ahead} {scaled}");
            }
        }
    }

    #[test]
    fn a_unit_that_is_a_power_of_two_changes_no_bit_of_a_fit(series in sold(), power in -40_i32..40) {
        let unit = libm::ldexp(1.0, power);
        let scaled: Vec<f64> = series.iter().map(|value| value * unit).collect();
        for family in FAMILIES {
            let (own, other) = (family.fit(&series).method, family.fit(&scaled).method);
            prop_assert_eq!(own, other);
            let ahead = own.forecast(&series, HORIZON);
            let in_unit: Vec<f64> = ahead.iter().map(|value| value * unit).collect();
            prop_assert_eq!(in_unit, other.forecast(&scaled, HORIZON));
        }
    }

    #[test]
    fn any_method_gives_sound_forecasts_of_any_series(series in anything(), method in methods()) {
        let ahead = method.forecast(&series, HORIZON);
        prop_assert_eq!(ahead.len(), HORIZON);
        prop_assert!(sound(&ahead), "{ahead:?}");
    }

    #[test]
    fn parameters_that_are_no_shares_still_give_sound_forecasts(
        series in anything(),
        alpha in any::<f64>(),
        beta in any::<f64>(),
        phi in any::<f64>(),
    ) {
        for method in [
            Method::SimpleSmoothing { alpha },
            Method::DampedHolt { alpha, beta, phi },
            Method::Theta { alpha },
            Method::HoltWinters { season: Season::Multiplicative, period: 3, alpha, beta, gamma: beta, phi },
        ] {
            let ahead = method.forecast(&series, HORIZON);
            prop_assert!(sound(&ahead), "{method:?} {ahead:?}");
        }
    }

    #[test]
    fn an_ensemble_of_any_series_is_sound_and_repeats(series in anything()) {
        let combined = ensemble(&series, HORIZON, &FAMILIES, Trial::default());
        prop_assert_eq!(combined.forecast.len(), HORIZON);
        prop_assert!(sound(&combined.forecast), "{combined:?}");
        prop_assert!(combined.tried.iter().all(|tried| tried.error.is_finite()), "{combined:?}");
        prop_assert_eq!(&combined, &ensemble(&series, HORIZON, &FAMILIES, Trial::default()));
    }

    #[test]
    fn cleaning_any_series_leaves_sound_values_and_reports_every_change(
        series in anything(),
        constrained in vec(any::<bool>(), 0..30),
    ) {
        let cleaned = clean(&series, &constrained);
        prop_assert_eq!(cleaned.values.len(), series.len());
        prop_assert!(sound(&cleaned.values));
        for (at, (was, now)) in series.iter().zip(&cleaned.values).enumerate() {
            let changed = was.to_bits() != now.to_bits() && was.abs().to_bits() != now.to_bits();
            let reported = cleaned.adjusted.iter().any(|each| each.at == at);
            prop_assert!(!changed || reported, "{at}: {was} {now}");
        }
    }

    #[test]
    fn a_sold_out_week_is_never_lowered(
        series in sold(),
        constrained in vec(any::<bool>(), 40),
    ) {
        let cleaned = clean(&series, &constrained);
        for ((was, now), constrained) in series.iter().zip(&cleaned.values).zip(&constrained) {
            prop_assert!(!constrained || now >= was);
        }
    }
}
