//! A small history for unit tests.

use demand::{Observations, RecipeFacts, SaleColumns, SaleRow};
use domain::MenuWeek;
use snapshot::Traits;

use crate::Need;

/// So many weeks, areas and recipes; `kits(week, area, recipe)`, none where 0.
pub(crate) fn history(
    (weeks, areas, recipes): (usize, usize, usize),
    kits: impl Fn(usize, usize, usize) -> u32,
) -> Observations {
    let mut sales = SaleColumns::default();
    for week in 0..weeks {
        for area in 0..areas {
            for recipe in 0..recipes {
                let kits = f64::from(kits(week, area, recipe));
                if kits > 0.0 {
                    sales.push(SaleRow {
                        week,
                        area,
                        recipe,
                        kits,
                        price: 10.0 + recipe as f64,
                        promo: if (week + recipe) % 5 == 0 { 0.25 } else { 0.0 },
                        homepage: 0.0,
                        sold_out: false,
                    });
                }
            }
        }
    }
    let first: MenuWeek = "2026-W01".parse().unwrap();
    Observations {
        weeks: (0..weeks)
            .map(|week| first.plus(i64::try_from(week).unwrap()).unwrap())
            .collect(),
        areas: (0..areas)
            .map(|area| format!("A{area:03}").parse().unwrap())
            .collect(),
        recipes: (0..recipes)
            .map(|recipe| RecipeFacts {
                id: format!("R{recipe:03}").parse().unwrap(),
                traits: Traits::default(),
                add_on: false,
            })
            .collect(),
        sales,
        ..Observations::default()
    }
}

/// What a kit of a recipe takes of a product.
pub(crate) fn need(recipe: usize, product: &str, quantity: f64) -> Need {
    Need {
        recipe,
        product: product.parse().unwrap(),
        quantity,
    }
}

/// Numbers that vary but are no noise.
pub(crate) fn uneven(week: usize, area: usize, recipe: usize) -> u32 {
    (100 + 20 * area + 30 * recipe + (week * 7 + area * 5 + recipe * 3) % 11) as u32
}
