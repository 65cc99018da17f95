//! Recipe shares: a softmax over the week's menu.
//!
//! A recipe's utility in an area is its appeal in all areas, the area's own taste for it, and what price, promotion,
//! home page and rivals do to it; its share is the exponential of its utility over the sum of the menu's. A recipe
//! nobody has sold yet gets its appeal from its category, cuisine and protein, and a wider spread.

use std::collections::BTreeMap;

use domain::RecipeId;
use serde::{Deserialize, Serialize};
use snapshot::{MenuItem, WeekSnapshot};

use crate::add_ons;
use crate::coefficients::effect;
use crate::observations::Observations;
use crate::origin::Origin;
use crate::panel::{FEATURES, Features, Panel, relative_price, rivalry, share_of_customers};

/// What is known about recipe shares. Recipes are named by id, because menus change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MixModel {
    /// Every recipe of the data set.
    pub recipes: BTreeMap<RecipeId, RecipeAppeal>,
    /// What each of [`MixModel::FEATURES`] does to the utility of a recipe, over all recipes.
    pub coefficients: [f64; FEATURES],
}

/// How a recipe is liked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecipeAppeal {
    /// Weeks in which it was sold, of those that appeals follow; 0: never, and the appeal is that of its like.
    pub weeks: u32,
    /// Its appeal in all areas, when offered at its usual price and not promoted.
    pub appeal: f64,
    /// What each area's own taste adds.
    pub areas: Vec<f64>,
    /// What each of [`MixModel::FEATURES`] does to it.
    pub coefficients: [f64; FEATURES],
    /// Its usual price, where known.
    pub usual_price: Option<f64>,
    /// Add-on kits for each kit of a meal, by area; empty for a meal.
    pub add_on: Vec<f64>,
}

/// A week's shares.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WeekMix {
    /// By area, then place on the menu.
    pub(crate) shares: Vec<Vec<f64>>,
    /// Add-on kits for each kit of a meal, by area, then place on the menu.
    pub(crate) add_ons: Vec<Vec<f64>>,
    /// The draw of the whole menu, by area.
    pub(crate) draws: Vec<f64>,
    /// Never sold, by place on the menu.
    pub(crate) is_new: Vec<bool>,
}

impl MixModel {
    /// What shares depend on beside appeal: promoted and on the home page (share of customers), the logarithm of the
    /// price over the usual one, and of one more than the rivals of its category on the menu.
    pub const FEATURES: [&'static str; FEATURES] = ["promotion", "home page", "price", "rivals"];

    pub(crate) fn new(observations: &Observations, panel: &Panel, origin: &Origin) -> Self {
        let add_ons = add_ons::rates(observations);
        let recipe = |(at, facts): (usize, &crate::RecipeFacts)| {
            let own = origin.coefficients.recipes.get(at);
            let appeal = RecipeAppeal {
                weeks: origin.levels.weeks_seen(at),
                appeal: origin.appeals.get(at).copied().unwrap_or(0.0),
                areas: (0..panel.areas)
                    .map(|area| origin.levels.taste(area, at))
                    .collect(),
                coefficients: *own.unwrap_or(&origin.coefficients.all),
                usual_price: panel.usual_price.get(at).copied().flatten(),
                add_on: add_ons.get(at).cloned().unwrap_or_default(),
            };
            (facts.id.clone(), appeal)
        };
        Self {
            recipes: observations
                .recipes
                .iter()
                .enumerate()
                .map(recipe)
                .collect(),
            coefficients: origin.coefficients.all,
        }
    }

    /// A week's shares; `places` are the snapshot's areas in the model.
    pub(crate) fn week(&self, week: &WeekSnapshot, places: &[Option<usize>]) -> WeekMix {
        let known: Vec<Option<&RecipeAppeal>> = week
            .menu
            .iter()
            .map(|item| self.recipes.get(&item.recipe))
            .collect();
        let sold = |recipe: Option<&RecipeAppeal>| {
            recipe.is_some_and(|recipe| recipe.weeks > 0 || !recipe.add_on.is_empty())
        };
        let mut mix = WeekMix {
            shares: Vec::new(),
            add_ons: Vec::new(),
            draws: Vec::new(),
            is_new: known.iter().map(|recipe| !sold(*recipe)).collect(),
        };
        for (area, place) in places.iter().enumerate() {
            let offered: Vec<bool> = week.menu.iter().map(|item| offers(item, area)).collect();
            let mut peers: BTreeMap<&str, usize> = BTreeMap::new();
            for (item, offered) in week.menu.iter().zip(&offered) {
                if let (true, false, Some(category)) = (offered, item.add_on, category(item)) {
                    *peers.entry(category).or_default() += 1;
                }
            }
            let draw = |(item, recipe, offered): (&MenuItem, Option<&RecipeAppeal>, bool)| {
                if item.add_on || !offered {
                    return 0.0;
                }
                let peers = category(item).and_then(|category| peers.get(category));
                let rivals = peers.map_or(0, |peers| peers.saturating_sub(1));
                libm::exp(self.utility(item, recipe, area, *place, rivals))
            };
            let items = || {
                let menu = week.menu.iter().zip(&known).zip(&offered);
                menu.map(|((item, recipe), offered)| (item, *recipe, *offered))
            };
            let mut meals: Vec<f64> = items().map(draw).collect();
            mix.draws.push(meals.iter().sum());
            normalise(&mut meals);
            stated(&mut meals, week, area);
            mix.shares.push(meals);
            let rate = |(item, recipe, offered): (&MenuItem, Option<&RecipeAppeal>, bool)| {
                let rates = recipe.map(|recipe| &recipe.add_on);
                let (Some(rates), true, true) = (rates, item.add_on, offered) else {
                    return 0.0;
                };
                let own = place.and_then(|place| rates.get(place)).copied();
                let mean = || rates.iter().sum::<f64>() / rates.len().max(1) as f64;
                own.unwrap_or_else(mean)
            };
            mix.add_ons.push(items().map(rate).collect());
        }
        mix
    }

    fn utility(
        &self,
        item: &MenuItem,
        recipe: Option<&RecipeAppeal>,
        area: usize,
        place: Option<usize>,
        rivals: usize,
    ) -> f64 {
        let own = item
            .area_offers
            .binary_search_by_key(&area, |(area, _)| *area)
            .ok()
            .and_then(|at| item.area_offers.get(at))
            .map(|(_, offer)| offer);
        let pick = |part: fn(&snapshot::Offer) -> Option<domain::Decimal>| {
            let own = own.and_then(part).or_else(|| part(&item.offer));
            own.map_or(0.0, domain::Decimal::to_f64)
        };
        let features: Features = [
            share_of_customers(pick(|offer| offer.promo)),
            share_of_customers(pick(|offer| offer.homepage)),
            relative_price(
                pick(|offer| offer.price),
                recipe.and_then(|recipe| recipe.usual_price),
            ),
            rivalry(rivals),
        ];
        match recipe {
            Some(recipe) => {
                let taste = place.and_then(|place| recipe.areas.get(place)).copied();
                recipe.appeal + taste.unwrap_or(0.0) + effect(&recipe.coefficients, &features)
            }
            None => self.mean_appeal() + effect(&self.coefficients, &features),
        }
    }

    /// Of a recipe that the data set did not know when the model was fitted.
    fn mean_appeal(&self) -> f64 {
        let sold = || self.recipes.values().filter(|recipe| recipe.weeks > 0);
        sold().map(|recipe| recipe.appeal).sum::<f64>() / sold().count().max(1) as f64
    }
}

fn offers(item: &MenuItem, area: usize) -> bool {
    let areas = item.offered.as_ref();
    areas.is_none_or(|areas| areas.binary_search(&area).is_ok())
}

fn category(item: &MenuItem) -> Option<&str> {
    item.traits.category.as_deref()
}

/// Puts the planners' shares in, where they stated any; the other recipes share what is left.
fn stated(shares: &mut [f64], week: &WeekSnapshot, area: usize) {
    let mut given: BTreeMap<usize, f64> = BTreeMap::new();
    for issue in week.shares.iter().filter(|issue| issue.area.is_none()) {
        given.insert(issue.item, issue.share.to_f64());
    }
    for issue in week.shares.iter().filter(|issue| issue.area == Some(area)) {
        given.insert(issue.item, issue.share.to_f64());
    }
    given.retain(|item, _| shares.get(*item).is_some_and(|share| *share > 0.0));
    if given.is_empty() {
        return;
    }
    let total: f64 = given.values().sum();
    let others: f64 = shares
        .iter()
        .enumerate()
        .filter(|(at, _)| !given.contains_key(at))
        .map(|(_, s)| s)
        .sum();
    let left = (1.0 - total).max(0.0);
    for (at, share) in shares.iter_mut().enumerate() {
        *share = match given.get(&at) {
            Some(given) => *given,
            None if others > 0.0 => *share * left / others,
            None => 0.0,
        };
    }
    normalise(shares);
}

fn normalise(values: &mut [f64]) {
    let sum: f64 = values.iter().sum();
    if sum > 0.0 {
        values.iter_mut().for_each(|value| *value /= sum);
    }
}
