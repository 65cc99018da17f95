//! The vendors and their terms.

use dataset::tables::{
    InvPolicy, PolicyMethod, Signed, Vendor, VendorCalendar, VendorLeadTime, VendorProduct, Weekday,
};
use domain::{Date, Decimal, Unit, VendorId};
use jiff::civil::time;

use crate::Company;
use crate::catalogue::Group;
use crate::make::{TOMORROW, after, decimal, parsed, stream, whole};
use crate::products::Product;
use crate::size::Size;

/// What a vendor sells and when it comes.
struct Trade {
    name: &'static str,
    groups: &'static [Group],
    lead_days: u32,
    /// Standard deviation of the lead time in tenths of a day.
    spread: u32,
    /// Weekdays of delivery, 0 = Monday.
    delivers: &'static [usize],
    /// Whether orders are taken on Sundays.
    sundays: bool,
    min_value: i64,
}

const DAILY: &[usize] = &[0, 1, 2, 3, 4, 5];
const TRADES: [Trade; 8] = [
    Trade {
        name: "Produce supplier",
        groups: &[Group::Vegetable, Group::Herb],
        lead_days: 1,
        spread: 2,
        delivers: DAILY,
        sundays: true,
        min_value: 400,
    },
    Trade {
        name: "Meat supplier",
        groups: &[Group::Meat],
        lead_days: 2,
        spread: 3,
        delivers: &[0, 2, 4, 5],
        sundays: true,
        min_value: 800,
    },
    Trade {
        name: "Fish supplier",
        groups: &[Group::Fish],
        lead_days: 1,
        spread: 2,
        delivers: &[1, 2, 3, 4, 5],
        sundays: true,
        min_value: 500,
    },
    Trade {
        name: "Dairy and plant protein supplier",
        groups: &[Group::Dairy, Group::Plant],
        lead_days: 2,
        spread: 3,
        delivers: &[1, 3, 5],
        sundays: true,
        min_value: 600,
    },
    Trade {
        name: "Grain and bread supplier",
        groups: &[Group::Grain],
        lead_days: 4,
        spread: 5,
        delivers: &[1, 3],
        sundays: false,
        min_value: 750,
    },
    Trade {
        name: "Pantry supplier",
        groups: &[Group::Pantry, Group::Sauce],
        lead_days: 4,
        spread: 8,
        delivers: &[1, 3],
        sundays: false,
        min_value: 1_000,
    },
    Trade {
        name: "Packaging supplier",
        groups: &[Group::Packaging],
        lead_days: 7,
        spread: 10,
        delivers: &[2],
        sundays: false,
        min_value: 1_500,
    },
    WHOLESALE,
];

/// Sells a bit of everything, quickly and dearly.
const WHOLESALE: Trade = Trade {
    name: "Wholesale market",
    groups: &[],
    lead_days: 1,
    spread: 2,
    delivers: DAILY,
    sundays: true,
    min_value: 150,
};

/// A vendor's position among the trades and its number there.
fn vendors(size: &Size) -> impl Iterator<Item = (usize, usize)> {
    let each = size.vendors;
    (0..TRADES.len()).flat_map(move |trade| {
        (0..if TRADES[trade].groups.is_empty() {
            1
        } else {
            each
        })
            .map(move |n| (trade, n))
    })
}

fn id(trade: usize, number: usize) -> VendorId {
    parsed(&format!("V{}{number}", trade + 1))
}

/// The trade and number of the vendor a product usually comes from.
fn usual(company: &Company, product: usize) -> (usize, usize) {
    let group = company.kitchen.products[product].group;
    let trade = TRADES
        .iter()
        .position(|trade| trade.groups.contains(&group));
    (trade.unwrap_or(0), product % company.size.vendors)
}

/// The vendor a product usually comes from.
pub(crate) fn usual_vendor(company: &Company, product: usize) -> VendorId {
    let (trade, number) = usual(company, product);
    id(trade, number)
}

/// The first day from `from` on that a product's usual vendor delivers.
pub(crate) fn delivery_from(company: &Company, product: usize, from: Date) -> Date {
    let days = TRADES[usual(company, product).0].delivers;
    (0..7)
        .map(|ahead| after(from, ahead))
        .find(|day| {
            days.iter()
                .any(|open| Weekday::of(after(TOMORROW, *open)) == Weekday::of(*day))
        })
        .unwrap_or(from)
}

/// The step of order quantities in a product's stock unit.
pub(crate) fn step(product: &Product) -> f64 {
    match (product.stock, product.group) {
        (Unit::Kilogram | Unit::Litre, _) => 5.0,
        (Unit::Piece, Group::Packaging) => 500.0,
        (Unit::Piece, _) => 100.0,
        _ => 500.0,
    }
}

/// The rows of `vendor`.
pub(crate) fn vendor_rows(company: &Company) -> impl Iterator<Item = Vendor> {
    vendors(&company.size).map(|(trade, number)| Vendor {
        vendor_id: id(trade, number),
        name: if number == 0 {
            TRADES[trade].name.to_owned()
        } else {
            format!("Second {}", TRADES[trade].name.to_lowercase())
        },
        min_order_value: Some(Decimal::from_millionths(
            TRADES[trade].min_value * 1_000_000,
        )),
        currency: Some("GBP".to_owned()),
    })
}

/// The rows of `vendor_product`: the usual vendor, and for some products the wholesale market.
pub(crate) fn product_rows(company: &Company) -> impl Iterator<Item = VendorProduct> {
    let market = TRADES.len() - 1;
    (0..company.kitchen.products.len()).flat_map(move |at| {
        let product = &company.kitchen.products[at];
        let fresh = product.group.keeping().zone == "chilled";
        let second = (fresh && at % 4 == 0).then_some((market, 0, 1.25, 2));
        let (trade, number) = usual(company, at);
        std::iter::once((trade, number, 1.0, 1)).chain(second).map(
            move |(trade, number, dearer, priority)| {
                terms(product, at, trade, number, dearer, priority)
            },
        )
    })
}

fn terms(
    product: &Product,
    at: usize,
    trade: usize,
    number: usize,
    dearer: f64,
    priority: u32,
) -> VendorProduct {
    let step = step(product);
    // Some are ordered in cases of one step.
    let cases = at % 4 == 1 && product.stock != Unit::Piece;
    let per_order_unit = if cases { step } else { 1.0 };
    let multiple = step / per_order_unit;
    let least = [2.0, 4.0, 6.0][at % 3];
    VendorProduct {
        vendor_id: id(trade, number),
        product_id: product.id.clone(),
        site_id: None,
        price: decimal(product.cost * dearer * per_order_unit, 100),
        order_uom: cases.then_some(Unit::Piece),
        base_per_order_uom: cases.then(|| whole(step)),
        order_min: Some(whole(least * multiple)),
        order_multiple: Some(whole(multiple)),
        order_max: (at % 10 == 3).then(|| whole(600.0 * multiple)),
        cases_per_pallet: cases.then_some(80),
        priority: Some(priority),
    }
}

/// The rows of `vendor_lead_time`: every vendor's, and longer ones of a few products.
pub(crate) fn lead_time_rows(company: &Company) -> impl Iterator<Item = VendorLeadTime> {
    let days = |trade: usize, more: u32| {
        Signed(Decimal::from_millionths(
            i64::from(TRADES[trade].lead_days + more) * 1_000_000,
        ))
    };
    let spread = |trade: usize| Decimal::from_millionths(i64::from(TRADES[trade].spread) * 100_000);
    let general = vendors(&company.size).map(move |(trade, number)| VendorLeadTime {
        vendor_id: id(trade, number),
        product_id: None,
        site_id: None,
        days: days(trade, 0),
        std_days: Some(spread(trade)),
    });
    let slower = (0..company.kitchen.products.len())
        .filter(|at| at % 40 == 7)
        .map(move |at| {
            let (trade, number) = usual(company, at);
            VendorLeadTime {
                vendor_id: id(trade, number),
                product_id: Some(company.kitchen.products[at].id.clone()),
                site_id: None,
                days: days(trade, 1),
                std_days: Some(spread(trade)),
            }
        });
    general.chain(slower)
}

/// The rows of `vendor_calendar`; a weekday without a row takes no orders.
pub(crate) fn calendar_rows(company: &Company) -> impl Iterator<Item = VendorCalendar> {
    vendors(&company.size).flat_map(move |(trade, number)| {
        company.sites.iter().flat_map(move |site| {
            let terms = &TRADES[trade];
            (0..if terms.sundays { 7 } else { 6 }).map(move |day| VendorCalendar {
                vendor_id: id(trade, number),
                site_id: site.id.clone(),
                weekday: Weekday::of(after(TOMORROW, day)),
                order_cutoff_time: time(if day == 5 { 12 } else { 15 }, 0, 0, 0),
                delivers: terms.delivers.contains(&day),
            })
        })
    })
}

/// The rows of `inv_policy`: one for all, and some products' own.
pub(crate) fn policy_rows(company: &Company) -> impl Iterator<Item = InvPolicy> {
    let general = InvPolicy {
        site_id: None,
        product_id: None,
        method: PolicyMethod::Quantile,
        target: Decimal::from_millionths(950_000),
    };
    let own = company
        .kitchen
        .products
        .iter()
        .enumerate()
        .filter_map(move |(at, product)| {
            let rare = stream(company.seed, "policy", &[at]).uniform() < 0.1;
            let (method, target) = match product.group {
                Group::Packaging => (PolicyMethod::Quantile, 990_000),
                Group::Sauce if rare => (PolicyMethod::Days, 10_000_000),
                Group::Herb if rare => (PolicyMethod::Newsvendor, 900_000),
                _ => return None,
            };
            let target = Decimal::from_millionths(target);
            Some(InvPolicy {
                site_id: None,
                product_id: Some(product.id.clone()),
                method,
                target,
            })
        });
    std::iter::once(general).chain(own)
}
