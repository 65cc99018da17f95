//! The median of the methods that did best on the series' own past.

use std::fmt::Write as _;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::family::Family;
use crate::method::Method;
use crate::ready::{begun, known};

/// Weeks that the first origin leaves to learn from, at least.
const LEAST_HISTORY: usize = 8;

/// How methods are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Past weeks that are forecast from, one after the other; the last of them leaves `horizon` weeks to score.
    pub origins: usize,
    /// Weeks ahead that are scored, from 1 on.
    pub horizon: usize,
    /// Methods that are kept, the best ones.
    pub keep: usize,
}

impl Default for Trial {
    /// Eight origins, four weeks ahead, the best three: an odd number, so that the median is one of them.
    fn default() -> Self {
        Self {
            origins: 8,
            horizon: 4,
            keep: 3,
        }
    }
}

/// How wrong a method was in the trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// What was tried.
    pub family: Family,
    /// Mean absolute error over all origins and horizons, in the unit of the series.
    pub error: f64,
}

/// A combined forecast and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ensemble {
    /// By week ahead less 1: the median of the members' forecasts.
    pub forecast: Vec<f64>,
    /// The methods combined, the best first, refitted on the whole series.
    pub members: Vec<Method>,
    /// All methods tried, the best first; empty where the history is too short to try any.
    pub tried: Vec<Tried>,
    /// The same in words.
    pub words: String,
}

/// Forecasts 1 to `horizon` weeks ahead: tries the candidates by rolling origin, keeps the best and combines them
/// by the median of each week.
///
/// Parameters are found once, from the weeks before the first origin, so that no trial knows its future; the members
/// are then refitted on the whole series. Missing weeks are not scored. Of equally good ones the candidate named
/// first wins. Where the history is too short for a trial, the first candidates that it suffices for are combined.
pub fn ensemble(series: &[f64], horizon: usize, candidates: &[Family], trial: Trial) -> Ensemble {
    let series = begun(series);
    let tried = try_out(series, candidates, trial);
    let best: Vec<Family> = if tried.is_empty() {
        let enough = |family: &Family| series.len() >= family.weeks_needed();
        candidates.iter().copied().filter(enough).collect()
    } else {
        tried.iter().map(|tried| tried.family).collect()
    };
    let kept = best.iter().take(trial.keep);
    let members: Vec<Method> = kept.map(|family| family.fit(series).method).collect();
    Ensemble {
        forecast: combined(&members, series, horizon),
        words: words(&members, tried.len(), series.len(), trial),
        members,
        tried,
    }
}

/// The median of the members' forecasts, week by week; the last value where there are none.
fn combined(members: &[Method], series: &[f64], horizon: usize) -> Vec<f64> {
    if members.is_empty() {
        return Method::Naive.forecast(series, horizon);
    }
    let ahead = members
        .iter()
        .map(|method| method.forecast(series, horizon));
    let ahead: Vec<Vec<f64>> = ahead.collect();
    let of_week = |week| {
        ahead
            .iter()
            .filter_map(move |values| values.get(week).copied())
    };
    (0..horizon).map(|week| median(of_week(week))).collect()
}

/// The candidates by how wrong they were, the best first; those that the first origin leaves enough weeks for.
fn try_out(series: &[f64], candidates: &[Family], trial: Trial) -> Vec<Tried> {
    let origins = origins(series.len(), trial);
    let Some(history) = series.get(..origins.start).filter(|_| !origins.is_empty()) else {
        return Vec::new();
    };
    let mut tried: Vec<Tried> = candidates
        .iter()
        .filter(|family| history.len() >= family.weeks_needed())
        .filter_map(|family| {
            let method = family.fit(history).method;
            let error = mean_error(&method, series, origins.clone(), trial.horizon)?;
            Some(Tried {
                family: *family,
                error,
            })
        })
        .collect();
    tried.sort_by(|a, b| a.error.total_cmp(&b.error));
    tried
}

/// Mean absolute error of forecasts from each origin; `None` where there is no known week to compare with.
fn mean_error(
    method: &Method,
    series: &[f64],
    origins: Range<usize>,
    horizon: usize,
) -> Option<f64> {
    let (mut mean, mut count) = (0.0, 0_u32);
    for (past, future) in origins.filter_map(|at| series.split_at_checked(at)) {
        let ahead = method.forecast(past, horizon);
        for (forecast, actual) in ahead.iter().zip(future) {
            if let Some(actual) = known(*actual) {
                count += 1;
                // A running mean: a sum of the largest numbers would overflow.
                mean += ((forecast - actual).abs() - mean) / f64::from(count);
            }
        }
    }
    (count > 0).then_some(mean)
}

/// Weeks before each origin, ascending.
fn origins(weeks: usize, trial: Trial) -> Range<usize> {
    let end = (weeks + 1).saturating_sub(trial.horizon);
    end.saturating_sub(trial.origins)
        .max(LEAST_HISTORY)
        .min(end)..end
}

/// The median; of an even number the mean of the middle two, of none 0.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let upper = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    let lower = sorted
        .len()
        .checked_sub(1)
        .and_then(|last| sorted.get(last / 2));
    f64::midpoint(lower.copied().unwrap_or(0.0), upper)
}

fn words(members: &[Method], tried: usize, weeks: usize, trial: Trial) -> String {
    let mut names = String::new();
    for (at, member) in members.iter().enumerate() {
        let joint = match at {
            0 if members.len() > 1 => "median of ",
            0 => "",
            _ if at + 1 == members.len() => " and ",
            _ => ", ",
        };
        // Writing to a string cannot fail.
        let _ = write!(names, "{joint}{member}");
    }
    if members.is_empty() {
        return if weeks == 0 {
            "nothing is known: 0".to_owned()
        } else {
            "last value".to_owned()
        };
    }
    if tried == 0 {
        return format!("{names}; {weeks} weeks are too few to compare methods");
    }
    let origins = origins(weeks, trial).len();
    let horizon = trial.horizon;
    format!(
        "{names}; the best {} of {tried} over {origins} past weeks, up to {horizon} weeks ahead",
        members.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_leave_the_horizon_to_score() {
        let trial = Trial::default();
        assert_eq!(origins(60, trial), 49..57);
        assert_eq!(origins(14, trial), 8..11);
        assert_eq!(origins(11, trial), 8..8);
        assert_eq!(origins(0, trial), 0..0);
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!(
            median([4.0, 1.0, 2.0, 3.0].into_iter()).to_bits(),
            2.5_f64.to_bits()
        );
        assert_eq!(
            median([4.0, 1.0, 2.0].into_iter()).to_bits(),
            2.0_f64.to_bits()
        );
    }

    #[test]
    fn what_repeats_every_four_weeks_is_forecast_by_its_season() {
        let series: Vec<f64> = [10.0, 40.0, 20.0, 5.0]
            .into_iter()
            .cycle()
            .take(40)
            .collect();
        let candidates = [
            Family::Naive,
            Family::MovingAverage { weeks: 4 },
            Family::SeasonalNaive { period: 4 },
        ];
        let trial = Trial {
            keep: 1,
            ..Trial::default()
        };
        let combined = ensemble(&series, 5, &candidates, trial);
        assert_eq!(combined.members, [Method::SeasonalNaive { period: 4 }]);
        assert_eq!(combined.forecast, [10.0, 40.0, 20.0, 5.0, 10.0]);
        let words = "value 4 weeks before; the best 1 of 3 over 8 past weeks, up to 4 weeks ahead";
        assert_eq!(combined.words, words);
    }

    #[test]
    fn a_trial_does_not_know_its_future() {
        // Only what comes after the first origin differs, so the parameters learnt before it are the same.
        let calm: Vec<f64> = (0..40).map(|week| 100.0 + f64::from(week % 3)).collect();
        let mut wild = calm.clone();
        wild.last_mut().into_iter().for_each(|last| *last = 1e6);
        let naive = |series| try_out(series, &[Family::Naive], Trial::default());
        let (calm, wild) = (naive(&calm), naive(&wild));
        // The last week is scored once, from the last origin, among 32.
        let difference = wild[0].error - calm[0].error;
        assert!(
            (difference - (1e6 - 100.0) / 32.0).abs() < 1.0,
            "{difference}"
        );
    }

    #[test]
    fn missing_weeks_are_not_scored() {
        let mut series: Vec<f64> = vec![100.0; 40];
        series[38] = f64::NAN;
        let tried = try_out(&series, &[Family::Naive], Trial::default());
        assert_eq!(tried[0].error.to_bits(), 0.0_f64.to_bits());
        // Errors of 10 in the last week alone, among 8 * 4 cells less the 2 that are missing.
        series[39] = 110.0;
        let tried = try_out(&series, &[Family::Naive], Trial::default());
        assert!((tried[0].error - 10.0 / 30.0).abs() < 1e-12, "{tried:?}");
    }

    #[test]
    fn the_forecast_is_the_median_of_the_members() {
        let series: Vec<f64> = (0..40)
            .map(|week| 100.0 + f64::from(week * week % 13))
            .collect();
        let three = &Family::WEEKLY[..3];
        let combined = ensemble(&series, 1, three, Trial::default());
        let each = three
            .iter()
            .map(|family| family.fit(&series).method.forecast(&series, 1)[0]);
        let median = median(each);
        assert_eq!(combined.forecast[0].to_bits(), median.to_bits());
        let words = "median of 13-week mean, last value and 4-week mean; \
                     the best 3 of 3 over 8 past weeks, up to 4 weeks ahead";
        assert_eq!(combined.words, words);
    }

    #[test]
    fn a_short_history_is_forecast_by_the_plainest() {
        let combined = ensemble(&[7.0, 9.0, 8.0], 2, &Family::WEEKLY, Trial::default());
        assert_eq!(combined.members.len(), 2);
        assert!(combined.words.contains("too few"), "{}", combined.words);
        let nothing = ensemble(&[f64::NAN], 2, &Family::WEEKLY, Trial::default());
        assert_eq!(nothing.forecast, [0.0, 0.0]);
        assert_eq!(nothing.words, "nothing is known: 0");
    }
}
