use domain::{AreaId, MenuWeek, Portions, RecipeId};
use serde::{Deserialize, Serialize};
use snapshot::Traits;

/// What was sold: the history that a model is fitted to.
///
/// Only weeks that ended by the plan's as-of date, and at most the last 104 of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Observations {
    /// The weeks, in order.
    pub weeks: Vec<MenuWeek>,
    /// The areas, in order.
    pub areas: Vec<AreaId>,
    /// The recipes, in order.
    pub recipes: Vec<RecipeFacts>,
    /// Kits by week, area and recipe, all portion sizes together.
    pub sales: SaleColumns,
    /// Kits of the last 8 weeks by area (as `areas`) and portion size.
    pub portions: Vec<(usize, Portions, u64)>,
    /// Boxes of the last 12 weeks.
    pub boxes: Vec<BoxCount>,
    /// The planners' forecasts of weeks that are over.
    pub issues: Vec<PastIssue>,
    /// Recipes per box that the data set states, with the share of boxes.
    pub recipes_per_box: Option<Vec<(u8, f64)>>,
}

/// A recipe as the model sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipeFacts {
    /// The recipe.
    pub id: RecipeId,
    /// What it is.
    pub traits: Traits,
    /// Whether it is added beside a box's k recipes.
    pub add_on: bool,
}

/// Sales in columns of equal length, in order of week, area and recipe; entries are places in the lists of
/// [`Observations`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SaleColumns {
    /// Place of the week.
    pub week: Vec<u32>,
    /// Place of the area.
    pub area: Vec<u32>,
    /// Place of the recipe.
    pub recipe: Vec<u32>,
    /// Kits.
    pub kits: Vec<u32>,
    /// Price, 0 where not known.
    pub price: Vec<f64>,
    /// Share of customers that it was promoted to, 0 to 1.
    pub promo: Vec<f64>,
    /// Share of customers that saw it on the home page, 0 to 1.
    pub homepage: Vec<f64>,
    /// Whether it was sold out before the cut-off, so that demand was higher.
    pub sold_out: Vec<bool>,
}

/// One entry of [`SaleColumns`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SaleRow {
    /// Place of the week.
    pub week: usize,
    /// Place of the area.
    pub area: usize,
    /// Place of the recipe.
    pub recipe: usize,
    /// Kits sold.
    pub kits: f64,
    /// Price, 0 where not known.
    pub price: f64,
    /// Share of customers that it was promoted to.
    pub promo: f64,
    /// Share of customers that saw it on the home page.
    pub homepage: f64,
    /// Whether it was sold out.
    pub sold_out: bool,
}

impl SaleColumns {
    /// Adds a row at the end.
    pub fn push(&mut self, row: SaleRow) {
        self.week.push(row.week as u32);
        self.area.push(row.area as u32);
        self.recipe.push(row.recipe as u32);
        self.kits.push(row.kits as u32);
        self.price.push(row.price);
        self.promo.push(row.promo);
        self.homepage.push(row.homepage);
        self.sold_out.push(row.sold_out);
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = SaleRow> {
        let known = |values: &[f64], at: usize| values.get(at).copied().unwrap_or(0.0);
        let places = self.week.iter().zip(&self.area).zip(&self.recipe);
        let rows = places.zip(&self.kits).enumerate();
        rows.map(move |(at, (((week, area), recipe), kits))| SaleRow {
            week: *week as usize,
            area: *area as usize,
            recipe: *recipe as usize,
            kits: f64::from(*kits),
            price: known(&self.price, at),
            promo: known(&self.promo, at),
            homepage: known(&self.homepage, at),
            sold_out: self.sold_out.get(at).copied().unwrap_or(false),
        })
    }
}

/// Boxes delivered in one area on one weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoxCount {
    /// Place of the area.
    pub area: usize,
    /// 1 = Monday.
    pub weekday: u8,
    /// The portion size, where known.
    pub portions: Option<Portions>,
    /// Distinct recipes in the box.
    pub recipes: u8,
    /// Boxes.
    pub boxes: u64,
}

/// A planners' forecast of a week that is over, to learn from how wrong it was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PastIssue {
    /// Place of the week.
    pub week: usize,
    /// Place of the area; `None`: all together.
    pub area: Option<usize>,
    /// Weeks from the issue to the week: 1 for the very next.
    pub lead_weeks: u32,
    /// Median boxes.
    pub p50: f64,
}
