//! Stock and orders under way.

use domain::{Date, Decimal, LotId, OrderId, ProductId, SiteId, Timestamp, VendorId};
use serde::{Deserialize, Serialize};

use crate::Origin;

/// What is there and what is under way, at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// The moment planned from.
    pub as_of: Timestamp,
    /// The sites, in order of id.
    pub sites: Vec<SiteClock>,
    /// The lots of each site's latest count and what changed since, in order of site, product and lot.
    pub lots: Vec<Lot>,
    /// The order lines of which something is still to come, in order of site, product, order and line.
    pub inbound: Vec<Inbound>,
    /// What was received of orders that are not among these, in order of order and line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub received: Vec<Received>,
    /// The purchase orders that the data set has a row of, in any status, in order of id.
    pub orders: Vec<OrderId>,
}

/// A site's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteClock {
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub name: String,
    /// Its IANA time zone.
    pub time_zone: String,
    /// The local date of the moment planned from.
    pub today: Date,
}

/// A lot in stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// The site.
    pub site: SiteId,
    /// The product.
    pub product: ProductId,
    /// The lot; `None` for what is there of no lot that anybody named.
    pub lot: Option<LotId>,
    /// When it was counted last; never counted, when it came.
    pub counted_at: Timestamp,
    /// Quantity there, in the product's unit.
    pub on_hand: Decimal,
    /// Of it already promised.
    pub allocated: Decimal,
    /// Last day it may be used.
    pub expiry: Option<Date>,
    /// The row that changed it last.
    pub origin: Origin,
}

/// What was received of a purchase order line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The purchase order.
    pub order: OrderId,
    /// Its line.
    pub line_no: u32,
    /// In the product's unit.
    pub quantity: Decimal,
}

/// What is still to come of a purchase order line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    /// The purchase order.
    pub order: OrderId,
    /// Its line.
    pub line_no: u32,
    /// The site.
    pub site: SiteId,
    /// The product.
    pub product: ProductId,
    /// The vendor.
    pub vendor: VendorId,
    /// Quantity still to come, in the product's unit.
    pub outstanding: Decimal,
    /// When it is expected.
    pub expected_at: Timestamp,
    /// The local date of that.
    pub expected_on: Date,
    /// Whether the order was approved here and no other system has reported it yet.
    pub approved_here: bool,
    /// Its row; of an order approved here, the stored order.
    pub origin: Origin,
}

impl Stock {
    /// A site's clock.
    pub fn clock(&self, site: &SiteId) -> Option<&SiteClock> {
        let at = self
            .sites
            .binary_search_by(|clock| clock.site.cmp(site))
            .ok()?;
        self.sites.get(at)
    }

    /// The lots of a product at a site.
    pub fn lots_of(&self, site: &SiteId, product: &ProductId) -> &[Lot] {
        equal(&self.lots, |lot| {
            (&lot.site, &lot.product).cmp(&(site, product))
        })
    }

    /// What is under way of a product to a site.
    pub fn inbound_of(&self, site: &SiteId, product: &ProductId) -> &[Inbound] {
        equal(&self.inbound, |line| {
            (&line.site, &line.product).cmp(&(site, product))
        })
    }
}

/// The run of elements that compare equal, in a list sorted by that comparison.
pub(crate) fn equal<T>(sorted: &[T], order: impl Fn(&T) -> std::cmp::Ordering) -> &[T] {
    let start = sorted.partition_point(|one| order(one).is_lt());
    let rest = sorted.get(start..).unwrap_or_default();
    let length = rest.partition_point(|one| order(one).is_eq());
    rest.get(..length).unwrap_or_default()
}
