//! Whether what is needed is in stock, under way or can still be bought.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use ::supply::{Offer, Origin};
use domain::{
    Code, Date, Decimal, Finding, OrderId, ProductId, SiteId, Timestamp, Unit, VendorId, Volume,
};
use jiff::tz::TimeZone;

use super::view::{View, is_active};
use crate::Row;
use crate::collect::{Findings, counted};
use crate::facts::{Counts, Level, Levels, Receipts};
use crate::tables::{InboundOrderLine, InvLevel, VendorProduct};

pub(super) fn check(view: &View<'_>, findings: &mut Findings) {
    let as_of = view.context.as_of;
    let levels = view.data.levels(as_of);
    let receipts = Receipts::new(view.data, as_of);
    let at_hand = at_hand(view, &levels, &receipts);
    products_nobody_sells(view, &at_hand, findings);
    vendors_that_never_deliver(view, findings);
    counts_too_old(view, &view.data.last_counts(as_of), findings);
    lots_past_use(view, &levels, findings);
    more_taken_than_there_was(&levels, findings);
    inbound_overdue(view, &receipts, findings);
    orders_too_late(view, &at_hand, findings);
}

/// The products of which some site has some, or of which some is under way.
fn at_hand<'a>(
    view: &View<'a>,
    levels: &Levels<'a>,
    receipts: &Receipts<'_>,
) -> HashSet<&'a ProductId> {
    let stock = (levels.lots.iter()).filter(|level| level.on_hand > Decimal::ZERO);
    let inbound = view.data.inbound_order_line.iter().map(|row| &row.value);
    let open = inbound
        .filter(|row| receipts.outstanding(row).is_some())
        .map(|row| &row.product_id);
    stock.map(|level| level.product).chain(open).collect()
}

/// E207: somebody sells each product needed, or some of it is there. Without `vendor_product` nothing is bought
/// with this data set, and nothing is reported.
fn products_nobody_sells(view: &View<'_>, at_hand: &HashSet<&ProductId>, findings: &mut Findings) {
    if !view.data.has::<VendorProduct>() {
        return;
    }
    let sold: HashSet<_> = view
        .data
        .vendor_product
        .iter()
        .map(|row| &row.value.product_id)
        .collect();
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

/// What a site would buy first from a vendor that never comes.
#[derive(Default)]
struct Never<'a> {
    products: BTreeSet<&'a ProductId>,
    /// How many of them no other vendor brings.
    alone: usize,
    kits: u64,
}

/// E209: the first choice for a product that is needed delivers to the site on some weekday.
fn vendors_that_never_deliver(view: &View<'_>, findings: &mut Findings) {
    let weeks: Vec<_> = view.menus.keys().copied().collect();
    let needs = view.needs(&weeks);
    let days: Vec<Date> = weeks
        .iter()
        .flat_map(|week| view.packing_days(*week))
        .collect();
    let sites = view.sites.values();
    let mut groups: BTreeMap<(&VendorId, &SiteId), Never<'_>> = BTreeMap::new();
    for site in sites.filter(|site| days.iter().any(|day| is_active(site, *day))) {
        let never: BTreeSet<&VendorId> = (view.terms.vendors_at(&site.site_id))
            .filter(|vendor| !view.calendar(vendor, &site.site_id).delivers())
            .collect();
        if never.is_empty() {
            continue;
        }
        for (product, kits) in &needs {
            let offers = view.terms.offers_at(&site.site_id, product);
            let Some(vendor) = (offers.first())
                .and_then(|first| never.get(&first.vendor))
                .copied()
            else {
                continue;
            };
            let group = groups.entry((vendor, &site.site_id)).or_default();
            group.products.insert(product);
            group.alone += usize::from(offers.iter().all(|offer| never.contains(&offer.vendor)));
            group.kits = group.kits.max(*kits);
        }
    }
    for ((vendor, site), group) in groups {
        let rows = view.terms.days_of(vendor, site);
        let Some(first) = rows.iter().map(|day| &day.origin).min() else {
            continue;
        };
        let lines: BTreeSet<u64> = rows.iter().map(|day| day.origin.line).collect();
        let products = counted(group.products.len(), "product");
        let message = format!(
            "vendor {vendor} is the first choice for {products} needed at site {site}, but never delivers there; {} of them no other vendor brings",
            group.alone
        );
        let remedy = "set delivers on the weekdays it comes, or choose another vendor first";
        let finding = Finding::new(Code::E209, &first.file, message, remedy)
            .at(lines)
            .of("delivers", "0");
        findings.push(finding.weighing(Volume::Boxes(group.kits)));
    }
}

/// E401: stock was counted not too long before the plan's time, or the warehouse has told of it since: then what
/// changes arrives.
fn counts_too_old(view: &View<'_>, counts: &Counts<'_>, findings: &mut Findings) {
    let limit = i64::from(view.context.snapshot_max_age_hours);
    let told = view.data.last_changes(view.context.as_of);
    for (site, last) in counts {
        let newest = last.map(|last| told.get(site).map_or(last, |told| last.max(*told)));
        let age = newest.map(|newest| view.context.as_of.duration_since(newest).as_hours());
        let message = match age {
            Some(age) if age <= limit && !exceeds(view, newest, limit) => continue,
            Some(age) => format!(
                "stock {} {} before the plan's time",
                if newest == *last {
                    "was last counted"
                } else {
                    "has last changed"
                },
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

/// Lots of a product at a site.
#[derive(Default)]
struct Lots<'a> {
    all: usize,
    /// Those that can no longer be packed.
    past: Vec<&'a Level<'a>>,
    /// How many had expired before they were counted.
    expired: usize,
}

/// E407: stock can still be packed: some of each product there is, and no lot had expired before it was counted.
fn lots_past_use(view: &View<'_>, levels: &Levels<'_>, findings: &mut Findings) {
    let mut groups: BTreeMap<(&SiteId, &ProductId), Lots<'_>> = BTreeMap::new();
    let lots = levels.lots.iter();
    for lot in lots.filter(|lot| lot.on_hand > Decimal::ZERO) {
        let Some(product) = view.terms.product(lot.product) else {
            continue;
        };
        let group = groups.entry((lot.site, lot.product)).or_default();
        group.all += 1;
        let Some(expiry) = lot.expiry else {
            continue;
        };
        let zone = view.zone_of(lot.site).unwrap_or(TimeZone::UTC);
        let date = |moment| zone.to_datetime(moment).date();
        let today = date(view.context.as_of);
        if product.pack_by(expiry).is_some_and(|last| last < today) {
            group.past.push(lot);
            group.expired += usize::from(expiry < date(lot.counted_at));
        }
    }
    for ((site, product), lots) in groups {
        let Some(first) = lots.past.first() else {
            continue;
        };
        let of = counted(lots.all, "lot");
        let message = if lots.past.len() == lots.all {
            format!("none of {of} of product {product} at site {site} can be packed any more")
        } else if lots.expired > 0 {
            let expired = lots.expired;
            format!(
                "{expired} of {of} of product {product} at site {site} had expired before the count"
            )
        } else {
            continue;
        };
        let there = lots.past.iter().map(|lot| lot.on_hand.millionths());
        let there = there.fold(0_i64, i64::saturating_add);
        let expiry = first.expiry.map_or_else(String::new, |day| day.to_string());
        let remedy = "book out what is waste, or correct expiry_date";
        let finding = Finding::new(Code::E407, first.file, message, remedy)
            .at(in_file(
                first.file,
                lots.past.iter().map(|lot| (lot.file, lot.line)),
            ))
            .of("expiry_date", &expiry);
        findings.push(finding.weighing(Volume::Quantity(Decimal::from_millionths(there))));
    }
}

/// E410: what was moved out of a site had been there.
fn more_taken_than_there_was(levels: &Levels<'_>, findings: &mut Findings) {
    for short in &levels.short {
        let Some((file, _)) = short.rows.first() else {
            continue;
        };
        let (site, product) = (short.site, short.product);
        let message = format!(
            "more of product {product} was taken from site {site} than there was; what is missing counts as nothing"
        );
        let remedy = "count the product there, or correct its movements";
        let finding = Finding::new(Code::E410, file, message, remedy)
            .at(in_file(file, short.rows.iter().copied()))
            .of("product_id", product.as_str());
        findings.push(finding.weighing(Volume::Quantity(short.by)));
    }
}

/// The lines of rows that stand in a file.
fn in_file<'a>(
    file: &str,
    rows: impl Iterator<Item = (&'a Arc<str>, u64)>,
) -> impl Iterator<Item = u64> {
    rows.filter(move |(other, _)| other.as_ref() == file)
        .map(|(_, line)| line)
}

fn exceeds(view: &View<'_>, last: Option<Timestamp>, hours: i64) -> bool {
    let allowed = jiff::SignedDuration::from_hours(hours);
    last.is_some_and(|last| view.context.as_of.duration_since(last) > allowed)
}

/// E402: what was expected before the plan's time has come.
fn inbound_overdue(view: &View<'_>, receipts: &Receipts<'_>, findings: &mut Findings) {
    let mut orders: BTreeMap<&OrderId, Vec<&Row<InboundOrderLine>>> = BTreeMap::new();
    for row in &view.data.inbound_order_line {
        if receipts.outstanding(&row.value).is_some() && row.value.expected_at < view.context.as_of
        {
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
            .weighing(outstanding(view, receipts, &rows));
        findings.push(finding);
    }
}

/// What is still to come, where all of it is counted in one unit.
fn outstanding(
    view: &View<'_>,
    receipts: &Receipts<'_>,
    rows: &[&Row<InboundOrderLine>],
) -> Volume {
    let unit = |row: &InboundOrderLine| {
        view.products
            .get(&row.product_id)
            .map(|product| product.uom)
    };
    let units: BTreeSet<Option<Unit>> = rows.iter().map(|row| unit(&row.value)).collect();
    if units.len() > 1 || units.contains(&None) {
        return Volume::Unknown;
    }
    let open = rows
        .iter()
        .filter_map(|row| receipts.outstanding(&row.value));
    let sum = open.fold(0_i64, |sum, open| sum.saturating_add(open.millionths()));
    Volume::Quantity(Decimal::from_millionths(sum))
}

/// E404: a product of which nothing is there can still be bought in time for the first week.
///
/// Looks at the company as a whole: one site that some vendor can reach before the first packing day is enough.
/// The proposals, which plan each site, say what is short where.
fn orders_too_late(view: &View<'_>, at_hand: &HashSet<&ProductId>, findings: &mut Findings) {
    let Some(week) = view.planned.first().map(|row| row.value.week_id) else {
        return;
    };
    let Some(needed) = view.packing_days(week).first().copied() else {
        return;
    };
    let sites: Vec<&SiteId> = (view.sites.values())
        .filter(|site| is_active(site, needed))
        .map(|site| &site.site_id)
        .collect();
    let packaging: HashSet<&ProductId> = view.packaging().collect();
    for (product, kits) in view.needs(&[week]) {
        if at_hand.contains(product) {
            continue;
        }
        let chances = sites.iter().flat_map(|site| {
            let offers = view.terms.offers_at(site, product).into_iter();
            offers.filter_map(|offer| last_chance(view, offer, site, needed))
        });
        let Some((_, day)) = chances.max().filter(|(at, _)| *at < view.context.as_of) else {
            continue;
        };
        let offers = view.terms.offers.iter();
        let rows: Vec<&Origin> = offers
            .filter(|offer| offer.product == *product)
            .map(|offer| &offer.origin)
            .collect();
        let Some(first) = rows.iter().min() else {
            continue;
        };
        let lines: BTreeSet<u64> = rows.iter().map(|row| row.line).collect();
        let message = format!(
            "product {product} is needed from {needed} on and none is there; the last day to order it was {day}"
        );
        let remedy = if packaging.contains(product) {
            "buy it elsewhere, or pack with another product in box_rule"
        } else {
            "buy it elsewhere, or take its recipes off the menu"
        };
        let finding = Finding::new(Code::E404, &first.file, message, remedy)
            .at(lines)
            .of("product_id", product.as_str())
            .weighing(Volume::Boxes(kits));
        findings.push(finding);
    }
}

/// The last time to order so that a site has the product by `needed`, and its day there.
fn last_chance(
    view: &View<'_>,
    offer: &Offer,
    site: &SiteId,
    needed: Date,
) -> Option<(Timestamp, Date)> {
    let lead = view.terms.lead(&offer.vendor, &offer.product, site);
    let calendar = view.calendar(&offer.vendor, site);
    let slot = calendar.last_by(needed, lead.days)?;
    let zone = view.zone_of(site).unwrap_or(TimeZone::UTC);
    Some((slot.order_by, zone.to_datetime(slot.order_by).date()))
}
