//! What was sold, as the demand model wants it.

use std::collections::{BTreeMap, BTreeSet};

use dataset::tables::{MenuRecipe, RecipeKind, Weekday};
use dataset::{History, PlanningData, Sale};
use demand::{BoxCount, Observations, PastIssue, RecipeFacts, SaleColumns, SaleRow};
use domain::{AreaId, Date, Decimal, MenuWeek, Override, Portions, ProductId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::KitNeed;
use crate::week::traits;

/// Weeks of history a fit uses at most.
const FITTED_WEEKS: usize = 104;
/// Weeks that portion sizes and area weights are counted over.
const RECENT_WEEKS: usize = 8;
/// Days of `box_history` that the split is counted over.
const BOX_DAYS: i32 = 84;

/// What the weeks need to know about the history.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HistoryFacts {
    /// The last week with history.
    pub last_week: Option<MenuWeek>,
    /// Mean kits a week over the last 8 weeks.
    pub area_kits: BTreeMap<AreaId, f64>,
}

pub(crate) fn observations(data: &PlanningData, sold: &History, as_of: Timestamp) -> Observations {
    let weeks = closed_weeks(data, sold, as_of);
    let first_recent = weeks.len().saturating_sub(RECENT_WEEKS);
    let add_ons: BTreeSet<_> = data
        .recipe
        .iter()
        .filter(|row| row.value.kind == Some(RecipeKind::AddOn))
        .map(|row| &row.value.recipe_id)
        .collect();
    let known: BTreeMap<_, _> = data
        .recipe
        .iter()
        .map(|row| (&row.value.recipe_id, traits(&row.value)))
        .collect();
    let recipes = sold.recipes().iter().map(|id| RecipeFacts {
        id: id.clone(),
        traits: known.get(id).cloned().unwrap_or_default(),
        add_on: add_ons.contains(id),
    });

    let offers: BTreeMap<(MenuWeek, usize), &MenuRecipe> = data
        .menu_recipe
        .iter()
        .filter_map(|row| {
            let recipe = sold.recipes().binary_search(&row.value.recipe_id).ok()?;
            Some(((row.value.week_id, recipe), &row.value))
        })
        .collect();
    let mut sales = SaleColumns::default();
    let mut portions: BTreeMap<(usize, Portions), u64> = BTreeMap::new();
    for (at, week) in weeks.iter().enumerate() {
        let mut kits: BTreeMap<(usize, usize), SaleRow> = BTreeMap::new();
        for sale in sold.of_week(*week) {
            let own = offer_of(sale, offers.get(&(*week, sale.recipe())).copied());
            let row = kits
                .entry((sale.area(), sale.recipe()))
                .or_insert(SaleRow { week: at, ..own });
            row.kits = (row.kits + f64::from(sale.quantity())).min(f64::from(u32::MAX));
            row.sold_out |= sale.sold_out();
            if at >= first_recent {
                *portions.entry((sale.area(), sale.portions())).or_default() +=
                    u64::from(sale.quantity());
            }
        }
        kits.into_values().for_each(|row| sales.push(row));
    }
    let stated = data
        .settings()
        .and_then(|settings| settings.recipes_per_box.as_ref());
    Observations {
        areas: sold.areas().to_vec(),
        recipes: recipes.collect(),
        sales,
        portions: portions
            .into_iter()
            .map(|((area, size), kits)| (area, size, kits))
            .collect(),
        boxes: boxes(data, sold.areas(), as_of),
        issues: issues(data, sold.areas(), &weeks),
        recipes_per_box: stated.map(|stated| {
            stated
                .shares()
                .iter()
                .map(|(k, share)| (*k, share.to_f64()))
                .collect()
        }),
        weeks,
    }
}

/// A sale's price and promotion: its own where its row says, else its recipe's on the week's menu. Of a recipe sold
/// at several portion sizes the first size's price counts.
fn offer_of(sale: &Sale, menu: Option<&MenuRecipe>) -> SaleRow {
    let flag = |own: Option<bool>, share: fn(&MenuRecipe) -> Option<Decimal>| match own {
        Some(on) => f64::from(u8::from(on)),
        None => menu.and_then(share).map_or(0.0, Decimal::to_f64),
    };
    let price = sale.price().or(menu.and_then(|row| row.price));
    SaleRow {
        week: 0,
        area: sale.area(),
        recipe: sale.recipe(),
        kits: 0.0,
        price: price.map_or(0.0, Decimal::to_f64),
        promo: flag(sale.promo(), |row| row.promo_share),
        homepage: flag(sale.homepage(), |row| row.homepage_share),
        sold_out: false,
    }
}

pub(crate) fn facts(data: &PlanningData, observations: &Observations) -> HistoryFacts {
    let weeks = observations.weeks.len();
    let recent = weeks.min(RECENT_WEEKS);
    let mut kits = vec![0.0; observations.areas.len()];
    for row in observations.sales.rows() {
        if row.week + recent >= weeks
            && let Some(kits) = kits.get_mut(row.area)
        {
            *kits += row.kits;
        }
    }
    let known: BTreeSet<_> = data
        .delivery_area
        .iter()
        .map(|row| &row.value.area_id)
        .collect();
    HistoryFacts {
        last_week: observations.weeks.last().copied(),
        area_kits: observations
            .areas
            .iter()
            .zip(kits)
            .filter(|(area, _)| known.contains(area))
            .map(|(area, kits)| (area.clone(), kits / recent.max(1) as f64))
            .collect(),
    }
}

/// What a kit takes of each product: the bill of materials of each portion size, weighted by the kits sold lately.
pub(crate) fn kit_needs(data: &PlanningData, observations: &Observations) -> Vec<KitNeed> {
    let mut sizes: BTreeMap<Portions, f64> = BTreeMap::new();
    for (_, size, kits) in &observations.portions {
        *sizes.entry(*size).or_default() += *kits as f64;
    }
    let total: f64 = sizes.values().sum();
    let mut needs: BTreeMap<(usize, &ProductId), f64> = BTreeMap::new();
    for row in data.recipe_bom.iter().map(|row| &row.value) {
        let recipe = observations
            .recipes
            .binary_search_by(|recipe| recipe.id.cmp(&row.recipe_id));
        if let (Ok(recipe), Some(kits)) = (recipe, sizes.get(&row.portion_size)) {
            let quantity = row.qty_per_kit.to_f64() * kits / total;
            *needs.entry((recipe, &row.product_id)).or_default() += quantity;
        }
    }
    needs
        .into_iter()
        .map(|((recipe, product), quantity)| KitNeed {
            recipe,
            product: product.clone(),
            quantity,
        })
        .collect()
}

/// The planners' overrides that were in force at the end of each week.
pub(crate) fn overrides(data: &PlanningData, observations: &Observations) -> Vec<Vec<Override>> {
    let ends: BTreeMap<MenuWeek, Date> = data
        .menu_week
        .iter()
        .map(|row| (row.value.week_id, row.value.end_date))
        .collect();
    let in_force = |week: &MenuWeek| {
        let after = ends.get(week)?.tomorrow().ok()?;
        let end = after.to_zoned(data.time_zone()).ok()?;
        Some(data.overrides_in_force(end.timestamp()))
    };
    let weeks = observations.weeks.iter();
    weeks
        .map(|week| in_force(week).unwrap_or_default())
        .collect()
}

/// The weeks with sales that had ended by the as-of date.
fn closed_weeks(data: &PlanningData, sold: &History, as_of: Timestamp) -> Vec<MenuWeek> {
    let today = local_date(data, as_of);
    let mut weeks: Vec<MenuWeek> = data
        .menu_week
        .iter()
        .filter(|row| row.value.end_date <= today)
        .map(|row| row.value.week_id)
        .filter(|week| !sold.of_week(*week).is_empty())
        .collect();
    weeks.sort_unstable();
    weeks.drain(..weeks.len().saturating_sub(FITTED_WEEKS));
    weeks
}

/// The date at a moment in the data set's time zone.
fn local_date(data: &PlanningData, moment: Timestamp) -> Date {
    moment.to_zoned(data.time_zone()).date()
}

fn boxes(data: &PlanningData, areas: &[AreaId], as_of: Timestamp) -> Vec<BoxCount> {
    let today = local_date(data, as_of);
    let mut counts: BTreeMap<(usize, u8, Option<Portions>, u8), u64> = BTreeMap::new();
    for row in &data.box_history {
        let row = &row.value;
        let age = (today - row.delivery_date).get_days();
        if !(0..=BOX_DAYS).contains(&age) {
            continue;
        }
        if let Ok(area) = areas.binary_search(&row.area_id) {
            let weekday = Weekday::of(row.delivery_date).number();
            let key = (area, weekday, row.portion_size, row.recipes_per_box);
            *counts.entry(key).or_default() += u64::from(row.boxes);
        }
    }
    counts
        .into_iter()
        .map(|((area, weekday, portions, recipes), boxes)| BoxCount {
            area,
            weekday,
            portions,
            recipes,
            boxes,
        })
        .collect()
}

/// The planners' forecasts of weeks that are over, by how many weeks ahead they were issued.
fn issues(data: &PlanningData, areas: &[AreaId], weeks: &[MenuWeek]) -> Vec<PastIssue> {
    let starts: BTreeMap<MenuWeek, Date> = data
        .menu_week
        .iter()
        .map(|row| (row.value.week_id, row.value.start_date))
        .collect();
    let issue = |row: &dataset::tables::VolumeForecast| {
        let week = weeks.binary_search(&row.week_id).ok()?;
        let start = *starts.get(&row.week_id)?;
        let area = match &row.area_id {
            Some(area) => Some(areas.binary_search(area).ok()?),
            None => None,
        };
        let days = (start - local_date(data, row.issued_at)).get_days();
        let lead_weeks = u32::try_from(days.max(0)).ok()?.div_ceil(7);
        (lead_weeks > 0).then(|| PastIssue {
            week,
            area,
            lead_weeks,
            p50: row.p50.to_f64(),
        })
    };
    let mut issues: Vec<PastIssue> = data
        .volume_forecast
        .iter()
        .filter_map(|row| issue(&row.value))
        .collect();
    issues.sort_by_key(|issue| (issue.week, issue.area, issue.lead_weeks));
    issues
}
