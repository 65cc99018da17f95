//! Purchase proposals as suppliers' buyers and the ERP read them: the content of `proposals.json`.

use domain::{Date, Decimal, ProductId, SiteId, Timestamp, Unit, VendorId};
use serde::{Deserialize, Serialize};

/// The proposals of a run. No quantity in it is an order: a person approves first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Proposals {
    /// [`Proposals::SCHEMA`].
    pub schema: String,
    /// The moment planned from.
    pub as_of: Timestamp,
    /// ISO 4217, where the data set states it; a vendor's own stands with the vendor.
    pub currency: Option<String>,
    /// The vendors that something is to be ordered from, in order of id.
    pub vendors: Vec<VendorOrders>,
}

impl Proposals {
    /// The name and version of this form; readers refuse another.
    pub const SCHEMA: &str = "larder.proposals/1";
}

/// What is to be ordered from a vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VendorOrders {
    /// The vendor.
    pub vendor: VendorId,
    /// Its name.
    pub name: String,
    /// ISO 4217 of its prices, where stated.
    pub currency: Option<String>,
    /// The orders, in order of delivery and site.
    pub orders: Vec<ProposedOrder>,
}

/// What one vendor brings to one site on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProposedOrder {
    /// The site.
    pub site: SiteId,
    /// The day of delivery.
    pub delivery_date: Date,
    /// The latest moment at which every line can be ordered.
    pub order_by: Timestamp,
    /// Price of all lines.
    pub value: Decimal,
    /// The lines, in order of product.
    pub lines: Vec<ProposedLine>,
}

/// A product of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProposedLine {
    /// The product.
    pub product: ProductId,
    /// Its name.
    pub name: String,
    /// The latest moment to order it.
    pub order_by: Timestamp,
    /// The quantity in the product's own unit.
    pub quantity: Decimal,
    /// The product's own unit.
    pub uom: Unit,
    /// The same quantity in order units.
    pub order_quantity: Decimal,
    /// The order unit.
    pub order_uom: Unit,
    /// Steps of the quantity.
    pub packs: u64,
    /// A step, in order units.
    pub pack: Decimal,
    /// Price of an order unit.
    pub price: Decimal,
    /// Price of the line.
    pub value: Decimal,
    /// First packing day that it is for.
    pub covers_from: Date,
    /// Last packing day that it is for.
    pub covers_to: Date,
}
