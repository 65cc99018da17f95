//! What comes into, goes out of and is found in a warehouse.

use domain::{LotId, OrderId, ProductId, SiteId, Unit};
use serde::{Deserialize, Serialize};

use super::data::{Data, Wrong, key, lines_are_numbered_once};
use super::values::{Amount, Day, Delta, LineNo, Lines, Moment, Quantity, Words};

/// Goods that have come. What was wrong with it later is an adjustment, never another receipt of the same reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Receipt {
    /// What every system calls it.
    pub reference: OrderId,
    /// The purchase order that it is of, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// The site.
    pub site: SiteId,
    /// When they came.
    pub received_at: Moment,
    /// What has come.
    pub lines: Lines<ReceivedLine>,
}

/// A product that has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct ReceivedLine {
    /// Its number in the receipt.
    pub line_no: LineNo,
    /// The purchase order's line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_line: Option<LineNo>,
    /// The product.
    pub product: ProductId,
    /// How much of it.
    pub quantity: Quantity,
    /// Its unit.
    pub uom: Unit,
    /// Its lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
    /// Last day it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Day>,
}

impl Data for Receipt {
    fn entity(&self) -> String {
        key("goods-receipt", [self.reference.as_str()])
    }

    fn check(&self) -> Result<(), Wrong> {
        if self.order.is_none()
            && let Some(at) = self.lines.iter().position(|line| line.order_line.is_some())
        {
            let field = format!("lines[{at}].order_line");
            let expected = "nothing, as the receipt names no order";
            return Err(Wrong::new(field, "a number", expected));
        }
        lines_are_numbered_once(self.lines.iter().map(|line| line.line_no))
    }
}

/// Stock that became more or less: used, thrown away, lost, found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Adjustment {
    /// The site.
    pub site: SiteId,
    /// The product.
    pub product: ProductId,
    /// The lot, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
    /// When.
    pub adjusted_at: Moment,
    /// How much more or, below zero, less there is.
    pub quantity: Delta,
    /// Its unit.
    pub uom: Unit,
    /// Last day the lot may be used, where the adjustment finds one that was not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Day>,
    /// Why, in the warehouse's words.
    pub reason: Words,
}

impl Data for Adjustment {
    fn entity(&self) -> String {
        place(&self.site, &self.product, self.lot.as_ref())
    }
}

/// Stock as it was counted: all of the lot, or all of the product where no lot is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct StockCount {
    /// The site.
    pub site: SiteId,
    /// The product.
    pub product: ProductId,
    /// The lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
    /// When.
    pub counted_at: Moment,
    /// How much is there.
    pub quantity: Amount,
    /// Its unit.
    pub uom: Unit,
    /// Last day it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Day>,
}

impl Data for StockCount {
    fn entity(&self) -> String {
        place(&self.site, &self.product, self.lot.as_ref())
    }
}

fn place(site: &SiteId, product: &ProductId, lot: Option<&LotId>) -> String {
    let parts = [Some(site.as_str()), Some(product.as_str())];
    let parts = parts.into_iter().chain([lot.map(LotId::as_str)]);
    key("stock", parts.flatten())
}
