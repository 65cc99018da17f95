//! The rules of placing boxes, one case each.

use allocation::{Bin, Class, Placer, Route, Shortage, place};

fn class(boxes: u64, routes: &[(usize, u32)]) -> Class {
    let routes = routes
        .iter()
        .map(|&(bin, cost)| Route { bin, cost })
        .collect();
    Class { boxes, routes }
}

fn bin(min: u64, max: u64) -> Bin {
    Bin {
        min,
        max: Some(max),
    }
}

const NO_LIMIT: Bin = Bin { min: 0, max: None };

#[test]
fn boxes_that_all_fit_are_all_placed() {
    let placement = place(
        &[class(30, &[(0, 0), (1, 1)]), class(20, &[(1, 0)])],
        &[bin(0, 25), bin(0, 25)],
    );
    assert_eq!(placement.flow(0), [25, 5]);
    assert_eq!(placement.flow(1), [20]);
    assert_eq!(placement.loads(), [25, 25]);
    assert_eq!((placement.shortfall(), placement.shortage()), (0, None));
}

#[test]
fn a_closed_bin_gets_nothing_even_when_it_is_preferred_and_has_a_minimum() {
    let placement = place(&[class(9, &[(0, 0), (1, 7)])], &[bin(5, 0), bin(0, 9)]);
    assert_eq!(placement.flow(0), [0, 9]);
    assert_eq!(placement.unmet_minimums(), [(0, 5)]);
}

#[test]
fn what_does_not_fit_is_explained_by_the_classes_and_bins_it_is_about() {
    // Classes 0 and 1 fit only bins 0 and 1; class 2 has bin 2 to itself and is no part of the trouble.
    let placement = place(
        &[
            class(20, &[(0, 0)]),
            class(12, &[(0, 1), (1, 0)]),
            class(50, &[(1, 0), (2, 9)]),
        ],
        &[bin(0, 18), bin(0, 10), bin(0, 60)],
    );
    assert_eq!(placement.shortfall(), 4);
    let shortage = Shortage {
        classes: vec![0, 1],
        bins: vec![0, 1],
        boxes: 32,
        capacity: 28,
    };
    assert_eq!(placement.shortage(), Some(&shortage));
}

#[test]
fn a_minimum_outweighs_any_preference_but_no_placed_box() {
    let bins = [bin(6, 10), bin(0, 10)];
    let placement = place(&[class(10, &[(0, u32::MAX), (1, 0)])], &bins);
    assert_eq!(placement.flow(0), [6, 4]);
    // Class 1 can go to bin 1 alone; filling bin 0 to its minimum would change nothing for it.
    let placement = place(&[class(4, &[(0, 0), (1, 0)]), class(10, &[(1, 0)])], &bins);
    assert_eq!(placement.shortfall(), 0);
    assert_eq!(placement.unmet_minimums(), [(0, 2)]);
}

#[test]
fn boxes_make_way_so_that_all_are_placed() {
    let placement = place(
        &[
            class(5, &[(0, 0), (1, 9)]),
            class(5, &[(0, 0)]),
            class(5, &[(1, 0), (2, 9)]),
        ],
        &[bin(0, 5), bin(0, 5), bin(0, 5)],
    );
    assert_eq!(placement.loads(), [5, 5, 5]);
    assert_eq!(
        (placement.flow(0), placement.flow(2)),
        ([0, 5].as_slice(), [0, 5].as_slice())
    );
}

#[test]
fn the_cheaper_route_is_taken_where_there_is_room() {
    let placement = place(
        &[class(8, &[(0, 2), (1, 0), (2, 1)])],
        &[NO_LIMIT, bin(0, 5), bin(0, 2)],
    );
    assert_eq!(placement.flow(0), [1, 5, 2]);
}

#[test]
fn a_catch_all_takes_what_overflows() {
    let placement = place(
        &[
            class(1_000_000_000, &[(0, 0), (1, 3)]),
            class(1_000_000_000_000, &[(1, 3)]),
        ],
        &[bin(0, 400), NO_LIMIT],
    );
    assert_eq!(placement.loads(), [400, 1_000_999_999_600]);
}

#[test]
fn a_class_without_routes_stays_unplaced_and_is_its_own_shortage() {
    let placement = place(&[class(3, &[(0, 0)]), class(7, &[])], &[NO_LIMIT]);
    assert_eq!(placement.unplaced, [0, 7]);
    let shortage = Shortage {
        classes: vec![1],
        bins: vec![],
        boxes: 7,
        capacity: 0,
    };
    assert_eq!(placement.shortage(), Some(&shortage));
}

#[test]
fn no_classes_leave_bins_empty_and_minimums_unmet() {
    let placement = place(&[], &[bin(2, 5), NO_LIMIT]);
    assert_eq!(placement.loads(), [0, 0]);
    assert_eq!(placement.unmet_minimums(), [(0, 2)]);
}

#[test]
fn no_bins_leave_all_boxes_unplaced() {
    assert_eq!(place(&[class(4, &[])], &[]).shortfall(), 4);
    assert_eq!(place(&[], &[]).shortfall(), 0);
}

#[test]
fn counts_beyond_any_company_do_not_wrap() {
    let all = u64::MAX;
    let placement = place(
        &[class(all, &[(0, u32::MAX)]), class(all, &[(0, 0)])],
        &[NO_LIMIT],
    );
    assert_eq!(placement.loads(), [all]);
    assert_eq!(placement.shortfall(), all);
}

#[test]
fn a_used_placer_gives_what_a_new_one_gives() {
    let mut placer = Placer::default();
    let big = [class(40, &[(0, 0), (1, 1), (2, 5)]), class(9, &[(2, 0)])];
    placer.place(&big, &[bin(3, 10), bin(0, 10), bin(9, 10)]);
    let (small, bins) = ([class(5, &[(0, 1)])], [bin(0, 4)]);
    assert_eq!(placer.place(&small, &bins), place(&small, &bins));
}

#[test]
fn boxes_take_their_usual_routes_as_far_as_caps_allow() {
    let alike = class(100, &[(0, 0), (1, 0), (2, 0)]);
    let usual = |_, route| [20, 50, 30][route];
    let mut placer = Placer::default();
    let place = |placer: &mut Placer, bins: &[Bin]| {
        let placement = placer.place_near(std::slice::from_ref(&alike), bins, usual);
        placement.flow(0).to_vec()
    };
    assert_eq!(place(&mut placer, &[NO_LIMIT; 3]), [20, 50, 30]);
    let capped = place(&mut placer, &[NO_LIMIT, bin(0, 10), NO_LIMIT]);
    assert_eq!(capped[1], 10);
    assert!(capped[0] >= 20 && capped[2] >= 30);
    let due = place(&mut placer, &[bin(60, 90), NO_LIMIT, NO_LIMIT]);
    assert_eq!(due[0], 60);
    assert!(due[1] <= 50 && due[2] <= 30);
}

#[test]
fn the_usual_route_never_outweighs_a_cheaper_one() {
    let bins = [NO_LIMIT, NO_LIMIT];
    let usual = |_, route: usize| [0, u64::MAX][route];
    let placement = Placer::default().place_near(&[class(9, &[(0, 3), (1, 4)])], &bins, usual);
    assert_eq!(placement.flow(0), [9, 0]);
}
