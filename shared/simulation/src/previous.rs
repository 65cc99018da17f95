//! The plan that changes the one before it least.

use allocation::Route;
use allocation::orders::{Allocation, Budget, Order, Orders, Volumes, least_change};

use crate::classes::Classes;
use crate::place::Placed;
use crate::week::{Plan, Simulation};
use crate::world::Scratch;

/// The plan before, in this week's places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Previous {
    /// Place on the menu, bin, kits.
    pub kits: Vec<(usize, usize, u32)>,
    /// By known order, the bin it stood in.
    pub stood: Vec<Option<usize>>,
}

/// How much a plan differs from the one before; see [`Allocation`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// WMAPE site.
    pub wmape_site: Option<f64>,
    /// WMAPE global.
    pub wmape_global: Option<f64>,
    /// How far WMAPE site may be from the least, as a share of it.
    pub gap: f64,
    /// Whether no allocation changes less.
    pub proven_least: bool,
    /// Known orders that had to leave their site.
    pub known_moved: u64,
}

impl Simulation<'_> {
    /// As [`plan`](Self::plan), with each box where the plan before changes least, as far as caps, minimums and
    /// preferences leave a choice.
    pub fn plan_near(&self, previous: &Previous) -> (Plan, Change) {
        let mut scratch = Scratch::default();
        let known = self.draw(None, &mut scratch);
        let boxes = scratch.boxes;
        let mut classes = Classes::default();
        self.classify(&boxes, &mut classes);
        let mut orders = Orders::default();
        for (at, (drawn, class)) in boxes.kits().zip(&classes.of_box).enumerate() {
            let stood = previous.stood.get(at).copied().flatten();
            orders.push(Order {
                recipes: drawn.items,
                class: *class,
                known: at < known,
                stood: stood.filter(|_| at < known).map(|bin| bin as u32),
            });
        }
        let mut volumes = Volumes::new(self.snapshot.menu.len(), self.bins.len());
        for (item, bin, kits) in &previous.kits {
            if *item < self.snapshot.menu.len() && *bin < self.bins.len() {
                volumes.add(*item as u16, *bin, *kits);
            }
        }
        let list = classes.list();
        let routes: Vec<Vec<Route>> = list.iter().map(|class| class.routes.clone()).collect();
        let allocation = least_change(&orders, &routes, &self.bins, &volumes, Budget::default());
        let none = self.bins.len() as u32;
        let bins = allocation.bins.iter().map(|bin| bin.unwrap_or(none));
        let placed = Placed {
            bins: bins.collect(),
            kinds: classes.kinds.list.clone(),
            classes: list.to_vec(),
            placement: allocation.placement().clone(),
        };
        let change = Change::of(&allocation);
        let plan = Plan {
            boxes,
            known,
            placed,
        };
        (plan, change)
    }
}

impl Change {
    fn of(allocation: &Allocation) -> Self {
        Self {
            wmape_site: allocation.wmape_site(),
            wmape_global: allocation.wmape_global(),
            gap: allocation.gap(),
            proven_least: allocation.proven_optimal(),
            known_moved: allocation.known_moved,
        }
    }
}
