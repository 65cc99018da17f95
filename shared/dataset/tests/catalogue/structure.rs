//! Files, columns, cells and keys: E101 to E107.

use crate::finds;
use crate::tiny::tiny;

#[test]
fn e101_a_missing_required_file() {
    let set = tiny().gone("menu_recipe.csv");
    finds(
        &set,
        &[
            "E101 error: menu_recipe.csv: the file is missing [no week can be planned]; add the file; the data set's schema is in the README",
        ],
    );
}

#[test]
fn e101_a_missing_column_of_a_required_file() {
    let set = tiny().swap("site.csv", "site_id,name,role", "site_id,names,role");
    finds(
        &set,
        &[
            "E101 error: site.csv, column name: the column is missing [no week can be planned]; add the column",
            "E104 warning: site.csv, column names: the column is not in the schema and is not read; remove it, or correct its name",
        ],
    );
}

#[test]
fn e101_a_missing_column_of_a_file_the_plan_can_do_without() {
    let set = tiny().swap("vendor.csv", "vendor_id,name", "vendor_id,names");
    finds(
        &set,
        &[
            "E101 error: vendor.csv, column name: the column is missing; add the column",
            "E104 warning: vendor.csv, column names: the column is not in the schema and is not read; remove it, or correct its name",
        ],
    );
}

#[test]
fn e101_a_missing_column_of_an_optional_file_that_decides_what_is_made() {
    let set = tiny().swap("site_recipe.csv", "week_id", "week");
    finds(
        &set,
        &[
            "E101 error: site_recipe.csv, column week_id: the column is missing [no week can be planned]; add the column",
            "E104 warning: site_recipe.csv, column week: the column is not in the schema and is not read; remove it, or correct its name",
        ],
    );
}

#[test]
fn e102_a_cap_that_is_no_number_stops_the_week_that_packs_that_day() {
    let set = tiny().swap("site_cap.csv", "S1,2026-10-20,,500", "S1,2026-10-20,,many");
    finds(
        &set,
        &[
            "E102 error: site_cap.csv, row 3, boxes_max = `many`: the value cannot be read [stops 2026-W43]; put a whole number up to 4294967295 there",
        ],
    );
}

#[test]
fn e102_a_cap_without_a_date_stops_everything() {
    let set = tiny().swap("site_cap.csv", "S1,2026-10-20,,500", "S1,20.10.2026,,500");
    finds(
        &set,
        &[
            "E102 error: site_cap.csv, row 3, date = `20.10.2026`: the value cannot be read [no week can be planned]; put an ISO date such as 2026-11-26 there",
        ],
    );
}

#[test]
fn e102_a_menu_line_stops_its_week() {
    let set = tiny().swap("menu_recipe.csv", "2026-W44,R4,3.50", "2026-W44,R4,cheap");
    finds(
        &set,
        &[
            "E102 error: menu_recipe.csv, row 9, price = `cheap`: the value cannot be read [stops 2026-W44]; put a number with a decimal point and at most six places, such as 12.5 there",
        ],
    );
}

#[test]
fn e102_a_menu_line_of_an_old_week_stops_nothing_to_plan() {
    let set = tiny().swap("menu_recipe.csv", "2026-W42,R1,9.99", "2026-W42,R1,cheap");
    finds(
        &set,
        &[
            "E102 error: menu_recipe.csv, row 2, price = `cheap`: the value cannot be read; put a number with a decimal point and at most six places, such as 12.5 there",
        ],
    );
}

#[test]
fn e102_a_bill_of_materials_line_stops_the_weeks_with_its_recipe() {
    let set = tiny().swap("recipe_bom.csv", "R1,2,P1,200", "R1,2,P1,+200");
    finds(
        &set,
        &[
            "E102 error: recipe_bom.csv, row 2, qty_per_kit = `+200`: the value cannot be read [stops 2026-W43]; put a number with a decimal point and at most six places, such as 12.5 there",
        ],
    );
}

#[test]
fn e102_a_lost_lot_weighs_its_quantity() {
    let set = tiny().swap("inv_level.csv", "40.5,,2026-10-23", "40.5,,soon");
    finds(
        &set,
        &[
            "E102 error: inv_level.csv, row 4, expiry_date = `soon`: the value cannot be read (quantity 40.5); put an ISO date such as 2026-11-26 there",
        ],
    );
}

#[test]
fn e102_a_lost_sale_weighs_its_kits() {
    let set = tiny().swap(
        "demand_history.csv",
        "2026-W42,A1,R1,2,110,9.99,0",
        "2026-W42,A1,R1,2,110,9.99,no",
    );
    finds(
        &set,
        &[
            "E102 error: demand_history.csv, row 7, promo = `no`: the value cannot be read (110 boxes); put 0 or 1 there",
        ],
    );
}

#[test]
fn e102_a_row_that_is_too_short() {
    let set = tiny().swap("order_line.csv", ",confirmed,S1\nO2", ",confirmed\nO2");
    finds(
        &set,
        &[
            "E102 error: order_line.csv, row 3: the row has 9 cells, the header 10 (1 box); quote cells that hold commas or line breaks; was the file cut off?",
        ],
    );
}

#[test]
fn e102_an_empty_cell_that_must_be_filled() {
    let set = tiny().swap("delivery_area.csv", "A2,Wien", "A2,");
    finds(
        &set,
        &[
            "E102 error: delivery_area.csv, row 3, name = ``: the cell is empty [no week can be planned]; put a value there",
            "E201 error: menu_recipe.csv, row 9, recipe_id = `R4`: the recipe is on the menu, but has no bill of materials for portion size 4 (0 boxes) [stops 2026-W44]; add its lines to recipe_bom, or take it off the menu",
            "E208 error: area_site.csv, row 4, area_id = `A2`: no such record in delivery_area could be read; 1 row left out; add it to delivery_area, or remove the rows",
            "E208 error: box_history.csv, row 4, area_id = `A2`: no such record in delivery_area could be read; 1 row left out (35 boxes); add it to delivery_area, or remove the rows",
            "E208 error: demand_history.csv, rows 4, 6, 9, area_id = `A2`: no such record in delivery_area could be read; 3 rows left out (150 boxes); add it to delivery_area, or remove the rows",
            "E208 error: menu_area_recipe.csv, rows 5, 6, area_id = `A2`: no such record in delivery_area could be read; 2 rows left out; add it to delivery_area, or remove the rows",
            "E208 error: order_line.csv, row 4, area_id = `A2`: no such record in delivery_area could be read; 1 row left out (2 boxes); add it to delivery_area, or remove the rows",
            "E503 warning: menu_recipe.csv, week_id = `2026-W44`: 1 of 3 recipes on the menu never sold before; expect a wide forecast, and check the recipe ids",
        ],
    );
}

#[test]
fn e102_a_time_zone_that_nobody_knows() {
    let set = tiny().swap("site.csv", "Europe/Vienna", "Europe/Wien");
    finds(
        &set,
        &[
            "E102 error: site.csv, row 3, time_zone = `Europe/Wien`: the time zone is unknown [no week can be planned]; put a name of the IANA database there, such as Europe/London",
        ],
    );
}

#[test]
fn e103_a_double_key_of_a_week() {
    let set = tiny().swap("site_cap.csv", "S1,2026-10-20,,500", "S1,2026-10-19,,500");
    finds(
        &set,
        &[
            "E103 error: site_cap.csv, rows 2, 3: the key (S1, 2026-10-19) stands twice [stops 2026-W43]; remove one of the two rows; the first is used",
        ],
    );
}

#[test]
fn e103_a_double_key_written_differently() {
    let set = tiny().swap("order_line.csv", "O1,2,2026", "O1,01,2026");
    finds(
        &set,
        &[
            "E103 error: order_line.csv, rows 2, 3: the key (O1, 1) stands twice (1 box); remove one of the two rows; the first is used",
        ],
    );
}

#[test]
fn e103_a_double_sale() {
    let set = tiny().swap(
        "demand_history.csv",
        "2026-W42,A1,R1,4,30",
        "2026-W42,A1,R1,2,30",
    );
    finds(
        &set,
        &[
            "E103 error: demand_history.csv, rows 7, 8: the key (2026-W42, A1, R1, 2) stands twice (30 boxes); remove one of the two rows; the first is used",
        ],
    );
}

#[test]
fn e103_a_column_that_stands_twice() {
    let set = tiny().swap(
        "product.csv",
        "category,temperature_zone",
        "category,category",
    );
    finds(
        &set,
        &[
            "E103 error: product.csv, column category: the column stands twice [no week can be planned]; remove one of the two",
        ],
    );
}

#[test]
fn e103_a_table_that_stands_twice() {
    let set = tiny().put("vendor.parquet", b"");
    finds(
        &set,
        &[
            "E103 error: vendor.parquet: the table stands twice: vendor.parquet and vendor.csv [no week can be planned]; keep one of the two files",
            "E105 error: vendor.parquet: the file is not readable Parquet: EOF: Parquet file too small. Size is 0 but need 8; write the file again; was it cut off?",
        ],
    );
}

#[test]
fn e103_two_rows_of_settings() {
    let set = tiny().add("data_set.csv", "2026-10-18T18:00:00Z,Europe/Paris,EUR,2");
    finds(
        &set,
        &[
            "E103 error: data_set.csv, rows 2, 3: the file has 2 rows of settings [no week can be planned]; keep one row",
        ],
    );
}

#[test]
fn e104_a_column_nobody_reads() {
    let set = tiny()
        .swap(
            "vendor.csv",
            "min_order_value,currency",
            "min_order_value,currency,colour",
        )
        .swap("vendor.csv", "EUR", "EUR,red");
    finds(
        &set,
        &[
            "E104 warning: vendor.csv, column colour: the column is not in the schema and is not read; remove it, or correct its name",
        ],
    );
}

#[test]
fn e105_a_byte_order_mark() {
    let set = tiny().swap("recipe.csv", "recipe_id,name", "\u{feff}recipe_id,name");
    finds(
        &set,
        &[
            "E105 warning: recipe.csv: the file starts with a byte-order mark, which is passed over; save it as UTF-8 without a byte-order mark",
        ],
    );
}

#[test]
fn e105_utf_16() {
    let set = tiny().put("recipe.csv", b"\xff\xfer\0e\0");
    finds(
        &set,
        &[
            "E105 error: recipe.csv: the file is UTF-16, not UTF-8 [no week can be planned]; save it as UTF-8",
        ],
    );
}

#[test]
fn e105_semicolons() {
    let set = tiny().swap("site.csv", ",", ";");
    finds(
        &set,
        &[
            "E105 error: site.csv: the columns are separated by semicolons or tabs, not commas [no week can be planned]; save it as CSV with commas",
        ],
    );
}

#[test]
fn e105_a_row_that_is_not_utf_8() {
    let set = tiny().spoil("delivery_area.csv", "Wien", b"M\xfcnchen");
    finds(
        &set,
        &[
            "E105 error: delivery_area.csv, row 3: the row is not UTF-8 [no week can be planned]; save the file as UTF-8",
            "E201 error: menu_recipe.csv, row 9, recipe_id = `R4`: the recipe is on the menu, but has no bill of materials for portion size 4 (0 boxes) [stops 2026-W44]; add its lines to recipe_bom, or take it off the menu",
            "E208 error: area_site.csv, row 4, area_id = `A2`: no such record in delivery_area could be read; 1 row left out; add it to delivery_area, or remove the rows",
            "E208 error: box_history.csv, row 4, area_id = `A2`: no such record in delivery_area could be read; 1 row left out (35 boxes); add it to delivery_area, or remove the rows",
            "E208 error: demand_history.csv, rows 4, 6, 9, area_id = `A2`: no such record in delivery_area could be read; 3 rows left out (150 boxes); add it to delivery_area, or remove the rows",
            "E208 error: menu_area_recipe.csv, rows 5, 6, area_id = `A2`: no such record in delivery_area could be read; 2 rows left out; add it to delivery_area, or remove the rows",
            "E208 error: order_line.csv, row 4, area_id = `A2`: no such record in delivery_area could be read; 1 row left out (2 boxes); add it to delivery_area, or remove the rows",
            "E503 warning: menu_recipe.csv, week_id = `2026-W44`: 1 of 3 recipes on the menu never sold before; expect a wide forecast, and check the recipe ids",
        ],
    );
}

#[test]
fn e105_a_header_that_is_not_utf_8() {
    let set = tiny().spoil("delivery_area.csv", "name", b"n\xe4me");
    finds(
        &set,
        &[
            "E105 error: delivery_area.csv: the header is not UTF-8 [no week can be planned]; save it as UTF-8 CSV with commas",
        ],
    );
}

#[test]
fn e105_a_parquet_file_that_is_none() {
    let set = tiny()
        .gone("vendor.csv")
        .put("vendor.parquet", b"PAR1 and no more");
    finds(
        &set,
        &[
            "E105 error: vendor.parquet: the file is not readable Parquet: Parquet error: Invalid Parquet file. Corrupt footer; write the file again; was it cut off?",
        ],
    );
}

#[test]
fn e106_an_empty_file() {
    let set = tiny().put("recipe.csv", b"");
    finds(
        &set,
        &[
            "E106 error: recipe.csv: the file is empty [no week can be planned]; add a header and rows",
        ],
    );
}

#[test]
fn e106_a_header_without_rows() {
    let set = tiny().put("area_site.csv", b"area_id,site_id\n");
    finds(
        &set,
        &[
            "E106 error: area_site.csv: the file has a header but no rows [no week can be planned]; add rows",
        ],
    );
}

#[test]
fn e106_an_empty_file_the_plan_can_do_without() {
    let set = tiny().put("override.csv", b"");
    finds(
        &set,
        &["E106 error: override.csv: the file is empty; add a header and rows"],
    );
}

#[test]
fn e107_an_unknown_unit() {
    let set = tiny().swap("product.csv", "P3,Lime,H87", "P3,Lime,piece");
    finds(
        &set,
        &[
            "E107 error: product.csv, row 4, uom = `piece`: the unit is unknown; put a unit: H87, EA, KGM, GRM, LTR or MLT there",
            "E202 error: recipe_bom.csv, rows 4, 5, 6, 10, product_id = `P3`: the bills of materials of 2 recipes need it, but product has no such record (130 boxes) [stops 2026-W43, 2026-W44]; add it to product, or correct the id",
            "E206 error: vendor_product.csv, row 3, product_id = `P3`: no such record in product could be read; 1 row left out; add it to product, or remove the rows",
            "E208 error: inv_level.csv, row 3, product_id = `P3`: no such record in product could be read; 1 row left out; add it to product, or remove the rows",
            "E208 error: inv_policy.csv, row 3, product_id = `P3`: no such record in product could be read; 1 row left out; add it to product, or remove the rows",
        ],
    );
}

#[test]
fn e107_a_unit_that_does_not_convert_to_the_products() {
    let set = tiny().swap("recipe_bom.csv", "R3,2,P3,1,H87", "R3,2,P3,1,GRM");
    finds(
        &set,
        &[
            "E107 error: recipe_bom.csv, row 10, uom = `GRM`: product P3 is stocked in H87, which GRM does not convert to (50 boxes) [stops 2026-W43, 2026-W44]; state the quantity in H87, or correct the product's unit",
        ],
    );
}

#[test]
fn e107_an_order_unit_that_does_not_convert() {
    let set = tiny().swap(
        "vendor_product.csv",
        "V1,P3,S1,2.10,H87,12",
        "V1,P3,S1,2.10,KGM,",
    );
    finds(
        &set,
        &[
            "E107 error: vendor_product.csv, row 3, order_uom = `KGM`: product P3 is stocked in H87, which KGM does not convert to; the line is left out; state in base_per_order_uom how many of the product's units one order unit holds",
        ],
    );
}

#[test]
fn e107_an_order_unit_that_holds_nothing() {
    let set = tiny().swap(
        "vendor_product.csv",
        "V1,P3,S1,2.10,H87,12,12",
        "V1,P3,S1,2.10,H87,0,12",
    );
    finds(
        &set,
        &[
            "E107 error: vendor_product.csv, row 3, base_per_order_uom = `0`: an order unit holds nothing; the line is left out; state in base_per_order_uom how many of the product's units one order unit holds",
        ],
    );
}

#[test]
fn e106_a_change_object_without_rows_changes_nothing() {
    let set = tiny().put(
        "changes/site/0001.csv",
        b"site_id,name,role,event_id,entity_version,op\n",
    );
    finds(&set, &[]);
}

#[test]
fn e102_a_change_that_cannot_be_read() {
    let set = tiny().put(
        "changes/site_cap/0001.csv",
        b"site_id,date,boxes_max,event_id,entity_version,op\nS1,2026-10-20,400,e1,0,set\n",
    );
    finds(
        &set,
        &[
            "E102 error: changes/site_cap/0001.csv, row 2, entity_version = `0`: the value cannot be read [stops 2026-W43]; put a whole number of 1 or more there",
        ],
    );
}

#[test]
fn crlf_line_ends_and_quoted_cells_are_read() {
    let set = tiny().swap("site_cap.csv", "\n", "\r\n").swap(
        "recipe.csv",
        "Lentil curry",
        "\"Lentil \"\"curry\"\",\nhot\"",
    );
    finds(&set, &[]);
}

#[test]
fn columns_may_stand_in_any_order() {
    let set = tiny().put(
        "delivery_area.csv",
        b"name,households,area_id\nHamburg,,A1\nWien,,A2\n",
    );
    finds(&set, &[]);
}

#[test]
fn e103_one_vendors_terms_for_a_product_twice() {
    let set = tiny().add("vendor_product.csv", "V1,P2,,7.50,KGM,,10,5,,,2");
    finds(
        &set,
        &[
            "E103 error: vendor_product.csv, rows 2, 6: the key (V1, P2, ) stands twice; remove one of the two rows; the first is used",
        ],
    );
}
