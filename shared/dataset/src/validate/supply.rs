//! Whether what is needed is in stock, under way or can still be bought.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::{
    Code, Date, Decimal, Finding, OrderId, ProductId, SiteId, Timestamp, Unit, VendorId, Volume,
};
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::view::{View, is_active};
use crate::Row;
use crate::collect::{Findings, counted};
use crate::snapshot::earlier;
use crate::tables::{InboundOrderLine, InboundStatus, InvLevel, VendorProduct, Weekday};

pub(super) fn check(view: &View<'_>, findings: &mut Findings) {
    let counts = last_counts(view);
    products_nobody_sells(view, &counts, findings);
    counts_too_old(view, &counts, findings);
    inbound_overdue(view, findings);
    orders_too_late(view, &counts, findings);
}

/// For each site the last time its stock was counted before the plan's, `None` when it was only after.
type Counts<'a> = BTreeMap<&'a SiteId, Option<Timestamp>>;

fn last_counts<'a>(view: &View<'a>) -> Counts<'a> {
    let mut counts = Counts::new();
    for row in view.data.inv_level.iter().map(|row| &row.value) {
        let last = counts.entry(&row.site_id).or_default();
        *last = (*last).max(Some(row.snapshot_at).filter(|at| *at <= view.context.as_of));
    }
    counts
}

/// The products of which some site has some, or of which some is under way.
fn at_hand<'a>(view: &View<'a>, counts: &Counts<'_>) -> HashSet<&'a ProductId> {
    let stock = view
        .data
        .inv_level
        .iter()
        .map(|row| &row.value)
        .filter(|row| {
            row.on_hand > Decimal::ZERO && counts.get(&row.site_id) == Some(&Some(row.snapshot_at))
        });
    let inbound = view.data.inbound_order_line.iter().map(|row| &row.value);
    let open = inbound
        .filter(|row| is_open(row))
        .map(|row| &row.product_id);
    stock.map(|row| &row.product_id).chain(open).collect()
}

fn is_open(row: &InboundOrderLine) -> bool {
    row.status == InboundStatus::Open && row.qty_received < row.qty_ordered
}

/// E207: somebody sells each product needed, or some of it is there. Without `vendor_product` nothing is bought
/// with this data set, and nothing is reported.
fn products_nobody_sells(view: &View<'_>, counts: &Counts<'_>, findings: &mut Findings) {
    if !view.data.has::<VendorProduct>() {
        return;
    }
    let sold: HashSet<_> = view
        .data
        .vendor_product
        .iter()
        .map(|row| &row.value.product_id)
        .collect();
    let at_hand = at_hand(view, counts);
    let weeks: Vec<_> = view.menus.keys().copied().collect();
    for (product, kits) in view.needs(&weeks) {
        if !sold.contains(product) && !at_hand.contains(product) {
            let message =
                "the product is needed, but no vendor sells it and none is in stock".to_owned();
            let file = view.data.file_of::<VendorProduct>();
            let finding = Finding::new(Code::E207, file, message, "add a vendor's terms for it");
            let finding = finding.of("product_id", product.as_str());
            findings.push(finding.weighing(Volume::Boxes(kits)));
        }
    }
}

/// E401: stock was counted not too long before the plan's time.
fn counts_too_old(view: &View<'_>, counts: &Counts<'_>, findings: &mut Findings) {
    let limit = i64::from(view.context.snapshot_max_age_hours);
    for (site, last) in counts {
        let age = last.map(|last| view.context.as_of.duration_since(last).as_hours());
        let message = match age {
            Some(age) if age <= limit && !exceeds(view, *last, limit) => continue,
            Some(age) => format!(
                "stock was last counted {} before the plan's time",
                counted(age as usize, "hour")
            ),
            None => "stock was counted only after the plan's time".to_owned(),
        };
        let used = |row: &&Row<InvLevel>| {
            row.value.site_id == **site && last.is_none_or(|last| last == row.value.snapshot_at)
        };
        let Some(first) = view.data.inv_level.iter().find(used) else {
            continue;
        };
        let remedy = format!("count again: stock may be {limit} hours old");
        let message = format!("site {site}: {message}");
        let finding = Finding::new(Code::E401, &first.file, message, &remedy).at([first.line]);
        findings.push(finding.of("snapshot_at", &first.value.snapshot_at.to_string()));
    }
}

fn exceeds(view: &View<'_>, last: Option<Timestamp>, hours: i64) -> bool {
    let allowed = jiff::SignedDuration::from_hours(hours);
    last.is_some_and(|last| view.context.as_of.duration_since(last) > allowed)
}

/// E402: what was expected before the plan's time has come.
fn inbound_overdue(view: &View<'_>, findings: &mut Findings) {
    let mut orders: BTreeMap<&OrderId, Vec<&Row<InboundOrderLine>>> = BTreeMap::new();
    for row in &view.data.inbound_order_line {
        if is_open(&row.value) && row.value.expected_at < view.context.as_of {
            orders.entry(&row.value.order_id).or_default().push(row);
        }
    }
    for (order, rows) in orders {
        let Some(first) = rows.iter().min_by_key(|row| row.value.expected_at) else {
            continue;
        };
        let hours = view
            .context
            .as_of
            .duration_since(first.value.expected_at)
            .as_hours();
        let late = counted((hours / 24) as usize, "day");
        let lines = counted(rows.len(), "line");
        let message = format!("{lines} of purchase order {order} still open, overdue by {late}");
        let remedy = "ask the vendor, then correct expected_at or close the line";
        let finding = Finding::new(Code::E402, &first.file, message, remedy)
            .at(rows.iter().map(|row| row.line))
            .of("expected_at", &first.value.expected_at.to_string())
            .weighing(outstanding(view, &rows));
        findings.push(finding);
    }
}

/// What is still to come, where all of it is counted in one unit.
fn outstanding(view: &View<'_>, rows: &[&Row<InboundOrderLine>]) -> Volume {
    let unit = |row: &InboundOrderLine| {
        view.products
            .get(&row.product_id)
            .map(|product| product.uom)
    };
    let units: BTreeSet<Option<Unit>> = rows.iter().map(|row| unit(&row.value)).collect();
    if units.len() > 1 || units.contains(&None) {
        return Volume::Unknown;
    }
    let open =
        |row: &InboundOrderLine| row.qty_ordered.millionths() - row.qty_received.millionths();
    let sum = rows
        .iter()
        .fold(0_i64, |sum, row| sum.saturating_add(open(&row.value)));
    Volume::Quantity(Decimal::from_millionths(sum))
}

/// E404: a product of which nothing is there can still be bought in time for the first week.
///
/// Looks at the company as a whole: one site that some vendor can reach before the first packing day is enough.
/// The proposals, which plan each site, say what is short where.
fn orders_too_late(view: &View<'_>, counts: &Counts<'_>, findings: &mut Findings) {
    let Some(week) = view.planned.first().map(|row| row.value.week_id) else {
        return;
    };
    let Some(needed) = view.packing_days(week).first().copied() else {
        return;
    };
    let at_hand = at_hand(view, counts);
    let supply = Supply::new(view);
    let mut terms: BTreeMap<&ProductId, Vec<&Row<VendorProduct>>> = BTreeMap::new();
    for row in &view.data.vendor_product {
        terms.entry(&row.value.product_id).or_default().push(row);
    }
    for (product, kits) in view.needs(&[week]) {
        let Some(terms) = terms.get(product).filter(|_| !at_hand.contains(product)) else {
            continue;
        };
        let chances = terms
            .iter()
            .filter_map(|term| supply.last_chance(&term.value, needed));
        let Some((chance, day)) = chances.max() else {
            continue;
        };
        let Some(first) = terms.first().filter(|_| chance < view.context.as_of) else {
            continue;
        };
        let message = format!(
            "product {product} is needed from {needed} on and none is there; the last day to order it was {day}"
        );
        let remedy = "buy it elsewhere, or take its recipes off the menu";
        let finding = Finding::new(Code::E404, &first.file, message, remedy)
            .at(terms.iter().map(|row| row.line))
            .of("product_id", product.as_str())
            .weighing(Volume::Boxes(kits));
        findings.push(finding);
    }
}

/// A vendor's weekdays: until when it takes orders, and whether it delivers.
type Week = BTreeMap<Weekday, (Time, bool)>;

/// Lead times and calendars by what they hold for.
struct Supply<'a, 'v> {
    view: &'v View<'a>,
    leads: HashMap<(&'a VendorId, Option<&'a ProductId>, Option<&'a SiteId>), Decimal>,
    calendar: HashMap<(&'a VendorId, &'a SiteId), Week>,
}

impl<'a, 'v> Supply<'a, 'v> {
    fn new(view: &'v View<'a>) -> Self {
        let mut calendar: HashMap<_, Week> = HashMap::new();
        for row in view.data.vendor_calendar.iter().map(|row| &row.value) {
            let days = calendar.entry((&row.vendor_id, &row.site_id)).or_default();
            days.insert(row.weekday, (row.order_cutoff_time, row.delivers));
        }
        let leads = view.data.vendor_lead_time.iter().map(|row| &row.value);
        let leads = leads.map(|row| {
            (
                (
                    &row.vendor_id,
                    row.product_id.as_ref(),
                    row.site_id.as_ref(),
                ),
                row.days.0,
            )
        });
        Self {
            view,
            leads: leads.collect(),
            calendar,
        }
    }

    /// The last time to order so that some site has the product by `needed`, and its day there.
    fn last_chance(&self, term: &VendorProduct, needed: Date) -> Option<(Timestamp, Date)> {
        let sites = self
            .view
            .sites
            .values()
            .filter(|site| is_active(site, needed));
        let sites = sites.map(|site| &site.site_id);
        let sites = sites.filter(|site| term.site_id.as_ref().is_none_or(|only| only == *site));
        sites
            .filter_map(|site| self.last_chance_at(term, site, needed))
            .max()
    }

    fn last_chance_at(
        &self,
        term: &VendorProduct,
        site: &SiteId,
        needed: Date,
    ) -> Option<(Timestamp, Date)> {
        let lead = self.lead_days(term, site);
        let zone = self.view.zone_of(site).unwrap_or(TimeZone::UTC);
        let calendar = self.calendar.get(&(&term.vendor_id, site));
        let on = |day: Date| match calendar {
            // A vendor without a calendar takes orders until midnight and delivers every day.
            None => Some((Time::MAX, true)),
            Some(days) => days.get(&Weekday::of(day)).copied(),
        };
        // Two weeks back each way hold every weekday of any calendar.
        let arrival = (0..14).map(|back| earlier(needed, back));
        let arrival = arrival
            .into_iter()
            .find(|day| on(*day).is_some_and(|(_, delivers)| delivers))?;
        let (day, cutoff) = (0..14)
            .map(|back| earlier(arrival, lead + back))
            .find_map(|day| on(day).map(|(cutoff, _)| (day, cutoff)))?;
        let time = zone.to_timestamp(day.to_datetime(cutoff)).ok()?;
        Some((time, day))
    }

    /// Whole days from order to arrival; the more specific row wins, and product is more specific than site.
    fn lead_days(&self, term: &VendorProduct, site: &SiteId) -> i64 {
        let (vendor, product) = (&term.vendor_id, &term.product_id);
        let rows = [
            (Some(product), Some(site)),
            (Some(product), None),
            (None, Some(site)),
            (None, None),
        ];
        let days = rows
            .into_iter()
            .find_map(|(product, site)| self.leads.get(&(vendor, product, site)));
        let millionths = days.map_or(0, |days| days.millionths().max(0));
        (millionths.saturating_add(999_999) / 1_000_000).min(3_660)
    }
}
