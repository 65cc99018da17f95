//! The fitted model against the demo company's planted truth.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

use std::collections::BTreeMap;

use artifacts::{Memory, Store};
use demand::Model;
use demo::{Options, Scale, TRUTH, truth};
use jiff::Timestamp;

/// The data set and the model fitted to it.
async fn fitted(scale: Scale) -> (Memory, Model) {
    let data = Memory::default();
    let options = Options {
        scale,
        ..Options::default()
    };
    demo::write(&options, &mut |name, content| data.damage(name, &content)).unwrap();
    let checked = data_extractor::validate(&data, Some(Vec::new()), None, Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    assert_eq!(checked.findings, [], "the truth is no table");
    (data, Model::fit(&checked.observations))
}

fn near(what: &str, fitted: f64, low: f64, high: f64) {
    assert!(
        (low..=high).contains(&fitted),
        "{what}: {fitted} is not in {low} to {high}"
    );
}

/// Promoted recipes stand further up on the menu, which the model does not see: their coefficients take up to that
/// much of the place's effect beside their own. Spreads hold what is not learned beside what cannot be.
async fn recovers(scale: Scale, menu: f64) {
    let (_, model) = fitted(scale).await;
    let effects: BTreeMap<&str, f64> = demand::mix::MixModel::FEATURES
        .into_iter()
        .zip(model.mix.coefficients.iter().copied())
        .collect();
    let place = -0.5 * truth::DEPTH;
    near(
        "promotion",
        effects["promotion"],
        truth::PROMOTION - 0.02,
        truth::PROMOTION + place,
    );
    near(
        "home page",
        effects["home page"],
        truth::HOMEPAGE - 0.02,
        truth::HOMEPAGE + place,
    );
    near(
        "price",
        effects["price"],
        truth::PRICE - 0.05,
        truth::PRICE + 0.05,
    );
    // Made-up recipes of one category take nothing from one another beyond the softmax.
    near("rivals", effects["rivals"], -0.06, 0.06);

    let concentration = menu / (truth::OVERDISPERSION * truth::OVERDISPERSION);
    for lead in 1..=4 {
        let spread = model.spreads.at(lead);
        near(
            "recipe",
            spread.recipe,
            0.97 * truth::SHOCK,
            1.25 * truth::SHOCK,
        );
        near(
            "area",
            spread.area,
            0.7 * truth::AREA_NOISE,
            1.3 * truth::AREA_NOISE,
        );
        near(
            "concentration",
            spread.concentration,
            0.8 * concentration,
            1.2 * concentration,
        );
        assert!(
            spread.new_recipe > 1.5 * spread.recipe,
            "nobody knows a new recipe"
        );
    }
}

#[tokio::test]
async fn the_small_companys_effects_and_spreads_are_found() {
    recovers(Scale::Small, 40.0).await;
}

#[tokio::test]
async fn the_large_companys_effects_and_spreads_are_found() {
    recovers(Scale::Large, 200.0).await;
}

#[tokio::test]
async fn the_forecast_errs_hardly_more_than_one_who_knows_the_truth() {
    let (data, model) = fitted(Scale::Small).await;
    let lines = async |name: &str| {
        let text = String::from_utf8(data.get(name).await.unwrap()).unwrap();
        let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        text.lines().skip(1).map(cells).collect::<Vec<_>>()
    };
    let mut sold: BTreeMap<[String; 3], f64> = BTreeMap::new();
    for row in lines("demand_history.csv").await {
        let key = [row[0].clone(), row[1].clone(), row[2].clone()];
        *sold.entry(key).or_default() += row[4].parse::<f64>().unwrap();
    }
    let mut totals: BTreeMap<[String; 2], f64> = BTreeMap::new();
    for ([week, area, _], kits) in &sold {
        *totals.entry([week.clone(), area.clone()]).or_default() += kits;
    }
    let (mut error, mut all) = (0.0, 0.0);
    for row in lines(&format!("{TRUTH}expected_share.csv")).await {
        let [week, area, recipe, share]: [String; 4] = row.try_into().unwrap();
        let expected = totals[&[week.clone(), area.clone()]] * share.parse::<f64>().unwrap();
        let kits = sold[&[week, area, recipe]];
        error += (expected - kits).abs();
        all += kits;
    }
    let (floor, ours) = (error / all, model.accuracy.leads[0].wmape);
    near("WMAPE of one who knows", floor, 0.15, 0.22);
    near("ours over that", ours / floor, 1.0, 1.12);
}
