//! Orders that are known already.

use dataset::tables::{OrderLine, OrderStatus};
use domain::{AreaId, Date, OrderId, Portions, Timestamp};
use random::Stream;

use crate::Company;
use crate::history::SOLD;
use crate::make::{DAY, HOUR, after, at, between, made, parsed, signed, stream};
use crate::menu::CUTOFF_HOURS;
use crate::truth::{DAYS, RECIPES_PER_BOX};

/// One box.
struct Order {
    id: OrderId,
    area: AreaId,
    placed_at: Timestamp,
    delivery: Date,
    portions: Portions,
    status: OrderStatus,
    recipes: Vec<usize>,
}

/// The rows of `order_line`: of the next week all boxes past their cut-off and some of the others, of the week
/// after some.
pub(crate) fn order_rows(company: &Company) -> impl Iterator<Item = OrderLine> {
    (0..2).flat_map(move |ahead| {
        let index = company.size.history + ahead;
        let wants = company
            .truth
            .wants(index, &company.weeks[index].menu, &company.recipes);
        (0..company.size.areas)
            .flat_map(move |area| orders(company, ahead, area, &wants))
            .flat_map(move |order| lines(company, order))
    })
}

fn lines(company: &Company, order: Order) -> impl Iterator<Item = OrderLine> {
    (1..)
        .zip(order.recipes)
        .map(move |(line_no, recipe)| OrderLine {
            order_id: order.id.clone(),
            line_no,
            placed_at: order.placed_at,
            delivery_date: order.delivery,
            area_id: order.area.clone(),
            recipe_id: company.recipes[recipe].id.clone(),
            portion_size: order.portions,
            quantity: 1,
            status: order.status,
            site_id: None,
        })
}

/// The known orders of an area for a week to come.
fn orders(company: &Company, ahead: usize, area: usize, wants: &[f64]) -> Vec<Order> {
    let index = company.size.history + ahead;
    let week = &company.weeks[index];
    let seen = company.truth.seen(index, area, &week.menu);
    let shares = company.truth.area_shares(index, area, wants, &seen);
    let mut sums: Vec<f64> = Vec::with_capacity(shares.len());
    for share in shares {
        sums.push(sums.last().unwrap_or(&0.0) + share);
    }
    let boxes = company.truth.area_boxes(index, area);
    let known = company.size.known[ahead];
    let mut draw = stream(company.seed, "orders", &[index, area]);
    let mut orders = Vec::new();
    for (day, share) in DAYS.iter().enumerate() {
        let days_ahead = signed(7 * ahead + day) + 1;
        // Midnight before delivery less the cut-off, from noon today.
        let cutoff = days_ahead * DAY - 12 * HOUR - i64::from(CUTOFF_HOURS) * HOUR;
        let part = match (ahead, cutoff <= 0) {
            (_, true) => 1.0,
            (0, false) => (known - DAYS[0]) / (1.0 - DAYS[0]),
            _ => known,
        };
        let count = (boxes * share * part + draw.uniform()).floor() as u32;
        for _ in 0..count {
            let placed = cutoff.min(0) as f64 - between(&mut draw, 0.01, 18.0) * DAY as f64;
            // Beside the boxes that stand, one in 33 is withdrawn.
            let withdrawn = draw.below(33) == 0;
            for cancelled in [false, true].into_iter().take(1 + usize::from(withdrawn)) {
                orders.push(Order {
                    id: parsed(&format!("B{ahead}{:02}{:05}", area + 1, orders.len() + 1)),
                    area: company.areas[area].clone(),
                    placed_at: at(placed as i64),
                    delivery: after(week.start, day),
                    portions: portions(company, area, &mut draw),
                    status: match (cancelled, cutoff <= 0) {
                        (true, _) => OrderStatus::Cancelled,
                        (_, true) => OrderStatus::Confirmed,
                        _ => OrderStatus::Placed,
                    },
                    recipes: recipes(&mut draw, &sums)
                        .into_iter()
                        .map(|at| week.menu[at].recipe)
                        .collect(),
                });
            }
        }
    }
    orders
}

fn portions(company: &Company, area: usize, draw: &mut Stream) -> Portions {
    let family = draw.uniform() < company.truth.family_boxes(area);
    made(Portions::try_from(SOLD[usize::from(family)]))
}

/// Two to five different places on the menu; `sums` are the cumulated shares.
fn recipes(draw: &mut Stream, sums: &[f64]) -> Vec<usize> {
    let mut rest = draw.uniform();
    let mut count = 2;
    for share in RECIPES_PER_BOX.iter().take(3) {
        rest -= share;
        if rest < 0.0 {
            break;
        }
        count += 1;
    }
    let mut chosen = Vec::with_capacity(count);
    while chosen.len() < count {
        let point = draw.uniform();
        let place = sums
            .partition_point(|sum| *sum <= point)
            .min(sums.len() - 1);
        if !chosen.contains(&place) {
            chosen.push(place);
        }
    }
    chosen
}
