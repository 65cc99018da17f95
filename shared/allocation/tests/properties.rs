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

/// Boxes unplaced, boxes missing from minimums, cost, boxes beyond usual: less is better, in this order.
type Score = (u64, u64, u64, u64);

/// What is usual on a route, where nothing is wished.
const NO_WISH: fn(usize, usize) -> u64 = |_, _| u64::MAX;

/// Something for each route that has no pattern of its own.
fn some_usual(class: usize, route: usize) -> u64 {
    [0, 1, 0, 2, 1][(3 * class + 2 * route) % 5]
}

fn score(placement: &Placement, classes: &[Class], usual: impl Fn(usize, usize) -> u64) -> Score {
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
    let beyond = (0..classes.len()).flat_map(|class| {
        let flow = placement.flow(class).iter().enumerate();
        flow.map(|(route, boxes)| boxes.saturating_sub(usual(class, route)))
            .collect::<Vec<_>>()
    });
    (placement.shortfall(), unmet, cost.sum(), beyond.sum())
}

/// The best score of all placements, by trying every one: box by box, route by route.
struct Search<'a> {
    classes: &'a [Class],
    bins: &'a [Bin],
    usual: &'a dyn Fn(usize, usize) -> u64,
    loads: Vec<u64>,
    flow: Vec<Vec<u64>>,
}

impl Search<'_> {
    fn best(
        &mut self,
        class: usize,
        boxes: u64,
        (unplaced, cost, beyond): (u64, u64, u64),
    ) -> Score {
        let Some(Class { routes, .. }) = self.classes.get(class) else {
            let short = |(bin, load): (&Bin, &u64)| bin.min.saturating_sub(*load);
            let unmet = self.bins.iter().zip(&self.loads).map(short).sum();
            return (unplaced, unmet, cost, beyond);
        };
        if boxes == 0 {
            let boxes = self.classes.get(class + 1).map_or(0, |class| class.boxes);
            return self.best(class + 1, boxes, (unplaced, cost, beyond));
        }
        let mut found = self.best(class, boxes - 1, (unplaced + 1, cost, beyond));
        for (at, route) in routes.iter().enumerate() {
            if self.bins[route.bin]
                .max
                .is_none_or(|max| self.loads[route.bin] < max)
            {
                let over = u64::from(self.flow[class][at] >= (self.usual)(class, at));
                self.loads[route.bin] += 1;
                self.flow[class][at] += 1;
                let done = (unplaced, cost + u64::from(route.cost), beyond + over);
                found = found.min(self.best(class, boxes - 1, done));
                self.loads[route.bin] -= 1;
                self.flow[class][at] -= 1;
            }
        }
        found
    }
}

fn best(classes: &[Class], bins: &[Bin], usual: &dyn Fn(usize, usize) -> u64) -> Score {
    let loads = vec![0; bins.len()];
    let flow = classes
        .iter()
        .map(|class| vec![0; class.routes.len()])
        .collect();
    let boxes = classes.first().map_or(0, |class| class.boxes);
    Search {
        classes,
        bins,
        usual,
        loads,
        flow,
    }
    .best(0, boxes, (0, 0, 0))
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
        prop_assert_eq!(score(&placement, &classes, NO_WISH), best(&classes, &bins, &NO_WISH));
    }

    #[test]
    fn no_other_placement_is_better_and_nearer_to_what_is_usual(
        (classes, bins) in instance(4, 3, 3, 4, 1)
    ) {
        let placement = Placer::default().place_near(&classes, &bins, some_usual);
        prop_assert_eq!(
            score(&placement, &classes, some_usual),
            best(&classes, &bins, &some_usual)
        );
    }

    #[test]
    fn what_is_usual_comes_after_everything_else(
        (classes, bins) in instance(10, 30, 1_000, 3_000, 3), usual in prop::collection::vec(0..400_u64, 7)
    ) {
        let near = Placer::default().place_near(&classes, &bins, |class, route| {
            usual[(3 * class + route) % usual.len()]
        });
        let (first, second) = (place(&classes, &bins), near);
        prop_assert_eq!(score(&first, &classes, NO_WISH), score(&second, &classes, NO_WISH));
        prop_assert_eq!(first.shortage(), second.shortage());
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
