//! What points at nothing, or at what cannot be made or delivered: E201 to E208.

use crate::finds;
use crate::tiny::tiny;

#[test]
fn e201_a_recipe_without_a_bill_of_materials_for_a_size_it_sells_at() {
    let set = tiny().cut("recipe_bom.csv", "R1,4,");
    finds(
        &set,
        &[
            "E201 error: menu_recipe.csv, row 4, recipe_id = `R1`: the recipe is on the menu, but has no bill of materials for portion size 4 (80 boxes) [stops 2026-W43]; add its lines to recipe_bom, or take it off the menu",
        ],
    );
}

#[test]
fn e201_a_recipe_without_any_bill_of_materials() {
    let set = tiny().cut("recipe_bom.csv", "R4,");
    finds(
        &set,
        &[
            "E201 error: menu_recipe.csv, row 9, recipe_id = `R4`: the recipe is on the menu, but has no bill of materials (7 boxes) [stops 2026-W44]; add its lines to recipe_bom, or take it off the menu",
        ],
    );
}

#[test]
fn e201_a_new_recipe_needs_every_size_sold() {
    let set = tiny()
        .add("recipe.csv", "R5,Soup,meal,,,,,")
        .add("menu_recipe.csv", "2026-W44,R5,9.99,0,0,4,")
        .add("recipe_bom.csv", "R5,2,P1,200,GRM,,,")
        .add("site_recipe.csv", "S2,2026-W44,R5");
    finds(
        &set,
        &[
            "E201 error: menu_recipe.csv, row 10, recipe_id = `R5`: the recipe is on the menu, but has no bill of materials for portion size 4 (0 boxes) [stops 2026-W44]; add its lines to recipe_bom, or take it off the menu",
        ],
    );
}

#[test]
fn e202_a_product_nobody_knows() {
    let set = tiny().swap("recipe_bom.csv", "R2,2,P2", "R2,2,P9");
    finds(
        &set,
        &[
            "E202 error: recipe_bom.csv, row 8, product_id = `P9`: the bills of materials of 1 recipe need it, but product has no such record (50 boxes) [stops 2026-W43, 2026-W44]; add it to product, or correct the id",
        ],
    );
}

#[test]
fn e202_after_a_bad_product_row() {
    let set = tiny().swap(
        "product.csv",
        "P2,Chicken,KGM,chilled,chilled,7",
        "P2,Chicken,KGM,chilled,chilled,short",
    );
    finds(
        &set,
        &[
            "E102 error: product.csv, row 3, shelf_life_days = `short`: the value cannot be read; put a whole number up to 4294967295 there",
            "E202 error: recipe_bom.csv, row 8, product_id = `P2`: the bills of materials of 1 recipe need it, but product has no such record (50 boxes) [stops 2026-W43, 2026-W44]; add it to product, or correct the id",
            "E206 error: vendor_product.csv, row 2, product_id = `P2`: no such record in product could be read; 1 row left out; add it to product, or remove the rows",
            "E208 error: inbound_order_line.csv, row 2, product_id = `P2`: no such record in product could be read; 1 row left out; add it to product, or remove the rows",
            "E208 error: inv_level.csv, row 4, product_id = `P2`: no such record in product could be read; 1 row left out; add it to product, or remove the rows",
        ],
    );
}

#[test]
fn e203_an_order_of_a_recipe_not_on_the_menu() {
    let set = tiny().swap("order_line.csv", "A1,R2,2", "A1,R4,2");
    finds(
        &set,
        &[
            "E203 error: order_line.csv, row 3, recipe_id = `R4`: it is not on the menu of 2026-W43; 1 order left out (1 box); add it to menu_recipe, or correct the orders",
        ],
    );
}

#[test]
fn e204_an_area_that_no_site_serves() {
    let set = tiny().cut("area_site.csv", "A2,");
    finds(
        &set,
        &[
            "E204 error: delivery_area.csv, row 3, area_id = `A2`: no site serves the area on any day (25 boxes) [stops 2026-W43, 2026-W44]; add a site for it to area_site, or take the area out of delivery_area",
        ],
    );
}

#[test]
fn e204_an_area_unserved_on_a_day_it_has_orders() {
    let set = tiny().swap("area_site.csv", "A2,S2,,1,0", "A2,S2,1,1,0");
    finds(
        &set,
        &[
            "E204 error: delivery_area.csv, row 3, area_id = `A2`: no site serves the area on weekday 2, 3, on which it has orders (7 boxes); add a site for it to area_site, or take the area out of delivery_area",
        ],
    );
}

#[test]
fn e204_an_area_whose_site_has_closed_down() {
    let set = tiny().swap("site.csv", "Europe/Vienna,,", "Europe/Vienna,,2026-10-25");
    finds(
        &set,
        &[
            "E204 error: delivery_area.csv, row 3, area_id = `A2`: no site serves the area on any day (25 boxes) [stops 2026-W44]; add a site for it to area_site, or take the area out of delivery_area",
        ],
    );
}

#[test]
fn e205_a_recipe_that_no_site_makes() {
    let set = tiny().cut("site_recipe.csv", "S2,2026-W43,R3");
    finds(
        &set,
        &[
            "E205 error: menu_recipe.csv, row 6, recipe_id = `R3`: no site that is open in the week can make the recipe (50 boxes) [stops 2026-W43]; open a site on one of its days in site_cap, or allow the recipe in site_recipe",
        ],
    );
}

#[test]
fn e205_a_menu_that_no_site_makes() {
    let set = tiny()
        .cut("site_recipe.csv", "S2,2026-W44")
        .cut("site_recipe.csv", "S1,2026-W44");
    finds(
        &set,
        &[
            "E205 error: menu_recipe.csv, rows 7, 8, 9, week_id = `2026-W44`: no open site can make any recipe of the week's menu (107 boxes) [stops 2026-W44]; open a site on one of its days in site_cap, or allow the recipe in site_recipe",
        ],
    );
}

#[test]
fn e206_terms_of_an_unknown_vendor() {
    let set = tiny().add("vendor_product.csv", "V9,P1,,1.00,,,,,,,2");
    finds(
        &set,
        &[
            "E206 error: vendor_product.csv, row 6, vendor_id = `V9`: no such record in vendor could be read; 1 row left out; add it to vendor, or remove the rows",
        ],
    );
}

#[test]
fn e206_terms_for_an_unknown_product() {
    let set = tiny().add("vendor_lead_time.csv", "V2,P9,,4,");
    finds(
        &set,
        &[
            "E206 error: vendor_lead_time.csv, row 5, product_id = `P9`: no such record in product could be read; 1 row left out; add it to product, or remove the rows",
        ],
    );
}

#[test]
fn e207_a_product_that_nobody_sells() {
    let set = tiny()
        .cut("vendor_product.csv", "V2,P1")
        .cut("inv_level.csv", "2026-10-18T06:00:00Z,S1,P1");
    finds(
        &set,
        &[
            "E207 warning: vendor_product.csv, product_id = `P1`: the product is needed, but no vendor sells it and none is in stock (187 boxes); add a vendor's terms for it",
        ],
    );
}

#[test]
fn e207_packaging_that_nobody_sells() {
    let set = tiny()
        .cut("vendor_product.csv", "V2,P4")
        .cut("inbound_order_line.csv", "PO2,1,P4");
    finds(
        &set,
        &[
            "E207 warning: vendor_product.csv, product_id = `P4`: the product is needed, but no vendor sells it and none is in stock (187 boxes); add a vendor's terms for it",
        ],
    );
    finds(&set.clone().swap("box_rule.csv", "P4,1", "P4,0"), &[]);
    finds(&set.gone("box_rule.csv"), &[]);
}

#[test]
fn e208_a_menu_line_of_an_unknown_recipe() {
    let set = tiny()
        .swap("menu_recipe.csv", "2026-W44,R4", "2026-W44,R8")
        .cut("site_recipe.csv", "S2,2026-W44,R4");
    finds(
        &set,
        &[
            "E208 error: menu_recipe.csv, row 9, recipe_id = `R8`: no such record in recipe could be read; 1 row left out [stops 2026-W44]; add it to recipe, or remove the rows",
            "E503 warning: menu_recipe.csv, week_id = `2026-W44`: 1 of 3 recipes on the menu never sold before; expect a wide forecast, and check the recipe ids",
        ],
    );
}

#[test]
fn e208_sales_in_an_unknown_area() {
    let set = tiny()
        .swap("demand_history.csv", "A2,R2,2,70", "A7,R2,2,70")
        .swap("demand_history.csv", "A2,R4,2,20", "A7,R4,2,20");
    finds(
        &set,
        &[
            "E201 error: menu_recipe.csv, row 9, recipe_id = `R4`: the recipe is on the menu, but has no bill of materials for portion size 4 (0 boxes) [stops 2026-W44]; add its lines to recipe_bom, or take it off the menu",
            "E208 error: demand_history.csv, rows 6, 9, area_id = `A7`: no such record in delivery_area could be read; 2 rows left out (90 boxes); add it to delivery_area, or remove the rows",
            "E503 warning: menu_recipe.csv, week_id = `2026-W44`: 1 of 3 recipes on the menu never sold before; expect a wide forecast, and check the recipe ids",
        ],
    );
}

#[test]
fn e208_a_cap_of_an_unknown_site() {
    let set = tiny()
        .add("site_cap.csv", "S9,2026-10-19,,1")
        .add("site_cap.csv", "S9,2026-10-20,,1");
    finds(
        &set,
        &[
            "E208 error: site_cap.csv, rows 6, 7, site_id = `S9`: no such record in site could be read; 2 rows left out; add it to site, or remove the rows",
        ],
    );
}

#[test]
fn e208_an_order_from_an_unknown_area() {
    let set = tiny().swap("order_line.csv", "A2,R3,2,2", "A5,R3,2,2");
    finds(
        &set,
        &[
            "E208 error: order_line.csv, row 4, area_id = `A5`: no such record in delivery_area could be read; 1 row left out (2 boxes); add it to delivery_area, or remove the rows",
        ],
    );
}

#[test]
fn e208_stock_of_an_unknown_product() {
    let set = tiny().add("inv_level.csv", "2026-10-18T06:00:00Z,S1,P8,L9,5,,");
    finds(
        &set,
        &[
            "E208 error: inv_level.csv, row 5, product_id = `P8`: no such record in product could be read; 1 row left out; add it to product, or remove the rows",
        ],
    );
}

#[test]
fn e208_an_area_offered_what_is_not_on_the_menu() {
    let set = tiny().add("menu_area_recipe.csv", "2026-W43,A2,R4,3.50,0,0");
    finds(
        &set,
        &[
            "E208 error: menu_area_recipe.csv, row 7, recipe_id = `R4`: 1 area offered it in 2026-W43, but it is not on that week's menu; add it to menu_recipe, or remove the rows",
        ],
    );
}

#[test]
fn e208_a_week_to_plan_without_a_menu() {
    let set = tiny().cut("menu_recipe.csv", "2026-W44");
    finds(
        &set,
        &[
            "E208 error: menu_recipe.csv, week_id = `2026-W44`: the week is to be planned, but the file has nothing for it [stops 2026-W44]; add its menu to menu_recipe, or do not plan it",
        ],
    );
}

#[test]
fn e208_a_week_to_plan_that_nobody_knows() {
    let set = tiny()
        .cut("menu_week.csv", "2026-W44")
        .cut("menu_recipe.csv", "2026-W44")
        .cut("site_recipe.csv", "S1,2026-W44")
        .cut("site_recipe.csv", "S2,2026-W44")
        .cut("volume_forecast.csv", "2026-W44");
    finds(
        &set,
        &[
            "E208 error: menu_week.csv, week_id = `2026-W44`: the week is to be planned, but the file has nothing for it [stops 2026-W44]; add its row to menu_week, or do not plan it",
        ],
    );
}

#[test]
fn e209_a_first_choice_that_never_delivers() {
    let set = tiny().swap("vendor_calendar.csv", "V2,S1,2,14:00,1", "V2,S1,2,14:00,0");
    finds(
        &set,
        &[
            "E209 warning: vendor_calendar.csv, row 5, delivers = `0`: vendor V2 is the first choice for 2 products needed at site S1, but never delivers there; 2 of them no other vendor brings (187 boxes); set delivers on the weekdays it comes, or choose another vendor first",
        ],
    );
    let second = set.add("vendor_product.csv", "V1,P1,S1,1.30,,,,,,,2");
    finds(
        &second,
        &[
            "E209 warning: vendor_calendar.csv, row 5, delivers = `0`: vendor V2 is the first choice for 2 products needed at site S1, but never delivers there; 1 of them no other vendor brings (187 boxes); set delivers on the weekdays it comes, or choose another vendor first",
        ],
    );
}

#[test]
fn e209_packaging_whose_vendor_never_delivers() {
    let set = tiny()
        .swap("vendor_calendar.csv", "V2,S1,2,14:00,1", "V2,S1,2,14:00,0")
        .swap("vendor_product.csv", "V2,P1,", "V1,P1,");
    finds(
        &set,
        &[
            "E209 warning: vendor_calendar.csv, row 5, delivers = `0`: vendor V2 is the first choice for 1 product needed at site S1, but never delivers there; 1 of them no other vendor brings (187 boxes); set delivers on the weekdays it comes, or choose another vendor first",
        ],
    );
}

#[test]
fn e208_goods_under_way_from_an_unknown_vendor_count_all_the_same() {
    let set = tiny().swap("inbound_order_line.csv", "S2,V1", "S2,V9");
    finds(
        &set,
        &[
            "E208 error: inbound_order_line.csv, row 2, vendor_id = `V9`: no such record in vendor could be read; 1 row counted all the same; add it to vendor, or remove the rows",
        ],
    );
}
