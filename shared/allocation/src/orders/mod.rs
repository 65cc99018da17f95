//! The Box Allocation Problem: a bin for every order, so that the recipes' volumes per bin change least.
//!
//! Nguyen, Genest and Zemkoho (2025), *Box Allocation Optimization in Meal Kit Delivery*, arXiv 2509.06157.
//! [`least_change`] looks for the allocation that is best in this order:
//!
//! 1. as many orders placed as possible,
//! 2. as few orders missing from the bins' minimums as possible,
//! 3. the least total cost of the routes taken,
//! 4. the least distance Σ |volume − previous volume| over all recipes and bins,
//! 5. as few known orders moved as possible.
//!
//! The first three are those of [`place`](crate::place) and always met. What all placements that meet them have in
//! common is known from its prices, so the search for the fourth stays among them and has no costs to weigh. It
//! begins with known orders where they were and every other where a recipe is missing; then orders of two bins are
//! exchanged, and boxes moved where caps leave room, at first for a smoothed distance, last for the distance itself.
//! The search ends when the distance meets its lower bound, which proves it least, or with its budget. Budgets count
//! steps, so that the same input always gives the same allocation.

mod anneal;
mod bound;
mod cycle;
mod exchange;
mod fill;
mod input;
mod repair;
mod report;
mod search;
mod state;

pub use input::{Order, Orders, Volumes};
pub use repair::{Change, Made, Repair};
pub use report::Allocation;
pub use search::{Budget, least_change};
