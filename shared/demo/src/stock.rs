//! What is in stock and on order: enough of most products until the next delivery.

use std::collections::BTreeMap;

use dataset::tables::{InboundOrderLine, InboundStatus, InvLevel};
use domain::{Date, Decimal};
use random::Stream;

use crate::Company;
use crate::make::{DAY, HOUR, TODAY, TOMORROW, after, at, between, decimal, parsed, stream};
use crate::places::makes;
use crate::truth::{DAYS, MEAN_RECIPES};
use crate::vendors::{delivery_from, step, usual_vendor};

/// Share of kits for four, all areas together.
const FOUR: f64 = 0.36;

/// What each site needs of each product in the first two weeks to come.
#[derive(Debug, Default)]
pub(crate) struct Needs(Vec<[Vec<f64>; 2]>);

impl Needs {
    pub(crate) fn new(company: &Company) -> Self {
        Self(
            (0..company.sites.len())
                .map(|site| [0, 1].map(|ahead| week(company, site, ahead)))
                .collect(),
        )
    }

    /// Need of a site on some days, counted from the first day to come.
    fn of(&self, site: usize, product: usize, days: std::ops::Range<usize>) -> f64 {
        days.map(|day| self.0[site][(day / 7).min(1)][product] * DAYS[day % 7])
            .sum()
    }
}

fn week(company: &Company, site: usize, ahead: usize) -> Vec<f64> {
    let index = company.size.history + ahead;
    let menu = &company.weeks[index];
    let boxes = company.truth.expected_boxes(index) * company.sites[site].load;
    let kits = boxes * MEAN_RECIPES;
    let kitchen = &company.kitchen;
    let mut need = vec![0.0; kitchen.products.len()];
    let shares = company.truth.shares(menu, index, &company.recipes);
    for (slot, share) in menu.menu.iter().zip(shares) {
        if makes(company, site, slot.recipe) {
            for line in &kitchen.lines[slot.recipe] {
                let kit = (1.0 - FOUR) * kitchen.bought(*line, 2) + FOUR * kitchen.bought(*line, 4);
                need[line.product] += kits * share * kit;
            }
        }
    }
    for (product, each) in kitchen.packaging().zip([boxes, 2.0 * boxes, kits]) {
        need[product] += each;
    }
    need
}

/// Sites and products that are needed soon, with the stream for what happened to them.
fn needed(
    company: &Company,
    purpose: &'static str,
) -> impl Iterator<Item = (usize, usize, Stream)> {
    (0..company.sites.len()).flat_map(move |site| {
        (0..company.kitchen.products.len())
            .filter(move |product| company.needs.of(site, *product, 0..14) > 0.0)
            .map(move |product| {
                (
                    site,
                    product,
                    stream(company.seed, purpose, &[site, product]),
                )
            })
    })
}

/// The rows of `inv_level`: two lots of each product needed soon.
pub(crate) fn level_rows(company: &Company) -> impl Iterator<Item = InvLevel> {
    needed(company, "stock").flat_map(move |(site, product, mut draw)| {
        let item = &company.kitchen.products[product];
        let keeping = item.group.keeping();
        let short = if draw.uniform() < 0.03 { 0.4 } else { 1.0 };
        let cover = company.needs.of(site, product, 0..keeping.cover);
        let total = cover * between(&mut draw, 1.0, 1.3) * short;
        let early = draw.uniform() < 0.15;
        let expiry = keeping.life.map(|(shelf, left)| {
            let old = shelf / 4 + draw.below(shelf / 8 + 1);
            let first = if early { left + 1 } else { shelf - 1 - old };
            [first, shelf - 1].map(|days| after(TODAY, days as usize))
        });
        let promised = draw.uniform() < 0.08;
        // A lot is counted in tenths of a kilogram or litre, else in whole units.
        let unit = if item.smalls() > 1.0 {
            100_000
        } else {
            1_000_000
        };
        let lots = [("1", 0.35), ("2", 0.65)].into_iter().enumerate();
        lots.map(move |(at_lot, (lot, part))| InvLevel {
            snapshot_at: at(-6 * HOUR),
            site_id: company.sites[site].id.clone(),
            product_id: item.id.clone(),
            lot: parsed(&format!("{}-{lot}", item.id)),
            on_hand: decimal(total * part, unit),
            allocated: (promised && at_lot == 1).then(|| decimal(total * part * 0.1, unit)),
            expiry_date: expiry.map(|dates| dates[at_lot]),
        })
        .filter(|row| row.on_hand > Decimal::ZERO)
    })
}

/// An order line before it has a number.
struct Arrival {
    site: usize,
    product: usize,
    quantity: f64,
    day: Date,
    /// Days from today.
    ahead: i64,
    status: InboundStatus,
    /// Share received, in quarters.
    quarters: u8,
}

fn arrival(company: &Company, site: usize, product: usize, draw: &mut Stream) -> Option<Arrival> {
    let chance = draw.uniform();
    let (earliest, status, quarters) = match chance {
        ..0.45 => (
            after(TOMORROW, 1 + draw.below(3) as usize),
            InboundStatus::Open,
            0,
        ),
        ..0.48 => (after(TOMORROW, 1), InboundStatus::Open, 2),
        ..0.49 => (after(TOMORROW, 2), InboundStatus::Cancelled, 0),
        ..0.60 => (
            TODAY.saturating_sub(jiff::Span::new().days(7)),
            InboundStatus::Closed,
            4,
        ),
        _ => return None,
    };
    let day = delivery_from(company, product, earliest);
    let step = step(&company.kitchen.products[product]);
    let days = company.kitchen.products[product].group.keeping().cover;
    let need = company.needs.of(site, product, days..days + 3);
    let quantity = (need / step).ceil().max(6.0) * step;
    let ahead = i64::from(TODAY.until(day).map_or(0, |span| span.get_days()));
    Some(Arrival {
        site,
        product,
        quantity,
        day,
        ahead,
        status,
        quarters,
    })
}

/// The rows of `inbound_order_line`: one purchase order for each vendor, site and day.
pub(crate) fn inbound_rows(company: &Company) -> impl Iterator<Item = InboundOrderLine> {
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let mut rows: Vec<_> = needed(company, "inbound")
        .filter_map(|(site, product, mut draw)| arrival(company, site, product, &mut draw))
        .map(|arrival| {
            let vendor = usual_vendor(company, arrival.product);
            let site = &company.sites[arrival.site].id;
            let day = arrival.day.strftime("%m%d");
            let order = format!("PO-{day}-{site}-{vendor}");
            let line_no = numbers.entry(order.clone()).or_insert(0);
            *line_no += 1;
            InboundOrderLine {
                order_id: parsed(&order),
                line_no: *line_no,
                product_id: company.kitchen.products[arrival.product].id.clone(),
                site_id: site.clone(),
                vendor_id: vendor,
                qty_ordered: crate::make::whole(arrival.quantity),
                qty_received: received(&arrival),
                // Six in the morning; noon is the moment the data describes.
                expected_at: at(arrival.ahead * DAY - 6 * HOUR),
                status: arrival.status,
            }
        })
        .collect();
    rows.sort_by(|a, b| (&a.order_id, a.line_no).cmp(&(&b.order_id, b.line_no)));
    rows.into_iter()
}

fn received(arrival: &Arrival) -> Decimal {
    crate::make::whole((arrival.quantity * f64::from(arrival.quarters) / 4.0).floor())
}
