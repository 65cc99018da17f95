//! The allocation that the search starts from.

use super::input::NOWHERE;
use super::state::State;
use crate::{Bin, Class, Placer};

/// Gives every order a bin as the classes' placement has it: those that stood somewhere stay where they can, known
/// ones first; the others go where most of their recipes are missing, those with the fewest choices first.
pub(crate) fn fill(state: &mut State, classes: &[Class], bins: &[Bin], placer: &mut Placer) {
    let mut stood = vec![0; classes.len() * bins.len()];
    for (class, bin) in state.orders.class.iter().zip(&state.orders.stood) {
        if let Some(count) = (*bin != NOWHERE)
            .then(|| stood.get_mut(*class as usize * bins.len() + *bin as usize))
            .flatten()
        {
            *count += 1_u64;
        }
    }
    let placement = placer.place_near(classes, bins, |class, route| {
        let Class { routes, .. } = &classes[class];
        let bin = routes[route].bin;
        // The first of two routes to one bin has the wish.
        let first = routes[..route].iter().all(|other| other.bin != bin);
        if first {
            stood[class * bins.len() + bin]
        } else {
            0
        }
    });

    let width = bins.len() + 1;
    let mut left = vec![0; classes.len() * width];
    for (class, Class { routes, .. }) in classes.iter().enumerate() {
        for (route, boxes) in routes.iter().zip(placement.flow(class)) {
            left[class * width + route.bin] += boxes;
        }
        left[class * width + bins.len()] = placement.unplaced[class];
    }

    let mut waiting = Vec::with_capacity(state.orders.len());
    for wanted in [&state.orders.home, &state.orders.stood] {
        waiting.clear();
        for order in state.orders.numbers() {
            let at = order as usize;
            if state.at[at] != state.unplaced() {
                continue;
            }
            let bin = wanted[at] as usize;
            let cell = state.orders.class[at] as usize * width + bin;
            if bin < bins.len() && left[cell] > 0 {
                left[cell] -= 1;
                state.settle(order, bin as u32);
            } else {
                waiting.push(order);
            }
        }
    }

    let choices = |order: &u32| {
        let class = state.orders.class[*order as usize] as usize;
        state.best.choices(class).len()
    };
    waiting.sort_by_key(choices);
    state.width = (state.widest() / 4).max(1);
    let unplaced = state.unplaced();
    for order in waiting {
        let class = state.orders.class[order as usize] as usize;
        let open = state.best.choices(class).iter().copied();
        let open = open.filter(|bin| left[class * width + *bin as usize] > 0);
        let bin = open
            .min_by_key(|bin| (state.gain(order, unplaced, *bin), *bin))
            .unwrap_or(unplaced);
        left[class * width + bin as usize] -= 1;
        state.settle(order, bin);
    }
}
