//! Calibration against a planted truth: a company that sells by the model's own law, with spreads that are known.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use demand::{Constraints, Model, Observations, RecipeFacts, SaleColumns, SaleRow, WeekDemand};
use domain::{Decimal, MenuWeek};
use random::Stream;
use scoring::Score;
use simulation::{Limits, Simulation};
use snapshot::{AreaFacts, Cap, MenuItem, Offer, RouteFacts, SiteFacts, Traits, WeekSnapshot};

const AREAS: usize = 5;
const RECIPES: usize = 14;
/// Recipes on a week's menu.
const MENU: usize = 10;
const PRODUCTS: usize = 6;
/// Weeks that a model is fitted to.
const KNOWN: usize = 64;
/// Weeks scored, each at one of the leads.
const SCORED: usize = 500;
const LEADS: usize = 4;
/// Of n draws the 10 % and 90 % order statistics hold 160 of 200 outcomes between them: 80 % exactly.
const REPLICATES: u32 = 199;
const SEED: u64 = 1;

/// Planted spreads: of all areas' volume, an area's own, a recipe's appeal in all areas.
const LEVEL: f64 = 0.06;
const AREA: f64 = 0.08;
const RECIPE: f64 = 0.15;
const CONCENTRATION: f64 = 400.0;
/// Planted effects of a promotion to everybody and of the logarithm of the price.
const PROMOTION: f64 = 0.5;
const PRICE: f64 = -1.5;
/// A usual area's boxes, of one kit each.
const BOXES: f64 = 1500.0;

/// A recipe on a menu.
#[derive(Debug, Clone, Copy)]
struct Dish {
    recipe: usize,
    promo: f64,
    price: f64,
}

/// A week as it came.
#[derive(Debug)]
struct Week {
    menu: Vec<Dish>,
    /// By area, then place on the menu.
    kits: Vec<[u32; MENU]>,
}

fn menu_week(at: usize) -> MenuWeek {
    let first: MenuWeek = "2016-W10".parse().unwrap();
    first.plus(i64::try_from(at).unwrap()).unwrap()
}

fn usual_price(recipe: usize) -> f64 {
    8.0 + recipe as f64 * 0.25
}

/// Quantity of a product in a kit; every recipe takes two or three.
fn need(recipe: usize, product: usize) -> f64 {
    let part = (recipe * 7 + product * 5) % 11;
    if part < 5 {
        50.0 + 25.0 * part as f64
    } else {
        0.0
    }
}

fn company(seed: u64) -> Vec<Week> {
    let mut stream = Stream::new(seed, &[1]);
    let appeals: Vec<f64> = (0..RECIPES).map(|_| 0.5 * stream.normal()).collect();
    let tastes: Vec<f64> = (0..AREAS * RECIPES)
        .map(|_| 0.2 * stream.normal())
        .collect();
    let sizes: Vec<f64> = (0..AREAS)
        .map(|_| BOXES * libm::exp(0.4 * stream.normal()))
        .collect();
    (0..KNOWN + SCORED)
        .map(|_| week(&mut stream, &appeals, &tastes, &sizes))
        .collect()
}

fn week(stream: &mut Stream, appeals: &[f64], tastes: &[f64], sizes: &[f64]) -> Week {
    let mut order: Vec<usize> = (0..RECIPES).collect();
    stream.shuffle(&mut order);
    order.truncate(MENU);
    order.sort_unstable();
    let mut dish = |recipe| Dish {
        recipe,
        promo: if stream.uniform() < 0.2 { 1.0 } else { 0.0 },
        price: usual_price(recipe) * [0.85, 0.95, 1.0, 1.0, 1.0, 1.1][stream.below(6) as usize],
    };
    let menu: Vec<Dish> = order.into_iter().map(&mut dish).collect();
    let level = LEVEL * stream.normal();
    let pulls: Vec<f64> = menu
        .iter()
        .map(|dish| {
            let price = libm::log(dish.price / usual_price(dish.recipe));
            appeals[dish.recipe] + PROMOTION * dish.promo + PRICE * price + RECIPE * stream.normal()
        })
        .collect();
    let mut area = |area: usize| {
        let draws: Vec<f64> = menu
            .iter()
            .zip(&pulls)
            .map(|(dish, pull)| libm::exp(pull + tastes[area * RECIPES + dish.recipe]))
            .collect();
        let total: f64 = draws.iter().sum();
        let shares: Vec<f64> = draws
            .iter()
            .map(|draw| stream.gamma(CONCENTRATION * draw / total))
            .collect();
        let total: f64 = shares.iter().sum();
        let boxes = sizes[area] * libm::exp(level + AREA * stream.normal());
        let mut kits = [0; MENU];
        for _ in 0..boxes as u32 {
            let mut left = stream.uniform() * total;
            let chosen = shares.iter().position(|share| {
                left -= share;
                left < 0.0
            });
            kits[chosen.unwrap_or(MENU - 1)] += 1;
        }
        kits
    };
    let kits = (0..AREAS).map(&mut area).collect();
    Week { menu, kits }
}

fn recipe_id(recipe: usize) -> domain::RecipeId {
    format!("R{recipe:02}").parse().unwrap()
}

/// The last weeks before an origin.
fn known(weeks: &[Week], end: usize) -> Observations {
    let first = end - KNOWN;
    let mut sales = SaleColumns::default();
    for (week, sold) in weeks[first..end].iter().enumerate() {
        for (area, kits) in sold.kits.iter().enumerate() {
            for (dish, kits) in sold.menu.iter().zip(kits) {
                sales.push(SaleRow {
                    week,
                    area,
                    recipe: dish.recipe,
                    kits: f64::from(*kits),
                    price: dish.price,
                    promo: dish.promo,
                    homepage: 0.0,
                    sold_out: false,
                });
            }
        }
    }
    Observations {
        weeks: (first..end).map(menu_week).collect(),
        areas: (0..AREAS)
            .map(|area| format!("A{area}").parse().unwrap())
            .collect(),
        recipes: (0..RECIPES)
            .map(|recipe| RecipeFacts {
                id: recipe_id(recipe),
                traits: Traits::default(),
                add_on: false,
            })
            .collect(),
        sales,
        ..Observations::default()
    }
}

/// A week to come, with one site for each area so that draws can be told apart by area.
fn ahead(week: &Week, at: usize, lead_weeks: u32) -> WeekSnapshot {
    let day = jiff::civil::date(2000, 1, 3);
    let decimal = |value: f64| Some(Decimal::from_millionths((value * 1e6 + 0.5) as i64));
    let item = |dish: &Dish| MenuItem {
        offer: Offer {
            price: decimal(dish.price),
            promo: decimal(dish.promo),
            homepage: None,
        },
        ..MenuItem::new(recipe_id(dish.recipe))
    };
    let site = |area: usize| SiteFacts {
        id: format!("S{area}").parse().unwrap(),
        name: String::new(),
        catch_all: false,
    };
    let area = |area: usize| AreaFacts {
        id: format!("A{area}").parse().unwrap(),
        routes: vec![RouteFacts {
            site: area,
            weekday: None,
            preference: 1,
            transit_days: 0,
        }],
    };
    WeekSnapshot {
        lead_weeks,
        sites: (0..AREAS).map(site).collect(),
        packing_days: vec![day],
        caps: vec![vec![Cap::default()]; AREAS],
        areas: (0..AREAS).map(area).collect(),
        menu: week.menu.iter().map(item).collect(),
        ..WeekSnapshot::new(menu_week(at), day, day, jiff::Timestamp::UNIX_EPOCH)
    }
}

/// Scores by what is summed.
#[derive(Debug, Default)]
struct Scores {
    cells: Score,
    recipes: Score,
    products: Score,
    total: Score,
}

impl Scores {
    /// Draws a week and compares it with what came.
    fn add(&mut self, week: &Week, snapshot: &WeekSnapshot, demand: &WeekDemand, seed: u64) {
        let simulation = Simulation::new(snapshot, demand, &Limits::default(), seed).unwrap();
        let draws = simulation.draws(REPLICATES);
        let states = REPLICATES as usize;
        let mut recipes = vec![(vec![0.0; states], 0.0); MENU];
        for (area, sold) in week.kits.iter().enumerate() {
            let drawn = draws.kits_of_bin(area);
            for ((drawn, sold), recipe) in drawn.iter().zip(sold).zip(&mut recipes) {
                let drawn: Vec<f64> = drawn.iter().map(|kits| *kits as f64).collect();
                recipe
                    .0
                    .iter_mut()
                    .zip(&drawn)
                    .for_each(|(sum, kits)| *sum += kits);
                recipe.1 += f64::from(*sold);
                score(&mut self.cells, drawn, f64::from(*sold));
            }
        }
        for product in 0..PRODUCTS {
            let (mut drawn, mut used) = (vec![0.0; states], 0.0);
            for ((kits, sold), dish) in recipes.iter().zip(&week.menu) {
                let quantity = need(dish.recipe, product);
                drawn
                    .iter_mut()
                    .zip(kits)
                    .for_each(|(sum, kits)| *sum += quantity * kits);
                used += quantity * sold;
            }
            score(&mut self.products, drawn, used);
        }
        let (mut drawn, mut sold) = (vec![0.0; states], 0.0);
        for (kits, of_recipe) in recipes {
            drawn
                .iter_mut()
                .zip(&kits)
                .for_each(|(sum, kits)| *sum += kits);
            sold += of_recipe;
            score(&mut self.recipes, kits, of_recipe);
        }
        score(&mut self.total, drawn, sold);
    }
}

fn score(score: &mut Score, mut drawn: Vec<f64>, sold: f64) {
    let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
    drawn.sort_unstable_by(f64::total_cmp);
    score.add(mean, sold, &drawn);
}

fn covered(score: &Score) -> f64 {
    score.coverage(80).unwrap().share().unwrap()
}

/// What came of forecasting the company's weeks.
#[derive(Debug, Default)]
struct Outcome {
    scores: Scores,
    /// With no shock of a recipe's appeal.
    unplugged: Scores,
    /// Means over all fits: level, area, recipe, logarithm of the concentration; promotion, price.
    spreads: [f64; 4],
    effects: [f64; 2],
}

fn forecast(seed: u64) -> Outcome {
    let weeks = company(seed);
    let mut outcome = Outcome::default();
    let fits = (SCORED / LEADS) as f64;
    for origin in (KNOWN..KNOWN + SCORED).step_by(LEADS) {
        let model = Model::fit(&known(&weeks, origin));
        for lead in 0..LEADS {
            let (at, week) = (origin + lead, &weeks[origin + lead]);
            let snapshot = ahead(week, at, lead as u32 + 1);
            let mut demand = model.week(&snapshot, &Constraints::default());
            outcome.scores.add(week, &snapshot, &demand, at as u64);
            if lead == 0 {
                demand.recipe_deviation.fill(0.0);
                outcome.unplugged.add(week, &snapshot, &demand, at as u64);
            }
            let spread = model.spreads.at(lead as u32 + 1);
            let found = [
                spread.level,
                spread.area,
                spread.recipe,
                libm::log(spread.concentration),
            ];
            for (sum, found) in outcome.spreads.iter_mut().zip(found) {
                *sum += found / fits / LEADS as f64;
            }
        }
        outcome.effects[0] += model.mix.coefficients[0] / fits;
        outcome.effects[1] += model.mix.coefficients[2] / fits;
    }
    outcome
}

/// Coverage of the 80 % interval must lie between 78 and 82 % over 500 weeks, for product totals, recipes, and
/// recipes in areas.
///
/// A product's total is one of six in a week that share a level and recipes: the standard error of its coverage over
/// 500 weeks is about 0.7 points (over seeds 1 to 12: mean 80.6 %, from 79.7 to 81.7 %). Another seed would fail a right
/// model about once in forty times. All twelve seeds pass; unplugged they cover 63 to 71 %.
#[test]
fn four_in_five_outcomes_of_a_company_like_the_model_lie_inside_80_percent_intervals() {
    let outcome = forecast(SEED);
    let scores = &outcome.scores;
    for (what, score) in [
        ("product", &scores.products),
        ("recipe", &scores.recipes),
        ("area and recipe", &scores.cells),
    ] {
        let covered = covered(score);
        assert!((0.78..=0.82).contains(&covered), "{what}: {covered}");
    }

    // The proof that this can fail: without the shock of recipes that all areas share, draws are far too close.
    let unplugged = covered(&outcome.unplugged.products);
    assert!(unplugged < 0.75, "{unplugged}");

    // Spreads are those of forecasts: what was planted and what is not known of levels and appeals. Over the twelve
    // seeds their ratios to what was planted are 0.95 to 1.19, 0.94 to 1.05, 1.05 to 1.12 and 1.09 to 1.29.
    let [level, area, recipe, concentration] = outcome.spreads;
    assert!((0.9..1.3).contains(&(level / LEVEL)), "{level}");
    assert!((0.9..1.15).contains(&(area / AREA)), "{area}");
    assert!((1.0..1.2).contains(&(recipe / RECIPE)), "{recipe}");
    // The concentration covers four in five by a normal law for what is skewed: a little closer than planted.
    let concentration = libm::exp(concentration);
    assert!(
        (1.0..1.4).contains(&(concentration / CONCENTRATION)),
        "{concentration}"
    );
    let [promotion, price] = outcome.effects;
    assert!((promotion / PROMOTION - 1.0).abs() < 0.1, "{promotion}");
    assert!((price / PRICE - 1.0).abs() < 0.1, "{price}");
}
