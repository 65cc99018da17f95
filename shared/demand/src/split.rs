//! How a week's boxes split into weekdays, portion sizes and recipes per box.

use std::collections::BTreeMap;

use domain::Portions;
use serde::{Deserialize, Serialize};
use snapshot::WeekSnapshot;

use crate::Constraints;
use crate::observations::Observations;

/// Boxes' worth of all areas' profile that an area's own is shrunk by.
const SHRINKAGE: f64 = 50.0;

/// Shares of boxes, by area and of all areas together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitModel {
    /// By area; the last is all areas together.
    areas: Vec<AreaSplit>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct AreaSplit {
    /// Empty where no `box_history` says.
    weekdays: Vec<f64>,
    portions: Vec<(Portions, f64)>,
    recipes: Vec<(u8, f64)>,
}

#[derive(Default, Clone)]
struct Counts {
    weekdays: [f64; 7],
    portions: BTreeMap<Portions, f64>,
    recipes: BTreeMap<u8, f64>,
}

impl Counts {
    fn add(&mut self, other: &Self, weight: f64) {
        for (own, more) in self.weekdays.iter_mut().zip(other.weekdays) {
            *own += weight * more;
        }
        for (portions, more) in &other.portions {
            *self.portions.entry(*portions).or_default() += weight * more;
        }
        for (recipes, more) in &other.recipes {
            *self.recipes.entry(*recipes).or_default() += weight * more;
        }
    }

    fn boxes(&self) -> f64 {
        self.recipes.values().sum()
    }

    fn split(&self) -> AreaSplit {
        let days: f64 = self.weekdays.iter().sum();
        let share = |day: &f64| day / days;
        AreaSplit {
            weekdays: if days > 0.0 {
                self.weekdays.iter().map(share).collect()
            } else {
                Vec::new()
            },
            portions: shares(&self.portions),
            recipes: shares(&self.recipes),
        }
    }
}

fn shares<K: Copy>(counts: &BTreeMap<K, f64>) -> Vec<(K, f64)> {
    let total: f64 = counts.values().sum();
    if total <= 0.0 {
        return Vec::new();
    }
    counts
        .iter()
        .filter(|(_, n)| **n > 0.0)
        .map(|(key, n)| (*key, n / total))
        .collect()
}

impl SplitModel {
    /// Counts the boxes delivered, and the kits sold for what the boxes do not say.
    pub fn fit(observations: &Observations) -> Self {
        let mut areas = vec![Counts::default(); observations.areas.len()];
        let mut sized = false;
        for count in &observations.boxes {
            let Some(area) = areas.get_mut(count.area) else {
                continue;
            };
            let boxes = count.boxes as f64;
            if let Some(day) = area
                .weekdays
                .get_mut(usize::from(count.weekday).wrapping_sub(1))
            {
                *day += boxes;
            }
            *area.recipes.entry(count.recipes).or_default() += boxes;
            if let Some(portions) = count.portions {
                sized = true;
                *area.portions.entry(portions).or_default() += boxes;
            }
        }
        if !sized {
            for (area, portions, kits) in &observations.portions {
                if let Some(area) = areas.get_mut(*area) {
                    *area.portions.entry(*portions).or_default() += *kits as f64;
                }
            }
        }
        if observations.boxes.is_empty()
            && let Some(stated) = &observations.recipes_per_box
        {
            for area in &mut areas {
                area.recipes = stated.iter().copied().collect();
            }
        }
        let mut all = Counts::default();
        areas.iter().for_each(|area| all.add(area, 1.0));
        let prior = SHRINKAGE / all.boxes().max(1.0);
        for area in &mut areas {
            area.add(&all, prior);
        }
        areas.push(all);
        Self {
            areas: areas.iter().map(Counts::split).collect(),
        }
    }

    fn of(&self, place: Option<usize>) -> &AreaSplit {
        static NOTHING: AreaSplit = AreaSplit {
            weekdays: Vec::new(),
            portions: Vec::new(),
            recipes: Vec::new(),
        };
        let own = place
            .filter(|at| at + 1 < self.areas.len())
            .and_then(|at| self.areas.get(at));
        own.or(self.areas.last()).unwrap_or(&NOTHING)
    }

    /// Mean number of distinct recipes in an area's boxes; 1 where nothing says.
    pub fn mean_recipes(&self, area: usize) -> f64 {
        let mean: f64 = self
            .of(Some(area))
            .recipes
            .iter()
            .map(|(k, share)| f64::from(*k) * share)
            .sum();
        if mean > 0.0 { mean } else { 1.0 }
    }

    /// Share of boxes of each portion size, of those offered; 2 plates where nothing says.
    pub fn portions(&self, place: Option<usize>, settings: &Constraints) -> Vec<(Portions, f64)> {
        let known = self.of(place).portions.clone();
        let Some(offered) = &settings.portion_sizes else {
            let two = || {
                Portions::try_from(2)
                    .map(|two| vec![(two, 1.0)])
                    .unwrap_or_default()
            };
            return if known.is_empty() { two() } else { known };
        };
        let kept: Vec<_> = known
            .into_iter()
            .filter(|(size, _)| offered.contains(size))
            .collect();
        let total: f64 = kept.iter().map(|(_, share)| share).sum();
        if total > 0.0 {
            return kept
                .into_iter()
                .map(|(size, share)| (size, share / total))
                .collect();
        }
        offered
            .iter()
            .map(|size| (*size, 1.0 / offered.len() as f64))
            .collect()
    }

    /// Share of boxes with so many distinct recipes: the settings', else history's, else the data set's, else 1.
    pub fn recipes_per_box(
        &self,
        place: Option<usize>,
        week: &WeekSnapshot,
        settings: &Constraints,
    ) -> Vec<(u8, f64)> {
        if let Some(set) = &settings.recipes_per_box {
            return normalised(set.clone());
        }
        let known = &self.of(place).recipes;
        if !known.is_empty() {
            return known.clone();
        }
        let stated = week
            .recipes_per_box
            .iter()
            .flatten()
            .map(|(k, share)| (*k, share.to_f64()));
        let stated: Vec<_> = stated.collect();
        if stated.is_empty() {
            vec![(1, 1.0)]
        } else {
            normalised(stated)
        }
    }

    /// Share of the week's boxes on each weekday, Monday first; `None` where no history says.
    pub fn weekdays(&self, place: Option<usize>) -> Option<[f64; 7]> {
        self.of(place).weekdays.clone().try_into().ok()
    }
}

fn normalised(shares: Vec<(u8, f64)>) -> Vec<(u8, f64)> {
    let total: f64 = shares.iter().map(|(_, share)| share).sum();
    shares
        .into_iter()
        .map(|(k, share)| (k, share / total))
        .collect()
}
