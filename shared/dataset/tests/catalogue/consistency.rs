//! What does not fit together: E503 to E508.

use crate::finds;
use crate::tiny::tiny;

#[test]
fn e503_a_menu_of_new_recipes() {
    let set = tiny()
        .cut("demand_history.csv", "2026-W40,A2,R3")
        .cut("demand_history.csv", "2026-W41,A1,R3");
    finds(
        &set,
        &[
            "E201 error: menu_recipe.csv, rows 6, 8, recipe_id = `R3`: the recipe is on the menu, but has no bill of materials for portion size 4 (0 boxes) [stops 2026-W43, 2026-W44]; add its lines to recipe_bom, or take it off the menu",
            "E503 warning: menu_recipe.csv, week_id = `2026-W43`: 1 of 3 recipes on the menu never sold before; expect a wide forecast, and check the recipe ids",
            "E503 warning: menu_recipe.csv, week_id = `2026-W44`: 1 of 3 recipes on the menu never sold before; expect a wide forecast, and check the recipe ids",
        ],
    );
}

#[test]
fn e504_a_forecast_that_jumped() {
    let set = tiny().swap("volume_forecast.csv", ",,212,190,240", ",,260,190,300");
    finds(
        &set,
        &[
            "E504 warning: volume_forecast.csv, rows 11, 12, p50 = `260`: the forecast of 2026-W43 jumped by 23.8 % from 210, where 1.0 % is usual (50 boxes); ask who issued it",
        ],
    );
}

#[test]
fn e505_more_allocated_than_on_hand() {
    let set = tiny().swap("inv_level.csv", "L2,300,0", "L2,300,312");
    finds(
        &set,
        &[
            "E505 error: inv_level.csv, row 3, allocated = `312`: more of 1 lot of product P3 is allocated than is on hand (quantity 12); count again, or release the allocation",
        ],
    );
}

#[test]
fn e506_an_order_for_two_areas() {
    let set = tiny().swap("order_line.csv", "2026-10-20,A1,R2,2", "2026-10-20,A2,R2,2");
    finds(
        &set,
        &[
            "E506 error: order_line.csv, rows 2, 3, column area_id: the lines of 1 order differ in area_id, the first of order O1 (1 box); did one order come from two sources? Keep one",
        ],
    );
}

#[test]
fn e506_an_order_for_two_days_and_sizes() {
    let set = tiny().swap("order_line.csv", "2026-10-20,A1,R2,2", "2026-10-21,A1,R2,4");
    finds(
        &set,
        &[
            "E506 error: order_line.csv, rows 2, 3, column delivery_date: the lines of 1 order differ in delivery_date, the first of order O1 (1 box); did one order come from two sources? Keep one",
            "E506 error: order_line.csv, rows 2, 3, column portion_size: the lines of 1 order differ in portion_size, the first of order O1 (1 box); did one order come from two sources? Keep one",
        ],
    );
}

#[test]
fn e506_an_order_from_two_sources() {
    let set = tiny().add(
        "order_line.csv",
        "O1,3,2026-10-15T09:30:00Z,2026-10-20,A1,R1,2,1,confirmed,S1",
    );
    finds(
        &set,
        &[
            "E506 error: order_line.csv, rows 2, 3, 6, column recipe_id: the lines of 1 order name a recipe twice, the first of order O1 (1 box); did one order come from two sources? Keep one",
        ],
    );
}

#[test]
fn e507_a_vendor_with_another_currency() {
    let set = tiny().swap("vendor.csv", "V2,Mill,100,EUR", "V2,Mill,100,GBP");
    finds(
        &set,
        &[
            "E507 error: vendor.csv, row 3, currency = `GBP`: prices of V2 are not in EUR as the others; state their prices in EUR",
        ],
    );
}

#[test]
fn e508_ten_times_too_much() {
    let set = tiny().swap("recipe_bom.csv", "R4,2,P1,150", "R4,2,P1,1500");
    finds(&set, &[]);
}

#[test]
fn e508_a_tenth_of_the_usual() {
    let set = tiny().swap("recipe_bom.csv", "R4,2,P1,150", "R4,2,P1,15");
    finds(
        &set,
        &[
            "E508 warning: recipe_bom.csv, row 11, qty_per_kit = `15`: recipe R4 needs 7.5 g of product P1 for a portion, where 100.0 g is usual (7 boxes); check quantity and unit",
        ],
    );
}
