//! The change log: what live changes make of a table.

use dataset::tables::{RecipeBom, Site, SiteCap};
use dataset::{Body, Files, Loaded};

const HEADER: &str = "recipe_id,portion_size,product_id,qty_per_kit,uom,event_id,entity_version,op";

/// The bills of materials after folding `changes`, one object each, over two lines of R1 and one of R2.
fn bom(changes: &[&str]) -> Vec<String> {
    let loaded = load(changes);
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings);
    lines(&loaded)
}

fn load(changes: &[&str]) -> Loaded<RecipeBom> {
    let base = "recipe_id,portion_size,product_id,qty_per_kit,uom\n\
        R1,2,P1,200,GRM\nR1,2,P2,1,H87\nR2,2,P1,50,GRM\n";
    over(base, changes)
}

fn over(base: &str, changes: &[&str]) -> Loaded<RecipeBom> {
    let mut files = Files::default();
    insert(&mut files, "recipe_bom.csv", base);
    for (at, rows) in changes.iter().enumerate() {
        let name = format!("changes/recipe_bom/2026-10-18/{at:04}.csv");
        insert(&mut files, &name, &format!("{HEADER}\n{rows}\n"));
    }
    files.load()
}

fn lines(loaded: &Loaded<RecipeBom>) -> Vec<String> {
    let line =
        |row: &RecipeBom| format!("{} {} {}", row.recipe_id, row.product_id, row.qty_per_kit);
    let mut lines: Vec<_> = loaded.values().map(line).collect();
    lines.sort();
    lines
}

fn insert(files: &mut Files, name: &str, text: &str) {
    files.insert(name, Body::Bytes(text.as_bytes().to_vec().into()));
}

const BASE: [&str; 3] = ["R1 P1 200", "R1 P2 1", "R2 P1 50"];

#[test]
fn a_change_replaces_all_rows_of_its_entity_and_no_others() {
    let new = "R1,2,P1,180,GRM,e1,1,set\nR1,2,P3,2,H87,e1,1,set";
    assert_eq!(bom(&[new]), ["R1 P1 180", "R1 P3 2", "R2 P1 50"]);
}

#[test]
fn a_change_adds_an_entity() {
    let new = "R3,2,P9,1,H87,e1,1,set";
    assert_eq!(bom(&[new]), ["R1 P1 200", "R1 P2 1", "R2 P1 50", "R3 P9 1"]);
}

#[test]
fn a_removal_takes_all_rows_of_its_entity_and_needs_no_more_than_its_name() {
    assert_eq!(bom(&["R1,,,,,e1,1,remove"]), ["R2 P1 50"]);
}

#[test]
fn the_highest_version_holds_with_all_its_rows_in_whatever_order_the_objects_come() {
    let old = "R1,2,P1,180,GRM,e1,1,set\nR1,2,P3,2,H87,e1,1,set";
    let new = "R1,2,P4,7,GRM,e2,2,set";
    for changes in [[old, new], [new, old]] {
        assert_eq!(bom(&changes), ["R1 P4 7", "R2 P1 50"]);
    }
    assert_eq!(bom(&["R1,,,,,e2,2,remove", old]), ["R2 P1 50"]);
    assert_eq!(bom(&["R1,,,,,e1,1,remove", new]), ["R1 P4 7", "R2 P1 50"]);
}

#[test]
fn versions_are_compared_as_numbers_of_64_bits() {
    let (old, new) = ("R1,2,P1,9,GRM,e1,9,set", "R1,2,P1,10,GRM,e1,10,set");
    assert_eq!(bom(&[new, old]), ["R1 P1 10", "R2 P1 50"]);
    let most = "R1,2,P1,1,GRM,e1,18446744073709551615,set";
    assert_eq!(bom(&[most, new]), ["R1 P1 1", "R2 P1 50"]);
}

#[test]
fn of_two_events_with_one_version_the_greater_id_holds() {
    let (a, b) = ("R1,2,P1,8,GRM,e1,1,set", "R1,2,P2,6,GRM,e2,1,set");
    assert_eq!(bom(&[a, b]), ["R1 P2 6", "R2 P1 50"]);
    assert_eq!(bom(&[b, a]), ["R1 P2 6", "R2 P1 50"]);
}

#[test]
fn an_event_that_comes_twice_changes_once() {
    let event = "R1,2,P1,8,GRM,e1,1,set\nR1,2,P2,6,GRM,e1,1,set";
    assert_eq!(bom(&[event, event]), ["R1 P1 8", "R1 P2 6", "R2 P1 50"]);
    // Written otherwise, it is the same.
    let other = "R1,2,P1,8.0,GRM,e1,1,set";
    assert_eq!(bom(&[event, other]), ["R1 P1 8", "R1 P2 6", "R2 P1 50"]);
}

#[test]
fn an_event_that_contradicts_itself_is_reported() {
    let loaded = load(&["R1,2,P1,8,GRM,e1,1,set\nR1,2,P1,9,GRM,e1,1,set"]);
    let found: Vec<_> = loaded.findings.iter().map(ToString::to_string).collect();
    let expected = "E103 error: changes/recipe_bom/2026-10-18/0000.csv, rows 2, 3: the key (R1, 2, P1, ) stands twice \
        [no week can be planned]; remove one of the two rows; the first is used";
    assert_eq!(found, [expected]);
    assert_eq!(lines(&loaded), ["R1 P1 8", "R2 P1 50"]);
}

#[test]
fn a_file_that_names_versions_may_be_newer_than_the_log() {
    let base = "recipe_id,portion_size,product_id,qty_per_kit,uom,entity_version\n\
        R1,2,P1,200,GRM,3\nR1,2,P2,1,H87,5\nR2,2,P1,50,GRM,\n";
    let at = |version: u32| {
        let change = format!("R1,2,P4,7,GRM,e1,{version},set\nR2,2,P4,7,GRM,e1,1,set");
        let loaded = over(base, &[&change]);
        assert!(loaded.findings.is_empty(), "{:?}", loaded.findings);
        lines(&loaded)
    };
    // The greatest version that a row names is that of all rows of its entity.
    assert_eq!(at(4), ["R1 P1 200", "R1 P2 1", "R2 P4 7"]);
    assert_eq!(at(6), ["R1 P4 7", "R2 P4 7"]);
    // A version of both is one state of the entity.
    assert_eq!(at(5), ["R1 P4 7", "R2 P4 7"]);
    assert_eq!(lines(&over(base, &[])), BASE);
}

#[test]
fn a_key_written_differently_is_the_same_key() {
    let mut files = Files::default();
    insert(
        &mut files,
        "site_cap.csv",
        "site_id,date,boxes_max\nS1,2026-10-19,10\n",
    );
    let text = "date,boxes_max,site_id,op,entity_version,event_id\n2026-10-19,9,S1,set,1,e1\n";
    insert(&mut files, "changes/site_cap/a.csv", text);
    let caps: Vec<_> = files
        .load::<SiteCap>()
        .values()
        .map(|row| row.boxes_max)
        .collect();
    assert_eq!(caps, [Some(9)]);
}

#[test]
fn a_table_may_stand_in_the_change_log_alone() {
    let mut files = Files::default();
    let text = "site_id,date,boxes_max,event_id,entity_version,op\nS1,2026-10-19,400,e1,1,set\n";
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
    assert_eq!(loaded.rows[0].line, 2);
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
    let long = "e".repeat(301);
    for (change, expected) in [
        (
            "R1,2,P1,8,GRM,,1,set",
            "event_id = ``: the cell is empty [no week can be planned]; put the event's id, up to 300 characters, there"
                .to_owned(),
        ),
        (
            &format!("R1,2,P1,8,GRM,{long},1,set"),
            format!(
                "event_id = `{}`: the value cannot be read [no week can be planned]; \
                 put the event's id, up to 300 characters, there",
                "e".repeat(80)
            ),
        ),
        (
            "R1,2,P1,8,GRM,e1,0,set",
            "entity_version = `0`: the value cannot be read [no week can be planned]; \
             put a whole number of 1 or more there"
                .to_owned(),
        ),
        (
            "R1,2,P1,8,GRM,e1,1,add",
            "op = `add`: the value cannot be read [no week can be planned]; put `set` or `remove` there".to_owned(),
        ),
        (
            ",2,P1,8,GRM,e1,1,remove",
            "op = `remove`: the value cannot be read [no week can be planned]; \
             put `remove` with all columns that name what goes there"
                .to_owned(),
        ),
        (
            "R1,2,P1,much,GRM,e1,1,set",
            "qty_per_kit = `much`: the value cannot be read [no week can be planned]; \
             put a number with a decimal point and at most six places, such as 12.5 there"
                .to_owned(),
        ),
    ] {
        let loaded = load(&[change]);
        let found: Vec<_> = loaded.findings.iter().map(ToString::to_string).collect();
        let file = "changes/recipe_bom/2026-10-18/0000.csv";
        assert_eq!(found, [format!("E102 error: {file}, row 2, {expected}")], "{change}");
        assert_eq!(lines(&loaded), BASE, "{change}");
    }
}

#[test]
fn a_version_of_a_file_that_is_no_number_is_reported() {
    let mut files = Files::default();
    let text = "site_id,name,role,entity_version\nS1,One,kitchen,new\nS2,Two,kitchen,4\n";
    insert(&mut files, "site.csv", text);
    let loaded = files.load::<Site>();
    let found: Vec<_> = loaded.findings.iter().map(ToString::to_string).collect();
    let expected = "E102 error: site.csv, row 2, entity_version = `new`: the value cannot be read \
        [no week can be planned]; put a whole number there";
    assert_eq!(found, [expected]);
    assert_eq!(loaded.rows.len(), 1);
}
