//! Laws that hold whatever was sold: numbers stay numbers, shares sum to 1, a model survives storage.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use demand::{Constraints, Model, Observations, PastIssue, SaleColumns, SaleRow, WeekDemand};
use proptest::prelude::*;
use snapshot::{KnownBox, RowRef, VolumeIssue, WeekSnapshot};
use support::{nothing_sold, plates, row, week_after};

/// Checks what must hold of any forecast.
fn sound(model: &Model, week: &WeekSnapshot) -> WeekDemand {
    let demand = model.week(week, &Constraints::default());
    let spread = |deviation: f64| (0.0..=1.2).contains(&deviation);
    assert!(spread(demand.level_deviation), "{}", demand.level_deviation);
    assert!(demand.recipe_deviation.iter().all(|d| spread(*d)));
    assert!((0.0..=1.0).contains(&demand.survival));
    for area in &demand.areas {
        assert!(
            area.boxes.is_finite() && area.boxes >= 0.0,
            "{}",
            area.boxes
        );
        assert!(spread(area.deviation), "{}", area.deviation);
        assert!(area.concentration.is_finite() && area.concentration > 0.0);
        assert!(area.shares.iter().all(|share| (0.0..=1.0).contains(share)));
        let sum: f64 = area.shares.iter().sum();
        assert!((sum - 1.0).abs() < 1e-9, "{:?}", area.shares);
        assert!(
            area.add_ons
                .iter()
                .all(|rate| rate.is_finite() && *rate >= 0.0)
        );
    }
    for spread in &model.spreads.0 {
        assert!((0.01..=0.6).contains(&spread.level), "{spread:?}");
        assert!((0.01..=0.6).contains(&spread.area), "{spread:?}");
        assert!((0.03..=1.2).contains(&spread.recipe), "{spread:?}");
        assert!(
            (spread.recipe..=1.2).contains(&spread.new_recipe),
            "{spread:?}"
        );
        assert!(
            (4.9..=100_001.0).contains(&spread.concentration),
            "{spread:?}"
        );
    }
    let stored = serde_json::to_vec(model).unwrap();
    assert_eq!(&serde_json::from_slice::<Model>(&stored).unwrap(), model);
    demand
}

/// Fits, and forecasts the week after and one far ahead.
fn fit(observations: &Observations, meals: usize) -> WeekDemand {
    let model = Model::fit(observations);
    let mut week = week_after(observations.weeks.len(), observations.areas.len(), meals);
    week.lead_weeks = 40;
    sound(&model, &week);
    week.lead_weeks = 1;
    sound(&model, &week)
}

fn sold(
    weeks: usize,
    areas: usize,
    recipes: usize,
    of: impl Fn(SaleRow) -> SaleRow,
) -> Observations {
    let mut observations = nothing_sold(weeks, areas, recipes);
    for week in 0..weeks {
        for area in 0..areas {
            for recipe in 0..recipes {
                observations.sales.push(of(row(week, area, recipe, 100.0)));
            }
        }
    }
    observations
}

#[test]
fn a_history_of_one_week_is_repeated() {
    for weeks in [1, 2, 3] {
        let demand = fit(&sold(weeks, 2, 3, |row| row), 3);
        assert!((demand.areas[1].boxes - 300.0).abs() < 1e-6);
    }
}

#[test]
fn one_area_is_a_company() {
    let demand = fit(&sold(40, 1, 3, |row| row), 3);
    assert!((demand.areas[0].boxes - 300.0).abs() < 1e-6);
}

#[test]
fn a_menu_of_one_recipe_sells_that() {
    let demand = fit(&sold(40, 3, 1, |row| row), 1);
    assert!(
        demand
            .areas
            .iter()
            .all(|area| (area.shares[0] - 1.0).abs() < 1e-12)
    );
}

#[test]
fn the_largest_numbers_are_numbers() {
    let most = f64::from(u32::MAX);
    let demand = fit(&sold(40, 3, 4, |row| SaleRow { kits: most, ..row }), 4);
    assert!((demand.areas[0].boxes / most / 4.0 - 1.0).abs() < 1e-6);
    let one = |row: SaleRow| SaleRow {
        kits: if (row.week, row.recipe) == (39, 0) {
            most
        } else {
            1.0
        },
        ..row
    };
    fit(&sold(40, 3, 4, one), 4);
}

#[test]
fn where_no_kit_was_ever_sold_nothing_is_expected() {
    let demand = fit(&sold(40, 3, 4, |row| SaleRow { kits: 0.0, ..row }), 4);
    assert!(demand.areas.iter().all(|area| area.boxes == 0.0));
}

#[test]
fn prices_beyond_reason_are_not_believed() {
    let wild = |row: SaleRow| SaleRow {
        price: [9.0, 1e-6, 1e9, 9.5][(row.week + row.recipe) % 4],
        ..row
    };
    let demand = fit(&sold(40, 2, 4, wild), 4);
    for share in &demand.areas[0].shares {
        assert!((share - 0.25).abs() < 0.02, "{share}");
    }
}

#[test]
fn recipes_without_category_are_all_of_one_kind() {
    let mut observations = sold(40, 2, 4, |row| row);
    for recipe in &mut observations.recipes {
        recipe.traits.category = None;
    }
    observations.sales.price.clear();
    fit(&observations, 4);
}

#[test]
fn an_area_that_appears_in_the_last_week_starts_from_what_it_sold() {
    let mut observations = sold(40, 3, 4, |row| row);
    let mut sales = SaleColumns::default();
    for row in observations.sales.rows() {
        if row.area < 2 || row.week == 39 {
            sales.push(row);
        }
    }
    observations.sales = sales;
    let demand = fit(&observations, 4);
    assert!(
        (demand.areas[2].boxes - 400.0).abs() < 1.0,
        "{}",
        demand.areas[2].boxes
    );
}

#[test]
fn an_area_unknown_to_the_model_has_shares_and_no_boxes() {
    let model = Model::fit(&sold(40, 2, 4, |row| row));
    let demand = sound(&model, &week_after(40, 3, 4));
    assert!(demand.areas[2].boxes == 0.0 && demand.areas[1].boxes > 0.0);
}

fn any_row() -> impl Strategy<Value = (usize, usize, usize, u32, f64, f64, bool)> {
    let kits = prop_oneof![
        2 => Just(0),
        8 => 1..2000_u32,
        1 => Just(u32::MAX),
    ];
    let price = prop_oneof![
        4 => 5.0..15.0_f64,
        1 => Just(0.0),
        1 => Just(1e-6),
        1 => Just(1e9),
        1 => Just(f64::NAN),
        1 => Just(-3.0),
    ];
    let promo = prop_oneof![
        4 => Just(0.0),
        2 => 0.0..1.0_f64,
        1 => Just(1e12),
        1 => Just(f64::NAN),
    ];
    // One place more than there is of each.
    (
        0..41_usize,
        0..4_usize,
        0..6_usize,
        kits,
        price,
        promo,
        any::<bool>(),
    )
}

fn any_history() -> impl Strategy<Value = Observations> {
    let rows = prop::collection::vec(any_row(), 0..300);
    let issue = (
        0..41_usize,
        prop::option::of(0..4_usize),
        0..4_u32,
        0.0..5000.0_f64,
    );
    let issues = prop::collection::vec(issue, 0..40);
    let add_on = prop::collection::vec(prop::bool::weighted(0.1), 5);
    (1..41_usize, rows, issues, add_on).prop_map(|(weeks, mut rows, issues, add_on)| {
        let mut observations = nothing_sold(weeks, 3, 5);
        for (recipe, add_on) in observations.recipes.iter_mut().zip(add_on) {
            recipe.add_on = add_on;
        }
        observations.recipes[1].traits.category = None;
        rows.sort_by_key(|row| (row.0, row.1, row.2));
        rows.dedup_by_key(|row| (row.0, row.1, row.2));
        for (week, area, recipe, kits, price, promo, sold_out) in rows {
            observations.sales.push(SaleRow {
                price,
                promo,
                homepage: promo,
                sold_out,
                ..row(week, area, recipe, f64::from(kits))
            });
        }
        let issue = |(week, area, lead_weeks, p50)| PastIssue {
            week,
            area,
            lead_weeks,
            p50,
        };
        observations.issues = issues.into_iter().map(issue).collect();
        observations
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_history_gives_numbers(
        observations in any_history(),
        known in prop::collection::vec((0..4_usize, 0..6_usize), 0..60),
        issued in prop::option::of((prop::option::of(0..3_usize), 0..9000_u32)),
        lead_weeks in 0..20_u32,
    ) {
        let mut week = week_after(observations.weeks.len(), 3, 5);
        for (item, facts) in week.menu.iter_mut().zip(&observations.recipes) {
            item.add_on = facts.add_on;
        }
        week.menu[0].add_on = false;
        week.lead_weeks = lead_weeks;
        let model = Model::fit(&observations);
        sound(&model, &week);
        for (at, (area, item)) in known.into_iter().enumerate() {
            week.known.push(KnownBox {
                order: format!("O{at}").parse().unwrap(),
                placed_at: week.as_of,
                delivery_date: week.start_date,
                area,
                portions: plates(2),
                items: vec![item],
                origin: RowRef::default(),
            });
        }
        if let Some((area, p50)) = issued {
            let p50 = p50.to_string().parse().unwrap();
            week.volume.push(VolumeIssue { area, p50, p10: None, p90: None });
        }
        sound(&model, &week);
    }

    #[test]
    fn a_model_is_the_same_whenever_it_is_fitted(observations in any_history()) {
        prop_assert_eq!(Model::fit(&observations), Model::fit(&observations));
    }
}
