//! What is in stock, under way and for sale: the facts that purchase orders are proposed from, each with the row of
//! the data set it stands in.
//!
//! Facts are kept as the data set states them; [`Terms`] and [`Policies`] say which of several rows holds for a
//! vendor, product and site, and [`Calendar`] when a delivery can come and until when it can be ordered.

mod calendar;
mod policy;
mod stock;
mod terms;

use std::fmt;

use domain::{ProductId, SiteId, VendorId};
use serde::{Deserialize, Serialize};

pub use calendar::{Calendar, Slot};
pub use policy::{Correction, Method, Policies, Policy};
pub use stock::{Inbound, Lot, Received, SiteClock, Stock};
pub use terms::{CalendarDay, Lead, LeadTime, Offer, Product, Terms, Vendor};

/// The row of the data set that a fact stands in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// The file, relative to the data set's folder.
    pub file: String,
    /// CSV: the line, the header being 1. Parquet: the row, the first being 1.
    pub line: u64,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Everything about supply, in parts that change for different reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supply {
    /// What is there and what is under way.
    pub stock: Stock,
    /// What vendors offer, and what products are.
    pub terms: Terms,
    /// How purchase quantities are aimed.
    pub policies: Policies,
    /// The planners' overrides of needs and proposed quantities that are in force, in the order they are applied.
    pub corrections: Vec<Correction>,
}

impl Supply {
    /// A product's name; its id where it has none.
    pub fn product_name<'a>(&'a self, id: &'a ProductId) -> &'a str {
        let product = self.terms.product(id);
        product.map_or(id.as_str(), |product| &product.name)
    }

    /// A vendor's name; its id where it has none.
    pub fn vendor_name<'a>(&'a self, id: &'a VendorId) -> &'a str {
        let vendor = self.terms.vendor(id);
        vendor.map_or(id.as_str(), |vendor| &vendor.name)
    }

    /// A site's name; its id where it has none.
    pub fn site_name<'a>(&'a self, id: &'a SiteId) -> &'a str {
        let clock = self.stock.clock(id);
        clock.map_or(id.as_str(), |clock| &clock.name)
    }

    /// The currency of a vendor's prices: its own, else the data set's.
    pub fn currency(&self, vendor: &VendorId) -> Option<&str> {
        let own = self.terms.vendor(vendor);
        let own = own.and_then(|vendor| vendor.currency.as_deref());
        own.or(self.terms.currency.as_deref())
    }
}
