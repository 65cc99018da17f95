//! Known orders: kept, withdrawn, and all there is once a cut-off has passed.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use demand::WeekDemand;
use simulation::{Limits, Simulation};
use snapshot::WeekSnapshot;
use support::{area, demand, known, mean, open_week, variance};

const SHARES: [f64; 6] = [3.0, 2.0, 2.0, 1.0, 1.0, 1.0];

fn simulation<'a>(snapshot: &'a WeekSnapshot, demand: &'a WeekDemand) -> Simulation<'a> {
    Simulation::new(snapshot, demand, &Limits::default(), 3).unwrap()
}

/// Everything that can be uncertain is.
fn uncertain(boxes: f64) -> WeekDemand {
    let mut area = area(boxes, &SHARES, 2);
    area.deviation = 0.2;
    area.concentration = 30.0;
    let mut demand = demand(vec![area]);
    demand.level_deviation = 0.2;
    demand.recipe_deviation = vec![0.5; SHARES.len()];
    demand.survival = 0.8;
    demand
}

#[test]
fn past_every_cut_off_the_fan_is_a_single_point() {
    let mut snapshot = open_week(SHARES.len(), 1);
    snapshot.known = known(0, 0, &[0, 1], 70);
    snapshot.known.extend(known(0, 1, &[2], 30));
    snapshot.closed = vec![true, true];
    let demand = uncertain(1000.0);
    let simulation = simulation(&snapshot, &demand);
    let draws = simulation.draws(20);
    assert_eq!(draws.totals(), [100; 20]);
    let kits = draws.kits_by_item();
    for (kits, exact) in kits.iter().zip([70, 70, 30, 0, 0, 0]) {
        assert_eq!(*kits, [exact; 20]);
    }
    let plan = simulation.plan();
    assert_eq!((plan.known, plan.boxes.len()), (100, 100));
}

#[test]
fn a_date_past_its_cut_off_has_its_known_orders_and_the_others_are_simulated() {
    let mut snapshot = open_week(SHARES.len(), 1);
    snapshot.known = known(0, 0, &[0, 1], 70);
    snapshot.known.extend(known(0, 1, &[2, 3], 100));
    snapshot.closed = vec![true, false];
    let mut demand = demand(vec![area(1000.0, &SHARES, 2)]);
    demand.areas[0].weekdays = Some([0.25, 0.75, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let simulation = simulation(&snapshot, &demand);
    let draws = simulation.draws(5);
    // 1000 boxes x 75 % on the open date; its 100 known orders are among them.
    assert_eq!(draws.boxes(snapshot.bin(0, 0)), [70; 5]);
    assert_eq!(draws.boxes(snapshot.bin(0, 1)), [750; 5]);
    let plan = simulation.plan();
    let simulated = plan.boxes.kits().skip(plan.known);
    assert!(simulated.into_iter().all(|kit| kit.date == 1));
    assert_eq!(plan.boxes.len(), 70 + 750);
    assert_eq!(
        simulation.volumes(2),
        [1000; 2],
        "volume speaks of all dates"
    );
}

/// By chance: five standard errors of the mean and of the variance over 400 states.
#[test]
fn known_orders_that_can_be_withdrawn_survive_with_their_chance() {
    let mut snapshot = open_week(SHARES.len(), 1);
    snapshot.known = known(0, 0, &[0, 1], 1500);
    snapshot.known.extend(known(0, 1, &[2], 500));
    snapshot.closed = vec![false, true];
    let mut demand = demand(vec![area(0.0, &SHARES, 2)]);
    demand.survival = 0.8;
    let simulation = simulation(&snapshot, &demand);
    let draws = simulation.draws(400);
    let open: Vec<f64> = draws
        .boxes(snapshot.bin(0, 0))
        .iter()
        .map(|boxes| *boxes as f64)
        .collect();
    // Binomial: 1200 with variance 240.
    assert!(
        (mean(&open) - 1200.0).abs() < 5.0 * (240.0_f64 / 400.0).sqrt(),
        "{}",
        mean(&open)
    );
    assert!(
        (variance(&open) / 240.0 - 1.0).abs() < 0.36,
        "{}",
        variance(&open)
    );
    assert_eq!(draws.boxes(snapshot.bin(0, 1)), [500; 400]);
    assert_eq!(
        simulation.plan().boxes.len(),
        2000,
        "the plan keeps them all"
    );
}

#[test]
fn what_is_withdrawn_is_made_up_for_by_orders_to_come() {
    let mut snapshot = open_week(SHARES.len(), 1);
    snapshot.known = known(0, 0, &[0, 1], 500);
    let mut demand = demand(vec![area(1000.0, &SHARES, 2)]);
    demand.survival = 0.5;
    let simulation = simulation(&snapshot, &demand);
    assert_eq!(simulation.draws(9).totals(), [1000; 9]);
}

#[test]
fn the_same_orders_are_withdrawn_whatever_else_is_known() {
    let mut snapshot = open_week(SHARES.len(), 1);
    snapshot.known = known(0, 0, &[0, 1], 200);
    let mut demand = demand(vec![area(0.0, &SHARES, 2)]);
    demand.survival = 0.5;
    let kept = |snapshot: &WeekSnapshot| simulation(snapshot, &demand).draws(8).kits_by_item();
    let alone = kept(&snapshot);
    let mut more = snapshot.clone();
    more.known.splice(0..0, known(0, 1, &[3], 50));
    assert_eq!(kept(&more)[0], alone[0]);
}

#[test]
fn more_known_orders_than_forecast_are_kept_and_nothing_is_added() {
    let mut snapshot = open_week(SHARES.len(), 1);
    snapshot.known = known(0, 0, &[0, 1], 300);
    let demand = demand(vec![area(200.0, &SHARES, 2)]);
    let simulation = simulation(&snapshot, &demand);
    assert_eq!(simulation.draws(4).totals(), [300; 4]);
    assert_eq!(simulation.plan().boxes.len(), 300);
}
