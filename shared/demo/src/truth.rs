//! The planted truth: how demand really comes about in the demo company.
//!
//! Boxes of a week follow a mild trend, a yearly wave and noise; areas share them by size, with noise of their
//! own. Recipes share an area's kits by a softmax over the menu of appeal, price, promotion, home page and place
//! on the menu, times a shock of the recipe and week that all areas share, times a gamma number of the area.
//! Sold kits are Poisson numbers around that.

use random::{Stream, normal_quantile};

use crate::make::{between, stream};
use crate::menu::{Slot, Week};
use crate::recipes::Recipe;
use crate::size::Size;

/// Standard deviation of the log of a week's boxes around trend and wave.
pub const WEEK_NOISE: f64 = 0.03;
/// Coefficient of variation of an area's boxes around its share of the week's.
pub const AREA_NOISE: f64 = 0.03;
/// Standard deviation of the log shock of a recipe in a week that all areas share.
pub const SHOCK: f64 = 0.18;
/// Coefficient of variation of a recipe's demand in one area and week beyond that.
pub const OVERDISPERSION: f64 = 0.13;
/// Log effect of a promotion in the area.
pub const PROMOTION: f64 = 0.45;
/// Log effect of a place on the area's home page.
pub const HOMEPAGE: f64 = 0.3;
/// Log effect of the log price.
pub const PRICE: f64 = -1.5;
/// Log effect of the last place on the menu against the first.
pub const DEPTH: f64 = -0.2;
/// Shares of boxes with 2, 3, 4 and 5 recipes.
pub const RECIPES_PER_BOX: [f64; 4] = [0.25, 0.4, 0.25, 0.1];
/// Mean recipes in a box.
pub const MEAN_RECIPES: f64 = 3.2;
/// Shares of a week's boxes on its seven delivery days, Monday first.
pub const DAYS: [f64; 7] = [0.06, 0.18, 0.19, 0.15, 0.1, 0.1, 0.22];
/// Trend of boxes in a week.
pub const TREND: f64 = 0.0008;
/// Height of the yearly wave.
pub const WAVE: f64 = 0.02;

/// What is fixed for a company: the likings of its areas.
#[derive(Debug)]
pub(crate) struct Truth {
    seed: u64,
    boxes: f64,
    history: usize,
    /// Shares of the boxes, summing to 1.
    pub(crate) areas: Vec<f64>,
    /// Shares of boxes for four.
    families: Vec<f64>,
}

/// What one area sees of one recipe in one week.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) promo: bool,
    pub(crate) homepage: bool,
}

impl Truth {
    pub(crate) fn new(seed: u64, size: &Size) -> Self {
        let mut draw = stream(seed, "areas", &[]);
        // Quantiles in random order rather than draws: a few areas must not differ by chance from many.
        let mut areas: Vec<f64> = (0..size.areas)
            .map(|at| libm::exp(0.45 * normal_quantile((at as f64 + 0.5) / size.areas as f64)))
            .collect();
        draw.shuffle(&mut areas);
        let areas = normalised(areas);
        let families = areas
            .iter()
            .map(|_| between(&mut draw, 0.28, 0.44))
            .collect();
        Self {
            seed,
            boxes: size.boxes,
            history: size.history,
            areas,
            families,
        }
    }

    /// Boxes that a week should have.
    pub(crate) fn expected_boxes(&self, week: usize) -> f64 {
        let since = week as f64 - self.history as f64;
        let wave = WAVE * libm::cos(since * std::f64::consts::TAU / 52.0);
        self.boxes * libm::exp(TREND * since + wave)
    }

    /// Boxes that an area's week really has.
    pub(crate) fn area_boxes(&self, week: usize, area: usize) -> f64 {
        let noise = stream(self.seed, "week", &[week]).normal();
        let shape = 1.0 / (AREA_NOISE * AREA_NOISE);
        let own = stream(self.seed, "area week", &[week, area]).gamma(shape) / shape;
        self.expected_boxes(week) * libm::exp(WEEK_NOISE * noise) * self.areas[area] * own
    }

    /// Share of an area's boxes for four.
    pub(crate) fn family_boxes(&self, area: usize) -> f64 {
        self.families[area]
    }

    /// Share of a recipe's kits in an area that are for four.
    pub(crate) fn family_kits(&self, area: usize, recipe: &Recipe) -> f64 {
        let odds = libm::exp(recipe.family);
        let four = self.families[area] * odds;
        four / (four + 1.0 - self.families[area])
    }

    /// How much each recipe of a menu is wanted by itself, before what single areas see.
    pub(crate) fn wants(&self, week: usize, menu: &[Slot], recipes: &[Recipe]) -> Vec<f64> {
        let log_wants = menu
            .iter()
            .map(|slot| liking(slot, recipes) + self.shock(week, slot));
        log_wants.map(libm::exp).collect()
    }

    /// The log shock of a recipe in a week that all areas share.
    pub(crate) fn shock(&self, week: usize, slot: &Slot) -> f64 {
        SHOCK * stream(self.seed, "shock", &[week, slot.recipe]).normal()
    }

    /// What an area sees of each recipe on a menu.
    pub(crate) fn seen(&self, week: usize, area: usize, menu: &[Slot]) -> Vec<Seen> {
        let mut draw = stream(self.seed, "seen", &[week, area]);
        menu.iter()
            .map(|slot| Seen {
                promo: draw.uniform() < slot.promo,
                homepage: draw.uniform() < slot.homepage,
            })
            .collect()
    }

    /// The share of each recipe on a menu in one area's kits.
    pub(crate) fn area_shares(
        &self,
        week: usize,
        area: usize,
        wants: &[f64],
        seen: &[Seen],
    ) -> Vec<f64> {
        let shape = 1.0 / (OVERDISPERSION * OVERDISPERSION);
        let mut draw: Stream = stream(self.seed, "overdispersion", &[week, area]);
        let pulls = pulls(wants, seen);
        normalised(pulls.map(|pull| pull * draw.gamma(shape)).collect())
    }

    /// The same without shocks and the area's own chance.
    pub(crate) fn expected_shares(
        &self,
        week: usize,
        area: usize,
        menu: &[Slot],
        recipes: &[Recipe],
    ) -> Vec<f64> {
        let likings = menu.iter().map(|slot| libm::exp(liking(slot, recipes)));
        let seen = self.seen(week, area, menu);
        normalised(pulls(&likings.collect::<Vec<_>>(), &seen).collect())
    }

    /// The mean share of each recipe on a menu, all areas together.
    pub(crate) fn shares(&self, week: &Week, index: usize, recipes: &[Recipe]) -> Vec<f64> {
        let (promo, homepage) = (libm::exp(PROMOTION) - 1.0, libm::exp(HOMEPAGE) - 1.0);
        let wants = self.wants(index, &week.menu, recipes);
        let pulls = wants.iter().zip(&week.menu).map(|(want, slot)| {
            want * (1.0 + slot.promo * promo) * (1.0 + slot.homepage * homepage)
        });
        normalised(pulls.collect())
    }
}

/// The log of how much a recipe is wanted at its price and place on a menu.
fn liking(slot: &Slot, recipes: &[Recipe]) -> f64 {
    recipes[slot.recipe].appeal + PRICE * libm::log(slot.price / 550.0) + DEPTH * slot.depth
}

/// How much each recipe is wanted in an area that sees it so.
fn pulls<'a>(wants: &'a [f64], seen: &'a [Seen]) -> impl Iterator<Item = f64> + 'a {
    let (promo, homepage) = (libm::exp(PROMOTION), libm::exp(HOMEPAGE));
    wants.iter().zip(seen).map(move |(want, seen)| {
        let promo = if seen.promo { promo } else { 1.0 };
        let homepage = if seen.homepage { homepage } else { 1.0 };
        want * promo * homepage
    })
}

/// Parts scaled so that they sum to 1.
fn normalised(parts: Vec<f64>) -> Vec<f64> {
    let total: f64 = parts.iter().sum();
    parts.into_iter().map(|part| part / total).collect()
}
