//! The columns of the sheet of purchase orders, which is written and read back by their titles.

use crate::sheet::{Column, column, told};

/// The sheet.
pub(crate) const SHEET: &str = "Purchase orders";

pub(crate) const DELIVERY: &str = "Delivery";
pub(crate) const WANTED: &str = "Wanted quantity";
pub(crate) const REASON: &str = "Reason";
pub(crate) const VALUE: &str = "Value";
pub(crate) const AT_RISK: &str = "Money at risk";
pub(crate) const CHECK: &str = "Check";
pub(crate) const CURRENCY: &str = "Currency";
pub(crate) const VENDOR_ID: &str = "Vendor ID";
pub(crate) const SITE_ID: &str = "Site ID";
pub(crate) const PRODUCT_ID: &str = "Product ID";

/// Every column, in order.
pub(crate) const COLUMNS: [Column; 46] = [
    column("Vendor", 22.0),
    column("Site", 18.0),
    column(DELIVERY, 16.0),
    column("Product", 30.0),
    told(
        "Order by (UTC)",
        22.0,
        "The latest moment to order, in Coordinated Universal Time.",
    ),
    told(
        "Unit",
        6.0,
        "The product's own unit: of every quantity but those in order units.",
    ),
    told("Known orders", 12.0, "Mean need of known orders."),
    told(
        "Simulated orders",
        12.0,
        "Mean need of the orders that are still expected.",
    ),
    told("Lost in preparation", 12.0, "In the mean."),
    told(
        "Overrides of need",
        12.0,
        "What planners' overrides of the need add.",
    ),
    told("From stock", 12.0, "What stock gives, on the mean path."),
    told(
        "From orders under way",
        12.0,
        "What orders under way give, on the mean path.",
    ),
    told(
        "From earlier proposals",
        12.0,
        "What proposals with an earlier delivery give, on the mean path.",
    ),
    told(
        "Unreachable",
        12.0,
        "Need on days for which this delivery can no longer be used.",
    ),
    told("Mean net need", 12.0, "The sum of the columns before."),
    told(
        "Safety",
        12.0,
        "Added so that the need is met as often as the policy asks.",
    ),
    told("Need", 12.0, "Mean net need and safety."),
    column("Order unit", 8.0),
    told(
        "Units in an order unit",
        10.0,
        "The product's own units in an order unit.",
    ),
    told("Step", 10.0, "What is sold at a time, in order units."),
    told("Vendor's minimum", 10.0, "In order units."),
    told("Vendor's maximum", 10.0, "In order units; empty: none."),
    told(
        "Steps needed",
        10.0,
        "The fewest steps that hold the need, not under the vendor's minimum nor over its maximum.",
    ),
    told(
        "After vendor's terms",
        12.0,
        "The steps needed, in the product's own unit.",
    ),
    told(
        "Filling the vendor's least value",
        12.0,
        "Added so that the order reaches its vendor's least value.",
    ),
    told(
        "Overrides of quantity",
        12.0,
        "What planners' overrides of the quantity change.",
    ),
    told("Quantity", 12.0, "The sum of the three columns before."),
    told("Published quantity", 12.0, "As it stands in the proposals."),
    told(
        CHECK,
        8.0,
        "Quantity less published quantity: 0 unless a part was changed here.",
    ),
    told(
        WANTED,
        14.0,
        "Fill in the quantity you want instead, in the product's own unit, and save. `larder override import FILE` makes \
         overrides of what is filled in; the next run obeys them, at the nearest quantity that is sold.",
    ),
    told(REASON, 24.0, "Why another quantity is wanted."),
    column("Published steps", 10.0),
    told(
        "Steps to order",
        10.0,
        "The published steps; where a quantity is wanted, the steps that hold it within the vendor's minimum and maximum.",
    ),
    told("Order quantity", 12.0, "In order units."),
    told(
        "Quantity to order",
        12.0,
        "The same in the product's own unit.",
    ),
    told("Price", 10.0, "Of an order unit."),
    told(VALUE, 14.0, "Price of what is to order."),
    column(CURRENCY, 9.0),
    told(
        AT_RISK,
        14.0,
        "Cost of the shortage and waste that are expected with the published quantity; empty where no cost is known.",
    ),
    told(
        "Packed from",
        16.0,
        "First packing day that the line is for.",
    ),
    told("Packed to", 16.0, "Last packing day that the line is for."),
    told(
        "Covered",
        10.0,
        "Share of draws in which the need is met before rounding.",
    ),
    column("Why", 80.0),
    column(VENDOR_ID, 12.0),
    column(SITE_ID, 12.0),
    column(PRODUCT_ID, 12.0),
];

/// The titles, in order.
pub(crate) fn titles() -> impl Iterator<Item = &'static str> + Clone {
    COLUMNS.iter().map(|column| column.title)
}

/// The place of a column.
pub(crate) fn place(title: &str) -> u16 {
    let at = titles().position(|held| held == title);
    at.and_then(|at| u16::try_from(at).ok()).unwrap_or_default()
}
