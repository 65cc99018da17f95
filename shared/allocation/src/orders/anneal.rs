//! Simulated annealing: swaps and moves at random, at first also some that lose.

use random::Stream;

use super::state::{State, UNIT};

/// Gains that a loss is looked up for.
const LOSSES: usize = 16 * UNIT as usize;
/// How often a partner is drawn that cannot take the place.
const DRAWS: usize = 8;

/// Proposals at one heat.
const PROPOSALS: usize = 250;
/// The heats, from the first to the last, in units of distance.
const HEATS: usize = 64;
const HOT: f64 = 2.0;
const COLD: f64 = 0.1;

/// Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) of the distance until it meets its bound; gives the
/// proposals made. `round` names the random numbers.
pub(crate) fn anneal(state: &mut State, bound: u64, round: u64) -> u64 {
    let mut stream = Stream::new(0x626f_7865, &[state.orders.len() as u64, round]);
    let choices = |order: &u32| {
        let class = state.orders.class[*order as usize] as usize;
        state.best.choices(class).len()
    };
    let free: Vec<u32> = state
        .orders
        .numbers()
        .filter(|order| choices(order) > 1)
        .collect();
    if free.is_empty() {
        return 0;
    }
    state.width = 1;
    let goal = (bound.cast_signed() + 1) * i64::from(UNIT);
    let mut energy = state.energy();
    let cooling = libm::pow(COLD / HOT, 1.0 / (HEATS - 1) as f64);
    let mut heat = HOT;
    let mut made = 0;
    for _ in 0..HEATS {
        let odds = |loss| libm::exp(-(loss as f64) / (heat * f64::from(UNIT))) * 4_294_967_296.0;
        let odds: Vec<u32> = (0..LOSSES).map(|loss| odds(loss) as u32).collect();
        for _ in 0..PROPOSALS {
            made += 1;
            let luck = (stream.bits() >> 32) as u32;
            let limit = odds.partition_point(|odds| luck < *odds).saturating_sub(1);
            energy += i64::from(propose(
                state,
                &free,
                (limit as u32).cast_signed(),
                &mut stream,
            ));
            if energy < goal {
                return made;
            }
        }
        heat *= cooling;
    }
    made
}

fn propose(state: &mut State, free: &[u32], limit: i32, stream: &mut Stream) -> i32 {
    let order = free[stream.below(free.len() as u32) as usize];
    let from = state.at[order as usize];
    let choices = state
        .best
        .choices(state.orders.class[order as usize] as usize);
    let to = choices[stream.below(choices.len() as u32) as usize];
    if from == to {
        return 0;
    }
    if state.can_give(from) && state.can_take(to) && stream.below(2) == 0 {
        return state.shift(&[(order, to)], limit).unwrap_or(0);
    }
    let members = &state.members[to as usize];
    for _ in 0..DRAWS {
        let Some(&other) = members.get(stream.below(members.len() as u32) as usize) else {
            return 0;
        };
        if state.fits(other, from) {
            return state.swap(order, other, limit).unwrap_or(0);
        }
    }
    0
}
