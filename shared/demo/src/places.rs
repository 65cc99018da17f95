//! Sites and areas: who can make what, who serves whom, and how many boxes a day.

use dataset::tables::{self, AreaSite, DeliveryArea, Role, SiteCap, SiteRecipe, Weekday};
use domain::{AreaId, SiteId};

use crate::Company;
use crate::make::{TOMORROW, after, between, parsed, stream};
use crate::menu::future;
use crate::size::Size;
use crate::truth::{DAYS, Truth};

/// The kitchen whose van to other kitchens' areas leaves the evening before.
const SOUTH: usize = 1;
/// The Friday of the second week to come, when the south kitchen is closed.
const CLOSED: (usize, usize) = (1, 4);

/// A place that packs boxes.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) id: SiteId,
    name: &'static str,
    role: Role,
    /// Share of recipes that it cannot make.
    lacks: f64,
    /// Usual cap as a share of all boxes of a day; none for the catch-all.
    cap: Option<f64>,
    /// Share of all boxes it is stocked for.
    pub(crate) load: f64,
}

/// The sites; when `tight`, all are kitchens and the first has caps a third too small.
pub(crate) fn sites(size: &Size, tight: bool, truth: &Truth) -> Vec<Site> {
    let last = size.sites - 1;
    let names = [
        "North kitchen",
        "South kitchen",
        "East kitchen",
        "West kitchen",
    ];
    let ids = ["NORTH", "SOUTH", "EAST", "WEST"];
    let lacks = [if tight { 0.0 } else { 0.04 }, 0.15, 0.1, 0.12];
    // Boxes of areas that only the north kitchen serves.
    let bound: f64 = truth.areas.iter().step_by(size.sites).sum();
    let caps: Vec<f64> = match (tight, last) {
        (false, 2) => vec![0.62, 0.46],
        (false, _) => vec![0.3, 0.28, 0.26, 0.24],
        (true, 2) => vec![
            1.08 * bound * 2.0 / 3.0,
            0.45 * (1.0 - bound),
            0.8 * (1.0 - bound),
        ],
        (true, _) => {
            let mut caps = vec![1.08 * bound * 2.0 / 3.0];
            caps.extend([0.25, 0.23, 0.23, 0.5].map(|share| share * (1.0 - bound)));
            caps
        }
    };
    let total: f64 = caps.iter().sum();
    let catch_all = 0.07;
    (0..size.sites)
        .map(|at| {
            let cap = caps.get(at).copied();
            let share = if tight { 1.0 } else { 1.0 - catch_all };
            Site {
                id: parsed(if at == last { "CENTRAL" } else { ids[at] }),
                name: match (at == last, tight) {
                    (false, _) => names[at],
                    (true, true) => "Central kitchen",
                    (true, false) => "Central pack house",
                },
                role: if cap.is_none() {
                    Role::CatchAll
                } else {
                    Role::Kitchen
                },
                lacks: if at == last { 0.0 } else { lacks[at] },
                cap,
                load: cap.map_or(catch_all, |cap| cap / total * share),
            }
        })
        .collect()
}

/// Whether a site can make a recipe.
pub(crate) fn makes(company: &Company, site: usize, recipe: usize) -> bool {
    stream(company.seed, "makes", &[site, recipe]).uniform() >= company.sites[site].lacks
}

/// The ids of the areas.
pub(crate) fn areas(size: &Size) -> Vec<AreaId> {
    (1..=size.areas)
        .map(|at| parsed(&format!("A{at:02}")))
        .collect()
}

/// The rows of `delivery_area`.
pub(crate) fn area_rows(company: &Company) -> impl Iterator<Item = DeliveryArea> {
    let per_box = 40.0 * company.size.boxes;
    company
        .areas
        .iter()
        .zip(&company.truth.areas)
        .enumerate()
        .map(move |(at, (id, share))| {
            let quarter = ["Riverside", "Hillside", "Harbour", "Parkland"][at % 4];
            DeliveryArea {
                area_id: id.clone(),
                name: format!("{quarter} {}", at / 4 + 1),
                households: Some((share * per_box / 100.0).round() as u32 * 100),
            }
        })
}

/// The sites that serve an area, first choice first, each with its days of transit.
fn serving(company: &Company, area: usize) -> Vec<(usize, u32)> {
    let kitchens = company
        .sites
        .iter()
        .filter(|site| site.role == Role::Kitchen)
        .count();
    let home = area % kitchens;
    if company.tight && home == 0 {
        return vec![(0, 0)];
    }
    let mut next = (home + 1) % kitchens;
    if company.tight && next == 0 {
        // The north kitchen is kept for the areas that have no other.
        next = SOUTH;
    }
    let mut serving = vec![home, next];
    let last = company.sites.len() - 1;
    if !serving.contains(&last) {
        serving.push(last);
    }
    serving
        .into_iter()
        .map(|site| (site, u32::from(site == SOUTH && home != SOUTH)))
        .collect()
}

/// The rows of `area_site`.
///
/// No van leaves on Sunday evening, so what is packed the day before is not delivered on Mondays.
pub(crate) fn area_site_rows(company: &Company) -> impl Iterator<Item = AreaSite> {
    company
        .areas
        .iter()
        .enumerate()
        .flat_map(move |(area, id)| {
            (1..)
                .zip(serving(company, area))
                .flat_map(move |(preference, (site, transit))| {
                    let weekdays: Vec<Option<Weekday>> = match transit {
                        0 => vec![None],
                        _ => (1..7)
                            .map(|day| Some(Weekday::of(after(TOMORROW, day))))
                            .collect(),
                    };
                    weekdays.into_iter().map(move |weekday| AreaSite {
                        area_id: id.clone(),
                        site_id: company.sites[site].id.clone(),
                        weekday,
                        preference: Some(preference),
                        transit_days: Some(transit),
                    })
                })
        })
}

/// The rows of `site`.
pub(crate) fn site_rows(company: &Company) -> impl Iterator<Item = tables::Site> {
    company.sites.iter().map(|site| tables::Site {
        site_id: site.id.clone(),
        name: site.name.to_owned(),
        role: site.role,
        time_zone: None,
        active_from: None,
        active_to: None,
    })
}

/// The rows of `site_cap`: every date of the weeks to come.
pub(crate) fn cap_rows(company: &Company) -> impl Iterator<Item = SiteCap> {
    company
        .sites
        .iter()
        .enumerate()
        .flat_map(move |(at, site)| {
            future(&company.size)
                .enumerate()
                .flat_map(move |(ahead, week)| {
                    (0..7).map(move |day| {
                        let most = site.cap.map(|cap| match (at, (ahead, day)) {
                            (SOUTH, CLOSED) => 0,
                            _ => cap_on(company, at, cap, week, day),
                        });
                        // The north kitchen's crew is booked from Tuesday to Thursday.
                        let booked = at == 0 && (1..4).contains(&day);
                        SiteCap {
                            site_id: site.id.clone(),
                            date: after(company.weeks[week].start, day),
                            boxes_min: most.filter(|_| booked).map(|most| most * 2 / 5),
                            boxes_max: most,
                        }
                    })
                })
        })
}

fn cap_on(company: &Company, site: usize, cap: f64, week: usize, day: usize) -> u32 {
    // The south kitchen packs some of its boxes the day before.
    let early = if site == SOUTH { 0.25 } else { 0.0 };
    let next = DAYS.get(day + 1).copied().unwrap_or(0.0);
    let profile = (1.0 - early) * DAYS[day] + early * next;
    let mut draw = stream(company.seed, "cap", &[site, week, day]);
    let usual = company.truth.expected_boxes(week) * profile * cap;
    (usual * between(&mut draw, 0.98, 1.02) / 10.0).round() as u32 * 10
}

/// The rows of `site_recipe` for the weeks to come.
pub(crate) fn site_recipe_rows(company: &Company) -> impl Iterator<Item = SiteRecipe> {
    (0..company.sites.len()).flat_map(move |site| {
        future(&company.size).flat_map(move |week| {
            let menu = company.weeks[week].menu.iter();
            menu.filter(move |slot| makes(company, site, slot.recipe))
                .map(move |slot| SiteRecipe {
                    site_id: company.sites[site].id.clone(),
                    week_id: company.weeks[week].id,
                    recipe_id: company.recipes[slot.recipe].id.clone(),
                })
        })
    })
}
