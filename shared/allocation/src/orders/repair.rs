//! What would let all orders be placed, or a minimum be met.

use super::input::Orders;
use super::report::Allocation;
use super::search::counted;
use crate::{Bin, Placer, Route};

/// How many repairs are proposed for one trouble.
const PROPOSED: usize = 3;

/// A change that helps, and how many orders it helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repair {
    /// What to change.
    pub change: Change,
    /// Orders more that are placed, or less that are missing from a minimum.
    pub orders: u64,
}

/// What can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A bin takes so many orders more.
    RaiseMax {
        /// The bin.
        bin: usize,
        /// Orders more.
        by: u64,
    },
    /// A bin makes one recipe more.
    OpenRecipe {
        /// The recipe.
        recipe: u16,
        /// The bin.
        bin: usize,
    },
    /// A bin needs so many orders less.
    LowerMin {
        /// The bin.
        bin: usize,
        /// Orders less.
        by: u64,
    },
}

/// The recipes of each bin, as far as orders show: those of the orders that could go there.
#[derive(Debug, Clone)]
pub struct Made {
    bins: usize,
    made: Vec<bool>,
}

impl Made {
    /// What the orders show.
    pub fn shown_by(orders: &Orders, routes: &[Vec<Route>], bins: usize) -> Self {
        let mut made = vec![false; orders.recipe_count() * bins];
        for (order, class) in orders.class.iter().enumerate() {
            for route in &routes[*class as usize] {
                for recipe in orders.recipes(order) {
                    made[usize::from(*recipe) * bins + route.bin] = true;
                }
            }
        }
        Self { bins, made }
    }

    /// Whether a bin is known to make a recipe.
    pub fn at(&self, recipe: u16, bin: usize) -> bool {
        let cell = usize::from(recipe) * self.bins + bin;
        self.made.get(cell).copied().unwrap_or(false)
    }

    /// The one recipe for which a bin cannot take an order, where it is one.
    fn missing(&self, recipes: &[u16], bin: usize) -> Option<u16> {
        let mut missing = recipes.iter().filter(|recipe| !self.at(**recipe, bin));
        let first = *missing.next()?;
        missing.all(|recipe| *recipe == first).then_some(first)
    }
}

impl Allocation {
    /// What would place the orders that are left over: the best change of each kind, then the next best caps to
    /// raise; three at most, none when all are placed.
    ///
    /// What a raised cap places is computed; what an opened recipe releases is what has room there.
    pub fn repairs(
        &self,
        orders: &Orders,
        routes: &[Vec<Route>],
        bins: &[Bin],
        made: &Made,
    ) -> Vec<Repair> {
        let Some(shortage) = self.placement.shortage() else {
            return Vec::new();
        };
        let short = self.placement.shortfall();
        let classes = counted(orders, routes);
        let mut placer = Placer::default();
        let mut raised = Vec::new();
        for &bin in &shortage.bins {
            let mut open = bins.to_vec();
            open[bin].max = None;
            let placement = placer.place(&classes, &open);
            raised.push(Repair {
                change: Change::RaiseMax {
                    bin,
                    by: placement.loads()[bin].saturating_sub(bins[bin].max.unwrap_or(u64::MAX)),
                },
                orders: short - placement.shortfall(),
            });
        }
        raised.sort_by_key(|repair| (std::cmp::Reverse(repair.orders), repair.change));

        let in_trouble = |order: &usize| {
            let class = orders.class(*order) as usize;
            shortage.classes.binary_search(&class).is_ok()
        };
        let candidates = (0..orders.len()).filter(in_trouble);
        let opened = self.best_opening(orders, made, candidates, |bin| {
            let room = bins[bin].max.unwrap_or(u64::MAX) - self.placement.loads()[bin];
            if shortage.bins.binary_search(&bin).is_ok() {
                0
            } else {
                room.min(short)
            }
        });
        let mut raised = raised.into_iter();
        let mut repairs: Vec<Repair> = raised.next().into_iter().chain(opened).collect();
        repairs.extend(raised);
        repairs.truncate(PROPOSED);
        repairs
    }

    /// What would meet the minimum of a bin that misses orders: to lower it, or to open the recipe there that brings
    /// most.
    pub fn repairs_of_minimum(
        &self,
        orders: &Orders,
        (bin, missing): (usize, u64),
        made: &Made,
    ) -> Vec<Repair> {
        let lowered = Repair {
            change: Change::LowerMin { bin, by: missing },
            orders: missing,
        };
        let elsewhere = (0..orders.len()).filter(|order| self.bins[*order] != Some(bin as u32));
        let opened = self.best_opening(orders, made, elsewhere, |other| {
            if other == bin { missing } else { 0 }
        });
        [lowered].into_iter().chain(opened).collect()
    }

    /// The recipe and the bin whose opening lets most of the orders go there, up to the bin's room.
    fn best_opening(
        &self,
        orders: &Orders,
        made: &Made,
        candidates: impl Iterator<Item = usize>,
        room: impl Fn(usize) -> u64,
    ) -> Option<Repair> {
        let bins = self.placement.loads().len();
        let rooms: Vec<(usize, u64)> = (0..bins).map(|bin| (bin, room(bin))).collect();
        let mut released = vec![0_u64; orders.recipe_count() * bins];
        for order in candidates {
            for &(bin, _) in rooms.iter().filter(|(_, room)| *room > 0) {
                if let Some(recipe) = made.missing(orders.recipes(order), bin) {
                    released[usize::from(recipe) * bins + bin] += 1;
                }
            }
        }
        let repairs = released.iter().enumerate().map(|(at, orders)| {
            let (recipe, bin) = ((at / bins) as u16, at % bins);
            Repair {
                change: Change::OpenRecipe { recipe, bin },
                orders: (*orders).min(rooms[bin].1),
            }
        });
        repairs
            .filter(|repair| repair.orders > 0)
            .min_by_key(|repair| (std::cmp::Reverse(repair.orders), repair.change))
    }
}
