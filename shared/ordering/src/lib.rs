//! Purchase order proposals: from what is needed, there and for sale to lines that explain themselves.
//!
//! [`Ordering::propose`] plans one site over all menu weeks:
//!
//! 1. needs: the stored draws times the bill of materials, by packing day, in every draw and in the mean;
//! 2. a shelf for each product, from which lots and orders under way are used first expired, first out, in every
//!    draw, late where a draw says so;
//! 3. deliveries in the order they arrive, each for the days up to the next possible one: the shortage of those days
//!    in every draw, the quantity the policy aims at, raised to what the vendor sells, and the vendor's least order
//!    value held; what is decided is on the shelf for later deliveries;
//! 4. along the mean path, what each quantity is made of.
//!
//! Quantities are whole numbers of thousandths of the product's unit, and prices exact decimals: floating point only
//! draws how late deliveries are.

mod aim;
mod attribution;
mod corrections;
mod day;
mod expedite;
mod inbound_plan;
mod inputs;
mod late;
mod line;
mod needs;
mod pack;
mod product;
mod proposal;
mod rounding;
mod shelf;
mod site;
mod sourcing;
mod tentative;

pub use attribution::{Attribution, Changed, Group, Way, attribute};
pub use inbound_plan::{Arrival, ArrivalKind, inbound_plan};
pub use inputs::{Inputs, Lift, Settings, Week, Worlds};
pub use proposal::{
    Aim, Cause, Expedite, Lifted, Line, LineKey, Milli, OverridePart, Peg, Risk, SiteProposals,
    SmallOrder, Source, Unsupplied, Use, Waterfall,
};
pub use site::Ordering;
pub use snapshot::Counted;

/// Needs that cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NeedsError(pub String);
