//! The plan that changes the one before it least.

use allocation::Route;
use allocation::orders::{Allocation, Budget, Order, Orders, Volumes, least_change};

use crate::boxes::BoxList;
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
        let boxes = std::mem::take(&mut scratch.boxes);
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
        let searched = Placed {
            bins: bins.collect(),
            kinds: classes.kinds.list.clone(),
            classes: list.to_vec(),
            placement: allocation.placement().clone(),
        };
        // Where nothing has changed the seats are those of the first plan, which no search needs to find again.
        let seated = (!allocation.proven_optimal())
            .then(|| self.place_each(&boxes, known, self.seat_stream(None), &mut scratch.places))
            .filter(|seated| seated.unplaced() == 0)
            .map(|seated| (distance(&boxes, &seated, &volumes), seated))
            .filter(|(distance, _)| *distance < allocation.distance);
        let (placed, change) = match seated {
            Some((distance, seated)) => {
                let moved = seated.bins().zip(&previous.stood).take(known);
                let moved = moved.filter(|(bin, stood)| stood.is_some() && bin != *stood);
                let change = Change::of(&allocation, distance, moved.count() as u64);
                (seated, change)
            }
            None => {
                let moved = allocation.known_moved;
                (
                    searched,
                    Change::of(&allocation, allocation.distance, moved),
                )
            }
        };
        let plan = Plan {
            boxes,
            known,
            placed,
        };
        (plan, change)
    }
}

/// Σ|kits − previous kits| over recipes and bins.
fn distance(boxes: &BoxList, placed: &Placed, previous: &Volumes) -> u64 {
    let (recipes, bins) = (previous.recipes(), placed.loads().len());
    let mut volumes = Volumes::new(recipes, bins);
    for (drawn, bin) in boxes.kits().zip(placed.bins()) {
        let Some(bin) = bin else { continue };
        for item in drawn.items {
            volumes.add(*item, bin, 1);
        }
    }
    (0..bins)
        .flat_map(|bin| (0..recipes as u16).map(move |item| (item, bin)))
        .map(|(item, bin)| u64::from(volumes.get(item, bin).abs_diff(previous.get(item, bin))))
        .sum()
}

impl Change {
    /// Of an allocation with this distance that places all boxes the search has placed.
    fn of(allocation: &Allocation, distance: u64, known_moved: u64) -> Self {
        let above = distance.saturating_sub(allocation.bound) as f64;
        Self {
            wmape_site: (allocation.kits > 0).then(|| distance as f64 / allocation.kits as f64),
            wmape_global: allocation.wmape_global(),
            gap: if above > 0.0 {
                above / distance as f64
            } else {
                0.0
            },
            proven_least: distance == allocation.bound,
            known_moved,
        }
    }
}
