//! What a placement says.

/// Where the boxes go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Boxes per route, class after class.
    pub(crate) flow: Vec<u64>,
    /// Where each class's routes start in `flow`; one more entry than classes.
    pub(crate) starts: Vec<usize>,
    /// Boxes that found no bin, per class.
    pub unplaced: Vec<u64>,
    pub(crate) loads: Vec<u64>,
    pub(crate) unmet: Vec<(usize, u64)>,
    pub(crate) shortage: Option<Shortage>,
}

/// Why boxes are left over: all of these classes' routes lead into these bins, which hold less.
///
/// Of all sets that prove the shortfall it is the smallest, and the same for every optimal placement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// The classes, in ascending order.
    pub classes: Vec<usize>,
    /// The bins, in ascending order.
    pub bins: Vec<usize>,
    /// Boxes in the classes.
    pub boxes: u64,
    /// Boxes the bins can take. The difference is [`Placement::shortfall`].
    pub capacity: u64,
}

impl Placement {
    /// Boxes of a class on each of its routes, in the routes' order.
    pub fn flow(&self, class: usize) -> &[u64] {
        &self.flow[self.starts[class]..self.starts[class + 1]]
    }

    /// Boxes that found no bin.
    pub fn shortfall(&self) -> u64 {
        self.unplaced
            .iter()
            .fold(0, |sum, &boxes| sum.saturating_add(boxes))
    }

    /// Boxes in each bin.
    pub fn loads(&self) -> &[u64] {
        &self.loads
    }

    /// Why boxes are left over; `None` when all are placed.
    pub fn shortage(&self) -> Option<&Shortage> {
        self.shortage.as_ref()
    }

    /// Bins below their minimum, with the boxes missing.
    pub fn unmet_minimums(&self) -> &[(usize, u64)] {
        &self.unmet
    }
}
