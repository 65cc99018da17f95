//! Active lines against a shadow's, in exact numbers.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use contracts::Pair;
use domain::{Date, Decimal, ProductId, SiteId, Unit, VendorId};
use serde::Serialize;

use crate::compared::Compared;
use crate::parts::total;
use proposals::ProposalRow;

/// What differs between two tables of lines.
#[derive(Debug, Default, Serialize)]
pub(super) struct Difference {
    /// Lines that either has.
    pub(super) compared: u64,
    pub(super) lines: Pair<u64>,
    /// What all lines cost, by currency.
    pub(super) values: Vec<ValueDifference>,
    /// By vendor and the products' own units.
    pub(super) vendors: Vec<VendorDifference>,
    /// Lines that differ by a step or more, those that differ most in value first.
    pub(super) changed: Vec<LineDifference>,
}

/// What all lines in a currency cost.
#[derive(Debug, Serialize)]
pub(super) struct ValueDifference {
    /// ISO 4217, where stated.
    pub(super) currency: Option<String>,
    pub(super) value: Pair<Decimal>,
}

/// A vendor's lines of products that are counted in the same unit.
#[derive(Debug, Serialize)]
pub(super) struct VendorDifference {
    pub(super) vendor: VendorId,
    pub(super) name: String,
    /// The products' own unit.
    pub(super) uom: Unit,
    /// ISO 4217, where stated.
    pub(super) currency: Option<String>,
    pub(super) lines: Pair<u64>,
    pub(super) quantity: Pair<Decimal>,
    pub(super) value: Pair<Decimal>,
}

/// A line of either or both; a side that has none stands at 0.
#[derive(Debug, Serialize)]
pub(super) struct LineDifference {
    pub(super) vendor: VendorId,
    pub(super) site: SiteId,
    pub(super) delivery: Date,
    pub(super) product: ProductId,
    pub(super) vendor_name: String,
    pub(super) site_name: String,
    pub(super) product_name: String,
    /// The product's own unit.
    pub(super) uom: Unit,
    /// ISO 4217, where stated.
    pub(super) currency: Option<String>,
    pub(super) quantity: Pair<Decimal>,
    pub(super) value: Pair<Decimal>,
}

impl Difference {
    /// Compares the active lines with a shadow's.
    pub(super) fn between(active: &[ProposalRow], shadow: &[ProposalRow]) -> Self {
        let compared = Compared::new(active, shadow);
        let changed = compared.changed();
        let sides = changed.iter().map(|line| compared.sides(&line.key));
        let mut lines: Vec<LineDifference> = sides.filter_map(of_line).collect();
        lines.sort_by_key(|line| Reverse(apart(line.value)));
        let by_currency = grouped(active, shadow, |row| row.currency.clone());
        let by_vendor = grouped(active, shadow, |row| {
            let unit = row.uom.to_string();
            (row.vendor_id.clone(), unit, row.currency.clone())
        });
        Self {
            compared: compared.len() as u64,
            lines: Pair {
                active: active.len() as u64,
                shadow: shadow.len() as u64,
            },
            values: by_currency
                .into_iter()
                .map(|(currency, rows)| ValueDifference {
                    currency,
                    value: rows.sums(|row| row.value),
                })
                .collect(),
            vendors: by_vendor.values().filter_map(of_vendor).collect(),
            changed: lines,
        }
    }
}

/// By how many millionths of money the sides differ.
fn apart(value: Pair<Decimal>) -> u64 {
    value
        .active
        .millionths()
        .abs_diff(value.shadow.millionths())
}

/// Rows of either side that belong together.
#[derive(Default)]
struct Rows<'a> {
    active: Vec<&'a ProposalRow>,
    shadow: Vec<&'a ProposalRow>,
}

fn grouped<'a, K: Ord>(
    active: &'a [ProposalRow],
    shadow: &'a [ProposalRow],
    key: impl Fn(&ProposalRow) -> K,
) -> BTreeMap<K, Rows<'a>> {
    let mut groups: BTreeMap<K, Rows<'a>> = BTreeMap::new();
    for row in active {
        groups.entry(key(row)).or_default().active.push(row);
    }
    for row in shadow {
        groups.entry(key(row)).or_default().shadow.push(row);
    }
    groups
}

impl<'a> Rows<'a> {
    fn first(&self) -> Option<&'a ProposalRow> {
        self.active.first().or(self.shadow.first()).copied()
    }

    fn lines(&self) -> Pair<u64> {
        Pair {
            active: self.active.len() as u64,
            shadow: self.shadow.len() as u64,
        }
    }

    fn sums(&self, number: impl Fn(&ProposalRow) -> Decimal) -> Pair<Decimal> {
        let sum = |rows: &[&ProposalRow]| total(rows.iter().map(|row| number(row)));
        Pair {
            active: sum(&self.active),
            shadow: sum(&self.shadow),
        }
    }
}

fn of_vendor(rows: &Rows<'_>) -> Option<VendorDifference> {
    let first = rows.first()?;
    Some(VendorDifference {
        vendor: first.vendor_id.clone(),
        name: first.vendor_name.clone(),
        uom: first.uom,
        currency: first.currency.clone(),
        lines: rows.lines(),
        quantity: rows.sums(|row| row.quantity),
        value: rows.sums(|row| row.value),
    })
}

fn of_line(sides: [Option<&ProposalRow>; 2]) -> Option<LineDifference> {
    let [active, shadow] = sides;
    let line = active.or(shadow)?;
    let pair = |number: fn(&ProposalRow) -> Decimal| {
        let of = |row: Option<&ProposalRow>| row.map_or(Decimal::ZERO, number);
        Pair {
            active: of(active),
            shadow: of(shadow),
        }
    };
    Some(LineDifference {
        vendor: line.vendor_id.clone(),
        site: line.site_id.clone(),
        delivery: line.delivery_date,
        product: line.product_id.clone(),
        vendor_name: line.vendor_name.clone(),
        site_name: line.site_name.clone(),
        product_name: line.product_name.clone(),
        uom: line.uom,
        currency: line.currency.clone(),
        quantity: pair(|row| row.quantity),
        value: pair(|row| row.value),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use dataset::Signed;

    use super::*;

    fn number(number: u32) -> Decimal {
        Decimal::from_millionths(1_000_000 * i64::from(number))
    }

    /// `packs` packs of 500 units at 2 euros each.
    pub(in crate::shadow) fn row(vendor: &str, product: &str, packs: u32) -> ProposalRow {
        ProposalRow {
            vendor_id: vendor.parse().unwrap(),
            site_id: "S1".parse().unwrap(),
            delivery_date: "2026-11-17".parse().unwrap(),
            product_id: product.parse().unwrap(),
            vendor_name: format!("Vendor {vendor}"),
            site_name: "North".to_owned(),
            product_name: format!("Product {product}"),
            order_by: "2026-11-16T12:00:00Z".parse().unwrap(),
            quantity: number(500 * packs),
            uom: Unit::Gram,
            order_quantity: Decimal::ZERO,
            order_uom: Unit::Gram,
            packs,
            pack: Decimal::ZERO,
            content: Decimal::ONE,
            least: Decimal::ZERO,
            most: None,
            price: Decimal::ZERO,
            value: number(2 * packs),
            currency: Some("EUR".to_owned()),
            pallets: None,
            covers_from: "2026-11-17".parse().unwrap(),
            covers_to: "2026-11-17".parse().unwrap(),
            method: String::new(),
            target: Decimal::ZERO,
            covered: Decimal::ZERO,
            held_by_waste: false,
            expected_short: Decimal::ZERO,
            expected_waste: Decimal::ZERO,
            p_short: Decimal::ZERO,
            p_waste: Decimal::ZERO,
            at_risk: None,
            stand_in: false,
            gross_known: Signed(Decimal::ZERO),
            gross_simulated: Signed(Decimal::ZERO),
            gross_yield: Signed(Decimal::ZERO),
            gross_override: Signed(Decimal::ZERO),
            stock_used: Signed(Decimal::ZERO),
            inbound_used: Signed(Decimal::ZERO),
            proposals_used: Signed(Decimal::ZERO),
            unreachable: Signed(Decimal::ZERO),
            mean_net: Signed(Decimal::ZERO),
            safety: Signed(Decimal::ZERO),
            minimum: Signed(Decimal::ZERO),
            multiple: Signed(Decimal::ZERO),
            maximum: Signed(Decimal::ZERO),
            vendor_minimum: Signed(Decimal::ZERO),
            quantity_override: Signed(Decimal::ZERO),
        }
    }

    #[test]
    fn a_line_that_only_one_side_has_differs_by_all_of_it() {
        let active = [row("V1", "P1", 3), row("V1", "P2", 1), row("V2", "P1", 4)];
        let shadow = [row("V1", "P1", 3), row("V2", "P1", 9), row("V2", "P3", 1)];
        let difference = Difference::between(&active, &shadow);
        assert_eq!(difference.compared, 4);
        assert_eq!((difference.lines.active, difference.lines.shadow), (3, 3));
        let changed: Vec<_> = difference
            .changed
            .iter()
            .map(|line| (line.product.as_str(), line.value))
            .collect();
        let pair = |active, shadow| Pair {
            active: number(active),
            shadow: number(shadow),
        };
        // Those that differ most first, and then in order of their keys.
        let expected = [("P1", pair(8, 18)), ("P2", pair(2, 0)), ("P3", pair(0, 2))];
        assert_eq!(changed, expected);
        let vendors: Vec<_> = difference
            .vendors
            .iter()
            .map(|of| (of.vendor.as_str(), of.quantity, of.value))
            .collect();
        let expected = [
            ("V1", pair(2000, 1500), pair(8, 6)),
            ("V2", pair(2000, 5000), pair(8, 20)),
        ];
        assert_eq!(vendors, expected);
        let [all] = difference.values.as_slice() else {
            panic!("one currency")
        };
        assert_eq!(all.value, pair(16, 26));
    }

    #[test]
    fn what_is_less_than_a_step_is_no_difference_of_lines_but_of_sums() {
        let mut more = row("V1", "P1", 3);
        more.quantity = number(1501);
        let difference = Difference::between(&[row("V1", "P1", 3)], &[more]);
        assert!(difference.changed.is_empty());
        assert_eq!(difference.vendors[0].quantity.shadow, number(1501));
    }
}
