//! The proposals for people.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    ApprovedSummary, Conversion, Cutoff, ExpediteSummary, LineSummary, OrderAction,
    ProposalSummary, VendorTotal,
};
use domain::{Date, Decimal, Finding, SiteId, Timestamp, VendorId};
use jiff::tz::TimeZone;
use purchasing::{Counted, Pinned, standing};

use crate::book::Book;
use crate::parts::total;
use proposals::{ExpediteRow, ProposalRow};

/// What the book says in short.
pub(crate) fn of(
    book: &Book<'_>,
    approved: &[Pinned],
    counted: &Counted,
    findings: Vec<Finding>,
) -> ProposalSummary {
    let mut orders: BTreeMap<(&VendorId, &SiteId, Date), Vec<&ProposalRow>> = BTreeMap::new();
    for row in &book.lines {
        let key = (&row.vendor_id, &row.site_id, row.delivery_date);
        orders.entry(key).or_default().push(row);
    }
    let mut actions: Vec<OrderAction> = orders
        .values()
        .filter_map(|rows| action(book, rows))
        .collect();
    let totals = totals(&actions);
    actions.sort_by_key(|action| (action.order_by, Reverse(action.at_risk)));
    let next_cutoff = next_cutoff(&actions);
    let due = by_urgency(&mut actions, book.supply.stock.as_of);
    actions.truncate(ProposalSummary::ACTIONS);
    let small = |filled: bool| {
        let orders = book.small_orders.iter();
        orders.filter(|order| order.filled == filled).count() as u64
    };
    ProposalSummary {
        currency: book.supply.terms.currency.clone(),
        orders: orders.len() as u64,
        lines: book.lines.len() as u64,
        value: total(book.lines.iter().map(|row| row.value)),
        totals,
        next_cutoff,
        due: due as u64,
        actions,
        largest: lines(book, |row| Some(row.value)),
        riskiest: lines(book, |row| row.at_risk),
        late: book.expedite.len() as u64,
        expedite: expedite(book),
        filled: small(true),
        left_out: small(false),
        unsupplied: book.unsupplied.len() as u64,
        changes: None,
        approved: (!approved.is_empty()).then(|| ApprovedSummary {
            orders: counted.orders,
            lines: counted.lines,
            conversion: conversion(approved),
        }),
        findings,
    }
}

/// How much of what the run proposed that was approved from last has become an order.
fn conversion(approved: &[Pinned]) -> Option<Conversion> {
    let orders = standing(approved.iter().map(|pinned| &pinned.order));
    let last = orders.iter().max_by_key(|order| order.approved_at)?;
    let of_last = orders
        .iter()
        .filter(|order| order.proposal.run == last.proposal.run)
        .map(|order| (&order.vendor, &order.site, order.delivery_date));
    Some(Conversion {
        run: last.proposal.run.clone(),
        proposed: last.proposal.orders,
        approved: of_last.collect::<BTreeSet<_>>().len() as u64,
    })
}

fn action(book: &Book<'_>, rows: &[&ProposalRow]) -> Option<OrderAction> {
    let first = rows.iter().min_by_key(|row| row.order_by)?;
    let clock = book.supply.stock.clock(&first.site_id);
    let zone = clock.and_then(|clock| TimeZone::get(&clock.time_zone).ok());
    Some(OrderAction {
        order_by: first.order_by,
        local: zone.unwrap_or(TimeZone::UTC).to_datetime(first.order_by),
        vendor: first.vendor_id.clone(),
        vendor_name: first.vendor_name.clone(),
        site: first.site_id.clone(),
        site_name: first.site_name.clone(),
        delivery: first.delivery_date,
        lines: rows.len() as u64,
        value: total(rows.iter().map(|row| row.value)),
        currency: first.currency.clone(),
        at_risk: rows
            .iter()
            .any(|row| row.at_risk.is_some())
            .then(|| total(rows.iter().filter_map(|row| row.at_risk))),
        main_line: rows
            .iter()
            .max_by_key(|row| (row.at_risk, row.value))
            .map(|row| Box::new(line(row))),
    })
}

/// Puts those of orders, which stand in order of their latest moments, that are due within a day by what hangs on them:
/// money at risk, halved for every six hours that are left. Gives how many are due.
fn by_urgency(actions: &mut [OrderAction], as_of: Timestamp) -> usize {
    const HALF: i64 = 6 * 3600;
    let left = |action: &OrderAction| action.order_by.as_second() - as_of.as_second();
    let due = actions.partition_point(|action| left(action) <= ProposalSummary::DUE_HOURS * 3600);
    let weight = |action: &OrderAction| {
        let at_risk = action.at_risk.unwrap_or(Decimal::ZERO).millionths();
        at_risk >> (left(action).max(0) / HALF)
    };
    if let Some(due) = actions.get_mut(..due) {
        due.sort_by_cached_key(|action| (Reverse(weight(action)), action.order_by));
    }
    due
}

/// How many orders, which stand in order of their latest moments, must be placed by the first of these.
fn next_cutoff(actions: &[OrderAction]) -> Option<Cutoff> {
    let first = actions.first()?;
    let same = |action: &&OrderAction| action.order_by == first.order_by;
    Some(Cutoff {
        order_by: first.order_by,
        local: first.local,
        orders: actions.iter().take_while(same).count() as u64,
    })
}

/// Sums of orders that stand in order of vendor and site.
fn totals(orders: &[OrderAction]) -> Vec<VendorTotal> {
    let same = |a: &OrderAction, b: &OrderAction| (&a.vendor, &a.site) == (&b.vendor, &b.site);
    let sum = |orders: &[OrderAction]| {
        let first = orders.first()?;
        Some(VendorTotal {
            vendor: first.vendor.clone(),
            vendor_name: first.vendor_name.clone(),
            site: first.site.clone(),
            site_name: first.site_name.clone(),
            orders: orders.len() as u64,
            lines: orders.iter().map(|order| order.lines).sum(),
            value: total(orders.iter().map(|order| order.value)),
            currency: first.currency.clone(),
        })
    };
    orders.chunk_by(same).filter_map(sum).collect()
}

/// The lines that stand highest by an amount of money above zero.
fn lines(book: &Book<'_>, money: impl Fn(&ProposalRow) -> Option<Decimal>) -> Vec<LineSummary> {
    let mut rows: Vec<&ProposalRow> = book
        .lines
        .iter()
        .filter(|row| money(row).is_some_and(|money| money > Decimal::ZERO))
        .collect();
    rows.sort_by_key(|row| Reverse(money(row)));
    rows.into_iter()
        .take(ProposalSummary::LINES)
        .map(line)
        .collect()
}

fn line(row: &ProposalRow) -> LineSummary {
    LineSummary {
        vendor: row.vendor_id.clone(),
        vendor_name: row.vendor_name.clone(),
        site: row.site_id.clone(),
        site_name: row.site_name.clone(),
        delivery: row.delivery_date,
        product: row.product_id.clone(),
        product_name: row.product_name.clone(),
        unit: row.uom,
        covers_from: row.covers_from,
        covers_to: row.covers_to,
        quantity: row.quantity,
        value: row.value,
        currency: row.currency.clone(),
        gross: total([
            row.gross_known.0,
            row.gross_simulated.0,
            row.gross_yield.0,
            row.gross_override.0,
        ]),
        stock: row.stock_used.0,
        inbound: total([row.inbound_used.0, row.proposals_used.0]),
        unreachable: row.unreachable.0,
        safety: row.safety.0,
        rounding: total([
            row.minimum.0,
            row.multiple.0,
            row.maximum.0,
            row.vendor_minimum.0,
        ]),
        overridden: row.quantity_override.0,
        at_risk: row.at_risk,
    }
}

/// What most money hangs on first, then what is most likely to be short.
fn expedite(book: &Book<'_>) -> Vec<ExpediteSummary> {
    let rows = ExpediteRow::gravest(&book.expedite, ProposalSummary::EXPEDITE);
    rows.map(|row| row.told(|vendor| book.supply.vendor_name(vendor).to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(vendor: &str, order_by: &str, at_risk: Option<&str>) -> OrderAction {
        let order_by: Timestamp = order_by.parse().unwrap();
        OrderAction {
            order_by,
            local: TimeZone::UTC.to_datetime(order_by),
            vendor: vendor.parse().unwrap(),
            vendor_name: vendor.to_owned(),
            site: "S1".parse().unwrap(),
            site_name: "North".to_owned(),
            delivery: "2026-11-20".parse().unwrap(),
            lines: 1,
            value: Decimal::ONE,
            currency: None,
            at_risk: at_risk.map(|money| money.parse().unwrap()),
            main_line: None,
        }
    }

    #[test]
    fn what_is_due_within_a_day_stands_by_money_at_risk_that_weighs_less_the_more_time_is_left() {
        let as_of: Timestamp = "2026-11-15T06:00:00Z".parse().unwrap();
        let mut actions = [
            order("late-already", "2026-11-15T05:00:00Z", Some("30")),
            order("soon", "2026-11-15T08:00:00Z", Some("40")),
            order("no-costs", "2026-11-15T09:00:00Z", None),
            order("tonight", "2026-11-15T19:00:00Z", Some("150")),
            order("in-a-day", "2026-11-16T06:00:00Z", Some("400")),
            order("the-day-after", "2026-11-16T06:00:01Z", Some("9000")),
        ];
        assert_eq!(by_urgency(&mut actions, as_of), 5);
        let order: Vec<&str> = actions
            .iter()
            .map(|action| action.vendor.as_str())
            .collect();
        assert_eq!(
            order,
            [
                "soon",
                "tonight",
                "late-already",
                "in-a-day",
                "no-costs",
                "the-day-after"
            ]
        );
    }
}
