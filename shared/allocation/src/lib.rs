//! Places boxes at sites: which bin each class of boxes goes to, and why not all of them fit.
//!
//! A *bin* is a site on a packing day; a *class* is a number of boxes with the same eligible bins. [`place`]
//! gives the plan that is best in this order:
//!
//! 1. as many boxes placed as possible,
//! 2. as few boxes missing from the bins' minimums as possible,
//! 3. the least total cost of the routes taken,
//! 4. with [`Placer::place_near`]: as few boxes as possible beyond what is usual on their routes.
//!
//! Boxes count as alike within a class, so the work depends on the number of classes, not of boxes. The plan is
//! one of integers and depends on the input and its order alone.
//!
//! What does not fit is explained by a [`Shortage`]: classes that fit only certain bins, and those bins' capacity.
//! That such a set exists exactly when boxes are left over is Hall's theorem, for sites with bounds Hoffman's
//! circulation theorem (Hoffman 1960, *Some recent applications of the theory of linear inequalities to extremal
//! combinatorial analysis*).

mod best;
mod network;
pub mod orders;
mod placement;
mod search;

pub use network::Placer;
pub use placement::{Placement, Shortage};

/// One way a class can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The bin it leads to: a position in the list of bins.
    pub bin: usize,
    /// What each box costs on this route; 0 for the first preference.
    pub cost: u32,
}

/// Boxes with the same eligible bins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Class {
    /// How many boxes.
    pub boxes: u64,
    /// Where they can go; without a route they stay unplaced.
    pub routes: Vec<Route>,
}

/// What one site packs on one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bin {
    /// Boxes it should get at least; missed where too few can go there.
    pub min: u64,
    /// Boxes it can take at most, 0 when closed, also where that is below the minimum; `None` for no limit.
    pub max: Option<u64>,
}

/// Places the classes into the bins.
///
/// Every [`Route::bin`] must be a position in `bins`. To place many times, keep a [`Placer`].
///
/// ```
/// use allocation::{Bin, Class, Route, place};
///
/// let bins = [Bin { min: 0, max: Some(60) }, Bin { min: 0, max: None }];
/// let either = vec![Route { bin: 0, cost: 0 }, Route { bin: 1, cost: 1 }];
/// let placement = place(&[Class { boxes: 100, routes: either }], &bins);
/// assert_eq!(placement.flow(0), [60, 40]);
/// assert_eq!(placement.shortage(), None);
/// ```
pub fn place(classes: &[Class], bins: &[Bin]) -> Placement {
    Placer::default().place(classes, bins)
}
