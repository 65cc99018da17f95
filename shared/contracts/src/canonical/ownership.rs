//! Whose everything is: for each entity the one system that masters it.

use super::kind::Kind;
use super::source::System;

/// Something that events are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// A product.
    Product,
    /// A recipe with its bill of materials.
    Recipe,
    /// A week's menu.
    Menu,
    /// What a site packs on a day.
    SiteCap,
    /// A customer's order before it is to be packed.
    CustomerOrder,
    /// A purchase order until it is placed.
    PurchaseProposal,
    /// A purchase order once it is placed.
    PurchaseOrder,
    /// What a vendor says is on its way.
    InboundAdvice,
    /// Goods that have come.
    GoodsReceipt,
    /// Stock of a product, or of one lot of it, at a site.
    Stock,
    /// A sales order that is to be packed.
    SalesOrder,
    /// Boxes that have left.
    Shipment,
}

/// What makes an event count once, however often it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Once {
    /// The entity's version: the highest holds, lower ones are stale.
    Version,
    /// The event's source and id: each counts.
    EventId,
    /// The document's reference: the first holds, and documents of one reference are the same.
    Reference,
}

/// A function that takes events from its own queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Consumer {
    /// Keeps the planning data set's change log.
    PlanningSync,
    /// Brings them into the ERP.
    ErpInject,
    /// Tells the warehouse.
    WmsExport,
}

impl Entity {
    /// Every entity.
    pub const ALL: [Self; 12] = [
        Self::Product,
        Self::Recipe,
        Self::Menu,
        Self::SiteCap,
        Self::CustomerOrder,
        Self::PurchaseProposal,
        Self::PurchaseOrder,
        Self::InboundAdvice,
        Self::GoodsReceipt,
        Self::Stock,
        Self::SalesOrder,
        Self::Shipment,
    ];

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Recipe => "recipe",
            Self::Menu => "menu",
            Self::SiteCap => "site cap",
            Self::CustomerOrder => "customer order",
            Self::PurchaseProposal => "purchase order until it is placed",
            Self::PurchaseOrder => "purchase order once it is placed",
            Self::InboundAdvice => "inbound advice",
            Self::GoodsReceipt => "goods receipt",
            Self::Stock => "stock",
            Self::SalesOrder => "sales order",
            Self::Shipment => "shipment",
        }
    }

    /// Its key, which is the `subject` of every event about it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Product => "product/<product>",
            Self::Recipe => "recipe/<recipe>",
            Self::Menu => "menu/<week>",
            Self::SiteCap => "site-cap/<site>/<date>",
            Self::CustomerOrder => "order/<order>",
            Self::PurchaseProposal | Self::PurchaseOrder => "purchase-order/<reference>",
            Self::InboundAdvice => "inbound-advice/<reference>",
            Self::GoodsReceipt => "goods-receipt/<reference>",
            Self::Stock => "stock/<site>/<product>, stock/<site>/<product>/<lot>",
            Self::SalesOrder => "sales-order/<reference>",
            Self::Shipment => "shipment/<reference>",
        }
    }

    /// The one system whose word about it counts.
    pub const fn master(self) -> System {
        match self {
            Self::Product | Self::Recipe | Self::Menu | Self::CustomerOrder | Self::SalesOrder => {
                System::Platform
            }
            Self::SiteCap | Self::PurchaseProposal => System::Planning,
            Self::PurchaseOrder | Self::InboundAdvice => System::Erp,
            Self::GoodsReceipt | Self::Stock | Self::Shipment => System::Warehouse,
        }
    }

    /// The kinds of events about it.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        let kinds = Kind::ALL.iter().copied();
        kinds.filter(move |kind| kind.entity() == self)
    }
}

impl Once {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Version => "entity version",
            Self::EventId => "event id",
            Self::Reference => "reference",
        }
    }
}

impl Consumer {
    /// Every consumer.
    pub const ALL: [Self; 3] = [Self::PlanningSync, Self::ErpInject, Self::WmsExport];

    /// The function's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PlanningSync => "planning-sync",
            Self::ErpInject => "erp-inject",
            Self::WmsExport => "wms-export",
        }
    }

    /// The kinds that its queue is subscribed to.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        let kinds = Kind::ALL.iter().copied();
        kinds.filter(move |kind| kind.consumers().contains(&self))
    }
}

impl Kind {
    /// What it is about.
    pub const fn entity(self) -> Entity {
        match self {
            Self::ProductUpserted => Entity::Product,
            Self::RecipePublished => Entity::Recipe,
            Self::MenuPublished => Entity::Menu,
            Self::SiteCapSet => Entity::SiteCap,
            Self::OrderLinesBooked | Self::OrderLinesCancelled => Entity::CustomerOrder,
            Self::PurchaseOrderProposed
            | Self::PurchaseOrderApproved
            | Self::PurchaseOrderWithdrawn => Entity::PurchaseProposal,
            Self::PurchaseOrderPlaced
            | Self::PurchaseOrderConfirmed
            | Self::PurchaseOrderAmended
            | Self::PurchaseOrderCancelled => Entity::PurchaseOrder,
            Self::InboundAdvised => Entity::InboundAdvice,
            Self::GoodsReceived => Entity::GoodsReceipt,
            Self::StockAdjusted | Self::StockCounted => Entity::Stock,
            Self::SalesOrderConfirmed | Self::SalesOrderAmended | Self::SalesOrderCancelled => {
                Entity::SalesOrder
            }
            Self::ShipmentDispatched => Entity::Shipment,
        }
    }

    /// What makes it count once.
    pub const fn once(self) -> Once {
        match self {
            Self::StockAdjusted => Once::EventId,
            Self::InboundAdvised | Self::GoodsReceived | Self::ShipmentDispatched => {
                Once::Reference
            }
            _ => Once::Version,
        }
    }

    /// The functions that take it.
    pub const fn consumers(self) -> &'static [Consumer] {
        use Consumer::{ErpInject, PlanningSync, WmsExport};
        match self {
            Self::ProductUpserted
            | Self::GoodsReceived
            | Self::StockAdjusted
            | Self::StockCounted => &[PlanningSync, ErpInject],
            Self::RecipePublished
            | Self::MenuPublished
            | Self::SiteCapSet
            | Self::OrderLinesBooked
            | Self::OrderLinesCancelled => &[PlanningSync],
            Self::PurchaseOrderProposed => &[],
            Self::PurchaseOrderApproved
            | Self::PurchaseOrderWithdrawn
            | Self::ShipmentDispatched => &[ErpInject],
            Self::PurchaseOrderPlaced
            | Self::PurchaseOrderConfirmed
            | Self::PurchaseOrderAmended
            | Self::PurchaseOrderCancelled => &[PlanningSync, WmsExport],
            Self::InboundAdvised => &[WmsExport],
            Self::SalesOrderConfirmed | Self::SalesOrderAmended | Self::SalesOrderCancelled => {
                &[ErpInject, WmsExport]
            }
        }
    }
}
