//! What is known at one point in time, and what it says of a week.

use snapshot::Traits;

use crate::coefficients::Coefficients;
use crate::cold_start;
use crate::levels::Levels;
use crate::panel::{Cell, Features, Panel};

/// Weeks that appeals follow before the origin.
pub(crate) const MEMORY: usize = 60;

/// Coefficients and levels learned from the weeks before an origin.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) coefficients: Coefficients,
    pub(crate) levels: Levels,
    /// By recipe, never sold ones too.
    pub(crate) appeals: Vec<f64>,
}

impl Origin {
    /// Learns from the weeks before `end`.
    pub(crate) fn at(panel: &Panel, traits: &[&Traits], end: usize) -> Self {
        let coefficients = Coefficients::fit(panel, end);
        let mut levels = Levels::new(panel);
        let weeks = panel.weeks.get(end.saturating_sub(MEMORY)..end);
        for week in weeks.unwrap_or_default() {
            levels.learn(week, &coefficients);
        }
        Self {
            appeals: cold_start::appeals(&levels, traits),
            coefficients,
            levels,
        }
    }

    /// One week later, with the same coefficients.
    pub(crate) fn after(&self, week: &[Cell], traits: &[&Traits]) -> Self {
        let mut levels = self.levels.clone();
        levels.learn(week, &self.coefficients);
        Self {
            appeals: cold_start::appeals(&levels, traits),
            coefficients: self.coefficients.clone(),
            levels,
        }
    }

    /// How strongly a recipe, offered like this, draws the customers of an area: the exponential of its utility.
    pub(crate) fn draw(&self, area: usize, recipe: usize, features: &Features) -> f64 {
        let appeal = self.appeals.get(recipe).copied().unwrap_or(0.0);
        let effect = self.coefficients.effect(recipe, features);
        libm::exp(appeal + self.levels.taste(area, recipe) + effect)
    }

    /// The draw of a week's whole menu, by area; 0 where nothing was sold.
    pub(crate) fn menu_draw(&self, week: &[Cell], areas: usize) -> Vec<f64> {
        let mut sums = vec![0.0; areas];
        for cell in week {
            sums[cell.area] += self.draw(cell.area, cell.recipe, &cell.features);
        }
        sums
    }
}
