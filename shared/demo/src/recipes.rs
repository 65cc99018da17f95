//! The recipes: what they are and how well they are liked.

use std::collections::BTreeSet;

use dataset::tables;
use domain::RecipeId;

use crate::catalogue::{BASES, CUISINES, DISHES, PROTEINS, VEGETABLES};
use crate::make::{between, parsed, pick, stream};
use crate::size::{NOVEL, Size};

/// A recipe and its planted truth.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) id: RecipeId,
    pub(crate) name: String,
    pub(crate) dish: usize,
    pub(crate) cuisine: usize,
    pub(crate) protein: usize,
    /// Position of the vegetable that the name ends with.
    pub(crate) vegetable: usize,
    pub(crate) cook_minutes: u32,
    /// Log of how well it is liked.
    pub(crate) appeal: f64,
    /// Log odds by which families choose it more than couples.
    pub(crate) family: f64,
    /// Price of a plate in pence.
    pub(crate) price: f64,
    pub(crate) life: Life,
}

/// When a recipe can be on the menu, in weeks counted from the first of history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    /// From a week on.
    Since(usize),
    /// Until a week of history, and again from a week to come on.
    Back { until: usize, again: usize },
}

impl Life {
    /// Whether the recipe exists in a week.
    pub(crate) const fn covers(self, week: usize) -> bool {
        match self {
            Self::Since(first) => week >= first,
            Self::Back { until, again } => week <= until || week >= again,
        }
    }

    /// Whether the recipe comes, for the first time or again, in just this week.
    pub(crate) const fn starts(self, week: usize) -> bool {
        match self {
            Self::Since(first) => first > 0 && week == first,
            Self::Back { again, .. } => week == again,
        }
    }
}

/// All recipes of a company.
pub(crate) fn recipes(seed: u64, size: &Size) -> Vec<Recipe> {
    let lives = lives(seed, size);
    let mut names = BTreeSet::new();
    let mut recipes = Vec::with_capacity(size.pool);
    let mut draw = stream(seed, "recipe", &[]);
    while let Some(life) = lives.get(recipes.len()) {
        let cuisine = draw.below(CUISINES.len() as u32) as usize;
        let (cuisine_name, cuisine_appeal, dishes) = &CUISINES[cuisine];
        let dish = *pick(&mut draw, dishes);
        let (dish_name, dish_appeal, _) = DISHES[dish];
        let protein = draw.below(PROTEINS.len() as u32) as usize;
        let (protein_name, protein_appeal, dearer, _) = PROTEINS[protein];
        let vegetable = draw.below(VEGETABLES.len() as u32) as usize;
        let with = VEGETABLES[vegetable].0;
        let name = format!("{cuisine_name} {protein_name} {dish_name} with {with}");
        let own = 0.25 * draw.normal();
        let recipe = Recipe {
            id: parsed(&format!("R{:03}", recipes.len() + 1)),
            dish,
            cuisine,
            protein,
            vegetable,
            cook_minutes: 15 + 5 * draw.below(8),
            appeal: cuisine_appeal + dish_appeal + protein_appeal + own,
            family: 0.25 * draw.normal(),
            price: 425.0 + 100.0 * dearer + 5.0 * between(&mut draw, 0.0, 16.0).round(),
            life: *life,
            name,
        };
        if names.insert(recipe.name.clone()) {
            recipes.push(recipe);
        }
    }
    recipes
}

/// When each recipe is offered, in random order: most since ever, some since some week of history, some new or
/// back in each week to come.
fn lives(seed: u64, size: &Size) -> Vec<Life> {
    let mut draw = stream(seed, "lives", &[]);
    let mut lives = Vec::with_capacity(size.pool);
    for week in size.history..size.history + NOVEL {
        lives.extend(std::iter::repeat_n(Life::Since(week), size.new_a_week));
        for _ in 0..size.back_a_week {
            let until = size.history / 5 + draw.below(size.history as u32 / 4) as usize;
            lives.push(Life::Back { until, again: week });
        }
    }
    for other in 0..size.pool - lives.len() {
        let late = other % 6 == 5;
        let week = draw.below(size.history as u32 - 4) as usize;
        lives.push(Life::Since(if late { week } else { 0 }));
    }
    draw.shuffle(&mut lives);
    lives
}

/// The rows of `recipe`.
pub(crate) fn rows(
    recipes: &[Recipe],
    vegan: impl Fn(usize) -> bool,
) -> impl Iterator<Item = tables::Recipe> {
    recipes.iter().enumerate().map(move |(at, recipe)| {
        let flags = match PROTEINS[recipe.protein].0 {
            "Tofu" | "Bean" if vegan(at) => Some("vegan;vegetarian"),
            "Tofu" | "Bean" | "Cheese" => Some("vegetarian"),
            _ => None,
        };
        tables::Recipe {
            recipe_id: recipe.id.clone(),
            name: recipe.name.clone(),
            kind: Some(tables::RecipeKind::Meal),
            category: Some(DISHES[recipe.dish].0.to_owned()),
            cuisine: Some(CUISINES[recipe.cuisine].0.to_owned()),
            protein: Some(PROTEINS[recipe.protein].0.to_owned()),
            cook_minutes: Some(recipe.cook_minutes),
            dietary_flags: flags.map(str::to_owned),
        }
    })
}

/// Positions in [`BASES`] of what a recipe's dish can be built on.
pub(crate) fn bases(recipe: &Recipe) -> Vec<usize> {
    let base = DISHES[recipe.dish].2;
    (0..BASES.len()).filter(|at| BASES[*at].1 == base).collect()
}
