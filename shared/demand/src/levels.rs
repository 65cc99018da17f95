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

#[cfg(test)]
mod tests {
    use super::*;

    const AREAS: usize = 5;
    const RECIPES: usize = 8;

    fn nothing(areas: usize, recipes: usize) -> Panel {
        Panel {
            areas,
            recipes,
            weeks: Vec::new(),
            usual_price: vec![None; recipes],
            category: vec![None; recipes],
        }
    }

    fn cell(area: usize, recipe: usize, kits: f64) -> Cell {
        Cell {
            area,
            recipe,
            kits,
            log_kits: libm::log(kits),
            features: [0.0; crate::panel::FEATURES],
            sold_out: false,
        }
    }

    /// 100 kits of the first recipe, 110 of the next and so on, in every area.
    fn week() -> Vec<Cell> {
        let of_area = |area| (0..RECIPES).map(move |r| cell(area, r, 100.0 + 10.0 * r as f64));
        (0..AREAS).flat_map(of_area).collect()
    }

    fn change(week: &mut [Cell], which: impl Fn(&Cell) -> bool, factor: f64) {
        for at in week.iter_mut().filter(|at| which(at)) {
            *at = cell(at.area, at.recipe, at.kits * factor);
        }
    }

    fn learned(weeks: &[Vec<Cell>]) -> Levels {
        let mut levels = Levels::new(&nothing(AREAS, RECIPES));
        for week in weeks {
            levels.learn(week, &Coefficients::default());
        }
        levels
    }

    /// The logarithm of how much more a recipe is liked than another.
    fn over(levels: &Levels, recipe: usize, other: usize) -> f64 {
        levels.appeal(recipe).unwrap() - levels.appeal(other).unwrap()
    }

    #[test]
    fn appeals_are_the_logarithms_of_what_recipes_sell_beside_each_other() {
        let levels = learned(&vec![week(); 10]);
        assert!((over(&levels, 5, 0) - libm::log(1.5)).abs() < 1e-9);
        assert_eq!(levels.weeks_seen(5), 10);
    }

    #[test]
    fn an_appeal_and_tastes_follow_a_recipe_to_a_new_level() {
        let mut weeks = vec![week(); 60];
        for week in &mut weeks[20..] {
            change(week, |cell| cell.recipe == 3, 2.0);
        }
        let (before, after) = (learned(&weeks[..20]), learned(&weeks));
        for area in 0..AREAS {
            let taste = |levels: &Levels| levels.taste(area, 3) - levels.taste(area, 0);
            let moved = over(&after, 3, 0) + taste(&after) - over(&before, 3, 0) - taste(&before);
            assert!((moved - libm::log(2.0)).abs() < 0.03, "{moved}");
        }
    }

    #[test]
    fn a_company_that_doubles_leaves_appeals_where_they_were() {
        // Recipe 7 is off the menu while everything else doubles.
        let mut weeks = vec![week(); 60];
        for week in &mut weeks[20..] {
            change(week, |_| true, 2.0);
            week.retain(|cell| cell.recipe != 7);
        }
        let before = over(&learned(&weeks[..20]), 7, 0);
        let after = over(&learned(&weeks), 7, 0);
        assert!((after - before).abs() < 1e-9, "{before} {after}");
    }

    #[test]
    fn one_mistyped_row_hardly_moves_an_appeal() {
        let mut weeks = vec![week(); 30];
        change(
            &mut weeks[29],
            |cell| (cell.area, cell.recipe) == (2, 3),
            10.0,
        );
        let levels = learned(&weeks);
        let calm = learned(&vec![week(); 30]);
        assert!((over(&levels, 3, 0) - over(&calm, 3, 0)).abs() < 1e-9);
        // In its own area it counts as a bounded surprise.
        assert!(levels.taste(2, 3) <= TASTE_GAIN * BOUND + 1e-9);
    }

    #[test]
    fn an_areas_own_taste_is_learned_beside_that_of_all() {
        let mut week = week();
        change(&mut week, |cell| (cell.area, cell.recipe) == (2, 3), 2.0);
        let levels = learned(&vec![week; 60]);
        assert!((levels.taste(2, 3) - levels.taste(1, 3) - libm::log(2.0)).abs() < 0.07);
        assert!(levels.taste(2, 4).abs() < 0.03);
    }

    #[test]
    fn a_sold_out_row_lowers_neither_appeal_nor_taste() {
        for areas in [1, AREAS] {
            let mut weeks = vec![week(); 30];
            let gone = |cell: &Cell| cell.recipe == 3 && cell.area < areas;
            for week in &mut weeks[20..] {
                change(week, gone, 0.2);
                let sold_out = week.iter_mut().filter(|cell| gone(cell));
                sold_out.for_each(|cell| cell.sold_out = true);
            }
            let (before, after) = (learned(&weeks[..20]), learned(&weeks));
            assert!(over(&after, 3, 0) >= over(&before, 3, 0) - 1e-9, "{areas}");
            assert!(after.taste(0, 3) >= before.taste(0, 3) - 1e-9, "{areas}");
        }
    }

    #[test]
    fn a_sold_out_row_that_sold_more_than_expected_raises_the_appeal() {
        let mut weeks = vec![week(); 30];
        for week in &mut weeks[20..] {
            change(week, |cell| cell.recipe == 3, 2.0);
            let sold_out = week.iter_mut().filter(|cell| cell.recipe == 3);
            sold_out.for_each(|cell| cell.sold_out = true);
        }
        assert!(over(&learned(&weeks), 3, 0) > over(&learned(&weeks[..20]), 3, 0) + 0.3);
    }
}
