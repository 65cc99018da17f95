use std::collections::BTreeSet;

use contracts::PurchaseOrder;
use domain::OrderId;

/// The orders that no other one replaces, in the order given.
pub fn standing<'a>(
    orders: impl IntoIterator<Item = &'a PurchaseOrder> + Clone,
) -> Vec<&'a PurchaseOrder> {
    let replaced: BTreeSet<&OrderId> = orders
        .clone()
        .into_iter()
        .filter_map(|order| order.amends.as_ref())
        .collect();
    let stands = |order: &&PurchaseOrder| !replaced.contains(&order.reference);
    orders.into_iter().filter(stands).collect()
}
