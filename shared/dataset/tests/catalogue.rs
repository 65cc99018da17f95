//! The catalogue of findings: a valid data set has none, and each way to spoil it gives exactly these.

mod tiny;

use dataset::validate::check;
use domain::Code;
use tiny::{Tiny, context, tiny};

/// Ways to spoil a data set.
impl Tiny {
    fn text(&mut self, file: &str) -> &mut Vec<u8> {
        self.0
            .get_mut(file)
            .unwrap_or_else(|| panic!("no file {file}"))
    }

    fn spoil(mut self, file: &str, from: &str, to: &[u8]) -> Self {
        let text = self.text(file);
        let at = text
            .windows(from.len())
            .position(|part| part == from.as_bytes());
        let at = at.unwrap_or_else(|| panic!("{file} has no `{from}`"));
        text.splice(at..at + from.len(), to.iter().copied());
        self
    }

    fn swap(mut self, file: &str, from: &str, to: &str) -> Self {
        let text = String::from_utf8(self.text(file).clone()).unwrap();
        assert!(text.contains(from), "{file} has no `{from}`");
        *self.text(file) = text.replace(from, to).into_bytes();
        self
    }

    fn cut(mut self, file: &str, start: &str) -> Self {
        let text = String::from_utf8(self.text(file).clone()).unwrap();
        let left: Vec<_> = text
            .lines()
            .filter(|line| !line.starts_with(start))
            .collect();
        assert!(
            left.len() < text.lines().count(),
            "{file} has no line `{start}…`"
        );
        *self.text(file) = (left.join("\n") + "\n").into_bytes();
        self
    }

    fn add(mut self, file: &str, row: &str) -> Self {
        self.text(file)
            .extend_from_slice(format!("{row}\n").as_bytes());
        self
    }

    fn put(mut self, file: &str, bytes: &[u8]) -> Self {
        self.0.insert(file.to_owned(), bytes.to_vec());
        self
    }

    fn gone(mut self, file: &str) -> Self {
        assert!(self.0.remove(file).is_some(), "no file {file}");
        self
    }
}

#[track_caller]
fn finds(set: &Tiny, expected: &[&str]) {
    let (_, _, findings) = check(&set.files(), &context());
    let found: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "\n{}", found.join("\n"));
}

#[test]
fn the_tiny_data_set_is_valid() {
    finds(&tiny(), &[]);
}

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
fn e102_an_override_for_a_key_that_nobody_knows() {
    let set = tiny().swap("override.csv", "area=A1", "region=A1");
    finds(
        &set,
        &[
            "E102 error: override.csv, row 2, keys = `region=A1`: the key cannot be read; the override is left out; write keys such as week=2026-W48;site=S1, of week, site, area, recipe, product and vendor",
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
        b"site_id,name,role,event_id,entity_version,op,delta\n",
    );
    finds(&set, &[]);
}

#[test]
fn e102_a_change_that_cannot_be_read() {
    let set = tiny().put(
        "changes/site_cap/0001.csv",
        b"site_id,date,boxes_max,event_id,entity_version,op,delta\nS1,2026-10-20,400,e1,0,set,\n",
    );
    finds(
        &set,
        &[
            "E102 error: changes/site_cap/0001.csv, row 2, entity_version = `0`: the change cannot be read and is left out [stops 2026-W43]; put a whole number of 1 or more there",
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
fn e208_an_override_for_an_unknown_area() {
    let set = tiny().swap("override.csv", "area=A1", "area=A8");
    finds(
        &set,
        &[
            "E208 error: override.csv, row 2, keys = `area=A8`: the data set has no such record; the override changes nothing; correct the key, or remove the override",
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
fn e301_a_negative_number() {
    let set = tiny().swap("inv_level.csv", "L1,120,20", "L1,-120,20");
    finds(
        &set,
        &[
            "E301 error: inv_level.csv, row 2, on_hand = `-120`: the number is negative or not a number; put a number of 0 or more there",
            "E404 warning: vendor_product.csv, row 4, product_id = `P1`: product P1 is needed from 2026-10-18 on and none is there; the last day to order it was 2026-10-16 (180 boxes); buy it elsewhere, or take its recipes off the menu",
        ],
    );
}

#[test]
fn e301_not_a_number() {
    let set = tiny().swap("volume_forecast.csv", "A1,120,,", "A1,NaN,,");
    finds(
        &set,
        &[
            "E301 error: volume_forecast.csv, row 13, p50 = `NaN`: the number is negative or not a number; put a number of 0 or more there",
        ],
    );
}

#[test]
fn e301_more_taken_away_than_there_is() {
    let set = tiny().put("changes/inv_level/0001.csv", b"snapshot_at,site_id,product_id,lot,on_hand,event_id,entity_version,op,delta\n2026-10-18T06:00:00Z,S1,P3,L2,0,e1,1,add,-310\n");
    finds(
        &set,
        &[
            "E301 error: inv_level.csv, row 3, on_hand = `-10`: the changes take more away than there is (quantity 10); check the change log, or set the quantity anew",
            "E404 warning: vendor_product.csv, row 3, product_id = `P3`: product P3 is needed from 2026-10-18 on and none is there; the last day to order it was 2026-10-12 (130 boxes); buy it elsewhere, or take its recipes off the menu",
        ],
    );
}

#[test]
fn e302_a_yield_in_percent() {
    let set = tiny().swap("recipe_bom.csv", "250,GRM,0.9", "250,GRM,90");
    finds(
        &set,
        &[
            "E302 error: recipe_bom.csv, row 7, yield_factor = `90`: the yield of 1 line of recipe R2 is not above 0 and at most 1 (50 boxes) [stops 2026-W43, 2026-W44]; put the usable share there, such as 0.9",
        ],
    );
}

#[test]
fn e302_a_yield_of_zero() {
    let set = tiny().swap("recipe_bom.csv", "180,GRM,0.9", "180,GRM,0");
    finds(
        &set,
        &[
            "E302 error: recipe_bom.csv, row 9, yield_factor = `0`: the yield of 1 line of recipe R3 is not above 0 and at most 1 (50 boxes) [stops 2026-W43, 2026-W44]; put the usable share there, such as 0.9",
        ],
    );
}

#[test]
fn e303_quantiles_that_cross() {
    let set = tiny().swap(
        "volume_forecast.csv",
        "2026-10-16T06:00:00Z,,212,190",
        "2026-10-16T06:00:00Z,,212,230",
    );
    finds(
        &set,
        &[
            "E303 error: volume_forecast.csv, row 12, p10 = `230`: p10 is above p50 = 212 (212 boxes) [stops 2026-W43]; correct the quantiles",
        ],
    );
}

#[test]
fn e303_quantiles_of_an_old_issue_stop_nothing() {
    let set = tiny().swap(
        "volume_forecast.csv",
        "2026-10-09T06:00:00Z,,210,190,240",
        "2026-10-09T06:00:00Z,,210,190,200",
    );
    finds(
        &set,
        &[
            "E303 error: volume_forecast.csv, row 11, p90 = `200`: p90 is below p50 = 210 (210 boxes); correct the quantiles",
        ],
    );
}

#[test]
fn e304_a_site_that_must_pack_more_than_it_may() {
    let set = tiny().swap("site_cap.csv", "10,500", "600,500");
    finds(
        &set,
        &[
            "E304 error: site_cap.csv, row 2, boxes_min = `600`: site S1 must pack more than it may on 1 day: 600 and 500 boxes on 2026-10-19 (100 boxes) [stops 2026-W43]; lower boxes_min or raise boxes_max",
        ],
    );
}

#[test]
fn e305_a_step_of_zero() {
    let set = tiny().swap("vendor_product.csv", "12,12,12,1200", "12,12,0,1200");
    finds(
        &set,
        &[
            "E305 error: vendor_product.csv, row 3, order_multiple = `0`: the step of the quantity is not above 0; the line is left out; put the step there, such as 6, or leave it empty",
        ],
    );
}

#[test]
fn e305_a_minimum_between_two_steps() {
    let set = tiny().swap("vendor_product.csv", "KGM,,10,5", "KGM,,12,5");
    finds(
        &set,
        &[
            "E305 warning: vendor_product.csv, row 2, order_min = `12`: the minimum is no multiple of 5; 15 is ordered at least; make order_min a multiple of order_multiple",
        ],
    );
}

#[test]
fn e306_a_product_that_can_never_be_packed() {
    let set = tiny().swap("product.csv", "chilled,10,2", "chilled,1,2");
    finds(
        &set,
        &[
            "E306 error: product.csv, row 4, shelf_life_days = `1`: product P3 lasts 1 day from receipt, but needs 2 at packing, so none can ever be packed; correct shelf_life_days or min_life_at_pack_days",
        ],
    );
}

#[test]
fn e307_a_negative_lead_time() {
    let set = tiny().swap("vendor_lead_time.csv", "V2,,,2", "V2,,,-2");
    finds(
        &set,
        &[
            "E307 warning: vendor_lead_time.csv, row 3, days = `-2`: the lead time is negative; correct the days, or plan further ahead",
        ],
    );
}

#[test]
fn e307_a_lead_time_beyond_the_horizon() {
    let set = tiny().swap("vendor_lead_time.csv", "V2,,,2", "V2,,,30");
    finds(
        &set,
        &[
            "E307 warning: vendor_lead_time.csv, row 3, days = `30`: the lead time is longer than the 14 days planned ahead; correct the days, or plan further ahead",
        ],
    );
}

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

#[test]
fn every_code_that_needs_no_forecast_is_spoilt_here() {
    let here = include_str!("catalogue.rs");
    let tested = |code: &&Code| {
        here.contains(&format!("\"{code} error: ")) || here.contains(&format!("\"{code} warning: "))
    };
    let tested: Vec<_> = Code::ALL.iter().filter(tested).collect();
    // These two compare the data with a forecast.
    let forecast = [Code::E501, Code::E502];
    let expected: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !forecast.contains(code))
        .collect();
    assert_eq!(tested, expected);
}
