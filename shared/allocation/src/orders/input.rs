//! Orders and volumes.

/// Stands for no bin.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// One order, as it goes into the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order<'a> {
    /// Its recipes, by number; one that it has twice stands twice.
    pub recipes: &'a [u16],
    /// Its class: a position in the list of routes.
    pub class: u32,
    /// Whether it is a real order, not a simulated one.
    pub known: bool,
    /// The bin it stood in in the previous plan.
    pub stood: Option<u32>,
}

/// A list of orders, in as little memory as millions need.
#[derive(Debug, Clone, Default)]
pub struct Orders {
    recipes: Vec<u16>,
    /// Where each order's recipes end.
    ends: Vec<u32>,
    pub(crate) class: Vec<u32>,
    /// The bin that a known order would have to leave.
    pub(crate) home: Vec<u32>,
    /// The bin that an order stood in.
    pub(crate) stood: Vec<u32>,
}

impl Orders {
    /// Adds an order at the end.
    pub fn push(&mut self, order: Order) {
        let Order {
            recipes,
            class,
            known,
            stood,
        } = order;
        let start = self.recipes.len();
        self.recipes.extend_from_slice(recipes);
        self.recipes[start..].sort_unstable();
        self.ends.push(self.recipes.len() as u32);
        self.class.push(class);
        let stood = stood.unwrap_or(NOWHERE);
        self.home.push(if known { stood } else { NOWHERE });
        self.stood.push(stood);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.class.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.class.is_empty()
    }

    /// An order's class.
    pub fn class(&self, order: usize) -> u32 {
        self.class[order]
    }

    /// How many are of a class.
    pub fn of_class(&self, class: u32) -> u64 {
        self.class.iter().filter(|other| **other == class).count() as u64
    }

    /// An order's recipes, ascending.
    #[inline]
    pub fn recipes(&self, order: usize) -> &[u16] {
        let start = match order.checked_sub(1) {
            Some(before) => self.ends[before] as usize,
            None => 0,
        };
        &self.recipes[start..self.ends[order] as usize]
    }

    /// One more than the highest recipe.
    pub(crate) fn recipe_count(&self) -> usize {
        self.recipes
            .iter()
            .max()
            .map_or(0, |&last| usize::from(last) + 1)
    }

    /// The orders' numbers.
    pub(crate) fn numbers(&self) -> std::ops::Range<u32> {
        0..self.len() as u32
    }
}

/// Kits per bin and recipe; at most 2^30 in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Volumes {
    recipes: usize,
    /// Bin after bin.
    kits: Vec<u32>,
}

impl Volumes {
    /// None of any recipe in any bin.
    pub fn new(recipes: usize, bins: usize) -> Self {
        Self {
            recipes,
            kits: vec![0; recipes * bins],
        }
    }

    /// Adds kits of a recipe in a bin; both must be in range.
    pub fn add(&mut self, recipe: u16, bin: usize, kits: u32) {
        let cell = &mut self.kits[bin * self.recipes + usize::from(recipe)];
        *cell = cell.saturating_add(kits);
    }

    /// Kits of a recipe in a bin; 0 for what the volumes do not know.
    pub fn get(&self, recipe: u16, bin: usize) -> u32 {
        let recipe = usize::from(recipe);
        if recipe >= self.recipes {
            return 0;
        }
        let at = bin * self.recipes + recipe;
        self.kits.get(at).copied().unwrap_or(0)
    }

    /// How many recipes it has room for.
    pub fn recipes(&self) -> usize {
        self.recipes
    }
}
