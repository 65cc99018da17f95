//! Exchanging orders between two bins.

use super::state::State;

/// Working memory.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// Gain and order: from the first bin to the second, and back.
    there: Vec<(i32, u32)>,
    back: Vec<(i32, u32)>,
}

/// Bins that orders can be exchanged between.
pub(crate) fn pairs(state: &State, classes: impl Iterator<Item = usize>) -> Vec<(u32, u32)> {
    let bins = state.members.len();
    let mut joined = vec![false; bins * bins];
    for class in classes {
        let choices = state.best.choices(class);
        for (at, &a) in choices.iter().enumerate() {
            for &b in &choices[at + 1..] {
                joined[a as usize * bins + b as usize] = true;
            }
        }
    }
    let pair = |at: usize| ((at / bins) as u32, (at % bins) as u32);
    let joined = joined.iter().enumerate().filter(|(_, joined)| **joined);
    joined.map(|(at, _)| pair(at)).collect()
}

/// Makes the moves and swaps between two bins that better the smoothed distance, the most gainful first; gives the
/// gain of all.
///
/// What two orders gain together is at most the sum of what each gains alone, because what counts is convex.
pub(crate) fn exchange(
    state: &mut State,
    (a, b): (u32, u32),
    candidates: &mut Candidates,
    steps: &mut u64,
) -> i64 {
    let Candidates { there, back } = candidates;
    list(state, (a, b), there);
    list(state, (b, a), back);
    *steps += (there.len() + back.len()) as u64;
    let lowest = |list: &[(i32, u32)]| list.iter().map(|(gain, _)| *gain).min();
    let (least_there, least_back) = (lowest(there), lowest(back));
    let slack_there = state.can_give(a) && state.can_take(b);
    let slack_back = state.can_give(b) && state.can_take(a);
    keep(there, least_back, slack_there);
    keep(back, least_there, slack_back);

    let mut gained = 0;
    let (mut t, mut k) = (0, 0);
    loop {
        let (first, second) = (there.get(t), back.get(k));
        if let Some(&(gain, order)) = first
            && gain < 0
            && second.is_none_or(|second| gain <= second.0)
            && state.can_give(a)
            && state.can_take(b)
        {
            t += 1;
            gained += i64::from(state.shift(&[(order, b)], -1).unwrap_or(0));
        } else if let Some(&(gain, order)) = second
            && gain < 0
            && state.can_give(b)
            && state.can_take(a)
        {
            k += 1;
            gained += i64::from(state.shift(&[(order, a)], -1).unwrap_or(0));
        } else if let (Some(&(one, order)), Some(&(two, other))) = (first, second)
            && one + two < 0
        {
            if let Some(gain) = state.swap(order, other, -1) {
                gained += i64::from(gain);
                (t, k) = (t + 1, k + 1);
                continue;
            }
            // Other swaps have changed what these gain. The one that lost more by it makes way.
            let (lost_there, lost_back) =
                (state.gain(order, a, b) - one, state.gain(other, b, a) - two);
            if lost_there >= lost_back {
                t += 1;
            } else {
                k += 1;
            }
        } else {
            return gained;
        }
    }
}

fn list(state: &State, (from, to): (u32, u32), into: &mut Vec<(i32, u32)>) {
    into.clear();
    let members = state.members[from as usize].iter();
    let fitting = members.filter(|order| state.fits(**order, to));
    into.extend(fitting.map(|&order| (state.gain(order, from, to), order)));
}

/// Keeps what gains with the best partner, or alone where there is slack, and sorts it.
fn keep(list: &mut Vec<(i32, u32)>, partner: Option<i32>, slack: bool) {
    let partner = partner.unwrap_or(0).min(if slack { 0 } else { i32::MAX });
    list.retain(|(gain, _)| gain.saturating_add(partner) < 0);
    list.sort_unstable();
}
