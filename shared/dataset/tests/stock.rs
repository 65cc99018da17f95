//! What is there: the last count of a site, and what was moved and counted since.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod tiny;

use dataset::validate::validate;
use dataset::{History, PlanningData};
use domain::Code;
use proptest::prelude::*;
use proptest::sample::subsequence;
use supply::{Lot, Supply};
use tiny::{Tiny, context, tiny};

const HEADER: &str =
    "change_id,site_id,product_id,lot,changed_at,kind,quantity,expiry_date,order_id,line_no";

/// The tiny data set, of whose product P3 site S1 has lots L2 (300, until 28 October) and L9 (50, until the 24th), with
/// these changes of it: hour of 18 October, lot, kind, quantity and what follows.
fn set(changes: &[&str]) -> Tiny {
    let mut set = tiny();
    let count = String::from_utf8(set.0["inv_level.csv"].clone()).unwrap();
    let count = count + "2026-10-18T06:00:00Z,S1,P3,L9,50,10,2026-10-24\n";
    set.0.insert("inv_level.csv".to_owned(), count.into_bytes());
    let rows = changes.iter().enumerate().map(|(at, change)| {
        let (hour, rest) = change.split_once(' ').unwrap();
        let (lot, rest) = rest.split_once(' ').unwrap();
        let lot = lot.replace('-', "");
        let commas = 5 - rest.matches(' ').count() - 1;
        let rest = rest.replace(' ', ",") + &",".repeat(commas);
        format!("c{at:02},S1,P3,{lot},2026-10-18T{hour}:00:00Z,{rest}\n")
    });
    let text = format!("{HEADER}\n{}", rows.collect::<String>());
    set.0.insert("inv_change.csv".to_owned(), text.into_bytes());
    set
}

fn supply(set: &Tiny) -> Supply {
    let data = PlanningData::load(&set.files());
    assert!(data.findings.is_empty(), "{:?}", data.findings);
    data.supply(context().as_of)
}

fn lots(changes: &[&str]) -> Vec<String> {
    let supply = supply(&set(changes));
    let site = "S1".parse().unwrap();
    let lots = supply.stock.lots_of(&site, &"P3".parse().unwrap()).iter();
    lots.map(|lot| format!("{} {}", name(lot), lot.on_hand))
        .collect()
}

fn name(lot: &Lot) -> String {
    lot.lot.as_ref().map_or("-".to_owned(), ToString::to_string)
}

fn codes(set: &Tiny) -> Vec<String> {
    let data = PlanningData::load(&set.files());
    let history = History::load(&set.files(), &data);
    let findings = validate(&data, &history, &context());
    let found = findings.iter().filter(|finding| finding.code == Code::E410);
    found.map(ToString::to_string).collect()
}

#[test]
fn a_move_adds_to_its_lot_and_makes_one_that_is_new() {
    let changes = [
        "07 L2 moved -20.5",
        "08 L7 moved 40 2026-11-30",
        "09 - moved 3",
    ];
    assert_eq!(lots(&changes), ["- 3", "L2 279.5", "L7 40", "L9 50"]);
    let supply = supply(&set(&changes));
    let told: Vec<_> = supply
        .stock
        .lots
        .iter()
        .filter(|lot| lot.product.as_str() == "P3")
        .collect();
    assert_eq!(told[1].origin.to_string(), "inv_change.csv:2");
    assert_eq!(told[1].counted_at.to_string(), "2026-10-18T06:00:00Z");
    assert_eq!(told[2].expiry, Some("2026-11-30".parse().unwrap()));
    assert_eq!(told[2].counted_at.to_string(), "2026-10-18T08:00:00Z");
    assert_eq!(told[3].origin.to_string(), "inv_level.csv:5");
}

#[test]
fn a_count_holds_from_its_time_on_whatever_the_order_of_rows() {
    let changes = ["10 L2 moved -5", "09 L2 counted 200", "08 L2 moved -100"];
    assert_eq!(lots(&changes), ["L2 195", "L9 50"]);
}

#[test]
fn a_count_of_no_lot_stands_for_all_lots() {
    let changes = ["07 - moved -5", "08 - counted 120", "09 L2 moved 4"];
    assert_eq!(lots(&changes), ["- 120", "L2 4"]);
}

#[test]
fn changes_up_to_the_last_count_and_after_the_plans_time_do_not_count() {
    let changes = [
        "05 L2 moved -100",
        "06 L2 moved -100",
        "19 L2 moved -100",
        "18 L2 moved -1",
    ];
    assert_eq!(lots(&changes), ["L2 299", "L9 50"]);
}

#[test]
fn what_is_taken_of_no_lot_comes_from_the_lots_first_expired_first() {
    assert_eq!(lots(&["07 - moved -60"]), ["- 0", "L2 290", "L9 0"]);
    assert_eq!(
        lots(&["07 - moved 20", "08 - moved -60"]),
        ["- 0", "L2 300", "L9 10"]
    );
    assert_eq!(codes(&set(&["07 - moved -60"])), Vec::<String>::new());
}

#[test]
fn a_receipt_told_late_makes_up_for_what_was_taken_before_it() {
    let changes = ["07 - moved -400", "08 L7 moved 100"];
    assert_eq!(lots(&changes), ["- 0", "L2 0", "L7 50", "L9 0"]);
    assert_eq!(codes(&set(&changes)), Vec::<String>::new());
}

#[test]
fn a_count_settles_what_was_taken_and_was_not_there() {
    let changes = ["07 - moved -400", "08 L2 counted 90", "09 L2 moved -1"];
    assert_eq!(lots(&changes), ["- 0", "L2 89", "L9 0"]);
}

#[test]
fn what_was_taken_and_was_not_there_counts_as_nothing_and_is_reported() {
    let changes = ["07 L2 moved -310", "08 - moved -70"];
    assert_eq!(lots(&changes), ["- 0", "L2 0", "L9 0"]);
    assert_eq!(
        codes(&set(&changes)),
        [
            "E410 warning: inv_change.csv, rows 3, 2, product_id = `P3`: more of product P3 was taken from site \
             S1 than there was; what is missing counts as nothing (quantity 30); count the product there, or correct \
             its movements"
        ]
    );
}

#[test]
fn no_more_is_promised_than_there_is() {
    let supply = supply(&set(&["07 L9 moved -45"]));
    let lot = supply
        .stock
        .lots
        .iter()
        .find(|lot| name(lot) == "L9")
        .unwrap();
    assert_eq!(
        (lot.on_hand.to_string(), lot.allocated.to_string()),
        ("5".into(), "5".into())
    );
}

#[test]
fn of_an_order_line_the_greater_of_what_two_systems_received_is_not_to_come() {
    let to_come = |received: &str, changes: &[&str]| {
        let mut set = set(changes);
        let text = String::from_utf8(set.0["inbound_order_line.csv"].clone()).unwrap();
        let text = text.replace("V2,500,0,", &format!("V2,500,{received},"));
        set.0
            .insert("inbound_order_line.csv".to_owned(), text.into_bytes());
        let inbound = supply(&set).stock.inbound;
        let line = inbound.iter().find(|line| line.order.as_str() == "PO2");
        line.map_or("none".to_owned(), |line| line.outstanding.to_string())
    };
    // Before the last count it is in stock, and has come all the same.
    let come = [
        "05 - moved 200 2026-12-01 PO2 1",
        "07 L8 moved 100 2026-12-01 PO2 1",
    ];
    assert_eq!(to_come("0", &come), "200");
    assert_eq!(to_come("250", &come), "200");
    assert_eq!(to_come("450", &come), "50");
    assert_eq!(to_come("0", &["07 - moved 600 2026-12-01 PO2 1"]), "none");
    assert_eq!(to_come("0", &["19 - moved 600 2026-12-01 PO2 1"]), "500");
}

#[test]
fn what_was_received_of_an_order_that_nobody_reports_is_told() {
    let supply = supply(&set(&["07 - moved 600 2026-12-01 PO9 2"]));
    let told: Vec<_> = supply.stock.received.iter().collect();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (
            told[0].order.as_str(),
            told[0].line_no,
            told[0].quantity.to_string()
        ),
        ("PO9", 2, "600".into())
    );
}

proptest! {
    #[test]
    fn stock_is_the_last_count_and_the_sum_of_all_moves_in_any_order(
        moves in proptest::collection::vec((7..18_u32, 0..3_usize, -9..12_i32), 0..12),
        order in subsequence((0..12_usize).collect::<Vec<_>>(), 0..12),
    ) {
        let rows: Vec<String> = moves.iter().map(|(hour, lot, quantity)| {
            format!("{hour:02} {} moved {quantity}", ["-", "L2", "L7"][*lot])
        }).collect();
        let there = |rows: &[String]| {
            let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
            let set = set(&rows);
            let supply = supply(&set);
            let lots = supply.stock.lots.iter().filter(|lot| lot.product.as_str() == "P3");
            let there: i64 = lots.map(|lot| lot.on_hand.millionths()).sum();
            (there, codes(&set).is_empty())
        };
        let (sum, whole) = there(&rows);
        let moved: i64 = moves.iter().map(|(.., quantity)| i64::from(*quantity)).sum();
        prop_assert!(!whole || sum == (350 + moved) * 1_000_000, "{sum} {moved}");
        let mut other = rows.clone();
        let mut front = Vec::new();
        for at in order.iter().rev().filter(|at| **at < rows.len()) {
            front.push(other.remove(*at));
        }
        front.extend(other);
        prop_assert_eq!(there(&front).0, sum);
    }
}
