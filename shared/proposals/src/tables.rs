//! The tables of lines, and of what stands in their way.

use std::cmp::Reverse;

use contracts::ExpediteSummary;
use dataset::{Signed, table};
use domain::{Date, Decimal, OrderId, ProductId, SiteId, Timestamp, Unit, VendorId};

table! {
    /// A proposed line. Quantities are in the product's own unit unless their column says otherwise.
    ///
    /// `mean_net` is the gross columns less `stock_used`, `inbound_used`, `proposals_used` and `unreachable`;
    /// `quantity` is `mean_net` and all columns after it.
    pub struct ProposalRow = "proposals", Required {
        /// The vendor.
        key vendor_id: VendorId,
        /// The site.
        key site_id: SiteId,
        /// The day of delivery.
        key delivery_date: Date,
        /// The product.
        key product_id: ProductId,
        /// The vendor's name.
        col vendor_name: String,
        /// The site's name.
        col site_name: String,
        /// The product's name.
        col product_name: String,
        /// The latest moment to order.
        col order_by: Timestamp,
        /// The quantity.
        col quantity: Decimal,
        /// The product's own unit.
        col uom: Unit,
        /// The quantity in order units.
        col order_quantity: Decimal,
        /// The order unit.
        col order_uom: Unit,
        /// Steps of the quantity.
        col packs: u32,
        /// A step, in order units.
        col pack: Decimal,
        /// The product's own units in an order unit.
        col content: Decimal,
        /// The least the vendor sells, in order units; 0 where it states none.
        col least: Decimal,
        /// The most the vendor sells, in order units; empty where it states none.
        col most: Option<Decimal>,
        /// Price of an order unit.
        col price: Decimal,
        /// Price of the line.
        col value: Decimal,
        /// ISO 4217, where stated.
        col currency: Option<String>,
        /// Pallets, in 1/1000; empty where the vendor does not say.
        col pallets: Option<Decimal>,
        /// First packing day that the line is for.
        col covers_from: Date,
        /// Last packing day that the line is for.
        col covers_to: Date,
        /// How the quantity was aimed: `quantile`, `newsvendor` or `days`.
        col method: String,
        /// A quantile, or days.
        col target: Decimal,
        /// Share of draws in which the net need is covered before rounding.
        col covered: Decimal,
        /// 1 where the risk of waste held the quantity below the target.
        col held_by_waste: bool,
        /// Expected shortage on the days the line is for.
        col expected_short: Decimal,
        /// Expected quantity that expires before it is used.
        col expected_waste: Decimal,
        /// Share of draws in which something is short.
        col p_short: Decimal,
        /// Share of draws in which something is wasted.
        col p_waste: Decimal,
        /// Cost of the expected shortage and waste; empty where no cost is known.
        col at_risk: Option<Decimal>,
        /// 1 where part of the need is that of the last publication of a week that failed or is not planned.
        col stand_in: bool,
        /// Mean need of known orders.
        col gross_known: Signed,
        /// Mean need of simulated orders.
        col gross_simulated: Signed,
        /// Lost in preparation, in the mean.
        col gross_yield: Signed,
        /// Added by overrides of the need.
        col gross_override: Signed,
        /// Taken from stock on the mean path.
        col stock_used: Signed,
        /// Taken from orders under way on the mean path.
        col inbound_used: Signed,
        /// Taken from earlier proposals on the mean path.
        col proposals_used: Signed,
        /// Need on days for which this delivery is no longer usable.
        col unreachable: Signed,
        /// Mean net need.
        col mean_net: Signed,
        /// Quantile net need less mean net need, and need beyond the review period that days of cover ask for.
        col safety: Signed,
        /// Raised to the vendor's least quantity.
        col minimum: Signed,
        /// Rounded up to the vendor's step.
        col multiple: Signed,
        /// Cut to the vendor's most.
        col maximum: Signed,
        /// Added to fill the vendor's least order value.
        col vendor_minimum: Signed,
        /// Changed by overrides of the quantity.
        col quantity_override: Signed,
    }
}
table! {
    /// A line as its vendor needs it.
    pub struct VendorRow = "vendor_orders", Required {
        /// The site.
        key site_id: SiteId,
        /// The day of delivery.
        key delivery_date: Date,
        /// The product.
        key product_id: ProductId,
        /// The site's name.
        col site_name: String,
        /// The product's name.
        col product_name: String,
        /// The latest moment to order.
        col order_by: Timestamp,
        /// The quantity in order units.
        col order_quantity: Decimal,
        /// The order unit.
        col order_uom: Unit,
        /// Steps of the quantity.
        col packs: u32,
        /// A step, in order units.
        col pack: Decimal,
        /// Price of an order unit.
        col price: Decimal,
        /// Price of the line.
        col value: Decimal,
        /// ISO 4217, where stated.
        col currency: Option<String>,
    }
}
table! {
    /// A product that runs short before anything that can still be ordered arrives.
    pub struct ExpediteRow = "expedite", Required {
        /// The site.
        key site_id: SiteId,
        /// The product.
        key product_id: ProductId,
        /// First packing day that is short.
        key needed: Date,
        /// The site's name.
        col site_name: String,
        /// The product's name.
        col product_name: String,
        /// The product's own unit.
        col uom: Unit,
        /// Last packing day before the first delivery that can still be ordered.
        col until: Date,
        /// Expected shortage.
        col short: Decimal,
        /// Shortage at the service quantile.
        col short_at_target: Decimal,
        /// Share of draws in which something is short.
        col p_short: Decimal,
        /// The vendor asked first; empty where nobody offers it.
        col vendor_id: Option<VendorId>,
        /// The last moment at which that vendor could have been asked; empty where it never delivers.
        col last_chance: Option<Timestamp>,
        /// The first delivery that can still be ordered.
        col first_delivery: Option<Date>,
        /// Cost of the expected shortage, where known.
        col at_risk: Option<Decimal>,
    }
}
table! {
    /// An order under its vendor's least value.
    pub struct SmallOrderRow = "small_orders", Required {
        /// The vendor.
        key vendor_id: VendorId,
        /// The site.
        key site_id: SiteId,
        /// The day of delivery.
        key delivery_date: Date,
        /// The vendor's least order value.
        col least: Decimal,
        /// Value of what was needed.
        col value: Decimal,
        /// Cost of leaving it out.
        col cost_of_dropping: Decimal,
        /// Cost of filling it up.
        col cost_of_filling: Decimal,
        /// 1 where it was filled up; 0 where it was left out.
        col filled: bool,
        /// The products that were needed, with `;` between them.
        col products: String,
    }
}
table! {
    /// A product that is needed at a site and that nobody can bring.
    pub struct UnsuppliedRow = "unsupplied", Required {
        /// The site.
        key site_id: SiteId,
        /// The product.
        key product_id: ProductId,
        /// The product's own unit.
        col uom: Unit,
        /// First packing day that is short.
        col needed: Date,
        /// Expected shortage over the horizon.
        col short: Decimal,
        /// Why nobody can.
        col reason: String,
    }
}

dataset::words! {
    /// Why a line is there, or what it rests on.
    PegKind {
        /// Kits of a recipe.
        Recipe = "recipe",
        /// Packaging.
        Packaging = "packaging",
        /// An override of the need.
        NeedOverride = "need_override",
        /// A lot in stock.
        Lot = "lot",
        /// An order under way.
        Inbound = "inbound",
        /// An earlier proposal.
        Proposal = "proposal",
        /// An override of the quantity.
        Override = "override",
        /// A vendor's, product's or policy's terms.
        Term = "term",
    }
}
table! {
    /// A part of a line down to its row of the data set. The quantities of a line sum to its mean net need before
    /// what is unreachable, and its overrides; what is used counts below zero.
    pub struct PegRow = "pegging", Required {
        /// The line's vendor.
        key vendor_id: VendorId,
        /// The line's site.
        key site_id: SiteId,
        /// The line's day of delivery.
        key delivery_date: Date,
        /// The line's product.
        key product_id: ProductId,
        /// Its number within the line.
        key part: u32,
        /// What it is.
        col kind: PegKind,
        /// The packing day of a need; of what is used its last day, the day it is expected or delivered.
        col day: Option<Date>,
        /// The recipe, lot, order and line, vendor or override; of packaging what is counted.
        col what: Option<String>,
        /// How much; empty for terms, and for further rows of the part before.
        col quantity: Option<Signed>,
        /// 1 where the need is that of the last publication of a week that failed or is not planned.
        col stand_in: bool,
        /// The file of the data set.
        col file: Option<String>,
        /// Its line, the header being 1; of Parquet the row.
        col line: Option<u32>,
        /// The file's sha256.
        col sha256: Option<String>,
    }
}

dataset::words! {
    /// How sure an arrival is.
    Sureness {
        /// Proposed here.
        Proposed = "proposed",
        /// Approved here, and not yet reported by the system that orders.
        Approved = "approved",
        /// Ordered.
        Open = "open",
    }
}
table! {
    /// What one vendor brings to a site on a day within an hour.
    pub struct InboundRow = "inbound_plan", Required {
        /// The site.
        key site_id: SiteId,
        /// The day; of what is overdue, today.
        key date: Date,
        /// The hour of the day on the site's clock, 0 to 23.
        key hour: u8,
        /// The vendor.
        key vendor_id: VendorId,
        /// How sure it is.
        key kind: Sureness,
        /// Order lines.
        col lines: u32,
        /// Order units.
        col cases: Decimal,
        /// Whole pallets of the lines whose pallets are known; empty where none is.
        col pallets: Option<u32>,
        /// Lines of which the vendor does not say how many order units stand on a pallet.
        col lines_without_pallets: u32,
    }
}

/// The name of a line of an order under way.
pub fn order_line(order: &OrderId, line_no: u32) -> String {
    format!("{order}#{line_no}")
}

impl ExpediteRow {
    /// The first of some rows: those that most money hangs on, then those that are most likely to be short.
    pub fn gravest(rows: &[Self], most: usize) -> impl Iterator<Item = &Self> {
        let mut rows: Vec<&Self> = rows.iter().collect();
        rows.sort_by_key(|row| (Reverse(row.at_risk), Reverse(row.p_short), row.needed));
        rows.into_iter().take(most)
    }

    /// The row as summaries tell it, with the vendor's name.
    pub fn told(&self, name: impl FnOnce(&VendorId) -> String) -> ExpediteSummary {
        ExpediteSummary {
            site: self.site_id.clone(),
            site_name: self.site_name.clone(),
            product: self.product_id.clone(),
            product_name: self.product_name.clone(),
            unit: self.uom,
            needed: self.needed,
            until: self.until,
            short: self.short,
            short_per_mille: (self.p_short.millionths() / 1000) as u32,
            vendor_name: self.vendor_id.as_ref().map(name),
            first_delivery: self.first_delivery,
            at_risk: self.at_risk,
        }
    }
}

impl ProposalRow {
    /// The line's key.
    pub fn key(&self) -> ordering::LineKey {
        ordering::LineKey {
            vendor: self.vendor_id.clone(),
            site: self.site_id.clone(),
            delivery: self.delivery_date,
            product: self.product_id.clone(),
        }
    }

    /// The quantity in 1/1000 of the product's own unit.
    pub const fn quantity_milli(&self) -> ordering::Milli {
        self.quantity.millionths() / 1_000
    }

    /// A step in 1/1000 of the product's own unit, cut.
    pub fn step_milli(&self) -> ordering::Milli {
        self.quantity_milli() / i64::from(self.packs.max(1))
    }
}
