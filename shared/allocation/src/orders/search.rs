//! The search for the least change.

use super::anneal::anneal;
use super::bound::{global, least};
use super::cycle::turn;
use super::exchange::{Candidates, exchange, pairs};
use super::fill::fill;
use super::input::{Orders, Volumes};
use super::report::Allocation;
use super::state::State;
use crate::{Bin, Class, Placer, Route};

/// The widest smoothing that the search begins with.
const WIDEST: i32 = 1 << 16;
/// The widths that later rounds begin with, in turn.
const WIDTHS: [i32; 4] = [16, 4, 8, 2];
/// How often all pairs of bins are gone through at one width at most.
const PASSES: u32 = 12;
/// How often rings are looked for at one width at most.
const LOOKS: usize = 4;
/// Orders up to which annealing is better than smoothing anew.
const FEW: usize = 500;

/// How long to look for a better allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// How often the search begins again from where it ended, when that is not proven best.
    pub rounds: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { rounds: 8 }
    }
}

/// Gives every order a bin so that the volumes change least; see [the module](crate::orders).
///
/// `routes` are those of each class. Every [`Route::bin`] must be a position in `bins`, every order's class one in
/// `routes`; `previous` may be empty.
pub fn least_change(
    orders: &Orders,
    routes: &[Vec<Route>],
    bins: &[Bin],
    previous: &Volumes,
    budget: Budget,
) -> Allocation {
    let classes = counted(orders, routes);
    let mut placer = Placer::default();
    let (placement, best) = placer.best(&classes, bins);
    let bound = least(orders, &best, previous);

    let mut state = State::new(orders, &best, previous, classes.len());
    fill(&mut state, &classes, bins, &mut placer);
    let steps = improve(&mut state, &classes, bound, budget);

    let unplaced = state.unplaced();
    let mut volumes = Volumes::new(orders.recipe_count().max(previous.recipes()), bins.len());
    let mut kits = 0;
    for (order, &bin) in state.at.iter().enumerate() {
        if bin != unplaced {
            for &recipe in orders.recipes(order) {
                volumes.add(recipe, bin as usize, 1);
                kits += 1;
            }
        }
    }
    Allocation {
        distance: state.distance(),
        global: global(orders, &classes, &state.at, previous, bins.len()),
        known_moved: state.known_moved(),
        bins: state
            .at
            .iter()
            .map(|&bin| (bin != unplaced).then_some(bin))
            .collect(),
        volumes,
        kits,
        bound,
        steps,
        placement,
    }
}

/// The classes with the orders there are of each.
pub(crate) fn counted(orders: &Orders, routes: &[Vec<Route>]) -> Vec<Class> {
    let mut classes: Vec<Class> = routes
        .iter()
        .map(|routes| Class {
            boxes: 0,
            routes: routes.clone(),
        })
        .collect();
    for &class in &orders.class {
        classes[class as usize].boxes += 1;
    }
    classes
}

/// Looks for a less distance; gives the steps done.
fn improve(state: &mut State, classes: &[Class], bound: u64, budget: Budget) -> u64 {
    let used = classes
        .iter()
        .enumerate()
        .filter(|(_, class)| class.boxes > 0);
    let mut search = Search {
        pairs: pairs(state, used.map(|(class, _)| class)),
        candidates: Candidates::default(),
        bound,
        steps: 0,
    };
    search.descend(state, (state.widest() / 2).clamp(1, WIDEST));
    let mut best = (state.energy(), state.at.clone());
    for round in 0..budget.rounds {
        if state.distance() == bound {
            break;
        }
        if state.orders.len() <= FEW {
            search.steps += anneal(state, bound, u64::from(round));
            search.descend(state, 1);
        } else {
            search.descend(state, WIDTHS[round as usize % WIDTHS.len()]);
        }
        if state.energy() < best.0 {
            best = (state.energy(), state.at.clone());
        }
    }
    if state.energy() > best.0 {
        for (order, bin) in state.orders.numbers().zip(best.1) {
            if state.at[order as usize] != bin {
                state.settle(order, bin);
            }
        }
    }
    search.steps
}

#[derive(Debug)]
struct Search {
    pairs: Vec<(u32, u32)>,
    candidates: Candidates,
    bound: u64,
    steps: u64,
}

impl Search {
    /// Exchanges orders and turns rings until nothing is gained, first for a distance smoothed so wide, then for less
    /// and less smoothed ones, last for the distance itself.
    ///
    /// The smoothed distance says by how much a volume is off, not only which way, so that orders which gain nothing
    /// alone are moved together. It is Huber's function (1964) of each cell.
    fn descend(&mut self, state: &mut State, widest: i32) {
        let mut width = widest;
        loop {
            state.width = width;
            for _ in 0..PASSES {
                let mut gained = 0;
                for &pair in &self.pairs {
                    gained += exchange(state, pair, &mut self.candidates, &mut self.steps);
                }
                // A little more is worth the time only in the end.
                if gained == 0 || width > 1 && -gained / i64::from(width) < state.energy() / 500 {
                    break;
                }
            }
            turn(state, &self.pairs, LOOKS, &mut self.steps);
            if width == 1 {
                return;
            }
            width = if state.distance() == self.bound {
                1
            } else {
                width / 2
            };
        }
    }
}
