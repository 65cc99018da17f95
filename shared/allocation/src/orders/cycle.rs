//! Rings of moves: an order from each of several bins goes to the next.

use super::state::State;

/// Orders that each step between two bins is left with before all are looked at anew.
const KEPT: usize = 16;

/// A move from one bin to another; the slack of the bins has the number after the last bin.
#[derive(Debug, Clone)]
struct Step {
    from: u32,
    to: u32,
    /// What the next order gains.
    gain: i32,
    /// The orders that gain most, the best last; none for a step to or from the slack.
    orders: Vec<(i32, u32)>,
}

/// Makes moves in rings that better the smoothed distance, found by Bellman and Ford; gives the gain of all. A ring
/// passes the slack where a bin below its most and one above its fewest are its ends.
pub(crate) fn turn(state: &mut State, pairs: &[(u32, u32)], looks: usize, steps: &mut u64) -> i64 {
    let mut gained = 0;
    for _ in 0..looks {
        let before = gained;
        let mut arcs = best_steps(state, pairs, steps);
        while let Some(ring) = {
            freshen(state, &mut arcs);
            negative_ring(&arcs, state.members.len() + 1, steps)
        } {
            let mut moves = Vec::with_capacity(ring.len());
            for arc in ring {
                let to = arcs[arc].to;
                moves.extend(arcs[arc].orders.pop().map(|(_, order)| (order, to)));
            }
            gained += i64::from(state.shift(&moves, -1).unwrap_or(0));
        }
        if gained == before {
            break;
        }
    }
    gained
}

fn best_steps(state: &State, pairs: &[(u32, u32)], steps: &mut u64) -> Vec<Step> {
    let slack = state.members.len() as u32;
    let mut arcs = Vec::with_capacity(2 * pairs.len() + 2 * state.members.len());
    for (from, to) in pairs.iter().flat_map(|&(a, b)| [(a, b), (b, a)]) {
        let members = state.members[from as usize].iter();
        *steps += members.len() as u64;
        let fitting = members.filter(|order| state.fits(**order, to));
        let mut orders: Vec<_> = fitting
            .map(|&order| (state.gain(order, from, to), order))
            .collect();
        if orders.len() > KEPT {
            orders.select_nth_unstable(KEPT);
            orders.truncate(KEPT);
        }
        orders.sort_unstable_by(|a, b| b.cmp(a));
        arcs.push(Step {
            from,
            to,
            gain: 0,
            orders,
        });
    }
    for bin in 0..slack {
        for (from, to) in [(bin, slack), (slack, bin)] {
            arcs.push(Step {
                from,
                to,
                gain: 0,
                orders: Vec::new(),
            });
        }
    }
    arcs
}

/// Brings up to date what each step gains, or that it cannot be made.
fn freshen(state: &State, arcs: &mut [Step]) {
    let slack = state.members.len() as u32;
    for arc in arcs {
        let &mut Step { from, to, .. } = arc;
        let possible = if to == slack {
            state.can_take(from).then_some(0)
        } else if from == slack {
            state.can_give(to).then_some(0)
        } else {
            // Another step may have taken the order away.
            while let Some((_, order)) = arc.orders.last()
                && state.at[*order as usize] != from
            {
                arc.orders.pop();
            }
            let next = arc.orders.last();
            next.map(|(_, order)| state.gain(*order, from, to))
        };
        arc.gain = possible.unwrap_or(IMPOSSIBLE);
    }
}

/// More than any ring can gain.
const IMPOSSIBLE: i32 = i32::MAX;

/// The arcs of a ring whose gains sum to less than 0.
fn negative_ring(arcs: &[Step], nodes: usize, steps: &mut u64) -> Option<Vec<usize>> {
    let mut sum = vec![0_i64; nodes];
    let mut by: Vec<Option<usize>> = vec![None; nodes];
    let mut last = None;
    for _ in 0..nodes {
        last = None;
        *steps += arcs.len() as u64;
        for (at, arc) in arcs.iter().enumerate() {
            if arc.gain == IMPOSSIBLE {
                continue;
            }
            let through = sum[arc.from as usize] + i64::from(arc.gain);
            if through < sum[arc.to as usize] {
                sum[arc.to as usize] = through;
                by[arc.to as usize] = Some(at);
                last = Some(arc.to);
            }
        }
        last?;
    }
    // After as many rounds as nodes, going back as many steps ends on the ring.
    let mut node = last?;
    for _ in 0..nodes {
        node = arcs[by[node as usize]?].from;
    }
    let (start, mut ring) = (node, Vec::new());
    loop {
        let arc = by[node as usize]?;
        ring.push(arc);
        node = arcs[arc].from;
        if node == start {
            return Some(ring);
        }
    }
}
