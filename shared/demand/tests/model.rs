//! What the demand model learns from small histories whose truth is known.
#![expect(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "helpers of tests fail as tests do; zeros are exact"
)]

use demand::{BoxCount, Constraints, Model, Observations, PastIssue, RecipeFacts, SaleColumns};
use domain::{MenuWeek, Portions};
use snapshot::{AreaFacts, MenuItem, Offer, ShareIssue, Traits, VolumeIssue, WeekSnapshot};

const WEEKS: i64 = 30;

fn first_week() -> MenuWeek {
    "2026-W10".parse().unwrap()
}

/// 30 weeks, two areas, four recipes of which `R3` is never sold; `kits(week, area, recipe)`.
fn observations(kits: impl Fn(usize, usize, usize) -> u32) -> Observations {
    let mut sales = SaleColumns::default();
    for week in 0..WEEKS as usize {
        for area in 0..2 {
            for recipe in 0..3 {
                sales.week.push(week as u32);
                sales.area.push(area as u32);
                sales.recipe.push(recipe as u32);
                sales.kits.push(kits(week, area, recipe));
            }
        }
    }
    let recipe = |at: usize| RecipeFacts {
        id: format!("R{at}").parse().unwrap(),
        traits: Traits {
            category: Some("Bowl".to_owned()),
            ..Traits::default()
        },
        add_on: false,
    };
    Observations {
        weeks: (0..WEEKS)
            .map(|week| first_week().plus(week).unwrap())
            .collect(),
        areas: vec!["A0".parse().unwrap(), "A1".parse().unwrap()],
        recipes: (0..4).map(recipe).collect(),
        sales,
        ..Observations::default()
    }
}

fn week() -> WeekSnapshot {
    let item = |at: usize| MenuItem {
        recipe: format!("R{at}").parse().unwrap(),
        name: String::new(),
        traits: Traits {
            category: Some("Bowl".to_owned()),
            ..Traits::default()
        },
        offer: Offer::default(),
        area_offers: Vec::new(),
        add_on: false,
        max_boxes: None,
        offered: None,
        made_at: None,
    };
    WeekSnapshot {
        week: first_week().plus(WEEKS).unwrap(),
        start_date: jiff::civil::date(2026, 9, 28),
        end_date: jiff::civil::date(2026, 10, 4),
        as_of: "2026-09-27T12:00:00Z".parse().unwrap(),
        lead_weeks: 1,
        sites: Vec::new(),
        packing_days: Vec::new(),
        caps: Vec::new(),
        areas: ["A0", "A1"]
            .map(|id| AreaFacts {
                id: id.parse().unwrap(),
                routes: Vec::new(),
            })
            .to_vec(),
        menu: (0..4).map(item).collect(),
        products: Vec::new(),
        bom: Vec::new(),
        packaging: Vec::new(),
        volume: Vec::new(),
        shares: Vec::new(),
        known: Vec::new(),
        closed: Vec::new(),
        withdrawn: (0, 0),
        recipes_per_box: None,
    }
}

fn plates(plates: u8) -> Portions {
    plates.try_into().unwrap()
}

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
    for wild in 20..WEEKS as usize {
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
    for week in 0..WEEKS as usize {
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
