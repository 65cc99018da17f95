//! Tables that one step stores and another reads.

use domain::{Date, OrderId, SiteId};

use crate::table;

table! {
    /// Where a known order is packed, and when; no row: no site has room.
    pub struct KnownSite = "known_sites", Required {
        /// The order.
        key order_id: OrderId,
        /// The site.
        col site_id: SiteId,
        /// The packing day.
        col packing_date: Date,
    }
}
