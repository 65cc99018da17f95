//! The change log: what live changes make of a table.

use dataset::tables::{InvLevel, SiteCap};
use dataset::{Body, Files, Loaded};

const HEADER: &str =
    "snapshot_at,site_id,product_id,lot,on_hand,allocated,event_id,entity_version,op,delta";
const NOON: &str = "2026-10-18T12:00:00Z";

/// Stock of product P1 at site S1: lots and quantities after folding `changes`, one object each, over 100 of L1.
fn stock(changes: &[&str]) -> Vec<(String, String)> {
    let loaded = load(changes);
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings);
    loaded
        .values()
        .map(|row| (row.lot.to_string(), row.on_hand.to_string()))
        .collect()
}

fn load(changes: &[&str]) -> Loaded<InvLevel> {
    let base = format!("snapshot_at,site_id,product_id,lot,on_hand\n{NOON},S1,P1,L1,100\n");
    let mut files = Files::default();
    insert(&mut files, "inv_level.csv", &base);
    for (at, rows) in changes.iter().enumerate() {
        let rows = rows.replace("L1:", &format!("{NOON},S1,P1,L1,"));
        let rows = rows.replace("L2:", &format!("{NOON},S1,P1,L2,"));
        insert(
            &mut files,
            &format!("changes/inv_level/{at:04}.csv"),
            &format!("{HEADER}\n{rows}\n"),
        );
    }
    files.load()
}

fn insert(files: &mut Files, name: &str, text: &str) {
    files.insert(name, Body::Bytes(text.as_bytes().to_vec().into()));
}

fn lots(lots: &[(&str, &str)]) -> Vec<(String, String)> {
    lots.iter()
        .map(|(lot, on_hand)| ((*lot).to_owned(), (*on_hand).to_owned()))
        .collect()
}

#[test]
fn set_replaces_the_row_with_its_key() {
    assert_eq!(stock(&["L1:80,,e1,1,set,"]), lots(&[("L1", "80")]));
}

#[test]
fn set_adds_a_row_with_a_new_key() {
    assert_eq!(
        stock(&["L2:7,,e1,1,set,"]),
        lots(&[("L1", "100"), ("L2", "7")])
    );
}

#[test]
fn remove_takes_the_row_away() {
    assert_eq!(stock(&["L1:0,,e1,1,remove,"]), lots(&[]));
}

#[test]
fn the_highest_version_wins_in_whatever_order_the_objects_come() {
    let (old, new) = ("L1:80,,e1,1,set,", "L1:60,,e2,2,set,");
    assert_eq!(stock(&[old, new]), lots(&[("L1", "60")]));
    assert_eq!(stock(&[new, old]), lots(&[("L1", "60")]));
    assert_eq!(stock(&["L1:0,,e2,2,remove,", old]), lots(&[]));
    assert_eq!(stock(&["L1:0,,e1,1,remove,", new]), lots(&[("L1", "60")]));
}

#[test]
fn of_two_events_with_one_version_the_greater_id_wins() {
    let (a, b) = ("L1:80,,e1,1,set,", "L1:60,,e2,1,set,");
    assert_eq!(stock(&[a, b]), lots(&[("L1", "60")]));
    assert_eq!(stock(&[b, a]), lots(&[("L1", "60")]));
}

#[test]
fn add_changes_the_quantity_by_its_delta() {
    assert_eq!(
        stock(&["L1:0,,e1,1,add,-2.5\nL1:0,,e2,2,add,10"]),
        lots(&[("L1", "107.5")])
    );
}

#[test]
fn an_event_that_comes_twice_is_added_once() {
    let event = "L1:0,,e1,1,add,-30";
    assert_eq!(stock(&[event, event]), lots(&[("L1", "70")]));
}

#[test]
fn add_makes_the_row_where_there_is_none() {
    assert_eq!(
        stock(&["L2:0,,e1,1,add,5"]),
        lots(&[("L1", "100"), ("L2", "5")])
    );
}

#[test]
fn a_set_holds_the_deltas_up_to_its_version_and_later_ones_come_on_top() {
    let changes = "L1:0,,e1,3,add,-30\nL1:50,,e2,3,set,\nL1:0,,e3,4,add,-5";
    assert_eq!(stock(&[changes]), lots(&[("L1", "45")]));
}

#[test]
fn a_delta_after_a_removal_starts_from_nothing() {
    assert_eq!(
        stock(&["L1:0,,e1,1,remove,\nL1:0,,e2,2,add,4"]),
        lots(&[("L1", "4")])
    );
}

#[test]
fn a_key_written_differently_is_the_same_key() {
    let change = "2026-10-18T14:00:00+02:00,S1,P1,L1,9,,e1,1,set,";
    assert_eq!(stock(&[change]), lots(&[("L1", "9")]));
}

#[test]
fn a_table_may_stand_in_the_change_log_alone() {
    let mut files = Files::default();
    let text =
        "site_id,date,boxes_max,event_id,entity_version,op,delta\nS1,2026-10-19,400,e1,1,set,\n";
    insert(&mut files, "changes/site_cap/0001.csv", text);
    let loaded = files.load::<SiteCap>();
    assert!(
        loaded.present && loaded.findings.is_empty(),
        "{:?}",
        loaded.findings
    );
    assert_eq!(
        loaded.values().map(|row| row.boxes_max).collect::<Vec<_>>(),
        [Some(400)]
    );
    assert_eq!(&*loaded.rows[0].file, "changes/site_cap/0001.csv");
}

#[test]
fn changes_of_another_table_are_not_read() {
    let mut files = Files::default();
    insert(&mut files, "changes/site_cap_old/0001.csv", "rubbish");
    insert(&mut files, "changes/site_cap/readme.txt", "rubbish");
    insert(&mut files, "site_cap.csv", "site_id,date\nS1,2026-10-19\n");
    let loaded = files.load::<SiteCap>();
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings);
    assert_eq!(loaded.rows.len(), 1);
}

#[test]
fn a_change_that_cannot_be_used_is_left_out_and_reported() {
    for (change, expected) in [
        (
            "L1:1,,,1,set,",
            "event_id = ``: the change cannot be read and is left out [no week can be planned]; \
             put the event's id there",
        ),
        (
            "L1:1,,e1,0,set,",
            "entity_version = `0`: the change cannot be read and is left out [no week can be planned]; \
             put a whole number of 1 or more there",
        ),
        (
            "L1:1,,e1,1,put,",
            "op = `put`: the change cannot be read and is left out [no week can be planned]; \
             put `set`, `remove` or `add` there",
        ),
        (
            "L1:1,,e1,1,add,some",
            "delta = `some`: the change cannot be read and is left out [no week can be planned]; \
             put a number such as -3 or 12.5 there",
        ),
        (
            "then,S1,P1,L1,1,,e1,1,remove,",
            "op = `remove`: the change cannot be read and is left out [no week can be planned]; \
             put `remove` with a whole key there",
        ),
        (
            "L1:much,,e1,1,set,",
            "on_hand = `much`: the value cannot be read [no week can be planned]; \
             put a number with a decimal point and at most six places, such as 12.5 there",
        ),
    ] {
        let loaded = load(&[change]);
        let found: Vec<_> = loaded.findings.iter().map(ToString::to_string).collect();
        let expected = format!("E102 error: changes/inv_level/0000.csv, row 2, {expected}");
        assert_eq!(found, [expected], "{change}");
        assert_eq!(loaded.rows.len(), 1, "{change}");
    }
}

#[test]
fn a_table_without_a_quantity_has_nothing_to_add_to() {
    let mut files = Files::default();
    let text = "site_id,date,event_id,entity_version,op,delta\nS1,2026-10-19,e1,1,add,5\n";
    insert(&mut files, "changes/site_cap/0001.csv", text);
    insert(&mut files, "site_cap.csv", "site_id,date\nS1,2026-10-19\n");
    let found: Vec<_> = files
        .load::<SiteCap>()
        .findings
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        found,
        [
            "E102 error: changes/site_cap/0001.csv, row 2, op = `add`: the change cannot be read and is left out \
         [no week can be planned]; put `set` or `remove`, as this table has no quantity to add to, there"
        ]
    );
}

#[test]
fn a_sum_too_great_to_hold_is_reported() {
    let most = "999999999999.999999";
    let changes: Vec<_> = (0..10)
        .map(|at| format!("L1:0,,e{at},1,add,{most}"))
        .collect();
    let loaded = load(&[&changes.join("\n")]);
    let found: Vec<_> = loaded.findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "E102 error: changes/inv_level/0000.csv, row 11, delta = `999999999999.999999`: the sum is too great and \
         the change is left out; correct the change, or set the row anew"
        ]
    );
}
