//! Where a fault strikes.

use random::Stream;

use crate::faults::Fault;
use crate::world::Operation;

/// A fault and the operation that it strikes: the so-manieth of a state that it fits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Strike {
    pub(crate) fault: Fault,
    pub(crate) state: &'static str,
    pub(crate) nth: u32,
    /// How many operations, or tries, it goes on for, where it does.
    pub(crate) lasts: u32,
}

impl Strike {
    /// A fault that is drawn evenly over all there are, then over states, then over the state's operations, so that the
    /// few of a small step are struck as often as the many of a large one.
    pub(crate) fn drawn(chance: &mut Stream, operations: &[&Operation]) -> Self {
        let below = |chance: &mut Stream, end: usize| chance.below(end as u32) as usize;
        let fits = |fault: &&Fault| operations.iter().any(|one| fault.fits(one));
        let faults: Vec<&Fault> = Fault::ALL.iter().filter(fits).collect();
        let fault = *faults[below(chance, faults.len())];
        let fitting = || operations.iter().filter(|one| fault.fits(one));
        let mut states: Vec<&'static str> = fitting().map(|one| one.state).collect();
        states.sort_unstable();
        states.dedup();
        let state = states[below(chance, states.len())];
        let many = fitting().filter(|one| one.state == state).count();
        Self {
            fault,
            state,
            nth: below(chance, many) as u32,
            lasts: 1 + chance.below(match fault {
                Fault::Throttled => 12,
                Fault::Denied => 4,
                Fault::TimedOut => 2,
                _ => 1,
            }),
        }
    }
}
