//! The products, and how much of each a kit needs.

use dataset::tables;
use domain::{Decimal, Portions, ProductId, Unit};

use crate::catalogue::Group;
use crate::ingredients::{ingredients, offered};
use crate::make::{decimal, made, parsed, whole};
use crate::recipes::Recipe;
use crate::size::Size;

/// Portion sizes that recipes are written for; only 2 and 4 are sold.
pub(crate) const WRITTEN: [u8; 4] = [1, 2, 3, 4];

/// A stocked item.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) id: ProductId,
    pub(crate) name: String,
    pub(crate) group: Group,
    /// The unit of a kit's quantity.
    pub(crate) small: Unit,
    /// The unit it is stocked in.
    pub(crate) stock: Unit,
    /// Cost of a stock unit in pounds.
    pub(crate) cost: f64,
    /// Usual amount a portion in the small unit.
    pub(crate) amount: f64,
    /// What recipes pick it by: a position in its list of the catalogue, mostly.
    pub(crate) tag: usize,
}

impl Product {
    /// How many of the small unit make a stock unit.
    pub(crate) const fn smalls(&self) -> f64 {
        match self.small.per(self.stock) {
            Some((_, small)) => small as f64,
            None => 1.0,
        }
    }
}

/// What one recipe takes of a product.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) product: usize,
    /// Amount a portion in the small unit, for two.
    pub(crate) amount: f64,
    /// Usable share in percent.
    pub(crate) yield_percent: Option<u8>,
}

/// The products and what every recipe takes of them.
#[derive(Debug)]
pub(crate) struct Kitchen {
    pub(crate) products: Vec<Product>,
    /// For each recipe its lines, by product.
    pub(crate) lines: Vec<Vec<Line>>,
}

impl Kitchen {
    pub(crate) fn new(seed: u64, size: &Size, recipes: &[Recipe]) -> Self {
        let all = offered(seed, size.forms);
        let mut lines: Vec<_> = (0..recipes.len())
            .map(|at| ingredients(seed, at, &recipes[at], &all))
            .collect();
        // Products that no recipe takes are not stocked.
        let mut used = vec![false; all.len()];
        lines
            .iter()
            .flatten()
            .for_each(|line| used[line.product] = true);
        let mut place = vec![0; all.len()];
        let mut products = Vec::new();
        for (at, mut product) in all.into_iter().enumerate() {
            if used[at] || product.group == Group::Packaging {
                place[at] = products.len();
                product.id = parsed(&format!("P{:04}", products.len() + 1));
                products.push(product);
            }
        }
        lines
            .iter_mut()
            .flatten()
            .for_each(|line| line.product = place[line.product]);
        Self { products, lines }
    }

    /// What a kit needs of a line's product, in its small unit.
    pub(crate) fn quantity(&self, line: Line, portions: u8) -> f64 {
        // A pan loses the same sauce for two as for four.
        let thrift = match portions {
            1 => 1.1,
            2 => 1.0,
            3 => 0.95,
            _ => 0.92,
        };
        let amount = line.amount * thrift * f64::from(portions);
        if self.products[line.product].small == Unit::Piece {
            amount.ceil()
        } else if amount >= 60.0 {
            (amount / 5.0).round() * 5.0
        } else {
            amount.round().max(1.0)
        }
    }

    /// What a kit needs bought of a line's product, in its stock unit.
    pub(crate) fn bought(&self, line: Line, portions: u8) -> f64 {
        let usable = f64::from(line.yield_percent.unwrap_or(100)) / 100.0;
        self.quantity(line, portions) / self.products[line.product].smalls() / usable
    }

    /// Whether a recipe of beans or tofu does without eggs, honey and dairy.
    pub(crate) fn is_vegan(&self, recipe: usize) -> bool {
        self.lines[recipe].iter().all(|line| {
            let product = &self.products[line.product];
            let animal = ["Egg", "Honey", "Mayonnaise", "Chicken", "Brioche", "Naan"];
            product.group != Group::Dairy
                && !animal.iter().any(|word| product.name.starts_with(word))
        })
    }

    /// The rows of `product`.
    pub(crate) fn product_rows(&self) -> impl Iterator<Item = tables::Product> {
        self.products.iter().map(|product| {
            let keeping = product.group.keeping();
            let frozen = product.name == "Ice pack";
            tables::Product {
                product_id: product.id.clone(),
                name: product.name.clone(),
                uom: product.stock,
                category: Some(keeping.category.to_owned()),
                temperature_zone: Some(if frozen { "frozen" } else { keeping.zone }.to_owned()),
                shelf_life_days: keeping.life.map(|(shelf, _)| shelf),
                min_life_at_pack_days: keeping.life.map(|(_, left)| left),
                unit_cost: Some(decimal(product.cost, 100)),
                waste_cost: Some(decimal(product.cost * 1.1, 100)),
                shortage_cost: Some(decimal(product.cost * 4.0, 100)),
            }
        })
    }

    /// The rows of `recipe_bom`.
    pub(crate) fn bom_rows(&self, recipes: &[Recipe]) -> impl Iterator<Item = tables::RecipeBom> {
        recipes
            .iter()
            .zip(&self.lines)
            .flat_map(move |(recipe, lines)| {
                WRITTEN.iter().flat_map(move |portions| {
                    lines.iter().map(move |line| tables::RecipeBom {
                        recipe_id: recipe.id.clone(),
                        portion_size: made(Portions::try_from(*portions)),
                        product_id: self.products[line.product].id.clone(),
                        qty_per_kit: whole(self.quantity(*line, *portions)),
                        uom: self.products[line.product].small,
                        yield_factor: line
                            .yield_percent
                            .map(|percent| Decimal::from_millionths(i64::from(percent) * 10_000)),
                        valid_from: None,
                        valid_to: None,
                    })
                })
            })
    }

    /// The rows of `box_rule`.
    pub(crate) fn rule_rows(&self) -> impl Iterator<Item = tables::BoxRule> {
        use tables::AppliesTo::{Box, Recipe};
        let rules = [
            ("one_box", Box, 1),
            ("ice_packs", Box, 2),
            ("recipe_card", Recipe, 1),
        ];
        self.packaging()
            .zip(rules)
            .map(|(product, (rule, applies_to, quantity))| tables::BoxRule {
                rule_id: parsed(rule),
                applies_to,
                product_id: self.products[product].id.clone(),
                qty_expr: Decimal::from_millionths(quantity * 1_000_000),
            })
    }

    /// Positions of box, ice pack and recipe card.
    pub(crate) fn packaging(&self) -> impl Iterator<Item = usize> {
        (0..self.products.len()).filter(|at| self.products[*at].group == Group::Packaging)
    }
}
