//! Weeks that would mislead every method: missing ones, outliers, and weeks that were sold out.

use serde::{Deserialize, Serialize};

use crate::ensemble::median;
use crate::ready::{bridged, known};

/// Neighbours that are looked at on either side. Five, so that two odd weeks among them do not move the median.
const SIDE: usize = 5;
/// Neighbours that there must be on either side: with fewer a new level cannot be told from an outlier.
const LEAST_SIDE: usize = 3;
/// With fewer on the later side, a value must be this factor further away (natural logarithm of 3) to be an outlier:
/// a mistyped number or half a week's data is then likelier than a new level.
const STEEP: f64 = 1.098_612_288_668_109_8;
/// Robust standard deviations (1.4826 times the median absolute deviation) that a value may be away from the running
/// median. With normal noise one week in two million is further; the estimate is rough, so that a few more are.
const MULTIPLE: f64 = 5.0;
/// The least standard deviation believed, on log scale: nothing within a quarter of its neighbours is an outlier.
const LEAST_DEVIATION: f64 = 0.05;
/// Standard deviations in a median absolute deviation of normal noise.
const NORMAL: f64 = 1.4826;
/// Added to every value before the logarithm, in medians of the values above 0, so that 0 has one too.
const FLOOR: f64 = 0.01;

/// Why a value was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It was not a finite number: bridged from its neighbours.
    Missing,
    /// It was below 0: now 0.
    Negative,
    /// It was further from both sides' neighbours than noise explains: moved to the bound; in the last weeks, to the
    /// level of the weeks before.
    Outlier,
    /// More could have been sold: raised to the level of the unconstrained weeks around.
    SoldOut,
}

/// A value that was changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adjustment {
    /// Its place in the series.
    pub at: usize,
    /// As given; `None` where missing.
    pub was: Option<f64>,
    /// As in [`Cleaned::values`].
    pub now: f64,
    /// Why.
    pub reason: Reason,
}

/// A series fit to learn from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cleaned {
    /// As many as were given; finite and at least 0.
    pub values: Vec<f64>,
    /// What was changed, by place.
    pub adjusted: Vec<Adjustment>,
}

/// Bridges missing weeks, levels outliers, and raises sold-out weeks.
///
/// An outlier is a value that lies, on log scale, more than 5 robust standard deviations above the median of the five
/// weeks before and also of the five weeks after (or below both); it becomes that bound. A step to another level
/// agrees with one side and stays. The first three weeks stay as well.
///
/// The last three weeks have too few weeks after them. One of them is an outlier if it lies three times further up, or
/// down, from the median of the five weeks before, from the week just before and from each week after; it becomes that
/// median. Two weeks that agree are a step, and stay.
///
/// Where `constrained` holds, what was sold is the least that was wanted: a value below the median of the
/// unconstrained weeks around (five on either side) is raised to it, and stays where all of those were sold out. A
/// sold-out week is nobody's neighbour and never an outlier. Weeks beyond the end of `constrained` are unconstrained.
pub fn clean(series: &[f64], constrained: &[bool]) -> Cleaned {
    let mut values = bridged(series);
    let sold_out = |at: usize| constrained.get(at).copied().unwrap_or(false);
    let mut adjusted = Vec::new();
    for (at, (&was, &now)) in series.iter().zip(&values).enumerate() {
        let missing = known(was).is_none();
        if missing || was < 0.0 {
            adjusted.push(Adjustment {
                at,
                was: (!missing).then_some(was),
                now,
                reason: if missing {
                    Reason::Missing
                } else {
                    Reason::Negative
                },
            });
        }
    }
    let unchanged = values.clone();
    let spread = Spread::of(&unchanged, &sold_out);
    for (at, value) in values.iter_mut().enumerate() {
        let (now, reason) = if sold_out(at) {
            let level = around(&unchanged, at, &sold_out).filter(|level| level > value);
            (level, Reason::SoldOut)
        } else {
            let bound = spread
                .as_ref()
                .and_then(|spread| spread.bound(at, &sold_out));
            (bound, Reason::Outlier)
        };
        if let Some(now) = now {
            adjusted.push(Adjustment {
                at,
                was: Some(*value),
                now,
                reason,
            });
            *value = now;
        }
    }
    adjusted.sort_by_key(|adjustment| adjustment.at);
    Cleaned { values, adjusted }
}

/// The median of the weeks on both sides.
fn around(values: &[f64], at: usize, sold_out: &impl Fn(usize) -> bool) -> Option<f64> {
    let mut near = before(values, at, sold_out);
    near.extend(after(values, at, sold_out));
    (!near.is_empty()).then(|| median(near.into_iter()))
}

/// Values of the unconstrained among the weeks just before.
fn before(values: &[f64], at: usize, sold_out: &impl Fn(usize) -> bool) -> Vec<f64> {
    pick(values, at.saturating_sub(SIDE)..at, sold_out)
}

/// Values of the unconstrained among the weeks just after.
fn after(values: &[f64], at: usize, sold_out: &impl Fn(usize) -> bool) -> Vec<f64> {
    pick(values, at + 1..at + 1 + SIDE, sold_out)
}

fn pick(
    values: &[f64],
    places: std::ops::Range<usize>,
    sold_out: &impl Fn(usize) -> bool,
) -> Vec<f64> {
    let open = places.filter(|&at| !sold_out(at));
    open.filter_map(|at| values.get(at).copied()).collect()
}

/// The series on log scale, and how far its values usually lie from their neighbours.
#[derive(Debug)]
struct Spread {
    floor: f64,
    logs: Vec<f64>,
    allowed: f64,
}

impl Spread {
    /// `None` where nothing is above 0.
    fn of(values: &[f64], sold_out: &impl Fn(usize) -> bool) -> Option<Self> {
        let positive = values.iter().copied().filter(|value| *value > 0.0);
        let floor = FLOOR * median(positive);
        if floor <= 0.0 {
            return None;
        }
        let logs: Vec<f64> = values
            .iter()
            .map(|value| libm::log(value + floor))
            .collect();
        let distances = (0..logs.len())
            .filter(|&at| !sold_out(at))
            .filter_map(|at| {
                let level = around(&logs, at, sold_out)?;
                logs.get(at).map(|log| (log - level).abs())
            });
        let deviation = (NORMAL * median(distances)).max(LEAST_DEVIATION);
        Some(Self {
            floor,
            logs,
            allowed: MULTIPLE * deviation,
        })
    }

    /// Where an outlier is moved to; `None` for any other value.
    fn bound(&self, at: usize, sold_out: &impl Fn(usize) -> bool) -> Option<f64> {
        let log = *self.logs.get(at)?;
        let (before, after) = (
            before(&self.logs, at, sold_out),
            after(&self.logs, at, sold_out),
        );
        let ends = after.len() < LEAST_SIDE;
        if before.len() < if ends { SIDE } else { LEAST_SIDE } {
            return None;
        }
        let last = before.last().copied();
        let one = median(before.into_iter());
        let bound = if ends {
            let near = after.into_iter().chain(last);
            let (low, high) =
                near.fold((one, one), |(low, high), log| (low.min(log), high.max(log)));
            let allowed = self.allowed + STEEP;
            (log < low - allowed || log > high + allowed).then_some(one)?
        } else {
            let other = median(after.into_iter());
            let (low, high) = (one.min(other) - self.allowed, one.max(other) + self.allowed);
            if log < low {
                low
            } else if log > high {
                high
            } else {
                return None;
            }
        };
        Some((libm::exp(bound) - self.floor).clamp(0.0, f64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 give or take 3 %.
    fn calm(weeks: usize) -> Vec<f64> {
        (0..weeks)
            .map(|week| 100.0 + [0.0, 3.0, -2.0, 1.0, -3.0][week % 5])
            .collect()
    }

    fn reasons(cleaned: &Cleaned) -> Vec<(usize, Reason)> {
        cleaned
            .adjusted
            .iter()
            .map(|each| (each.at, each.reason))
            .collect()
    }

    #[test]
    fn a_calm_series_stays_as_it_is() {
        let cleaned = clean(&calm(30), &[]);
        assert_eq!(cleaned.values, calm(30));
        assert!(cleaned.adjusted.is_empty());
    }

    #[test]
    fn a_week_out_of_line_is_moved_to_the_bound() {
        let mut series = calm(30);
        series[12] = 400.0;
        series[20] = 5.0;
        let cleaned = clean(&series, &[]);
        assert_eq!(
            reasons(&cleaned),
            [(12, Reason::Outlier), (20, Reason::Outlier)]
        );
        assert!(
            (125.0..145.0).contains(&cleaned.values[12]),
            "{}",
            cleaned.values[12]
        );
        assert!(
            (70.0..80.0).contains(&cleaned.values[20]),
            "{}",
            cleaned.values[20]
        );
        assert_eq!(cleaned.adjusted[0].was, Some(400.0));
    }

    #[test]
    fn two_odd_weeks_in_a_row_are_outliers() {
        let mut series = calm(30);
        (series[12], series[13]) = (400.0, 380.0);
        let found = reasons(&clean(&series, &[]));
        assert_eq!(found, [(12, Reason::Outlier), (13, Reason::Outlier)]);
    }

    #[test]
    fn a_step_to_another_level_is_no_outlier() {
        for factor in [0.3, 1.5, 4.0] {
            let mut series = calm(40);
            series
                .iter_mut()
                .skip(20)
                .for_each(|value| *value *= factor);
            assert!(clean(&series, &[]).adjusted.is_empty(), "{factor}");
        }
    }

    #[test]
    fn growth_is_no_outlier() {
        let series: Vec<f64> = (0..40).map(|week| 50.0 * f64::from(1 + week)).collect();
        assert!(clean(&series, &[]).adjusted.is_empty());
    }

    #[test]
    fn in_the_last_weeks_only_what_is_three_times_further_out_of_line_is_an_outlier() {
        for at in 27..30 {
            for (factor, outlier) in [(0.1, true), (0.4, false), (3.0, false), (10.0, true)] {
                let mut series = calm(30);
                series[at] *= factor;
                let cleaned = clean(&series, &[]);
                let expected: &[(usize, Reason)] = if outlier {
                    &[(at, Reason::Outlier)]
                } else {
                    &[]
                };
                assert_eq!(reasons(&cleaned), expected, "{at} {factor}");
                assert!(!outlier || (96.0..104.0).contains(&cleaned.values[at]));
            }
        }
    }

    #[test]
    fn two_last_weeks_that_agree_are_a_step() {
        for factor in [0.1, 10.0] {
            for weeks in 2..4 {
                let mut series = calm(30);
                series
                    .iter_mut()
                    .rev()
                    .take(weeks)
                    .for_each(|value| *value *= factor);
                assert!(clean(&series, &[]).adjusted.is_empty(), "{factor} {weeks}");
            }
        }
    }

    #[test]
    fn a_steep_beginning_is_no_outlier() {
        for weeks in 1..12 {
            let series: Vec<f64> = (0..weeks)
                .map(|week| libm::pow(4.0, f64::from(week)))
                .collect();
            assert!(clean(&series, &[]).adjusted.is_empty(), "{weeks}");
        }
    }

    #[test]
    fn a_sold_out_week_is_raised_to_its_neighbours_and_never_lowered() {
        let mut series = calm(30);
        let mut constrained = vec![false; 30];
        (series[10], series[11], series[18]) = (40.0, 45.0, 500.0);
        (constrained[10], constrained[11], constrained[18]) = (true, true, true);
        let cleaned = clean(&series, &constrained);
        assert_eq!(
            reasons(&cleaned),
            [(10, Reason::SoldOut), (11, Reason::SoldOut)]
        );
        assert!((97.0..103.0).contains(&cleaned.values[10]));
        assert!((97.0..103.0).contains(&cleaned.values[11]));
        assert!((cleaned.values[18] - 500.0).abs() < 1e-9);
    }

    #[test]
    fn missing_and_negative_weeks_are_reported() {
        let cleaned = clean(&[10.0, f64::NAN, 12.0, -4.0], &[]);
        assert_eq!(cleaned.values, [10.0, 11.0, 12.0, 0.0]);
        assert_eq!(
            reasons(&cleaned),
            [(1, Reason::Missing), (3, Reason::Negative)]
        );
        assert_eq!(cleaned.adjusted[0].was, None);
    }

    #[test]
    fn the_unit_does_not_matter() {
        let mut series = calm(30);
        series[12] = 400.0;
        let small: Vec<f64> = series.iter().map(|value| value * 1e-9).collect();
        let (large, small) = (clean(&series, &[]), clean(&small, &[]));
        for (a, b) in large.values.iter().zip(&small.values) {
            assert!((a * 1e-9 / b - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn zeros_and_huge_values_give_numbers() {
        for series in [
            vec![0.0; 20],
            vec![f64::MAX; 20],
            vec![f64::INFINITY; 20],
            vec![],
        ] {
            let cleaned = clean(&series, &[true, false]);
            assert_eq!(cleaned.values.len(), series.len());
            assert!(cleaned.values.iter().all(|value| value.is_finite()));
        }
    }
}
