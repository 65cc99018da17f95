//! What every allocation of orders keeps, and how near the best it is: compared with an exact solver.

use allocation::orders::{Allocation, Budget, Order, Orders, Volumes, least_change};
use allocation::{Bin, Class, Route, place};
use microlp::{ComparisonOp, OptimizationDirection, Problem};
use proptest::prelude::*;
use random::Stream;

const RECIPES: usize = 8;

/// A small instance.
#[derive(Debug, Clone)]
struct Instance {
    orders: Orders,
    routes: Vec<Vec<Route>>,
    bins: Vec<Bin>,
    previous: Volumes,
}

impl Instance {
    fn solve(&self) -> Allocation {
        let Self {
            orders,
            routes,
            bins,
            previous,
        } = self;
        least_change(orders, routes, bins, previous, Budget::default())
    }

    fn classes(&self) -> Vec<Class> {
        let class = |(class, routes): (usize, &Vec<Route>)| Class {
            boxes: self.orders_of(class).count() as u64,
            routes: routes.clone(),
        };
        self.routes.iter().enumerate().map(class).collect()
    }

    fn orders_of(&self, class: usize) -> impl Iterator<Item = usize> {
        (0..self.orders.len()).filter(move |order| self.orders.class(*order) == class as u32)
    }

    /// Unplaced, missing from minimums, cost.
    fn score(&self, allocation: &Allocation) -> (u64, u64, u64) {
        let mut loads = vec![0; self.bins.len()];
        let (mut unplaced, mut cost) = (0, 0);
        for (order, bin) in allocation.bins.iter().enumerate() {
            let Some(bin) = bin else {
                unplaced += 1;
                continue;
            };
            loads[*bin as usize] += 1;
            let routes = &self.routes[self.orders.class(order) as usize];
            let taken = routes.iter().filter(|route| route.bin == *bin as usize);
            cost += u64::from(taken.map(|route| route.cost).min().unwrap_or(u32::MAX));
        }
        let short = |(bin, load): (&Bin, &u64)| bin.min.saturating_sub(*load);
        (
            unplaced,
            self.bins.iter().zip(&loads).map(short).sum(),
            cost,
        )
    }
}

/// A random instance: a few sites, eligibility sets, caps that may be exact, a previous plan of like orders.
fn instance(seed: u64, costs: bool) -> Instance {
    let mut stream = Stream::new(seed, &[]);
    let sites = 2 + stream.below(2) as usize;
    let count = 6 + stream.below(9) as usize;
    let routes: Vec<Vec<Route>> = (1..1_usize << sites)
        .map(|set| {
            let fits = (0..sites).filter(|site| set >> site & 1 == 1);
            let cost = |stream: &mut Stream| if costs { stream.below(2) } else { 0 };
            fits.map(|bin| Route {
                bin,
                cost: cost(&mut stream),
            })
            .collect()
        })
        .collect();
    let mut orders = Orders::default();
    let mut previous = Volumes::new(RECIPES, sites);
    for _ in 0..count {
        let recipes: Vec<u16> = (0..=stream.below(3))
            .map(|_| stream.below(RECIPES as u32) as u16)
            .collect();
        let known = stream.below(2) == 0;
        let stood = stream.below(sites as u32);
        let kept = stream.below(3) > 0;
        if kept {
            recipes
                .iter()
                .for_each(|recipe| previous.add(*recipe, stood as usize, 1));
        } else {
            previous.add(
                stream.below(RECIPES as u32) as u16,
                stood as usize,
                1 + stream.below(2),
            );
        }
        orders.push(Order {
            recipes: &recipes,
            class: stream.below(routes.len() as u32),
            known,
            stood: (known && kept).then_some(stood),
        });
    }
    let even = (count / sites) as u32;
    let mut bins: Vec<Bin> = (1..sites)
        .map(|_| {
            let min = u64::from(stream.below(even + 1));
            let max = min + u64::from(stream.below(3));
            Bin {
                min,
                max: Some(max),
            }
        })
        .collect();
    bins.push(Bin {
        min: 0,
        max: (stream.below(3) == 0).then_some(u64::from(even) + 2),
    });
    Instance {
        orders,
        routes,
        bins,
        previous,
    }
}

/// The least distance of all allocations as good as `score`.
fn exact(instance: &Instance, (unplaced, unmet, cost): (u64, u64, u64)) -> f64 {
    let Instance {
        orders,
        routes,
        bins,
        previous,
    } = instance;
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let (mut placed, mut paid) = (vec![], vec![]);
    let mut loads = vec![vec![]; bins.len()];
    let mut cells = vec![vec![]; bins.len() * RECIPES];
    for order in 0..orders.len() {
        let mut once = vec![];
        for route in &routes[orders.class(order) as usize] {
            let x = problem.add_binary_var(0.0);
            once.push((x, 1.0));
            placed.push((x, 1.0));
            paid.push((x, f64::from(route.cost)));
            loads[route.bin].push((x, 1.0));
            for recipe in 0..RECIPES as u16 {
                let kits = orders
                    .recipes(order)
                    .iter()
                    .filter(|kit| **kit == recipe)
                    .count();
                if kits > 0 {
                    cells[route.bin * RECIPES + usize::from(recipe)].push((x, kits as f64));
                }
            }
        }
        problem.add_constraint(once, ComparisonOp::Le, 1.0);
    }
    problem.add_constraint(
        placed,
        ComparisonOp::Eq,
        (orders.len() as u64 - unplaced) as f64,
    );
    problem.add_constraint(paid, ComparisonOp::Le, cost as f64);
    let mut missing = vec![];
    for (bin, load) in bins.iter().zip(loads) {
        let short = problem.add_var(0.0, (0.0, f64::INFINITY));
        missing.push((short, 1.0));
        if let Some(max) = bin.max {
            problem.add_constraint(load.clone(), ComparisonOp::Le, max as f64);
        }
        let mut due = load;
        due.push((short, 1.0));
        problem.add_constraint(due, ComparisonOp::Ge, bin.min as f64);
    }
    problem.add_constraint(missing, ComparisonOp::Le, unmet as f64);
    for (at, kits) in cells.into_iter().enumerate() {
        let before = f64::from(previous.get((at % RECIPES) as u16, at / RECIPES));
        let mut balance = kits;
        balance.push((problem.add_var(1.0, (0.0, f64::INFINITY)), -1.0));
        balance.push((problem.add_var(1.0, (0.0, f64::INFINITY)), 1.0));
        problem.add_constraint(balance, ComparisonOp::Eq, before);
    }
    let outcome = problem.solve().ok();
    let solution = outcome.as_ref().and_then(|outcome| outcome.solution());
    solution.map_or(f64::INFINITY, microlp::Solution::objective)
}

#[test]
fn small_instances_are_solved_as_an_exact_solver_solves_them() {
    let mut best = 0;
    let all = 300;
    for seed in 0..all {
        let instance = instance(seed, seed % 2 == 1);
        let allocation = instance.solve();
        let least = exact(&instance, instance.score(&allocation));
        let found = allocation.distance as f64;
        assert!(
            found >= least - 1e-6,
            "seed {seed}: {found} is below the least, {least}"
        );
        assert!(
            allocation.bound as f64 <= least + 1e-6,
            "seed {seed}: no bound"
        );
        if found < least + 1e-6 {
            best += 1;
        } else {
            let excess = (found - least) / allocation.kits as f64;
            assert!(
                excess <= 0.02,
                "seed {seed}: WMAPE is {excess} above the least"
            );
        }
    }
    assert!(best * 100 >= all * 99, "{best} of {all} are best");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn an_allocation_keeps_the_rules(seed: u64, costs: bool) {
        let instance = instance(seed, costs);
        let allocation = instance.solve();
        let mut loads = vec![0_u64; instance.bins.len()];
        let mut volumes = Volumes::new(RECIPES, instance.bins.len());
        for (order, bin) in allocation.bins.iter().enumerate() {
            let Some(bin) = *bin else { continue };
            let routes = &instance.routes[instance.orders.class(order) as usize];
            prop_assert!(routes.iter().any(|route| route.bin == bin as usize));
            loads[bin as usize] += 1;
            for recipe in instance.orders.recipes(order) {
                volumes.add(*recipe, bin as usize, 1);
            }
        }
        for (bin, load) in instance.bins.iter().zip(&loads) {
            prop_assert!(bin.max.is_none_or(|max| *load <= max));
        }
        let cells = (0..RECIPES as u16).flat_map(|recipe| (0..loads.len()).map(move |bin| (recipe, bin)));
        let distance: u64 = cells
            .clone()
            .map(|(recipe, bin)| u64::from(volumes.get(recipe, bin).abs_diff(instance.previous.get(recipe, bin))))
            .sum();
        prop_assert_eq!(distance, allocation.distance);
        prop_assert!(cells.into_iter().all(|(recipe, bin)| volumes.get(recipe, bin) == allocation.volumes.get(recipe, bin)));
    }

    #[test]
    fn orders_are_placed_as_well_as_their_classes_can_be(seed: u64, costs: bool) {
        let instance = instance(seed, costs);
        let classes = instance.classes();
        let placement = place(&classes, &instance.bins);
        let cost = |(at, class): (usize, &Class)| -> u64 {
            class.routes.iter().zip(placement.flow(at)).map(|(route, boxes)| u64::from(route.cost) * boxes).sum()
        };
        let best = (
            placement.shortfall(),
            placement.unmet_minimums().iter().map(|(_, short)| short).sum(),
            classes.iter().enumerate().map(cost).sum(),
        );
        prop_assert_eq!(instance.score(&instance.solve()), best);
    }

    #[test]
    fn the_bounds_are_below_the_distance_and_the_proof_is_equality(seed: u64, costs: bool) {
        let allocation = instance(seed, costs).solve();
        prop_assert!(allocation.global <= allocation.distance);
        prop_assert!(allocation.bound <= allocation.distance);
        prop_assert_eq!(allocation.proven_optimal(), allocation.bound == allocation.distance);
        prop_assert!(allocation.wmape_global() <= allocation.wmape_site());
        if allocation.placement().shortfall() == 0 {
            prop_assert!(allocation.global <= allocation.bound);
        }
    }

    #[test]
    fn the_same_orders_give_the_same_allocation(seed: u64) {
        let instance = instance(seed, true);
        prop_assert_eq!(instance.solve(), instance.clone().solve());
    }
}
