//! Planners' overrides that cannot be read or are not applied: E102, E208, E510 to E512.

use domain::{Measure, OverrideOp, Timestamp};

use crate::finds;
use crate::tiny::{Tiny, tiny};

const ROW: &str =
    "OV1,volume,week=2026-W43;area=A1,multiply,1.1,local fair,planner,2026-10-17T10:00:00Z,";

fn instead(row: &str) -> Tiny {
    tiny().swap("override.csv", ROW, row)
}

#[track_caller]
fn finds_in(row: &str, expected: &str) {
    finds(&instead(row), &[expected]);
}

#[test]
fn e102_a_measure_or_key_that_nobody_knows() {
    finds_in(
        &ROW.replace("volume", "boxes"),
        "E102 error: override.csv, row 2, measure = `boxes`: the value cannot be read; put one of `volume` `share` `need` `quantity` there",
    );
    finds_in(
        &ROW.replace("area=A1", "region=A1"),
        "E102 error: override.csv, row 2, keys = `week=2026-W43;region=A1`: the value cannot be read; put keys such as week=2026-W48;site=S1, of week, area, recipe, site, product, category, vendor and date there",
    );
}

#[test]
fn e102_nobody_says_why_or_who() {
    finds_in(
        &ROW.replace("local fair", ""),
        "E102 error: override.csv, row 2, reason = ``: the cell is empty; put a value there",
    );
    finds_in(
        &ROW.replace("planner", ""),
        "E102 error: override.csv, row 2, author = ``: the cell is empty; put a value there",
    );
}

#[test]
fn e208_ids_that_the_data_set_does_not_have() {
    finds_in(
        &ROW.replace("area=A1", "area=A8"),
        "E208 error: override.csv, row 2, keys = `area=A8`: override OV1 is not applied: the data set has no such record; correct the key, or remove the override",
    );
    finds_in(
        &ROW.replace("W43", "W49"),
        "E208 error: override.csv, row 2, keys = `week=2026-W49`: override OV1 is not applied: the data set has no such record; correct the key, or remove the override",
    );
    finds_in(
        "OV1,share,week=2026-W44;recipe=R1,set,0.1,local fair,planner,2026-10-17T10:00:00Z,",
        "E208 error: override.csv, row 2, keys = `recipe=R1`: override OV1 is not applied: it is not on that week's menu; correct the key, or remove the override",
    );
}

#[test]
fn e510_an_override_that_has_expired_or_is_still_to_come() {
    finds_in(
        &format!("{ROW}2026-10-18T17:00:00Z"),
        "E510 warning: override.csv, row 2, expires_at = `2026-10-18T17:00:00Z`: override OV1 is not applied: it has expired; set a later end if it should still hold",
    );
    finds_in(
        &ROW.replace("10-17", "10-19"),
        "E510 warning: override.csv, row 2, created_at = `2026-10-19T10:00:00Z`: override OV1 is not applied: the plan is made as of 2026-10-18T18:00:00Z, before it; plan as of a later time if it should hold",
    );
}

#[test]
fn expired_overrides_of_weeks_that_nobody_plans_are_kept_without_a_word() {
    finds(
        &instead(&format!("{ROW}2026-10-18T17:00:00Z").replace("W43", "W42")),
        &[],
    );
}

#[test]
fn e511_two_overrides_that_set_the_same_thing() {
    let first = ROW.replace("multiply,1.1", "set,200");
    let second = first.replace("OV1", "OV2").replace("10-17", "10-18");
    let set = instead(&first).add("override.csv", &second);
    finds(
        &set,
        &[
            "E511 warning: override.csv, row 2, keys = `week=2026-W43;area=A1`: override OV1 is not applied: OV2, which is newer, sets the same; remove one of the two",
        ],
    );
    let planning = dataset::PlanningData::load(&set.files());
    let as_of: Timestamp = "2026-10-18T18:00:00Z".parse().unwrap();
    let in_force = planning.overrides_in_force(as_of);
    assert_eq!(in_force.len(), 1);
    assert_eq!(in_force[0].id.as_str(), "OV2");
    assert_eq!(
        (in_force[0].measure, in_force[0].op),
        (Measure::Volume, OverrideOp::Set)
    );
}

#[test]
fn e512_keys_and_values_that_the_measure_does_not_have() {
    finds_in(
        &ROW.replace("area=A1", "vendor=V1"),
        "E512 error: override.csv, row 2, keys = `week=2026-W43;vendor=V1`: override OV1 is not applied: a volume has no vendor, but week, area, date; correct its keys or its measure",
    );
    finds_in(
        &ROW.replace("volume", "share"),
        "E512 error: override.csv, row 2, keys = `week=2026-W43;area=A1`: override OV1 is not applied: a share needs its recipe; correct its keys or its measure",
    );
    finds_in(
        &ROW.replace("multiply,1.1", "set,-5"),
        "E512 error: override.csv, row 2, value = `-5`: override OV1 is not applied: set volume takes a number of 0 or more; correct its value",
    );
    finds_in(
        "OV1,share,week=2026-W43;recipe=R1,set,1.1,local fair,planner,2026-10-17T10:00:00Z,",
        "E512 error: override.csv, row 2, value = `1.1`: override OV1 is not applied: set share takes a share of 0 to 1; correct its value",
    );
}

#[test]
fn overrides_are_applied_from_wide_to_narrow() {
    let wide = ROW.replace("OV1", "OV2").replace(";area=A1", "");
    let set = instead(ROW).add("override.csv", &wide);
    let planning = dataset::PlanningData::load(&set.files());
    let as_of: Timestamp = "2026-10-18T18:00:00Z".parse().unwrap();
    let in_force = planning.overrides_in_force(as_of);
    let ids: Vec<&str> = in_force.iter().map(|made| made.id.as_str()).collect();
    assert_eq!(ids, ["OV2", "OV1"]);
}
