//! Scores by level, method and lead.

use std::collections::BTreeMap;

use domain::{Measure, MenuWeek};
use scoring::{Interval, Score, clopper_pearson};
use serde::{Deserialize, Serialize};

use crate::drawn::Drawn;
use crate::naive::Naive;
use crate::overrides::{Judged, Worth, by_author};
use crate::past::{Past, PastWeek};

/// What is summed before it is scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Kits of a recipe in an area.
    AreaRecipe,
    /// Kits of a recipe in all areas.
    Recipe,
    /// Kits of a week.
    Total,
    /// Quantity of a product, all areas together.
    Product,
}

impl Level {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::AreaRecipe, Self::Recipe, Self::Total, Self::Product];

    /// Its name in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AreaRecipe => "area x recipe",
            Self::Recipe => "recipe",
            Self::Total => "week",
            Self::Product => "product",
        }
    }
}

/// A way to forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Larder's model.
    Model,
    /// A naive forecast.
    Naive(Naive),
}

impl Method {
    /// Its name in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Model => "Larder",
            Self::Naive(naive) => naive.words(),
        }
    }
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What was summed.
    pub level: Level,
    /// Who forecast.
    pub method: Method,
    /// Weeks ahead; `None`: all together.
    pub lead_weeks: Option<u32>,
    /// How good it was.
    pub score: Score,
}

/// A back-test.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// First and last week scored.
    pub weeks: Option<(MenuWeek, MenuWeek)>,
    /// By level, method and lead; all leads together stand before the first.
    pub rows: Vec<Row>,
    /// By week scored, the share of product totals inside their 80 % interval, all leads together.
    pub product_coverage: Vec<f64>,
    /// What each of the planners' overrides was worth, by id.
    pub overrides: Vec<Judged>,
}

impl Report {
    /// What overrides were worth by author and measure.
    pub fn authors(&self) -> BTreeMap<(String, Measure), Worth> {
        by_author(&self.overrides)
    }

    /// The score of a level and method, at a lead or of all leads together.
    pub fn score(&self, level: Level, method: Method, lead_weeks: Option<u32>) -> Option<&Score> {
        let found =
            |row: &&Row| row.level == level && row.method == method && row.lead_weeks == lead_weeks;
        self.rows.iter().find(found).map(|row| &row.score)
    }

    /// The mean share of product totals inside their 80 % interval, and its exact 95 % interval with weeks as the
    /// unit: products share recipes, so those of one week are hardly more than one observation.
    pub fn products_covered(&self) -> Option<(f64, Interval)> {
        let weeks = self.product_coverage.len() as u64;
        let mean = self.product_coverage.iter().sum::<f64>() / weeks as f64;
        let inside = (mean * weeks as f64 + 0.5) as u64;
        Some((mean, clopper_pearson(inside, weeks, 0.95)?))
    }
}

/// Scores in the making.
#[derive(Debug, Default)]
pub(crate) struct Board {
    scores: BTreeMap<(Level, Method, Option<u32>), Score>,
    /// By week: products inside their 80 % interval, and all.
    products: BTreeMap<usize, (u64, u64)>,
}

impl Board {
    fn add(&mut self, level: Level, method: Method, lead: u32, row: (f64, f64, &[f64])) {
        let (forecast, actual, draws) = row;
        for lead in [None, Some(lead)] {
            let score = self.scores.entry((level, method, lead)).or_default();
            score.add(forecast, actual, draws);
        }
    }

    /// Adds the model's draws of a week. Its point forecast is their mean.
    pub(crate) fn model(&mut self, past: &Past<'_>, week: &PastWeek, drawn: &Drawn, lead: u32) {
        let areas = week.snapshot.areas.len();
        let items = week.recipes.len();
        let replicates = drawn.replicates();
        let mut recipes = vec![vec![0.0; replicates]; items];
        let mut sold = vec![0.0; items];
        for area in 0..areas {
            for (item, kits) in drawn.kits(area).into_iter().enumerate() {
                let at = week
                    .sold
                    .binary_search_by(|(a, i, _)| (*a, *i).cmp(&(area, item)));
                let Some((_, _, actual)) = at.ok().and_then(|at| week.sold.get(at)) else {
                    continue;
                };
                let mut kits: Vec<f64> = kits.into_iter().map(|kits| kits as f64).collect();
                for (sum, kits) in recipes[item].iter_mut().zip(&kits) {
                    *sum += kits;
                }
                sold[item] += actual;
                self.drawn(Level::AreaRecipe, lead, &mut kits, *actual);
            }
        }
        let mut total = vec![0.0; replicates];
        let mut products = vec![vec![0.0; replicates]; past.products];
        let mut used = vec![0.0; past.products];
        for ((kits, recipe), sold) in recipes.iter().zip(&week.recipes).zip(&sold) {
            for (sum, kits) in total.iter_mut().zip(kits) {
                *sum += kits;
            }
            for (product, quantity) in past.needs(*recipe) {
                used[*product] += sold * quantity;
                for (sum, kits) in products[*product].iter_mut().zip(kits) {
                    *sum += kits * quantity;
                }
            }
        }
        let sold_in_all = sold.iter().sum();
        for (kits, sold) in recipes.iter_mut().zip(sold) {
            self.drawn(Level::Recipe, lead, kits, sold);
        }
        self.drawn(Level::Total, lead, &mut total, sold_in_all);
        let mut inside = Score::default();
        for (need, used) in products.iter_mut().zip(used) {
            if used > 0.0 {
                self.drawn(Level::Product, lead, need, used);
                inside.add(used, used, need);
            }
        }
        if let Some(coverage) = inside.coverage(80) {
            let week = self.products.entry(week.target).or_default();
            week.0 += coverage.inside;
            week.1 += coverage.rows;
        }
    }

    fn drawn(&mut self, level: Level, lead: u32, draws: &mut [f64], actual: f64) {
        let mean = draws.iter().sum::<f64>() / draws.len().max(1) as f64;
        draws.sort_unstable_by(f64::total_cmp);
        self.add(level, Method::Model, lead, (mean, actual, draws));
    }

    /// Adds a naive forecast of a week.
    pub(crate) fn naive(
        &mut self,
        past: &Past<'_>,
        week: &PastWeek,
        naive: Naive,
        known: usize,
        lead: u32,
    ) {
        let method = Method::Naive(naive);
        let mut recipes = vec![(0.0, 0.0); week.recipes.len()];
        for (area, item, actual) in &week.sold {
            let recipe = week.recipes[*item];
            let forecast = naive.forecast(past.sales(*area, recipe, known), week.target);
            self.add(Level::AreaRecipe, method, lead, (forecast, *actual, &[]));
            recipes[*item].0 += forecast;
            recipes[*item].1 += actual;
        }
        let mut total = (0.0, 0.0);
        let mut products = vec![(0.0, 0.0); past.products];
        for ((forecast, actual), recipe) in recipes.into_iter().zip(&week.recipes) {
            self.add(Level::Recipe, method, lead, (forecast, actual, &[]));
            total.0 += forecast;
            total.1 += actual;
            for (product, quantity) in past.needs(*recipe) {
                products[*product].0 += quantity * forecast;
                products[*product].1 += quantity * actual;
            }
        }
        self.add(Level::Total, method, lead, (total.0, total.1, &[]));
        for (forecast, actual) in products.into_iter().filter(|(_, actual)| *actual > 0.0) {
            self.add(Level::Product, method, lead, (forecast, actual, &[]));
        }
    }

    pub(crate) fn report(self, first: Option<MenuWeek>, last: Option<MenuWeek>) -> Report {
        let row = |((level, method, lead_weeks), score)| Row {
            level,
            method,
            lead_weeks,
            score,
        };
        Report {
            weeks: first.zip(last),
            rows: self.scores.into_iter().map(row).collect(),
            product_coverage: self
                .products
                .into_values()
                .filter(|(_, all)| *all > 0)
                .map(|(inside, all)| inside as f64 / all as f64)
                .collect(),
            overrides: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use demand::{AreaDemand, WeekDemand};
    use domain::Portions;

    use super::*;
    use crate::Options;
    use crate::fixture::{history, need};

    /// Ten weeks in which two areas sold two recipes; in the last, twice as much of the second.
    fn kits(week: usize, area: usize, recipe: usize) -> u32 {
        let last = if (week, recipe) == (9, 1) { 2 } else { 1 };
        last * [[100, 50], [200, 25]][area][recipe]
    }

    fn near(found: Option<f64>, expected: f64) {
        assert!(
            (found.unwrap() - expected).abs() < 1e-12,
            "{found:?} {expected}"
        );
    }

    #[test]
    fn a_naive_forecast_is_scored_as_by_hand() {
        let observations = history((10, 2, 2), kits);
        let needs = [need(0, "P1", 2.0), need(1, "P1", 1.0), need(1, "P2", 10.0)];
        let past = Past::new(&observations, &needs);
        let mut board = Board::default();
        board.naive(&past, &past.week(9, 1), Naive::Last, 9, 1);
        let report = board.report(None, None);
        let of = |level| {
            let method = Method::Naive(Naive::Last);
            report.score(level, method, Some(1)).unwrap()
        };
        // Sold 100, 100, 200, 50; forecast 100, 50, 200, 25.
        near(of(Level::AreaRecipe).wmape(), 75.0 / 450.0);
        near(of(Level::AreaRecipe).bias(), -75.0 / 450.0);
        near(of(Level::Recipe).wmape(), 75.0 / 450.0);
        near(of(Level::Total).wmape(), 75.0 / 450.0);
        // P1: sold 2 x 300 + 150, forecast 2 x 300 + 75. P2: sold 1500, forecast 750.
        near(of(Level::Product).wmape(), 825.0 / 2250.0);
        assert_eq!(of(Level::Product).rows(), 2);
        assert!(of(Level::Product).coverage(80).is_none());
        assert_eq!(report.score(Level::Total, Method::Model, None), None);
    }

    #[test]
    fn draws_are_scored_as_by_hand() {
        // One recipe and no spread: every draw is the median.
        let observations = history((10, 2, 1), |_, area, _| [100, 200][area]);
        let past = Past::new(&observations, &[need(0, "P1", 2.0)]);
        let week = past.week(9, 1);
        let area = |boxes| AreaDemand {
            boxes,
            deviation: 0.0,
            shares: vec![1.0],
            concentration: 1e6,
            add_ons: vec![0.0],
            portions: vec![(Portions::try_from(2).unwrap(), 1.0)],
            recipes_per_box: vec![(1, 1.0)],
            weekdays: None,
        };
        let demand = WeekDemand {
            areas: vec![area(100.0), area(150.0)],
            level_deviation: 0.0,
            recipe_deviation: vec![0.0],
            survival: 1.0,
            is_new: vec![false],
            volume_method: "",
            overridden: demand::Overridden::default(),
        };
        let options = Options {
            replicates: 10,
            ..Options::default()
        };
        let drawn = Drawn::new(&week, &demand, options, 100).unwrap();
        let mut board = Board::default();
        board.model(&past, &week, &drawn, 3);
        let report = board.report(None, None);
        let of = |level, lead| report.score(level, Method::Model, lead).unwrap();
        for lead in [None, Some(3)] {
            near(of(Level::AreaRecipe, lead).wmape(), 50.0 / 300.0);
            near(
                of(Level::AreaRecipe, lead).coverage(80).unwrap().share(),
                0.5,
            );
            near(of(Level::Recipe, lead).coverage(80).unwrap().share(), 0.0);
            near(of(Level::Total, lead).wmape(), 50.0 / 300.0);
            near(of(Level::Product, lead).bias(), -100.0 / 600.0);
        }
        assert_eq!(report.score(Level::Total, Method::Model, Some(1)), None);
        assert_eq!(report.product_coverage, [0.0]);
        near(report.products_covered().map(|(mean, _)| mean), 0.0);
    }

    #[test]
    fn a_report_without_products_says_nothing_of_them() {
        assert_eq!(Report::default().products_covered(), None);
    }
}
