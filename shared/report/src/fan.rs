//! The weeks' boxes as a fan: where 5, 8 and 9 in 10 draws fall.

use contracts::{RunSummary, WeekReport, WeekSummary};

use crate::words::count;

/// Width and height of the drawing, and where its axis ends.
const WIDTH: u64 = 1000;
const TOP: u64 = 20;
const BOTTOM: u64 = 220;
/// Lines across.
const STEPS: u64 = 4;

/// The chart.
#[derive(Debug)]
pub(crate) struct Fan {
    pub(crate) columns: Vec<Column>,
    pub(crate) lines: Vec<Line>,
    /// The medians, as the points of a line.
    pub(crate) medians: String,
}

/// A week.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) week: String,
    pub(crate) middle: u64,
    /// Left edges, widths, upper edges and heights: the widest band first.
    pub(crate) bands: Vec<Band>,
    pub(crate) median: u64,
    pub(crate) boxes: String,
    /// Height of the known orders' mark; `None` where none are known.
    pub(crate) known: Option<u64>,
    /// All of it in words.
    pub(crate) alt: String,
}

/// Where so many in 10 draws fall.
#[derive(Debug)]
pub(crate) struct Band {
    pub(crate) in_ten: &'static str,
    pub(crate) left: u64,
    pub(crate) width: u64,
    pub(crate) top: u64,
    pub(crate) height: u64,
}

/// A line across with its number.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) height: u64,
    pub(crate) boxes: String,
}

/// Lower and upper percent, half the width of the column's part, name.
const BANDS: [(u8, u8, u64, &str); 3] = [
    (5, 95, 8, "nine"),
    (10, 90, 14, "eight"),
    (25, 75, 20, "five"),
];

impl Fan {
    /// `None` where no week has a fan.
    pub(crate) fn of(summary: &RunSummary) -> Option<Self> {
        let weeks: Vec<&WeekSummary> = summary
            .weeks
            .iter()
            .filter_map(|report| match report {
                WeekReport::Planned(week) if week.fan.at(50).is_some() => Some(week.as_ref()),
                _ => None,
            })
            .collect();
        let most = weeks
            .iter()
            .filter_map(|week| week.fan.at(95).max(Some(week.known_boxes)))
            .max()
            .filter(|most| *most > 0)?;
        let scale = round_up(most);
        let height = |boxes: u64| {
            let length = u128::from(boxes) * u128::from(BOTTOM - TOP) / u128::from(scale);
            BOTTOM - (length as u64).min(BOTTOM - TOP)
        };
        let step = WIDTH / weeks.len() as u64;
        let columns: Vec<Column> = weeks
            .iter()
            .zip(0..)
            .map(|(week, at)| Column::of(week, step * at + step / 2, &height))
            .collect();
        let points = columns
            .iter()
            .map(|column| format!("{},{}", column.middle, column.median));
        Some(Self {
            medians: points.collect::<Vec<_>>().join(" "),
            lines: (0..=STEPS)
                .map(|part| Line {
                    height: height(scale / STEPS * part),
                    boxes: count(scale / STEPS * part),
                })
                .collect(),
            columns,
        })
    }
}

impl Column {
    fn of(week: &WeekSummary, middle: u64, height: &impl Fn(u64) -> u64) -> Self {
        let at = |percent| week.fan.at(percent).unwrap_or_default();
        let band = |(low, high, half, in_ten): (u8, u8, u64, &'static str)| Band {
            in_ten,
            left: middle.saturating_sub(half),
            width: 2 * half,
            top: height(at(high)),
            height: (height(at(low)) - height(at(high))).max(1),
        };
        let known = week.known_boxes;
        Self {
            week: week.week.to_string(),
            middle,
            bands: BANDS.into_iter().map(band).collect(),
            median: height(at(50)),
            boxes: count(at(50)),
            known: (known > 0).then(|| height(known)),
            alt: format!(
                "{}: median {}, 5 in 10 draws {} to {}, 8 in 10 {} to {}, 9 in 10 {} to {}, known orders {}",
                week.week,
                count(at(50)),
                count(at(25)),
                count(at(75)),
                count(at(10)),
                count(at(90)),
                count(at(5)),
                count(at(95)),
                count(known),
            ),
        }
    }
}

/// The next number that is 1, 2, 4, 6 or 8 and noughts: an axis of four steps reads well up to it.
fn round_up(number: u64) -> u64 {
    let mut unit: u64 = 4;
    loop {
        for step in [1, 2, 3, 4, 5, 6, 8] {
            if number <= unit.saturating_mul(step) {
                return unit.saturating_mul(step);
            }
        }
        unit = unit.saturating_mul(10);
        if unit == u64::MAX {
            return unit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_a_number_that_four_steps_divide() {
        for (number, end) in [
            (1, 4),
            (30_120, 32_000),
            (203_000, 240_000),
            (u64::MAX, u64::MAX),
        ] {
            assert_eq!(round_up(number), end);
        }
    }
}
