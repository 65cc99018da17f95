//! What is proposed, and why: the result of planning one site's purchases.
//!
//! Quantities are whole thousandths of the product's own unit ([`Milli`]); money is a [`Decimal`] in the data set's
//! currency.

use domain::{Date, Decimal, LotId, MenuWeek, OrderId, ProductId, RecipeId, SiteId, Timestamp};
use domain::{Unit, VendorId};
use serde::{Deserialize, Serialize};
use snapshot::Counted;
use supply::{Method, Origin};

/// A quantity in 1/1000 of the product's own unit.
pub type Milli = i64;

/// Names a line: one vendor brings one product to one site on one day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineKey {
    /// The vendor.
    pub vendor: VendorId,
    /// The site.
    pub site: SiteId,
    /// The day of delivery.
    pub delivery: Date,
    /// The product.
    pub product: ProductId,
}

/// One site's proposals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteProposals {
    /// The site.
    pub site: SiteId,
    /// The lines, in order of delivery, vendor and product.
    pub lines: Vec<Line>,
    /// What can no longer be ordered in time, in order of product.
    pub expedite: Vec<Expedite>,
    /// Orders under a vendor's least value: filled up or left out, in order of delivery and vendor.
    pub small_orders: Vec<SmallOrder>,
    /// Products that are needed and that nobody can bring, in order of product.
    pub unsupplied: Vec<Unsupplied>,
}

/// A proposed line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Vendor, site, delivery and product.
    pub key: LineKey,
    /// The latest moment to order.
    pub order_by: Timestamp,
    /// The product's own unit.
    pub unit: Unit,
    /// The quantity.
    pub quantity: Milli,
    /// The unit it is ordered in.
    pub order_unit: Unit,
    /// The same quantity in order units: a multiple of `pack`.
    pub order_quantity: Decimal,
    /// The step of the quantity, in order units.
    pub pack: Decimal,
    /// The step in the product's own unit, rounded half up.
    pub pack_milli: Milli,
    /// How many steps.
    pub packs: u64,
    /// The product's own units in an order unit.
    pub content: Decimal,
    /// The least that the vendor sells, in order units; 0 where it states none.
    pub least: Decimal,
    /// The most that the vendor sells, in order units.
    pub most: Option<Decimal>,
    /// Price of an order unit.
    pub price: Decimal,
    /// Price of the line.
    pub value: Decimal,
    /// Pallets it fills, in 1/1000; `None` where the vendor does not say.
    pub pallets_milli: Option<i64>,
    /// First packing day that the line is for.
    pub covers_from: Date,
    /// Last packing day that the line is for.
    pub covers_to: Date,
    /// How the quantity was aimed.
    pub aim: Aim,
    /// Why it is what it is.
    pub waterfall: Waterfall,
    /// What it risks as it stands.
    pub risk: Risk,
    /// The same with one step less and one step more.
    pub alternatives: [Risk; 2],
    /// The rows its terms stand in: offer, lead time, calendar, policy, product, vendor.
    pub terms: Vec<Origin>,
}

/// How a quantity was aimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aim {
    /// The policy's method.
    pub method: Method,
    /// The policy's target: a quantile or days.
    pub target: Decimal,
    /// Draws of 1000 in which the net need is covered before rounding.
    pub covered_per_mille: u32,
    /// Whether the risk of waste held the quantity below the target.
    pub held_by_waste: bool,
}

/// What a quantity risks, in the mean of the draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Risk {
    /// The quantity.
    pub quantity: Milli,
    /// Expected shortage on the days the line is for.
    pub short: Milli,
    /// Expected quantity of this delivery that expires before it is used.
    pub waste: Milli,
    /// Draws of 1000 in which something is short.
    pub short_per_mille: u32,
    /// Draws of 1000 in which something of this delivery is wasted.
    pub waste_per_mille: u32,
}

/// Why a quantity is what it is. The parts sum exactly:
///
/// `quantity = gross − used − unreachable + safety + minimum + multiple + maximum + vendor_minimum + overridden`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waterfall {
    /// Mean gross need, by recipe or packaging rule and packing day.
    pub gross: Vec<Peg>,
    /// What of it overrides of volume and shares have added to simulated orders; not a part of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifted: Vec<Lifted>,
    /// What overrides of the need add to it.
    pub need_overrides: Vec<OverridePart>,
    /// What stock, orders under way and earlier proposals give on the mean path.
    pub used: Vec<Use>,
    /// What expires unused before the line's last day on the mean path; not part of the sum.
    pub expired: Vec<Use>,
    /// Need on days for which a delivery on this day is no longer usable.
    pub unreachable: Milli,
    /// Need beyond the review period that days of cover ask for, and quantile need less mean net need.
    pub safety: Milli,
    /// Raised to the least quantity.
    pub minimum: Milli,
    /// Rounded up to the step.
    pub multiple: Milli,
    /// Cut to the most.
    pub maximum: Milli,
    /// Added to fill the vendor's least order value.
    pub vendor_minimum: Milli,
    /// What overrides of the quantity change.
    pub overridden: Vec<OverridePart>,
}

/// A part of a line's gross need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peg {
    /// The menu week.
    pub week: MenuWeek,
    /// The packing day.
    pub day: Date,
    /// What needs it.
    pub cause: Cause,
    /// Mean kits (of packaging: boxes, kits or portions) in 1/1000.
    pub count_milli: i64,
    /// Of them known orders'.
    pub known_count: u64,
    /// Usable quantity of known orders.
    pub known: Milli,
    /// Usable quantity of simulated ones, in the mean.
    pub simulated: Milli,
    /// Lost in preparation.
    pub yield_loss: Milli,
    /// The rows of the bill of materials or packaging rule.
    pub rows: Vec<Origin>,
    /// Whether the week stands in with its last publication.
    pub stand_in: bool,
}

impl Peg {
    /// The whole part.
    pub const fn quantity(&self) -> Milli {
        self.known + self.simulated + self.yield_loss
    }
}

/// What overrides of a week's volume and shares have added to a line's need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifted {
    /// The menu week.
    pub week: MenuWeek,
    /// The overrides: which, whose and why.
    pub by: String,
    /// What they have added, in proportion to boxes and shares; below 0: taken away.
    pub change: Milli,
}

/// What needs a product.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Kits of a recipe.
    Recipe {
        /// The recipe.
        id: RecipeId,
        /// Its name.
        name: String,
    },
    /// Packaging: each box, kit or portion.
    Packaging {
        /// What is counted.
        counted: Counted,
    },
}

/// Something that was there before the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// What.
    pub source: Source,
    /// How much.
    pub quantity: Milli,
}

/// Where a quantity comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Source {
    /// A lot in stock.
    Lot {
        /// The lot; `None` for what is there of no lot that anybody named.
        lot: Option<LotId>,
        /// Last day it may be used.
        expiry: Option<Date>,
        /// Its row.
        origin: Origin,
    },
    /// A purchase order under way.
    Inbound {
        /// The order.
        order: OrderId,
        /// Its line.
        line_no: u32,
        /// The day it is expected.
        expected: Date,
        /// Its row, or the stored order where it was approved here.
        origin: Origin,
    },
    /// An earlier proposal.
    Proposal {
        /// Its vendor.
        vendor: VendorId,
        /// Its delivery.
        delivery: Date,
    },
}

impl Source {
    /// The row it stands in; an earlier proposal stands in none.
    pub const fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Lot { origin, .. } | Self::Inbound { origin, .. } => Some(origin),
            Self::Proposal { .. } => None,
        }
    }
}

/// What an override changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverridePart {
    /// The override.
    pub id: domain::OverrideId,
    /// Whose.
    pub author: String,
    /// Why.
    pub reason: String,
    /// Until when.
    pub expires_at: Option<Timestamp>,
    /// The change.
    pub change: Milli,
    /// Its row.
    pub origin: Origin,
}

/// Something short before anything that can still be ordered arrives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expedite {
    /// The product.
    pub product: ProductId,
    /// The product's own unit.
    pub unit: Unit,
    /// First packing day that is short.
    pub needed: Date,
    /// Last packing day before the first delivery that can still be ordered.
    pub until: Date,
    /// Expected shortage.
    pub short: Milli,
    /// Shortage at the service quantile.
    pub short_at_target: Milli,
    /// Draws of 1000 in which something is short.
    pub short_per_mille: u32,
    /// The vendor asked first; `None` where nobody offers it.
    pub vendor: Option<VendorId>,
    /// The last moment at which that vendor could have been asked; `None` where it never delivers.
    pub last_chance: Option<Timestamp>,
    /// The first delivery that can still be ordered.
    pub first_delivery: Option<Date>,
    /// Cost of the expected shortage, where known.
    pub at_risk: Option<Decimal>,
}

/// What became of an order under its vendor's least value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmallOrder {
    /// The vendor.
    pub vendor: VendorId,
    /// The delivery.
    pub delivery: Date,
    /// The vendor's least order value.
    pub least: Decimal,
    /// Value of what was needed.
    pub value: Decimal,
    /// Cost of leaving it out: the shortage expected until the next delivery.
    pub cost_of_dropping: Decimal,
    /// Cost of filling it up: the waste expected of what is added.
    pub cost_of_filling: Decimal,
    /// Whether it was filled up; else it was left out.
    pub filled: bool,
    /// The products that were needed.
    pub products: Vec<ProductId>,
}

/// A product that is needed and that nobody can bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsupplied {
    /// The product.
    pub product: ProductId,
    /// The product's own unit.
    pub unit: Unit,
    /// First packing day that is short.
    pub needed: Date,
    /// Expected shortage over the horizon.
    pub short: Milli,
    /// Why nobody can.
    pub reason: String,
}

impl Waterfall {
    /// Mean gross need, overrides of the need included.
    pub fn gross(&self) -> Milli {
        let pegs: Milli = self.gross.iter().map(Peg::quantity).sum();
        pegs + changes(&self.need_overrides)
    }

    /// Mean net need: what is left of the gross need after what was there and what this delivery cannot serve.
    pub fn mean_net(&self) -> Milli {
        let used: Milli = self.used.iter().map(|part| part.quantity).sum();
        self.gross() - used - self.unreachable
    }

    /// The quantity all parts sum to.
    pub fn quantity(&self) -> Milli {
        self.mean_net()
            + self.safety
            + self.minimum
            + self.multiple
            + self.maximum
            + self.vendor_minimum
            + changes(&self.overridden)
    }
}

fn changes(parts: &[OverridePart]) -> Milli {
    parts.iter().map(|part| part.change).sum()
}
