//! A week's bills of materials, as they hold on each packing day.

use dataset::tables::AppliesTo;
use domain::{Date, Portions};
use snapshot::{Counted, WeekSnapshot};

use crate::{BomLine, Explosion, ExplosionError, PackagingRule};

/// A bill of materials that cannot be computed with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the bill of materials on {day} cannot be used: {error}; correct recipe_bom")]
pub struct NotExplodable {
    /// The packing day.
    pub day: Date,
    /// What is wrong.
    pub error: ExplosionError,
}

/// A week's explosions by packing day; `portions` are the sizes that kits are counted by.
///
/// # Errors
/// [`NotExplodable`] for the first day whose rows cannot be used.
pub fn explosions(
    snapshot: &WeekSnapshot,
    portions: &[Portions],
) -> Result<Vec<Explosion>, NotExplodable> {
    let packaging: Vec<PackagingRule> = snapshot
        .packaging
        .iter()
        .map(|rule| PackagingRule {
            applies_to: match rule.counted {
                Counted::Box => AppliesTo::Box,
                Counted::Recipe => AppliesTo::Recipe,
                Counted::Portion => AppliesTo::Portion,
            },
            product: rule.product,
            qty: rule.quantity,
        })
        .collect();
    let explosion = |day: &Date| {
        let lines: Vec<BomLine> = snapshot
            .bom
            .iter()
            .filter(|row| row.holds_on(*day))
            .filter_map(|row| {
                Some(BomLine {
                    recipe: row.item,
                    portion: portions.binary_search(&row.portions).ok()?,
                    product: row.product,
                    qty: row.quantity,
                    from: row.unit,
                    to: snapshot.products.get(row.product)?.unit,
                    yield_factor: row.yield_factor,
                })
            })
            .collect();
        let (items, products) = (snapshot.menu.len(), snapshot.products.len());
        Explosion::new(items, portions, products, &lines, &packaging)
            .map_err(|error| NotExplodable { day: *day, error })
    };
    snapshot.packing_days.iter().map(explosion).collect()
}
