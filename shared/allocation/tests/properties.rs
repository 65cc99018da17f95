//! What every placement keeps, and that none is better: compared with trying all on tiny instances.

use allocation::{Bin, Class, Placement, Placer, Route, place};
use proptest::prelude::*;

fn instance(
    bins: usize,
    classes: usize,
    boxes: u64,
    room: u64,
    cost: u32,
) -> impl Strategy<Value = (Vec<Class>, Vec<Bin>)> {
    let bin = (0..=room / 2, prop::option::weighted(0.9, 0..=room))
        .prop_map(|(min, max)| Bin { min, max });
    (1..=bins, 0..=classes).prop_flat_map(move |(bins, classes)| {
        let route = (0..bins, 0..=cost).prop_map(|(bin, cost)| Route { bin, cost });
        let class = (0..=boxes, prop::collection::vec(route, 0..=4))
            .prop_map(|(boxes, routes)| Class { boxes, routes });
        (
            prop::collection::vec(class, classes),
            prop::collection::vec(bin.clone(), bins),
        )
    })
}

/// Boxes unplaced, boxes missing from minimums, cost: less is better, in this order.
type Score = (u64, u64, u64);

fn score(placement: &Placement, classes: &[Class]) -> Score {
    let cost = classes
        .iter()
        .enumerate()
        .flat_map(|(class, Class { routes, .. })| {
            routes
                .iter()
                .zip(placement.flow(class))
                .map(|(route, boxes)| u64::from(route.cost) * boxes)
        });
    let unmet = placement
        .unmet_minimums()
        .iter()
        .map(|(_, short)| short)
        .sum();
    (placement.shortfall(), unmet, cost.sum())
}

/// The best score of all placements, by trying every one: box by box, route by route.
fn best(classes: &[Class], bins: &[Bin], loads: &mut [u64], done: (u64, u64)) -> Score {
    let Some((class, rest)) = classes.split_first() else {
        let unmet = bins
            .iter()
            .zip(loads)
            .map(|(bin, load)| bin.min.saturating_sub(*load))
            .sum();
        return (done.0, unmet, done.1);
    };
    if class.boxes == 0 {
        return best(rest, bins, loads, done);
    }
    let mut left = vec![Class {
        boxes: class.boxes - 1,
        ..class.clone()
    }];
    left.extend_from_slice(rest);
    let mut found = best(&left, bins, loads, (done.0 + 1, done.1));
    for route in &class.routes {
        if bins[route.bin].max.is_none_or(|max| loads[route.bin] < max) {
            loads[route.bin] += 1;
            let cost = done.1 + u64::from(route.cost);
            found = found.min(best(&left, bins, loads, (done.0, cost)));
            loads[route.bin] -= 1;
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn boxes_are_placed_or_unplaced_and_no_bin_passes_its_maximum(
        (classes, bins) in instance(30, 60, 1_000_000_000, 5_000_000_000, 5)
    ) {
        let placement = place(&classes, &bins);
        let mut loads = vec![0; bins.len()];
        for (at, class) in classes.iter().enumerate() {
            let flow = placement.flow(at);
            prop_assert_eq!(flow.iter().sum::<u64>() + placement.unplaced[at], class.boxes);
            for (route, boxes) in class.routes.iter().zip(flow) {
                loads[route.bin] += boxes;
            }
        }
        prop_assert_eq!(&loads, placement.loads());
        for (bin, load) in bins.iter().zip(&loads) {
            prop_assert!(bin.max.is_none_or(|max| *load <= max));
        }
        let unmet: Vec<_> = bins.iter().zip(&loads).enumerate()
            .filter(|(_, (bin, load))| *load < &bin.min)
            .map(|(at, (bin, load))| (at, bin.min - load))
            .collect();
        prop_assert_eq!(placement.unmet_minimums(), unmet);
    }

    #[test]
    fn a_shortage_proves_itself(
        (classes, bins) in instance(12, 40, 100, 150, 3)
    ) {
        let placement = place(&classes, &bins);
        prop_assert_eq!(placement.shortage().is_some(), placement.shortfall() > 0);
        if let Some(shortage) = placement.shortage() {
            let boxes: u64 = shortage.classes.iter().map(|&class| classes[class].boxes).sum();
            let capacity: u64 = shortage.bins.iter().filter_map(|&bin| bins[bin].max).sum();
            prop_assert!(shortage.bins.iter().all(|&bin| bins[bin].max.is_some()));
            prop_assert_eq!((boxes, capacity), (shortage.boxes, shortage.capacity));
            prop_assert_eq!(boxes - capacity, placement.shortfall());
            for &class in &shortage.classes {
                for route in &classes[class].routes {
                    prop_assert!(shortage.bins.contains(&route.bin));
                }
            }
        }
    }

    #[test]
    fn no_other_placement_is_better((classes, bins) in instance(4, 3, 2, 3, 3)) {
        let placement = place(&classes, &bins);
        prop_assert_eq!(
            score(&placement, &classes),
            best(&classes, &bins, &mut vec![0; bins.len()], (0, 0))
        );
    }

    #[test]
    fn the_same_input_gives_the_same_placement(
        first in instance(10, 20, 50, 60, 4), (classes, bins) in instance(10, 20, 50, 60, 4)
    ) {
        let mut placer = Placer::default();
        placer.place(&first.0, &first.1);
        prop_assert_eq!(placer.place(&classes, &bins), place(&classes, &bins));
    }
}
