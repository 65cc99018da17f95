//! Histories and weeks for tests: whatever a test does not care about is as plain as can be.
#![allow(
    dead_code,
    reason = "every test binary takes its own part of the support"
)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use demand::{Observations, RecipeFacts, SaleColumns, SaleRow};
use domain::{MenuWeek, Portions};
use snapshot::{AreaFacts, MenuItem, Traits, WeekSnapshot};

/// Weeks of history.
pub(crate) const WEEKS: usize = 30;

pub(crate) fn menu_week(at: usize) -> MenuWeek {
    let first: MenuWeek = "2026-W10".parse().unwrap();
    first.plus(i64::try_from(at).unwrap()).unwrap()
}

pub(crate) fn plates(plates: u8) -> Portions {
    plates.try_into().unwrap()
}

fn traits() -> Traits {
    Traits {
        category: Some("Bowl".to_owned()),
        ..Traits::default()
    }
}

/// A row without price or promotion.
pub(crate) fn row(week: usize, area: usize, recipe: usize, kits: f64) -> SaleRow {
    SaleRow {
        week,
        area,
        recipe,
        kits,
        price: 0.0,
        promo: 0.0,
        homepage: 0.0,
        sold_out: false,
    }
}

/// So many weeks, areas and recipes, of which nothing was sold.
pub(crate) fn nothing_sold(weeks: usize, areas: usize, recipes: usize) -> Observations {
    let recipe = |at: usize| RecipeFacts {
        id: format!("R{at}").parse().unwrap(),
        traits: traits(),
        add_on: false,
    };
    Observations {
        weeks: (0..weeks).map(menu_week).collect(),
        areas: (0..areas)
            .map(|at| format!("A{at}").parse().unwrap())
            .collect(),
        recipes: (0..recipes).map(recipe).collect(),
        ..Observations::default()
    }
}

/// 30 weeks, two areas, four recipes of which `R3` is never sold; `kits(week, area, recipe)`.
pub(crate) fn observations(kits: impl Fn(usize, usize, usize) -> u32) -> Observations {
    let mut sales = SaleColumns::default();
    for week in 0..WEEKS {
        for area in 0..2 {
            for recipe in 0..3 {
                sales.push(row(week, area, recipe, f64::from(kits(week, area, recipe))));
            }
        }
    }
    Observations {
        sales,
        ..nothing_sold(WEEKS, 2, 4)
    }
}

/// The week after so many, with so many areas and meals.
pub(crate) fn week_after(weeks: usize, areas: usize, meals: usize) -> WeekSnapshot {
    let item = |at: usize| MenuItem {
        traits: traits(),
        ..MenuItem::new(format!("R{at}").parse().unwrap())
    };
    let area = |at: usize| AreaFacts {
        id: format!("A{at}").parse().unwrap(),
        routes: Vec::new(),
    };
    WeekSnapshot {
        areas: (0..areas).map(area).collect(),
        menu: (0..meals).map(item).collect(),
        ..WeekSnapshot::new(
            menu_week(weeks),
            jiff::civil::date(2026, 9, 28),
            jiff::civil::date(2026, 10, 4),
            "2026-09-27T12:00:00Z".parse().unwrap(),
        )
    }
}

/// The week after [`observations`].
pub(crate) fn week() -> WeekSnapshot {
    week_after(WEEKS, 2, 4)
}
