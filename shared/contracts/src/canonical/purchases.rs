//! What is ordered from vendors, and what they say is coming.

use domain::{LotId, OrderId, ProductId, SiteId, Unit, VendorId};
use serde::{Deserialize, Serialize};

use super::data::{Data, Wrong, key, lines_are_numbered_once};
use super::values::{Amount, Currency, Day, LineNo, Lines, Moment, Quantity};

/// A purchase order, whole as it is from now on; as cancelled or withdrawn, as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct PurchaseDocument {
    /// What every system calls it: the reference it was approved under, where it was approved here.
    pub reference: OrderId,
    /// The reference of the order that it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amends: Option<OrderId>,
    /// The vendor.
    pub vendor: VendorId,
    /// The site it is delivered to.
    pub site: SiteId,
    /// The day of delivery.
    pub delivery_date: Day,
    /// The moment of delivery, where agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_at: Option<Moment>,
    /// Of its prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Its lines.
    pub lines: Lines<PurchaseLine>,
}

/// A product of a purchase order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct PurchaseLine {
    /// Its number in the order.
    pub line_no: LineNo,
    /// The product.
    pub product: ProductId,
    /// Quantity ordered, in a unit that converts to the product's own.
    pub quantity: Quantity,
    /// That unit.
    pub uom: Unit,
    /// The same quantity in the unit that the vendor sells in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_quantity: Option<Quantity>,
    /// That unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_uom: Option<Unit>,
    /// Price of an order unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Amount>,
    /// Of the quantity what has come, as the sender knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Amount>,
    /// When the rest is expected, where that is not the order's own moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_at: Option<Moment>,
    /// Whether no more of it will come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
}

impl Data for PurchaseDocument {
    fn entity(&self) -> String {
        key("purchase-order", [self.reference.as_str()])
    }

    fn check(&self) -> Result<(), Wrong> {
        if self.amends.as_ref() == Some(&self.reference) {
            let expected = "the reference of another order";
            return Err(Wrong::new("amends", self.reference.to_string(), expected));
        }
        lines_are_numbered_once(self.lines.iter().map(|line| line.line_no))
    }
}

/// What a vendor says is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Advice {
    /// What every system calls it.
    pub reference: OrderId,
    /// The purchase order that it is about.
    pub order: OrderId,
    /// The vendor.
    pub vendor: VendorId,
    /// The site it is on its way to.
    pub site: SiteId,
    /// When it is expected.
    pub expected_at: Moment,
    /// What is on its way.
    pub lines: Lines<AdvisedLine>,
}

/// A product that is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct AdvisedLine {
    /// Its number in the advice.
    pub line_no: LineNo,
    /// The purchase order's line.
    pub order_line: LineNo,
    /// The product.
    pub product: ProductId,
    /// How much of it.
    pub quantity: Quantity,
    /// Its unit.
    pub uom: Unit,
    /// Its lot, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
    /// Last day it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Day>,
}

impl Data for Advice {
    fn entity(&self) -> String {
        key("inbound-advice", [self.reference.as_str()])
    }

    fn check(&self) -> Result<(), Wrong> {
        lines_are_numbered_once(self.lines.iter().map(|line| line.line_no))
    }
}
