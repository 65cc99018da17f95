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
        /// 1 where the delivery date's cut-off has passed, so that the site is meant to stand; 0 where a later run may
        /// move the order; empty in files of versions that did not say.
        col hard: Option<bool>,
        /// Days from the day planned from to the delivery date; empty in files of versions that did not say.
        col lead_days: Option<u32>,
    }
}
