//! How much a recipe is liked: appeals that follow the weeks.
//!
//! Log kits, less what price and promotion explain, are the sum of an area's level, a recipe's appeal in all areas
//! and the area's own taste for it. Each follows the weeks with a gain of its own (exponential smoothing); medians
//! over areas and recipes keep one odd row from moving the rest.

use crate::coefficients::Coefficients;
use crate::panel::{Cell, Panel};
use crate::statistics::median_of;

/// Weight of the newest week once there are enough: a recipe's appeal, an area's level, an area's own taste.
const RECIPE_GAIN: f64 = 0.12;
const AREA_GAIN: f64 = 0.15;
const TASTE_GAIN: f64 = 0.08;
/// An area's own taste begins as if so many weeks had shown none.
const TASTE_PRIOR: f64 = 2.0;
/// A residual beyond this counts as this: a factor of 4.5.
const BOUND: f64 = 1.5;

/// The state after some weeks.
#[derive(Debug, Clone)]
pub(crate) struct Levels {
    recipes: usize,
    /// Levels and weeks seen, by area.
    area: Vec<(f64, u32)>,
    /// Appeals and weeks seen, by recipe.
    recipe: Vec<(f64, u32)>,
    /// Tastes and weeks seen, by area, then recipe.
    taste: Vec<(f64, u32)>,
    residuals: Vec<Vec<f64>>,
}

impl Levels {
    pub(crate) fn new(panel: &Panel) -> Self {
        Self {
            recipes: panel.recipes,
            area: vec![(0.0, 0); panel.areas],
            recipe: vec![(0.0, 0); panel.recipes],
            taste: vec![(0.0, 0); panel.areas * panel.recipes],
            residuals: vec![Vec::new(); panel.areas.max(panel.recipes)],
        }
    }

    /// Weeks in which a recipe was sold.
    pub(crate) fn weeks_seen(&self, recipe: usize) -> u32 {
        self.recipe.get(recipe).map_or(0, |(_, weeks)| *weeks)
    }

    /// A recipe's appeal in all areas; `None` when it was never sold.
    pub(crate) fn appeal(&self, recipe: usize) -> Option<f64> {
        let (appeal, weeks) = self.recipe.get(recipe)?;
        (*weeks > 0).then_some(*appeal)
    }

    /// What an area's own taste adds; 0 when it never sold the recipe.
    pub(crate) fn taste(&self, area: usize, recipe: usize) -> f64 {
        self.taste
            .get(area * self.recipes + recipe)
            .map_or(0.0, |(taste, _)| *taste)
    }

    /// Learns from one week more.
    pub(crate) fn learn(&mut self, week: &[Cell], coefficients: &Coefficients) {
        let bare: Vec<f64> = week
            .iter()
            .map(|cell| cell.log_kits - coefficients.effect(cell.recipe, &cell.features))
            .collect();
        self.meet(week, &bare);
        let mut left: Vec<f64> = week
            .iter()
            .zip(&bare)
            .map(|(cell, bare)| bare - self.expected(cell))
            .collect();
        // Sold out: demand was at least what was sold.
        for (cell, left) in week.iter().zip(&mut left) {
            if cell.sold_out {
                *left = left.max(0.0);
            }
        }
        // Areas first: a week in which everything sells better says nothing about the recipes that were on its menu.
        let mut by_area = vec![0.0; self.area.len()];
        for (area, shift) in self.medians(week, &left, |cell| cell.area) {
            let (level, weeks) = &mut self.area[area];
            *level += gain(AREA_GAIN, *weeks, 0.0) * shift;
            *weeks += 1;
            by_area[area] = shift;
        }
        for (cell, left) in week.iter().zip(&mut left) {
            *left -= by_area[cell.area];
        }
        for (recipe, shift) in self.medians(week, &left, |cell| cell.recipe) {
            let (appeal, weeks) = &mut self.recipe[recipe];
            *appeal += gain(RECIPE_GAIN, *weeks, 0.0) * shift;
            *weeks += 1;
        }
        for (cell, bare) in week.iter().zip(&bare) {
            let left = (bare - self.expected(cell)).clamp(-BOUND, BOUND);
            if cell.sold_out && left < 0.0 {
                continue;
            }
            let (taste, weeks) = &mut self.taste[cell.area * self.recipes + cell.recipe];
            *taste += gain(TASTE_GAIN, *weeks, TASTE_PRIOR) * left;
            *weeks += 1;
        }
    }

    fn expected(&self, cell: &Cell) -> f64 {
        self.area[cell.area].0 + self.recipe[cell.recipe].0 + self.taste(cell.area, cell.recipe)
    }

    /// Gives areas and recipes that are seen for the first time their first level.
    fn meet(&mut self, week: &[Cell], bare: &[f64]) {
        let known: Vec<f64> = week
            .iter()
            .zip(bare)
            .map(|(cell, bare)| bare - self.recipe[cell.recipe].0)
            .collect();
        for (area, level) in self.medians(week, &known, |cell| cell.area) {
            if self.area[area].1 == 0 {
                self.area[area].0 = level;
            }
        }
        let left: Vec<f64> = week
            .iter()
            .zip(bare)
            .map(|(cell, bare)| bare - self.area[cell.area].0)
            .collect();
        for (recipe, appeal) in self.medians(week, &left, |cell| cell.recipe) {
            if self.recipe[recipe].1 == 0 {
                self.recipe[recipe].0 = appeal;
            }
        }
    }

    /// Medians of the values by area or recipe, in order.
    fn medians(
        &mut self,
        week: &[Cell],
        values: &[f64],
        group: impl Fn(&Cell) -> usize,
    ) -> Vec<(usize, f64)> {
        self.residuals.iter_mut().for_each(Vec::clear);
        for (cell, value) in week.iter().zip(values) {
            self.residuals[group(cell)].push(*value);
        }
        self.residuals
            .iter_mut()
            .enumerate()
            .filter_map(|(at, values)| Some((at, median_of(values)?)))
            .collect()
    }
}

/// A plain mean early on, then exponentially weighted.
fn gain(least: f64, weeks: u32, prior: f64) -> f64 {
    least.max(1.0 / (f64::from(weeks) + 1.0 + prior))
}
