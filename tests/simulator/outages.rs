//! Three hours without the other system: everything waits, nothing is given up.

use effects::Capability;

use crate::ear;
use crate::events::Teller;
use crate::function::{Answers, Outside, Shape};
use crate::injection::{Injection, Said};
use crate::meddler::Meddling;
use crate::planning::Planning;
use crate::queue::{MOST_RECEIVES, VISIBILITY};
use crate::twins::Without;
use crate::world::{HOUR, MINUTE, SECOND, World};

const SHAPE: Shape = Shape {
    workers: 2,
    batch: 10,
    answers: Answers::AsSaid,
};

/// Out from the first minute on; everything is sent while it is.
fn out() -> std::sync::Arc<World> {
    ear::listen();
    let world = World::calm(false);
    world.outage(MINUTE, MINUTE + 3 * HOUR);
    world
}

fn send(outside: &Outside, bodies: impl Iterator<Item = String>) {
    for body in bodies {
        let delay = MINUTE + outside.world.below(10 * MINUTE);
        outside.queue.send(&body, delay);
    }
}

/// After three hours it has come again and again, and half of what the template allows is left.
fn nothing_was_given_up(outside: &Outside) {
    let traffic = outside.queue.traffic();
    assert_eq!(traffic.dead, Vec::<String>::new());
    assert!(
        (10..=20).contains(&traffic.most_receives),
        "{}",
        traffic.most_receives
    );
    // A quarter of an hour is the longest wait.
    assert!(outside.world.now() <= MINUTE + 3 * HOUR + 20 * MINUTE);
}

#[test]
fn three_hours_without_the_erp_give_nothing_up() {
    let world = out();
    let injection = Injection::new(&world, Capability::Search);
    let order = |at: u64| Said::new(&world, &format!("PO-{}", at % 60), 1 + at / 60, false);
    let said: Vec<_> = (0..120).map(order).collect();
    send(
        &injection.outside,
        said.iter().map(|said| said.body.clone()),
    );
    injection.work(SHAPE, Without::Nothing).unwrap();
    nothing_was_given_up(&injection.outside);
    injection.check(&said, &[]).unwrap();
}

#[test]
fn three_hours_without_the_data_sets_store_give_nothing_up() {
    let world = out();
    let planning = Planning::new(&world);
    let mut teller = Teller::new(&world);
    let told = std::iter::repeat_with(|| teller.next()).filter(|told| !told.may_come_too_early);
    let told: Vec<_> = told.take(120).collect();
    send(&planning.outside, told.iter().map(|told| told.body.clone()));
    planning.work(SHAPE, Meddling::Nothing).unwrap();
    nothing_was_given_up(&planning.outside);
    planning.check(&told, &[]).unwrap();
}

#[test]
fn the_templates_queues_are_the_ones_that_are_simulated() {
    let template = include_str!("../../template.yaml");
    let receives = format!("maxReceiveCount: {MOST_RECEIVES}}}");
    let visibility = format!("VisibilityTimeout: {}\n", VISIBILITY / SECOND);
    let queues = template.matches("maxReceiveCount:").count();
    assert!(queues > 0);
    assert_eq!(template.matches(&receives).count(), queues);
    assert!(template.contains(&visibility));
}
