//! What customers order, without the customers.

use domain::{AreaId, OrderId, Portions, RecipeId, SiteId};
use serde::{Deserialize, Serialize};

use super::data::{Data, Wrong, key, lines_are_numbered_once};
use super::values::{Amount, Currency, Day, LineNo, Lines, Moment, Pieces};

/// A customer's order, one box, whole as it is from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct CustomerOrder {
    /// The order.
    pub order: OrderId,
    /// When it was placed.
    pub placed_at: Moment,
    /// When it is delivered.
    pub delivery_date: Day,
    /// Where.
    pub area: AreaId,
    /// Whether it cannot change any more.
    #[serde(default)]
    pub confirmed: bool,
    /// The site that packs it, where decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// The recipes in it.
    pub lines: Lines<OrderLine>,
}

/// A recipe in a box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct OrderLine {
    /// Its number in the order.
    pub line_no: LineNo,
    /// The recipe.
    pub recipe: RecipeId,
    /// The portion size.
    pub portion_size: Portions,
    /// Kits.
    pub quantity: Pieces,
    /// Price of a kit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Amount>,
}

impl Data for CustomerOrder {
    fn entity(&self) -> String {
        key("order", [self.order.as_str()])
    }

    fn check(&self) -> Result<(), Wrong> {
        lines_are_numbered_once(self.lines.iter().map(|line| line.line_no))
    }
}

/// A customer's order that is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct CancelledOrder {
    /// The order.
    pub order: OrderId,
    /// When it was withdrawn.
    pub cancelled_at: Moment,
}

impl Data for CancelledOrder {
    fn entity(&self) -> String {
        key("order", [self.order.as_str()])
    }
}

/// What is sold and is to be packed, whole as it is from now on; as cancelled, what no longer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct SalesOrder {
    /// What every system calls it.
    pub reference: OrderId,
    /// The site that packs it.
    pub site: SiteId,
    /// When it is packed.
    pub packing_date: Day,
    /// When it is delivered.
    pub delivery_date: Day,
    /// Of its prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The recipes in it.
    pub lines: Lines<OrderLine>,
}

impl Data for SalesOrder {
    fn entity(&self) -> String {
        key("sales-order", [self.reference.as_str()])
    }

    fn check(&self) -> Result<(), Wrong> {
        if self.delivery_date < self.packing_date {
            let date = String::from(self.delivery_date);
            let expected = "a day on or after packing_date";
            return Err(Wrong::new("delivery_date", date, expected));
        }
        lines_are_numbered_once(self.lines.iter().map(|line| line.line_no))
    }
}

/// Boxes that have left a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Dispatch {
    /// What every system calls the shipment.
    pub reference: OrderId,
    /// The site that they left.
    pub site: SiteId,
    /// When.
    pub dispatched_at: Moment,
    /// The sales orders in it.
    pub orders: Lines<DispatchedOrder>,
}

/// A sales order that has left a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct DispatchedOrder {
    /// Its reference.
    pub order: OrderId,
    /// Boxes of it.
    pub boxes: Pieces,
}

impl Data for Dispatch {
    fn entity(&self) -> String {
        key("shipment", [self.reference.as_str()])
    }
}
