//! The kinds of files and their columns, under our own names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A column of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Our name of it.
    pub name: &'static str,
    /// Whether a file must have it, and every row fill it.
    pub required: bool,
}

const fn must(name: &'static str) -> Column {
    Column {
        name,
        required: true,
    }
}

const fn may(name: &'static str) -> Column {
    Column {
        name,
        required: false,
    }
}

const GOODS_IN: &[Column] = &[
    must("receipt"),
    must("line"),
    may("order"),
    may("order_line"),
    must("site"),
    must("product"),
    must("quantity"),
    must("uom"),
    may("lot"),
    may("expiry"),
    must("received_at"),
];

const ADJUSTMENTS: &[Column] = &[
    may("adjustment"),
    must("site"),
    must("product"),
    may("lot"),
    must("quantity"),
    must("uom"),
    may("expiry"),
    must("reason"),
    must("adjusted_at"),
];

const COUNTS: &[Column] = &[
    must("site"),
    must("product"),
    may("lot"),
    must("quantity"),
    must("uom"),
    may("expiry"),
    must("counted_at"),
];

const DISPATCHES: &[Column] = &[
    must("shipment"),
    must("line"),
    must("order"),
    must("site"),
    must("boxes"),
    must("dispatched_at"),
];

const INBOUND_ORDERS: &[Column] = &[
    must("order"),
    must("version"),
    must("status"),
    must("vendor"),
    must("site"),
    must("delivery_date"),
    must("line"),
    must("product"),
    must("quantity"),
    must("uom"),
    may("received"),
    may("expected_at"),
    must("closed"),
];

const ADVICES: &[Column] = &[
    must("advice"),
    must("version"),
    must("order"),
    must("vendor"),
    must("site"),
    must("expected_at"),
    must("line"),
    must("order_line"),
    must("product"),
    must("quantity"),
    must("uom"),
    may("lot"),
    may("expiry"),
];

const OUTBOUND_ORDERS: &[Column] = &[
    must("order"),
    must("version"),
    must("status"),
    must("site"),
    must("packing_date"),
    must("delivery_date"),
    must("line"),
    must("recipe"),
    must("portion_size"),
    must("quantity"),
];

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// From the warehouse: goods that have come, a row per line of a receipt.
    GoodsIn,
    /// From the warehouse: stock that became more or less.
    Adjustments,
    /// From the warehouse: stock as it was counted.
    Counts,
    /// From the warehouse: sales orders that have left.
    Dispatches,
    /// To the warehouse: a purchase order that is to come in.
    InboundOrders,
    /// To the warehouse: what a vendor says is on its way.
    Advices,
    /// To the warehouse: a sales order that is to be packed.
    OutboundOrders,
}

/// The name is not that of a file's kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of file: {names}", names = names())]
pub struct UnknownKind(String);

fn names() -> String {
    FileKind::ALL.map(FileKind::as_str).join(", ")
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::GoodsIn,
        Self::Adjustments,
        Self::Counts,
        Self::Dispatches,
        Self::InboundOrders,
        Self::Advices,
        Self::OutboundOrders,
    ];

    /// Its name in settings and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GoodsIn => "goods-in",
            Self::Adjustments => "adjustments",
            Self::Counts => "counts",
            Self::Dispatches => "dispatches",
            Self::InboundOrders => "inbound-orders",
            Self::Advices => "advices",
            Self::OutboundOrders => "outbound-orders",
        }
    }

    /// Whether the warehouse writes it.
    pub const fn comes_in(self) -> bool {
        matches!(
            self,
            Self::GoodsIn | Self::Adjustments | Self::Counts | Self::Dispatches
        )
    }

    /// Its columns, in the order they are written.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::GoodsIn => GOODS_IN,
            Self::Adjustments => ADJUSTMENTS,
            Self::Counts => COUNTS,
            Self::Dispatches => DISPATCHES,
            Self::InboundOrders => INBOUND_ORDERS,
            Self::Advices => ADVICES,
            Self::OutboundOrders => OUTBOUND_ORDERS,
        }
    }
}

impl FromStr for FileKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == name);
        found.ok_or_else(|| UnknownKind(name.to_owned()))
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
