//! Purchase orders: proposals that a person has approved, and how approval is asked for and answered.

use domain::{Date, Decimal, OrderId, ProductId, Sha256, SiteId, Timestamp, Unit, VendorId};
use serde::{Deserialize, Serialize};

use crate::plan::RunId;

/// A proposal that was approved: the content of `orders/<vendor>/<site>/<date>/<sequence>.json`. Never changed; an
/// amendment is another order that names the one it replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PurchaseOrder {
    /// [`PurchaseOrder::SCHEMA`].
    pub schema: String,
    /// What every system calls it.
    pub reference: OrderId,
    /// The vendor.
    pub vendor: VendorId,
    /// The site it is delivered to.
    pub site: SiteId,
    /// The day of delivery.
    pub delivery_date: Date,
    /// Its number among the orders of vendor, site and day, from 1.
    pub sequence: u32,
    /// The reference of the order that it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amends: Option<OrderId>,
    /// The latest moment at which every line can be ordered.
    pub order_by: Timestamp,
    /// ISO 4217, where stated.
    pub currency: Option<String>,
    /// Price of all lines.
    pub value: Decimal,
    /// The lines, in order of product.
    pub lines: Vec<PurchaseOrderLine>,
    /// What was approved.
    pub proposal: ApprovedProposal,
    /// Who approved it, where said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Timestamp,
}

impl PurchaseOrder {
    /// The name and version of this form; readers refuse another.
    pub const SCHEMA: &str = "larder.purchase-order/1";
}

/// A product of a purchase order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PurchaseOrderLine {
    /// Its number in the order, from 1.
    pub line_no: u32,
    /// The product.
    pub product: ProductId,
    /// Its name.
    pub name: String,
    /// The quantity in the product's own unit.
    pub quantity: Decimal,
    /// The product's own unit.
    pub uom: Unit,
    /// The same quantity in order units.
    pub order_quantity: Decimal,
    /// The order unit.
    pub order_uom: Unit,
    /// Price of an order unit.
    pub price: Decimal,
    /// Price of the line.
    pub value: Decimal,
    /// The number of the proposed order's line, from 1; none where an amendment keeps a line as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal_line: Option<u32>,
}

/// Where an approved proposal stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApprovedProposal {
    /// The run that proposed it.
    pub run: RunId,
    /// The result of `order-proposer` that it stands in.
    pub result: Sha256,
    /// How many orders that result proposes: what the share of approved ones is of.
    pub orders: u64,
}

/// What to do where vendor, site and day have an order already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ApprovalMode {
    /// Refuse, unless it is the same proposal.
    #[default]
    First,
    /// Replace the last one.
    Amend,
    /// Order beside it.
    Additional,
}

/// Asks `order-approver` to make purchase orders of a run's proposals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApproveRequest {
    /// The run.
    pub run: RunId,
    /// The vendor.
    pub vendor: VendorId,
    /// The site, else all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// The day of delivery, else all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_date: Option<Date>,
    /// What to do where there is an order already.
    #[serde(default)]
    pub mode: ApprovalMode,
    /// Also what should have been ordered by now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// Who approves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// When: the moment that the order's time limit is held against.
    pub approved_at: Timestamp,
}

/// What became of every proposed order that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApproveResponse {
    /// The run.
    pub run: RunId,
    /// The orders asked for, in order of delivery and site.
    pub orders: Vec<Approval>,
    /// Orders that the run proposes.
    pub proposed: u64,
    /// Of them those that are approved.
    pub approved: u64,
    /// What to look at again, in sentences without a full stop.
    pub warnings: Vec<String>,
}

/// What became of a proposed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Approval {
    /// The site.
    pub site: SiteId,
    /// The day of delivery.
    pub delivery_date: Date,
    /// What was done.
    #[serde(flatten)]
    pub outcome: ApprovalOutcome,
}

/// What approving did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ApprovalOutcome {
    /// There is a new order.
    Placed(OrderTotal),
    /// The same was approved before; nothing was written.
    AlreadyApproved(OrderTotal),
    /// Nothing was written.
    Refused {
        /// Why, and what to do.
        reason: String,
    },
}

/// A purchase order in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrderTotal {
    /// What every system calls it.
    pub reference: OrderId,
    /// The reference of the order that it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amends: Option<OrderId>,
    /// Its lines.
    pub lines: u64,
    /// Their price.
    pub value: Decimal,
    /// ISO 4217, where stated.
    pub currency: Option<String>,
}

impl From<&PurchaseOrder> for OrderTotal {
    fn from(order: &PurchaseOrder) -> Self {
        Self {
            reference: order.reference.clone(),
            amends: order.amends.clone(),
            lines: order.lines.len() as u64,
            value: order.value,
            currency: order.currency.clone(),
        }
    }
}
