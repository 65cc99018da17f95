//! What can never be applied, each beside events that are fine.

use contracts::ParkedEvent;
use contracts::canonical::Reason;

use crate::ear;
use crate::events::Teller;
use crate::function::{Answers, Shape};
use crate::meddler::Meddling;
use crate::planning::Planning;
use crate::world::World;
use crate::{invariants, poison};

#[test]
fn bad_inputs_are_parked_with_a_reason_and_their_neighbours_are_applied() {
    ear::listen();
    let world = World::calm(false);
    let mut bad = poison::all(&world, 1);
    bad.push(poison::unknown_product(&world, 1));
    bad.push(poison::too_large(&world));
    for bad in bad {
        let planning = Planning::new(&World::calm(false));
        let mut teller = Teller::new(&world);
        let told = std::iter::repeat_with(|| teller.next()).filter(|told| !told.may_come_too_early);
        let told: Vec<_> = told.take(9).collect();
        let queue = &planning.outside.queue;
        for (at, told) in told.iter().enumerate() {
            if at == 4 {
                queue.send(&bad.body, 0);
            }
            queue.send(&told.body, 0);
        }
        let shape = Shape {
            workers: 1,
            batch: 10,
            answers: Answers::AsSaid,
        };
        planning.work(shape, Meddling::Nothing).unwrap();
        planning.check(&told, std::slice::from_ref(&bad)).unwrap();
        let parked = invariants::parked(&planning.outside);
        let [ParkedEvent { rejection, .. }] = parked.as_slice() else {
            panic!("{}: {} are parked", bad.reason, parked.len());
        };
        assert!(
            rejection.message.len() > 20 && rejection.remedy.len() > 20,
            "{rejection}"
        );
        let deliveries = if bad.reason == Reason::UnknownItem {
            12
        } else {
            10
        };
        assert_eq!(queue.traffic().deliveries, deliveries, "{}", bad.reason);
    }
}
