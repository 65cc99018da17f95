//! Everything that could be bought, and what of it each recipe takes.

use domain::Unit;
use random::{Stream, word};

use crate::catalogue::{
    BASES, CUISINES, CUTS, CUTS_EACH, DAIRY, Group, HERBS, PACKAGING, PANTRY, PROTEINS, SAUCES,
    STAPLES, VEGETABLES,
};
use crate::make::{between, parsed, pick, stream};
use crate::products::{Line, Product};
use crate::recipes::{self, Recipe};

/// The tag of what goes into every dish.
const STAPLE: usize = usize::MAX;
/// Tags of proteins start here, which keeps halloumi apart from the dairy that goes on top.
const PROTEIN: usize = 1_000;

struct Offer {
    seed: u64,
    forms: bool,
    products: Vec<Product>,
}

impl Offer {
    /// Adds a product, and where the company is large its other forms.
    fn add(
        &mut self,
        (name, amount): (&str, f64),
        group: Group,
        small: Unit,
        tag: usize,
        forms: &[&str],
    ) {
        self.add_one(name.to_owned(), amount, group, small, tag);
        for form in forms.iter().filter(|_| self.forms).collect::<Vec<_>>() {
            self.add_one(format!("{name}, {form}"), amount, group, small, tag);
        }
    }

    fn add_one(&mut self, name: String, amount: f64, group: Group, small: Unit, tag: usize) {
        let (low, high) = group.keeping().cost;
        let cost = between(
            &mut Stream::new(self.seed, &[word("cost"), word(&name)]),
            low,
            high,
        );
        let (stock, cost) = match (small, group) {
            (Unit::Gram, Group::Sauce | Group::Herb) => (Unit::Gram, cost / 1000.0),
            (Unit::Gram, _) => (Unit::Kilogram, cost),
            (Unit::Millilitre, _) => (Unit::Litre, cost),
            (Unit::Piece, Group::Pantry) => (Unit::Piece, cost / 40.0),
            (unit, _) => (unit, cost),
        };
        let id = parsed("P0000");
        self.products.push(Product {
            id,
            name,
            group,
            small,
            stock,
            cost,
            amount,
            tag,
        });
    }
}

/// Everything that could be bought.
pub(crate) fn offered(seed: u64, forms: bool) -> Vec<Product> {
    let mut offer = Offer {
        seed,
        forms,
        products: Vec::new(),
    };
    let liquid = |is_liquid| {
        if is_liquid {
            Unit::Millilitre
        } else {
            Unit::Gram
        }
    };
    for item in STAPLES {
        offer.add(item, Group::Vegetable, Unit::Gram, STAPLE, &[]);
    }
    for (at, item) in VEGETABLES.into_iter().enumerate() {
        offer.add(item, Group::Vegetable, Unit::Gram, at, &["diced", "sliced"]);
    }
    for (at, item) in HERBS.into_iter().enumerate() {
        offer.add(item, Group::Herb, Unit::Gram, at, &["chopped"]);
    }
    for (at, item) in CUTS.into_iter().enumerate() {
        let protein = at / CUTS_EACH;
        let group = PROTEINS[protein].3;
        offer.add(
            item,
            group,
            Unit::Gram,
            PROTEIN + protein,
            &["marinated", "seasoned"],
        );
    }
    for (at, (name, amount, is_liquid)) in DAIRY.into_iter().enumerate() {
        offer.add(
            (name, amount),
            Group::Dairy,
            liquid(is_liquid),
            at,
            &["reduced fat"],
        );
    }
    for (at, (name, _, grams)) in BASES.into_iter().enumerate() {
        offer.add(
            (name, grams),
            Group::Grain,
            Unit::Gram,
            at,
            &["wholegrain", "organic"],
        );
    }
    for (at, (name, amount, by_piece)) in PANTRY.into_iter().enumerate() {
        let unit = if by_piece { Unit::Piece } else { Unit::Gram };
        offer.add((name, amount), Group::Pantry, unit, at, &[]);
    }
    for (cuisine, (name, _, _)) in CUISINES.into_iter().enumerate() {
        for (sauce, amount, is_liquid) in SAUCES {
            let name = format!("{name} {sauce}");
            offer.add(
                (&name, amount),
                Group::Sauce,
                liquid(is_liquid),
                cuisine,
                &["mild"],
            );
        }
    }
    for (at, (name, cost)) in PACKAGING.into_iter().enumerate() {
        offer.add((name, 1.0), Group::Packaging, Unit::Piece, at, &[]);
        if let Some(product) = offer.products.last_mut() {
            product.cost = cost;
        }
    }
    offer.products
}

/// What a recipe takes, about a dozen products.
pub(crate) fn ingredients(seed: u64, at: usize, recipe: &Recipe, all: &[Product]) -> Vec<Line> {
    let mut draw = stream(seed, "ingredients", &[at]);
    let mut lines: Vec<Line> = Vec::new();
    let mut take = |draw: &mut Stream, wanted: &dyn Fn(&Product) -> bool| {
        let choice: Vec<_> = (0..all.len())
            .filter(|at| wanted(&all[*at]) && lines.iter().all(|line| line.product != *at))
            .collect();
        if choice.is_empty() {
            return;
        }
        let product = *pick(draw, &choice);
        let amount = all[product].amount * between(draw, 0.75, 1.3);
        let peeled = all[product].group == Group::Vegetable && draw.uniform() < 0.2;
        let yield_percent = peeled.then(|| 80 + 5 * draw.below(4) as u8);
        lines.push(Line {
            product,
            amount,
            yield_percent,
        });
    };
    let bases = recipes::bases(recipe);
    let vegetable = |p: &Product| p.group == Group::Vegetable && p.tag != STAPLE;
    let sauce = |p: &Product| p.group == Group::Sauce && p.tag == recipe.cuisine;
    take(&mut draw, &|p| p.tag == PROTEIN + recipe.protein);
    take(&mut draw, &|p| {
        p.group == Group::Grain && bases.contains(&p.tag)
    });
    take(&mut draw, &|p| vegetable(p) && p.tag == recipe.vegetable);
    for _ in 0..2 {
        take(&mut draw, &|p| p.tag == STAPLE);
        take(&mut draw, &vegetable);
        take(&mut draw, &|p| p.group == Group::Pantry);
        take(&mut draw, &sauce);
    }
    take(&mut draw, &|p| p.group == Group::Herb);
    if draw.uniform() < 0.5 {
        take(&mut draw, &|p| p.group == Group::Dairy && p.tag < PROTEIN);
    } else {
        take(&mut draw, &sauce);
    }
    lines.sort_by_key(|line| line.product);
    lines
}
