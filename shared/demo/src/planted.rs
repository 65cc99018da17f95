//! The planted truth as files, to hold forecasts against. They are no tables of the data set: nothing that plans
//! reads them.

use std::fmt::Write as _;

use crate::Company;
use crate::forecasts::{AREA_STEP, STEP};
use crate::history::DAY_CERTAINTY;
use crate::size::BOX_WEEKS;
use crate::truth::{
    AREA_NOISE, DEPTH, HOMEPAGE, MEAN_RECIPES, OVERDISPERSION, PRICE, PROMOTION, SHOCK, TREND,
    WAVE, WEEK_NOISE,
};

/// The parameters of [`crate::truth`], with what they mean.
pub(crate) fn parameters() -> String {
    let mut text = "name,value,meaning\n".to_owned();
    for (name, value, meaning) in [
        (
            "promotion",
            PROMOTION,
            "log effect on a recipe's share of being promoted in the area",
        ),
        (
            "homepage",
            HOMEPAGE,
            "log effect of a place on the area's home page",
        ),
        ("price", PRICE, "log effect of the logarithm of the price"),
        (
            "depth",
            DEPTH,
            "log effect of the last place on the menu against the first",
        ),
        (
            "recipe_shock",
            SHOCK,
            "standard deviation of the log shock of a recipe and week that all areas share",
        ),
        (
            "area_scatter",
            OVERDISPERSION,
            "coefficient of variation of a recipe in one area and week beyond that",
        ),
        (
            "week_noise",
            WEEK_NOISE,
            "standard deviation of the log of a week's boxes around trend and wave",
        ),
        (
            "area_noise",
            AREA_NOISE,
            "coefficient of variation of an area's boxes around its share of the week's",
        ),
        (
            "planner_step",
            STEP,
            "standard deviation of the log error of issued volumes in all areas per square root of weeks ahead",
        ),
        (
            "planner_area_step",
            AREA_STEP,
            "the same of one area beside it",
        ),
        ("trend", TREND, "growth of the log of boxes in a week"),
        (
            "wave",
            WAVE,
            "height of the yearly wave of the log of boxes",
        ),
        ("mean_recipes", MEAN_RECIPES, "mean recipes in a box"),
        (
            "day_certainty",
            DAY_CERTAINTY,
            "concentration of a week's boxes around the usual shares of the days",
        ),
    ] {
        let _ = writeln!(text, "{name},{value},{meaning}");
    }
    text
}

/// How each recipe is liked.
pub(crate) fn recipes(company: &Company) -> String {
    let mut text = "recipe_id,appeal,family_log_odds\n".to_owned();
    for recipe in &company.recipes {
        let _ = writeln!(
            text,
            "{},{:.6},{:.6}",
            recipe.id, recipe.appeal, recipe.family
        );
    }
    text
}

/// How many boxes each week should have, and each week of history had.
pub(crate) fn weeks(company: &Company) -> String {
    let mut text = "week_id,expected_boxes,boxes\n".to_owned();
    let truth = &company.truth;
    for (at, week) in company.weeks.iter().enumerate() {
        let areas = 0..company.areas.len();
        let boxes: f64 = areas.map(|area| truth.area_boxes(at, area)).sum();
        let came = if at < company.size.history {
            format!("{boxes:.3}")
        } else {
            String::new()
        };
        let _ = writeln!(text, "{},{:.3},{came}", week.id, truth.expected_boxes(at));
    }
    text
}

/// The shock of each recipe and week of history that all areas share.
pub(crate) fn shocks(company: &Company) -> String {
    let mut text = "week_id,recipe_id,log_shock\n".to_owned();
    for (at, week) in company.weeks.iter().enumerate().take(company.size.history) {
        for slot in &week.menu {
            let (id, shock) = (
                &company.recipes[slot.recipe].id,
                company.truth.shock(at, slot),
            );
            let _ = writeln!(text, "{},{id},{shock:.6}", week.id);
        }
    }
    text
}

/// In the last weeks of history, the share of each recipe in an area's kits before any chance: what the best
/// forecast would say that knows likings and effects, menu, prices and promotions.
pub(crate) fn expected(company: &Company) -> String {
    let mut text = "week_id,area_id,recipe_id,share\n".to_owned();
    let history = company.size.history;
    for at in history - BOX_WEEKS..history {
        let week = &company.weeks[at];
        for (area, id) in company.areas.iter().enumerate() {
            let shares = company
                .truth
                .expected_shares(at, area, &week.menu, &company.recipes);
            for (slot, share) in week.menu.iter().zip(shares) {
                let recipe = &company.recipes[slot.recipe].id;
                let _ = writeln!(text, "{},{id},{recipe},{share:.8}", week.id);
            }
        }
    }
    text
}
