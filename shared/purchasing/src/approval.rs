use std::collections::BTreeSet;

use contracts::{
    ApprovalMode, ApprovedProposal, ProposedLine, ProposedOrder, PurchaseOrder, PurchaseOrderLine,
    VendorOrders,
};
use domain::{Decimal, OrderId, ProductId, Timestamp};

use crate::{reference, standing};

/// Differences that a refusal names.
const DIFFERENCES: usize = 3;

/// A proposed order that a person approves.
#[derive(Debug, Clone)]
pub struct Offer<'a> {
    /// The vendor.
    pub vendor: &'a VendorOrders,
    /// The order.
    pub order: &'a ProposedOrder,
    /// Where it stands.
    pub proposal: &'a ApprovedProposal,
    /// The approved orders that it comes on top of: those its run counted as under way.
    pub counted: &'a BTreeSet<OrderId>,
    /// Who approves.
    pub by: Option<&'a str>,
    /// When.
    pub at: Timestamp,
    /// Whether it may be too late.
    pub late: bool,
}

/// What approving comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision<'a> {
    /// The same was approved before.
    Already(&'a PurchaseOrder),
    /// This order is to be stored.
    Place(Box<PurchaseOrder>),
    /// Nothing is to be stored, and why.
    Refuse(String),
}

/// Decides what becomes of an offer, given every order that vendor, site and day have, in order of sequence.
///
/// - The same proposal again is the order that it became.
/// - Where there is none, it becomes the first, whatever the mode.
/// - Where there is one, [`ApprovalMode::First`] takes only the same content, and that only if the run did not count
///   the order: else the proposal is wanted on top of it.
/// - [`ApprovalMode::Amend`] replaces the last order: by the proposal, or, if the run counted that order, by both
///   together, because the proposal is what is missing beside it.
/// - [`ApprovalMode::Additional`] orders the proposal beside what there is.
pub fn decide<'a>(
    existing: &'a [PurchaseOrder],
    offer: &Offer<'_>,
    mode: ApprovalMode,
) -> Decision<'a> {
    let standing = standing(existing);
    let of_this = |order: &&&PurchaseOrder| {
        (&order.proposal.run, &order.proposal.result)
            == (&offer.proposal.run, &offer.proposal.result)
    };
    if let Some(same) = standing.iter().find(of_this) {
        return Decision::Already(same);
    }
    let Some(last) = standing.last() else {
        return place(existing, offer, None, lines(&offer.order.lines));
    };
    let counted = offer.counted.contains(&last.reference);
    let offered = lines(&offer.order.lines);
    let same = standing.iter().find(|order| {
        !offer.counted.contains(&order.reference) && content(&order.lines).eq(content(&offered))
    });
    match (mode, same) {
        (ApprovalMode::First | ApprovalMode::Amend, Some(same)) => Decision::Already(same),
        (ApprovalMode::First, None) => Decision::Refuse(refusal(last, &offered, counted)),
        (ApprovalMode::Additional, _) => place(existing, offer, None, offered),
        (ApprovalMode::Amend, None) if counted => match together(&last.lines, offered) {
            Ok(both) => place(existing, offer, Some(last), both),
            Err(why) => Decision::Refuse(why),
        },
        (ApprovalMode::Amend, None) => place(existing, offer, Some(last), offered),
    }
}

fn place<'a>(
    existing: &[PurchaseOrder],
    offer: &Offer<'_>,
    amends: Option<&PurchaseOrder>,
    mut lines: Vec<PurchaseOrderLine>,
) -> Decision<'a> {
    let order = offer.order;
    if order.order_by < offer.at && !offer.late {
        return Decision::Refuse(format!(
            "it had to be ordered by {}; ask the vendor, then approve it as late, or run again",
            order.order_by
        ));
    }
    let last = existing.iter().map(|order| order.sequence).max();
    let sequence = last.unwrap_or(0).saturating_add(1);
    let (vendor, site) = (&offer.vendor.vendor, &order.site);
    let Ok(reference) = reference(vendor, site, order.delivery_date, sequence) else {
        return Decision::Refuse("its reference would be no order id".to_owned());
    };
    let value = lines
        .iter()
        .try_fold(Decimal::ZERO, |sum, line| sum.checked_add(line.value));
    let Some(value) = value else {
        return Decision::Refuse("its value is beyond what can be counted".to_owned());
    };
    for (line, line_no) in lines.iter_mut().zip(1..) {
        line.line_no = line_no;
    }
    Decision::Place(Box::new(PurchaseOrder {
        schema: PurchaseOrder::SCHEMA.to_owned(),
        reference,
        vendor: vendor.clone(),
        site: site.clone(),
        delivery_date: order.delivery_date,
        sequence,
        amends: amends.map(|amended| amended.reference.clone()),
        order_by: order.order_by,
        currency: offer.vendor.currency.clone(),
        value,
        lines,
        proposal: offer.proposal.clone(),
        approved_by: offer.by.map(str::to_owned),
        approved_at: offer.at,
    }))
}

/// A proposal's lines as an order's, numbered as they are proposed.
fn lines(proposed: &[ProposedLine]) -> Vec<PurchaseOrderLine> {
    let line = |(line, number): (&ProposedLine, u32)| PurchaseOrderLine {
        line_no: number,
        product: line.product.clone(),
        name: line.name.clone(),
        quantity: line.quantity,
        uom: line.uom,
        order_quantity: line.order_quantity,
        order_uom: line.order_uom,
        price: line.price,
        value: line.value,
        proposal_line: Some(number),
    };
    proposed.iter().zip(1..).map(line).collect()
}

/// What makes two orders the same: products, quantities and prices.
fn content(
    lines: &[PurchaseOrderLine],
) -> impl Iterator<Item = (&ProductId, Decimal, Decimal, Decimal)> {
    lines.iter().map(|line| {
        let (product, price) = (&line.product, line.price);
        (product, line.quantity, line.order_quantity, price)
    })
}

/// Two orders as one: quantities of the same product are added.
fn together(
    last: &[PurchaseOrderLine],
    offered: Vec<PurchaseOrderLine>,
) -> Result<Vec<PurchaseOrderLine>, String> {
    let mut both: Vec<PurchaseOrderLine> = last.to_vec();
    for line in &mut both {
        line.proposal_line = None;
    }
    for line in offered {
        let Some(held) = both.iter_mut().find(|held| held.product == line.product) else {
            both.push(line);
            continue;
        };
        if (held.uom, held.order_uom, held.price) != (line.uom, line.order_uom, line.price) {
            return Err(format!(
                "{} has another unit or price now, so that it cannot be added to the order; approve it as additional",
                line.product
            ));
        }
        let add = |one: Decimal, other: Decimal| {
            let sum = one.checked_add(other);
            sum.ok_or_else(|| format!("{} is beyond what can be counted", line.product))
        };
        held.quantity = add(held.quantity, line.quantity)?;
        held.order_quantity = add(held.order_quantity, line.order_quantity)?;
        held.value = add(held.value, line.value)?;
        held.proposal_line = line.proposal_line;
    }
    both.sort_by(|a, b| a.product.cmp(&b.product));
    Ok(both)
}

fn refusal(last: &PurchaseOrder, offered: &[PurchaseOrderLine], counted: bool) -> String {
    let reference = &last.reference;
    if counted {
        return format!(
            "{reference} is approved, and the run proposes this on top of it; approve it as an amendment, which adds it to \
             {reference}, or as additional"
        );
    }
    let mut told = differences(&last.lines, offered);
    let more = told.len().saturating_sub(DIFFERENCES);
    told.truncate(DIFFERENCES);
    if more > 0 {
        told.push(format!("{more} more"));
    }
    format!(
        "{reference} is approved with other content ({}); approve this as an amendment, which replaces {reference}, or as \
         additional",
        told.join(", ")
    )
}

fn differences(last: &[PurchaseOrderLine], offered: &[PurchaseOrderLine]) -> Vec<String> {
    let of = |lines: &'_ [PurchaseOrderLine], product: &ProductId| {
        lines.iter().find(|line| line.product == *product).cloned()
    };
    let products: BTreeSet<&ProductId> = last
        .iter()
        .chain(offered)
        .map(|line| &line.product)
        .collect();
    let difference = |product: &ProductId| match (of(last, product), of(offered, product)) {
        (Some(held), Some(new)) if held.order_quantity != new.order_quantity => Some(format!(
            "{product}: {} {} instead of {} {}",
            new.order_quantity, new.order_uom, held.order_quantity, held.order_uom
        )),
        (Some(held), Some(new)) if held.quantity != new.quantity => Some(format!(
            "{product}: {} {} instead of {} {}",
            new.quantity, new.uom, held.quantity, held.uom
        )),
        (Some(held), Some(new)) if held.price != new.price => Some(format!(
            "{product}: price {} instead of {}",
            new.price, held.price
        )),
        (None, Some(_)) => Some(format!("{product} is new")),
        (Some(_), None) => Some(format!("{product} is no longer proposed")),
        _ => None,
    };
    products.into_iter().filter_map(difference).collect()
}

#[cfg(test)]
mod tests {
    use contracts::ApprovalMode::{Additional, Amend, First};

    use super::*;
    use crate::fixture::{Decided, amount, at, decided, first, placed, proposal, proposed, vendor};

    fn quantities(order: &PurchaseOrder) -> Vec<(&str, String)> {
        let lines = order.lines.iter();
        lines
            .map(|line| (line.product.as_str(), line.quantity.to_string()))
            .collect()
    }

    #[test]
    fn a_proposal_becomes_the_first_order_and_keeps_where_it_stands() {
        let order = first(&[("leek", "10"), ("oats", "5")]);
        assert_eq!(order.reference.as_str(), "PO-V1-S1-20261120-1");
        assert_eq!((order.sequence, order.value), (1, amount("15")));
        assert_eq!(order.proposal, proposal("first"));
        assert_eq!(order.lines[1].proposal_line, Some(2));
        // With nothing there, every mode means the first.
        for mode in [Amend, Additional] {
            let other = placed(decided(&[], "first", &[], &[("leek", "10")], mode));
            assert_eq!((other.sequence, other.amends), (1, None));
        }
    }

    #[test]
    fn the_same_again_is_already_approved_by_its_proposal_or_by_its_content() {
        let order = first(&[("leek", "10")]);
        let (existing, already) = ([order.clone()], Decided::Already(order.reference));
        for mode in [First, Amend, Additional] {
            assert_eq!(
                decided(&existing, "first", &[], &[("leek", "10")], mode),
                already
            );
        }
        let again = |mode| decided(&existing, "other", &[], &[("leek", "10")], mode);
        assert_eq!((again(First), again(Amend)), (already, again(First)));
        assert_eq!(placed(again(Additional)).sequence, 2);
    }

    #[test]
    fn other_content_is_refused_with_what_differs_and_what_to_do() {
        let order = first(&[("leek", "10"), ("oats", "5")]);
        let lines = [("leek", "12"), ("rice", "1")];
        let Decided::Refuse(why) = decided(&[order], "other", &[], &lines, First) else {
            unreachable!()
        };
        for part in [
            "PO-V1-S1-20261120-1 is approved with other content",
            "leek: 12 KGM instead of 10 KGM",
            "oats is no longer proposed",
            "rice is new",
            "as an amendment",
            "additional",
        ] {
            assert!(why.contains(part), "{part}: {why}");
        }
    }

    #[test]
    fn an_amendment_replaces_what_the_run_did_not_count_and_adds_to_what_it_did() {
        let one = first(&[("leek", "10"), ("oats", "5")]);
        let existing = [one.clone()];
        let lines = [("leek", "3"), ("rice", "1")];
        let replacing = placed(decided(&existing, "other", &[], &lines, Amend));
        assert_eq!(replacing.amends.as_ref(), Some(&one.reference));
        assert_eq!(replacing.sequence, 2);
        assert_eq!(
            quantities(&replacing),
            [("leek", "3".to_owned()), ("rice", "1".to_owned())]
        );
        let adding = placed(decided(&existing, "later", &[&one], &lines, Amend));
        let all = [("leek", "13"), ("oats", "5"), ("rice", "1")];
        assert_eq!(
            quantities(&adding),
            all.map(|(product, quantity)| (product, quantity.to_owned()))
        );
        assert_eq!(adding.value, amount("19"));
        let numbers: Vec<_> = adding.lines.iter().map(|line| line.line_no).collect();
        assert_eq!(numbers, [1, 2, 3]);
    }

    #[test]
    fn what_comes_on_top_of_a_counted_order_is_never_taken_for_it() {
        let one = first(&[("leek", "10")]);
        let existing = [one.clone()];
        let on_top = |mode| decided(&existing, "later", &[&one], &[("leek", "10")], mode);
        assert!(matches!(on_top(First), Decided::Refuse(why) if why.contains("on top of it")));
        assert_eq!(placed(on_top(Additional)).lines[0].quantity, amount("10"));
        assert_eq!(placed(on_top(Amend)).lines[0].quantity, amount("20"));
    }

    #[test]
    fn what_was_amended_away_stands_no_more() {
        let one = first(&[("leek", "10")]);
        let amending = decided(
            std::slice::from_ref(&one),
            "other",
            &[],
            &[("leek", "12")],
            Amend,
        );
        let all = [one.clone(), placed(amending)];
        assert_eq!(standing(&all), [&all[1]]);
        let again = decided(&all, "first", &[], &[("leek", "10")], Amend);
        let three = placed(again);
        assert_eq!(
            (three.sequence, three.amends.as_ref()),
            (3, Some(&all[1].reference))
        );
    }

    #[test]
    fn what_is_too_late_needs_to_be_said_so() {
        let (vendor, order, proposal) = (vendor(), proposed(&[("leek", "1")]), proposal("first"));
        let offer = |late| Offer {
            vendor: &vendor,
            order: &order,
            proposal: &proposal,
            counted: const { &BTreeSet::new() },
            by: None,
            at: at("2026-11-18T10:00:01Z"),
            late,
        };
        assert!(matches!(
            decide(&[], &offer(true), First),
            Decision::Place(_)
        ));
        let Decision::Refuse(why) = decide(&[], &offer(false), First) else {
            unreachable!()
        };
        assert!(why.contains("2026-11-18T10:00:00Z"), "{why}");
    }
}
