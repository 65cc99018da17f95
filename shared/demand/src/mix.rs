//! Recipe shares: a softmax over the week's menu.
//!
//! A recipe's appeal in an area is the logarithm of its share times the number of recipes on offer, so 0 is an
//! average recipe on any menu. Appeal is learned as an exponentially weighted mean over the weeks a recipe was on
//! the menu, an area's own shrunk towards that of all areas; a recipe nobody has sold yet takes the median of its
//! category. How far appeals jump from week to week is the recipe shock; how far areas scatter beside that is the
//! concentration.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use snapshot::WeekSnapshot;

use crate::observations::{Observations, SaleRow};
use crate::statistics::{log_ratio, median, robust_deviation};

/// Weight of the newest week in an appeal, once there are enough weeks.
const NEWEST: f64 = 0.15;
/// Weeks' worth of all areas' appeal that an area's own is shrunk by.
const SHRINKAGE: f64 = 4.0;
/// Weeks that shock and concentration are measured over.
const MEASURED: usize = 16;
/// Residuals that must have been seen before a measured spread is believed.
const ENOUGH: usize = 8;
/// Spread where too little is known, and bounds of what is believed.
const SEEN_DEVIATION: f64 = 0.25;
const NEW_TO_SEEN: f64 = 1.8;
const DEVIATIONS: (f64, f64) = (0.03, 1.2);
const CONCENTRATION: f64 = 300.0;
const CONCENTRATIONS: (f64, f64) = (5.0, 100_000.0);

/// What is known about recipe shares. Recipes are named by id, because menus change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MixModel {
    /// The recipes ever sold.
    pub recipes: BTreeMap<domain::RecipeId, RecipeAppeal>,
    /// Median appeal by category, for recipes never sold.
    pub categories: BTreeMap<String, f64>,
    /// Median appeal of all, for categories never sold.
    pub typical: f64,
    /// Spread of a known recipe's appeal from one week to the next, shared by all areas.
    pub seen_deviation: f64,
    /// The same for a recipe never sold before.
    pub new_deviation: f64,
    /// Concentration of an area's shares.
    pub concentration: f64,
}

/// How a recipe was liked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecipeAppeal {
    /// In all areas together: appeal of a meal; logarithm of kits a box-worth of meals for an add-on.
    pub all: f64,
    /// By area, shrunk: as `all`.
    pub areas: Vec<f64>,
}

/// A week's shares.
#[derive(Debug, Clone, PartialEq)]
pub struct WeekMix {
    /// By area, then place on the menu.
    pub shares: Vec<Vec<f64>>,
    /// Add-on kits for each kit of a meal, by area, then place on the menu.
    pub add_ons: Vec<Vec<f64>>,
    /// Shock's spread by place on the menu.
    pub deviations: Vec<f64>,
    /// Never sold, by place on the menu.
    pub is_new: Vec<bool>,
}

/// A mean that forgets.
#[derive(Debug, Clone, Copy, Default)]
struct Smoothed {
    value: f64,
    weeks: f64,
}

impl Smoothed {
    /// Early on a plain mean, then exponentially weighted.
    fn learn(&mut self, value: f64) {
        self.weeks += 1.0;
        let weight = if self.weeks * NEWEST < 1.0 {
            1.0 / self.weeks
        } else {
            NEWEST
        };
        self.value += weight * (value - self.value);
    }
}

/// One week of sales by area, meals and add-ons apart.
struct Week {
    /// Kits by area, then recipe.
    kits: Vec<BTreeMap<usize, f64>>,
}

impl MixModel {
    /// Learns appeals, shock and concentration by walking through the weeks once.
    pub fn fit(observations: &Observations) -> Self {
        Walk::new(observations).run()
    }

    /// A week's shares; `places` are the snapshot's areas in the model.
    pub fn week(&self, week: &WeekSnapshot, places: &[Option<usize>]) -> WeekMix {
        let known: Vec<Option<&RecipeAppeal>> = week
            .menu
            .iter()
            .map(|item| self.recipes.get(&item.recipe))
            .collect();
        let is_new: Vec<bool> = known.iter().map(Option::is_none).collect();
        let appeal = |item: usize, place: Option<usize>| match known.get(item).copied().flatten() {
            Some(recipe) => place
                .and_then(|at| recipe.areas.get(at))
                .copied()
                .unwrap_or(recipe.all),
            None => {
                let category = week
                    .menu
                    .get(item)
                    .and_then(|item| item.traits.category.as_ref());
                category
                    .and_then(|name| self.categories.get(name))
                    .copied()
                    .unwrap_or(self.typical)
            }
        };
        let mut shares = Vec::new();
        let mut add_ons = Vec::new();
        for (area, place) in places.iter().enumerate() {
            let offers = |item: &snapshot::MenuItem| {
                item.offered
                    .as_ref()
                    .is_none_or(|areas| areas.binary_search(&area).is_ok())
            };
            let value = |add_on: bool| -> Vec<f64> {
                let value = |(at, item): (usize, &snapshot::MenuItem)| {
                    if item.add_on == add_on && offers(item) {
                        libm::exp(appeal(at, *place))
                    } else {
                        0.0
                    }
                };
                week.menu.iter().enumerate().map(value).collect()
            };
            let mut meals = value(false);
            normalise(&mut meals, 1.0);
            stated(&mut meals, week, area);
            shares.push(meals);
            let per_kit = value(true);
            add_ons.push(
                per_kit
                    .into_iter()
                    .zip(&is_new)
                    .map(|(rate, new)| if *new { 0.0 } else { rate })
                    .collect(),
            );
        }
        let deviation = |new: &bool| {
            if *new {
                self.new_deviation
            } else {
                self.seen_deviation
            }
        };
        WeekMix {
            shares,
            add_ons,
            deviations: is_new.iter().map(deviation).collect(),
            is_new,
        }
    }
}

/// Puts the planners' shares in, where they stated any; the other recipes share what is left.
fn stated(shares: &mut [f64], week: &WeekSnapshot, area: usize) {
    let mut given: BTreeMap<usize, f64> = BTreeMap::new();
    for issue in week.shares.iter().filter(|issue| issue.area.is_none()) {
        given.insert(issue.item, issue.share.to_f64());
    }
    for issue in week.shares.iter().filter(|issue| issue.area == Some(area)) {
        given.insert(issue.item, issue.share.to_f64());
    }
    given.retain(|item, _| shares.get(*item).is_some_and(|share| *share > 0.0));
    if given.is_empty() {
        return;
    }
    let total: f64 = given.values().sum();
    let others: f64 = shares
        .iter()
        .enumerate()
        .filter(|(at, _)| !given.contains_key(at))
        .map(|(_, s)| s)
        .sum();
    let left = (1.0 - total).max(0.0);
    for (at, share) in shares.iter_mut().enumerate() {
        *share = match given.get(&at) {
            Some(given) => *given,
            None if others > 0.0 => *share * left / others,
            None => 0.0,
        };
    }
    normalise(shares, 1.0);
}

fn normalise(values: &mut [f64], total: f64) {
    let sum: f64 = values.iter().sum();
    if sum > 0.0 {
        values.iter_mut().for_each(|value| *value *= total / sum);
    }
}

/// The walk through the weeks of history.
struct Walk<'a> {
    observations: &'a Observations,
    all: Vec<Smoothed>,
    areas: Vec<Vec<Smoothed>>,
    seen: Vec<f64>,
    new: Vec<f64>,
    /// Pearson residuals: sum, number, and sum of kits they were over.
    scatter: (f64, f64, f64),
}

impl<'a> Walk<'a> {
    fn new(observations: &'a Observations) -> Self {
        let recipes = observations.recipes.len();
        Self {
            observations,
            all: vec![Smoothed::default(); recipes],
            areas: vec![vec![Smoothed::default(); recipes]; observations.areas.len()],
            seen: Vec::new(),
            new: Vec::new(),
            scatter: (0.0, 0.0, 0.0),
        }
    }

    fn run(mut self) -> MixModel {
        let weeks = self.weeks();
        let first_measured = weeks.len().saturating_sub(MEASURED);
        for (at, week) in weeks.iter().enumerate() {
            let total = together(week);
            if at >= first_measured.max(1) {
                self.measure(week, &total);
            }
            self.learn(week, &total);
        }
        self.model()
    }

    fn weeks(&self) -> Vec<Week> {
        let empty = || Week {
            kits: vec![BTreeMap::new(); self.observations.areas.len()],
        };
        let mut weeks: Vec<Week> = (0..self.observations.weeks.len())
            .map(|_| empty())
            .collect();
        for SaleRow {
            week,
            area,
            recipe,
            kits,
            ..
        } in self.observations.sales.rows()
        {
            if let Some(by_recipe) = weeks.get_mut(week).and_then(|week| week.kits.get_mut(area))
                && kits > 0.0
            {
                *by_recipe.entry(recipe).or_default() += kits;
            }
        }
        weeks
    }

    fn add_on(&self, recipe: usize) -> bool {
        self.observations
            .recipes
            .get(recipe)
            .is_some_and(|recipe| recipe.add_on)
    }

    /// Appeals of what was sold: `ln(share x number of meals)`, for an add-on `ln(kits / kits of meals)`.
    fn appeals(&self, kits: &BTreeMap<usize, f64>) -> Vec<(usize, f64)> {
        let meals = || kits.iter().filter(|(recipe, _)| !self.add_on(**recipe));
        let total: f64 = meals().map(|(_, kits)| kits).sum();
        let count = meals().count() as f64;
        let appeal = |(recipe, kits): (&usize, &f64)| {
            let times = if self.add_on(*recipe) { 1.0 } else { count };
            Some((*recipe, log_ratio(kits * times, total)?))
        };
        kits.iter().filter_map(appeal).collect()
    }

    fn learn(&mut self, week: &Week, total: &BTreeMap<usize, f64>) {
        for (recipe, appeal) in self.appeals(total) {
            if let Some(all) = self.all.get_mut(recipe) {
                all.learn(appeal);
            }
        }
        for (area, kits) in week.kits.iter().enumerate() {
            for (recipe, appeal) in self.appeals(kits) {
                if let Some(own) = self.areas.get_mut(area).and_then(|own| own.get_mut(recipe)) {
                    own.learn(appeal);
                }
            }
        }
    }

    /// Compares a week with what the weeks before it led to expect.
    fn measure(&mut self, week: &Week, total: &BTreeMap<usize, f64>) {
        let (categories, typical) = self.categories();
        let expected_appeal = |recipe: usize| match self.all.get(recipe) {
            Some(seen) if seen.weeks > 0.0 => seen.value,
            _ => self
                .category_of(recipe)
                .and_then(|name| categories.get(name))
                .copied()
                .unwrap_or(typical),
        };
        let meals: BTreeMap<usize, f64> = total
            .iter()
            .filter(|(recipe, _)| !self.add_on(**recipe))
            .map(|(r, k)| (*r, *k))
            .collect();
        let kits: f64 = meals.values().sum();
        let weights: f64 = meals
            .keys()
            .map(|recipe| libm::exp(expected_appeal(*recipe)))
            .sum();
        let mut shock = BTreeMap::new();
        let mut residuals = (Vec::new(), Vec::new());
        for (recipe, sold) in &meals {
            let expected = kits * libm::exp(expected_appeal(*recipe)) / weights;
            let Some(error) = log_ratio(*sold, expected) else {
                continue;
            };
            shock.insert(*recipe, error);
            let known = self.all.get(*recipe).is_some_and(|seen| seen.weeks > 0.0);
            if known {
                residuals.0.push(error);
            } else {
                residuals.1.push(error);
            }
        }
        let mut scatter = self.scatter;
        for (area, kits) in week.kits.iter().enumerate() {
            let expected = |recipe: &usize| {
                let shock = shock.get(recipe)?;
                Some(libm::exp(self.shrunk(area, *recipe)? + shock))
            };
            let sold: Vec<(f64, f64)> = kits
                .iter()
                .filter_map(|(recipe, sold)| Some((*sold, expected(recipe)?)))
                .collect();
            let total: f64 = sold.iter().map(|(sold, _)| sold).sum();
            let weights: f64 = sold.iter().map(|(_, weight)| weight).sum();
            for (sold, weight) in sold {
                let share = weight / weights;
                if share < 1.0 && total * share >= 5.0 {
                    let error = sold - total * share;
                    // Huber's cap: one mistyped row must not widen every area.
                    let squared = error * error / (total * share * (1.0 - share));
                    scatter.0 += squared.min(25.0 * (1.0 + total / CONCENTRATION));
                    scatter.1 += 1.0;
                    scatter.2 += total;
                }
            }
        }
        self.scatter = scatter;
        self.seen.extend(residuals.0);
        self.new.extend(residuals.1);
    }

    fn category_of(&self, recipe: usize) -> Option<&String> {
        self.observations
            .recipes
            .get(recipe)
            .and_then(|recipe| recipe.traits.category.as_ref())
    }

    /// Median appeals of meals by category, and of all.
    fn categories(&self) -> (BTreeMap<String, f64>, f64) {
        let mut by_category: BTreeMap<&String, Vec<f64>> = BTreeMap::new();
        let mut all = Vec::new();
        for (recipe, seen) in self.all.iter().enumerate() {
            if seen.weeks > 0.0 && !self.add_on(recipe) {
                all.push(seen.value);
                if let Some(category) = self.category_of(recipe) {
                    by_category.entry(category).or_default().push(seen.value);
                }
            }
        }
        let medians = by_category.into_iter().filter_map(|(category, appeals)| {
            (appeals.len() >= 3)
                .then(|| median(&appeals))
                .flatten()
                .map(|m| (category.clone(), m))
        });
        (medians.collect(), median(&all).unwrap_or(0.0))
    }

    /// An area's appeal of a recipe, shrunk towards that of all areas; `None` when nobody has sold it.
    fn shrunk(&self, area: usize, recipe: usize) -> Option<f64> {
        let all = self.all.get(recipe).filter(|seen| seen.weeks > 0.0)?;
        let own = self
            .areas
            .get(area)
            .and_then(|own| own.get(recipe))
            .copied()
            .unwrap_or_default();
        Some((own.weeks * own.value + SHRINKAGE * all.value) / (own.weeks + SHRINKAGE))
    }

    fn model(self) -> MixModel {
        let (categories, typical) = self.categories();
        let mut recipes = BTreeMap::new();
        for (place, recipe) in self.observations.recipes.iter().enumerate() {
            let Some(seen) = self.all.get(place).filter(|seen| seen.weeks > 0.0) else {
                continue;
            };
            let areas = (0..self.areas.len())
                .filter_map(|area| self.shrunk(area, place))
                .collect();
            recipes.insert(
                recipe.id.clone(),
                RecipeAppeal {
                    all: seen.value,
                    areas,
                },
            );
        }
        let believed = |errors: &[f64]| {
            (errors.len() >= ENOUGH)
                .then(|| robust_deviation(errors))
                .flatten()
        };
        let clamp = |deviation: f64| deviation.clamp(DEVIATIONS.0, DEVIATIONS.1);
        let seen_deviation = clamp(believed(&self.seen).unwrap_or(SEEN_DEVIATION));
        let new_deviation = clamp(believed(&self.new).unwrap_or(NEW_TO_SEEN * seen_deviation));
        MixModel {
            recipes,
            categories,
            typical,
            seen_deviation,
            new_deviation: new_deviation.max(seen_deviation),
            concentration: concentration(self.scatter),
        }
    }
}

/// Kits by recipe, all areas together.
fn together(week: &Week) -> BTreeMap<usize, f64> {
    let mut total = BTreeMap::new();
    for (recipe, kits) in week.kits.iter().flatten() {
        *total.entry(*recipe).or_default() += kits;
    }
    total
}

/// From the mean Pearson residual X²/df = 1 + (n − 1) ρ, with concentration 1/ρ − 1 (beta-binomial moments).
fn concentration((squares, count, kits): (f64, f64, f64)) -> f64 {
    if count < 20.0 {
        return CONCENTRATION;
    }
    let rho = (squares / count - 1.0) / (kits / count - 1.0).max(1.0);
    if rho <= 0.0 {
        return CONCENTRATIONS.1;
    }
    (1.0 / rho - 1.0).clamp(CONCENTRATIONS.0, CONCENTRATIONS.1)
}
