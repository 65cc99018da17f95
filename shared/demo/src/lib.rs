//! The demo company: a planning data set of a made-up meal-kit company, with a planted truth.
//!
//! [`write()`] makes every file from a few [`Options`]. The same options give the same bytes everywhere. What
//! demand really depends on is written down in [`truth`], and in files below [`TRUTH`], so that a forecast can be
//! held against it.
//!
//! The company sells boxes for two and for four. Its data describe noon of Sunday, 2026-11-15; history ends with
//! that day and twelve menu weeks are to come. Orders for Monday are past their cut-off and therefore complete.

mod catalogue;
mod forecasts;
mod history;
mod ingredients;
mod make;
mod menu;
mod orders;
mod places;
mod planted;
mod products;
mod recipes;
mod size;
mod stock;
pub mod truth;
mod vendors;

use dataset::{Table, WriteError, write_csv};
use domain::AreaId;

use history::SoldWeek;
use menu::Week;
use places::Site;
use products::Kitchen;
use recipes::Recipe;
use size::Size;
use stock::Needs;
use truth::{MEAN_RECIPES, Truth};

/// How large the company is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// 40 recipes on the menu, 30,000 boxes a week, 12 areas, 3 sites, a year of history.
    #[default]
    Small,
    /// 200 recipes on the menu, 200,000 boxes a week, 40 areas, 5 sites, 40 weeks of history.
    Large,
}

/// Which demo company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How large it is.
    pub scale: Scale,
    /// Whether it lacks capacity: no catch-all, and one kitchen, the only one that some areas have, is a third
    /// too small.
    pub tight: bool,
    /// The seed of everything random.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scale: Scale::Small,
            tight: false,
            seed: 1,
        }
    }
}

/// Where the files stand that tell the planted truth; they are no tables of the data set.
pub const TRUTH: &str = "truth/";

/// Writes every file of the demo data set, and the planted truth below [`TRUTH`]: calls `sink` with a name such as `menu_week.csv` and the content.
///
/// # Errors
/// [`WriteError`] when a table cannot be written, which memory alone can cause.
pub fn write(options: &Options, sink: &mut dyn FnMut(&str, Vec<u8>)) -> Result<(), WriteError> {
    let company = Company::new(options);
    let Company {
        recipes,
        weeks,
        kitchen,
        ..
    } = &company;
    put(sink, [menu::data_set()])?;
    put(sink, menu::week_rows(weeks))?;
    put(sink, menu::menu_rows(weeks, recipes))?;
    put(
        sink,
        recipes::rows(recipes, |recipe| kitchen.is_vegan(recipe)),
    )?;
    put(sink, kitchen.bom_rows(recipes))?;
    put(sink, kitchen.rule_rows())?;
    put(sink, kitchen.product_rows())?;
    put(sink, places::site_rows(&company))?;
    put(sink, places::cap_rows(&company))?;
    put(sink, places::site_recipe_rows(&company))?;
    put(sink, places::area_rows(&company))?;
    put(sink, places::area_site_rows(&company))?;
    put(sink, history::demand_rows(&company))?;
    put(sink, history::box_rows(&company))?;
    put(sink, forecasts::volume_rows(&company))?;
    put(sink, orders::order_rows(&company))?;
    put(sink, stock::level_rows(&company))?;
    put(sink, stock::inbound_rows(&company))?;
    put(sink, vendors::vendor_rows(&company))?;
    put(sink, vendors::product_rows(&company))?;
    put(sink, vendors::lead_time_rows(&company))?;
    put(sink, vendors::calendar_rows(&company))?;
    put(sink, vendors::policy_rows(&company))?;
    put(sink, forecasts::override_rows(&company))?;
    for (name, text) in [
        ("parameter", planted::parameters()),
        ("recipe", planted::recipes(&company)),
        ("week", planted::weeks(&company)),
        ("shock", planted::shocks(&company)),
        ("expected_share", planted::expected(&company)),
    ] {
        sink(&format!("{TRUTH}{name}.csv"), text.into_bytes());
    }
    Ok(())
}

fn put<T: Table>(
    sink: &mut dyn FnMut(&str, Vec<u8>),
    rows: impl IntoIterator<Item = T>,
) -> Result<(), WriteError> {
    let mut bytes = Vec::new();
    write_csv(rows, &mut bytes)?;
    sink(&format!("{}.csv", T::SCHEMA.name), bytes);
    Ok(())
}

/// A company, complete; the tables are views of it.
#[derive(Debug)]
struct Company {
    seed: u64,
    tight: bool,
    size: Size,
    truth: Truth,
    recipes: Vec<Recipe>,
    kitchen: Kitchen,
    /// History first, then the weeks to come.
    weeks: Vec<Week>,
    areas: Vec<AreaId>,
    sites: Vec<Site>,
    /// One for each week of history.
    sold: Vec<SoldWeek>,
    needs: Needs,
}

impl Company {
    fn new(options: &Options) -> Self {
        let Options { scale, tight, seed } = *options;
        let size = Size::of(scale);
        let truth = Truth::new(seed, &size);
        let recipes = recipes::recipes(seed, &size);
        let kitchen = Kitchen::new(seed, &size, &recipes);
        let mut company = Self {
            seed,
            tight,
            size,
            weeks: menu::weeks(seed, &size, &recipes),
            areas: places::areas(&size),
            sites: places::sites(&size, tight, &truth),
            sold: Vec::new(),
            needs: Needs::default(),
            truth,
            recipes,
            kitchen,
        };
        company.limit_favourites();
        company.sold = (0..size.history)
            .map(|week| SoldWeek::new(&company, week))
            .collect();
        company.needs = Needs::new(&company);
        company
    }

    /// Every eighth week, and in the second week to come, the recipe wanted most is limited to less than that.
    fn limit_favourites(&mut self) {
        let limited = (3..self.size.history)
            .step_by(8)
            .chain([self.size.history + 1]);
        for index in limited {
            let shares = self.truth.shares(&self.weeks[index], index, &self.recipes);
            let kits = self.truth.expected_boxes(index) * MEAN_RECIPES;
            let most = (0..shares.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b]));
            if let Some(most) = most {
                let limit = 0.85 * kits * shares[most];
                self.weeks[index].menu[most].limit = Some((limit / 10.0).round() as u32 * 10);
            }
        }
    }
}

#[cfg(test)]
mod tests;
