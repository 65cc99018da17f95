//! Orders as in the published experiment (Nguyen, Genest and Zemkoho 2025, arXiv 2509.06157).
//!
//! 100 recipes: 1 to 29 are made at F1 and F3, 30 to 49 everywhere, 50 to 89 at F2 and F3, 90 to 100 at F3 alone. An
//! order has 1 to 4 recipes. 30 % of the orders fit F1, 60 % fit F2, all fit F3: here 20 % fit F1 and F3, 50 % F2 and
//! F3, 10 % all three, 20 % F3 alone.

use allocation::orders::{Order, Orders, Volumes};
use allocation::{Bin, Route};
use random::Stream;

pub(crate) const RECIPES: usize = 101;

/// The sites that make a recipe, a bit each.
pub(crate) fn made_at(recipe: u16) -> u8 {
    match recipe {
        1..=29 => 0b101,
        30..=49 => 0b111,
        50..=89 => 0b110,
        _ => 0b100,
    }
}

/// The sites that make all of an order's recipes.
pub(crate) fn sites(recipes: &[u16]) -> u8 {
    recipes
        .iter()
        .fold(0b111, |sites, recipe| sites & made_at(*recipe))
}

/// Routes of each set of sites, by its bits.
pub(crate) fn routes() -> Vec<Vec<Route>> {
    (0..8_u8)
        .map(|set| {
            (0..3)
                .filter(|bin| set >> bin & 1 == 1)
                .map(|bin| Route { bin, cost: 0 })
                .collect()
        })
        .collect()
}

/// F1 and F2 are filled exactly, F3 takes the rest.
pub(crate) fn caps(f1: u64, f2: u64) -> [Bin; 3] {
    let exact = |boxes| Bin {
        min: boxes,
        max: Some(boxes),
    };
    [exact(f1), exact(f2), Bin { min: 0, max: None }]
}

/// An order's recipes.
pub(crate) fn draw(stream: &mut Stream) -> Vec<u16> {
    let wanted = match stream.below(10) {
        0..=1 => 0b101,
        2..=6 => 0b110,
        7 => 0b111,
        _ => 0b100,
    };
    loop {
        let mut recipes = Vec::with_capacity(4);
        let count = 1 + stream.below(4) as usize;
        while recipes.len() < count {
            let recipe = match wanted {
                0b101 => 1 + stream.below(49),
                0b110 => 30 + stream.below(60),
                0b111 => 30 + stream.below(20),
                _ => 1 + stream.below(100),
            } as u16;
            if !recipes.contains(&recipe) {
                recipes.push(recipe);
            }
        }
        if sites(&recipes) == wanted {
            return recipes;
        }
    }
}

/// An order that stays from day to day.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) recipes: Vec<u16>,
    pub(crate) stood: Option<u32>,
}

/// A menu's orders as its delivery comes nearer: known orders stay, simulated ones are drawn anew.
#[derive(Debug)]
pub(crate) struct Company {
    pub(crate) size: usize,
    pub(crate) known: Vec<Known>,
    pub(crate) previous: Volumes,
    pub(crate) stream: Stream,
}

impl Company {
    pub(crate) fn new(size: usize, seed: u64) -> Self {
        Self {
            size,
            known: Vec::new(),
            previous: Volumes::new(RECIPES, 3),
            stream: Stream::new(seed, &[size as u64]),
        }
    }

    /// The orders of the next day, so many percent of them known.
    pub(crate) fn day(&mut self, percent: usize) -> Orders {
        while self.known.len() < self.size * percent / 100 {
            let recipes = draw(&mut self.stream);
            self.known.push(Known {
                recipes,
                stood: None,
            });
        }
        let mut orders = Orders::default();
        for Known { recipes, stood } in &self.known {
            orders.push(Order {
                recipes,
                class: u32::from(sites(recipes)),
                known: true,
                stood: *stood,
            });
        }
        while orders.len() < self.size {
            let recipes = draw(&mut self.stream);
            orders.push(Order {
                recipes: &recipes,
                class: u32::from(sites(&recipes)),
                known: false,
                stood: None,
            });
        }
        orders
    }

    /// The day's plan is what the next is compared with.
    pub(crate) fn publish(&mut self, allocation: &allocation::orders::Allocation) {
        for (known, bin) in self.known.iter_mut().zip(&allocation.bins) {
            known.stood = *bin;
        }
        self.previous = allocation.volumes.clone();
    }
}
