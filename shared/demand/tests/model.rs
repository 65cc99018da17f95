//! What the demand model learns from small histories whose truth is known.
#![expect(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "helpers of tests fail as tests do; zeros are exact"
)]

mod support;

use demand::{BoxCount, Constraints, Errors, LeadErrors, Model, Observations, PastIssue};
use snapshot::{ShareIssue, VolumeIssue};
use support::{WEEKS, nothing_sold, observations, plates, row, week, week_after};

#[test]
fn shares_follow_history_and_sum_to_one() {
    let model = Model::fit(&observations(|_, area, recipe| {
        [[600, 300, 100], [200, 200, 600]][area][recipe]
    }));
    let mut week = week();
    week.menu.truncate(3);
    let demand = model.week(&week, &Constraints::default());
    for (area, expected) in [[0.6, 0.3, 0.1], [0.2, 0.2, 0.6]].iter().enumerate() {
        let shares = &demand.areas[area].shares;
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        for (share, expected) in shares.iter().zip(expected) {
            // An area's own taste is shrunk a little towards that of all.
            assert!((share - expected).abs() < 0.05, "{shares:?}");
        }
    }
}

#[test]
fn a_recipe_never_sold_gets_a_share_between_its_peers_and_a_wider_spread() {
    let model = Model::fit(&observations(|week, _, recipe| {
        [600, 300, 100][recipe] + week as u32 % 7
    }));
    let demand = model.week(&week(), &Constraints::default());
    let shares = &demand.areas[0].shares;
    assert!(
        demand.is_new[3] && shares[2] < shares[3] && shares[3] < shares[0],
        "{shares:?}"
    );
    assert!(demand.recipe_deviation[3] > demand.recipe_deviation[0]);
}

#[test]
fn what_an_area_does_not_offer_has_no_share_there() {
    let model = Model::fit(&observations(|_, _, _| 100));
    let mut week = week();
    week.menu[0].offered = Some(vec![1]);
    let demand = model.week(&week, &Constraints::default());
    assert_eq!(demand.areas[0].shares[0], 0.0);
    assert!(demand.areas[1].shares[0] > 0.0);
    assert!((demand.areas[0].shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
}

#[test]
fn the_baseline_shrugs_off_one_wild_week() {
    for wild in 20..WEEKS {
        let kits = |week: usize, _: usize, _: usize| if week == wild { 9000 } else { 100 };
        let model = Model::fit(&observations(kits));
        let demand = model.week(&week(), &Constraints::default());
        assert!(
            (demand.areas[0].boxes / 300.0 - 1.0).abs() < 0.03,
            "{wild}: {}",
            demand.areas[0].boxes
        );
        assert!(
            model
                .volume
                .adjusted
                .iter()
                .any(|(area, adjustment)| *area == 0 && adjustment.at == wild),
            "{:?}",
            model.volume.adjusted
        );
    }
}

#[test]
fn boxes_are_kits_divided_by_recipes_per_box() {
    let mut observations = observations(|_, _, _| 100);
    let count = |area, recipes, boxes| BoxCount {
        area,
        weekday: 2,
        portions: None,
        recipes,
        boxes,
    };
    observations.boxes = vec![count(0, 2, 500), count(0, 4, 500), count(1, 3, 1000)];
    let demand = Model::fit(&observations).week(&week(), &Constraints::default());
    assert!((demand.areas[0].mean_recipes() - 3.0).abs() < 1e-9);
    assert!(
        (demand.areas[0].boxes - 100.0).abs() < 1e-9,
        "{}",
        demand.areas[0].boxes
    );
    assert!(demand.areas[0].weekdays.unwrap()[1] > 0.999);
}

#[test]
fn the_planners_forecast_comes_first_with_its_own_past_errors() {
    let mut observations = observations(|_, _, _| 100);
    for week in 0..WEEKS {
        // The planners were off by 20 % up and down in turn, one week ahead.
        let p50 = if week % 2 == 0 { 500.0 } else { 720.0 };
        observations.issues.push(PastIssue {
            week,
            area: None,
            lead_weeks: 1,
            p50,
        });
    }
    let mut week = week();
    week.volume.push(VolumeIssue {
        area: None,
        p50: "900".parse().unwrap(),
        p10: None,
        p90: None,
    });
    let demand = Model::fit(&observations).week(&week, &Constraints::default());
    let total: f64 = demand.areas.iter().map(|area| area.boxes).sum();
    assert!((total - 900.0).abs() < 1e-6, "{total}");
    // Four in five errors of the total are at most ln 1.2, which is 1.2816 normal deviations; two equal areas' own
    // shocks even out to half their variance in it.
    let own = demand.areas[0].deviation;
    let total = (demand.level_deviation * demand.level_deviation + 0.5 * own * own).sqrt();
    assert!(
        (total - libm::log(1.2) / 1.281_551_6).abs() < 1e-6,
        "{total}"
    );
    assert_eq!(demand.volume_method, demand::volume::PLANNERS);
}

#[test]
fn the_planners_shares_come_first_and_the_others_share_the_rest() {
    let model = Model::fit(&observations(|_, _, recipe| [600, 300, 100][recipe]));
    let mut week = week();
    week.menu.truncate(3);
    week.shares.push(ShareIssue {
        area: None,
        item: 2,
        share: "0.5".parse().unwrap(),
    });
    let shares = model.week(&week, &Constraints::default()).areas[0]
        .shares
        .clone();
    assert!(
        (shares[2] - 0.5).abs() < 1e-9 && (shares[0] / shares[1] - 2.0).abs() < 0.1,
        "{shares:?}"
    );
}

#[test]
fn settings_replace_portion_sizes_and_recipes_per_box() {
    let mut observations = observations(|_, _, _| 100);
    observations.portions = vec![(0, plates(2), 700), (0, plates(4), 300), (1, plates(2), 10)];
    let settings = Constraints {
        recipes_per_box: Some(vec![(3, 1.0)]),
        portion_sizes: Some(vec![plates(4)]),
    };
    let demand = Model::fit(&observations).week(&week(), &settings);
    assert_eq!(demand.areas[0].portions, [(plates(4), 1.0)]);
    assert_eq!(demand.areas[0].recipes_per_box, [(3, 1.0)]);
}

#[test]
fn no_history_at_all_is_no_demand_and_no_panic() {
    let model = Model::fit(&Observations::default());
    let demand = model.week(&week(), &Constraints::default());
    assert_eq!(demand.areas[0].boxes, 0.0);
    assert!((demand.areas[0].shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
}

#[test]
fn a_model_is_stored_without_losing_a_bit() {
    let kits = |week: usize, area: usize, recipe: usize| (week * 7 + area * 3 + recipe * 11) as u32;
    let model = Model::fit(&observations(kits));
    let stored = serde_json::to_vec(&model).unwrap();
    assert_eq!(serde_json::from_slice::<Model>(&stored).unwrap(), model);
}

/// 40 weeks of eight recipes with promotions by turns; `kits(draw of the recipe, draw of the menu)`.
fn promoted(kits: impl Fn(f64, f64) -> f64) -> Observations {
    let mut observations = nothing_sold(40, 3, 8);
    for week in 0..40 {
        for area in 0..3 {
            let promoted = |recipe: usize| (recipe * 5 + week * week) % 7 < 1 + week % 3;
            let draw = |recipe: usize| if promoted(recipe) { 2.0 } else { 1.0 };
            let menu: f64 = (0..8).map(draw).sum();
            for recipe in 0..8 {
                observations.sales.push(demand::SaleRow {
                    promo: f64::from(u8::from(promoted(recipe))),
                    ..row(week, area, recipe, kits(draw(recipe), menu))
                });
            }
        }
    }
    observations
}

#[test]
fn a_good_menu_that_only_moves_choices_has_no_effect_on_volume() {
    let model = Model::fit(&promoted(|draw, menu| 8000.0 * draw / menu));
    assert!(
        model.volume.menu_effect < 0.02,
        "{}",
        model.volume.menu_effect
    );
    assert!((model.mix.coefficients[0] - libm::log(2.0)).abs() < 0.05);
}

#[test]
fn where_recipes_do_not_compete_volume_follows_the_menu() {
    let model = Model::fit(&promoted(|draw, _| 1000.0 * draw));
    assert!(
        model.volume.menu_effect > 0.9,
        "{}",
        model.volume.menu_effect
    );
    // A menu with three promotions more sells more boxes.
    let boxes = |promoted: usize| {
        let mut week = week_after(40, 3, 8);
        for item in week.menu.iter_mut().take(promoted) {
            item.offer.promo = Some("1".parse().unwrap());
        }
        model.week(&week, &Constraints::default()).areas[0].boxes
    };
    assert!((boxes(4) / boxes(1) / (12.0 / 9.0) - 1.0).abs() < 0.05);
}

#[test]
fn a_mistyped_kits_row_hardly_moves_any_share() {
    let calm = |week: usize, _: usize, recipe: usize| [600, 300, 100][recipe] + week as u32 % 7;
    let wild = |week: usize, area: usize, recipe: usize| {
        let factor = if (week, area, recipe) == (28, 1, 2) {
            10
        } else {
            1
        };
        factor * calm(week, area, recipe)
    };
    let of = |observations| Model::fit(&observations).week(&week(), &Constraints::default());
    let (calm, wild) = (of(observations(calm)), of(observations(wild)));
    for (calm, wild) in calm.areas.iter().zip(&wild.areas) {
        for (calm, wild) in calm.shares.iter().zip(&wild.shares) {
            assert!((calm - wild).abs() < 0.02, "{calm} {wild}");
        }
    }
}

fn issue(week: usize, area: Option<usize>, lead_weeks: u32, p50: f64) -> PastIssue {
    PastIssue {
        week,
        area,
        lead_weeks,
        p50,
    }
}

#[test]
fn the_planners_errors_go_by_lead_and_the_last_lead_stands_for_later_ones() {
    let mut observations = observations(|_, _, _| 100);
    for week in 0..WEEKS {
        let sign = if week % 2 == 0 { 1.0 } else { -1.0 };
        for (lead, error) in [(1, 0.1), (2, 0.2), (3, 0.3)] {
            let p50 = 600.0 * libm::exp(sign * error);
            observations.issues.push(issue(week, None, lead, p50));
        }
    }
    let Some(Errors(leads)) = Model::fit(&observations).volume.planner_errors else {
        panic!("nothing learned");
    };
    assert_eq!(leads.len(), 3);
    for (lead, error) in leads.iter().zip([0.1, 0.2, 0.3]) {
        let LeadErrors { total, area } = lead;
        assert!((total - error / 1.281_551_6).abs() < 1e-6 && area.is_none());
    }
    let spread = |lead_weeks| {
        let mut week = week();
        week.lead_weeks = lead_weeks;
        week.volume.push(total("600", None));
        let demand = Model::fit(&observations).week(&week, &Constraints::default());
        demand.level_deviation
    };
    assert!(spread(1) < spread(2) && spread(2) < spread(3));
    assert!((spread(3) - spread(9)).abs() < 1e-3);
}

fn total(p50: &str, fan: Option<(&str, &str)>) -> VolumeIssue {
    VolumeIssue {
        area: None,
        p50: p50.parse().unwrap(),
        p10: fan.map(|(p10, _)| p10.parse().unwrap()),
        p90: fan.map(|(_, p90)| p90.parse().unwrap()),
    }
}

#[test]
fn what_planners_say_of_areas_tells_the_areas_errors_apart_from_the_totals() {
    let mut observations = observations(|_, _, _| 100);
    for week in 0..WEEKS {
        // Areas are off by 20 % in opposite directions: the total is right.
        let error = if week % 2 == 0 { 0.2 } else { -0.2 };
        let p50 = |error: f64| 300.0 * libm::exp(error);
        observations
            .issues
            .push(issue(week, Some(0), 1, p50(error)));
        observations
            .issues
            .push(issue(week, Some(1), 1, p50(-error)));
    }
    let Some(Errors(leads)) = Model::fit(&observations).volume.planner_errors else {
        panic!("nothing learned");
    };
    let area = leads[0].area.unwrap();
    assert!(leads[0].total < 0.02, "{leads:?}");
    // Opposite errors vary more around their mean than independent ones, and twice two areas are all there are.
    assert!(area > 0.15 && area < 0.25, "{leads:?}");
}

#[test]
fn a_first_forecast_of_the_planners_is_as_wide_as_its_fan() {
    let mut week = week();
    week.volume.push(total("600", Some(("500", "720"))));
    let model = Model::fit(&observations(|_, _, _| 100));
    let demand = model.week(&week, &Constraints::default());
    let own = demand.areas[0].deviation;
    let wide = (demand.level_deviation * demand.level_deviation + 0.5 * own * own).sqrt();
    assert!((wide - libm::log(720.0 / 500.0) / (2.0 * 1.281_551_6)).abs() < 1e-6);
}

#[test]
fn an_area_the_planners_name_takes_their_number_and_the_others_their_part_of_the_total() {
    let mut week = week();
    week.volume.push(total("900", None));
    week.volume.push(VolumeIssue {
        area: Some(1),
        ..total("100", None)
    });
    let model = Model::fit(&observations(|_, _, _| 100));
    let demand = model.week(&week, &Constraints::default());
    assert!((demand.areas[0].boxes - 450.0).abs() < 1e-6);
    assert!((demand.areas[1].boxes - 100.0).abs() < 1e-6);
}
