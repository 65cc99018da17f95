//! A past week drawn by the order simulator, so that areas can be told apart.

use std::ops::Range;

use demand::WeekDemand;
use simulation::{Draws, Limits, Simulation, TooLarge};
use snapshot::WeekSnapshot;

use crate::Options;
use crate::past::PastWeek;

/// Areas drawn together: each takes a site of its own, and the simulator knows at most 128.
pub(crate) const AREAS_AT_ONCE: usize = 100;

/// The states of the world in parts of so many areas. Random numbers are keyed by replicate, recipe and area, so that
/// the parts of a replicate belong together.
pub(crate) struct Drawn {
    at_once: usize,
    parts: Vec<Draws>,
}

impl Drawn {
    pub(crate) fn new(
        week: &PastWeek,
        demand: &WeekDemand,
        options: Options,
        at_once: usize,
    ) -> Result<Self, TooLarge> {
        let areas = demand.areas.len();
        let mut parts = Vec::new();
        for first in (0..areas).step_by(at_once) {
            let range = first..(first + at_once).min(areas);
            let demand = WeekDemand {
                areas: demand.areas.get(range.clone()).unwrap_or_default().to_vec(),
                ..demand.clone()
            };
            let snapshot = part(&week.snapshot, range);
            let simulation = Simulation::new(&snapshot, &demand, &Limits::default(), options.seed)?;
            parts.push(simulation.draws(options.replicates));
        }
        Ok(Self { at_once, parts })
    }

    /// States of the world.
    pub(crate) fn replicates(&self) -> usize {
        self.parts.first().map_or(0, |part| part.totals().len())
    }

    /// Kits of each menu item in an area, by state of the world.
    pub(crate) fn kits(&self, area: usize) -> Vec<Vec<u64>> {
        let part = self.parts.get(area / self.at_once);
        part.map_or_else(Vec::new, |part| part.kits_of_bin(area % self.at_once))
    }
}

/// Some areas of a week, with their sites.
fn part(week: &WeekSnapshot, areas: Range<usize>) -> WeekSnapshot {
    let mut part = week.clone();
    part.areas = week.areas.get(areas.clone()).unwrap_or_default().to_vec();
    part.sites = week.sites.get(areas.clone()).unwrap_or_default().to_vec();
    part.caps.truncate(part.sites.len());
    for route in part.areas.iter_mut().flat_map(|area| &mut area.routes) {
        route.site -= areas.start;
    }
    // Who is offered what already stands in the shares, and goes by the places of the whole.
    for item in &mut part.menu {
        item.offered = None;
        item.area_offers.clear();
    }
    part
}

#[cfg(test)]
mod tests {
    use demand::{Constraints, Model};

    use super::*;
    use crate::fixture::{history, uneven};
    use crate::past::Past;

    #[test]
    fn parts_of_a_week_are_the_whole_week() {
        let observations = history((30, 7, 4), uneven);
        let past = Past::new(&observations, &[]);
        let week = past.week(29, 1);
        let demand = Model::fit(&past.until(29)).week(&week.snapshot, &Constraints::default());
        let options = Options {
            replicates: 20,
            ..Options::default()
        };
        let whole = Drawn::new(&week, &demand, options, 100).unwrap();
        let parts = Drawn::new(&week, &demand, options, 3).unwrap();
        assert_eq!((whole.parts.len(), parts.parts.len()), (1, 3));
        for area in 0..7 {
            let kits = whole.kits(area);
            assert_eq!(kits, parts.kits(area), "{area}");
            assert!(kits.iter().flatten().any(|kits| *kits > 0));
        }
        assert_eq!((whole.replicates(), parts.replicates()), (20, 20));
    }
}
