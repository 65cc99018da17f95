//! How good the forecasts would have been: a rolling-origin back-test over a data set's own history.
//!
//! From each of the last weeks of the history, and from one to several weeks before it, the model is fitted to what
//! was known then ([`demand::Model::fit`]), the week is drawn by the order simulator as in a run, and the draws are
//! compared with what was sold. Menus, prices and promotions of the scored week count as known, since a company
//! plans them; only meals that an area did sell are scored. Beside the model stand the naive forecasts: a method
//! that does not beat them is worth nothing.

mod drawn;
#[cfg(test)]
mod fixture;
mod naive;
mod overrides;
mod past;
mod score;

pub use naive::Naive;
pub use overrides::{Judged, Verdict, Worth};
pub use past::Need;
pub use score::{Level, Method, Report, Row};

use demand::{Constraints, Model, Observations};
use domain::{MenuWeek, Override};
use simulation::TooLarge;

use crate::drawn::{AREAS_AT_ONCE, Drawn};
use crate::overrides::Judge;
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
/// `needs` are the products that a kit of each recipe takes, for the scores of product totals. `overrides` are those
/// that were in force at the end of each week of the history; the scores are without them, and what each was worth
/// stands beside. `tell` is called
/// before each origin with the last week known there.
///
/// # Errors
/// [`Error`] when the history is too short, or its numbers are beyond any company's.
pub fn run(
    observations: &Observations,
    needs: &[Need],
    overrides: &[Vec<Override>],
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
    let mut judge = Judge::default();
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
            let drawn = Drawn::new(&week, &demand, options, AREAS_AT_ONCE)?;
            board.model(&past, &week, &drawn, lead);
            let in_force = known.checked_sub(1).and_then(|last| overrides.get(last));
            judge.week(&model, &week, in_force.map_or(&[], Vec::as_slice));
            for naive in Naive::ALL {
                board.naive(&past, &week, naive, known, lead);
            }
        }
    }
    Ok(Report {
        overrides: judge.into_vec(),
        ..board.report(
            observations.weeks.get(first).copied(),
            observations.weeks.get(weeks - 1).copied(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{history, need, uneven};

    const OPTIONS: Options = Options {
        weeks: 3,
        skip: 0,
        leads: 2,
        replicates: 20,
        seed: 1,
    };

    fn report(observations: &Observations, options: Options) -> Report {
        let needs = [need(0, "P1", 2.0), need(1, "P1", 1.5), need(1, "P2", 10.0)];
        run(observations, &needs, &[], options, |_| ()).unwrap()
    }

    #[test]
    fn a_history_too_short_says_how_much_is_needed() {
        let needed = LEAST_KNOWN + 2;
        for (weeks, skip) in [(0, 0), (needed - 1, 0), (needed + 3, 4)] {
            let observations = history((weeks, 2, 2), uneven);
            let options = Options { skip, ..OPTIONS };
            let error = run(&observations, &[], &[], options, |_| ()).unwrap_err();
            let text = error.to_string();
            assert!(text.contains(&format!("needs {needed}")), "{text}");
            assert!(text.contains(&format!("{} weeks", weeks - skip)), "{text}");
        }
        assert!(run(&history((needed, 2, 2), uneven), &[], &[], OPTIONS, |_| ()).is_ok());
    }

    #[test]
    fn every_week_is_scored_once_at_each_lead() {
        let observations = history((20, 2, 3), uneven);
        let mut origins = Vec::new();
        let report = run(&observations, &[], &[], OPTIONS, |week| origins.push(week)).unwrap();
        let weeks = &observations.weeks;
        assert_eq!(report.weeks, Some((weeks[17], weeks[19])));
        assert_eq!(origins, weeks[15..19]);
        for lead in [1, 2] {
            let score = report.score(Level::AreaRecipe, Method::Model, Some(lead));
            assert_eq!(score.unwrap().rows(), 3 * 2 * 3);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_report_and_another_seed_other_draws() {
        let observations = history((20, 2, 3), uneven);
        let first = report(&observations, OPTIONS);
        assert_eq!(report(&observations, OPTIONS), first);
        let other = report(&observations, Options { seed: 2, ..OPTIONS });
        assert_ne!(other, first);
        let naive = Method::Naive(Naive::Mean4);
        assert_eq!(
            other.score(Level::Recipe, naive, None),
            first.score(Level::Recipe, naive, None)
        );
    }

    #[test]
    fn skipped_weeks_are_as_if_they_were_not_there() {
        let options = Options { skip: 4, ..OPTIONS };
        let known = report(&history((16, 2, 3), uneven), OPTIONS);
        assert_eq!(report(&history((20, 2, 3), uneven), options), known);
        let other = |week: usize, area: usize, recipe: usize| {
            let factor = if week < 16 { 1 } else { 50 };
            factor * uneven(week, area, recipe)
        };
        assert_eq!(report(&history((20, 2, 3), other), options), known);
    }

    #[test]
    fn what_a_week_sold_does_not_change_its_own_forecast() {
        let options = Options {
            weeks: 1,
            leads: 1,
            ..OPTIONS
        };
        let other = |week: usize, area: usize, recipe: usize| {
            let factor = if week == 19 { 50 } else { 1 };
            factor * uneven(week, area, recipe)
        };
        let one = report(&history((20, 2, 3), uneven), options);
        let other = report(&history((20, 2, 3), other), options);
        let methods = Naive::ALL.map(Method::Naive);
        for method in methods.into_iter().chain([Method::Model]) {
            for level in Level::ALL {
                let of = |report: &Report| report.score(level, method, None).unwrap().clone();
                let (one, other) = (of(&one), of(&other));
                assert!(
                    (one.forecast() - other.forecast()).abs() < 1e-9,
                    "{level:?}"
                );
                assert!(one.actual() < other.actual());
            }
        }
    }

    #[test]
    fn more_areas_than_the_simulator_has_sites_are_scored_in_parts() {
        let areas = 130;
        let observations = history((11, areas, 2), uneven);
        let options = Options {
            weeks: 1,
            leads: 1,
            replicates: 3,
            ..OPTIONS
        };
        let report = report(&observations, options);
        let score = report
            .score(Level::AreaRecipe, Method::Model, None)
            .unwrap();
        assert_eq!(score.rows(), 2 * areas as u64);
        assert!(score.wmape().unwrap() < 0.2, "{:?}", score.wmape());
    }
}
