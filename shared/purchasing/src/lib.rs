//! From proposals to purchase orders: what an order is called, when a proposal becomes one, and how approved orders
//! count as under way until another system reports them.

mod approval;
mod inbound;
mod reconciling;
mod reference;
mod standing;
mod telling;

pub use approval::{Decision, Offer, decide};
pub use inbound::{Counted, Pinned, count};
pub use reconciling::{Difference, reconcile};
pub use reference::reference;
pub use standing::standing;
pub use telling::{UntellableError, approved, withdrawn};

#[cfg(test)]
mod fixture;
