//! The menu weeks and what is on each menu.

use dataset::tables;
use domain::{Date, MenuWeek};

use crate::make::{TOMORROW, between, made, money, parsed, signed, stream};
use crate::recipes::Recipe;
use crate::size::{FUTURE, Size};

/// Hours before delivery after which an order cannot change.
pub(crate) const CUTOFF_HOURS: u32 = 30;

/// A menu week.
#[derive(Debug)]
pub(crate) struct Week {
    pub(crate) id: MenuWeek,
    pub(crate) start: Date,
    /// The recipes on the menu, in the recipes' order.
    pub(crate) menu: Vec<Slot>,
}

/// A recipe's place on a menu.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) recipe: usize,
    /// Price of a plate in pence.
    pub(crate) price: f64,
    /// Share of areas that promote it.
    pub(crate) promo: f64,
    /// Share of areas that show it on the home page.
    pub(crate) homepage: f64,
    /// Place on the menu, 0 = first, 1 = behind the last.
    pub(crate) depth: f64,
    /// The most kits that can be sold.
    pub(crate) limit: Option<u32>,
}

/// All menu weeks, the first of history first.
pub(crate) fn weeks(seed: u64, size: &Size, recipes: &[Recipe]) -> Vec<Week> {
    let first: MenuWeek = parsed("2026-W47");
    // Weeks since each recipe was last offered; at the beginning they differ, so that menus rotate.
    let mut rest: Vec<f64> = (0..recipes.len())
        .map(|at| 4.0 * stream(seed, "rest", &[at]).uniform())
        .collect();
    let start = TOMORROW.saturating_sub(jiff::Span::new().weeks(size.history as u32));
    (0..size.weeks())
        .map(|week| {
            let menu = menu(seed, size, week, recipes, &rest);
            for weeks in &mut rest {
                *weeks += 1.0;
            }
            for slot in &menu {
                rest[slot.recipe] = 0.0;
            }
            let ahead = signed(week) - signed(size.history);
            Week {
                id: made(first.plus(ahead).ok_or("a week of the calendar")),
                start: crate::make::after(start, 7 * week),
                menu,
            }
        })
        .collect()
}

/// The menu of a week: what starts then, and of the rest what has been away longest, with some chance.
fn menu(seed: u64, size: &Size, week: usize, recipes: &[Recipe], rest: &[f64]) -> Vec<Slot> {
    let mut draw = stream(seed, "menu", &[week]);
    let mut ranked: Vec<(f64, usize)> = Vec::new();
    for (at, recipe) in recipes.iter().enumerate() {
        let chance = between(&mut draw, 0.0, 2.0);
        let favourite = if recipe.appeal > 0.9 { 1.0 } else { 0.0 };
        let start = if recipe.life.starts(week) { 100.0 } else { 0.0 };
        if recipe.life.covers(week) {
            ranked.push((rest[at].min(6.0) + chance + favourite + start, at));
        }
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked.truncate(size.menu);
    let mut order: Vec<usize> = (0..ranked.len()).collect();
    draw.shuffle(&mut order);
    let promoted = size.menu / 8;
    let shown = size.menu / 10;
    let mut menu: Vec<Slot> = ranked
        .iter()
        .zip(order)
        .map(|((_, recipe), place)| {
            let place_of = |first: usize, count: usize| (first..first + count).contains(&place);
            let tenths = |draw: &mut random::Stream| f64::from(3 + draw.below(8)) / 10.0;
            let step = f64::from(draw.below(5)) - 2.0;
            Slot {
                recipe: *recipe,
                price: recipes[*recipe].price + 10.0 * step,
                promo: if place_of(shown / 2, promoted) {
                    tenths(&mut draw)
                } else {
                    0.0
                },
                homepage: if place_of(0, shown) {
                    tenths(&mut draw)
                } else {
                    0.0
                },
                depth: place as f64 / size.menu as f64,
                limit: None,
            }
        })
        .collect();
    menu.sort_by_key(|slot| slot.recipe);
    menu
}

/// The row of `data_set`.
pub(crate) fn data_set() -> tables::DataSet {
    use dataset::Field;
    tables::DataSet {
        as_of: Some(crate::make::at(0)),
        time_zone: "Europe/London".to_owned(),
        currency: Some("GBP".to_owned()),
        recipes_per_box: Some(made(tables::RecipesPerBox::parse(
            "2:0.25;3:0.4;4:0.25;5:0.1",
        ))),
    }
}

/// The rows of `menu_week`.
pub(crate) fn week_rows(weeks: &[Week]) -> impl Iterator<Item = tables::MenuWeekRow> {
    weeks.iter().map(|week| tables::MenuWeekRow {
        week_id: week.id,
        start_date: week.start,
        end_date: crate::make::after(week.start, 6),
        cutoff_hours: Some(CUTOFF_HOURS),
    })
}

/// The rows of `menu_recipe`.
pub(crate) fn menu_rows(
    weeks: &[Week],
    recipes: &[Recipe],
) -> impl Iterator<Item = tables::MenuRecipe> {
    weeks.iter().flat_map(move |week| {
        week.menu.iter().map(move |slot| tables::MenuRecipe {
            week_id: week.id,
            recipe_id: recipes[slot.recipe].id.clone(),
            price: Some(money(slot.price / 100.0)),
            promo_share: Some(money(slot.promo)),
            homepage_share: Some(money(slot.homepage)),
            menu_position: Some((slot.depth * week.menu.len() as f64).round() as u32 + 1),
            max_boxes: slot.limit,
        })
    })
}

/// The weeks to come.
pub(crate) fn future(size: &Size) -> std::ops::Range<usize> {
    size.history..size.history + FUTURE
}
