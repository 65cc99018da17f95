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
