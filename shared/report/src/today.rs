//! What to order within a day and a half: what most hangs on and is most urgent first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::{Date, Decimal, SiteId, Timestamp, VendorId};
use jiff::tz::TimeZone;
use proposals::ProposalRow;

use crate::Edition;
use crate::link::link;
use crate::words::{count, counted, day, local_moment, money, quantity};

/// Orders that are named.
const SHOWN: usize = 10;
/// What is due within so many hours is due today: who reads in the morning sees what must go out before tomorrow night.
const HOURS: i64 = 36;
/// Hours that halve what money at risk counts.
const HALF: i64 = 6;

/// The orders to place today.
#[derive(Debug)]
pub(crate) struct Today {
    pub(crate) rows: Vec<Row>,
    /// How many there are, until when.
    pub(crate) caption: String,
    pub(crate) more: usize,
}

/// An order.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) order_by: String,
    pub(crate) vendor: String,
    pub(crate) site: String,
    pub(crate) delivery: String,
    pub(crate) lines: String,
    pub(crate) value: String,
    pub(crate) at_risk: String,
    /// The line that most hangs on.
    pub(crate) main: String,
    /// Where that line is explained on the page.
    pub(crate) link: String,
}

type Order<'a> = Vec<&'a ProposalRow>;

impl Today {
    /// The orders whose latest moment is within [`HOURS`] from the moment planned from.
    pub(crate) fn of(edition: &Edition) -> Self {
        let as_of = edition.summary.as_of;
        let mut orders: BTreeMap<(&VendorId, &SiteId, Date), Order<'_>> = BTreeMap::new();
        for row in &edition.lines {
            let key = (&row.vendor_id, &row.site_id, row.delivery_date);
            orders.entry(key).or_default().push(row);
        }
        let mut due: Vec<Order<'_>> = orders
            .into_values()
            .filter(|rows| order_by(rows).as_second() - as_of.as_second() < HOURS * 3600)
            .collect();
        due.sort_by_cached_key(|rows| Reverse(weight(rows, as_of)));
        let shown: Vec<Row> = due
            .iter()
            .take(SHOWN)
            .filter_map(|rows| row(rows, edition))
            .collect();
        let caption = match due.len() {
            0 => String::new(),
            all => format!(
                "{} to place within {HOURS} hours, by money at risk and urgency",
                counted(all as u64, "order", "orders")
            ),
        };
        Self {
            more: due.len() - shown.len(),
            rows: shown,
            caption,
        }
    }
}

fn order_by(rows: &[&ProposalRow]) -> Timestamp {
    let first = rows.iter().map(|row| row.order_by).min();
    first.unwrap_or(Timestamp::MAX)
}

/// Money at risk, halved for every six hours that are left; then urgency, then the value.
fn weight(rows: &[&ProposalRow], as_of: Timestamp) -> (i128, Reverse<Timestamp>, i128) {
    let first = order_by(rows);
    let hours = (first.as_second() - as_of.as_second()) / 3600;
    let halved = hours.clamp(0, HOURS) / HALF;
    let sum = |money: fn(&ProposalRow) -> Decimal| -> i128 {
        rows.iter()
            .map(|row| i128::from(money(row).millionths()))
            .sum()
    };
    let at_risk = sum(|row| row.at_risk.unwrap_or(Decimal::ZERO));
    (at_risk >> halved, Reverse(first), sum(|row| row.value))
}

fn row(rows: &[&ProposalRow], edition: &Edition) -> Option<Row> {
    let total = |money: fn(&ProposalRow) -> Decimal| {
        let sum: i64 = rows.iter().map(|row| money(row).millionths()).sum();
        Decimal::from_millionths(sum)
    };
    let main = rows.iter().max_by_key(|row| (row.at_risk, row.value))?;
    let zone = edition.time_zones.get(&main.site_id);
    let zone = zone.and_then(|name| TimeZone::get(name).ok());
    let local = order_by(rows).to_zoned(zone.unwrap_or(TimeZone::UTC));
    let currency = main.currency.as_deref();
    let known = rows.iter().any(|row| row.at_risk.is_some());
    Some(Row {
        order_by: local_moment(local.datetime()),
        vendor: main.vendor_name.clone(),
        site: main.site_name.clone(),
        delivery: day(main.delivery_date),
        lines: count(rows.len() as u64),
        value: money(total(|row| row.value), currency),
        at_risk: if known {
            money(total(|row| row.at_risk.unwrap_or(Decimal::ZERO)), currency)
        } else {
            String::new()
        },
        main: format!(
            "{} {}",
            quantity(main.quantity, main.uom),
            main.product_name
        ),
        link: link(main),
    })
}
