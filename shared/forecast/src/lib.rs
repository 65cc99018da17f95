//! From kits to products: what a site needs on a day in every draw, and what those draws say together.
//!
//! All quantities are exact integers of 1/1000 of the product's unit. An [`Explosion`] is built once per week from
//! the bill of materials ([`explosions`]: one per packing day); [`Explosion::needs`] turns the draws of one site and day into needs; [`summarise`] takes
//! their mean and quantiles; [`ForecastRow`] is the table that is published.

mod explosion;
mod fraction;
mod packaging;
mod rows;
mod summary;
mod term;
mod week;

pub use explosion::{BomLine, Draws, Explosion, ExplosionError, WrongLength};
pub use packaging::PackagingRule;
pub use rows::ForecastRow;
pub use summary::{DRAWS_FOR_P99, Summary, decimal, quantile_rank, summarise};
pub use week::{NotExplodable, explosions};
