//! Where every order is, and what a change of it changes.

use super::input::{NOWHERE, Orders, Volumes};
use crate::best::Best;

/// One unit of distance, in the gains that the search compares: a moved known order is 1, and a swap moves two.
pub(crate) const UNIT: i32 = 4;

/// An allocation while it is looked for.
///
/// The unplaced have the last bin. Volumes there do not count.
#[derive(Debug, Clone)]
pub(crate) struct State<'a> {
    pub(crate) orders: &'a Orders,
    pub(crate) best: &'a Best,
    /// Each order's bin.
    pub(crate) at: Vec<u32>,
    /// Each order's place among its bin's members.
    place: Vec<u32>,
    pub(crate) members: Vec<Vec<u32>>,
    /// Volume − previous volume, bin after bin.
    off: Vec<i32>,
    recipes: usize,
    /// By class and bin, a bit where the class can use the bin.
    usable: Vec<u64>,
    /// Words of `usable` per class.
    words: usize,
    /// How far from its previous volume a recipe's next kit still counts in proportion; 1 for the distance itself.
    pub(crate) width: i32,
}

impl<'a> State<'a> {
    /// With every order unplaced for now.
    pub(crate) fn new(
        orders: &'a Orders,
        best: &'a Best,
        previous: &Volumes,
        classes: usize,
    ) -> Self {
        let bins = best.bounds.len();
        let recipes = orders.recipe_count().max(previous.recipes());
        let mut off = Vec::with_capacity(recipes * bins);
        for bin in 0..bins {
            let kits = (0..recipes).map(|recipe| previous.get(recipe as u16, bin));
            off.extend(kits.map(|kits| -kits.cast_signed()));
        }
        let words = bins.div_ceil(64);
        let mut usable = vec![0; words * classes];
        for class in 0..classes {
            for &bin in best.choices(class) {
                usable[class * words + bin as usize / 64] |= 1 << (bin % 64);
            }
        }
        let unplaced = (bins - 1) as u32;
        let mut members = vec![Vec::new(); bins];
        members[bins - 1] = orders.numbers().collect();
        Self {
            orders,
            best,
            at: vec![unplaced; orders.len()],
            place: orders.numbers().collect(),
            members,
            off,
            recipes,
            usable,
            words,
            width: 1,
        }
    }

    /// The bin of the unplaced.
    pub(crate) fn unplaced(&self) -> u32 {
        (self.members.len() - 1) as u32
    }

    /// Whether an order can be in a bin.
    #[inline]
    pub(crate) fn fits(&self, order: u32, bin: u32) -> bool {
        let class = self.orders.class[order as usize] as usize;
        self.usable[class * self.words + bin as usize / 64] >> (bin % 64) & 1 == 1
    }

    /// What the smoothed distance of a cell grows by with one kit more.
    #[inline]
    fn slope(&self, off: i32) -> i32 {
        let width = self.width;
        (2 * off.clamp(-width, width) + 1).clamp(-width, width)
    }

    /// About what an order gains by leaving its bin for another: below 0 when that is better. Exact for an order
    /// that has no recipe twice.
    #[inline]
    pub(crate) fn gain(&self, order: u32, from: u32, to: u32) -> i32 {
        let recipes = self.orders.recipes(order as usize);
        let mut sum = 0;
        if from != self.unplaced() {
            let row = &self.off[from as usize * self.recipes..][..self.recipes];
            for &recipe in recipes {
                sum -= self.slope(row[usize::from(recipe)] - 1);
            }
        }
        if to != self.unplaced() {
            let row = &self.off[to as usize * self.recipes..][..self.recipes];
            for &recipe in recipes {
                sum += self.slope(row[usize::from(recipe)]);
            }
        }
        UNIT * sum + self.moved(order, from, to)
    }

    /// Known orders more that are not where they were.
    #[inline]
    fn moved(&self, order: u32, from: u32, to: u32) -> i32 {
        let home = self.orders.home[order as usize];
        i32::from(home == from) - i32::from(home == to)
    }

    /// Adds an order's kits to a bin's volumes; gives what that adds to the smoothed distance.
    #[inline]
    fn join(&mut self, order: u32, bin: u32) -> i32 {
        let mut sum = 0;
        if bin != self.unplaced() {
            let start = bin as usize * self.recipes;
            for &recipe in self.orders.recipes(order as usize) {
                let cell = start + usize::from(recipe);
                sum += self.slope(self.off[cell]);
                self.off[cell] += 1;
            }
        }
        sum
    }

    #[inline]
    fn leave(&mut self, order: u32, bin: u32) -> i32 {
        let mut sum = 0;
        if bin != self.unplaced() {
            let start = bin as usize * self.recipes;
            for &recipe in self.orders.recipes(order as usize) {
                let cell = start + usize::from(recipe);
                self.off[cell] -= 1;
                sum -= self.slope(self.off[cell]);
            }
        }
        sum
    }

    /// Moves an order to another bin.
    pub(crate) fn settle(&mut self, order: u32, to: u32) {
        let from = self.at[order as usize];
        self.leave(order, from);
        self.join(order, to);
        self.list(order, to);
    }

    /// Moves an order from one list of members to another.
    fn list(&mut self, order: u32, to: u32) {
        let from = std::mem::replace(&mut self.at[order as usize], to);
        let place = self.place[order as usize];
        let members = &mut self.members[from as usize];
        members.swap_remove(place as usize);
        if let Some(&other) = members.get(place as usize) {
            self.place[other as usize] = place;
        }
        let members = &mut self.members[to as usize];
        self.place[order as usize] = members.len() as u32;
        members.push(order);
    }

    /// Exchanges two orders of two bins when that gains `limit` or better; gives what it gained.
    #[inline]
    pub(crate) fn swap(&mut self, first: u32, second: u32, limit: i32) -> Option<i32> {
        let (a, b) = (self.at[first as usize], self.at[second as usize]);
        let mut sum = self.leave(first, a) + self.leave(second, b);
        sum += self.join(first, b) + self.join(second, a);
        let gain = UNIT * sum + self.moved(first, a, b) + self.moved(second, b, a);
        if gain > limit {
            self.leave(second, a);
            self.leave(first, b);
            self.join(second, b);
            self.join(first, a);
            return None;
        }
        self.at[first as usize] = b;
        self.at[second as usize] = a;
        self.place.swap(first as usize, second as usize);
        self.members[a as usize][self.place[second as usize] as usize] = second;
        self.members[b as usize][self.place[first as usize] as usize] = first;
        Some(gain)
    }

    /// Moves orders, each to a bin, when that gains `limit` or better; gives what it gained.
    pub(crate) fn shift(&mut self, moves: &[(u32, u32)], limit: i32) -> Option<i32> {
        let mut gain = 0;
        for &(order, to) in moves {
            let from = self.at[order as usize];
            gain += UNIT * self.leave(order, from) + self.moved(order, from, to);
        }
        for &(order, to) in moves {
            gain += UNIT * self.join(order, to);
        }
        if gain > limit {
            for &(order, to) in moves {
                self.leave(order, to);
            }
            for &(order, _) in moves {
                self.join(order, self.at[order as usize]);
            }
            return None;
        }
        for &(order, to) in moves {
            self.list(order, to);
        }
        Some(gain)
    }

    /// Whether a bin can give one order away.
    #[inline]
    pub(crate) fn can_give(&self, bin: u32) -> bool {
        self.members[bin as usize].len() as u64 > self.best.bounds[bin as usize].0
    }

    /// Whether a bin can take one order more.
    #[inline]
    pub(crate) fn can_take(&self, bin: u32) -> bool {
        (self.members[bin as usize].len() as u64) < self.best.bounds[bin as usize].1
    }

    /// Σ |volume − previous volume|.
    pub(crate) fn distance(&self) -> u64 {
        let counted = self.unplaced() as usize * self.recipes;
        let cells = &self.off[..counted];
        cells.iter().map(|off| u64::from(off.unsigned_abs())).sum()
    }

    /// Known orders that are not where they were.
    pub(crate) fn known_moved(&self) -> u64 {
        let homes = self.orders.home.iter().zip(&self.at);
        homes
            .filter(|(home, at)| **home != NOWHERE && home != at)
            .count() as u64
    }

    /// The distance and then the known orders moved, as one number.
    pub(crate) fn energy(&self) -> i64 {
        (self.distance() * UNIT as u64 + self.known_moved()).cast_signed()
    }

    /// The widest any volume is off.
    pub(crate) fn widest(&self) -> i32 {
        let counted = self.unplaced() as usize * self.recipes;
        self.off[..counted]
            .iter()
            .map(|off| off.abs())
            .max()
            .unwrap_or(0)
    }
}
