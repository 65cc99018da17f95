//! What changed a quantity: the parts name the input that was changed, and sum to the change.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use ordering::{Attribution, Changed, Group, LineKey, Way, attribute};
use proptest::prelude::*;
use support::{Company, day, number, vendor};

fn company() -> Company {
    let kits = |n: u32| vec![vec![n, n + 2, n + 4, n + 6]; 4];
    Company::new(vec![kits(10), kits(30), kits(20)])
}

/// Every line of either company, attributed.
fn attributed(old: &Company, new: &Company, way: Way) -> Vec<Attribution> {
    let lines = |company: &Company| -> BTreeMap<LineKey, i64> {
        let lines = company.proposals().lines.into_iter();
        lines.map(|line| (line.key, line.quantity)).collect()
    };
    let (before, after) = (lines(old), lines(new));
    let keys: BTreeSet<&LineKey> = before.keys().chain(after.keys()).collect();
    let changed: Vec<Changed> = keys
        .into_iter()
        .map(|key| Changed {
            key: key.clone(),
            before: before.get(key).copied().unwrap_or(0),
            after: after.get(key).copied().unwrap_or(0),
        })
        .collect();
    attribute(&old.inputs(), &new.inputs(), &changed, way).unwrap()
}

/// Asserts that all lines sum, and that one group alone explains every change.
fn only(old: &Company, new: &Company, group: Group) {
    for way in [Way::Sequence, Way::Shapley] {
        let attributed = attributed(old, new, way);
        assert!(
            attributed.iter().any(|line| line.before != line.after),
            "{group:?}: nothing changed"
        );
        for line in attributed {
            let mut expected = [0; 7];
            expected[group as usize] = line.after - line.before;
            assert_eq!(
                (line.method, line.parts),
                (0, expected),
                "{way:?} {:?}",
                line.key
            );
        }
    }
}

#[test]
fn more_boxes_are_volume() {
    let mut new = company();
    for kits in new.kits.0.iter_mut().flatten().flatten() {
        *kits *= 2;
    }
    only(&company(), &new, Group::Volume);
}

#[test]
fn another_choice_of_recipes_is_mix() {
    let mut new = company();
    new.kits.0.swap(0, 1);
    only(&company(), &new, Group::Mix);
}

#[test]
fn another_day_is_allocation() {
    let mut old = company();
    old.kits.0[0] = (0..4).map(|day| vec![10 + 5 * day; 4]).collect();
    let mut new = old.clone();
    new.kits.0[0].reverse();
    only(&old, &new, Group::Allocation);
}

#[test]
fn another_quantity_in_a_kit_is_the_bill_of_materials() {
    let mut new = company();
    new.snapshot.bom[0].quantity = number("1.25");
    only(&company(), &new, Group::BillOfMaterials);
}

#[test]
fn another_lot_is_stock_another_step_terms_and_another_target_settings() {
    only(&company(), &company().lot(0, "15", None), Group::Stock);
    let mut new = company();
    new.offer(0).multiple = Some(number("25"));
    only(&company(), &new, Group::Terms);
    let mut new = company();
    new.supply.policies.0[0].target = number("0.5");
    only(&company(), &new, Group::Settings);
    only(
        &company(),
        &company().overridden("need", "product=P1", "multiply", "2"),
        Group::Settings,
    );
}

#[test]
fn a_vendors_least_order_value_ties_its_products_together() {
    let mut old = company();
    old.supply.terms.vendors[0] = vendor("V1", Some("300"));
    let new = old.clone().lot(0, "15", Some(day(0)));
    only(&old, &new, Group::Stock);
}

#[test]
fn a_plan_that_changed_nothing_has_nothing_to_attribute() {
    for line in attributed(&company(), &company(), Way::Shapley) {
        assert_eq!((line.method, line.parts), (0, [0; 7]));
    }
}

#[test]
fn what_no_input_explains_is_the_method() {
    let company = company();
    let line = company.proposals().lines.remove(0);
    let changed = Changed {
        key: line.key,
        before: line.quantity - 700,
        after: line.quantity,
    };
    let inputs = company.inputs();
    let attributed = attribute(&inputs, &inputs, &[changed], Way::Sequence).unwrap();
    assert_eq!((attributed[0].method, attributed[0].parts), (700, [0; 7]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn parts_sum_to_the_change_whatever_changed(
        kits in prop::collection::vec(prop::collection::vec(prop::collection::vec(0u32..40, 4), 4), 3),
        target in 500_000i64..999_999,
        step in 1i64..30,
        stock in 1u32..60,
        quantity in 1i64..3_000_000,
        least in prop::option::of(1i64..200),
        shapley in any::<bool>(),
    ) {
        let decimal = domain::Decimal::from_millionths;
        let old = company();
        let mut new = Company { kits: support::Kits(kits), ..company() };
        new.supply.policies.0[0].target = decimal(target);
        new.offer(1).multiple = Some(decimal(step * 1_000_000));
        new.snapshot.bom[2].quantity = decimal(quantity);
        new.supply.terms.vendors[0].min_order_value = least.map(|least| decimal(least * 1_000_000));
        let new = new.lot(0, &stock.to_string(), Some(day(1)));
        let way = if shapley { Way::Shapley } else { Way::Sequence };
        for line in attributed(&old, &new, way) {
            let parts: i64 = line.parts.iter().sum();
            prop_assert_eq!(line.before + line.method + parts, line.after);
            // The inputs explain all of it: the code is the same.
            prop_assert_eq!(line.method, 0);
        }
    }
}
