//! The rules of allocating orders, one case each.

#[path = "../examples/published/generator.rs"]
mod generator;

use allocation::orders::{
    Allocation, Budget, Change, Made, Order, Orders, Repair, Volumes, least_change,
};
use allocation::{Bin, Route};
use generator::{Company, caps, routes, sites};

const NO_LIMIT: Bin = Bin { min: 0, max: None };

fn exactly(boxes: u64) -> Bin {
    Bin {
        min: boxes,
        max: Some(boxes),
    }
}

fn free_routes(bins: &[usize]) -> Vec<Route> {
    bins.iter().map(|&bin| Route { bin, cost: 0 }).collect()
}

/// Orders of class 0.
fn orders(all: &[(&[u16], bool, Option<u32>)]) -> Orders {
    let mut orders = Orders::default();
    for &(recipes, known, stood) in all {
        orders.push(Order {
            recipes,
            class: 0,
            known,
            stood,
        });
    }
    orders
}

fn solve(orders: &Orders, routes: &[Vec<Route>], bins: &[Bin], previous: &Volumes) -> Allocation {
    least_change(orders, routes, bins, previous, Budget::default())
}

fn loads(allocation: &Allocation, bins: usize) -> Vec<usize> {
    let at = |bin| {
        allocation
            .bins
            .iter()
            .filter(|at| **at == Some(bin))
            .count()
    };
    (0..bins as u32).map(at).collect()
}

/// Recipes 0 to 9, so many kits of each in each of two bins.
fn even(kits: u32) -> Volumes {
    let mut volumes = Volumes::new(10, 2);
    for recipe in 0..10 {
        volumes.add(recipe, 0, kits);
        volumes.add(recipe, 1, kits);
    }
    volumes
}

#[test]
fn the_published_orders_fit_the_sites_that_make_all_their_recipes() {
    let (f1, f2, f3) = (0b001, 0b010, 0b100);
    assert_eq!(sites(&[30]), f1 | f2 | f3);
    assert_eq!(sites(&[8, 5, 24]), f1 | f3);
    assert_eq!(sites(&[52, 51, 55, 63]), f2 | f3);
    assert_eq!(sites(&[28, 95, 20]), f3);
    assert_eq!(sites(&[93, 1, 36, 76]), f3);
}

#[test]
fn the_published_days_from_lead_day_12_to_11_are_proven_optimal_and_their_caps_filled_exactly() {
    let mut company = Company::new(10_000, 1);
    let caps = caps(2_500, 5_000);
    for percent in (10..=52).step_by(6) {
        let orders = company.day(percent);
        let allocation = solve(&orders, &routes(), &caps, &company.previous);
        assert_eq!(loads(&allocation, 3), [2_500, 5_000, 2_500]);
        if percent == 52 {
            assert!(allocation.proven_optimal());
            assert_eq!(allocation.wmape_site(), allocation.wmape_global());
            assert!(allocation.known_moved < 100);
        }
        company.publish(&allocation);
    }
}

#[test]
fn caps_that_fall_by_two_thirds_are_met_and_leave_no_trace_on_the_next_day() {
    let mut company = Company::new(3_000, 2);
    let mut excess = Vec::new();
    for (percent, f1) in [(50, 750), (55, 250), (60, 250)] {
        let orders = company.day(percent);
        let allocation = solve(&orders, &routes(), &caps(f1, 1_500), &company.previous);
        assert_eq!(loads(&allocation, 3)[..2], [f1 as usize, 1_500]);
        excess.push(allocation.excess().unwrap_or(f64::NAN));
        company.publish(&allocation);
    }
    assert!(excess[1] > 0.05, "{excess:?}");
    assert!(excess[2] < 0.005, "{excess:?}");
}

#[test]
fn known_orders_stay_where_they_were_and_simulated_ones_make_way() {
    // Three orders alike, all in bin 0 before; one must go.
    let orders = orders(&[
        (&[1], true, Some(0)),
        (&[1], false, Some(0)),
        (&[1], true, Some(0)),
    ]);
    let mut previous = Volumes::new(2, 2);
    previous.add(1, 0, 3);
    let bins = [exactly(2), NO_LIMIT];
    let allocation = solve(&orders, &[free_routes(&[0, 1])], &bins, &previous);
    assert_eq!(allocation.bins, [Some(0), Some(1), Some(0)]);
    assert_eq!((allocation.distance, allocation.known_moved), (2, 0));
}

#[test]
fn less_change_comes_before_known_orders_staying() {
    let orders = orders(&[(&[1], true, Some(0)), (&[2], true, Some(1))]);
    let mut previous = Volumes::new(3, 2);
    previous.add(2, 0, 1);
    previous.add(1, 1, 1);
    let allocation = solve(
        &orders,
        &[free_routes(&[0, 1])],
        &[exactly(1); 2],
        &previous,
    );
    assert_eq!(allocation.bins, [Some(1), Some(0)]);
    assert_eq!((allocation.distance, allocation.known_moved), (0, 2));
}

#[test]
fn a_preference_comes_before_less_change() {
    let orders = orders(&[(&[1], true, Some(1))]);
    let mut previous = Volumes::new(2, 2);
    previous.add(1, 1, 1);
    let routes = vec![Route { bin: 0, cost: 0 }, Route { bin: 1, cost: 1 }];
    let allocation = solve(&orders, &[routes], &[NO_LIMIT; 2], &previous);
    assert_eq!(allocation.bins, [Some(0)]);
    // Nothing better is possible at that cost, though the demand has not changed.
    assert_eq!((allocation.distance, allocation.global), (2, 0));
    assert!(allocation.proven_optimal());
}

#[test]
fn a_closed_bin_gets_nothing_and_what_that_changes_is_known_to_be_least() {
    let one: &[u16] = &[3, 4];
    let orders = orders(&[(one, true, Some(0)), (one, true, Some(1))]);
    let mut previous = Volumes::new(5, 2);
    for bin in 0..2 {
        previous.add(3, bin, 1);
        previous.add(4, bin, 1);
    }
    let closed = [exactly(0), NO_LIMIT];
    let allocation = solve(&orders, &[free_routes(&[0, 1])], &closed, &previous);
    assert_eq!(allocation.bins, [Some(1), Some(1)]);
    assert_eq!((allocation.distance, allocation.known_moved), (4, 1));
    assert!(allocation.proven_optimal());
}

#[test]
fn three_bins_turn_where_no_two_can_exchange() {
    // Each order fits its own bin and the next; the previous plan had each in the next.
    let mut orders = Orders::default();
    let mut previous = Volumes::new(3, 3);
    let routes: Vec<_> = (0..3)
        .map(|bin| free_routes(&[bin, (bin + 1) % 3]))
        .collect();
    for bin in 0..3_u32 {
        orders.push(Order {
            recipes: &[bin as u16],
            class: bin,
            known: true,
            stood: Some(bin),
        });
        previous.add(bin as u16, (bin as usize + 1) % 3, 1);
    }
    let allocation = solve(&orders, &routes, &[exactly(1); 3], &previous);
    assert_eq!(allocation.bins, [Some(1), Some(2), Some(0)]);
    assert_eq!(allocation.distance, 0);
}

#[test]
fn orders_beyond_the_caps_stay_unplaced_and_those_that_fit_the_volumes_are_chosen() {
    let orders = orders(&[
        (&[1], false, None),
        (&[2], false, None),
        (&[3], false, None),
    ]);
    let mut previous = Volumes::new(4, 1);
    previous.add(3, 0, 1);
    let allocation = solve(&orders, &[free_routes(&[0])], &[exactly(1)], &previous);
    assert_eq!(allocation.bins, [None, None, Some(0)]);
    assert_eq!((allocation.distance, allocation.kits), (0, 1));
    let shortage = allocation.placement().shortage();
    assert_eq!(
        shortage.map(|shortage| (shortage.boxes, shortage.capacity)),
        Some((3, 1))
    );
}

#[test]
fn orders_without_a_route_stay_unplaced() {
    let orders = orders(&[(&[1], true, None), (&[2], true, Some(0))]);
    let allocation = solve(&orders, &[vec![]], &[NO_LIMIT], &Volumes::default());
    assert_eq!(allocation.bins, [None, None]);
    assert_eq!(allocation.placement().shortfall(), 2);
}

#[test]
fn without_any_capacity_there_is_no_volume_to_compare() {
    let orders = orders(&[(&[1], true, Some(0)), (&[2], false, None)]);
    let closed = [exactly(0), exactly(0)];
    let allocation = solve(&orders, &[free_routes(&[0, 1])], &closed, &even(1));
    assert_eq!(allocation.bins, [None, None]);
    let errors = (
        allocation.wmape_site(),
        allocation.wmape_global(),
        allocation.excess(),
    );
    assert_eq!(errors, (None, None, None));
    assert!(allocation.proven_optimal());
}

#[test]
fn no_orders_and_no_bins_are_no_trouble() {
    let allocation = solve(&Orders::default(), &[], &[], &Volumes::default());
    assert_eq!((allocation.bins.len(), allocation.distance), (0, 0));
    assert!(allocation.proven_optimal());
}

#[test]
fn the_first_plan_has_no_previous_volumes_and_is_as_far_from_none_as_any() {
    let orders = orders(&[(&[1, 2], false, None), (&[3], false, None)]);
    let allocation = solve(
        &orders,
        &[free_routes(&[0, 1])],
        &[NO_LIMIT; 2],
        &Volumes::default(),
    );
    assert_eq!((allocation.distance, allocation.kits), (3, 3));
    assert!(allocation.proven_optimal());
}

#[test]
fn a_minimum_that_too_few_can_reach_is_filled_as_far_as_it_goes() {
    let mut orders = orders(&[(&[1], false, None)]);
    orders.push(Order {
        recipes: &[2],
        class: 1,
        known: false,
        stood: None,
    });
    let routes = [free_routes(&[0, 1]), free_routes(&[1])];
    let bins = [exactly(2), NO_LIMIT];
    let allocation = solve(&orders, &routes, &bins, &Volumes::default());
    assert_eq!(allocation.bins, [Some(0), Some(1)]);
    assert_eq!(allocation.placement().unmet_minimums(), [(0, 1)]);
}

#[test]
fn a_recipe_twice_in_an_order_counts_twice() {
    let orders = orders(&[(&[1, 1], false, None), (&[1], false, None)]);
    let mut previous = Volumes::new(2, 2);
    previous.add(1, 0, 1);
    previous.add(1, 1, 2);
    let allocation = solve(
        &orders,
        &[free_routes(&[0, 1])],
        &[exactly(1); 2],
        &previous,
    );
    assert_eq!(allocation.bins, [Some(1), Some(0)]);
    assert_eq!(allocation.kits, 3);
}

#[test]
fn a_hundred_sites_work() {
    let sites = 100_usize;
    let mut all = Orders::default();
    let mut previous = Volumes::new(50, sites);
    let routes: Vec<_> = (0..sites)
        .map(|site| free_routes(&[site, (site + 1) % sites, (site + 7) % sites, 99]))
        .collect();
    for order in 0..5_000_u32 {
        let recipe = (order % 50) as u16;
        all.push(Order {
            recipes: &[recipe],
            class: order % 100,
            known: order % 2 == 0,
            stood: Some(order % 100),
        });
        previous.add((order * 7 % 50) as u16, order as usize % sites, 1);
    }
    let bins = vec![exactly(50); sites];
    let allocation = solve(&all, &routes, &bins, &previous);
    assert_eq!(loads(&allocation, sites), vec![50; sites]);
    assert!(allocation.distance >= allocation.bound);
}

#[test]
fn a_shortage_is_repaired_by_a_higher_cap_or_by_a_recipe_where_there_is_room() {
    // Class 0 fits bin 0 alone, because bin 1 is not known to make recipe 1; class 1 shows that it makes recipe 2.
    let mut all = orders(&[
        (&[1, 2], false, None),
        (&[1], false, None),
        (&[1, 2], false, None),
    ]);
    all.push(Order {
        recipes: &[2],
        class: 1,
        known: false,
        stood: None,
    });
    let routes = [free_routes(&[0]), free_routes(&[1])];
    let bins = [exactly(1), NO_LIMIT];
    let allocation = solve(&all, &routes, &bins, &Volumes::default());
    let made = Made::shown_by(&all, &routes, 2);
    let repair = |change, orders| Repair { change, orders };
    assert_eq!(
        allocation.repairs(&all, &routes, &bins, &made),
        [
            repair(Change::RaiseMax { bin: 0, by: 2 }, 2),
            repair(Change::OpenRecipe { recipe: 1, bin: 1 }, 2),
        ]
    );
}

#[test]
fn a_missed_minimum_is_repaired_by_a_lower_one_or_by_a_recipe_more() {
    let mut all = orders(&[(&[1], false, None), (&[2], false, None)]);
    all.push(Order {
        recipes: &[1],
        class: 1,
        known: false,
        stood: None,
    });
    let routes = [free_routes(&[1]), free_routes(&[0, 1])];
    let bins = [exactly(2), NO_LIMIT];
    let allocation = solve(&all, &routes, &bins, &Volumes::default());
    assert_eq!(allocation.placement().unmet_minimums(), [(0, 1)]);
    let made = Made::shown_by(&all, &routes, 2);
    let repair = |change| Repair { change, orders: 1 };
    assert_eq!(
        allocation.repairs_of_minimum(&all, (0, 1), &made),
        [
            repair(Change::LowerMin { bin: 0, by: 1 }),
            repair(Change::OpenRecipe { recipe: 2, bin: 0 }),
        ]
    );
    assert_eq!(allocation.repairs(&all, &routes, &bins, &made), []);
}
