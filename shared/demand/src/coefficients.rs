//! What price and promotion do to a recipe's appeal: the coefficients of the softmax.
//!
//! The logarithm of a share is a recipe's appeal less the logarithm of the menu's total, which is the same for all
//! recipes of an area and week. Taking out the mean of each area and week, and of each area and recipe, leaves a
//! linear regression of log kits on features (Berry 1994, *Estimating discrete-choice models of product
//! differentiation*). It is ridge-penalised in three steps: all recipes together; each category drawn towards all;
//! each recipe drawn towards its category.

use std::collections::BTreeMap;

use crate::panel::{Cell, FEATURES, Features, Panel};

/// Weeks that coefficients are fitted over.
const WINDOW: usize = 52;
/// Kits at which the scatter of an area's taste weighs as much as that of counting: an observation of many more
/// says hardly more.
const SATURATION: f64 = 100.0;
/// Passes that take out the means; each leaves a small part of what the one before did.
const PASSES: usize = 10;
/// How strongly coefficients are drawn to 0, to all recipes', to the category's: as if so many more observations
/// had said so.
const TO_NOTHING: f64 = 10.0;
const TO_ALL: f64 = 200.0;
const TO_CATEGORY: f64 = 3000.0;
/// No price or promotion makes a recipe sell more than e to this many times as much, or as little a part of it.
const MOST: f64 = 5.0;

/// The coefficients.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Coefficients {
    /// Of all recipes together.
    pub(crate) all: Features,
    /// By recipe.
    pub(crate) recipes: Vec<Features>,
}

/// Weighted sums of products of features, and of features with log kits.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    weight: f64,
    square: [[f64; FEATURES]; FEATURES],
    cross: Features,
}

impl Sums {
    fn add(&mut self, weight: f64, row: &[f64; FEATURES + 1]) {
        self.weight += weight;
        for i in 0..FEATURES {
            for j in 0..FEATURES {
                self.square[i][j] += weight * row[i + 1] * row[j + 1];
            }
            self.cross[i] += weight * row[i + 1] * row[0];
        }
    }

    fn merge(&mut self, other: &Self) {
        self.weight += other.weight;
        for i in 0..FEATURES {
            for j in 0..FEATURES {
                self.square[i][j] += other.square[i][j];
            }
            self.cross[i] += other.cross[i];
        }
    }

    /// The coefficients nearest to these sums and to `start`, which weighs as much as `rows` observations with
    /// features spread as `spread`.
    fn solve(&self, start: &Features, rows: f64, spread: &Features) -> Features {
        let mut matrix = self.square;
        let mut right = self.cross;
        for i in 0..FEATURES {
            right[i] -= dot(&self.square[i], start);
            // A feature that never varies keeps its start.
            matrix[i][i] += rows * spread[i] + 1e-9;
        }
        let step = cholesky(matrix, right);
        let mut solved = *start;
        solved.iter_mut().zip(step).for_each(|(at, by)| *at += by);
        solved
    }
}

/// Solves a symmetric positive definite system (Cholesky).
fn cholesky(mut matrix: [[f64; FEATURES]; FEATURES], mut right: Features) -> Features {
    for i in 0..FEATURES {
        for j in 0..=i {
            let known = matrix[i].iter().zip(&matrix[j]).take(j);
            let sum = known.fold(matrix[i][j], |sum, (a, b)| sum - a * b);
            matrix[i][j] = if i == j {
                sum.max(1e-12).sqrt()
            } else {
                sum / matrix[j][j]
            };
        }
    }
    for i in 0..FEATURES {
        for k in 0..i {
            right[i] -= matrix[i][k] * right[k];
        }
        right[i] /= matrix[i][i];
    }
    for i in (0..FEATURES).rev() {
        for k in i + 1..FEATURES {
            right[i] -= matrix[k][i] * right[k];
        }
        right[i] /= matrix[i][i];
    }
    right
}

impl Coefficients {
    /// Fits to the weeks before `end`.
    pub(crate) fn fit(panel: &Panel, end: usize) -> Self {
        let start = end.saturating_sub(WINDOW);
        let weeks = panel.weeks.get(start..end).unwrap_or_default();
        let cells: Vec<&Cell> = weeks.iter().flatten().collect();
        let weights: Vec<f64> = cells
            .iter()
            .map(|cell| cell.kits / (cell.kits + SATURATION))
            .collect();
        let rows = without_means(panel, weeks, &cells, &weights);
        let mut recipes = vec![Sums::default(); panel.recipes];
        for ((cell, row), weight) in cells.iter().zip(&rows).zip(&weights) {
            recipes[cell.recipe].add(*weight, row);
        }
        let mut all = Sums::default();
        let mut categories: BTreeMap<Option<usize>, Sums> = BTreeMap::new();
        for (sums, category) in recipes.iter().zip(&panel.category) {
            all.merge(sums);
            categories.entry(*category).or_default().merge(sums);
        }
        let mut spread = [0.0; FEATURES];
        for (i, spread) in spread.iter_mut().enumerate() {
            *spread = all.square[i][i] / all.weight.max(1e-9);
        }
        let row = all.weight / cells.len().max(1) as f64;
        let together = all.solve(&[0.0; FEATURES], TO_NOTHING * row, &spread);
        let categories: BTreeMap<Option<usize>, Features> = categories
            .iter()
            .map(|(category, sums)| (*category, sums.solve(&together, TO_ALL * row, &spread)))
            .collect();
        let of = |(sums, category): (&Sums, &Option<usize>)| {
            let start = categories.get(category).unwrap_or(&together);
            sums.solve(start, TO_CATEGORY * row, &spread)
        };
        Self {
            all: together,
            recipes: recipes.iter().zip(&panel.category).map(of).collect(),
        }
    }

    /// What a recipe's features add to its appeal.
    pub(crate) fn effect(&self, recipe: usize, features: &Features) -> f64 {
        effect(self.recipes.get(recipe).unwrap_or(&self.all), features)
    }
}

/// What features add to the appeal of a recipe with these coefficients.
pub(crate) fn effect(coefficients: &Features, features: &Features) -> f64 {
    dot(coefficients, features).clamp(-MOST, MOST)
}

fn dot(coefficients: &Features, features: &Features) -> f64 {
    coefficients.iter().zip(features).map(|(c, x)| c * x).sum()
}

/// Log kits and features with the weighted means of each area and recipe, and of each area and week, taken out in
/// turn.
fn without_means(
    panel: &Panel,
    weeks: &[Vec<Cell>],
    cells: &[&Cell],
    weights: &[f64],
) -> Vec<[f64; FEATURES + 1]> {
    let mut rows: Vec<[f64; FEATURES + 1]> = cells
        .iter()
        .map(|cell| {
            let mut row = [cell.log_kits; FEATURES + 1];
            row[1..].copy_from_slice(&cell.features);
            row
        })
        .collect();
    let by_recipe: Vec<usize> = cells
        .iter()
        .map(|cell| cell.area * panel.recipes + cell.recipe)
        .collect();
    let of_week = |(week, cells): (usize, &Vec<Cell>)| -> Vec<usize> {
        let place = |cell: &Cell| week * panel.areas + cell.area;
        cells.iter().map(place).collect()
    };
    let by_week: Vec<usize> = weeks.iter().enumerate().flat_map(of_week).collect();
    for _ in 0..PASSES {
        take_out(&mut rows, weights, &by_recipe, panel.areas * panel.recipes);
        take_out(&mut rows, weights, &by_week, weeks.len() * panel.areas);
    }
    rows
}

fn take_out(rows: &mut [[f64; FEATURES + 1]], weights: &[f64], group: &[usize], groups: usize) {
    let mut sums = vec![[0.0; FEATURES + 1]; groups];
    let mut totals = vec![0.0; groups];
    for ((row, weight), group) in rows.iter().zip(weights).zip(group) {
        totals[*group] += weight;
        for (sum, value) in sums[*group].iter_mut().zip(row) {
            *sum += weight * value;
        }
    }
    for (sum, total) in sums.iter_mut().zip(&totals) {
        sum.iter_mut().for_each(|sum| *sum /= total.max(1e-300));
    }
    for (row, group) in rows.iter_mut().zip(group) {
        for (value, mean) in row.iter_mut().zip(&sums[*group]) {
            *value -= mean;
        }
    }
}

#[cfg(test)]
mod tests {
    use random::Stream;

    use super::*;

    const AREAS: usize = 4;
    const RECIPES: usize = 12;

    /// Weeks in which every area divides 3000 kits by a softmax, give or take a tenth; `features` of a week and recipe,
    /// `effect` by recipe.
    fn panel(
        weeks: usize,
        category: impl Fn(usize) -> usize,
        features: impl Fn(usize, usize, &mut Stream) -> Features,
        effect: impl Fn(usize) -> Features,
    ) -> Panel {
        let mut stream = Stream::new(11, &[]);
        let week = |week: usize| {
            let mut cells = Vec::new();
            let offered: Vec<Features> = (0..RECIPES)
                .map(|recipe| features(week, recipe, &mut stream))
                .collect();
            for area in 0..AREAS {
                let pulls: Vec<f64> = offered
                    .iter()
                    .enumerate()
                    .map(|(recipe, features)| {
                        let appeal = (recipe * area % 5) as f64 * 0.2;
                        libm::exp(appeal + dot(&effect(recipe), features) + 0.1 * stream.normal())
                    })
                    .collect();
                let total: f64 = pulls.iter().sum();
                for ((recipe, pull), features) in pulls.iter().enumerate().zip(&offered) {
                    let kits = 3000.0 * pull / total;
                    cells.push(Cell {
                        area,
                        recipe,
                        kits,
                        log_kits: libm::log(kits),
                        features: *features,
                        sold_out: false,
                    });
                }
            }
            cells
        };
        Panel {
            areas: AREAS,
            recipes: RECIPES,
            weeks: (0..weeks).map(week).collect(),
            usual_price: vec![None; RECIPES],
            category: (0..RECIPES).map(|recipe| Some(category(recipe))).collect(),
        }
    }

    fn any(_: usize, _: usize, stream: &mut Stream) -> Features {
        let flag = |stream: &mut Stream| f64::from(u8::from(stream.uniform() < 0.2));
        [flag(stream), flag(stream), 0.2 * stream.normal(), 0.0]
    }

    #[test]
    fn what_promotion_home_page_and_price_do_is_found_again() {
        let planted = [0.6, 0.3, -1.8, 0.0];
        let found = Coefficients::fit(&panel(52, |_| 0, any, |_| planted), 52);
        for (found, planted) in found.all.iter().zip(planted) {
            assert!((found - planted).abs() < 0.05, "{found:?}");
        }
    }

    #[test]
    fn what_never_varies_does_nothing() {
        let never = |_: usize, _: usize, _: &mut Stream| [1.0, 0.0, 0.0, 0.7];
        let found = Coefficients::fit(&panel(52, |_| 0, never, |_| [0.5; FEATURES]), 52);
        assert!(found.all.iter().all(|c| c.abs() < 1e-6), "{:?}", found.all);
    }

    #[test]
    fn a_category_moves_to_its_own_as_data_grow() {
        // The last three recipes are a category whose price matters twice as much; it varies in `some` weeks alone.
        let steep = |recipe: usize| recipe >= 9;
        let of = |some: usize| {
            let features = move |week: usize, recipe: usize, stream: &mut Stream| {
                let still = steep(recipe) && week >= some;
                [
                    0.0,
                    0.0,
                    if still { 0.0 } else { 0.2 * stream.normal() },
                    0.0,
                ]
            };
            let effect = |recipe| [0.0, 0.0, if steep(recipe) { -4.0 } else { -2.0 }, 0.0];
            let panel = panel(52, |recipe| usize::from(steep(recipe)), features, effect);
            let found = Coefficients::fit(&panel, 52);
            (found.all[2], found.recipes[11][2])
        };
        let (all, few) = of(2);
        assert!((few - all).abs() < 0.3, "{few} {all}");
        let (all, many) = of(52);
        assert!(many < -3.2 && all > -2.8, "{many} {all}");
    }

    #[test]
    fn a_recipe_stays_near_its_category() {
        let effect = |recipe| [0.0, 0.0, if recipe == 11 { -4.0 } else { -2.0 }, 0.0];
        let found = Coefficients::fit(&panel(52, |_| 0, any, effect), 52);
        let (own, category) = (found.recipes[11][2], found.recipes[0][2]);
        assert!(
            own < category - 0.05 && own > category - 0.5,
            "{own} {category}"
        );
    }

    #[test]
    fn only_weeks_before_the_origin_count() {
        let mut panel = panel(52, |_| 0, any, |_| [0.6, 0.3, -1.8, 0.0]);
        let before = Coefficients::fit(&panel, 40);
        panel.weeks.truncate(40);
        assert_eq!(Coefficients::fit(&panel, 40), before);
    }

    #[test]
    fn no_feature_can_do_more_than_the_bound() {
        assert!((effect(&[1e6; FEATURES], &[1.0; FEATURES]) - MOST).abs() < 1e-12);
    }
}
