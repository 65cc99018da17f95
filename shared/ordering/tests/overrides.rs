//! Planners' overrides of needs and quantities, split down and shown.

mod support;

use ordering::SiteProposals;
use support::{Company, day, number};

fn company() -> Company {
    let steady = |kits: u32| vec![vec![kits; 4]; 3];
    Company::new(vec![steady(10), steady(30)])
}

fn quantities(made: &SiteProposals, product: &str) -> Vec<i64> {
    let lines = made
        .lines
        .iter()
        .filter(|line| line.key.product.as_str() == product);
    lines.map(|line| line.quantity).collect()
}

fn sums(made: &SiteProposals) {
    for line in &made.lines {
        assert_eq!(line.waterfall.quantity(), line.quantity, "{line:?}");
    }
}

#[test]
fn a_need_is_set_as_a_whole_and_split_over_the_days_as_they_stand() {
    let mut company = company().overridden("need", "product=P1;week=2026-W47", "set", "100");
    company.kits.0[1][2] = vec![40; 4];
    let made = company.proposals();
    assert_eq!(quantities(&made, "P1"), [30_000, 30_000, 40_000]);
    company.supply.corrections[0].made.value = number("50");
    let made = company.proposals();
    assert_eq!(quantities(&made, "P1"), [15_000, 15_000, 20_000]);
    assert_eq!(quantities(&made, "P0"), [10_000; 3]);
    let part = &made.lines[1].waterfall.need_overrides[0];
    assert_eq!((part.change, part.reason.as_str()), (-15_000, "a fair"));
    sums(&made);
}

#[test]
fn a_need_is_multiplied_day_by_day_and_in_every_draw() {
    let mut company = company().overridden("need", "site=S1", "multiply", "1.5");
    company.kits.0[0][0] = vec![5, 10, 15, 10];
    company.supply.policies.0[0].target = number("1");
    let made = company.proposals();
    assert_eq!(quantities(&made, "P0"), [22_500, 15_000, 15_000]);
    assert_eq!(made.lines[0].waterfall.need_overrides[0].change, 5_000);
    sums(&made);
}

#[test]
fn a_wider_override_comes_before_a_narrower_one() {
    let company = company()
        .overridden("need", "site=S1", "multiply", "2")
        .overridden("need", "product=P0;date=2026-11-16", "add", "5");
    let made = company.proposals();
    assert_eq!(quantities(&made, "P0"), [25_000, 20_000, 20_000]);
    assert_eq!(made.lines[0].waterfall.need_overrides.len(), 2);
    sums(&made);
}

#[test]
fn a_narrower_override_sets_the_need_that_a_wider_one_left() {
    let company = company()
        .overridden("need", "site=S1", "multiply", "2")
        .overridden("need", "product=P0;week=2026-W47", "set", "45")
        .overridden("need", "product=P0;date=2026-11-16", "multiply", "3");
    let made = company.proposals();
    assert_eq!(quantities(&made, "P0"), [45_000, 15_000, 15_000]);
    assert_eq!(quantities(&made, "P1"), [60_000; 3]);
    let changes = &made.lines[0].waterfall.need_overrides;
    let changes: Vec<i64> = changes.iter().map(|part| part.change).collect();
    assert_eq!(changes, [10_000, -5_000, 30_000]);
    sums(&made);
}

#[test]
fn a_quantity_is_set_over_lines_in_proportion_and_later_lines_see_it() {
    let company = company().overridden("quantity", "product=P1", "set", "60");
    let made = company.proposals();
    assert_eq!(quantities(&made, "P1"), [20_000; 3]);
    sums(&made);
    let first = made
        .lines
        .iter()
        .find(|line| line.key.product.as_str() == "P1")
        .unwrap();
    assert_eq!(first.waterfall.overridden[0].change, -10_000);
}

#[test]
fn more_than_is_needed_on_one_day_is_there_for_the_next() {
    let company = company().overridden("quantity", "product=P0;date=2026-11-16", "multiply", "2");
    let made = company.proposals();
    assert_eq!(quantities(&made, "P0"), [20_000, 10_000]);
    sums(&made);
}

#[test]
fn a_quantity_can_be_asked_for_where_nothing_is_needed_and_taken_off_where_it_is() {
    let company = company()
        .lot(0, "1000", None)
        .overridden("quantity", "product=P0;site=S1;date=2026-11-17", "set", "7")
        .overridden("quantity", "product=P1;site=S1;date=2026-11-17", "set", "0");
    let made = company.proposals();
    assert_eq!(quantities(&made, "P0"), [7_000]);
    assert_eq!(
        made.lines
            .iter()
            .filter(|line| line.key.delivery == day(1))
            .count(),
        1
    );
    sums(&made);
}

#[test]
fn an_asked_quantity_keeps_to_what_the_vendor_sells() {
    let mut company = company().overridden("quantity", "product=P0;date=2026-11-16", "set", "13");
    company.offer(0).multiple = Some(number("5"));
    company.offer(0).max = Some(number("12"));
    let made = company.proposals();
    assert_eq!(quantities(&made, "P0")[0], 10_000);
    sums(&made);
}
