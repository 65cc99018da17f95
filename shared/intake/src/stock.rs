//! What comes into, goes out of and is found in a warehouse.

use contracts::canonical::{Adjustment, Day, LineNo, Reason, Receipt, Rejection, StockCount};
use dataset::Signed;
use dataset::tables::{ChangeId, InvChange, StockChange};

use crate::catalogue::Catalogue;
use crate::change::Rows;

/// Each line moves stock in. It is named by the receipt's reference, so that a receipt told of twice counts once.
pub(crate) fn received(
    receipt: &Receipt,
    entity: &str,
    known: &Catalogue,
) -> Result<Rows, Rejection> {
    known.clock(&receipt.site)?;
    let lines = receipt.lines.iter().map(|line| {
        let line_no = line.line_no.get();
        let quantity = known.own_quantity(&line.product, line.quantity, line.uom)?;
        let order_line = line.order_line.map(LineNo::get);
        Ok(InvChange {
            change_id: id(&format!("{entity}/{line_no}"))?,
            site_id: receipt.site.clone(),
            product_id: line.product.clone(),
            lot: line.lot.clone(),
            changed_at: receipt.received_at.get(),
            kind: StockChange::Moved,
            quantity: Signed(quantity),
            expiry_date: line.expiry.map(Day::get),
            order_id: receipt.order.clone().filter(|_| order_line.is_some()),
            line_no: order_line,
        })
    });
    let lines: Result<_, Rejection> = lines.collect();
    Ok(Rows::Received(lines?))
}

/// Named by its event: each counts.
pub(crate) fn adjusted(
    adjustment: &Adjustment,
    identity: &str,
    known: &Catalogue,
) -> Result<Rows, Rejection> {
    known.clock(&adjustment.site)?;
    let quantity = known.own(
        &adjustment.product,
        adjustment.quantity.get(),
        adjustment.uom,
    )?;
    Ok(Rows::Stock(Box::new(InvChange {
        change_id: id(identity)?,
        site_id: adjustment.site.clone(),
        product_id: adjustment.product.clone(),
        lot: adjustment.lot.clone(),
        changed_at: adjustment.adjusted_at.get(),
        kind: StockChange::Moved,
        quantity: Signed(quantity),
        expiry_date: adjustment.expiry.map(Day::get),
        order_id: None,
        line_no: None,
    })))
}

/// Named by what was counted: the highest version holds.
pub(crate) fn counted(
    count: &StockCount,
    entity: &str,
    known: &Catalogue,
) -> Result<Rows, Rejection> {
    known.clock(&count.site)?;
    let quantity = known.own(&count.product, count.quantity.get(), count.uom)?;
    Ok(Rows::Stock(Box::new(InvChange {
        change_id: id(entity)?,
        site_id: count.site.clone(),
        product_id: count.product.clone(),
        lot: count.lot.clone(),
        changed_at: count.counted_at.get(),
        kind: StockChange::Counted,
        quantity: Signed(quantity),
        expiry_date: count.expiry.map(Day::get),
        order_id: None,
        line_no: None,
    })))
}

fn id(text: &str) -> Result<ChangeId, Rejection> {
    text.parse().map_err(|_| {
        let message = "what it is about has a name of more than 300 characters";
        let remedy = "shorten the ids of site, product and lot";
        Rejection::new(Reason::Schema, message, remedy)
    })
}
