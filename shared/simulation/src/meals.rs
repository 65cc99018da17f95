//! The law of a box's recipes.
//!
//! Recipes are drawn one after another from the area's weights; one that the box already holds, or that may not stand
//! in it, is put back and drawn again (*successive sampling*; with exponential clocks for recipes it is the Gumbel
//! top-k draw of the Plackett–Luce model). Each recipe alone is drawn again, never the whole box: drawing whole boxes
//! until all recipes differ is another law, which favours boxes of popular recipes less.

use random::Stream;

use crate::alias::{Alias, AliasScratch, Halves};

/// Candidates put back in a row after which a recipe is drawn from those still allowed alone. The law is the same:
/// putting back draws from the allowed ones too, only slower when they are few.
const REJECTIONS: u32 = 48;

/// The recipes of an area, ready to be drawn.
#[derive(Debug, Default)]
pub(crate) struct Meals {
    alias: Alias,
    weights: Vec<f64>,
    /// Recipes with a weight.
    offered: usize,
}

/// Add-ons beside the recipes, ready to be drawn.
#[derive(Debug, Default)]
pub(crate) struct AddOns {
    /// The last outcome, the place behind the menu, is none.
    pub(crate) alias: Alias,
    /// Draws for each box.
    pub(crate) slots: usize,
}

impl AddOns {
    /// Draws into the room behind the recipes.
    #[inline]
    fn fill(&self, boxes: &Stream, at: u64, nothing: u16, room: &mut [u16]) {
        if self.slots == 0 {
            return;
        }
        let mut halves = Halves::new(boxes.fork(at).fork(1));
        let mut free = room.iter_mut();
        for _ in 0..self.slots {
            let item = self.alias.pick(halves.next()) as u16;
            if item != nothing
                && let Some(free) = free.next()
            {
                *free = item;
            }
        }
    }
}

impl Meals {
    pub(crate) fn build(&mut self, weights: &[f64], scratch: &mut AliasScratch) {
        self.alias.build(weights, scratch);
        self.weights.clear();
        self.weights.extend_from_slice(weights);
        self.offered = weights.iter().filter(|weight| **weight > 0.0).count();
        if self.alias.is_empty() {
            self.offered = 0;
        }
    }

    /// So many recipes a box of that many can hold.
    pub(crate) fn width(&self, recipes: u8) -> usize {
        usize::from(recipes).min(self.offered)
    }

    /// Fills boxes of so many recipes without limits; the n-th box's draws are those of `boxes`' n-th fork.
    ///
    /// `items` has `width` places for each box, all `nothing`: at least the recipes' and the add-ons'.
    pub(crate) fn fill(
        &self,
        recipes: u8,
        add_ons: &AddOns,
        boxes: &Stream,
        nothing: u16,
        (width, items): (usize, &mut [u16]),
    ) {
        let recipes = self.width(recipes);
        let boxes_of = |items| Boxes {
            key: boxes,
            add_ons,
            nothing,
            width,
            items,
        };
        match recipes {
            _ if recipes == self.offered => self.fill_with_all(boxes_of(items)),
            1 => self.fill_quickly::<1>(boxes_of(items)),
            2 => self.fill_quickly::<2>(boxes_of(items)),
            3 => self.fill_quickly::<3>(boxes_of(items)),
            4 => self.fill_quickly::<4>(boxes_of(items)),
            5 => self.fill_quickly::<5>(boxes_of(items)),
            6 => self.fill_quickly::<6>(boxes_of(items)),
            _ => {
                for (at, room) in boxes_of(items).rooms() {
                    let (meals, rest) = room.split_at_mut(recipes);
                    self.distinct(&mut Halves::new(boxes.fork(at)), meals, 0, |_, _| true);
                    add_ons.fill(boxes, at, nothing, rest);
                }
            }
        }
    }

    /// Most boxes' first candidates differ: they are drawn without a branch.
    #[inline]
    fn fill_quickly<const K: usize>(&self, boxes: Boxes<'_>) {
        let Boxes {
            key,
            add_ons,
            nothing,
            ..
        } = boxes;
        for (at, room) in boxes.rooms() {
            let (place, rest) = room.split_at_mut(K);
            let mut halves = Halves::new(key.fork(at));
            let mut meals = [0; K];
            for (meal, place) in meals.iter_mut().zip(place.iter_mut()) {
                *meal = self.alias.pick(halves.next());
                *place = *meal as u16;
            }
            let mut twice = false;
            for (at, meal) in meals.iter().enumerate() {
                for before in &meals[..at] {
                    twice |= meal == before;
                }
            }
            if twice {
                self.replace_doubles(halves, place);
            }
            add_ons.fill(key, at, nothing, rest);
        }
    }

    /// Candidates that stand twice go back; the next ones follow.
    #[cold]
    #[inline(never)]
    fn replace_doubles(&self, mut halves: Halves, meals: &mut [u16]) {
        let mut kept = 0;
        for place in 0..meals.len() {
            let candidate = meals[place];
            if !holds(&meals[..kept], candidate) {
                meals[kept] = candidate;
                kept += 1;
            }
        }
        self.distinct(&mut halves, meals, kept, |_, _| true);
    }

    /// A menu no longer than the box.
    fn fill_with_all(&self, boxes: Boxes<'_>) {
        let Boxes {
            key,
            add_ons,
            nothing,
            ..
        } = boxes;
        for (at, room) in boxes.rooms() {
            let (meals, rest) = room.split_at_mut(self.offered);
            let offered = (0..)
                .zip(&self.weights)
                .filter(|(_, weight)| **weight > 0.0);
            for (place, (item, _)) in meals.iter_mut().zip(offered) {
                *place = item;
            }
            add_ons.fill(key, at, nothing, rest);
        }
    }

    /// Fills one box, as long as something is allowed beside what it holds; its draws are those of `boxes`' fork.
    pub(crate) fn limited(
        &self,
        recipes: u8,
        add_ons: &AddOns,
        (boxes, at): (&Stream, u64),
        nothing: u16,
        room: &mut [u16],
        allowed: impl Fn(u16, &[u16]) -> bool,
    ) {
        let recipes = self.width(recipes);
        let mut halves = Halves::new(boxes.fork(at));
        let drawn = self.distinct(&mut halves, &mut room[..recipes], 0, allowed);
        add_ons.fill(boxes, at, nothing, &mut room[drawn..]);
    }

    /// Draws distinct recipes into `room`, of which `kept` stand there; gives how many there are then.
    fn distinct(
        &self,
        halves: &mut Halves,
        room: &mut [u16],
        kept: usize,
        allowed: impl Fn(u16, &[u16]) -> bool,
    ) -> usize {
        for place in kept..room.len() {
            let (chosen, rest) = room.split_at_mut(place);
            let open = |item: u16| !holds(chosen, item) && allowed(item, chosen);
            let candidate = (0..REJECTIONS)
                .map(|_| self.alias.pick(halves.next()) as u16)
                .find(|item| open(*item));
            match candidate.or_else(|| self.among(halves, open)) {
                Some(item) => rest[0] = item,
                None => return place,
            }
        }
        room.len()
    }

    /// A recipe from those that are open alone; `None` when there is none.
    fn among(&self, halves: &mut Halves, open: impl Fn(u16) -> bool) -> Option<u16> {
        let weights = || {
            (0..)
                .zip(&self.weights)
                .filter(|(item, weight)| **weight > 0.0 && open(*item))
        };
        let total: f64 = weights().map(|(_, weight)| weight).sum();
        let mut left = halves.uniform() * total;
        let mut last = None;
        for (item, weight) in weights() {
            last = Some(item);
            left -= weight;
            if left <= 0.0 {
                break;
            }
        }
        last
    }
}

/// For a handful of items; the standard `contains` is made for many.
#[inline]
fn holds(items: &[u16], wanted: u16) -> bool {
    let times: u32 = items.iter().map(|item| u32::from(*item == wanted)).sum();
    times > 0
}

/// Room for boxes that are alike.
struct Boxes<'a> {
    key: &'a Stream,
    add_ons: &'a AddOns,
    nothing: u16,
    width: usize,
    items: &'a mut [u16],
}

impl<'a> Boxes<'a> {
    fn rooms(self) -> impl Iterator<Item = (u64, &'a mut [u16])> {
        (0..).zip(self.items.chunks_exact_mut(self.width))
    }
}
