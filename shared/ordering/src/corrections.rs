//! Planners' overrides of needs and of proposed quantities, at any level, split down to days and lines.
//!
//! A quantity cannot be summed over products, so `set` and `add` hold for each product that an override covers. Within
//! a product they are split over sites, days or lines in proportion to what stands there, so that the parts sum to
//! what was asked for.

mod needs;
mod quantities;

use domain::{Category, Measure, Override, OverrideOp};
use supply::{Correction, Product};

pub(crate) use needs::NeedOverrides;
pub(crate) use quantities::{Asked, Forced, QuantityOverrides};

use crate::product::milli;
use crate::proposal::{Milli, OverridePart};
use crate::rounding::{rounded, rounded_parts};

/// The overrides of a measure.
pub(crate) fn of_measure(all: &[Correction], measure: Measure) -> Vec<&Correction> {
    all.iter()
        .filter(|one| one.made.measure == measure)
        .collect()
}

/// What an override makes of a whole.
fn applied(made: &Override, whole: Milli) -> Milli {
    let changed = match made.op {
        OverrideOp::Set => milli(made.value),
        OverrideOp::Add => whole.saturating_add(milli(made.value)),
        OverrideOp::Multiply => {
            let product = i128::from(whole) * i128::from(made.value.millionths());
            rounded(product, 1_000_000)
        }
    };
    changed.max(0)
}

/// Splits a whole in proportion to weights, evenly where they are all zero; the parts sum to the whole.
fn split(whole: Milli, weights: &[Milli]) -> Vec<Milli> {
    let even = weights.iter().all(|weight| *weight <= 0);
    let weight = |weight: &Milli| {
        if even {
            1
        } else {
            i128::from((*weight).max(0))
        }
    };
    let sum: i128 = weights.iter().map(weight).sum();
    let parts = weights.iter().map(|one| i128::from(whole) * weight(one));
    rounded_parts(parts, sum.max(1))
}

fn part(one: &Correction, change: Milli) -> OverridePart {
    OverridePart {
        id: one.made.id.clone(),
        author: one.made.author.clone(),
        reason: one.made.reason.clone(),
        expires_at: one.made.expires_at,
        change,
        origin: one.origin.clone(),
    }
}

fn category(facts: &Product) -> Option<Category> {
    facts.category.as_ref().and_then(|text| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_sum_to_what_was_split() {
        assert_eq!(split(10, &[1, 1, 1]), [3, 4, 3]);
        assert_eq!(split(7, &[0, 0]), [4, 3]);
        assert_eq!(split(100, &[1, 0, 3]), [25, 0, 75]);
        assert_eq!(split(-5, &[1, 1]), [-2, -3]);
        assert_eq!(split(5, &[]), Vec::<i64>::new());
    }
}
