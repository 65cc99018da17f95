//! What statsforecast 2.1.1 says, as written by `scripts/goldens/series.py`.

use serde::Deserialize;
use series::{Family, Method};

#[derive(Debug, Deserialize)]
struct Case {
    name: String,
    values: Vec<f64>,
    given: Vec<Given>,
    fitted: Vec<Optimised>,
}

#[derive(Debug, Deserialize)]
struct Given {
    #[serde(flatten)]
    method: Method,
    forecast: Vec<f64>,
}

#[derive(Debug, Deserialize)]
struct Optimised {
    #[serde(flatten)]
    family: Family,
    squared_errors: f64,
}

fn cases() -> serde_json::Result<Vec<Case>> {
    serde_json::from_str(include_str!("goldens.json"))
}

#[test]
fn forecasts_with_parameters_given_agree_to_a_millionth() {
    let mut compared = 0;
    for case in cases().unwrap() {
        for Given { method, forecast } in &case.given {
            let ours = method.forecast(&case.values, forecast.len());
            for (ours, theirs) in ours.iter().zip(forecast) {
                // Below 0 is cut off here, not there.
                let theirs = theirs.max(0.0);
                let near = (ours - theirs).abs() <= 1e-6 * theirs;
                assert!(near, "{} {method:?}: {ours} and {theirs}", case.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 900, "{compared}");
}

#[test]
fn optimised_fits_are_at_most_a_thousandth_worse() {
    let mut compared = 0;
    for case in cases().unwrap() {
        for Optimised {
            family,
            squared_errors: theirs,
        } in &case.fitted
        {
            let fitted = family.fit(&case.values);
            let ours = fitted.squared_errors.expect("a family with parameters");
            let method = fitted.method;
            assert!(
                ours <= 1.001 * theirs,
                "{} {method:?}: {ours} and {theirs}",
                case.name
            );
            compared += 1;
        }
    }
    assert!(compared > 40, "{compared}");
}
