//! Scores by level, method and lead.

use std::collections::BTreeMap;

use domain::MenuWeek;
use scoring::{Interval, Score, clopper_pearson};
use serde::{Deserialize, Serialize};
use simulation::Draws;

use crate::naive::Naive;
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
}

impl Report {
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
    pub(crate) fn model(&mut self, past: &Past<'_>, week: &PastWeek, draws: &Draws, lead: u32) {
        let areas = week.snapshot.areas.len();
        let items = week.recipes.len();
        let replicates = draws.totals().len();
        let mut recipes = vec![vec![0.0; replicates]; items];
        let mut sold = vec![0.0; items];
        for area in 0..areas {
            let drawn = draws.kits_of_bin(area);
            for (item, kits) in drawn.into_iter().enumerate() {
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
        }
    }
}
