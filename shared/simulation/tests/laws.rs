//! Laws that hold in every state of the world, on random small weeks.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use demand::{AreaDemand, WeekDemand};
use domain::Portions;
use proptest::prelude::*;
use simulation::{Limits, Packed, Plan, Simulation, shortfalls};
use snapshot::{
    AreaFacts, Cap, KnownBox, MenuItem, Offer, RouteFacts, SiteFacts, Traits, WeekSnapshot,
};

const DAYS: usize = 4;

/// A week of a few areas, sites and recipes; caps may be far too small.
fn week() -> impl Strategy<Value = (WeekSnapshot, WeekDemand)> {
    (1..4_usize, 1..5_usize, 3..9_usize).prop_flat_map(|(sites, areas, items)| {
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
        let routes = prop::collection::vec(prop::collection::vec(route, 0..4), areas);
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
        (caps, routes, made, shares, volumes, known).prop_map(
            move |(caps, routes, made, shares, volumes, known)| {
                let snapshot = snapshot(items, caps, routes, made, known);
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
                };
                (snapshot, demand)
            },
        )
    })
}

fn snapshot(
    items: usize,
    caps: Vec<Vec<Cap>>,
    routes: Vec<Vec<RouteFacts>>,
    made: Vec<Option<Vec<usize>>>,
    known: Vec<(usize, usize, Vec<usize>)>,
) -> WeekSnapshot {
    let date = |day: usize| {
        jiff::civil::date(2026, 11, 22)
            .saturating_add(jiff::Span::new().days(i32::try_from(day).unwrap()))
    };
    let item = |at: usize, made_at: Option<Vec<usize>>| MenuItem {
        recipe: format!("R{at}").parse().unwrap(),
        name: format!("Recipe {at}"),
        traits: Traits::default(),
        offer: Offer::default(),
        area_offers: Vec::new(),
        add_on: false,
        max_boxes: None,
        offered: None,
        made_at,
    };
    WeekSnapshot {
        week: "2026-W48".parse().unwrap(),
        start_date: date(1),
        end_date: date(DAYS),
        as_of: "2026-11-15T12:00:00Z".parse().unwrap(),
        lead_weeks: 2,
        sites: (0..caps.len())
            .map(|at| SiteFacts {
                id: format!("S{at}").parse().unwrap(),
                name: format!("Site {at}"),
                catch_all: false,
            })
            .collect(),
        packing_days: (0..=DAYS).map(date).collect(),
        caps,
        areas: routes
            .into_iter()
            .enumerate()
            .map(|(at, routes)| AreaFacts {
                id: format!("A{at}").parse().unwrap(),
                routes,
            })
            .collect(),
        menu: made
            .into_iter()
            .enumerate()
            .map(|(at, made)| item(at, made))
            .take(items)
            .collect(),
        products: Vec::new(),
        bom: Vec::new(),
        packaging: Vec::new(),
        volume: Vec::new(),
        shares: Vec::new(),
        known: known
            .into_iter()
            .enumerate()
            .map(|(at, (area, day, items))| KnownBox {
                order: format!("O{at}").parse().unwrap(),
                placed_at: "2026-11-14T12:00:00Z".parse().unwrap(),
                delivery_date: date(day + 1),
                area,
                portions: plates(2),
                items,
            })
            .collect(),
        closed: Vec::new(),
        withdrawn: (0, 0),
        recipes_per_box: None,
    }
}

fn plates(plates: u8) -> Portions {
    plates.try_into().unwrap()
}

fn area(shares: &[u32], volume: u32) -> AreaDemand {
    let total: u32 = shares.iter().sum();
    AreaDemand {
        boxes: f64::from(volume),
        deviation: 0.1,
        shares: shares
            .iter()
            .map(|share| f64::from(*share) / f64::from(total.max(1)))
            .collect(),
        concentration: 40.0,
        add_ons: vec![0.0; shares.len()],
        portions: vec![(plates(2), 0.7), (plates(4), 0.3)],
        recipes_per_box: vec![(1, 0.2), (3, 0.8)],
        weekdays: None,
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
    let parts = shortfalls(simulation, &plan.placed);
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
