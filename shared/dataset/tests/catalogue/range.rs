//! Numbers outside what they can be: E301 to E308.

use crate::finds;
use crate::tiny::tiny;

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
fn e301_more_received_than_ordered() {
    let set = tiny().swap("inbound_order_line.csv", "60,0,2026", "60,64,2026");
    finds(
        &set,
        &[
            "E301 warning: inbound_order_line.csv, row 2, qty_received = `64`: more than the 60 ordered was received on an open line; nothing is still to come (quantity 4); close the line, or correct the quantities",
        ],
    );
}

#[test]
fn e301_a_price_below_zero_and_a_case_of_less_than_nothing() {
    let set = tiny()
        .swap("vendor_product.csv", "V1,P2,,6.50", "V1,P2,,-6.50")
        .swap("vendor_product.csv", "H87,12,12,12", "H87,-12,12,12");
    finds(
        &set,
        &[
            "E301 error: vendor_product.csv, row 2, price = `-6.50`: the number is negative or not a number; put a number of 0 or more there",
            "E301 error: vendor_product.csv, row 3, base_per_order_uom = `-12`: the number is negative or not a number; put a number of 0 or more there",
        ],
    );
}

#[test]
fn e301_days_of_cover_below_zero() {
    let set = tiny().swap("inv_policy.csv", "days,2", "days,-2");
    finds(
        &set,
        &[
            "E301 error: inv_policy.csv, row 3, target = `-2`: the number is negative or not a number; put a number of 0 or more there",
        ],
    );
}

#[test]
fn e305_a_minimum_above_the_maximum() {
    let set = tiny().swap("vendor_product.csv", "12,12,12,1200", "12,1212,12,1200");
    finds(
        &set,
        &[
            "E305 error: vendor_product.csv, row 3, order_max = `1200`: no quantity can be ordered: 1212 is the least there is; the line is left out; raise order_max, or lower order_min or order_multiple",
        ],
    );
}

#[test]
fn e305_no_step_between_minimum_and_maximum() {
    let set = tiny().swap("vendor_product.csv", "KGM,,10,5,,", "KGM,,11,5,14,");
    finds(
        &set,
        &[
            "E305 error: vendor_product.csv, row 2, order_max = `14`: no quantity can be ordered: 15 is the least there is; the line is left out; raise order_max, or lower order_min or order_multiple",
        ],
    );
}

#[test]
fn e308_a_quantile_in_percent() {
    let set = tiny().swap("inv_policy.csv", "quantile,0.95", "quantile,95");
    finds(
        &set,
        &[
            "E308 error: inv_policy.csv, row 2, target = `95`: the target is not above 0 and below 1; the row is left out; put a quantile there, such as 0.95, or choose the method days",
        ],
    );
}

#[test]
fn e308_the_newsvendor_at_nothing() {
    let set = tiny().swap("inv_policy.csv", "days,2", "newsvendor,0");
    finds(
        &set,
        &[
            "E308 error: inv_policy.csv, row 3, target = `0`: the target is not above 0 and below 1; the row is left out; put a quantile there, such as 0.95, or choose the method days",
        ],
    );
}
