//! Boxes a week: the planners' forecast where there is one, else the median of simple methods, adjusted for how
//! attractive the menu is; past errors are the spread.
//!
//! A menu with more promotions draws more customers. An area's kits are taken as its base level times the menu's
//! draw to the power of θ: 0 where a good menu only moves choices, 1 where recipes do not compete (the nesting
//! parameter of a nested logit with an outside choice; Berry 1994). Base levels are forecast as weekly series.

use serde::{Deserialize, Serialize};
use series::{Adjustment, Family, Trial, clean, ensemble};
use snapshot::WeekSnapshot;

use crate::observations::Observations;
use crate::origin::Origin;
use crate::panel::{Cell, Panel};
use crate::planners::{Errors, boxes_by_area, fan_of};
use crate::split::SplitModel;
use crate::spread::{concentrated, level};
use crate::statistics::{log_ratio, median};

/// Weeks ahead that base levels are forecast for; later ones take the last.
const HORIZON: usize = 13;
/// Weeks before an origin that a menu is compared with.
const REFERENCE: usize = 8;
/// What θ is drawn to 0 by: as much as the areas of one week whose menus draw a tenth more than usual.
const PRIOR_DRAW: f64 = 0.01;
/// The normal distribution's 90th percentile.
pub(crate) const Z90: f64 = 1.281_551_565_544_600_4;
/// The part of a sold-out week's kits from which on the week counts as sold out.
const SOLD_OUT_PART: f64 = 0.1;

/// What is known about boxes a week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VolumeModel {
    /// By area, then week ahead less 1: kits of meals at a menu that draws 1.
    pub base: Vec<Vec<f64>>,
    /// The power θ of the menu's draw, 0 to 1.
    pub menu_effect: f64,
    /// The methods combined for the area with the most boxes, in words.
    pub methods: String,
    /// How wrong the planners were, where enough of their past forecasts are known.
    pub planner_errors: Option<Errors>,
    /// Weeks of areas that were taken as outliers or raised because they were sold out: place of the area, and
    /// what was changed in kits at a menu that draws 1.
    pub adjusted: Vec<(usize, Adjustment)>,
}

/// A week's volume.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WeekVolume {
    /// Median boxes, by place in the snapshot.
    pub(crate) boxes: Vec<f64>,
    /// The spread of an area's own, and the one all areas share.
    pub(crate) own_deviation: f64,
    pub(crate) level_deviation: f64,
    /// How it was forecast.
    pub(crate) method: &'static str,
}

/// Where the planners forecast.
pub const PLANNERS: &str = "the planners' forecast, spread by its own past errors";
/// Where nobody did.
pub const ENSEMBLE: &str = "the median of the simple methods that did best on past weeks, adjusted for the menu, \
                            spread by its own past errors";

impl VolumeModel {
    /// Forecasts each area's base level from the weeks before `end`.
    pub(crate) fn fit(
        observations: &Observations,
        panel: &Panel,
        split: &SplitModel,
        origin: &Origin,
        menu_effect: f64,
    ) -> Self {
        let end = panel.weeks.len();
        let draws: Vec<Vec<f64>> = panel
            .weeks
            .iter()
            .map(|week| origin.menu_draw(week, panel.areas))
            .collect();
        let bases = bases(panel, &draws, menu_effect, end);
        let kits = kits_by_week(panel);
        let largest = (0..panel.areas).max_by(|a, b| {
            let last = |area: usize| {
                kits.iter()
                    .rev()
                    .take(4)
                    .map(|week| week[area])
                    .sum::<f64>()
            };
            last(*a).total_cmp(&last(*b)).then(b.cmp(a))
        });
        Self {
            methods: largest
                .and_then(|area| bases.get(area))
                .map(|base| base.words.clone())
                .unwrap_or_default(),
            adjusted: bases
                .iter()
                .enumerate()
                .flat_map(|(area, base)| base.adjusted.iter().map(move |a| (area, a.clone())))
                .collect(),
            base: bases.into_iter().map(|base| base.forecast).collect(),
            menu_effect,
            planner_errors: Errors::of_planners(observations, &boxes_by_area(&kits, split)),
        }
    }

    /// A week's boxes.
    ///
    /// By place in the snapshot: `places` are the areas in the model, `draws` the menu's draw, `recipes` the mean
    /// recipes a box. `own` are the spreads of this model's own forecasts, level and area.
    pub(crate) fn week(
        &self,
        week: &WeekSnapshot,
        places: &[Option<usize>],
        draws: &[f64],
        recipes: &[f64],
        own: (f64, f64),
    ) -> WeekVolume {
        let base = |place: &Option<usize>| -> Option<f64> {
            let by_lead = self.base.get((*place)?)?;
            let lead = (week.lead_weeks.max(1) as usize - 1).min(by_lead.len().checked_sub(1)?);
            by_lead.get(lead).copied()
        };
        let mut boxes: Vec<f64> = places
            .iter()
            .zip(draws)
            .zip(recipes)
            .map(|((place, draw), recipes)| {
                let kits = base(place).unwrap_or(0.0) * power(*draw, self.menu_effect);
                kits / recipes.max(1.0)
            })
            .collect();
        let total = week.volume.iter().find(|issue| issue.area.is_none());
        if let Some(total) = total {
            let sum: f64 = boxes.iter().sum();
            let even = total.p50.to_f64() / boxes.len().max(1) as f64;
            for area in &mut boxes {
                *area = if sum > 0.0 {
                    *area * total.p50.to_f64() / sum
                } else {
                    even
                };
            }
        }
        let mut fans = Vec::new();
        for issue in &week.volume {
            if let Some(area) = issue.area.and_then(|at| boxes.get_mut(at)) {
                *area = issue.p50.to_f64();
                fans.extend(fan_of(issue));
            }
        }
        let planners = !week.volume.is_empty();
        let measured = self.planner_errors.as_ref();
        let measured = measured.and_then(|errors| errors.at(week.lead_weeks));
        let beside = |total: f64, area: f64| {
            let concentrated = concentrated(boxes.iter().copied());
            (level(total, area, concentrated), area)
        };
        let (level_deviation, own_deviation) = match (measured, total.and_then(fan_of)) {
            _ if !planners => own,
            (Some(errors), _) => beside(errors.total, errors.area.unwrap_or(own.1)),
            // Nothing is known of how the planners erred before: their own fan is the only word on it.
            (None, Some(fan)) => beside(fan, own.1),
            (None, None) => match median(&fans) {
                // Half of the variance of an area's fan is taken as shared by all areas.
                Some(fan) => (fan * 0.5_f64.sqrt(), fan * 0.5_f64.sqrt()),
                None => own,
            },
        };
        WeekVolume {
            boxes,
            own_deviation,
            level_deviation,
            method: if planners { PLANNERS } else { ENSEMBLE },
        }
    }
}

/// An area's base level: its forecast, and what was changed before.
#[derive(Debug, Clone)]
pub(crate) struct Base {
    pub(crate) forecast: Vec<f64>,
    words: String,
    adjusted: Vec<Adjustment>,
}

/// Forecasts each area's kits at a menu that draws 1, from the weeks before `end`; `draws` by week, then area.
pub(crate) fn bases(panel: &Panel, draws: &[Vec<f64>], menu_effect: f64, end: usize) -> Vec<Base> {
    let mut kits = vec![vec![(0.0, 0.0); end]; panel.areas];
    for (at, week) in panel.weeks.iter().take(end).enumerate() {
        for cell in week {
            let (all, sold_out) = &mut kits[cell.area][at];
            *all += cell.kits;
            *sold_out += if cell.sold_out { cell.kits } else { 0.0 };
        }
    }
    let base = |(area, kits): (usize, &Vec<(f64, f64)>)| {
        let level = |(at, (kits, _)): (usize, &(f64, f64))| {
            let draw = draws.get(at).and_then(|week| week.get(area));
            // A week without sales is a week without a say.
            match draw {
                Some(draw) if *kits > 0.0 => kits / power(*draw, menu_effect),
                _ => f64::NAN,
            }
        };
        let levels: Vec<f64> = kits.iter().enumerate().map(level).collect();
        let sold_out: Vec<bool> = kits
            .iter()
            .map(|(kits, sold_out)| *sold_out > SOLD_OUT_PART * kits)
            .collect();
        let first = levels.iter().position(|level| level.is_finite());
        let first = first.unwrap_or(levels.len());
        let cleaned = clean(&levels[first..], &sold_out[first..]);
        let ensemble = ensemble(&cleaned.values, HORIZON, &Family::WEEKLY, Trial::default());
        let changed = cleaned.adjusted.into_iter().filter(|a| a.was.is_some());
        Base {
            forecast: ensemble.forecast,
            words: ensemble.words,
            adjusted: changed
                .map(|a| Adjustment {
                    at: a.at + first,
                    ..a
                })
                .collect(),
        }
    };
    kits.iter().enumerate().map(base).collect()
}

pub(crate) fn power(draw: f64, exponent: f64) -> f64 {
    if draw > 0.0 {
        libm::exp(exponent * libm::log(draw))
    } else {
        0.0
    }
}

/// Kits by week, then area.
pub(crate) fn kits_by_week(panel: &Panel) -> Vec<Vec<f64>> {
    let sum = |week: &Vec<Cell>| {
        let mut kits = vec![0.0; panel.areas];
        week.iter().for_each(|cell| kits[cell.area] += cell.kits);
        kits
    };
    panel.weeks.iter().map(sum).collect()
}

/// Pairs of how much more than usual a menu drew and how much more than usual was sold, over all origins.
#[derive(Debug, Clone, Default)]
pub(crate) struct MenuEffect {
    pairs: Vec<(f64, f64)>,
}

impl MenuEffect {
    /// Compares a week with the weeks before an origin; all by area.
    pub(crate) fn compare(
        &mut self,
        before: (&[Vec<f64>], &[Vec<f64>]),
        draws: &[f64],
        kits: &[f64],
    ) {
        let (draws_before, kits_before) = before;
        let mean = |weeks: &[Vec<f64>], area: usize| -> Option<f64> {
            let recent = weeks.get(weeks.len().checked_sub(REFERENCE)?..)?;
            let logs = recent.iter().map(|week| log_ratio(*week.get(area)?, 1.0));
            let logs: Option<Vec<f64>> = logs.collect();
            logs.map(|logs| logs.iter().sum::<f64>() / logs.len() as f64)
        };
        for (area, (draw, kits)) in draws.iter().zip(kits).enumerate() {
            let now = log_ratio(*draw, 1.0).zip(log_ratio(*kits, 1.0));
            let usual = mean(draws_before, area).zip(mean(kits_before, area));
            if let (Some(now), Some(usual)) = (now, usual) {
                self.pairs.push((now.0 - usual.0, now.1 - usual.1));
            }
        }
    }

    /// θ by least squares with a mean of its own, between 0 and 1.
    pub(crate) fn estimate(&self, areas: usize) -> f64 {
        let count = self.pairs.len().max(1) as f64;
        let (x, y) = self
            .pairs
            .iter()
            .fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
        let (x, y) = (x / count, y / count);
        let (mut square, mut cross) = (PRIOR_DRAW * areas.max(1) as f64, 0.0);
        for pair in &self.pairs {
            square += (pair.0 - x) * (pair.0 - x);
            cross += (pair.0 - x) * (pair.1 - y);
        }
        (cross / square).clamp(0.0, 1.0)
    }
}
