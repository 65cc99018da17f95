//! The order simulator: draws the boxes of a menu week, places them at sites and counts their kits.
//!
//! A *state of the world* is one way the week may turn out. [`Simulation::plan`] draws the expected one, box by
//! box; [`Simulation::draws`] draws many and keeps counts alone. In each,
//!
//! 1. every area's volume is its median times a shock that all areas share and one of its own;
//! 2. known orders stand: on dates past their cut-off all of them, and nothing else; on open dates each is kept with a
//!    chance (the expected state keeps all), and simulated boxes fill the gap between them and the open dates' part of
//!    the volume, which is never below 0: more orders than forecast are all kept;
//! 3. recipe shares are the expected ones times a shock per recipe that all areas share, scattered around that
//!    area by area (Dirichlet);
//! 4. each box takes a delivery date, a portion size and a number of distinct recipes, one recipe after another
//!    without those it has, or, with limits to what can be sold or stand together, without those not allowed; and
//!    add-ons beside them. [`inclusion`] corrects the weights so that the shares come out;
//! 5. boxes go to sites by [`allocation`], for the whole week at once: caps hold in every state of the world.
//!
//! With limits, boxes are drawn in one mixed order of arrival and what is not allowed is put back: shares are then what
//! is left of them. Drawing so takes several times as long.
//!
//! Replicate r is the same state of the world in every week: shocks are keyed by (seed, r, recipe or area), plus a
//! week's own innovation. Nothing depends on the number of threads.

mod alias;
mod boxes;
mod classes;
mod draws;
mod exchange;
pub mod inclusion;
mod meals;
mod place;
mod previous;
mod shortage;
mod source;
mod usual;
mod week;
mod world;

pub use boxes::{BoxList, DrawnBox};
pub use draws::{DamagedDraws, Draws, Packed, SiteDraws};
pub use place::Placed;
pub use previous::{Change, Previous};
pub use shortage::{Opening, Shortfall, shortfalls};
pub use usual::Usual;
pub use week::{Limits, Plan, Simulation, TooLarge};
