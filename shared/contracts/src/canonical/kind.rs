//! The kinds of events, and their data.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::data::Data;
use super::orders::{CancelledOrder, CustomerOrder, Dispatch, SalesOrder};
use super::products::{Menu, Product, Recipe, SiteCap};
use super::purchases::{Advice, PurchaseDocument};
use super::stock::{Adjustment, Receipt, StockCount};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident($data:ty) = $name:literal;)*) => {
        /// What has happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {$($(#[doc = $doc])* $kind,)*}

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The event's `type`; it ends in the version of the data.
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$kind => $name,)*}
            }

            /// What it tells, in a sentence.
            pub fn about(self) -> &'static str {
                match self {$(Self::$kind => concat!($($doc),*).trim(),)*}
            }

            #[cfg(feature = "schema")]
            pub(super) fn schema(self) -> schemars::Schema {
                match self {$(Self::$kind => schemars::schema_for!(crate::CloudEvent<$data>),)*}
            }
        }

        /// What an event tells: its kind with the data of that kind.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        pub enum Fact {$($(#[doc = $doc])* $kind($data),)*}

        impl Fact {
            /// The kind.
            pub const fn kind(&self) -> Kind {
                match self {$(Self::$kind(_) => Kind::$kind,)*}
            }

            pub(super) fn data(&self) -> &dyn Data {
                match self {$(Self::$kind(data) => data,)*}
            }

            pub(super) fn read(kind: Kind, data: &Value) -> Result<Self, Unread> {
                match kind {$(Kind::$kind => read::<$data>(data).map(Self::$kind),)*}
            }
        }
    };
}

pub(super) type Unread = serde_path_to_error::Error<serde_json::Error>;

fn read<'a, T: Deserialize<'a>>(data: &'a Value) -> Result<T, Unread> {
    serde_path_to_error::deserialize(data)
}

kinds! {
    /// A product is new or has changed.
    ProductUpserted(Product) = "larder.product.upserted.v1";
    /// A recipe is new or has changed, with its whole bill of materials.
    RecipePublished(Recipe) = "larder.recipe.published.v1";
    /// A week's menu is new or has changed, with all its recipes.
    MenuPublished(Menu) = "larder.menu.published.v1";
    /// How many boxes a site packs on a day is decided.
    SiteCapSet(SiteCap) = "larder.site-cap.set.v1";
    /// A customer's order is new or has changed.
    OrderLinesBooked(CustomerOrder) = "larder.order-lines.booked.v1";
    /// A customer's order is withdrawn.
    OrderLinesCancelled(CancelledOrder) = "larder.order-lines.cancelled.v1";
    /// A run proposes a purchase order.
    PurchaseOrderProposed(PurchaseDocument) = "larder.purchase-order.proposed.v1";
    /// A planner approves a purchase order: it is to be placed.
    PurchaseOrderApproved(PurchaseDocument) = "larder.purchase-order.approved.v1";
    /// A planner takes an approved purchase order back.
    PurchaseOrderWithdrawn(PurchaseDocument) = "larder.purchase-order.withdrawn.v1";
    /// A purchase order is placed with its vendor.
    PurchaseOrderPlaced(PurchaseDocument) = "larder.purchase-order.placed.v1";
    /// The vendor confirms a purchase order, as it then is.
    PurchaseOrderConfirmed(PurchaseDocument) = "larder.purchase-order.confirmed.v1";
    /// A placed purchase order has changed.
    PurchaseOrderAmended(PurchaseDocument) = "larder.purchase-order.amended.v1";
    /// A placed purchase order will not come.
    PurchaseOrderCancelled(PurchaseDocument) = "larder.purchase-order.cancelled.v1";
    /// A vendor says what is on its way.
    InboundAdvised(Advice) = "larder.inbound.advised.v1";
    /// Goods have come.
    GoodsReceived(Receipt) = "larder.goods.received.v1";
    /// Stock became more or less.
    StockAdjusted(Adjustment) = "larder.stock.adjusted.v1";
    /// Stock was counted.
    StockCounted(StockCount) = "larder.stock.counted.v1";
    /// A sales order is to be packed.
    SalesOrderConfirmed(SalesOrder) = "larder.sales-order.confirmed.v1";
    /// A sales order that is to be packed has changed.
    SalesOrderAmended(SalesOrder) = "larder.sales-order.amended.v1";
    /// A sales order is not to be packed any more.
    SalesOrderCancelled(SalesOrder) = "larder.sales-order.cancelled.v1";
    /// Boxes have left a site.
    ShipmentDispatched(Dispatch) = "larder.shipment.dispatched.v1";
}

impl Kind {
    /// The kind of this name, with its version.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// The kind of this name in whatever version.
    pub(super) fn of_another_version(name: &str) -> Option<Self> {
        let stem = |name: &str| -> Option<String> {
            let (stem, version) = name.rsplit_once(".v")?;
            let digits = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| stem.to_owned())
        };
        let wanted = stem(name)?;
        let mut kinds = Self::ALL.iter().copied();
        kinds.find(|kind| stem(kind.as_str()).as_ref() == Some(&wanted))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
