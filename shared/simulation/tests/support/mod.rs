//! Weeks for tests: whatever a test does not care about is as plain as can be.
#![allow(
    dead_code,
    reason = "every test binary takes its own part of the support"
)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use demand::{AreaDemand, Overridden, WeekDemand};
use domain::{Date, Portions};
use snapshot::{AreaFacts, Cap, KnownBox, MenuItem, RouteFacts, RowRef, SiteFacts, WeekSnapshot};

/// A date so many days after the first packing day.
pub(crate) fn date(day: usize) -> Date {
    let days = jiff::Span::new().days(i32::try_from(day).unwrap());
    jiff::civil::date(2026, 11, 22).checked_add(days).unwrap()
}

pub(crate) fn plates(plates: u8) -> Portions {
    plates.try_into().unwrap()
}

pub(crate) fn item(at: usize, made_at: Option<Vec<usize>>) -> MenuItem {
    MenuItem {
        name: format!("Recipe {at}"),
        made_at,
        ..MenuItem::new(format!("R{at}").parse().unwrap())
    }
}

/// First choice, packed the day before.
pub(crate) fn route(site: usize) -> RouteFacts {
    RouteFacts {
        site,
        weekday: None,
        preference: 1,
        transit_days: 1,
    }
}

/// So many known orders of one kind, called after their area, date and number.
pub(crate) fn known(area: usize, day: usize, items: &[usize], orders: usize) -> Vec<KnownBox> {
    let order = |at| KnownBox {
        order: format!("O{area}-{day}-{at}").parse().unwrap(),
        placed_at: "2026-11-14T12:00:00Z".parse().unwrap(),
        delivery_date: date(day + 1),
        area,
        portions: plates(2),
        items: items.to_vec(),
        origin: RowRef::default(),
    };
    (0..orders).map(order).collect()
}

/// A week with delivery dates from the day after the first packing day on; caps by site, then packing day.
pub(crate) fn snapshot(
    menu: Vec<MenuItem>,
    caps: Vec<Vec<Cap>>,
    routes: Vec<Vec<RouteFacts>>,
) -> WeekSnapshot {
    let days = caps[0].len();
    WeekSnapshot {
        lead_weeks: 2,
        sites: (0..caps.len())
            .map(|at| SiteFacts {
                id: format!("S{at}").parse().unwrap(),
                name: format!("Site {at}"),
                catch_all: false,
            })
            .collect(),
        packing_days: (0..days).map(date).collect(),
        caps,
        areas: routes
            .into_iter()
            .enumerate()
            .map(|(at, routes)| AreaFacts {
                id: format!("A{at}").parse().unwrap(),
                routes,
            })
            .collect(),
        menu,
        closed: vec![false; days - 1],
        ..WeekSnapshot::new(
            "2026-W48".parse().unwrap(),
            date(1),
            date(days - 1),
            "2026-11-15T12:00:00Z".parse().unwrap(),
        )
    }
}

/// One site for each area, without caps, that makes everything; two delivery dates.
pub(crate) fn open_week(items: usize, areas: usize) -> WeekSnapshot {
    let open = Cap { min: 0, max: None };
    snapshot(
        (0..items).map(|at| item(at, None)).collect(),
        vec![vec![open; 3]; areas],
        (0..areas).map(|area| vec![route(area)]).collect(),
    )
}

/// An area whose demand is known for certain but for the choice of recipes.
pub(crate) fn area(boxes: f64, shares: &[f64], recipes: u8) -> AreaDemand {
    let total: f64 = shares.iter().sum();
    AreaDemand {
        boxes,
        deviation: 0.0,
        shares: shares.iter().map(|share| share / total.max(1e-9)).collect(),
        concentration: 1e9,
        add_ons: vec![0.0; shares.len()],
        portions: vec![(plates(2), 1.0)],
        recipes_per_box: vec![(recipes, 1.0)],
        weekdays: None,
    }
}

/// Demand without shocks.
pub(crate) fn demand(areas: Vec<AreaDemand>) -> WeekDemand {
    let items = areas[0].shares.len();
    WeekDemand {
        areas,
        level_deviation: 0.0,
        recipe_deviation: vec![0.0; items],
        survival: 1.0,
        is_new: vec![false; items],
        volume_method: "a test",
        overridden: Overridden::default(),
    }
}

/// What a χ² statistic passes by chance once in a million times (Wilson and Hilferty 1931).
pub(crate) fn chi_square_limit(degrees: usize) -> f64 {
    let part = 2.0 / (9.0 * degrees as f64);
    let root = 1.0 - part + 4.753 * part.sqrt();
    degrees as f64 * root * root * root
}

pub(crate) fn square(value: f64) -> f64 {
    value * value
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub(crate) fn covariance(one: &[f64], other: &[f64]) -> f64 {
    let (a, b) = (mean(one), mean(other));
    let products: f64 = one.iter().zip(other).map(|(x, y)| (x - a) * (y - b)).sum();
    products / (one.len() - 1) as f64
}

pub(crate) fn variance(values: &[f64]) -> f64 {
    covariance(values, values)
}

pub(crate) fn correlation(one: &[f64], other: &[f64]) -> f64 {
    covariance(one, other) / (variance(one) * variance(other)).sqrt()
}
