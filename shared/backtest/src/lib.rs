//! How good the forecasts would have been: a rolling-origin back-test over a data set's own history.
//!
//! From each of the last weeks of the history, and from one to several weeks before it, the model is fitted to what
//! was known then ([`demand::Model::fit`]), the week is drawn by the order simulator as in a run, and the draws are
//! compared with what was sold. Menus, prices and promotions of the scored week count as known, since a company
//! plans them; only meals that an area did sell are scored. Beside the model stand the naive forecasts: a method
//! that does not beat them is worth nothing.

mod naive;
mod past;
mod score;

pub use naive::Naive;
pub use past::Need;
pub use score::{Level, Method, Report, Row};

use demand::{Constraints, Model, Observations};
use domain::MenuWeek;
use simulation::{Limits, Simulation, TooLarge};

use crate::past::Past;
use crate::score::Board;

/// Weeks that must be known at an origin.
const LEAST_KNOWN: usize = 8;

/// What to score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Weeks scored, the last of the history.
    pub weeks: usize,
    /// Weeks at the end of the history that are left out, as if they were not known yet.
    pub skip: usize,
    /// Weeks ahead, from 1 on.
    pub leads: u32,
    /// States of the world drawn for each week and lead.
    pub replicates: u32,
    /// The seed.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            weeks: 12,
            skip: 0,
            leads: 4,
            replicates: 100,
            seed: 1,
        }
    }
}

/// Why there is no back-test.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too little history.
    #[error(
        "the history has {found} weeks, a back-test of {leads} weeks ahead needs {needed}; give a longer \
         demand_history or fewer weeks ahead"
    )]
    TooShort {
        /// Weeks there are.
        found: usize,
        /// Weeks needed.
        needed: usize,
        /// Weeks ahead asked for.
        leads: u32,
    },
    /// A week that cannot be simulated.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}

/// Scores the model and the naive forecasts on the last weeks of the history.
///
/// `needs` are the products that a kit of each recipe takes, for the scores of product totals. `tell` is called
/// before each origin with the last week known there.
///
/// # Errors
/// [`Error`] when the history is too short, or its numbers are beyond any company's.
pub fn run(
    observations: &Observations,
    needs: &[Need],
    options: Options,
    mut tell: impl FnMut(MenuWeek),
) -> Result<Report, Error> {
    let weeks = observations.weeks.len().saturating_sub(options.skip);
    let leads = options.leads.max(1) as usize;
    let needed = LEAST_KNOWN + leads;
    if weeks < needed {
        return Err(Error::TooShort {
            found: weeks,
            needed,
            leads: options.leads,
        });
    }
    let past = Past::new(observations, needs);
    let first = weeks
        .saturating_sub(options.weeks.max(1))
        .max(LEAST_KNOWN + leads - 1);
    let mut board = Board::default();
    for known in first + 1 - leads..weeks {
        let until = past.until(known);
        if let Some(last) = until.weeks.last() {
            tell(*last);
        }
        let model = Model::fit(&until);
        for target in first.max(known)..(known + leads).min(weeks) {
            let lead = (target - known) as u32 + 1;
            let week = past.week(target, lead);
            let demand = model.week(&week.snapshot, &Constraints::default());
            let simulation =
                Simulation::new(&week.snapshot, &demand, &Limits::default(), options.seed)?;
            let draws = simulation.draws(options.replicates);
            board.model(&past, &week, &draws, lead);
            for naive in Naive::ALL {
                board.naive(&past, &week, naive, known, lead);
            }
        }
    }
    Ok(board.report(
        observations.weeks.get(first).copied(),
        observations.weeks.get(weeks - 1).copied(),
    ))
}
