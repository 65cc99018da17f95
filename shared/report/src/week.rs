//! A planned week's section: sites and days, recipes, products.

use contracts::{
    LastPlan, PlanChange, ProductWeek, RecipeWeek, RunSummary, WeekReport, WeekSummary,
};
use domain::Decimal;

use crate::attention::shortfall;
use crate::heat::Heat;
use crate::model::plan_change;
use crate::words::{Measure, count, counted, days, moment, tenths};

/// How many recipes and products a section shows.
const TOP: usize = 12;

/// A week's section.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) week: String,
    pub(crate) days: String,
    pub(crate) volume_method: String,
    pub(crate) is_short: bool,
    /// Boxes without a site, in words; empty where there are none.
    pub(crate) shortfall: String,
    /// How much differs from the last plan, in words; empty without one.
    pub(crate) change: String,
    /// How far the allocation may be from the one that changes least; empty without a last plan.
    pub(crate) gap: String,
    pub(crate) heat: Heat,
    pub(crate) recipes: Vec<Recipe>,
    pub(crate) recipes_of: String,
    pub(crate) products: Vec<Product>,
    pub(crate) products_of: String,
}

/// A week that failed, with the last good plan in its place.
#[derive(Debug)]
pub(crate) struct StandIn {
    pub(crate) week: String,
    /// Which plan that is.
    pub(crate) plan: String,
    pub(crate) heat: Heat,
}

impl StandIn {
    /// `None` for a week that is planned, or that was never published.
    pub(crate) fn of(summary: &RunSummary, report: &WeekReport) -> Option<Self> {
        let WeekReport::Failed { week, .. } = report else {
            return None;
        };
        let last = summary.last_plan(*week)?;
        Some(Self {
            week: week.to_string(),
            plan: last_plan(last),
            heat: Heat::of_last(last)?,
        })
    }
}

/// A last publication in words.
pub(crate) fn last_plan(last: &LastPlan) -> String {
    format!(
        "Last good plan: {}, as of {}, of run {}",
        counted(last.boxes.p50, "box", "boxes"),
        moment(last.as_of),
        last.run
    )
}

/// A recipe's row.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) is_new: bool,
    pub(crate) less_than: String,
    pub(crate) middle: String,
    pub(crate) more_than: String,
}

/// A product's row.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) less_than: String,
    pub(crate) middle: String,
    pub(crate) more_than: String,
    pub(crate) change: String,
    pub(crate) was: String,
}

impl Section {
    pub(crate) fn of(week: &WeekSummary) -> Self {
        let recipes: Vec<_> = week.recipes.iter().take(TOP).map(Recipe::of).collect();
        let products: Vec<_> = week.products.iter().take(TOP).map(Product::of).collect();
        let top = |shown: usize, all: usize, kind| {
            format!(
                "Top {shown} of {}",
                counted(all as u64, kind, &format!("{kind}s"))
            )
        };
        Self {
            week: week.week.to_string(),
            days: days(week.start_date, week.end_date),
            volume_method: week.volume_method.clone(),
            is_short: week.shortfall > 0,
            shortfall: shortfall(week).unwrap_or_default(),
            change: week
                .change
                .as_ref()
                .and_then(plan_change)
                .unwrap_or_default(),
            gap: week.change.as_ref().map(gap).unwrap_or_default(),
            heat: Heat::of(week),
            recipes_of: top(recipes.len(), week.recipes.len(), "recipe"),
            recipes,
            products_of: top(products.len(), week.products.len(), "product"),
            products,
        }
    }
}

impl Recipe {
    fn of(recipe: &RecipeWeek) -> Self {
        Self {
            name: name(&recipe.name, recipe.recipe.as_str()),
            id: recipe.recipe.to_string(),
            is_new: recipe.is_new,
            less_than: count(recipe.kits.p10),
            middle: count(recipe.kits.p50),
            more_than: count(recipe.kits.p90),
        }
    }
}

impl Product {
    fn of(product: &ProductWeek) -> Self {
        let need = product.need;
        let measure = Measure::of(need.p90.max(product.last.unwrap_or_default()), product.unit);
        Self {
            name: name(&product.name, product.product.as_str()),
            id: product.product.to_string(),
            less_than: measure.text(need.p10),
            middle: measure.text(need.p50),
            more_than: measure.text(need.p90),
            change: product
                .last
                .map_or_else(|| "first plan".to_owned(), |last| change(need.p50, last)),
            was: product
                .last
                .map(|last| format!("from {}", measure.text(last)))
                .unwrap_or_default(),
        }
    }
}

/// `proven least`, or how much less another allocation might change.
fn gap(change: &PlanChange) -> String {
    if change.proven_least {
        "proven least".to_owned()
    } else {
        format!("within {} of the least", tenths(change.gap))
    }
}

/// The name, or the id where there is none.
fn name(name: &str, id: &str) -> String {
    if name.trim().is_empty() {
        id.to_owned()
    } else {
        name.to_owned()
    }
}

/// How far `now` is from `last`: `+4.2 %`.
fn change(now: Decimal, last: Decimal) -> String {
    let (now, last) = (i128::from(now.millionths()), i128::from(last.millionths()));
    let difference = now - last;
    let sign = if difference < 0 { "−" } else { "+" };
    let Some(per_mille) = (difference.abs() * 1000 + last.abs() / 2).checked_div(last.abs()) else {
        return if now == 0 { "unchanged" } else { "new need" }.to_owned();
    };
    match per_mille {
        0 => "unchanged".to_owned(),
        1..100 => format!("{sign}{}.{} %", per_mille / 10, per_mille % 10),
        _ => format!("{sign}{} %", count(((per_mille + 5) / 10) as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_reads_as_a_signed_percentage() {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        for (now, last, text) in [
            ("1042", "1000", "+4.2 %"),
            ("880", "1000", "−12 %"),
            ("1000.2", "1000", "unchanged"),
            ("25000", "1000", "+2,400 %"),
            ("0", "0", "unchanged"),
            ("3", "0", "new need"),
        ] {
            assert_eq!(change(decimal(now), decimal(last)), text);
        }
    }
}
