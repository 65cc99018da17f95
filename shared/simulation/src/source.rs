//! One area, made ready to draw from.

use demand::AreaDemand;
use random::word;

use crate::alias::{Alias, AliasScratch};
use crate::classes::Kitchens;
use crate::inclusion;
use crate::week::Simulation;

/// What a box is before its recipes, by places and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) date: u8,
    pub(crate) portions: u8,
    pub(crate) recipes: u8,
}

impl Outcome {
    /// The word that names it within an area and week.
    pub(crate) fn key(self) -> u64 {
        u64::from(self.date) << 16 | u64::from(self.portions) << 8 | u64::from(self.recipes)
    }
}

/// One area, ready to draw from.
#[derive(Debug, Default)]
pub(crate) struct AreaSource {
    pub(crate) key: u64,
    /// Share of the week's boxes that are delivered on dates whose cut-off has not passed.
    pub(crate) open_share: f64,
    /// Weight to draw with divided by the share, by place on the menu.
    pub(crate) corrections: Vec<f64>,
    /// What boxes on open dates can be, date by date.
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) table: Alias,
    /// Bins and cost by delivery date, the preferred first.
    pub(crate) routes: Vec<Vec<(usize, u32)>>,
    pub(crate) kitchens: Kitchens,
}

impl AreaSource {
    /// What a box is, from 32 random bits; `None` when there are no boxes.
    pub(crate) fn outcome(&self, bits: u32) -> Option<Outcome> {
        if self.table.is_empty() {
            return None;
        }
        self.outcomes.get(self.table.pick(bits) as usize).copied()
    }
}

impl Simulation<'_> {
    pub(crate) fn source(&mut self, at: usize) -> AreaSource {
        let area = self.snapshot.areas.get(at);
        let mut source = AreaSource {
            key: area.map_or(0, |area| word(area.id.as_str())),
            routes: self.routes(at),
            ..AreaSource::default()
        };
        source.kitchens = Kitchens::new(self.snapshot, &source.routes, &mut self.entries);
        if let Some(area) = self.demand.areas.get(at) {
            source.corrections = inclusion::corrections(&area.shares, &area.recipes_per_box);
            self.outcomes(area, &mut source);
        }
        source
    }

    fn routes(&self, area: usize) -> Vec<Vec<(usize, u32)>> {
        let snapshot = self.snapshot;
        let of_date = |date: &domain::Date| {
            let mut routes = snapshot.routes(area, *date);
            for (bin, preference) in &mut routes {
                let (site, _) = snapshot.site_and_day(*bin);
                let last = snapshot.sites.get(site).is_some_and(|site| site.catch_all);
                *preference = (*preference).clamp(1, 99) - 1 + if last { 100 } else { 0 };
            }
            routes.sort_by_key(|(bin, cost)| (*cost, *bin));
            routes
        };
        self.dates().iter().map(of_date).collect()
    }

    /// Open dates, portion sizes and recipes per box as one table.
    fn outcomes(&self, area: &AreaDemand, source: &mut AreaSource) {
        let days = self.day_shares(area, source);
        let is_open = |date: usize| self.is_open(date as u8);
        let open: f64 = (0..days.len())
            .filter(|date| is_open(*date))
            .map(|date| days[date])
            .sum();
        source.open_share = if (0..days.len()).all(is_open) {
            1.0
        } else {
            open / days.iter().sum::<f64>()
        };
        let mut weights = Vec::new();
        for (date, day_share) in days.iter().enumerate() {
            if !is_open(date) {
                continue;
            }
            for (size, size_share) in &area.portions {
                let Ok(size) = self.portions().binary_search(size) else {
                    continue;
                };
                for (recipes, recipe_share) in &area.recipes_per_box {
                    source.outcomes.push(Outcome {
                        date: date as u8,
                        portions: size as u8,
                        recipes: *recipes,
                    });
                    weights.push(day_share * size_share * recipe_share);
                }
            }
        }
        source.table.build(&weights, &mut AliasScratch::default());
    }

    /// By history, else evenly over the dates on which some serving site is open, else over all.
    fn day_shares(&self, area: &AreaDemand, source: &AreaSource) -> Vec<f64> {
        if let Some(weekdays) = area.weekdays {
            let share = |date: &domain::Date| {
                let day = date.weekday().to_monday_zero_offset() as usize;
                weekdays.get(day).copied().unwrap_or(0.0)
            };
            let shares: Vec<f64> = self.dates().iter().map(share).collect();
            if shares.iter().sum::<f64>() > 0.0 {
                return shares;
            }
        }
        let open: Vec<f64> = source
            .routes
            .iter()
            .map(|routes| if routes.is_empty() { 0.0 } else { 1.0 })
            .collect();
        if open.iter().sum::<f64>() > 0.0 {
            open
        } else {
            vec![1.0; self.dates().len()]
        }
    }
}
