//! The rules of purchase arithmetic, one by one, and published faults of other systems.

mod support;

use domain::Decimal;
use ordering::Source;
use supply::Method;
use support::{Company, day, id, lead, number, offer, vendor};

/// The same need in each of ten draws.
fn steady(days: &[u32]) -> Vec<Vec<u32>> {
    days.iter().map(|kits| vec![*kits; 10]).collect()
}

#[test]
fn the_least_quantity_is_applied_once_to_what_one_delivery_is_for() {
    // Three recipes' rows of 20 for one delivery, at least 100: 100, not 300.
    let mut company = Company::new(vec![steady(&[20, 20, 20])]).delivering("V1", &[1]);
    company.offer(0).min = Some(number("100"));
    assert_eq!(company.quantities(), [(day(0), "P0".to_owned(), 100_000)]);
}

#[test]
fn the_safety_of_a_delivery_is_added_once_not_per_day() {
    // Two days of 600 in the mean; in one draw of ten 150 more in all.
    let mut need = vec![vec![600; 10], vec![600; 10]];
    need[0][9] = 675;
    need[1][9] = 675;
    let mut company = Company::new(vec![need]).delivering("V1", &[1]);
    company.supply.policies.0[0].target = Decimal::ONE;
    assert_eq!(company.quantities(), [(day(0), "P0".to_owned(), 1_350_000)]);
}

#[test]
fn enough_in_stock_buys_nothing_today_or_tomorrow() {
    let company = Company::new(vec![steady(&[5, 5, 5])]).lot(0, "20", None);
    assert_eq!(company.quantities(), []);
}

#[test]
fn no_need_buys_nothing_even_with_a_least_quantity() {
    let mut company = Company::new(vec![steady(&[0, 0, 0]), steady(&[1, 0, 0])]);
    company.offer(0).min = Some(number("100"));
    let bought = company.quantities();
    assert_eq!(bought, [(day(0), "P1".to_owned(), 1_000)]);
}

#[test]
fn a_batch_of_the_very_need_is_bought_once() {
    let mut company = Company::new(vec![steady(&[1])]);
    company.snapshot.bom[0].quantity = number("362.15");
    company.offer(0).multiple = Some(number("362.15"));
    assert_eq!(company.quantities()[0].2, 362_150);
    company.offer(0).multiple = Some(number("1"));
    assert_eq!(company.quantities()[0].2, 363_000);
}

/// A hundred kilograms of each product: the first choice sells at most 60, the second, dearer, any quantity.
fn company_of_two(choices: &[(&str, &str)]) -> Company {
    let mut company = Company::new(vec![steady(&[100]); choices.len()]);
    let vendors = &mut company.supply.terms.vendors;
    vendors.extend([vendor("V0", None), vendor("V2", None)]);
    vendors.sort_by(|one, other| one.id.cmp(&other.id));
    let leads = &mut company.supply.terms.lead_times;
    leads.extend([lead("V0", "1", "0"), lead("V2", "1", "0")]);
    leads.sort_by(|one, other| one.vendor.cmp(&other.vendor));
    let mut offers = Vec::new();
    for (product, (first, second)) in choices.iter().enumerate() {
        let product = format!("P{product}");
        let mut first = offer(&product, first, "2");
        first.max = Some(number("70"));
        first.multiple = Some(number("20"));
        let mut second = offer(&product, second, "3");
        second.priority = 2;
        offers.extend([first, second]);
    }
    offers.sort_by(|one, other| (&one.product, &one.vendor).cmp(&(&other.product, &other.vendor)));
    company.supply.terms.offers = offers;
    company
}

/// Vendor, quantity and what the waterfall says another vendor brings, line by line; every waterfall sums.
fn bought(company: &Company) -> Vec<(String, i64, i64)> {
    let lines = company.proposals().lines.into_iter();
    lines
        .map(|line| {
            assert_eq!(line.waterfall.quantity(), line.quantity);
            let beside = line.waterfall.used.iter().map(|used| used.quantity).sum();
            (line.key.vendor.to_string(), line.quantity, beside)
        })
        .collect()
}

fn line(vendor: &str, kilograms: i64, beside: i64) -> (String, i64, i64) {
    (vendor.to_owned(), kilograms * 1_000, beside * 1_000)
}

#[test]
fn what_a_vendor_sells_no_more_of_comes_from_the_next_one_the_same_day() {
    let company = company_of_two(&[("V1", "V2")]);
    assert_eq!(bought(&company), [line("V1", 60, 0), line("V2", 40, 60)]);
}

#[test]
fn where_the_first_order_is_left_out_the_next_vendor_brings_it_all() {
    for second in ["V0", "V2"] {
        let mut company = company_of_two(&[("V1", second)]);
        company.supply.terms.vendors[1].min_order_value = Some(number("1000"));
        assert_eq!(bought(&company), [line(second, 100, 0)]);
        assert!(!company.proposals().small_orders[0].filled);
    }
}

#[test]
fn the_next_vendor_brings_the_rest_of_what_an_override_leaves() {
    for second in ["V0", "V2"] {
        let company = company_of_two(&[("V1", second)]);
        let company = company.overridden("quantity", "vendor=V1;product=P0", "set", "20");
        let mut expected = [line("V1", 20, 0), line(second, 80, 20)];
        expected.sort();
        assert_eq!(bought(&company), expected);
    }
}

#[test]
fn two_vendors_may_bring_the_rest_of_each_other() {
    let mut company = company_of_two(&[("V1", "V2"), ("V2", "V1")]);
    let expected = [
        line("V1", 60, 0),
        line("V1", 40, 60),
        line("V2", 40, 60),
        line("V2", 60, 0),
    ];
    assert_eq!(bought(&company), expected);
    // An order that stands is not held to its least value again for what comes with it.
    company.supply.terms.vendors[1].min_order_value = Some(number("120"));
    assert_eq!(bought(&company), expected);
}

#[test]
fn a_delivery_is_for_the_days_up_to_the_next_one() {
    // Mondays and Thursdays.
    let company = Company::new(vec![steady(&[1, 2, 3, 4, 5, 6, 7])]).delivering("V1", &[1, 4]);
    let bought = company.quantities();
    let expected = [
        (day(0), "P0".to_owned(), 6_000),
        (day(3), "P0".to_owned(), 22_000),
    ];
    assert_eq!(bought, expected);
}

#[test]
fn stock_is_used_first_expired_first_out_and_what_expires_is_bought_again() {
    let company = Company::new(vec![steady(&[10, 10, 10, 10])])
        .delivering("V1", &[1])
        .lot(0, "15", Some(day(0)))
        .lot(0, "12", Some(day(2)));
    // Day 0 takes 10 of the first lot, whose 5 expire; days 1 and 2 take 12 of the second.
    let line = &company.proposals().lines[0];
    assert_eq!(line.quantity, 18_000);
    let used: Vec<i64> = line
        .waterfall
        .used
        .iter()
        .map(|part| part.quantity)
        .collect();
    assert_eq!(used, [10_000, 12_000]);
    assert_eq!(line.waterfall.expired[0].quantity, 5_000);
    assert!(matches!(
        line.waterfall.expired[0].source,
        Source::Lot { .. }
    ));
}

#[test]
fn an_order_under_way_counts_from_the_day_it_is_expected() {
    let company = Company::new(vec![steady(&[10, 10, 10])])
        .delivering("V1", &[1])
        .inbound(0, "25", day(1));
    assert_eq!(company.quantities(), [(day(0), "P0".to_owned(), 10_000)]);
}

#[test]
fn what_cannot_be_ordered_in_time_is_to_be_expedited_with_its_last_chance() {
    // Deliveries on Wednesdays with four days' lead: Friday noon, two days before the plan's Sunday noon, was the last.
    let mut company = Company::new(vec![steady(&[10, 10, 10, 10, 10, 10, 10, 10, 10, 10])])
        .delivering("V1", &[3]);
    company.supply.terms.lead_times[0] = lead("V1", "4", "0");
    let made = company.proposals();
    let expedite = &made.expedite[0];
    assert_eq!((expedite.needed, expedite.until), (day(0), day(8)));
    assert_eq!((expedite.short, expedite.short_per_mille), (90_000, 1000));
    assert_eq!(expedite.first_delivery, Some(day(9)));
    assert_eq!(expedite.last_chance, "2026-11-07T12:00:00Z".parse().ok());
    assert_eq!(expedite.at_risk, Some(number("720")));
    assert_eq!(made.lines[0].quantity, 10_000);
}

#[test]
fn the_gap_before_the_first_choice_is_filled_by_the_next() {
    let mut company = Company::new(vec![steady(&[10, 10, 10, 10])]).delivering("V1", &[3]);
    company.supply.terms.vendors.push(vendor("V2", None));
    let mut second = offer("P0", "V2", "1");
    second.priority = 2;
    company.supply.terms.offers.push(second);
    let made = company.proposals();
    assert_eq!(made.expedite, []);
    let bought: Vec<_> = (made.lines.iter())
        .map(|line| (line.key.vendor.as_str(), line.key.delivery, line.quantity))
        .collect();
    let expected = [
        ("V2", day(0), 10_000),
        ("V2", day(1), 10_000),
        ("V1", day(2), 20_000),
    ];
    assert_eq!(bought, expected);
}

#[test]
fn a_perishable_delivery_is_not_for_days_on_which_it_is_too_old() {
    let mut company = Company::new(vec![steady(&[10; 7])]).delivering("V1", &[1]);
    company.supply.terms.products[0].shelf_life_days = Some(5);
    company.supply.terms.products[0].min_life_at_pack_days = 2;
    let line = &company.proposals().lines[0];
    // Usable on the day it comes and three more.
    assert_eq!(line.quantity, 40_000);
    assert_eq!(line.waterfall.unreachable, 30_000);
    assert_eq!(line.waterfall.gross(), 70_000);
}

#[test]
fn a_product_nobody_sells_is_told_and_the_others_are_bought() {
    let mut company = Company::new(vec![steady(&[10]), steady(&[10])]);
    company.supply.terms.offers.remove(0);
    let made = company.proposals();
    assert_eq!(made.unsupplied[0].product, id("P0"));
    assert_eq!(made.unsupplied[0].short, 10_000);
    assert_eq!(made.lines.len(), 1);
}

#[test]
fn a_vendor_that_never_delivers_is_told() {
    let company = Company::new(vec![steady(&[10])]).delivering("V1", &[]);
    let made = company.proposals();
    assert!(
        made.unsupplied[0].reason.contains("no delivery day"),
        "{:?}",
        made.unsupplied
    );
}

#[test]
fn days_of_cover_buy_the_mean_need_of_so_many_days() {
    let mut company = Company::new(vec![steady(&[10; 6])]);
    company.supply.policies.0[0].method = Method::Days;
    company.supply.policies.0[0].target = number("3");
    let bought: Vec<i64> = company
        .quantities()
        .into_iter()
        .map(|(_, _, q)| q)
        .collect();
    // The first line covers three days, each later one tops up the third day ahead.
    assert_eq!(bought, [30_000, 10_000, 10_000, 10_000]);
}

#[test]
fn an_order_under_its_least_value_is_filled_with_what_is_needed_later_or_left_out() {
    let mut company = Company::new(vec![steady(&[10, 50, 50])]);
    company.offer(0).multiple = Some(number("1"));
    company.supply.terms.vendors[0] = vendor("V1", Some("60"));
    let made = company.proposals();
    // 10 kg at 2 are 20: twenty more kilograms of the days after fill it, and cost nothing but stock.
    assert_eq!(made.lines[0].quantity, 30_000);
    assert_eq!(made.lines[0].waterfall.vendor_minimum, 20_000);
    assert!(made.small_orders[0].filled);
    // The day's shortage is worth 80; goods of one day's life would be wasted for 10 x 2 x 9.
    company.supply.terms.vendors[0] = vendor("V1", Some("200"));
    company.supply.terms.products[0].shelf_life_days = Some(0);
    company.kits.0[0] = steady(&[10, 0, 0]);
    company.kits.0[0][2] = vec![200; 10];
    let made = company.proposals();
    let small = &made.small_orders[0];
    assert!(!small.filled);
    assert_eq!(small.cost_of_dropping, number("80"));
    assert_eq!(small.cost_of_filling, number("180"));
}

#[test]
fn a_late_vendor_raises_what_is_bought_before() {
    let need: Vec<Vec<u32>> = vec![vec![10; 200]; 14];
    let punctual = Company::new(vec![need]).delivering("V1", &[1]);
    let mut late = punctual.clone();
    late.supply.terms.lead_times[0] = lead("V1", "1", "1");
    let (punctual, late) = (punctual.proposals(), late.proposals());
    assert_eq!(punctual.lines[0].quantity, 70_000);
    // One delivery in ten is a day or more late by 1.28 deviations: the first covers a day of the second's.
    assert_eq!(late.lines[0].quantity, 80_000);
    assert_eq!(late.lines[0].waterfall.safety, 10_000);
}
