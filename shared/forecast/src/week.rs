//! A week's bills of materials, as they hold on each packing day.

use std::sync::Arc;

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

/// A week's explosions by packing day, days on which the same rows hold sharing one; `portions` are the sizes that
/// kits are counted by.
///
/// # Errors
/// [`NotExplodable`] for the first day whose rows cannot be used.
pub fn explosions(
    snapshot: &WeekSnapshot,
    portions: &[Portions],
) -> Result<Vec<Arc<Explosion>>, NotExplodable> {
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
    let explosion = |day: Date| {
        let lines: Vec<BomLine> = snapshot
            .bom
            .iter()
            .filter(|row| row.holds_on(day))
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
            .map_err(|error| NotExplodable { day, error })
    };
    let mut days: Vec<Arc<Explosion>> = Vec::with_capacity(snapshot.packing_days.len());
    let mut before: Option<Date> = None;
    for day in &snapshot.packing_days {
        let same = before.is_some_and(|before| {
            let rows = snapshot.bom.iter();
            rows.filter(|row| row.from.is_some() || row.to.is_some())
                .all(|row| row.holds_on(before) == row.holds_on(*day))
        });
        let shared = days.last().filter(|_| same).map(Arc::clone);
        days.push(match shared {
            Some(shared) => shared,
            None => Arc::new(explosion(*day)?),
        });
        before = Some(*day);
    }
    Ok(days)
}
