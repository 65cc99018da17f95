//! Bills of materials: units, yields and amounts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{Code, Decimal, Finding, ProductId, RecipeId, Unit, Volume};

use super::view::View;
use crate::Row;
use crate::collect::{Findings, counted};
use crate::facts::Unorderable;
use crate::tables::RecipeBom;

/// An amount so many times another recipe's is taken for a typing error.
const FAR: f64 = 8.0;
/// A product must be in so many recipes to say what is usual.
const ENOUGH_RECIPES: usize = 4;

pub(super) fn check(view: &View<'_>, findings: &mut Findings) {
    units_not_convertible(view, findings);
    order_units_not_convertible(view, findings);
    yields_out_of_range(view, findings);
    amounts_far_off(view, findings);
}

/// Rows of bills of materials with one fault.
#[derive(Default)]
struct Lines<'a>(Vec<&'a Row<RecipeBom>>);

impl Lines<'_> {
    /// The finding, stopping the weeks that have one of the recipes on the menu.
    fn finding(
        &self,
        view: &View<'_>,
        code: Code,
        file: &str,
        message: String,
        remedy: &str,
    ) -> Finding {
        let recipes: BTreeSet<&RecipeId> = self.0.iter().map(|row| &row.value.recipe_id).collect();
        let weeks: Vec<_> = recipes
            .iter()
            .flat_map(|recipe| view.weeks_with(recipe))
            .collect();
        Finding::new(code, file, message, remedy)
            .at(self.0.iter().map(|row| row.line))
            .weighing(Volume::Boxes(view.recent.kits_of(recipes)))
            .blocks(weeks)
    }
}

/// E107: a bill of materials counts a product in a unit that its own can be had from.
fn units_not_convertible(view: &View<'_>, findings: &mut Findings) {
    let mut groups: BTreeMap<(&Arc<str>, &ProductId, Unit), Lines<'_>> = BTreeMap::new();
    for row in &view.data.recipe_bom {
        let Some(product) = view.products.get(&row.value.product_id) else {
            continue;
        };
        if row.value.uom.per(product.uom).is_none() {
            let key = (&row.file, &product.product_id, row.value.uom);
            groups.entry(key).or_default().0.push(row);
        }
    }
    for ((file, product, uom), lines) in groups {
        let stocked = view
            .products
            .get(product)
            .map_or("another unit", |product| product.uom.code());
        let message =
            format!("product {product} is stocked in {stocked}, which {uom} does not convert to");
        let remedy = format!("state the quantity in {stocked}, or correct the product's unit");
        let finding = lines.finding(view, Code::E107, file, message, &remedy);
        findings.push(finding.of("uom", uom.code()));
    }
}

/// E107: a vendor's order unit converts to the product's by itself or by `base_per_order_uom`.
fn order_units_not_convertible(view: &View<'_>, findings: &mut Findings) {
    for Row {
        file,
        line,
        value: row,
    } in &view.data.vendor_product
    {
        let report = |message: String, column: &str, value: &str| {
            let remedy =
                "state in base_per_order_uom how many of the product's units one order unit holds";
            Finding::new(Code::E107, file, message, remedy)
                .at([*line])
                .of(column, value)
        };
        let Some(product) = view.products.get(&row.product_id) else {
            continue;
        };
        match row.unorderable(product) {
            Some(Unorderable::EmptyUnit) => {
                let message = "an order unit holds nothing; the line is left out".to_owned();
                findings.push(report(message, "base_per_order_uom", "0"));
            }
            Some(Unorderable::OtherUnit) => {
                let (id, stocked) = (&product.product_id, product.uom);
                let unit = row.order_uom.map_or("another unit", Unit::code);
                let message = format!(
                    "product {id} is stocked in {stocked}, which {unit} does not convert to; the line is left out"
                );
                findings.push(report(message, "order_uom", unit));
            }
            Some(Unorderable::NoStep | Unorderable::AboveMost(_)) | None => {}
        }
    }
}

/// E302: a yield is above 0 and at most 1.
fn yields_out_of_range(view: &View<'_>, findings: &mut Findings) {
    let bad = |yielded: Decimal| yielded <= Decimal::ZERO || yielded > Decimal::ONE;
    let mut groups: BTreeMap<(&Arc<str>, &RecipeId), Lines<'_>> = BTreeMap::new();
    for row in &view.data.recipe_bom {
        if row.value.yield_factor.is_some_and(bad) {
            groups
                .entry((&row.file, &row.value.recipe_id))
                .or_default()
                .0
                .push(row);
        }
    }
    for ((file, recipe), lines) in groups {
        let first = lines.0.first().and_then(|row| row.value.yield_factor);
        let rows = counted(lines.0.len(), "line");
        let message =
            format!("the yield of {rows} of recipe {recipe} is not above 0 and at most 1");
        let remedy = "put the usable share there, such as 0.9";
        let finding = lines.finding(view, Code::E302, file, message, remedy);
        findings.push(finding.of("yield_factor", &first.unwrap_or_default().to_string()));
    }
}

/// How much of a product one portion needs, and the row that says so.
type Amount<'a> = (f64, &'a Row<RecipeBom>);

/// E508: a recipe's amount of a product for a portion is near what other recipes need of it.
///
/// Ten times too much is the classic typing error and would buy ten times too much, so it stops the weeks that
/// have the recipe on the menu; far too little may be a garnish and is only shown. Pieces are not compared: one
/// recipe may well need eight of what another needs one of.
fn amounts_far_off(view: &View<'_>, findings: &mut Findings) {
    let mut uses: BTreeMap<(&ProductId, Unit), Vec<Amount<'_>>> = BTreeMap::new();
    for row in &view.data.recipe_bom {
        let line = &row.value;
        let small = if line.uom.is_mass() {
            Unit::Gram
        } else {
            Unit::Millilitre
        };
        if let Some((times, by)) = line.uom.per(small) {
            let amount = line.qty_per_kit.to_f64() * times as f64 / by as f64;
            let portions = f64::from(line.portion_size.get());
            uses.entry((&line.product_id, small))
                .or_default()
                .push((amount / portions, row));
        }
    }
    for ((product, unit), lines) in uses {
        let recipes: BTreeSet<_> = lines.iter().map(|(_, row)| &row.value.recipe_id).collect();
        let usual = median(lines.iter().map(|(amount, _)| *amount).collect());
        if recipes.len() < ENOUGH_RECIPES || usual <= 0.0 {
            continue;
        }
        let mut odd: BTreeMap<(&Arc<str>, &RecipeId, bool), (f64, Lines<'_>)> = BTreeMap::new();
        for (amount, row) in lines {
            let much = amount > usual * FAR;
            if much || amount < usual / FAR {
                let key = (&row.file, &row.value.recipe_id, much);
                odd.entry(key)
                    .or_insert_with(|| (amount, Lines::default()))
                    .1
                    .0
                    .push(row);
            }
        }
        for ((file, recipe, much), (amount, lines)) in odd {
            let symbol = unit.symbol();
            let message = format!(
                "recipe {recipe} needs {amount:.1} {symbol} of product {product} for a portion, where {usual:.1} {symbol} is usual"
            );
            let remedy = "check quantity and unit";
            let mut finding = lines.finding(view, Code::E508, file, message, remedy);
            if !much {
                finding = finding.warning();
            }
            let quantity = lines
                .0
                .first()
                .map(|row| row.value.qty_per_kit)
                .unwrap_or_default();
            findings.push(finding.of("qty_per_kit", &quantity.to_string()));
        }
    }
}

/// The middle value, or the mean of the two middle ones; 0 of none.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle), values.len() % 2) {
        (None, _) => 0.0,
        (Some(high), 0) => {
            let low = middle
                .checked_sub(1)
                .and_then(|at| values.get(at))
                .unwrap_or(high);
            (low + high) / 2.0
        }
        (Some(value), _) => *value,
    }
}
