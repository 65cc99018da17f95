//! History as the mix sees it: one cell for each area, meal and week, with how the meal was offered.

use std::collections::BTreeMap;

use crate::observations::{Observations, SaleRow};
use crate::statistics::median;

/// Number of [`FEATURES`].
pub(crate) const FEATURES: usize = 4;
/// Promoted (share of customers), on the home page (share of customers), logarithm of the price over the recipe's
/// usual price, logarithm of one more than the meals of its category beside it.
pub(crate) type Features = [f64; FEATURES];
/// A price this many times the usual one, or as small a part of it, is a mistyped number.
const PRICE_BOUND: f64 = 4.0;

/// A meal sold in an area.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) area: usize,
    pub(crate) recipe: usize,
    pub(crate) kits: f64,
    /// Natural logarithm of the kits.
    pub(crate) log_kits: f64,
    pub(crate) features: Features,
    pub(crate) sold_out: bool,
}

/// The weeks of history.
#[derive(Debug, Clone)]
pub(crate) struct Panel {
    pub(crate) areas: usize,
    pub(crate) recipes: usize,
    /// By week, the meals with any kits sold, in order of area and recipe.
    pub(crate) weeks: Vec<Vec<Cell>>,
    /// By recipe, the median price over all areas and weeks; `None` where no price is known.
    pub(crate) usual_price: Vec<Option<f64>>,
    /// By recipe, the place of its category; `None` without one.
    pub(crate) category: Vec<Option<usize>>,
}

impl Panel {
    pub(crate) fn new(observations: &Observations) -> Self {
        let recipes = observations.recipes.len();
        let meal = |recipe: usize| {
            observations
                .recipes
                .get(recipe)
                .is_some_and(|recipe| !recipe.add_on)
        };
        let mut prices: Vec<Vec<f64>> = vec![Vec::new(); recipes];
        let mut weeks = vec![Vec::new(); observations.weeks.len()];
        for row in observations.sales.rows() {
            if row.kits <= 0.0 || !meal(row.recipe) || row.area >= observations.areas.len() {
                continue;
            }
            if let Some(week) = weeks.get_mut(row.week) {
                week.push(row);
                if row.price > 0.0 && row.price.is_finite() {
                    prices[row.recipe].push(row.price);
                }
            }
        }
        let usual_price: Vec<Option<f64>> = prices.iter().map(|prices| median(prices)).collect();
        let category = categories(observations);
        let weeks = weeks
            .into_iter()
            .map(|rows: Vec<SaleRow>| cells(&rows, &usual_price, &category))
            .collect();
        Self {
            areas: observations.areas.len(),
            recipes,
            weeks,
            usual_price,
            category,
        }
    }
}

/// A share between 0 and 1; 0 where it is not a number.
pub(crate) fn share_of_customers(share: f64) -> f64 {
    if share.is_nan() {
        0.0
    } else {
        share.clamp(0.0, 1.0)
    }
}

/// Logarithm of a price over the usual one; 0 where either is unknown or the price cannot be meant.
pub(crate) fn relative_price(price: f64, usual: Option<f64>) -> f64 {
    match usual {
        Some(usual) if price > usual / PRICE_BOUND && price < usual * PRICE_BOUND => {
            libm::log(price / usual)
        }
        _ => 0.0,
    }
}

/// The feature of having so many meals of the same category beside it.
pub(crate) fn rivalry(rivals: usize) -> f64 {
    libm::log(1.0 + rivals as f64)
}

fn cells(rows: &[SaleRow], usual_price: &[Option<f64>], category: &[Option<usize>]) -> Vec<Cell> {
    let mut peers: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for row in rows {
        if let Some(category) = category[row.recipe] {
            *peers.entry((row.area, category)).or_default() += 1;
        }
    }
    let cell = |row: &SaleRow| {
        let peers = category[row.recipe].and_then(|category| peers.get(&(row.area, category)));
        Cell {
            area: row.area,
            recipe: row.recipe,
            kits: row.kits,
            log_kits: libm::log(row.kits),
            features: [
                share_of_customers(row.promo),
                share_of_customers(row.homepage),
                relative_price(row.price, usual_price[row.recipe]),
                rivalry(peers.map_or(0, |peers| peers.saturating_sub(1))),
            ],
            sold_out: row.sold_out,
        }
    };
    rows.iter().map(cell).collect()
}

/// Each recipe's category as a number.
fn categories(observations: &Observations) -> Vec<Option<usize>> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut numbers = Vec::new();
    for recipe in &observations.recipes {
        let next = places.len();
        let category = recipe.traits.category.as_deref();
        numbers.push(category.map(|name| *places.entry(name).or_insert(next)));
    }
    numbers
}
