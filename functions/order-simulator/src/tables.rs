//! The tables that people and other systems read.

use std::collections::BTreeMap;

use dataset::results::KnownSite;
use dataset::table;
use dataset::tables::{OrderLine, OrderStatus};
use domain::{AreaId, Date, Decimal, MenuWeek, OrderId, RecipeId, SiteId};
use jiff::tz::TimeZone;
use simulation::{Draws, Plan, Simulation};
use snapshot::WeekSnapshot;

table! {
    /// Boxes of the plan by where they go and where they are packed.
    pub struct AllocationRow = "allocation", Required {
        /// The menu week.
        key week_id: MenuWeek,
        /// The area.
        key area_id: AreaId,
        /// The delivery date.
        key delivery_date: Date,
        /// The site; empty: no site has room.
        key site_id: Option<SiteId>,
        /// The packing day; empty: no site has room.
        key packing_date: Option<Date>,
        /// Boxes.
        col boxes: u32,
        /// Of them known orders.
        col known_boxes: u32,
    }
}
table! {
    /// Kits of a recipe that a site packs on a day in the plan.
    pub struct RecipePlanRow = "recipe_plan", Required {
        /// The menu week.
        key week_id: MenuWeek,
        /// The site.
        key site_id: SiteId,
        /// The packing day.
        key packing_date: Date,
        /// The recipe.
        key recipe_id: RecipeId,
        /// Kits.
        col kits: u32,
        /// Of them in known orders.
        col known_kits: u32,
    }
}
table! {
    /// What a site packs on a day for the week, against its cap.
    pub struct UtilisationRow = "utilisation", Required {
        /// The menu week.
        key week_id: MenuWeek,
        /// The site.
        key site_id: SiteId,
        /// The packing day.
        key date: Date,
        /// Boxes in the plan.
        col boxes: u32,
        /// One chance in ten of fewer.
        col boxes_p10: u32,
        /// Median.
        col boxes_p50: u32,
        /// One chance in ten of more.
        col boxes_p90: u32,
        /// The week's part of the least the site must pack that day.
        col cap_min: Option<u32>,
        /// The week's part of the most the site may pack that day; empty: no limit, 0: closed.
        col cap_max: Option<u32>,
        /// Boxes in the plan as a share of the most; empty where there is no limit or the site is closed.
        col utilisation: Option<Decimal>,
        /// Share of draws that pack less than the least; empty where there is none.
        col below_min: Option<Decimal>,
    }
}

/// Every kit of the plan as an order line; a simulated box is called `SIM-` and its number.
pub(crate) fn order_book<'a>(
    simulation: &'a Simulation<'a>,
    snapshot: &'a WeekSnapshot,
    plan: &'a Plan,
) -> impl Iterator<Item = OrderLine> + 'a {
    let known = snapshot
        .known
        .iter()
        .map(|known| (known.order.clone(), known.placed_at));
    let known: Vec<(OrderId, domain::Timestamp)> = known.collect();
    plan.boxes
        .kits()
        .zip(plan.placed.bins())
        .enumerate()
        .flat_map(move |(at, (drawn, bin))| {
            let (order, placed_at, status) = match known.get(at).filter(|_| at < plan.known) {
                Some((order, placed_at)) => (order.clone(), *placed_at, OrderStatus::Placed),
                None => (
                    simulated(at - plan.known),
                    snapshot.as_of,
                    OrderStatus::Simulated,
                ),
            };
            let site = bin.map(|bin| snapshot.sites[snapshot.site_and_day(bin).0].id.clone());
            drawn
                .items
                .iter()
                .enumerate()
                .map(move |(line, item)| OrderLine {
                    order_id: order.clone(),
                    line_no: line as u32 + 1,
                    placed_at,
                    delivery_date: simulation.dates()[drawn.date],
                    area_id: snapshot.areas[drawn.area].id.clone(),
                    recipe_id: snapshot.menu[usize::from(*item)].recipe.clone(),
                    portion_size: simulation.portions()[drawn.portions],
                    quantity: 1,
                    status,
                    site_id: site.clone(),
                })
        })
}

fn simulated(number: usize) -> OrderId {
    let id = format!("SIM-{:07}", number + 1);
    id.parse()
        .unwrap_or_else(|_| unreachable!("letters and digits are an id"))
}

pub(crate) fn allocation(
    simulation: &Simulation<'_>,
    snapshot: &WeekSnapshot,
    plan: &Plan,
) -> Vec<AllocationRow> {
    let mut counts: BTreeMap<(usize, usize, Option<usize>), (u32, u32)> = BTreeMap::new();
    for (at, (drawn, bin)) in plan.boxes.kits().zip(plan.placed.bins()).enumerate() {
        let (boxes, known) = counts.entry((drawn.area, drawn.date, bin)).or_default();
        *boxes += 1;
        *known += u32::from(at < plan.known);
    }
    counts
        .into_iter()
        .map(|((area, date, bin), (boxes, known_boxes))| {
            let place = bin.map(|bin| snapshot.site_and_day(bin));
            AllocationRow {
                week_id: snapshot.week,
                area_id: snapshot.areas[area].id.clone(),
                delivery_date: simulation.dates()[date],
                site_id: place.map(|(site, _)| snapshot.sites[site].id.clone()),
                packing_date: place.map(|(_, day)| snapshot.packing_days[day]),
                boxes,
                known_boxes,
            }
        })
        .collect()
}

pub(crate) fn recipe_plan(snapshot: &WeekSnapshot, plan: &Plan) -> Vec<RecipePlanRow> {
    let items = snapshot.menu.len();
    let mut kits = vec![(0_u32, 0_u32); snapshot.bins() * items];
    for (at, (drawn, bin)) in plan.boxes.kits().zip(plan.placed.bins()).enumerate() {
        let Some(bin) = bin else { continue };
        for item in drawn.items {
            let (kits, known) = &mut kits[bin * items + usize::from(*item)];
            *kits += 1;
            *known += u32::from(at < plan.known);
        }
    }
    let row = |(at, (kits, known_kits)): (usize, (u32, u32))| {
        let (site, day) = snapshot.site_and_day(at / items);
        RecipePlanRow {
            week_id: snapshot.week,
            site_id: snapshot.sites[site].id.clone(),
            packing_date: snapshot.packing_days[day],
            recipe_id: snapshot.menu[at % items].recipe.clone(),
            kits,
            known_kits,
        }
    };
    let packed = kits.into_iter().enumerate().filter(|(_, cell)| cell.0 > 0);
    packed.map(row).collect()
}

/// Where each known order goes.
pub(crate) fn known_sites<'a>(
    snapshot: &'a WeekSnapshot,
    plan: &'a Plan,
) -> impl Iterator<Item = KnownSite> + 'a {
    let known = snapshot.known.iter().zip(plan.placed.bins());
    known.take(plan.known).filter_map(|(known, bin)| {
        let (site, day) = snapshot.site_and_day(bin?);
        Some(KnownSite {
            order_id: known.order.clone(),
            site_id: snapshot.sites[site].id.clone(),
            packing_date: snapshot.packing_days[day],
            hard: Some(snapshot.is_closed(known.delivery_date)),
            lead_days: Some(lead_days(snapshot, known.delivery_date)),
        })
    })
}

/// Days from the day planned from, by Coordinated Universal Time, to a later one.
fn lead_days(snapshot: &WeekSnapshot, to: Date) -> u32 {
    let today = TimeZone::UTC.to_datetime(snapshot.as_of).date();
    let days = to.duration_since(today).as_hours() / 24;
    u32::try_from(days).unwrap_or_default()
}

pub(crate) fn utilisation(
    snapshot: &WeekSnapshot,
    plan: &Plan,
    draws: &Draws,
) -> Vec<UtilisationRow> {
    let row = |bin: usize| {
        let (site, day) = snapshot.site_and_day(bin);
        let cap = snapshot.cap(bin);
        let spread = crate::summary::spread(draws.boxes(bin));
        let boxes = plan.placed.loads()[bin];
        let share = |most: u64| Decimal::from_millionths((boxes * 1_000_000 / most).cast_signed());
        UtilisationRow {
            week_id: snapshot.week,
            site_id: snapshot.sites[site].id.clone(),
            date: snapshot.packing_days[day],
            boxes: boxes as u32,
            boxes_p10: spread.p10 as u32,
            boxes_p50: spread.p50 as u32,
            boxes_p90: spread.p90 as u32,
            cap_min: (cap.min > 0).then_some(cap.min as u32),
            cap_max: cap.max.map(|most| most as u32),
            utilisation: cap.max.filter(|most| *most > 0).map(share),
            below_min: (cap.min > 0).then(|| {
                let per_mille = crate::summary::below_minimum(cap, &draws.boxes(bin));
                Decimal::from_millionths(1000 * i64::from(per_mille))
            }),
        }
    };
    (0..snapshot.bins()).map(row).collect()
}
