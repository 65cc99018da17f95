//! What an allocation says.

use super::input::Volumes;
use crate::Placement;

/// A bin for every order, and how good that is.
///
/// Σ volume, the denominator of both errors, is of the recipe kits in the orders placed today.
#[derive(Debug, Clone, PartialEq)]
pub struct Allocation {
    /// Each order's bin.
    pub bins: Vec<Option<u32>>,
    /// Kits per bin and recipe.
    pub volumes: Volumes,
    /// Σ volume.
    pub kits: u64,
    /// Σ |volume − previous volume| over recipes and bins.
    pub distance: u64,
    /// The same over recipes and groups of bins that routes join: what the demand alone has changed.
    pub global: u64,
    /// A lower bound of the distance of all allocations that place as many orders as well; at least `global` when
    /// every order is placed.
    pub bound: u64,
    /// Known orders that are not in the bin they stood in.
    pub known_moved: u64,
    /// Steps of the search: orders looked at.
    pub steps: u64,
    pub(crate) placement: Placement,
}

impl Allocation {
    /// WMAPE site: the distance over Σ volume; `None` without volume.
    pub fn wmape_site(&self) -> Option<f64> {
        self.share(self.distance)
    }

    /// WMAPE global: what the demand alone has changed over Σ volume; `None` without volume.
    pub fn wmape_global(&self) -> Option<f64> {
        self.share(self.global)
    }

    /// Allocation excess: WMAPE site − WMAPE global; `None` without volume.
    pub fn excess(&self) -> Option<f64> {
        self.share(self.distance.saturating_sub(self.global))
    }

    /// How far the distance can be from the least, as a share of it; 0 when it is the least.
    pub fn gap(&self) -> f64 {
        if self.distance == self.bound {
            return 0.0;
        }
        (self.distance - self.bound) as f64 / self.distance as f64
    }

    /// Whether the distance meets its lower bound, so that none is less.
    pub fn proven_optimal(&self) -> bool {
        self.distance == self.bound
    }

    /// Where each class's boxes could go as they are counted, why some are left over, and which minimums are missed.
    pub fn placement(&self) -> &Placement {
        &self.placement
    }

    fn share(&self, kits: u64) -> Option<f64> {
        (self.kits > 0).then(|| kits as f64 / self.kits as f64)
    }
}
