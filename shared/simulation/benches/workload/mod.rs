//! The workload that speed is measured on: a large company's week, built in code from a fixed seed.
//!
//! 200 recipes of log-normal popularity, 40 areas with shares of their own, 200,000 boxes with 2 to 5 recipes (4.0 on
//! average) and three portion sizes, seven delivery dates, five sites that make 70 to 100 % of the recipes, each packing
//! day with a cap that is a little more than what the site would get without caps, so that some bind.
#![expect(
    clippy::unwrap_used,
    reason = "a measurement stops where it cannot go on"
)]

use demand::{AreaDemand, Overridden, WeekDemand};
use domain::{Date, Portions};
use random::Stream;
use snapshot::{AreaFacts, Cap, KnownBox, MenuItem, RouteFacts, RowRef, SiteFacts, WeekSnapshot};

/// How large the week is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) boxes: u32,
    pub(crate) recipes: usize,
    pub(crate) areas: usize,
    pub(crate) sites: usize,
    /// Boxes already ordered.
    pub(crate) known: usize,
}

/// The large company.
pub(crate) const LARGE: Size = Size {
    boxes: 200_000,
    recipes: 200,
    areas: 40,
    sites: 5,
    known: 0,
};

const DATES: usize = 7;
/// Boxes that all caps together can take, for each box of demand.
const ROOM: f64 = 1.12;
/// The most sites that serve an area.
const ROUTES: usize = 5;
const PORTIONS: [(u8, f64); 3] = [(2, 0.5), (3, 0.2), (4, 0.3)];
const RECIPES_PER_BOX: [(u8, f64); 4] = [(2, 0.1), (3, 0.2), (4, 0.3), (5, 0.4)];
const WEEKDAYS: [f64; DATES] = [0.24, 0.2, 0.16, 0.12, 0.1, 0.08, 0.1];

fn day(offset: usize) -> Date {
    let days = jiff::Span::new().days(i32::try_from(offset).unwrap());
    jiff::civil::date(2026, 11, 21).checked_add(days).unwrap()
}

/// The week and what is expected of it.
pub(crate) fn week(size: Size) -> (WeekSnapshot, WeekDemand) {
    let mut stream = Stream::new(2026, &[]);
    let demand = demand(size, &mut stream);
    let menu = menu(size, &mut stream);
    let areas = areas(size, &mut stream);
    let snapshot = WeekSnapshot {
        lead_weeks: 2,
        sites: (0..size.sites)
            .map(|site| SiteFacts {
                id: format!("S{site:03}").parse().unwrap(),
                name: format!("Site {site}"),
                catch_all: false,
            })
            .collect(),
        packing_days: (0..=DATES).map(day).collect(),
        caps: caps(size, &areas),
        areas,
        menu,
        known: known(size, &mut stream),
        closed: vec![false; DATES],
        ..WeekSnapshot::new(
            "2026-W48".parse().unwrap(),
            day(2),
            day(1 + DATES),
            "2026-11-10T12:00:00Z".parse().unwrap(),
        )
    };
    (snapshot, demand)
}

fn demand(size: Size, stream: &mut Stream) -> WeekDemand {
    let popularity: Vec<f64> = (0..size.recipes)
        .map(|_| libm::exp(stream.normal()))
        .collect();
    let areas = (0..size.areas).map(|_| {
        let own: Vec<f64> = popularity
            .iter()
            .map(|all| all * libm::exp(0.3 * stream.normal()))
            .collect();
        let total: f64 = own.iter().sum();
        AreaDemand {
            boxes: f64::from(size.boxes) / size.areas as f64,
            deviation: 0.05,
            shares: own.iter().map(|share| share / total).collect(),
            concentration: 300.0,
            add_ons: vec![0.0; size.recipes],
            portions: PORTIONS.map(|(size, share)| (plates(size), share)).to_vec(),
            recipes_per_box: RECIPES_PER_BOX.to_vec(),
            weekdays: Some(WEEKDAYS),
        }
    });
    WeekDemand {
        areas: areas.collect(),
        level_deviation: 0.05,
        recipe_deviation: vec![0.25; size.recipes],
        survival: 0.95,
        is_new: vec![false; size.recipes],
        volume_method: "a workload",
        overridden: Overridden::default(),
    }
}

fn plates(size: u8) -> Portions {
    size.try_into().unwrap()
}

fn menu(size: Size, stream: &mut Stream) -> Vec<MenuItem> {
    let item = |at: usize| {
        // The first site makes everything, the last 70 %.
        let made_at = (0..size.sites).filter(|site| {
            let most = (size.sites.max(2) - 1) as f64;
            stream.uniform() >= 0.3 * *site as f64 / most
        });
        MenuItem {
            name: format!("Recipe {at}"),
            made_at: Some(made_at.collect()),
            ..MenuItem::new(format!("R{at:04}").parse().unwrap())
        }
    };
    (0..size.recipes).map(item).collect()
}

fn known(size: Size, stream: &mut Stream) -> Vec<KnownBox> {
    let mut below = |end: usize| stream.below(end as u32) as usize;
    let mut order = |at: usize| {
        let first = below(size.recipes);
        KnownBox {
            order: format!("O{at:07}").parse().unwrap(),
            placed_at: "2026-11-09T12:00:00Z".parse().unwrap(),
            delivery_date: day(2 + below(DATES)),
            area: below(size.areas),
            portions: plates(PORTIONS[below(PORTIONS.len())].0),
            items: (0..4).map(|kit| (first + kit * 7) % size.recipes).collect(),
            origin: RowRef::default(),
        }
    };
    (0..size.known).map(&mut order).collect()
}

/// Each area prefers some sites over others; far ones pack a day earlier.
fn areas(size: Size, stream: &mut Stream) -> Vec<AreaFacts> {
    let mut sites: Vec<usize> = (0..size.sites).collect();
    let mut area = |at: usize| {
        stream.shuffle(&mut sites);
        let routes = sites.iter().take(ROUTES).zip(1..);
        AreaFacts {
            id: format!("A{at:03}").parse().unwrap(),
            routes: routes
                .map(|(site, preference)| RouteFacts {
                    site: *site,
                    weekday: None,
                    preference,
                    transit_days: if preference <= 3 { 1 } else { 2 },
                })
                .collect(),
        }
    };
    (0..size.areas).map(&mut area).collect()
}

/// By how many areas prefer a site.
fn caps(size: Size, areas: &[AreaFacts]) -> Vec<Vec<Cap>> {
    let preferred = |site: usize| {
        let first = areas
            .iter()
            .filter(|area| area.routes[0].site == site)
            .count() as f64;
        // Nobody's first choice is still somebody's second.
        0.7 * first / size.areas as f64 + 0.3 / size.sites as f64
    };
    (0..size.sites)
        .map(|site| {
            (0..=DATES)
                .map(|packed| {
                    // Packed for the next day, and a little for the one after.
                    let share = |date: usize| WEEKDAYS.get(date).copied().unwrap_or(0.0);
                    let due = 0.9 * packed.checked_sub(1).map_or(0.0, share) + 0.1 * share(packed);
                    Cap {
                        min: 0,
                        max: Some((f64::from(size.boxes) * ROOM * due * preferred(site)) as u64),
                    }
                })
                .collect()
        })
        .collect()
}
