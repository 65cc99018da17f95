//! The scores as a picture: errors by lead, how wide the intervals should be, where sales fell among the draws.

use std::error::Error as StdError;

use backtest::{Level, Method, Naive};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use scoring::{CENTRAL, RANK_BINS};

use super::{Told, methods};
use crate::error::Error;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Drawn = Result<(), Box<dyn StdError>>;

const SIZE: (u32, u32) = (1000, 900);
/// Height of the title, and of the key below each row of pictures.
const TITLE: u32 = 62;
const KEY: u32 = 48;

const INK: RGBColor = RGBColor(27, 32, 38);
const MUTED: RGBColor = RGBColor(89, 99, 110);
const GRID: RGBColor = RGBColor(226, 226, 222);
/// Okabe and Ito's colours, which the colour-blind tell apart; each comes with a mark of its own.
const BLUE: RGBColor = RGBColor(0, 114, 178);
const VERMILION: RGBColor = RGBColor(213, 94, 0);
const GREEN: RGBColor = RGBColor(0, 158, 115);
const PURPLE: RGBColor = RGBColor(204, 121, 167);
const ORANGE: RGBColor = RGBColor(230, 159, 0);
const SKY: RGBColor = RGBColor(86, 180, 233);

/// A mark that tells lines apart without colour.
#[derive(Debug, Clone, Copy)]
enum Mark {
    Dot,
    Ring,
    Square,
    Triangle,
    Diamond,
    Cross,
}

/// The picture as SVG.
pub(crate) fn svg(told: &Told<'_>) -> Result<String, Error> {
    let mut svg = String::new();
    draw(told, &mut svg).map_err(|error| Error::Chart(error.to_string()))?;
    // What screen readers say; the scope is made of numbers and week names.
    let words = format!(
        " role=\"img\">\n<title>Back-test of Larder, {}</title>\n<desc>WMAPE by weeks ahead beside naive forecasts, \
         coverage of the central intervals, and the place of sales among the draws. All figures are in \
         backtest.csv.</desc>\n",
        told.scope()
    );
    Ok(svg.replacen(">\n", &words, 1))
}

fn draw(told: &Told<'_>, svg: &mut String) -> Drawn {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let text = |size: u32, colour: &RGBColor| ("sans-serif", size).into_font().color(colour);
    root.draw_text("How good the forecasts were", &text(24, &INK), (28, 14))?;
    root.draw_text(&told.scope(), &text(14, &MUTED), (28, 42))?;
    let (_, below) = root.split_vertically(TITLE);
    let (top, bottom) = below.split_vertically((SIZE.1 - TITLE) / 2);
    let height = (SIZE.1 - TITLE) / 2 - KEY;

    let (charts, key) = top.split_vertically(height);
    let (left, right) = charts.split_horizontally(SIZE.0 / 2);
    errors(told, Level::AreaRecipe, &left)?;
    errors(told, Level::Product, &right)?;
    let lines = methods().map(|method| (method.words(), style(method)));
    entries(&key, &lines.collect::<Vec<_>>())?;

    let (charts, key) = bottom.split_vertically(height);
    let (left, right) = charts.split_horizontally(SIZE.0 / 2);
    reliability(told, &left)?;
    ranks(told, &right)?;
    let levels = Level::ALL.map(|level| (level.words(), level_style(level)));
    let (left, right) = key.split_horizontally(SIZE.0 / 2);
    entries(&left, &levels)?;
    let shown = [Level::AreaRecipe, Level::Product];
    entries(
        &right,
        &shown.map(|level| (level.words(), level_style(level))),
    )?;
    root.present()?;
    Ok(())
}

/// WMAPE of every method by weeks ahead.
fn errors(told: &Told<'_>, level: Level, area: &Area<'_>) -> Drawn {
    let leads = told.options.leads;
    let series: Vec<(Method, Vec<(f64, f64)>)> = methods()
        .map(|method| (method, by_lead(told, level, method)))
        .collect();
    let most = series
        .iter()
        .flat_map(|(_, points)| points)
        .fold(0.05, |most: f64, (_, error)| most.max(*error));
    let title = format!("WMAPE by weeks ahead: {}", level.words());
    let mut chart =
        frame(area, &title).build_cartesian_2d(0.6..f64::from(leads) + 0.4, 0.0..1.08 * most)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(MUTED)
        .label_style(("sans-serif", 13).into_font().color(&MUTED))
        .x_labels(leads as usize + 1)
        .x_label_formatter(&|lead| whole(*lead))
        .y_labels(6)
        .y_label_formatter(&|error| percent(*error))
        .x_desc("weeks ahead")
        .y_desc("WMAPE")
        .draw()?;
    // The model last, on top.
    for (method, points) in series.into_iter().rev() {
        let (colour, mark) = style(method);
        let width = if method == Method::Model { 3 } else { 1 };
        chart.draw_series(LineSeries::new(points.clone(), colour.stroke_width(width)))?;
        marks(area, &chart, &points, (colour, mark))?;
    }
    Ok(())
}

fn by_lead(told: &Told<'_>, level: Level, method: Method) -> Vec<(f64, f64)> {
    let point = |lead| {
        let score = told.report.score(level, method, Some(lead))?;
        Some((f64::from(lead), score.wmape()?))
    };
    (1..=told.options.leads).filter_map(point).collect()
}

/// How often sales lay inside the central intervals, against how often they should.
fn reliability(told: &Told<'_>, area: &Area<'_>) -> Drawn {
    let series = Level::ALL.map(|level| (level, coverage(told, level)));
    let shares = series.iter().flat_map(|(_, points)| points);
    let least = shares.fold(0.4, |least: f64, (_, share)| least.min(*share));
    let least = (10.0 * least).floor() / 10.0;
    let mut chart = frame(area, "Coverage: sales inside the central interval")
        .build_cartesian_2d(0.4..1.0, least..1.0)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(MUTED)
        .label_style(("sans-serif", 13).into_font().color(&MUTED))
        .x_labels(7)
        .x_label_formatter(&|share| percent(*share))
        .y_labels(7)
        .y_label_formatter(&|share| percent(*share))
        .x_desc("should be inside")
        .y_desc("were inside")
        .draw()?;
    chart.draw_series(LineSeries::new([(0.4, 0.4), (1.0, 1.0)], MUTED))?;
    for (level, points) in series {
        let (colour, mark) = level_style(level);
        chart.draw_series(LineSeries::new(points.clone(), colour.stroke_width(1)))?;
        marks(area, &chart, &points, (colour, mark))?;
    }
    Ok(())
}

fn coverage(told: &Told<'_>, level: Level) -> Vec<(f64, f64)> {
    let point = |percent: u32| {
        let share = told.model(level, None)?.coverage(percent)?.share()?;
        Some((f64::from(percent) / 100.0, share))
    };
    CENTRAL.into_iter().filter_map(point).collect()
}

/// Where sales fell among the sorted draws, against what the right spread would give.
fn ranks(told: &Told<'_>, area: &Area<'_>) -> Drawn {
    let (cells, products) = (
        density(told, Level::AreaRecipe),
        density(told, Level::Product),
    );
    let most = cells
        .iter()
        .chain(&products)
        .fold(2.0, |most: f64, (_, density)| most.max(*density));
    let mut chart = frame(area, "Place of sales among the draws (PIT)")
        .build_cartesian_2d(0.0..1.0, 0.0..1.08 * most)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(MUTED)
        .label_style(("sans-serif", 13).into_font().color(&MUTED))
        .x_labels(6)
        .x_label_formatter(&|share| percent(*share))
        .y_labels(6)
        .y_label_formatter(&|density| format!("{density:.1}"))
        .x_desc("draws below what was sold")
        .y_desc("rows, 1 = right spread")
        .draw()?;
    let (colour, _) = level_style(Level::AreaRecipe);
    let half = 0.4 / RANK_BINS as f64;
    chart.draw_series(cells.iter().map(|(middle, density)| {
        let corners = [(middle - half, 0.0), (middle + half, *density)];
        Rectangle::new(corners, colour.mix(0.45).filled())
    }))?;
    chart.draw_series(LineSeries::new([(0.0, 1.0), (1.0, 1.0)], INK))?;
    marks(area, &chart, &products, level_style(Level::Product))
}

/// By part of the draws, its middle and how many rows fell into it over how many would with the right spread; parts
/// that hold no rank of so few draws are left out.
fn density(told: &Told<'_>, level: Level) -> Vec<(f64, f64)> {
    let Some(score) = told.model(level, None) else {
        return Vec::new();
    };
    let possible = told.options.replicates as usize + 1;
    let mut ranks = [0.0; RANK_BINS];
    for rank in 0..possible {
        if let Some(bin) = ranks.get_mut((2 * rank + 1) * RANK_BINS / (2 * possible)) {
            *bin += 1.0;
        }
    }
    let rows = score.ranks().iter().sum::<u64>() as f64;
    let bins = ranks.iter().zip(score.ranks()).enumerate();
    bins.filter(|(_, (ranks, _))| **ranks > 0.0)
        .map(|(bin, (ranks, count))| {
            let expected = rows * ranks / possible as f64;
            let middle = (bin as f64 + 0.5) / RANK_BINS as f64;
            (middle, *count as f64 / expected.max(1e-9))
        })
        .collect()
}

fn frame<'a, 'b>(area: &'a Area<'b>, title: &str) -> ChartBuilder<'a, 'b, SVGBackend<'b>> {
    let mut chart = ChartBuilder::on(area);
    chart
        .caption(title, ("sans-serif", 16).into_font().color(&INK))
        .margin(14)
        .margin_right(26)
        .x_label_area_size(42)
        .y_label_area_size(62);
    chart
}

/// Draws marks at points of a chart.
fn marks(
    area: &Area<'_>,
    chart: &Chart<'_, '_>,
    points: &[(f64, f64)],
    (colour, mark): (RGBColor, Mark),
) -> Drawn {
    let (left, top) = area.get_base_pixel();
    for point in points {
        let (x, y) = chart.plotting_area().map_coordinate(point);
        put(area, (x - left, y - top), colour, mark)?;
    }
    Ok(())
}

/// Names beside their marks, in a row.
fn entries(area: &Area<'_>, entries: &[(&str, (RGBColor, Mark))]) -> Drawn {
    let font = ("sans-serif", 14).into_font().color(&INK);
    let font = font.pos(Pos::new(HPos::Left, VPos::Center));
    let mut left = 78;
    for (name, (colour, mark)) in entries {
        put(area, (left, 16), *colour, *mark)?;
        area.draw_text(name, &font, (left + 12, 16))?;
        // No font is measured; on average a letter is about half as wide as high.
        left += 40 + name.chars().map(|_| 7).sum::<i32>();
    }
    Ok(())
}

/// Draws a mark on a white ground, so that it stands out from lines below.
fn put(area: &Area<'_>, (x, y): (i32, i32), colour: RGBColor, mark: Mark) -> Drawn {
    let (full, line) = (colour.filled(), colour.stroke_width(2));
    match mark {
        Mark::Dot => area.draw(&Circle::new((x, y), 5, full))?,
        Mark::Ring => {
            area.draw(&Circle::new((x, y), 5, WHITE.filled()))?;
            area.draw(&Circle::new((x, y), 5, line))?;
        }
        Mark::Square => area.draw(&Rectangle::new([(x - 4, y - 4), (x + 4, y + 4)], full))?,
        Mark::Triangle => {
            area.draw(&Polygon::new(
                [(x - 5, y + 4), (x + 5, y + 4), (x, y - 5)],
                full,
            ))?;
        }
        Mark::Diamond => {
            area.draw(&Polygon::new(
                [(x - 6, y), (x, y - 6), (x + 6, y), (x, y + 6)],
                full,
            ))?;
        }
        Mark::Cross => {
            area.draw(&PathElement::new([(x - 4, y - 4), (x + 4, y + 4)], line))?;
            area.draw(&PathElement::new([(x - 4, y + 4), (x + 4, y - 4)], line))?;
        }
    }
    Ok(())
}

const fn style(method: Method) -> (RGBColor, Mark) {
    match method {
        Method::Model => (BLUE, Mark::Dot),
        Method::Naive(Naive::Last) => (VERMILION, Mark::Cross),
        Method::Naive(Naive::SeasonalLast) => (PURPLE, Mark::Ring),
        Method::Naive(Naive::Mean4) => (ORANGE, Mark::Triangle),
        Method::Naive(Naive::Mean13) => (SKY, Mark::Diamond),
        Method::Naive(Naive::Median10) => (GREEN, Mark::Square),
    }
}

const fn level_style(level: Level) -> (RGBColor, Mark) {
    match level {
        Level::AreaRecipe => (BLUE, Mark::Square),
        Level::Recipe => (ORANGE, Mark::Triangle),
        Level::Total => (GREEN, Mark::Ring),
        Level::Product => (VERMILION, Mark::Dot),
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// A label where there is a whole week, none between.
fn whole(lead: f64) -> String {
    if (lead - lead.round()).abs() < 1e-9 {
        format!("{lead:.0}")
    } else {
        String::new()
    }
}
