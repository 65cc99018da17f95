use std::collections::{BTreeMap, BTreeSet};

use contracts::PurchaseOrder;
use domain::{Code, Date, Decimal, Finding, OrderId, Timestamp};
use jiff::tz::TimeZone;
use supply::{Inbound, Origin, Received, SiteClock, Stock};

use crate::standing;

/// An approved order as a plan pins it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// Its key in the run store.
    pub key: String,
    /// What it holds.
    pub order: PurchaseOrder,
}

/// What was added to what is under way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// Approved orders.
    pub orders: u64,
    /// Their lines.
    pub lines: u64,
    /// Orders that nobody has reported though their day is past.
    pub findings: Vec<Finding>,
}

/// Counts approved orders as under way.
///
/// - What has been received of an order that the data set does not know yet is not to come any more.
/// - An order that the data set knows by its reference, open, received or cancelled, is left to the data set.
/// - An order that another one amends no longer counts, not even as the data set knows it, until the data set knows the
///   amendment too.
/// - An order whose day is past at its site counts no more: it shows in the stock, or it never came. A finding names it.
pub fn count(stock: &mut Stock, approved: &[Pinned]) -> Counted {
    let known: BTreeSet<OrderId> = stock.orders.iter().cloned().collect();
    let amended = amended(approved, &known);
    stock.inbound.retain(|line| !amended.contains(&line.order));

    let mut counted = Counted::default();
    let stands: BTreeSet<&OrderId> = standing(approved.iter().map(|pinned| &pinned.order))
        .into_iter()
        .map(|order| &order.reference)
        .collect();
    let new = approved.iter().filter(|pinned| {
        let reference = &pinned.order.reference;
        stands.contains(reference) && !known.contains(reference)
    });
    for pinned in new {
        let order = &pinned.order;
        let Some(clock) = stock.clock(&order.site) else {
            counted.findings.push(of_no_site(pinned));
            continue;
        };
        if order.delivery_date < clock.today {
            counted.findings.push(past(pinned));
            continue;
        }
        let expected_at = expected_at(order.delivery_date, clock, stock.as_of);
        let lines = lines(pinned, expected_at, &stock.received);
        counted.orders += 1;
        counted.lines += lines.len() as u64;
        stock.inbound.extend(lines);
    }
    let key = |line: &Inbound| {
        let (site, product) = (line.site.clone(), line.product.clone());
        (site, product, line.order.clone(), line.line_no)
    };
    stock.inbound.sort_by_cached_key(key);
    counted
}

/// The orders that are replaced by one that the data set does not know yet.
fn amended(approved: &[Pinned], known: &BTreeSet<OrderId>) -> BTreeSet<OrderId> {
    let by: BTreeMap<&OrderId, &OrderId> = approved
        .iter()
        .filter_map(|pinned| Some((pinned.order.amends.as_ref()?, &pinned.order.reference)))
        .collect();
    let later = |reference: &OrderId| {
        // A chain is as long as there are orders at most.
        let next = std::iter::successors(by.get(reference), |next| by.get(**next));
        next.take(approved.len()).any(|next| known.contains(*next))
    };
    let replaced = by.keys().filter(|reference| !later(reference));
    replaced.map(|reference| (*reference).clone()).collect()
}

fn lines(pinned: &Pinned, expected_at: Timestamp, received: &[Received]) -> Vec<Inbound> {
    let order = &pinned.order;
    let open = |line: &contracts::PurchaseOrderLine| {
        let of_line = |one: &&Received| one.order == order.reference && one.line_no == line.line_no;
        let come = received.iter().find(of_line).map(|one| one.quantity);
        let come = come.unwrap_or_default().millionths();
        let open = line.quantity.millionths().saturating_sub(come);
        (open > 0).then(|| Decimal::from_millionths(open))
    };
    let line = |line: &contracts::PurchaseOrderLine| {
        let outstanding = open(line)?;
        Some(Inbound {
            order: order.reference.clone(),
            line_no: line.line_no,
            site: order.site.clone(),
            product: line.product.clone(),
            vendor: order.vendor.clone(),
            outstanding,
            expected_at,
            expected_on: order.delivery_date,
            approved_here: true,
            origin: Origin {
                file: pinned.key.clone(),
                line: line.line_no.into(),
            },
        })
    };
    order.lines.iter().filter_map(line).collect()
}

/// The last second of the day: no hour is agreed, and until then nothing is overdue.
fn expected_at(day: Date, clock: &SiteClock, as_of: Timestamp) -> Timestamp {
    let zone = TimeZone::get(&clock.time_zone).unwrap_or(TimeZone::UTC);
    let end = day.at(23, 59, 59, 0).to_zoned(zone);
    end.map_or(as_of, |end| end.timestamp())
}

fn past(pinned: &Pinned) -> Finding {
    let PurchaseOrder {
        reference,
        delivery_date,
        ..
    } = &pinned.order;
    let message = format!(
        "order {reference} was approved for {delivery_date}, which is past, and inbound_order_line has no order of that name; \
         it no longer counts as under way"
    );
    let remedy = "enter it where orders are kept, or correct the stock if it has come";
    Finding::new(Code::E409, &pinned.key, message, remedy)
}

fn of_no_site(pinned: &Pinned) -> Finding {
    let PurchaseOrder {
        reference, site, ..
    } = &pinned.order;
    let message = format!(
        "order {reference} was approved for the site {site}, which is not in site; it does not count as under way"
    );
    let remedy = "add the site again, or cancel the order with the vendor";
    Finding::new(Code::E208, &pinned.key, message, remedy).warning()
}

#[cfg(test)]
mod tests {
    use contracts::ApprovalMode;
    use domain::Decimal;

    use super::*;
    use crate::fixture::{DAY, amount, at, decided, first, placed};

    fn stock(today: &str) -> Stock {
        Stock {
            as_of: at(&format!("{today}T12:00:00Z")),
            sites: vec![SiteClock {
                site: "S1".parse().unwrap(),
                name: "Site".to_owned(),
                time_zone: "Europe/London".to_owned(),
                today: today.parse().unwrap(),
            }],
            lots: Vec::new(),
            inbound: Vec::new(),
            received: Vec::new(),
            orders: Vec::new(),
        }
    }

    /// As the data set tells an order's first line.
    fn reported(order: &PurchaseOrder) -> Inbound {
        let pinned = pinned(order);
        let mut line = lines(&pinned, at("2026-11-20T08:00:00Z"), &[]).remove(0);
        line.approved_here = false;
        line
    }

    fn pinned(order: &PurchaseOrder) -> Pinned {
        Pinned {
            key: format!("orders/V1/S1/{DAY}/{}.json", order.sequence),
            order: order.clone(),
        }
    }

    fn sums(stock: &Stock) -> Vec<(&str, Decimal)> {
        let inbound = stock.inbound.iter();
        inbound
            .map(|line| (line.product.as_str(), line.outstanding))
            .collect()
    }

    #[test]
    fn an_approved_order_is_under_way_up_to_its_day_and_names_its_document() {
        let order = first(&[("leek", "10"), ("oats", "5")]);
        for today in ["2026-11-15", DAY] {
            let mut stock = stock(today);
            let counted = count(&mut stock, &[pinned(&order)]);
            assert_eq!((counted.orders, counted.lines), (1, 2));
            assert_eq!(counted.findings, []);
            assert_eq!(
                sums(&stock),
                [("leek", amount("10")), ("oats", amount("5"))]
            );
            let line = &stock.inbound[1];
            assert!(line.approved_here && line.expected_at > stock.as_of);
            assert_eq!(line.expected_on, DAY.parse().unwrap());
            assert_eq!(
                line.origin.to_string(),
                format!("orders/V1/S1/{DAY}/1.json:2")
            );
        }
    }

    #[test]
    fn what_was_received_before_anybody_reported_the_order_is_not_to_come() {
        let order = first(&[("leek", "10"), ("oats", "5")]);
        let received = |line_no, quantity| Received {
            order: order.reference.clone(),
            line_no,
            quantity: amount(quantity),
        };
        let mut stock = stock("2026-11-15");
        stock.received = vec![received(1, "4"), received(2, "5")];
        count(&mut stock, &[pinned(&order)]);
        assert_eq!(sums(&stock), [("leek", amount("6"))]);
    }

    #[test]
    fn an_order_past_its_day_counts_no_more_and_is_told() {
        let order = first(&[("leek", "10")]);
        let mut stock = stock("2026-11-21");
        let counted = count(&mut stock, &[pinned(&order)]);
        assert_eq!((counted.orders, stock.inbound), (0, Vec::new()));
        let [finding] = counted.findings.as_slice() else {
            unreachable!("{:?}", counted.findings)
        };
        assert_eq!(finding.code, Code::E409);
        assert!(finding.message.contains("PO-V1-S1-20261120-1"));
    }

    #[test]
    fn the_data_sets_record_of_the_same_reference_replaces_it_in_any_status() {
        let order = first(&[("leek", "10")]);
        for today in ["2026-11-15", "2026-11-21"] {
            let mut stock = stock(today);
            stock.orders = vec![order.reference.clone()];
            let counted = count(&mut stock, &[pinned(&order)]);
            assert_eq!(counted, Counted::default());
            assert_eq!(stock.inbound, []);
        }
    }

    #[test]
    fn an_amended_order_counts_no_more_until_the_data_set_knows_the_amendment() {
        let one = first(&[("leek", "10")]);
        let amending = decided(
            std::slice::from_ref(&one),
            "other",
            &[],
            &[("leek", "12")],
            ApprovalMode::Amend,
        );
        let two = placed(amending);
        let both = [pinned(&one), pinned(&two)];
        let mut unknown = stock("2026-11-15");
        count(&mut unknown, &both);
        assert_eq!(sums(&unknown), [("leek", amount("12"))]);

        let mut first_known = stock("2026-11-15");
        first_known.orders = vec![one.reference.clone()];
        first_known.inbound = vec![reported(&one)];
        let mut both_known = first_known.clone();
        count(&mut first_known, &both);
        assert_eq!(sums(&first_known), [("leek", amount("12"))]);

        both_known.orders.push(two.reference.clone());
        let as_reported = both_known.clone();
        count(&mut both_known, &both);
        assert_eq!(both_known, as_reported);
    }

    #[test]
    fn an_additional_order_counts_beside_the_first() {
        let one = first(&[("leek", "10")]);
        let beside = decided(
            std::slice::from_ref(&one),
            "other",
            &[&one],
            &[("leek", "4")],
            ApprovalMode::Additional,
        );
        let mut stock = stock("2026-11-15");
        let counted = count(&mut stock, &[pinned(&placed(beside)), pinned(&one)]);
        assert_eq!(counted.orders, 2);
        let orders: Vec<_> = stock
            .inbound
            .iter()
            .map(|line| line.order.as_str())
            .collect();
        assert_eq!(orders, ["PO-V1-S1-20261120-1", "PO-V1-S1-20261120-2"]);
    }
}
