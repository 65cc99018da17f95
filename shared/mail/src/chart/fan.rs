//! The weeks' boxes as a fan, with known orders and the last plan.

use contracts::{RunSummary, WeekReport, WeekSummary};
use domain::MenuWeek;
use report::words::count;

use super::svg::{Anchor, Style, Svg};
use super::{Drawing, Palette};
use crate::subject::short;

/// More weeks are not told apart on a phone.
const MOST_WEEKS: usize = 12;
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 250.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 632.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 200.0;
const BANDS: [(u8, u8); 3] = [(5, 95), (10, 90), (25, 75)];

/// `None` where no week has a fan.
pub(super) fn draw(summary: &RunSummary, palette: &Palette) -> Option<Drawing> {
    let weeks: Vec<(MenuWeek, Option<&WeekSummary>)> = summary
        .weeks
        .iter()
        .take(MOST_WEEKS)
        .map(|report| match report {
            WeekReport::Planned(week) => (week.week, Some(week.as_ref())),
            WeekReport::Failed { week, .. } => (*week, None),
        })
        .collect();
    let last = |week: MenuWeek| summary.last_plan(week).map(|last| last.boxes.p50);
    let most = weeks
        .iter()
        .flat_map(|(week, planned)| {
            let own = planned.and_then(|week| week.fan.at(95).max(Some(week.known_boxes)));
            [own, last(*week)]
        })
        .flatten()
        .max()
        .filter(|most| *most > 0)?;
    let top = round_up(most);
    let height = |boxes: u64| BOTTOM - (BOTTOM - TOP) * (boxes as f64 / top as f64).min(1.0);
    let step = (RIGHT - LEFT) / weeks.len() as f64;
    let half = (step * 0.32).min(60.0);
    let mut svg = Svg::default();
    axis(&mut svg, palette, top, &height);
    let mut points = Vec::new();
    for ((week, planned), at) in weeks.iter().zip(0_u32..) {
        let middle = LEFT + step * (f64::from(at) + 0.5);
        if let Some(planned) = planned {
            column(&mut svg, palette, planned, (middle, half), &height);
        }
        let label = if planned.is_some() {
            short(*week)
        } else {
            format!("{} failed", short(*week))
        };
        let style = Style {
            size: 13,
            fill: palette.text,
            bold: true,
        };
        svg.text((middle, BOTTOM + 19.0), Anchor::Middle, style, &label);
        points.extend(last(*week).map(|boxes| (middle, height(boxes))));
    }
    if let [(x, y)] = points.as_slice() {
        points = vec![(x - half, *y), (x + half, *y)];
    }
    svg.dashes(&points, palette.last);
    legend(&mut svg, palette, !points.is_empty());
    Some(Drawing {
        name: "fan".to_owned(),
        title: "Boxes by week".to_owned(),
        alt: alt(&weeks, last),
        size: (WIDTH as u32, HEIGHT as u32),
        svg,
    })
}

fn axis(svg: &mut Svg, palette: &Palette, top: u64, height: &impl Fn(u64) -> f64) {
    for part in 0..=4 {
        let boxes = top / 4 * part;
        let y = height(boxes);
        svg.line((LEFT, y), (RIGHT, y), palette.line, 1.0);
        let style = Style {
            size: 11,
            fill: palette.soft,
            bold: false,
        };
        svg.text((LEFT - 6.0, y + 4.0), Anchor::End, style, &count(boxes));
    }
}

fn column(
    svg: &mut Svg,
    palette: &Palette,
    week: &WeekSummary,
    (middle, half): (f64, f64),
    height: &impl Fn(u64) -> f64,
) {
    let at = |percent| week.fan.at(percent).unwrap_or(week.boxes.p50);
    for ((low, high), colour) in BANDS.into_iter().zip(palette.bands) {
        let (top, bottom) = (height(at(high)), height(at(low)));
        svg.rect(
            (middle - half, top),
            (2.0 * half, (bottom - top).max(1.0)),
            colour,
        );
    }
    let median = height(week.boxes.p50);
    svg.line(
        (middle - half, median),
        (middle + half, median),
        palette.median,
        3.0,
    );
    let style = Style {
        size: 12,
        fill: palette.text,
        bold: true,
    };
    let above = height(at(95)) - 6.0;
    svg.text(
        (middle, above),
        Anchor::Middle,
        style,
        &count(week.boxes.p50),
    );
    if week.known_boxes > 0 {
        let top = height(week.known_boxes);
        svg.rect((middle - 5.0, top), (10.0, BOTTOM - top), palette.known);
    }
}

fn legend(svg: &mut Svg, palette: &Palette, last: bool) {
    let style = Style {
        size: 11,
        fill: palette.soft,
        bold: false,
    };
    let y = HEIGHT - 12.0;
    let mut x = LEFT;
    for (colour, words, room) in [
        (palette.median, "median", 70.0),
        (palette.bands[2], "5 in 10", 68.0),
        (palette.bands[1], "8 in 10", 68.0),
        (palette.bands[0], "9 in 10", 68.0),
        (palette.known, "known orders", 108.0),
    ] {
        svg.rect((x, y - 9.0), (12.0, 10.0), colour);
        svg.text((x + 17.0, y), Anchor::Start, style, words);
        x += room;
    }
    if last {
        svg.dashes(&[(x, y - 4.0), (x + 24.0, y - 4.0)], palette.last);
        svg.text((x + 30.0, y), Anchor::Start, style, "last plan");
    }
}

fn alt(
    weeks: &[(MenuWeek, Option<&WeekSummary>)],
    last: impl Fn(MenuWeek) -> Option<u64>,
) -> String {
    let words = weeks.iter().map(|(week, planned)| {
        let last =
            last(*week).map_or_else(String::new, |last| format!(", last plan {}", count(last)));
        match planned {
            Some(planned) => format!(
                "{}: median {}, 8 in 10 between {} and {}, known {}{last}",
                short(*week),
                count(planned.boxes.p50),
                count(planned.boxes.p10),
                count(planned.boxes.p90),
                count(planned.known_boxes)
            ),
            None => format!("{}: failed{last}", short(*week)),
        }
    });
    format!("Boxes by week. {}.", words.collect::<Vec<_>>().join("; "))
}

/// The next number that four steps divide.
fn round_up(number: u64) -> u64 {
    let mut unit: u64 = 4;
    while unit < u64::MAX / 80 {
        for step in [1, 2, 3, 4, 5, 6, 8] {
            if number <= unit * step {
                return unit * step;
            }
        }
        unit *= 10;
    }
    number
}
