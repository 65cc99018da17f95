//! Dates and clocks: E401 to E408.

use crate::finds;
use crate::tiny::tiny;

#[test]
fn e401_stock_counted_days_ago() {
    let set = tiny().swap(
        "inv_level.csv",
        "2026-10-18T06:00:00Z,S2",
        "2026-10-16T06:00:00Z,S2",
    );
    finds(
        &set,
        &[
            "E401 error: inv_level.csv, row 4, snapshot_at = `2026-10-16T06:00:00Z`: site S2: stock was last counted 60 hours before the plan's time; count again: stock may be 24 hours old",
        ],
    );
}

#[test]
fn e401_stock_counted_after_the_plan() {
    let set = tiny().swap(
        "inv_level.csv",
        "2026-10-18T06:00:00Z,S2",
        "2026-10-18T19:00:00Z,S2",
    );
    finds(
        &set,
        &[
            "E401 error: inv_level.csv, row 4, snapshot_at = `2026-10-18T19:00:00Z`: site S2: stock was counted only after the plan's time; count again: stock may be 24 hours old",
        ],
    );
}

#[test]
fn e401_a_warehouse_that_tells_what_changes_need_not_count() {
    let old = tiny().swap(
        "inv_level.csv",
        "2026-10-18T06:00:00Z,S2",
        "2026-10-16T06:00:00Z,S2",
    );
    let changed = |site: &str, at: &str| {
        let header = "change_id,site_id,product_id,lot,changed_at,kind,quantity\n";
        let row = format!("c1,{site},P3,,{at},moved,1\n");
        old.clone()
            .put("inv_change.csv", (header.to_owned() + &row).as_bytes())
    };
    finds(&changed("S2", "2026-10-17T19:00:00Z"), &[]);
    finds(
        &changed("S2", "2026-10-17T17:00:00Z"),
        &[
            "E401 error: inv_level.csv, row 4, snapshot_at = `2026-10-16T06:00:00Z`: site S2: stock has last changed 25 hours before the plan's time; count again: stock may be 24 hours old",
        ],
    );
    for (site, at) in [
        ("S1", "2026-10-17T19:00:00Z"),
        ("S2", "2026-10-18T19:00:00Z"),
    ] {
        finds(
            &changed(site, at),
            &[
                "E401 error: inv_level.csv, row 4, snapshot_at = `2026-10-16T06:00:00Z`: site S2: stock was last counted 60 hours before the plan's time; count again: stock may be 24 hours old",
            ],
        );
    }
}

#[test]
fn e402_an_inbound_order_overdue() {
    let set = tiny().swap(
        "inbound_order_line.csv",
        "60,0,2026-10-19",
        "60,20,2026-10-16",
    );
    finds(
        &set,
        &[
            "E402 warning: inbound_order_line.csv, row 2, expected_at = `2026-10-16T06:00:00Z`: 1 line of purchase order PO1 still open, overdue by 2 days (quantity 40); ask the vendor, then correct expected_at or close the line",
        ],
    );
}

#[test]
fn e403_two_lines_that_hold_on_one_day() {
    let set = tiny().swap("recipe_bom.csv", "2026-10-24", "2026-10-25");
    finds(
        &set,
        &[
            "E403 error: recipe_bom.csv, rows 4, 5, column valid_from: two lines for product P3 in portion size 2 of recipe R1 hold on 2026-10-25 (80 boxes) [stops 2026-W43]; let each line begin the day after the one before it ends",
        ],
    );
}

#[test]
fn e403_a_gap_between_two_lines() {
    let set = tiny().swap("recipe_bom.csv", "2026-10-24", "2026-10-22");
    finds(
        &set,
        &[
            "E403 error: recipe_bom.csv, rows 4, 5, column valid_from: the lines for product P3 in portion size 2 of recipe R1 leave a gap on 2026-10-23 (80 boxes) [stops 2026-W43]; let each line begin the day after the one before it ends",
        ],
    );
}

#[test]
fn e403_a_bill_of_materials_that_ends() {
    let set = tiny().swap(
        "recipe_bom.csv",
        "R4,2,P1,150,GRM,0.9,,",
        "R4,2,P1,150,GRM,0.9,,2026-10-29",
    );
    finds(
        &set,
        &[
            "E403 error: recipe_bom.csv, row 11, column valid_from: no line of portion size 2 of recipe R4 holds on 2026-10-30 (7 boxes) [stops 2026-W44]; let each line begin the day after the one before it ends",
        ],
    );
}

#[test]
fn e404_no_day_left_to_order() {
    let set = tiny().cut("inv_level.csv", "2026-10-18T06:00:00Z,S1,P3");
    finds(
        &set,
        &[
            "E404 warning: vendor_product.csv, row 3, product_id = `P3`: product P3 is needed from 2026-10-18 on and none is there; the last day to order it was 2026-10-12 (130 boxes); buy it elsewhere, or take its recipes off the menu",
        ],
    );
}

#[test]
fn e404_no_day_left_to_order_packaging() {
    let set = tiny().cut("inbound_order_line.csv", "PO2,1,P4");
    finds(
        &set,
        &[
            "E404 warning: vendor_product.csv, row 5, product_id = `P4`: product P4 is needed from 2026-10-18 on and none is there; the last day to order it was 2026-10-16 (180 boxes); buy it elsewhere, or pack with another product in box_rule",
        ],
    );
}

#[test]
fn e405_a_cut_off_that_stands_twice() {
    let set = tiny().swap("vendor_calendar.csv", "V1,S1,7,10:00", "V1,S1,7,02:30");
    finds(
        &set,
        &[
            "E405 warning: vendor_calendar.csv, row 4, order_cutoff_time = `02:30`: at site S1 the time stands twice on 2026-10-25, when the clocks change; choose a cut-off outside that hour",
        ],
    );
}

#[test]
fn e406_a_week_that_ends_before_it_starts() {
    let set = tiny().swap("menu_week.csv", "2026-11-01", "2026-10-01");
    finds(
        &set,
        &[
            "E406 error: menu_week.csv, row 6, end_date = `2026-10-01`: 2026-W44 ends before it starts on 2026-10-26 [stops 2026-W44]; correct the dates of the week",
        ],
    );
}

#[test]
fn e406_a_week_that_is_too_long() {
    let set = tiny().swap("menu_week.csv", "2026-11-01", "2026-11-10");
    finds(
        &set,
        &[
            "E406 error: menu_week.csv, row 6, end_date = `2026-11-10`: 2026-W44 is 16 days long, more than 14 [stops 2026-W44]; correct the dates of the week",
        ],
    );
}

#[test]
fn e406_weeks_that_share_days() {
    let set = tiny().swap(
        "menu_week.csv",
        "2026-W44,2026-10-26",
        "2026-W44,2026-10-25",
    );
    finds(
        &set,
        &[
            "E406 error: menu_week.csv, row 5, start_date = `2026-10-19`: 2026-W43 shares days with 2026-W44 [stops 2026-W43]; correct the dates of the week",
            "E406 error: menu_week.csv, row 6, start_date = `2026-10-25`: 2026-W44 shares days with 2026-W43 [stops 2026-W44]; correct the dates of the week",
        ],
    );
}

#[test]
fn e407_only_lots_that_can_no_longer_be_packed() {
    // Chicken needs two days at packing.
    let set = tiny().swap(
        "inv_level.csv",
        "L3,40.5,,2026-10-23",
        "L3,40.5,,2026-10-19",
    );
    finds(
        &set,
        &[
            "E407 warning: inv_level.csv, row 4, expiry_date = `2026-10-19`: none of 1 lot of product P2 at site S2 can be packed any more (quantity 40.5); book out what is waste, or correct expiry_date",
        ],
    );
}

#[test]
fn e407_a_lot_that_had_expired_before_it_was_counted() {
    let old = |expiry: &str| {
        let row = format!("2026-10-18T06:00:00Z,S1,P3,L9,7,0,{expiry}");
        tiny().add("inv_level.csv", &row)
    };
    finds(
        &old("2026-10-17"),
        &[
            "E407 warning: inv_level.csv, row 5, expiry_date = `2026-10-17`: 1 of 2 lots of product P3 at site S1 had expired before the count (quantity 7); book out what is waste, or correct expiry_date",
        ],
    );
    finds(&old("2026-10-18"), &[]);
}

#[test]
fn e408_a_line_of_a_bill_of_materials_that_never_holds() {
    let set = tiny().swap(
        "recipe_bom.csv",
        "R2,2,P2,0.3,KGM,1,,",
        "R2,2,P2,0.3,KGM,1,2026-11-02,2026-10-02",
    );
    finds(
        &set,
        &[
            "E408 error: recipe_bom.csv, row 8, valid_to = `2026-10-02`: the line for product P2 in portion size 2 of recipe R2 never holds: it ends before it begins on 2026-11-02 (50 boxes) [stops 2026-W43, 2026-W44]; correct valid_from or valid_to",
        ],
    );
}

#[test]
fn e408_a_line_that_another_stands_in_for_stops_nothing() {
    let set = tiny().add("recipe_bom.csv", "R2,2,P2,0.3,KGM,1,2026-11-02,2026-10-02");
    finds(
        &set,
        &[
            "E408 error: recipe_bom.csv, row 12, valid_to = `2026-10-02`: the line for product P2 in portion size 2 of recipe R2 never holds: it ends before it begins on 2026-11-02 (50 boxes); correct valid_from or valid_to",
        ],
    );
}

#[test]
fn e408_a_site_that_ends_before_it_begins() {
    let set = tiny().add("site.csv", "S3,East,kitchen,,2026-11-01,2026-10-01");
    finds(
        &set,
        &[
            "E408 error: site.csv, row 4, active_to = `2026-10-01`: site S3 is never active: it ends before it begins on 2026-11-01; correct active_from or active_to",
        ],
    );
}

#[test]
fn e410_more_taken_than_there_was() {
    let set = tiny().put(
        "changes/inv_change/2026-10-18/a.csv",
        b"change_id,site_id,product_id,lot,changed_at,kind,quantity,event_id,entity_version,op\n\
        e1,S1,P3,L2,2026-10-18T12:00:00Z,moved,-310,e1,1,set\n",
    );
    finds(
        &set,
        &[
            "E404 warning: vendor_product.csv, row 3, product_id = `P3`: product P3 is needed from 2026-10-18 on and none is there; the last day to order it was 2026-10-12 (130 boxes); buy it elsewhere, or take its recipes off the menu",
            "E410 warning: changes/inv_change/2026-10-18/a.csv, row 2, product_id = `P3`: more of product P3 was taken from site S1 than there was; what is missing counts as nothing (quantity 10); count the product there, or correct its movements",
        ],
    );
}

#[test]
fn e208_a_movement_of_an_unknown_product_at_an_unknown_site() {
    let set = tiny().put(
        "inv_change.csv",
        b"change_id,site_id,product_id,changed_at,kind,quantity\nc1,S9,P9,2026-10-18T12:00:00Z,moved,5\n",
    );
    finds(
        &set,
        &[
            "E208 error: inv_change.csv, row 2, product_id = `P9`: no such record in product could be read; 1 row left out; add it to product, or remove the rows",
            "E208 error: inv_change.csv, row 2, site_id = `S9`: no such record in site could be read; 1 row left out; add it to site, or remove the rows",
        ],
    );
}
