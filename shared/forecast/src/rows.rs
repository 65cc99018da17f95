//! The table that is published.

use domain::{Date, Decimal, MenuWeek, ProductId, SiteId, Unit};

use crate::summary::{Summary, decimal};

dataset::table! {
    /// What a site needs of a product on a packing day, before stock.
    pub struct ForecastRow = "forecast", Required {
        /// The menu week.
        key week_id: MenuWeek,
        /// The site.
        key site_id: SiteId,
        /// The packing day.
        key date: Date,
        /// The product.
        key product_id: ProductId,
        /// The product's unit, in which all quantities of the row are.
        col uom: Unit,
        /// Mean of the draws.
        col mean: Decimal,
        /// Exceeded in 95 draws of 100.
        col p05: Decimal,
        /// Exceeded in 9 draws of 10.
        col p10: Decimal,
        /// Exceeded in 3 draws of 4.
        col p25: Decimal,
        /// The median.
        col p50: Decimal,
        /// Exceeded in 1 draw of 4.
        col p75: Decimal,
        /// Exceeded in 1 draw of 10.
        col p90: Decimal,
        /// Exceeded in 5 draws of 100.
        col p95: Decimal,
        /// Exceeded in 1 draw of 100; empty where the draws are too few to say.
        col p99: Option<Decimal>,
        /// The median as last published; empty where there was none.
        col last_p50: Option<Decimal>,
    }
}

impl ForecastRow {
    /// A row from a summary in 1/1000 of the product's unit; `None` when a figure is 10^12 units or more.
    pub fn new(
        week_id: MenuWeek,
        site_id: SiteId,
        date: Date,
        (product_id, uom): (ProductId, Unit),
        summary: &Summary,
        last_p50: Option<Decimal>,
    ) -> Option<Self> {
        let p99 = match summary.p99 {
            Some(p99) => Some(decimal(p99)?),
            None => None,
        };
        Some(Self {
            week_id,
            site_id,
            date,
            product_id,
            uom,
            mean: decimal(summary.mean)?,
            p05: decimal(summary.p05)?,
            p10: decimal(summary.p10)?,
            p25: decimal(summary.p25)?,
            p50: decimal(summary.p50)?,
            p75: decimal(summary.p75)?,
            p90: decimal(summary.p90)?,
            p95: decimal(summary.p95)?,
            p99,
            last_p50,
        })
    }
}
