//! One seed of one consumer, from sending to what came of it.

use crate::faults::{Counts, Fault};
use crate::function::Outside;
use crate::invariants::Violation;
use crate::poison::Bad;
use crate::queue::Traffic;
use crate::world::{MINUTE, SECOND, World};

/// What became of a seed.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) counts: Counts,
    pub(crate) traffic: Traffic,
    pub(crate) story: String,
    pub(crate) kept: Result<(), Violation>,
}

impl Run {
    pub(crate) fn of(outside: &Outside, kept: Result<(), Violation>) -> Self {
        Self {
            counts: outside.world.counts(),
            traffic: outside.queue.traffic(),
            story: outside.world.story(),
            kept,
        }
    }
}

/// Sends messages at once or over a quarter of an hour, some twice and some late.
pub(crate) fn send(outside: &Outside, fine: &[String], bad: &[Bad]) {
    let Outside { world, queue, .. } = outside;
    bad.iter().for_each(|_| world.count(Fault::Poison));
    let spread = match world.below(3) {
        0 => 10 * SECOND,
        1 => 3 * MINUTE,
        _ => 15 * MINUTE,
    };
    let bodies = fine.iter().chain(bad.iter().map(|bad| &bad.body));
    for (at, body) in bodies.enumerate() {
        // The first is late and the second comes twice, so that no seed is without faults.
        let mut delay = world.below(spread);
        if at == 0 {
            world.count(Fault::Delayed);
        }
        if at == 0 || world.strikes(Fault::Delayed) {
            delay += world.below(30 * MINUTE);
        }
        queue.send(body, delay);
        if at == 1 {
            world.count(Fault::SentTwice);
        }
        if at == 1 || world.strikes(Fault::SentTwice) {
            queue.send(body, delay + world.below(MINUTE));
        }
    }
}

/// Two to four of the bad ones there are.
pub(crate) fn some(world: &World, mut bad: Vec<Bad>) -> Vec<Bad> {
    world.shuffle(&mut bad);
    bad.truncate(2 + world.below(3) as usize);
    bad
}
