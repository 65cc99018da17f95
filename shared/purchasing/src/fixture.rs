//! A vendor's proposal and the order it becomes.

use std::collections::BTreeSet;

use contracts::{
    ApprovalMode, ApprovedProposal, ProposedLine, ProposedOrder, PurchaseOrder, VendorOrders,
};
use domain::{Decimal, OrderId, Timestamp};

use crate::{Decision, Offer, decide};

pub(crate) const DAY: &str = "2026-11-20";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A proposal of these products and quantities, a pound apiece.
pub(crate) fn proposed(lines: &[(&str, &str)]) -> ProposedOrder {
    let line = |(product, quantity): &(&str, &str)| ProposedLine {
        product: product.parse().unwrap(),
        name: (*product).to_owned(),
        order_by: at("2026-11-18T10:00:00Z"),
        quantity: amount(quantity),
        uom: "KGM".parse().unwrap(),
        order_quantity: amount(quantity),
        order_uom: "KGM".parse().unwrap(),
        packs: 1,
        pack: amount(quantity),
        price: amount("1"),
        value: amount(quantity),
        covers_from: DAY.parse().unwrap(),
        covers_to: DAY.parse().unwrap(),
    };
    ProposedOrder {
        site: "S1".parse().unwrap(),
        delivery_date: DAY.parse().unwrap(),
        order_by: at("2026-11-18T10:00:00Z"),
        value: amount("0"),
        lines: lines.iter().map(line).collect(),
    }
}

pub(crate) fn proposal(run: &str) -> ApprovedProposal {
    ApprovedProposal {
        run: run.parse().unwrap(),
        result: domain::Sha256::new([7; 32]),
        orders: 40,
    }
}

pub(crate) fn vendor() -> VendorOrders {
    VendorOrders {
        vendor: "V1".parse().unwrap(),
        name: "Vendor".to_owned(),
        currency: Some("GBP".to_owned()),
        orders: Vec::new(),
    }
}

/// What was decided, without borrowing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decided {
    Already(OrderId),
    Place(Box<PurchaseOrder>),
    Refuse(String),
}

/// Decides at a time at which it can be ordered.
pub(crate) fn decided(
    existing: &[PurchaseOrder],
    run: &str,
    counted: &[&PurchaseOrder],
    lines: &[(&str, &str)],
    mode: ApprovalMode,
) -> Decided {
    let (vendor, order, proposal) = (vendor(), proposed(lines), proposal(run));
    let counted: BTreeSet<OrderId> = counted.iter().map(|o| o.reference.clone()).collect();
    let offer = Offer {
        vendor: &vendor,
        order: &order,
        proposal: &proposal,
        counted: &counted,
        by: Some("planner"),
        at: at("2026-11-16T10:00:00Z"),
        late: false,
    };
    match decide(existing, &offer, mode) {
        Decision::Already(order) => Decided::Already(order.reference.clone()),
        Decision::Place(order) => Decided::Place(order),
        Decision::Refuse(why) => Decided::Refuse(why),
    }
}

/// The order that a decision makes.
pub(crate) fn placed(decided: Decided) -> PurchaseOrder {
    match decided {
        Decided::Place(order) => *order,
        other => unreachable!("{other:?}"),
    }
}

/// The first order of these products and quantities, by a run of its own.
pub(crate) fn first(lines: &[(&str, &str)]) -> PurchaseOrder {
    placed(decided(&[], "first", &[], lines, ApprovalMode::First))
}
