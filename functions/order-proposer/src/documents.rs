//! The proposals as documents for other systems: all of them, and each vendor's own.

use std::collections::BTreeMap;

use contracts::{Proposals, ProposedLine, ProposedOrder, VendorOrders};
use domain::{Date, SiteId};

use crate::book::Book;
use crate::parts::total;
use proposals::ProposalRow;

/// Every vendor's orders.
pub(crate) fn all(book: &Book<'_>) -> Proposals {
    let vendors = book.lines.chunk_by(|a, b| a.vendor_id == b.vendor_id);
    Proposals {
        schema: Proposals::SCHEMA.to_owned(),
        as_of: book.supply.stock.as_of,
        currency: book.supply.terms.currency.clone(),
        vendors: vendors.filter_map(of_vendor).collect(),
    }
}

/// The same for one vendor alone.
pub(crate) fn alone(all: &Proposals, vendor: &VendorOrders) -> Proposals {
    Proposals {
        vendors: vec![vendor.clone()],
        schema: all.schema.clone(),
        as_of: all.as_of,
        currency: all.currency.clone(),
    }
}

fn of_vendor(lines: &[ProposalRow]) -> Option<VendorOrders> {
    let first = lines.first()?;
    let mut orders: BTreeMap<(Date, &SiteId), Vec<&ProposalRow>> = BTreeMap::new();
    for row in lines {
        let order = orders.entry((row.delivery_date, &row.site_id)).or_default();
        order.push(row);
    }
    let order = |((delivery_date, site), rows): ((Date, &SiteId), Vec<&ProposalRow>)| {
        Some(ProposedOrder {
            site: site.clone(),
            delivery_date,
            order_by: rows.iter().map(|row| row.order_by).min()?,
            value: total(rows.iter().map(|row| row.value)),
            lines: rows.into_iter().map(line).collect(),
        })
    };
    Some(VendorOrders {
        vendor: first.vendor_id.clone(),
        name: first.vendor_name.clone(),
        currency: first.currency.clone(),
        orders: orders.into_iter().filter_map(order).collect(),
    })
}

fn line(row: &ProposalRow) -> ProposedLine {
    ProposedLine {
        product: row.product_id.clone(),
        name: row.product_name.clone(),
        order_by: row.order_by,
        quantity: row.quantity,
        uom: row.uom,
        order_quantity: row.order_quantity,
        order_uom: row.order_uom,
        packs: row.packs.into(),
        pack: row.pack,
        price: row.price,
        value: row.value,
        covers_from: row.covers_from,
        covers_to: row.covers_to,
    }
}
