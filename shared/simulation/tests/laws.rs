//! Laws that hold in every state of the world, on random small weeks.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use demand::{AreaDemand, WeekDemand};
use proptest::prelude::*;
use simulation::{Limits, Packed, Plan, Simulation, shortfalls};
use snapshot::{Cap, RouteFacts, WeekSnapshot};
use support::{item, plates};

const DAYS: usize = 4;

/// A week of a few areas, sites and recipes; caps may be far too small.
fn week() -> impl Strategy<Value = (WeekSnapshot, WeekDemand)> {
    // Up to eight sites serving an area are one way of telling boxes apart, more another.
    let sites = prop_oneof![4 => 1..4_usize, 1 => 9..12_usize];
    (sites, 1..5_usize, 3..9_usize).prop_flat_map(|(sites, areas, items)| {
        let cap = prop_oneof![
            1 => Just(None),
            1 => Just(Some(0)),
            4 => (0..120_u64).prop_map(Some),
        ];
        let cap = (0..20_u64, cap).prop_map(|(min, max)| Cap {
            min: min.min(max.unwrap_or(u64::MAX)),
            max,
        });
        let caps = prop::collection::vec(prop::collection::vec(cap, DAYS + 1), sites);
        let route = (0..sites, 1..4_u32, 0..2_u32).prop_map(|(site, preference, transit_days)| {
            RouteFacts {
                site,
                weekday: None,
                preference,
                transit_days,
            }
        });
        let routes = prop::collection::vec(prop::collection::vec(route, 0..20), areas);
        let made = prop::option::weighted(
            0.3,
            prop::sample::subsequence((0..sites).collect::<Vec<_>>(), 0..=sites),
        );
        let made = prop::collection::vec(made, items);
        let shares = prop::collection::vec(prop::collection::vec(0..5_u32, items), areas);
        let volumes = prop::collection::vec(0..150_u32, areas);
        let known = prop::collection::vec(
            (0..areas, 0..DAYS, prop::collection::vec(0..items, 1..4)),
            0..30,
        );
        let closed = prop::collection::vec(prop::bool::weighted(0.2), DAYS);
        (caps, routes, made, shares, volumes, known, closed).prop_map(
            move |(caps, routes, made, shares, volumes, known, closed)| {
                let menu = made.into_iter().enumerate();
                let menu = menu.map(|(at, made_at)| item(at, made_at)).collect();
                let mut snapshot = support::snapshot(menu, caps, routes);
                for (at, (area, day, items)) in known.iter().enumerate() {
                    let mut order = support::known(*area, *day, items, 1).remove(0);
                    order.order = format!("O{at}").parse().unwrap();
                    snapshot.known.push(order);
                }
                snapshot.closed = closed;
                let areas = shares
                    .iter()
                    .zip(&volumes)
                    .map(|(shares, volume)| area(shares, *volume));
                let demand = WeekDemand {
                    areas: areas.collect(),
                    level_deviation: 0.2,
                    recipe_deviation: vec![0.3; items],
                    survival: 1.0,
                    is_new: vec![false; items],
                    volume_method: "a test",
                    overridden: demand::Overridden::default(),
                };
                (snapshot, demand)
            },
        )
    })
}

fn area(shares: &[u32], volume: u32) -> AreaDemand {
    let shares: Vec<f64> = shares.iter().map(|share| f64::from(*share)).collect();
    AreaDemand {
        deviation: 0.1,
        concentration: 40.0,
        portions: vec![(plates(2), 0.7), (plates(4), 0.3)],
        recipes_per_box: vec![(1, 0.2), (3, 0.8)],
        ..support::area(f64::from(volume), &shares, 1)
    }
}

fn check_caps(snapshot: &WeekSnapshot, loads: impl Fn(usize) -> u64) {
    for bin in 0..snapshot.bins() {
        if let Some(most) = snapshot.cap(bin).max {
            assert!(
                loads(bin) <= most,
                "bin {bin}: {} boxes, cap {most}",
                loads(bin)
            );
        }
    }
}

fn check_plan(snapshot: &WeekSnapshot, simulation: &Simulation<'_>, plan: &Plan) {
    let placed = plan.placed.bins().flatten().count() as u64;
    assert_eq!(placed + plan.placed.unplaced(), plan.boxes.len() as u64);
    let parts = shortfalls(simulation, plan);
    assert_eq!(
        parts.iter().map(simulation::Shortfall::short).sum::<u64>(),
        plan.placed.unplaced()
    );
    let mut loads = vec![0; snapshot.bins()];
    for (drawn, bin) in plan.boxes.kits().zip(plan.placed.bins()) {
        let Some(bin) = bin else { continue };
        loads[bin] += 1;
        let (site, _) = snapshot.site_and_day(bin);
        let date = simulation.dates()[drawn.date];
        assert!(
            snapshot
                .routes(drawn.area, date)
                .iter()
                .any(|(route, _)| *route == bin)
        );
        for item in drawn.items {
            let made = &snapshot.menu[usize::from(*item)].made_at;
            assert!(
                made.as_ref().is_none_or(|sites| sites.contains(&site)),
                "made elsewhere"
            );
        }
    }
    check_caps(snapshot, |bin| loads[bin]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_box_is_at_one_eligible_site_or_short_and_no_cap_is_passed((snapshot, demand) in week()) {
        let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), 7).unwrap();
        check_plan(&snapshot, &simulation, &simulation.plan());
        let draws = simulation.draws(5);
        for (replicate, (total, unplaced)) in draws.totals().iter().zip(draws.unplaced()).enumerate() {
            let placed: u64 = (0..snapshot.bins()).map(|bin| draws.boxes(bin)[replicate]).sum();
            prop_assert_eq!(placed + unplaced, *total);
            prop_assert!(*total >= snapshot.known.len() as u64, "known orders are kept");
            check_caps(&snapshot, |bin| draws.boxes(bin)[replicate]);
        }
    }

    #[test]
    fn following_the_plan_costs_no_box_and_passes_no_cap((snapshot, demand) in week()) {
        let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), 7).unwrap();
        let plan = simulation.plan();
        let usual = simulation.usual(&plan.boxes, plan.placed.bins());
        let (free, near) = (simulation.draws(5), simulation.draws_near(5, &usual));
        prop_assert_eq!(free.unplaced(), near.unplaced());
        prop_assert_eq!(free.totals(), near.totals());
        for replicate in 0..5 {
            check_caps(&snapshot, |bin| near.boxes(bin)[replicate]);
        }
    }

    #[test]
    fn threads_change_no_byte((snapshot, demand) in week()) {
        let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), 7).unwrap();
        let draw = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| simulation.draws(8).pack().unwrap())
        };
        prop_assert_eq!(draw(1), draw(3));
    }

    #[test]
    fn stored_draws_are_read_as_they_were((snapshot, demand) in week()) {
        let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), 7).unwrap();
        let draws = simulation.draws(6);
        let bytes = draws.pack().unwrap();
        let packed = Packed::open(&bytes).unwrap();
        let mut kits = 0_u64;
        for site in 0..snapshot.sites.len() {
            let stored = packed.site(site).unwrap();
            for day in 0..snapshot.packing_days.len() {
                let boxes: Vec<u64> = stored.boxes(day).iter().map(|n| u64::from(*n)).collect();
                prop_assert_eq!(boxes, draws.boxes(snapshot.bin(site, day)));
                kits += stored.kits(day).iter().map(|n| u64::from(*n)).sum::<u64>();
            }
        }
        let counted: u64 = draws.kits_by_item().iter().flatten().sum();
        prop_assert_eq!(kits, counted);
    }

    #[test]
    fn damaged_draws_are_refused_without_panic(
        (snapshot, demand) in week(),
        cut in any::<prop::sample::Index>(),
        flip in any::<(prop::sample::Index, u8)>(),
    ) {
        let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), 7).unwrap();
        let bytes = simulation.draws(3).pack().unwrap();
        let mut flipped = bytes.clone();
        let at = flip.0.index(bytes.len());
        flipped[at] ^= flip.1;
        for damaged in [&bytes[..cut.index(bytes.len())], &flipped] {
            if let Ok(packed) = Packed::open(damaged) {
                for site in 0..snapshot.sites.len() {
                    let _ = packed.site(site);
                }
            }
        }
    }

    #[test]
    fn boxes_hold_distinct_recipes_within_the_limits(
        (snapshot, demand) in week(),
        most in 0..40_u32,
    ) {
        let mut snapshot = snapshot;
        snapshot.known.clear();
        let limits = Limits { max_kits: [(0, most)].into(), incompatible: vec![(1, 2)] };
        let simulation = Simulation::new(&snapshot, &demand, &limits, 7).unwrap();
        let plan = simulation.plan();
        let mut sold = 0;
        for drawn in plan.boxes.kits() {
            let mut items = drawn.items.to_vec();
            items.sort_unstable();
            let before = items.len();
            items.dedup();
            prop_assert_eq!(before, items.len(), "a recipe twice in a box");
            prop_assert!(!(items.contains(&1) && items.contains(&2)), "incompatible");
            sold += u32::from(items.contains(&0));
        }
        prop_assert!(sold <= most, "{} kits of a recipe limited to {}", sold, most);
    }
}
