//! What was approved here against what another system holds.

use std::collections::BTreeMap;

use contracts::PurchaseOrder;
use domain::{OrderId, Timestamp};

use crate::standing;

/// How another system differs from what was approved here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// An approved order is not there.
    Lost {
        /// The order.
        reference: OrderId,
        /// When it was approved.
        approved_at: Timestamp,
    },
    /// There are several documents of one reference.
    Doubled {
        /// The reference.
        reference: String,
        /// How many there are.
        documents: u32,
    },
    /// There is a document of a reference that nobody approved here.
    Foreign {
        /// The reference.
        reference: String,
    },
}

/// Finds what is lost, doubled or foreign. An order that was approved after `settled` may still be on its way, and one that
/// another replaces need never have come.
pub fn reconcile(
    approved: &[PurchaseOrder],
    documents: &BTreeMap<String, u32>,
    settled: Timestamp,
) -> Vec<Difference> {
    let there = |reference: &OrderId| documents.get(reference.as_str()).copied().unwrap_or(0);
    let mut lost: Vec<_> = standing(approved)
        .into_iter()
        .filter(|order| order.approved_at <= settled && there(&order.reference) == 0)
        .collect();
    lost.sort_by_key(|order| (order.approved_at, &order.reference));
    let lost = lost.into_iter().map(|order| Difference::Lost {
        reference: order.reference.clone(),
        approved_at: order.approved_at,
    });
    let doubled = documents.iter().filter(|(_, documents)| **documents > 1);
    let doubled = doubled.map(|(reference, documents)| Difference::Doubled {
        reference: reference.clone(),
        documents: *documents,
    });
    let known = |reference: &str| {
        let mut approved = approved.iter();
        approved.any(|order| order.reference.as_str() == reference)
    };
    let foreign = documents.keys().filter(|reference| !known(reference));
    let foreign = foreign.map(|reference| Difference::Foreign {
        reference: reference.clone(),
    });
    lost.chain(doubled).chain(foreign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{at, first};

    fn order(number: u32) -> PurchaseOrder {
        let mut order = first(&[("leek", "10")]);
        order.reference = format!("PO-V1-S1-20261120-{number}").parse().unwrap();
        order
    }

    fn documents(of: &[(u32, u32)]) -> BTreeMap<String, u32> {
        let document =
            |(number, count): &(u32, u32)| (format!("PO-V1-S1-20261120-{number}"), *count);
        of.iter().map(document).collect()
    }

    #[test]
    fn an_order_is_lost_doubled_or_foreign_and_else_nothing_differs() {
        let approved = [order(1), order(2)];
        let later = at("2026-11-17T10:00:00Z");
        let differences = |of: &[(u32, u32)]| reconcile(&approved, &documents(of), later);
        assert_eq!(differences(&[(1, 1), (2, 1)]), []);
        let [Difference::Lost { reference, .. }] = &differences(&[(2, 1)])[..] else {
            unreachable!("{:?}", differences(&[(2, 1)]))
        };
        assert_eq!(*reference, approved[0].reference);
        let doubled = Difference::Doubled {
            reference: approved[1].reference.to_string(),
            documents: 2,
        };
        assert_eq!(differences(&[(1, 1), (2, 2)]), [doubled]);
        let foreign = Difference::Foreign {
            reference: order(3).reference.to_string(),
        };
        assert_eq!(differences(&[(1, 1), (2, 1), (3, 1)]), [foreign]);
    }

    #[test]
    fn what_was_just_approved_and_what_is_replaced_is_not_lost() {
        let approved = [order(1)];
        let before = approved[0].approved_at - jiff::SignedDuration::from_secs(1);
        assert_eq!(reconcile(&approved, &documents(&[]), before), []);
        let mut amending = order(2);
        amending.amends = Some(order(1).reference);
        let later = at("2026-11-17T10:00:00Z");
        let approved = [order(1), amending];
        assert_eq!(reconcile(&approved, &documents(&[(2, 1)]), later), []);
    }
}
