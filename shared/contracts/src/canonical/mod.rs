//! Canonical events: what the company's systems tell one another, in one form that is no system's own.
//!
//! CloudEvents 1.0 in structured JSON. [`Event::parse`] is the one way in: what comes out of it is whole, within limits
//! and from the system that masters what it is about. What does not come out is a [`Rejection`] in words.

mod data;
mod event;
mod kind;
mod orders;
mod ownership;
mod products;
mod purchases;
mod rejection;
#[cfg(feature = "schema")]
mod schema;
mod source;
mod stock;
#[cfg(test)]
mod tests;
mod values;
mod wording;

pub use event::{Event, Heading};
pub use kind::{Fact, Kind};
pub use orders::{CancelledOrder, CustomerOrder, Dispatch, DispatchedOrder, OrderLine, SalesOrder};
pub use ownership::{Consumer, Entity, Once};
pub use products::{Material, Menu, MenuItem, Product, Recipe, RecipeKind, SiteCap};
pub use purchases::{Advice, AdvisedLine, PurchaseDocument, PurchaseLine};
pub use rejection::{Reason, Rejection};
#[cfg(feature = "schema")]
pub(crate) use schema::schemas;
pub use source::{Source, System};
pub use stock::{Adjustment, Receipt, ReceivedLine, StockCount};
pub use values::{
    Amount, Currency, Day, Delta, Expected, LineNo, Lines, Moment, Part, Pieces, Quantity, Share,
    Words,
};

/// The most bytes of an event: what a queue carries at most.
pub const LARGEST_BODY: usize = 1024 * 1024;

/// What the `dataschema` of our own events begins with; the type follows.
const DATA_SCHEMA: &str = "urn:larder:schema:";
