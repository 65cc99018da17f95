//! The report page.

use askama::Template;
use contracts::{RunSummary, WeekReport};

use crate::Edition;
use crate::attention::{Notice, notices, verdict};
use crate::data::{self, Held};
use crate::findings::Table;
use crate::model::Accuracy;
use crate::orders::Orders;
use crate::overrides::Overrides;
use crate::policy::{Inline, policy};
use crate::sources::Source;
use crate::tile::{Body, Tile, tiles};
use crate::today::Today;
use crate::week::{Section, StandIn};
use crate::words::{count, moment, shadow_lines};

/// Marks that scripts run, before anything is drawn.
const EARLY: Inline = Inline(include_str!("../page/early.js"));
const CHARTS: Inline = Inline(include_str!("../vendor/chart.js/chart.umd.min.js"));
const TABLES: Inline = Inline(include_str!("../vendor/tabulator/tabulator.min.js"));
const OWN: Inline = Inline(concat!(
    include_str!("../page/words.js"),
    include_str!("../page/data.js"),
    include_str!("../page/palette.js"),
    include_str!("../page/charts.js"),
    include_str!("../page/address.js"),
    include_str!("../page/tabs.js"),
    include_str!("../page/table.js"),
    include_str!("../page/tables.js"),
    include_str!("../page/lines.js"),
    include_str!("../page/drawer.js"),
    include_str!("../page/start.js"),
));
const TABLE_STYLE: Inline = Inline(include_str!("../vendor/tabulator/tabulator_simple.min.css"));
pub(crate) const STYLE: Inline = Inline(include_str!("../page/page.css"));

/// The libraries' licences, which go where they go.
const LICENCES: [(&str, &str); 2] = [
    ("Chart.js", include_str!("../vendor/chart.js/LICENSE.md")),
    ("Tabulator", include_str!("../vendor/tabulator/LICENSE")),
];

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The template cannot be rendered.
    #[error("the page's template cannot be rendered: {0}")]
    Template(#[from] askama::Error),
    /// The data cannot be written.
    #[error("the page's data cannot be written: {0}")]
    Data(#[from] serde_json::Error),
}

/// The page's content; the template only places it.
#[derive(Template)]
#[template(path = "page.html", whitespace = "minimize")]
struct Page {
    policy: String,
    style: [&'static str; 2],
    early: &'static str,
    scripts: [&'static str; 3],
    data: String,
    held: Held,
    verdict: String,
    as_of: String,
    scenario: Option<String>,
    changes: Vec<String>,
    notices: Vec<Notice>,
    tiles: Vec<Tile>,
    today: Today,
    overrides: Vec<Overrides>,
    orders: Orders,
    accuracy: Accuracy,
    sections: Vec<Section>,
    stand_ins: Vec<StandIn>,
    sources: Vec<Source>,
    findings: Table,
    facts: Vec<(&'static str, String)>,
    licences: [(&'static str, &'static str); 2],
}

/// The report page of a run: one HTML file that asks for nothing else.
///
/// Without scripts it can be read from top to bottom; its own scripts make tabs, charts and tables of it, and its policy
/// allows no other.
///
/// # Errors
/// When it cannot be written, which takes a defect here.
pub fn page(edition: &Edition) -> Result<String, PageError> {
    let summary = &edition.summary;
    let planned = || summary.weeks.iter().filter_map(WeekReport::planned);
    let (data, held) = data::of(edition)?;
    let page = Page {
        policy: policy(&[EARLY, CHARTS, TABLES, OWN], &[TABLE_STYLE, STYLE]),
        style: [TABLE_STYLE.0, STYLE.0],
        early: EARLY.0,
        scripts: [CHARTS.0, TABLES.0, OWN.0],
        data,
        held,
        verdict: verdict(summary),
        as_of: moment(summary.as_of),
        scenario: summary.scenario.clone(),
        changes: summary.changes.clone(),
        notices: notices(summary),
        tiles: tiles(summary),
        today: Today::of(&edition.summary.proposals),
        overrides: planned().filter_map(Overrides::of).collect(),
        orders: Orders::of(edition),
        accuracy: Accuracy::of(&summary.model),
        sections: planned().map(Section::of).collect(),
        stand_ins: (summary.weeks.iter())
            .filter_map(|report| StandIn::of(summary, report))
            .collect(),
        sources: summary.health.iter().map(Source::of).collect(),
        findings: Table::of(summary),
        facts: facts(summary),
        licences: LICENCES,
    };
    Ok(page.render()?)
}

fn facts(summary: &RunSummary) -> Vec<(&'static str, String)> {
    let history = match summary.history {
        Some((first, last)) => format!("{first} to {last}"),
        None => "none".to_owned(),
    };
    let mut facts = vec![
        ("As of", moment(summary.as_of)),
        ("History used", history),
        ("Volume", summary.volume_method.clone()),
        ("Draws", count(u64::from(summary.replicates))),
        ("Seed", summary.seed.to_string()),
        ("Plan", summary.plan.to_string()),
    ];
    facts.extend(shadow_lines(summary).map(|line| ("Shadow", line)));
    facts
}
