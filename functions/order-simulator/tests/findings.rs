//! The findings that need a forecast, word for word.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use demand::{Observations, RecipeFacts, SaleColumns};
use domain::MenuWeek;
use snapshot::{
    AreaFacts, Cap, KnownBox, MenuItem, RouteFacts, RowRef, SiteFacts, Traits, WeekSnapshot,
};

/// Ten weeks in which two areas bought 70 kits of each of two recipes, one a box.
fn observations() -> Observations {
    let first: MenuWeek = "2026-W38".parse().unwrap();
    let mut sales = SaleColumns::default();
    for week in 0..10 {
        for area in 0..2 {
            for recipe in 0..2 {
                sales.week.push(week);
                sales.area.push(area);
                sales.recipe.push(recipe);
                sales.kits.push(70);
            }
        }
    }
    let recipe = |id: &str| RecipeFacts {
        id: id.parse().unwrap(),
        traits: Traits::default(),
        add_on: false,
    };
    Observations {
        weeks: (0..10).map(|week| first.plus(week).unwrap()).collect(),
        areas: vec!["A1".parse().unwrap(), "A2".parse().unwrap()],
        recipes: vec![recipe("R1"), recipe("R2")],
        sales,
        ..Observations::default()
    }
}

/// A week of two days: A1 is served by North alone, A2 by North and South.
fn week(north: Cap, south: Cap) -> WeekSnapshot {
    let route = |site| RouteFacts {
        site,
        weekday: None,
        preference: 1,
        transit_days: 0,
    };
    let area = |id: &str, routes| AreaFacts {
        id: id.parse().unwrap(),
        routes,
    };
    let site = |id: &str, name: &str| SiteFacts {
        id: id.parse().unwrap(),
        name: name.to_owned(),
        catch_all: false,
    };
    let item = |id: &str| MenuItem {
        name: id.to_owned(),
        ..MenuItem::new(id.parse().unwrap())
    };
    let days = [
        jiff::civil::date(2026, 11, 24),
        jiff::civil::date(2026, 11, 25),
    ];
    WeekSnapshot {
        sites: vec![site("N", "North"), site("S", "South")],
        packing_days: days.to_vec(),
        caps: vec![vec![north; 2], vec![south; 2]],
        areas: vec![
            area("A1", vec![route(0)]),
            area("A2", vec![route(0), route(1)]),
        ],
        menu: vec![item("R1"), item("R2")],
        ..WeekSnapshot::new(
            "2026-W48".parse().unwrap(),
            days[0],
            days[1],
            "2026-11-22T12:00:00Z".parse().unwrap(),
        )
    }
}

fn at_most(boxes: u64) -> Cap {
    Cap {
        min: 0,
        max: Some(boxes),
    }
}

fn found(week: WeekSnapshot) -> Vec<String> {
    let findings = order_simulator::validate(&observations(), &[week], 1, 200).unwrap();
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_week_that_fits_has_no_finding() {
    assert_eq!(found(week(at_most(100), at_most(100))), [""; 0]);
}

#[test]
fn caps_that_cannot_be_met_are_told_with_boxes_sites_days_and_what_would_help() {
    // A1's 140 boxes fall 78 on Tuesday and 62 on Wednesday, by the plan's draw.
    assert_eq!(
        found(week(at_most(70), at_most(200))),
        [
            "E502 error: order-simulator, week = `2026-W48`: 78 boxes for A1 on Tue 2026-11-24 fit only North \
          (packing Tue 2026-11-24), which can take 70: 8 short (8 boxes); raise the cap of North by 8 in all; or let \
          South, which has room, serve these areas or make these recipes; or offer 8 fewer boxes there, or on \
          another day"
        ]
    );
}

#[test]
fn an_area_that_no_open_site_serves_is_told_so() {
    assert_eq!(
        found(week(at_most(0), at_most(200))),
        [
            "E502 error: order-simulator, week = `2026-W48`: 140 boxes for A1 on Tue 2026-11-24 and Wed 2026-11-25 \
             can be packed at no open site (140 boxes); offer 140 fewer boxes there, or on another day"
        ]
    );
}

#[test]
fn a_minimum_that_is_missed_is_a_warning() {
    let south = Cap { min: 90, max: None };
    let found = found(week(at_most(500), south));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("E502 warning: order-simulator, week = `2026-W48`: South gets ")
            && found[0].contains(" boxes fewer than its minimum of 90 on Tue 2026-11-24")
            && found[0].ends_with("; lower the minimum, or let the site serve more areas"),
        "{found:?}"
    );
}

#[test]
fn more_known_orders_than_the_forecast_allows_are_flagged_and_planned() {
    let mut week = week(at_most(5000), at_most(5000));
    week.known = (0..2000)
        .map(|order| KnownBox {
            order: format!("O{order}").parse().unwrap(),
            placed_at: week.as_of,
            delivery_date: week.start_date,
            area: 1,
            portions: 2.try_into().unwrap(),
            items: vec![0],
            origin: RowRef::default(),
        })
        .collect();
    let found = found(week);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with(
            "E501 error: order-simulator, week = `2026-W48`: 2,000 orders are known for 2026-W48, more than the "
        ) && found[0].ends_with(
            "; look for orders that stand twice, or correct the volume forecast; the known orders are planned"
        ),
        "{found:?}"
    );
}

#[test]
fn boxes_larger_than_the_menu_are_told() {
    let mut observations = observations();
    observations.recipes_per_box = Some(vec![(1, 0.5), (3, 0.5)]);
    let week = week(at_most(500), at_most(500));
    let findings = order_simulator::validate(&observations, &[week], 1, 50).unwrap();
    assert_eq!(
        findings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "E509 warning: order-simulator, week = `2026-W48`: boxes for A1 and A2 ask for more distinct recipes than \
             the menu of 2026-W48 offers there; they are planned with all it has (70 boxes); add recipes to the menu, \
             or offer smaller boxes"
        ]
    );
}

#[test]
fn numbers_beyond_any_company_are_refused_in_words() {
    let mut observations = observations();
    observations
        .sales
        .kits
        .iter_mut()
        .for_each(|kits| *kits = 1_000_000_000);
    let fault = order_simulator::validate(&observations, &[week(at_most(1), at_most(1))], 1, 5);
    assert_eq!(
        fault.unwrap_err().to_string(),
        "Data.Rejected: 2026-W48: the number of boxes is 4000000000, more than the 20000000 that a week can have; \
         correct the data"
    );
}

#[test]
fn a_hundred_sites_are_planned() {
    let mut week = week(at_most(3), at_most(3));
    week.sites = (0..100)
        .map(|at| SiteFacts {
            id: format!("S{at:03}").parse().unwrap(),
            name: format!("Site {at}"),
            catch_all: false,
        })
        .collect();
    week.caps = vec![vec![at_most(1); 2]; 100];
    let route = |site| RouteFacts {
        site,
        weekday: None,
        preference: 1,
        transit_days: 0,
    };
    for area in &mut week.areas {
        area.routes = (0..100).map(route).collect();
    }
    // 280 boxes, room for 200.
    let found = found(week);
    let short =
        |finding: &String| finding.contains("Site 0, Site 1, ") && finding.contains(" short (");
    assert!(!found.is_empty() && found.iter().all(short), "{found:?}");
}

#[test]
fn a_recipe_that_no_site_makes_leaves_its_boxes_without_a_site_and_says_so() {
    let mut week = week(at_most(500), at_most(500));
    week.menu[0].made_at = Some(Vec::new());
    let found = found(week);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains(" boxes for A1 and A2 on ")
            && found[0].contains(" can be packed at no open site")
            && found[0].contains("; make R1 at North, which gives ")
            && found[0].contains(" of them a site; or offer "),
        "{found:?}"
    );
}

#[test]
fn with_every_cap_at_zero_every_box_is_told() {
    let found = found(week(at_most(0), at_most(0)));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("280 boxes for A1 and A2 on "),
        "{found:?}"
    );
}

#[test]
fn a_menu_of_one_recipe_and_a_history_of_one_week_can_be_planned() {
    let mut observations = observations();
    observations.weeks.truncate(1);
    for column in [
        &mut observations.sales.week,
        &mut observations.sales.area,
        &mut observations.sales.recipe,
        &mut observations.sales.kits,
    ] {
        column.truncate(4);
    }
    let mut week = week(at_most(500), at_most(500));
    week.menu.truncate(1);
    let findings = order_simulator::validate(&observations, &[week], 1, 50).unwrap();
    assert_eq!(findings, []);
}
