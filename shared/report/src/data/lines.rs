//! Every line in columns.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::{Date, SiteId, Timestamp};
use jiff::tz::TimeZone;
use ordering::LineKey;
use proposals::ProposalRow;
use serde::Serialize;

use super::{Column, Dictionary, milli};
use crate::Edition;
use crate::words::{count, day, local_moment};

/// Bytes that lines may take on a page, so that it stays under ten megabytes: some 60,000 lines. Those that least money is
/// at risk with are left to the tables beside the page.
const MOST_BYTES: usize = 6_200_000;

/// How much the page holds.
#[derive(Debug)]
pub(crate) struct Held {
    /// Lines on the page.
    pub(crate) lines: usize,
    /// That there are more, in words; empty where there are not.
    pub(crate) left_out: String,
    /// Which lines have all their reasons, in words.
    pub(crate) reasons: String,
}

impl Held {
    pub(super) fn of(lines: usize, all: usize, reasons: usize) -> Self {
        let told = |number: usize| count(number as u64);
        Self {
            lines,
            left_out: if lines < all {
                format!(
                    "These are the {} lines that most money is at risk with, of {}.",
                    told(lines),
                    told(all)
                )
            } else {
                String::new()
            },
            reasons: if reasons < lines {
                format!(
                    "For the {} that most money is at risk with, every part is on this page.",
                    told(reasons)
                )
            } else {
                "Every part is on this page.".to_owned()
            },
        }
    }
}

/// The lines.
#[derive(Debug, Serialize)]
pub(super) struct Lines<'a> {
    pub(super) count: usize,
    /// Id, name and currency.
    vendors: Dictionary<(&'a str, &'a str, Option<&'a str>)>,
    /// Id and name.
    sites: Dictionary<(&'a str, &'a str)>,
    /// Id, name and unit.
    products: Dictionary<(&'a str, &'a str, &'static str)>,
    /// ISO dates and the same in words.
    days: Dictionary<(String, String)>,
    /// Minutes since 1970 and the same on the site's clock in words.
    moments: Dictionary<(i64, String)>,
    /// Units that are ordered in.
    units: Dictionary<&'static str>,
    methods: Dictionary<&'a str>,
    columns: BTreeMap<&'static str, Column>,
}

/// A number of a line.
type Number = fn(&ProposalRow) -> i64;

/// The columns that are numbers of their own.
const NUMBERS: [(&str, Number); 29] = [
    ("quantity", |row| milli(row.quantity)),
    ("orderQuantity", |row| milli(row.order_quantity)),
    ("packs", |row| i64::from(row.packs)),
    ("pack", |row| milli(row.pack)),
    ("value", |row| milli(row.value)),
    // No cost is known: less than nothing is at risk.
    ("atRisk", |row| row.at_risk.map_or(-1, milli)),
    ("short", |row| milli(row.expected_short)),
    ("waste", |row| milli(row.expected_waste)),
    ("chanceShort", |row| milli(row.p_short)),
    ("chanceWaste", |row| milli(row.p_waste)),
    ("target", |row| milli(row.target)),
    ("covered", |row| milli(row.covered)),
    ("heldByWaste", |row| i64::from(row.held_by_waste)),
    ("standIn", |row| i64::from(row.stand_in)),
    ("price", |row| milli(row.price)),
    ("known", |row| milli(row.gross_known.0)),
    ("simulated", |row| milli(row.gross_simulated.0)),
    ("yield", |row| milli(row.gross_yield.0)),
    ("needOverride", |row| milli(row.gross_override.0)),
    ("stock", |row| -milli(row.stock_used.0)),
    ("inbound", |row| -milli(row.inbound_used.0)),
    ("proposals", |row| -milli(row.proposals_used.0)),
    ("unreachable", |row| -milli(row.unreachable.0)),
    ("safety", |row| milli(row.safety.0)),
    ("minimum", |row| milli(row.minimum.0)),
    ("multiple", |row| milli(row.multiple.0)),
    ("maximum", |row| milli(row.maximum.0)),
    ("vendorMinimum", |row| milli(row.vendor_minimum.0)),
    ("quantityOverride", |row| milli(row.quantity_override.0)),
];

impl<'a> Lines<'a> {
    /// The lines that there is room for in the order of the table, and where each stands.
    pub(super) fn of(
        edition: &'a Edition,
    ) -> Result<(Self, BTreeMap<LineKey, usize>), serde_json::Error> {
        let mut most = edition.lines.len();
        loop {
            let (lines, places) = Self::first(edition, most);
            let bytes = serde_json::to_string(&lines)?.len();
            if bytes <= MOST_BYTES || most == 0 {
                return Ok((lines, places));
            }
            // A little less than would fit if all lines were equally long.
            most = most * MOST_BYTES / bytes * 19 / 20;
        }
    }

    /// So many lines, those that most money is at risk with.
    fn first(edition: &'a Edition, most: usize) -> (Self, BTreeMap<LineKey, usize>) {
        let rows = kept(&edition.lines, most);
        let mut lines = Self {
            count: rows.len(),
            vendors: Dictionary::new(),
            sites: Dictionary::new(),
            products: Dictionary::new(),
            days: Dictionary::new(),
            moments: Dictionary::new(),
            units: Dictionary::new(),
            methods: Dictionary::new(),
            columns: BTreeMap::new(),
        };
        let zones = zones(edition);
        let mut places: [Vec<i64>; 9] = Default::default();
        for row in &rows {
            for (column, place) in places.iter_mut().zip(lines.places(row, &zones)) {
                column.push(place);
            }
        }
        let names = [
            "vendor", "site", "product", "delivery", "orderBy", "from", "to", "unit", "method",
        ];
        let places = names.into_iter().zip(places.map(Column::from_iter));
        let numbers = NUMBERS
            .into_iter()
            .map(|(name, number)| (name, rows.iter().map(|row| number(row)).collect()));
        lines.columns = places.chain(numbers).collect();
        let keys = rows.iter().enumerate();
        let keys = keys.map(|(at, row)| (row.key(), at)).collect();
        (lines, keys)
    }

    fn places(&mut self, row: &'a ProposalRow, zones: &BTreeMap<&SiteId, TimeZone>) -> [i64; 9] {
        [
            self.vendors.place((
                row.vendor_id.as_str(),
                &row.vendor_name,
                row.currency.as_deref(),
            )),
            self.sites.place((row.site_id.as_str(), &row.site_name)),
            self.products
                .place((row.product_id.as_str(), &row.product_name, row.uom.symbol())),
            self.day(row.delivery_date),
            self.moments
                .place(moment(row.order_by, zones.get(&row.site_id))),
            self.day(row.covers_from),
            self.day(row.covers_to),
            self.units.place(row.order_uom.symbol()),
            self.methods.place(&row.method),
        ]
    }

    fn day(&mut self, date: Date) -> i64 {
        self.days.place((date.to_string(), day(date)))
    }
}

/// The lines that most money is at risk with, in their own order.
fn kept(lines: &[ProposalRow], most: usize) -> Vec<&ProposalRow> {
    let mut kept: Vec<(usize, &ProposalRow)> = lines.iter().enumerate().collect();
    if kept.len() > most {
        kept.sort_by_key(|(at, row)| (Reverse((row.at_risk, row.value)), *at));
        kept.truncate(most);
        kept.sort_by_key(|(at, _)| *at);
    }
    kept.into_iter().map(|(_, row)| row).collect()
}

fn zones(edition: &Edition) -> BTreeMap<&SiteId, TimeZone> {
    let zones = edition.time_zones.iter();
    zones
        .filter_map(|(site, name)| Some((site, TimeZone::get(name).ok()?)))
        .collect()
}

fn moment(at: Timestamp, zone: Option<&TimeZone>) -> (i64, String) {
    let local = at.to_zoned(zone.cloned().unwrap_or(TimeZone::UTC));
    (at.as_second() / 60, local_moment(local.datetime()))
}
