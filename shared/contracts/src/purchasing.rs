//! What proposing says about itself to people: its `summary.json`, the report page and the terminal.

use domain::{Date, Decimal, Finding, ProductId, SiteId, Timestamp, Unit, VendorId};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::plan::RunId;
use crate::verdict::Cutoff;

/// The proposals of a run, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProposalSummary {
    /// ISO 4217, where the data set states it.
    pub currency: Option<String>,
    /// Vendor, site and delivery day together: purchase orders.
    pub orders: u64,
    /// Their lines.
    pub lines: u64,
    /// Their price.
    pub value: Decimal,
    /// By vendor and site, in order of id.
    pub totals: Vec<VendorTotal>,
    /// The first moment after which an order comes too late; `None` without orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cutoff: Option<Cutoff>,
    /// Orders whose latest moment is within [`ProposalSummary::DUE_HOURS`] of the moment planned from.
    #[serde(default)]
    pub due: u64,
    /// The orders that must be placed first, at most [`ProposalSummary::ACTIONS`]: those that are due by what hangs on
    /// them and how soon, then the others by their latest moments.
    pub actions: Vec<OrderAction>,
    /// The lines of most value, at most [`ProposalSummary::LINES`].
    pub largest: Vec<LineSummary>,
    /// The lines that most money is at risk with, at most [`ProposalSummary::LINES`].
    pub riskiest: Vec<LineSummary>,
    /// Products of sites that run short before anything that can still be ordered arrives.
    pub late: u64,
    /// Of them those that most hangs on, at most [`ProposalSummary::EXPEDITE`].
    pub expedite: Vec<ExpediteSummary>,
    /// Orders under a vendor's least value that were filled up.
    pub filled: u64,
    /// Orders under a vendor's least value that were left out.
    pub left_out: u64,
    /// Products of sites that nobody can bring.
    pub unsupplied: u64,
    /// What changed since the last publication, where there is one to compare with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<ChangeSummary>,
    /// What was approved before and counts as under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<ApprovedSummary>,
    /// What was found wrong.
    pub findings: Vec<Finding>,
}

/// What changed since the last publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeSummary {
    /// The moment that publication was planned from.
    pub since: Timestamp,
    /// Lines that changed by a step or more.
    pub lines: u64,
    /// By cause, what it changes in value.
    pub by_cause: Vec<(String, Decimal)>,
    /// The lines whose value changed most, at most [`ProposalSummary::LINES`].
    pub largest: Vec<ChangedLine>,
}

/// A line that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedLine {
    /// The vendor's name.
    pub vendor_name: String,
    /// The site's name.
    pub site_name: String,
    /// The day of delivery.
    pub delivery: Date,
    /// The product.
    pub product: ProductId,
    /// Its name.
    pub product_name: String,
    /// Its unit.
    pub unit: Unit,
    /// The quantity before.
    pub before: Decimal,
    /// The quantity now.
    pub after: Decimal,
    /// What changed it, the largest part first; the parts sum to the change.
    pub parts: Vec<(String, Decimal)>,
}

/// The approved orders that count until another system reports them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApprovedSummary {
    /// Purchase orders.
    pub orders: u64,
    /// Their lines.
    pub lines: u64,
    /// How much of what was proposed was approved, for the run that was approved from last.
    pub conversion: Option<Conversion>,
}

/// How many of a run's proposed orders became purchase orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Conversion {
    /// The run.
    pub run: RunId,
    /// Orders that it proposed.
    pub proposed: u64,
    /// Of them those that were approved.
    pub approved: u64,
}

impl ProposalSummary {
    /// What must be ordered within so many hours is for today.
    pub const DUE_HOURS: i64 = 24;
    /// Orders that a summary names.
    pub const ACTIONS: usize = 40;
    /// Lines that a summary names.
    pub const LINES: usize = 10;
    /// Shortages that a summary names.
    pub const EXPEDITE: usize = 20;

    /// The orders to tell a reader first: those that are due, ten at most, and of the next days' so many that there are
    /// five.
    pub fn first_actions(&self) -> &[OrderAction] {
        let due = usize::try_from(self.due).unwrap_or(usize::MAX);
        let told = due.clamp(5, 10).min(self.actions.len());
        self.actions.get(..told).unwrap_or_default()
    }
}

/// How proposing ended, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ProposalReport {
    /// There are proposals, be it none.
    Proposed(Box<ProposalSummary>),
    /// Stopped by a fault.
    Failed {
        /// The fault's name.
        fault: String,
        /// What was wrong, and what to do.
        message: String,
    },
}

/// What is bought from a vendor for a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VendorTotal {
    /// The vendor.
    pub vendor: VendorId,
    /// Its name.
    pub vendor_name: String,
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub site_name: String,
    /// Purchase orders.
    pub orders: u64,
    /// Their lines.
    pub lines: u64,
    /// Their price.
    pub value: Decimal,
    /// ISO 4217, where stated.
    pub currency: Option<String>,
}

/// An order to place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrderAction {
    /// The latest moment at which every line can be ordered.
    pub order_by: Timestamp,
    /// The same on the site's clock.
    pub local: DateTime,
    /// The vendor.
    pub vendor: VendorId,
    /// Its name.
    pub vendor_name: String,
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub site_name: String,
    /// The day of delivery.
    pub delivery: Date,
    /// Its lines.
    pub lines: u64,
    /// Their price.
    pub value: Decimal,
    /// ISO 4217, where stated.
    pub currency: Option<String>,
    /// Cost of the shortage and waste expected with its lines, where known of any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_risk: Option<Decimal>,
    /// The line that most hangs on: by money at risk, else by price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub main_line: Option<Box<LineSummary>>,
}

/// A line, with the parts of its quantity:
///
/// `quantity = gross − stock − inbound − unreachable + safety + rounding + overridden`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineSummary {
    /// The vendor.
    pub vendor: VendorId,
    /// Its name.
    pub vendor_name: String,
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub site_name: String,
    /// The day of delivery.
    pub delivery: Date,
    /// The product.
    pub product: ProductId,
    /// Its name.
    pub product_name: String,
    /// The product's own unit.
    pub unit: Unit,
    /// First packing day that it is for.
    pub covers_from: Date,
    /// Last packing day that it is for.
    pub covers_to: Date,
    /// The quantity.
    pub quantity: Decimal,
    /// Price of the line.
    pub value: Decimal,
    /// ISO 4217, where stated.
    pub currency: Option<String>,
    /// Mean need.
    pub gross: Decimal,
    /// Of it met from stock.
    pub stock: Decimal,
    /// Of it met by orders under way and earlier proposals.
    pub inbound: Decimal,
    /// Of it on days that this delivery cannot serve.
    pub unreachable: Decimal,
    /// Added so that the need is met as often as the policy asks.
    pub safety: Decimal,
    /// Changed by the vendor's minimum, step, maximum and least order value.
    pub rounding: Decimal,
    /// Changed by overrides of the quantity.
    pub overridden: Decimal,
    /// Cost of the shortage and waste expected, where known.
    pub at_risk: Option<Decimal>,
}

/// A product that runs short before anything that can still be ordered arrives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExpediteSummary {
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub site_name: String,
    /// The product.
    pub product: ProductId,
    /// Its name.
    pub product_name: String,
    /// The product's own unit.
    pub unit: Unit,
    /// First packing day that is short.
    pub needed: Date,
    /// Last packing day before the first delivery that can still be ordered.
    pub until: Date,
    /// Expected shortage.
    pub short: Decimal,
    /// Draws of 1000 in which something is short.
    pub short_per_mille: u32,
    /// The vendor asked first.
    pub vendor_name: Option<String>,
    /// The first delivery that can still be ordered.
    pub first_delivery: Option<Date>,
    /// Cost of the expected shortage, where known.
    pub at_risk: Option<Decimal>,
}
