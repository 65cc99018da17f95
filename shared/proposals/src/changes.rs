//! The table of what changed.

use dataset::{Signed, table};
use domain::{Date, Decimal, ProductId, SiteId, Unit, VendorId};

table! {
    /// A line that changed by a step or more, and what changed it. Quantities are in the product's own unit;
    /// `after` is `before` and all columns from `volume` on.
    pub struct ChangeRow = "changes", Required {
        /// The vendor.
        key vendor_id: VendorId,
        /// The site.
        key site_id: SiteId,
        /// The day of delivery.
        key delivery_date: Date,
        /// The product.
        key product_id: ProductId,
        /// The product's own unit.
        col uom: Unit,
        /// The quantity before; 0: there was no such line.
        col before: Decimal,
        /// The quantity now; 0: there is none any more.
        col after: Decimal,
        /// Kits and boxes of the weeks.
        col volume: Signed,
        /// Recipes' parts of the kits.
        col mix: Signed,
        /// Bills of materials and packaging.
        col bill_of_materials: Signed,
        /// Where and when kits are packed.
        col allocation: Signed,
        /// Stock and orders under way.
        col stock: Signed,
        /// Supplier terms.
        col terms: Signed,
        /// Settings and overrides.
        col settings: Signed,
        /// New code on the old inputs.
        col method: Signed,
    }
}
