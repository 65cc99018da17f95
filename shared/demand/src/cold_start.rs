//! The appeal of a recipe that nobody has sold yet, from what it is.

use std::collections::BTreeMap;

use snapshot::Traits;

use crate::levels::Levels;

/// Recipes' worth of "no different from the others" that each trait's effect is shrunk by.
const SHRINKAGE: f64 = 2.0;

/// By recipe: its appeal, where it was sold; else that of recipes with its category, cuisine and protein.
///
/// The traits' effects are shrunk means of what the traits before them leave unexplained.
pub(crate) fn appeals(levels: &Levels, traits: &[&Traits]) -> Vec<f64> {
    let known: Vec<Option<f64>> = (0..traits.len()).map(|at| levels.appeal(at)).collect();
    let sold = known.iter().flatten();
    let count = sold.clone().count().max(1) as f64;
    let mean = sold.sum::<f64>() / count;
    let mut expected = vec![mean; traits.len()];
    let parts: [fn(&Traits) -> Option<&String>; 3] = [
        |traits| traits.category.as_ref(),
        |traits| traits.cuisine.as_ref(),
        |traits| traits.protein.as_ref(),
    ];
    for part in parts {
        let mut sums: BTreeMap<&String, (f64, f64)> = BTreeMap::new();
        for ((known, expected), traits) in known.iter().zip(&expected).zip(traits) {
            if let (Some(known), Some(name)) = (known, part(traits)) {
                let sum = sums.entry(name).or_default();
                sum.0 += known - expected;
                sum.1 += 1.0;
            }
        }
        for (expected, traits) in expected.iter_mut().zip(traits) {
            if let Some((sum, recipes)) = part(traits).and_then(|name| sums.get(name)) {
                *expected += sum / (recipes + SHRINKAGE);
            }
        }
    }
    known
        .into_iter()
        .zip(expected)
        .map(|(known, expected)| known.unwrap_or(expected))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coefficients::Coefficients;
    use crate::panel::{Cell, FEATURES, Panel};

    fn traits(category: &str, cuisine: &str) -> Traits {
        Traits {
            category: Some(category.to_owned()),
            cuisine: Some(cuisine.to_owned()),
            protein: None,
        }
    }

    /// Levels after a week in which recipes sold so many kits; the last of `recipes` were not on the menu.
    fn levels(kits: &[f64], recipes: usize) -> Levels {
        let mut levels = Levels::new(&Panel {
            areas: 1,
            recipes,
            weeks: Vec::new(),
            usual_price: vec![None; recipes],
            category: vec![None; recipes],
        });
        let cell = |(recipe, kits): (usize, &f64)| Cell {
            area: 0,
            recipe,
            kits: *kits,
            log_kits: libm::log(*kits),
            features: [0.0; FEATURES],
            sold_out: false,
        };
        let week: Vec<Cell> = kits.iter().enumerate().map(cell).collect();
        levels.learn(&week, &Coefficients::default());
        levels
    }

    #[test]
    fn a_recipe_never_sold_is_liked_as_its_category_and_cuisine_are() {
        let mut kinds = vec![traits("Bowl", "Thai"); 4];
        kinds.extend(vec![traits("Pasta", "Thai"); 4]);
        kinds.extend(vec![traits("Pasta", "Italian"); 4]);
        kinds.extend([
            traits("Bowl", "Thai"),
            traits("Pasta", "Thai"),
            traits("Pasta", "Italian"),
            traits("Soup", "French"),
        ]);
        let kinds: Vec<&Traits> = kinds.iter().collect();
        let kits: Vec<f64> = [800.0, 200.0, 50.0].iter().flat_map(|k| [*k; 4]).collect();
        let appeals = appeals(&levels(&kits, kinds.len()), &kinds);
        let (bowl, thai, italian, unknown) = (appeals[12], appeals[13], appeals[14], appeals[15]);
        assert!(bowl > unknown && unknown > thai.min(italian), "{appeals:?}");
        assert!(thai > italian, "{appeals:?}");
        assert!(
            bowl < appeals[0] && italian > appeals[8],
            "shrunk: {appeals:?}"
        );
        let mean = appeals[..12].iter().sum::<f64>() / 12.0;
        assert!((unknown - mean).abs() < 1e-12);
    }

    #[test]
    fn where_nothing_was_sold_every_recipe_is_like_the_other() {
        let kind = Traits::default();
        assert_eq!(appeals(&levels(&[], 3), &[&kind; 3]), [0.0; 3]);
    }
}
