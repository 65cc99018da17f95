//! The summary of a run for a terminal.

use std::cmp::Reverse;

use contracts::{RunSummary, WeekReport, WeekSummary};

use crate::attention::{Notice, notices, verdict};
use crate::heat::{Load, site_name};
use crate::model::coverage;
use crate::orders;
use crate::overrides;
use crate::words::{count, day, moment, quantity, shadow_lines};

/// How many products a week names.
const PRODUCTS: usize = 3;

const HEADER: [&str; 8] = [
    "Week",
    "Boxes",
    "1 in 10 below",
    "1 in 10 above",
    "Known",
    "No site",
    "Findings",
    "Fullest site day",
];

/// The run as lines of text: the verdict, a row per week, its largest products, and what to look at.
pub fn table(summary: &RunSummary) -> String {
    let mut lines = vec![
        verdict(summary),
        format!("as of {}", moment(summary.as_of)),
        String::new(),
    ];
    lines.splice(2..2, coverage(&summary.model));
    if let Some(name) = &summary.scenario {
        let changes = match summary.changes.as_slice() {
            [] => String::new(),
            changes => format!(": {}", changes.join("; ")),
        };
        lines.insert(2, format!("what-if {name}, never the latest plan{changes}"));
    }
    lines.extend(aligned(&summary.weeks.iter().map(row).collect::<Vec<_>>()));
    let products: Vec<_> = summary.weeks.iter().filter_map(products).collect();
    if !products.is_empty() {
        lines.extend([
            String::new(),
            "Largest needs, median of the week".to_owned(),
        ]);
        lines.extend(products);
    }
    let overrides: Vec<_> = summary.weeks.iter().flat_map(overridden).collect();
    if !overrides.is_empty() {
        lines.extend([String::new(), "Planners' overrides".to_owned()]);
        lines.extend(overrides);
    }
    lines.push(String::new());
    lines.extend(orders::lines(&summary.proposals));
    let notices = notices(summary);
    if !notices.is_empty() {
        lines.extend([String::new(), "Look at".to_owned()]);
        let lines_of = |notice: Notice| {
            let of = notice.of;
            notice
                .texts
                .into_iter()
                .map(move |text| format!("{of:8}  {text}"))
        };
        lines.extend(notices.into_iter().flat_map(lines_of));
    }
    let shadows: Vec<_> = shadow_lines(summary).collect();
    if !shadows.is_empty() {
        lines.extend([String::new(), "Shadows".to_owned()]);
        lines.extend(shadows);
    }
    lines.into_iter().map(|line| plain(&line) + "\n").collect()
}

/// The text without what could steer a terminal: names and values come from a data set that somebody else wrote.
pub fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .collect()
}

fn row(report: &WeekReport) -> [String; 8] {
    let mut cells = [const { String::new() }; 8];
    cells[0] = report.week().to_string();
    match report {
        WeekReport::Failed { findings, .. } => {
            "not planned".clone_into(&mut cells[1]);
            cells[6] = count(findings.len() as u64);
        }
        WeekReport::Planned(week) => {
            cells[1] = count(week.boxes.p50);
            cells[2] = count(week.boxes.p10);
            cells[3] = count(week.boxes.p90);
            cells[4] = count(week.known_boxes);
            cells[5] = count(week.shortfall);
            cells[6] = count(week.findings.len() as u64);
            cells[7] = fullest(week);
        }
    }
    cells
}

fn fullest(week: &WeekSummary) -> String {
    let fullest = week
        .site_days
        .iter()
        .min_by_key(|day| Reverse(Load::of(day).used()));
    let named = fullest.and_then(|at| {
        let percent = Load::of(at).percent()?;
        Some(format!(
            "{percent} {} {}",
            site_name(week, &at.site),
            day(at.date)
        ))
    });
    named.unwrap_or_else(|| "no limits".to_owned())
}

fn overridden(report: &WeekReport) -> Vec<String> {
    let WeekReport::Planned(week) = report else {
        return Vec::new();
    };
    let lines = overrides::lines(week).into_iter();
    lines.map(|line| format!("{}  {line}", week.week)).collect()
}

fn products(report: &WeekReport) -> Option<String> {
    let WeekReport::Planned(week) = report else {
        return None;
    };
    let products = week.products.iter().take(PRODUCTS).map(|product| {
        format!(
            "{} {}",
            product.name,
            quantity(product.need.p50, product.unit)
        )
    });
    let products: Vec<_> = products.collect();
    (!products.is_empty()).then(|| format!("{}  {}", week.week, products.join(", ")))
}

/// The header and the rows in columns: the first and the last to the left, numbers to the right.
fn aligned(rows: &[[String; 8]]) -> Vec<String> {
    let header = HEADER.map(str::to_owned);
    let all = || std::iter::once(&header).chain(rows);
    let last = HEADER.len() - 1;
    let widths: Vec<_> = (0..HEADER.len())
        .map(|column| {
            all()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or_default()
        })
        .collect();
    let line = |row: &[String; 8]| {
        let cells = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                if column == 0 || column == last {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all().map(line).collect()
}
