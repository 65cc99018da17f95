//! The facts of supply: each with its row, and nothing that a finding says is left out.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "another test checks the data set")]
mod tiny;

use std::fmt::Debug;

use ::supply::{Method, Supply};
use dataset::PlanningData;
use domain::Decimal;
use proptest::prelude::*;
use tiny::{Tiny, tiny};

fn supply(set: &Tiny) -> Supply {
    supply_at(set, "2026-10-18T18:00:00Z")
}

fn supply_at(set: &Tiny, moment: &str) -> Supply {
    PlanningData::load(&set.files()).supply(moment.parse().unwrap())
}

fn swap(mut set: Tiny, file: &str, from: &str, to: &str) -> Tiny {
    let text = String::from_utf8(set.0[file].clone()).unwrap();
    assert!(text.contains(from), "{file} has no `{from}`");
    set.0
        .insert(file.to_owned(), text.replace(from, to).into_bytes());
    set
}

fn add(mut set: Tiny, file: &str, row: &str) -> Tiny {
    let text = set.0.get_mut(file).unwrap();
    text.extend_from_slice(format!("{row}\n").as_bytes());
    set
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Each fact's row as `file:line`, with a word about the fact.
fn told<T>(facts: &[T], word: impl Fn(&T) -> (&::supply::Origin, String)) -> Vec<String> {
    let told = |fact| {
        let (origin, word) = word(fact);
        format!("{origin} {word}")
    };
    facts.iter().map(told).collect()
}

fn offers(supply: &Supply) -> Vec<String> {
    told(&supply.terms.offers, |offer| {
        (
            &offer.origin,
            format!("{} of {}", offer.product, offer.vendor),
        )
    })
}

fn lots(supply: &Supply) -> Vec<String> {
    told(&supply.stock.lots, |lot| {
        (
            &lot.origin,
            format!("{} {} {}", lot.site, lot.product, lot.on_hand),
        )
    })
}

fn inbound(supply: &Supply) -> Vec<String> {
    told(&supply.stock.inbound, |line| {
        (
            &line.origin,
            format!("{} {}", line.product, line.outstanding),
        )
    })
}

#[test]
fn every_fact_names_its_row() {
    let supply = supply(&tiny());
    assert_eq!(
        lots(&supply),
        [
            "inv_level.csv:2 S1 P1 120",
            "inv_level.csv:3 S1 P3 300",
            "inv_level.csv:4 S2 P2 40.5"
        ]
    );
    assert_eq!(supply.stock.lots[0].allocated, number("20"));
    // The closed line has nothing to come.
    assert_eq!(
        inbound(&supply),
        [
            "inbound_order_line.csv:4 P4 500",
            "inbound_order_line.csv:2 P2 60"
        ]
    );
    assert_eq!(
        offers(&supply),
        [
            "vendor_product.csv:4 P1 of V2",
            "vendor_product.csv:2 P2 of V1",
            "vendor_product.csv:3 P3 of V1",
            "vendor_product.csv:5 P4 of V2"
        ]
    );
    let leads = told(&supply.terms.lead_times, |row| {
        (&row.origin, format!("{} {}", row.days, row.std_days))
    });
    assert_eq!(
        leads,
        [
            "vendor_lead_time.csv:2 1 0.5",
            "vendor_lead_time.csv:3 2 0",
            "vendor_lead_time.csv:4 3 0"
        ]
    );
    let days = told(&supply.terms.calendar, |day| {
        (
            &day.origin,
            format!("{} {} {}", day.vendor, day.weekday, day.cutoff),
        )
    });
    assert_eq!(
        days,
        [
            "vendor_calendar.csv:2 V1 1 14:00:00",
            "vendor_calendar.csv:3 V1 3 14:00:00",
            "vendor_calendar.csv:4 V1 7 10:00:00",
            "vendor_calendar.csv:5 V2 2 14:00:00"
        ]
    );
    let policies = told(&supply.policies.0, |policy| {
        (
            &policy.origin,
            format!("{:?} {}", policy.method, policy.target),
        )
    });
    assert_eq!(
        policies,
        ["inv_policy.csv:2 Quantile 0.95", "inv_policy.csv:3 Days 2"]
    );
    let products = told(&supply.terms.products, |product| {
        (&product.origin, format!("{} {}", product.id, product.unit))
    });
    assert_eq!(products[1], "product.csv:3 P2 KGM");
    assert_eq!(supply.terms.currency.as_deref(), Some("EUR"));
    assert!(
        supply
            .terms
            .vendors
            .iter()
            .all(|vendor| vendor.currency.is_none())
    );
}

#[test]
fn dates_are_those_of_the_sites_own_clocks() {
    let set = swap(tiny(), "site.csv", "Europe/Vienna", "Pacific/Auckland");
    let supply = supply(&set);
    let clocks: Vec<_> = supply
        .stock
        .sites
        .iter()
        .map(|site| format!("{} {} {}", site.site, site.time_zone, site.today))
        .collect();
    // Half past seven in the morning of the next day in Auckland.
    assert_eq!(
        clocks,
        [
            "S1 Europe/Berlin 2026-10-18",
            "S2 Pacific/Auckland 2026-10-19"
        ]
    );
    let late = swap(
        set,
        "inbound_order_line.csv",
        "2026-10-19T06",
        "2026-10-19T12",
    );
    let line = self::supply(&late).stock.inbound.remove(0);
    assert_eq!(line.expected_on.to_string(), "2026-10-20");
}

#[test]
fn the_last_count_of_each_site_that_is_not_later_than_the_plan_holds() {
    let set = add(tiny(), "inv_level.csv", "2026-10-18T12:00:00Z,S1,P1,L9,5,,");
    let set = add(set, "inv_level.csv", "2026-10-18T19:00:00Z,S1,P1,L9,7,,");
    assert_eq!(
        lots(&supply(&set)),
        ["inv_level.csv:5 S1 P1 5", "inv_level.csv:4 S2 P2 40.5"]
    );
    assert_eq!(
        lots(&supply_at(&set, "2026-10-18T05:00:00Z")),
        Vec::<String>::new()
    );
}

#[test]
fn terms_on_which_nothing_can_be_ordered_are_left_out() {
    for (from, to) in [
        ("KGM,,10,5,", "KGM,0,10,5,"),
        ("KGM,,10,5,", "LTR,,10,5,"),
        ("KGM,,10,5,", "KGM,,10,0,"),
        ("KGM,,10,5,", "KGM,,12,5,14"),
        ("KGM,,10,5,", "KGM,,,,0"),
        ("V1,P2,,6.50", "V1,P2,S9,6.50"),
        ("V1,P2", "V9,P2"),
        ("V1,P2", "V1,P9"),
    ] {
        let set = swap(tiny(), "vendor_product.csv", from, to);
        assert_eq!(
            offers(&supply(&set)),
            [
                "vendor_product.csv:4 P1 of V2",
                "vendor_product.csv:3 P3 of V1",
                "vendor_product.csv:5 P4 of V2"
            ],
            "{to}"
        );
    }
    let just = swap(tiny(), "vendor_product.csv", "KGM,,10,5,", "KGM,,12,5,15");
    assert_eq!(offers(&supply(&just)).len(), 4);
}

#[test]
fn without_a_vendor_file_every_vendor_counts() {
    let mut set = swap(tiny(), "vendor_product.csv", "V1,P2", "V9,P2");
    set.0.remove("vendor.csv");
    assert_eq!(offers(&supply(&set)).len(), 4);
}

#[test]
fn stock_of_nothing_known_is_left_out() {
    let set = swap(tiny(), "inv_level.csv", "S1,P1,L1", "S1,P9,L1");
    let set = swap(set, "inv_level.csv", "S2,P2", "S9,P2");
    assert_eq!(lots(&supply(&set)), ["inv_level.csv:3 S1 P3 300"]);
}

#[test]
fn goods_under_way_from_a_vendor_that_nobody_knows_come_all_the_same() {
    let set = swap(
        tiny(),
        "inbound_order_line.csv",
        "S2,V1,60,0",
        "S2,V9,60,15",
    );
    assert_eq!(
        inbound(&supply(&set)),
        [
            "inbound_order_line.csv:4 P4 500",
            "inbound_order_line.csv:2 P2 45"
        ]
    );
    let over = swap(
        tiny(),
        "inbound_order_line.csv",
        "S2,V1,60,0",
        "S2,V1,60,61",
    );
    assert_eq!(inbound(&supply(&over)), ["inbound_order_line.csv:4 P4 500"]);
}

#[test]
fn a_quantile_that_is_none_is_left_out() {
    for target in ["0", "1", "95"] {
        let set = swap(
            tiny(),
            "inv_policy.csv",
            "quantile,0.95",
            &format!("quantile,{target}"),
        );
        let policies = supply(&set).policies.0;
        assert_eq!(policies.len(), 1, "{target}");
        assert_eq!(policies[0].method, Method::Days);
    }
}

fn sorted<T, K: Ord + Debug>(facts: &[T], key: impl Fn(&T) -> K) {
    let keys: Vec<K> = facts.iter().map(key).collect();
    assert!(keys.is_sorted(), "{keys:?}");
}

proptest! {
    #[test]
    fn the_order_of_rows_changes_nothing_but_the_lines_they_stand_in(seed in any::<u64>()) {
        let mut set = tiny();
        for text in set.0.values_mut() {
            let mut lines: Vec<_> = std::str::from_utf8(text).unwrap().lines().collect();
            let length = lines.len();
            if length > 2 {
                lines[1..].rotate_left((seed % (length as u64 - 1)) as usize);
            }
            *text = (lines.join("\n") + "\n").into_bytes();
        }
        let (one, other) = (supply(&tiny()), supply(&set));
        let bare = |supply: &Supply| {
            let text = serde_json::to_string(supply).unwrap();
            let parts = text.split("\"line\":").map(|part| part.trim_start_matches(char::is_numeric));
            parts.collect::<String>()
        };
        prop_assert_eq!(bare(&one), bare(&other));
        sorted(&other.stock.lots, |lot| (lot.site.clone(), lot.product.clone(), lot.lot.clone()));
        sorted(&other.terms.offers, |offer| (offer.product.clone(), offer.vendor.clone(), offer.site.clone()));
        sorted(&other.terms.lead_times, |row| (row.vendor.clone(), row.product.clone(), row.site.clone()));
        sorted(&other.terms.calendar, |day| (day.vendor.clone(), day.site.clone(), day.weekday));
        sorted(&other.policies.0, |policy| (policy.product.clone(), policy.site.clone()));
    }
}

#[test]
fn overrides_of_needs_and_quantities_that_hold_name_their_rows_in_the_order_in_which_they_are_applied()
 {
    let rows = [
        "OV2,quantity,site=S1;product=P1,add,5,short count,planner,2026-10-17T11:00:00Z,",
        "OV3,need,product=P1,multiply,1.2,fair,planner,2026-10-17T12:00:00Z,",
        "OV4,need,product=P1,add,5,over,planner,2026-10-01T11:00:00Z,2026-10-02T11:00:00Z",
    ];
    let set = rows
        .iter()
        .fold(tiny(), |set, row| add(set, "override.csv", row));
    let told = told(&supply(&set).corrections, |one| {
        (&one.origin, one.made.id.to_string())
    });
    assert_eq!(told, ["override.csv:4 OV3", "override.csv:3 OV2"]);
}
