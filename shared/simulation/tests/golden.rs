//! The same numbers on every platform: digests of draws, as they were when this was written.
//!
//! A change of a digest is a change of every forecast; say so where changes are listed.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use demand::WeekDemand;
use simulation::{Draws, Limits, Packed, Plan, Simulation};
use snapshot::{Cap, RouteFacts, WeekSnapshot};
use support::{area, demand, item, known, plates, route, snapshot};

const ITEMS: usize = 14;

/// Everything at once: known orders, a cut-off passed, add-ons, sites that cannot make everything, caps that bind.
fn week() -> (WeekSnapshot, WeekDemand) {
    let made_at = |at: usize| at.is_multiple_of(3).then(|| vec![at % 2, 2]);
    let mut menu: Vec<_> = (0..ITEMS).map(|at| item(at, made_at(at))).collect();
    menu[ITEMS - 1].add_on = true;
    let cap = |min, max| vec![Cap { min, max }; 4];
    let second = |site| RouteFacts {
        preference: 2,
        ..route(site)
    };
    let mut snapshot = snapshot(
        menu,
        vec![cap(20, Some(90)), cap(0, Some(150)), cap(0, None)],
        vec![
            vec![route(0), second(1)],
            vec![route(1), route(2)],
            vec![route(2), second(0), second(1)],
        ],
    );
    snapshot.known = known(0, 0, &[1, 2, 3], 40);
    snapshot.known.extend(known(1, 1, &[4, 5], 30));
    snapshot.closed[0] = true;
    let areas = (0..3).map(|at| {
        let shares: Vec<f64> = (0..ITEMS)
            .map(|item| {
                if item + 1 < ITEMS {
                    ((item * 7 + at * 3) % 11) as f64
                } else {
                    0.0
                }
            })
            .collect();
        let mut area = area(300.0, &shares, 3);
        area.deviation = 0.1;
        area.concentration = 60.0;
        area.portions = vec![(plates(2), 0.6), (plates(4), 0.4)];
        area.recipes_per_box = vec![(2, 0.3), (3, 0.4), (7, 0.3)];
        area.add_ons[ITEMS - 1] = 0.4;
        area
    });
    let mut demand = demand(areas.collect());
    demand.level_deviation = 0.1;
    demand.recipe_deviation = vec![0.3; ITEMS];
    demand.survival = 0.9;
    (snapshot, demand)
}

/// FNV-1a over numbers.
fn digest(numbers: impl IntoIterator<Item = u64>) -> u64 {
    numbers
        .into_iter()
        .flat_map(u64::to_le_bytes)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        })
}

fn of_draws(snapshot: &WeekSnapshot, draws: &Draws) -> u64 {
    let bytes = draws.pack().unwrap();
    let packed = Packed::open(&bytes).unwrap();
    let mut numbers = draws.unplaced();
    for site in 0..snapshot.sites.len() {
        let drawn = packed.site(site).unwrap();
        for day in 0..snapshot.packing_days.len() {
            let counts = drawn.boxes(day).iter().chain(drawn.kits(day));
            numbers.extend(counts.map(|count| u64::from(*count)));
        }
    }
    digest(numbers)
}

fn of_plan(plan: &Plan) -> u64 {
    digest(
        plan.boxes
            .kits()
            .zip(plan.placed.bins())
            .flat_map(|(kit, bin)| {
                let head = [kit.area, kit.date, kit.portions, bin.unwrap_or(usize::MAX)];
                let items = kit.items.iter().map(|item| u64::from(*item));
                head.map(|part| part as u64)
                    .into_iter()
                    .chain(items)
                    .collect::<Vec<_>>()
            }),
    )
}

#[test]
fn a_week_draws_the_same_numbers_on_every_platform() {
    let (snapshot, demand) = week();
    let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), 7).unwrap();
    let plan = simulation.plan();
    // Every other box at the next site.
    let bins = plan.placed.bins().zip([0, 4].into_iter().cycle());
    let moved = bins.map(|(bin, by)| Some((bin? + by) % snapshot.bins()));
    let usual = simulation.usual(&plan.boxes, moved);
    let limits = Limits {
        max_kits: [(1, 120)].into(),
        incompatible: vec![(2, 4)],
    };
    let limited = Simulation::new(&snapshot, &demand, &limits, 7).unwrap();
    let digests = [
        of_plan(&plan),
        of_draws(&snapshot, &simulation.draws(9)),
        of_draws(&snapshot, &simulation.draws_near(9, &usual)),
        of_plan(&limited.plan()),
        of_draws(&snapshot, &limited.draws(9)),
    ];
    let golden: [u64; 5] = [
        8_757_742_361_151_196_203,
        3_215_566_349_618_935_436,
        17_720_095_739_338_565_506,
        6_851_236_111_748_911_232,
        3_672_570_652_897_756_779,
    ];
    assert_eq!(digests, golden);
}
