use domain::{AreaId, MenuWeek, Portions, RecipeId};
use serde::{Deserialize, Serialize};

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
    /// Its category.
    pub category: Option<String>,
    /// Whether it is added beside a box's k recipes.
    pub add_on: bool,
}

/// Sales in columns of equal length, in order of week, area and recipe; entries are places in the lists of
/// [`Observations`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleColumns {
    /// Place of the week.
    pub week: Vec<u32>,
    /// Place of the area.
    pub area: Vec<u32>,
    /// Place of the recipe.
    pub recipe: Vec<u32>,
    /// Kits.
    pub kits: Vec<u32>,
}

impl SaleColumns {
    /// The sales as (week, area, recipe, kits).
    pub fn rows(&self) -> impl Iterator<Item = (usize, usize, usize, f64)> {
        let places = self
            .week
            .iter()
            .zip(&self.area)
            .zip(&self.recipe)
            .zip(&self.kits);
        places.map(|(((week, area), recipe), kits)| {
            (
                *week as usize,
                *area as usize,
                *recipe as usize,
                f64::from(*kits),
            )
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
