//! Charts: drawn as SVG and turned into PNG, because mail programs show no SVG.
//!
//! Only flat colours: what blends them is integer arithmetic, the same on every processor. Each chart exists twice, for
//! light and for dark mode, on no background of its own.

mod fan;
mod heat;
mod svg;

use contracts::{RunSummary, WeekReport};

use crate::MailError;

/// Weeks whose sites and days are drawn.
const HEATS: usize = 4;

/// A chart of a message.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What its Content-IDs begin with.
    pub name: String,
    /// What it shows, in words.
    pub alt: String,
    /// Its heading.
    pub(crate) title: String,
    /// Width and height in a message, in pixels; the pictures have twice as many.
    pub(crate) size: (u32, u32),
    /// PNG for light mode.
    pub light: Vec<u8>,
    /// PNG for dark mode.
    pub dark: Vec<u8>,
}

/// What is drawn.
#[derive(Debug)]
struct Drawing {
    name: String,
    title: String,
    alt: String,
    size: (u32, u32),
    svg: svg::Svg,
}

/// The colours of a mode.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Palette {
    pub(crate) text: &'static str,
    pub(crate) soft: &'static str,
    pub(crate) line: &'static str,
    /// The bands of a fan, the widest first.
    pub(crate) bands: [&'static str; 3],
    pub(crate) median: &'static str,
    pub(crate) known: &'static str,
    pub(crate) last: &'static str,
    /// How full a site is: a tenth each, then over 97 %.
    pub(crate) shades: [&'static str; 5],
    pub(crate) shade_text: [&'static str; 5],
    pub(crate) closed: &'static str,
    pub(crate) full: &'static str,
    pub(crate) full_text: &'static str,
}

const LIGHT: Palette = Palette {
    text: "#1c2733",
    soft: "#5a6775",
    line: "#d9dfe5",
    bands: ["#dcebf5", "#b3d4ea", "#7fb6da"],
    median: "#0b5a8a",
    known: "#1c2733",
    last: "#b5500b",
    shades: ["#f3f6f9", "#dfeaf2", "#c0d8e8", "#93bfdb", "#62a3cb"],
    shade_text: ["#1c2733", "#1c2733", "#1c2733", "#14202b", "#0a141d"],
    closed: "#e6e9ec",
    full: "#b3261e",
    full_text: "#ffffff",
};

const DARK: Palette = Palette {
    text: "#e8edf2",
    soft: "#a3afbb",
    line: "#36414c",
    bands: ["#1d3a4d", "#27587a", "#3a80ab"],
    median: "#b9e0f7",
    known: "#f2f5f8",
    last: "#f0a35e",
    shades: ["#222b34", "#243746", "#264a61", "#295f80", "#2c75a0"],
    shade_text: ["#e8edf2", "#e8edf2", "#e8edf2", "#ffffff", "#ffffff"],
    closed: "#2a2f35",
    full: "#e5534b",
    full_text: "#14090a",
};

/// The charts of a run, in the order they stand in.
pub(crate) fn all(summary: &RunSummary) -> Result<Vec<Chart>, MailError> {
    let planned = || summary.weeks.iter().filter_map(WeekReport::planned);
    let mut charts = Vec::new();
    let mut add = |draw: &dyn Fn(&Palette) -> Option<Drawing>| -> Result<(), MailError> {
        if let (Some(light), Some(dark)) = (draw(&LIGHT), draw(&DARK)) {
            charts.push(Chart {
                light: light.svg.png(light.size)?,
                dark: dark.svg.png(dark.size)?,
                name: light.name,
                title: light.title,
                alt: light.alt,
                size: light.size,
            });
        }
        Ok(())
    };
    add(&|palette| fan::draw(summary, palette))?;
    for week in planned().take(HEATS) {
        add(&|palette| heat::draw(week, palette))?;
    }
    Ok(charts)
}
