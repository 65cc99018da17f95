//! What no allocation can do without.

use super::input::{Orders, Volumes};
use crate::Class;
use crate::best::Best;

/// Sets of bins that orders can move among.
#[derive(Debug)]
struct Groups(Vec<u32>);

impl Groups {
    fn new(bins: usize) -> Self {
        Self((0..bins as u32).collect())
    }

    /// Those that orders can move among without placing worse.
    fn of_orders(orders: &Orders, best: &Best) -> Self {
        let bins = best.bounds.len() - 1;
        let mut groups = Self::new(bins);
        let mut classes = orders.class.clone();
        classes.sort_unstable();
        classes.dedup();
        for class in classes {
            let choices = best.choices(class as usize).iter().copied();
            groups.join(choices.filter(|bin| (*bin as usize) < bins));
        }
        groups
    }

    fn of(&mut self, bin: u32) -> u32 {
        let mut root = bin;
        while self.0[root as usize] != root {
            root = self.0[root as usize];
        }
        self.0[bin as usize] = root;
        root
    }

    fn join(&mut self, bins: impl Iterator<Item = u32>) {
        let mut first = None;
        for bin in bins {
            let root = self.of(bin);
            let first = *first.get_or_insert(root);
            self.0[root as usize] = first;
        }
    }
}

/// The change of the recipes' volumes in each group of bins that orders' routes join, whatever the bin in it.
///
/// Less than that cannot be reached by moving the placed orders: Σ over groups and recipes of the absolute change.
pub(crate) fn global(
    orders: &Orders,
    classes: &[Class],
    at: &[u32],
    previous: &Volumes,
    bins: usize,
) -> u64 {
    let mut groups = Groups::new(bins);
    for Class { boxes, routes } in classes {
        if *boxes > 0 {
            groups.join(routes.iter().map(|route| route.bin as u32));
        }
    }
    let recipes = orders.recipe_count().max(previous.recipes());
    let mut off = before(&mut groups, previous, recipes, bins);
    for (order, &bin) in at.iter().enumerate() {
        if (bin as usize) < bins {
            let start = groups.of(bin) as usize * recipes;
            for &recipe in orders.recipes(order) {
                off[start + usize::from(recipe)] += 1;
            }
        }
    }
    off.iter().map(|off| off.unsigned_abs()).sum()
}

/// A lower bound of the distance of all allocations that place best.
///
/// Bins fall into groups that orders can move among without placing worse. A group's orders are the same in every
/// such allocation but those that may stay unplaced, so each recipe's volume in the group lies between two numbers.
pub(crate) fn least(orders: &Orders, best: &Best, previous: &Volumes) -> u64 {
    let bins = best.bounds.len() - 1;
    let placed = |bin: &u32| (*bin as usize) < bins;
    let mut groups = Groups::of_orders(orders, best);
    let recipes = orders.recipe_count().max(previous.recipes());
    let mut lowest = before(&mut groups, previous, recipes, bins);
    let mut highest = lowest.clone();
    for (order, &class) in orders.class.iter().enumerate() {
        let choices = best.choices(class as usize);
        let Some(bin) = choices.iter().copied().find(placed) else {
            continue;
        };
        let start = groups.of(bin) as usize * recipes;
        let stays = choices.last().is_none_or(placed);
        for &recipe in orders.recipes(order) {
            let cell = start + usize::from(recipe);
            highest[cell] += 1;
            lowest[cell] += i64::from(stays);
        }
    }
    lowest
        .iter()
        .zip(&highest)
        .map(|(low, high)| (*low).max(-high).max(0) as u64)
        .sum()
}

/// What each group has less than none when it gets no order: its previous volumes, negative.
fn before(groups: &mut Groups, previous: &Volumes, recipes: usize, bins: usize) -> Vec<i64> {
    let mut off = vec![0; recipes * bins];
    for bin in 0..bins {
        let start = groups.of(bin as u32) as usize * recipes;
        for recipe in 0..recipes {
            off[start + recipe] -= i64::from(previous.get(recipe as u16, bin));
        }
    }
    off
}
