//! What arrives at a site and when.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use ordering::{Arrival, ArrivalKind, inbound_plan};
use support::{Company, day, id, number};

/// Product P0 is needed on four days; V1 delivers in cartons of 4 kg, 5 to a pallet.
fn company() -> Company {
    let mut company = Company::new(vec![vec![vec![10], vec![0], vec![10], vec![30]]]);
    let offer = company.offer(0);
    offer.base_per_order_unit = Some(number("4"));
    offer.multiple = Some(number("1"));
    offer.cases_per_pallet = Some(5);
    company
}

fn plan(company: &Company) -> Vec<Arrival> {
    inbound_plan(&company.supply, &id("S1"), &company.proposals().lines)
}

#[test]
fn proposed_lines_come_in_the_vendors_usual_hour_else_at_six() {
    let early = plan(&company());
    assert!(!early.is_empty());
    assert!(
        early
            .iter()
            .all(|arrival| arrival.hour == 6 && arrival.kind == ArrivalKind::Proposed)
    );
    // An order of V1 is under way for eight o'clock.
    let company = company().inbound(0, "10", day(0));
    let arrivals = plan(&company);
    assert!(arrivals.iter().all(|arrival| arrival.hour == 8));
    let open: Vec<&Arrival> = arrivals
        .iter()
        .filter(|arrival| arrival.kind == ArrivalKind::Open)
        .collect();
    // 10 kg are 2.5 cartons, half a pallet, which takes a place.
    let [open] = open.as_slice() else {
        unreachable!("{open:?}")
    };
    assert_eq!((open.lines, open.cases), (1, number("2.5")));
    assert_eq!(open.pallets, Some(1));
}

#[test]
fn pallets_are_rounded_up_once_and_unknown_ones_are_counted_apart() {
    let mut company = company().inbound(0, "10", day(0)).inbound(0, "12", day(0));
    let open = |company: &Company| -> Arrival {
        let arrivals = plan(company);
        let mut open = arrivals
            .into_iter()
            .filter(|arrival| arrival.kind == ArrivalKind::Open);
        open.next().unwrap()
    };
    // 2.5 and 3 cartons of 5 to a pallet.
    let both = open(&company);
    assert_eq!((both.lines, both.pallets), (2, Some(2)));
    company.offer(0).cases_per_pallet = None;
    let unknown = open(&company);
    assert_eq!((unknown.pallets, unknown.lines_without_pallets), (None, 2));
    assert_eq!(unknown.cases, number("5.5"));
}

#[test]
fn what_is_overdue_is_expected_today_and_what_was_approved_here_says_so() {
    let mut company = company().inbound(0, "10", day(-5));
    company.supply.stock.inbound[0].approved_here = true;
    let arrivals = plan(&company);
    let first = &arrivals[0];
    assert_eq!((first.day, first.kind), (day(-1), ArrivalKind::Approved));
}

#[test]
fn every_line_arrives_once() {
    let company = company().inbound(0, "10", day(1));
    let lines = company.proposals().lines;
    let proposed: u32 = inbound_plan(&company.supply, &id("S1"), &lines)
        .iter()
        .filter(|arrival| arrival.kind == ArrivalKind::Proposed)
        .map(|arrival| arrival.lines)
        .sum();
    assert_eq!(proposed as usize, lines.len());
}
