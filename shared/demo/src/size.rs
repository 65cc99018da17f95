//! How large the company is.

use crate::Scale;

/// Menu weeks still to come.
pub(crate) const FUTURE: usize = 12;
/// Of them the next ones, whose menus bring recipes that are new or long absent.
pub(crate) const NOVEL: usize = 6;
/// Weeks of history that boxes are known for, not only kits.
pub(crate) const BOX_WEEKS: usize = 12;

/// The counts that a scale stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Boxes in a usual week.
    pub(crate) boxes: f64,
    /// Recipes on a menu.
    pub(crate) menu: usize,
    /// Recipes in all.
    pub(crate) pool: usize,
    /// Recipes that each of the next weeks brings for the first time.
    pub(crate) new_a_week: usize,
    /// Recipes that each of the next weeks brings back after a long absence.
    pub(crate) back_a_week: usize,
    /// Delivery areas.
    pub(crate) areas: usize,
    /// Sites, the catch-all included.
    pub(crate) sites: usize,
    /// Weeks of history.
    pub(crate) history: usize,
    /// Share of the boxes of the first and the second week to come that are ordered already.
    pub(crate) known: [f64; 2],
    /// Whether products come in several forms, such as `Carrot` and `Carrot, diced`.
    pub(crate) forms: bool,
    /// Vendors for each trade.
    pub(crate) vendors: usize,
}

impl Size {
    pub(crate) const fn of(scale: Scale) -> Self {
        match scale {
            Scale::Small => Self {
                boxes: 30_000.0,
                menu: 40,
                pool: 70,
                new_a_week: 2,
                back_a_week: 1,
                areas: 12,
                sites: 3,
                history: 52,
                known: [0.3, 0.08],
                forms: false,
                vendors: 1,
            },
            Scale::Large => Self {
                boxes: 200_000.0,
                menu: 200,
                pool: 340,
                new_a_week: 6,
                back_a_week: 4,
                areas: 40,
                sites: 5,
                history: 40,
                known: [0.1, 0.02],
                forms: true,
                vendors: 2,
            },
        }
    }

    /// Weeks of history and weeks to come.
    pub(crate) const fn weeks(&self) -> usize {
        self.history + FUTURE
    }
}
