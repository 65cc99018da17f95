//! What a message says, in words; the HTML and the text only place it.

use std::collections::BTreeMap;

use contracts::{ChangedLine, ProposalReport, RunSummary, WeekReport};
use domain::{Decimal, RecipeId};
use report::words::{count, counted, day, moment, money, quantity};

use crate::accuracy::Accuracy;
use crate::actions::Today;
use crate::health::Health;
use crate::name::{cut, name};
use crate::subject::short;
use crate::weeks::{Tile, tile};

const TILES: usize = 8;
const CHANGES: usize = 10;
const RECIPES: usize = 10;
/// Causes that a change names.
const CAUSES: usize = 3;
const SENTENCE: usize = 300;

/// Some rows of a list, and how many more there are.
#[derive(Debug, Clone)]
pub(crate) struct Listed<T> {
    pub(crate) rows: Vec<T>,
    /// Empty where the list is whole.
    pub(crate) more: String,
}

impl<T> Listed<T> {
    /// The first of them; `of` says what is left out and where it stands.
    pub(crate) fn first(
        all: impl IntoIterator<Item = T>,
        limit: usize,
        of: impl Fn(u64) -> String,
    ) -> Self {
        let mut all = all.into_iter();
        let rows = all.by_ref().take(limit).collect();
        Self {
            rows,
            more: more(all.count() as u64, of),
        }
    }
}

/// How many more there are, in words; empty for none.
pub(crate) fn more(more: u64, of: impl Fn(u64) -> String) -> String {
    if more == 0 { String::new() } else { of(more) }
}

/// Everything that a message says.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub(crate) as_of: String,
    /// The what-if's name and what it changes.
    pub(crate) scenario: Option<String>,
    pub(crate) what_if: Vec<String>,
    pub(crate) tiles: Listed<Tile>,
    pub(crate) today: Today,
    pub(crate) changes: Option<Changes>,
    pub(crate) recipes: Listed<Recipe>,
    pub(crate) accuracy: Accuracy,
    pub(crate) health: Health,
    pub(crate) seed: String,
    pub(crate) draws: String,
    pub(crate) plan: String,
    /// What `larder explain` is asked of the line that most hangs on; empty where there is none.
    pub(crate) explain: String,
}

/// What changed since the last publication.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    pub(crate) caption: String,
    pub(crate) rows: Listed<Changed>,
}

/// A line that changed.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    pub(crate) product: String,
    pub(crate) place: String,
    pub(crate) before: String,
    pub(crate) after: String,
    /// The same in percent.
    pub(crate) by: String,
    pub(crate) parts: Vec<String>,
}

/// A recipe that nobody has sold yet.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    pub(crate) name: String,
    pub(crate) weeks: String,
    pub(crate) kits: String,
    pub(crate) range: String,
}

impl Content {
    pub(crate) fn of(summary: &RunSummary) -> Self {
        let what_if = summary.changes.iter().map(|change| cut(change, SENTENCE));
        let tiles = summary.weeks.iter().map(|week| tile(summary, week));
        Self {
            as_of: moment(summary.as_of),
            scenario: summary.scenario.as_deref().map(name),
            what_if: what_if.collect(),
            tiles: Listed::first(tiles, TILES, |n| {
                format!("{} in the report", counted(n, "more week", "more weeks"))
            }),
            today: Today::of(&summary.proposals),
            changes: changes(&summary.proposals),
            recipes: recipes(&summary.weeks),
            accuracy: Accuracy::of(summary),
            health: Health::of(summary),
            seed: summary.seed.to_string(),
            draws: count(u64::from(summary.replicates)),
            plan: summary.plan.to_string(),
            explain: explain(&summary.proposals),
        }
    }
}

fn changes(report: &ProposalReport) -> Option<Changes> {
    let ProposalReport::Proposed(summary) = report else {
        return None;
    };
    let changes = summary.changes.as_ref()?;
    let currency = summary.currency.as_deref();
    let causes: Vec<String> = changes
        .by_cause
        .iter()
        .map(|(cause, value)| {
            format!(
                "{} {}",
                cut(cause, 40),
                signed(*value, money(*value, currency))
            )
        })
        .collect();
    let lines = counted(changes.lines, "line", "lines");
    let mut caption = format!(
        "{lines} changed by a pack or more since {}",
        moment(changes.since)
    );
    if !causes.is_empty() {
        caption = format!("{caption}. By cause: {}", causes.join(", "));
    }
    let told = changes.largest.len().min(CHANGES);
    Some(Changes {
        caption,
        rows: Listed {
            rows: changes.largest.iter().take(CHANGES).map(changed).collect(),
            more: more(changes.lines.saturating_sub(told as u64), |n| {
                format!("{} in the report", counted(n, "more line", "more lines"))
            }),
        },
    })
}

fn changed(line: &ChangedLine) -> Changed {
    let part = |(cause, part): &(String, Decimal)| {
        format!(
            "{} {}",
            cut(cause, 40),
            signed(*part, quantity(*part, line.unit))
        )
    };
    let (before, after) = (line.before.millionths(), line.after.millionths());
    let whole = |millionths: i64| u64::try_from(millionths).unwrap_or_default();
    Changed {
        product: name(&line.product_name),
        place: format!(
            "{}, {}, {}",
            name(&line.site_name),
            name(&line.vendor_name),
            day(line.delivery)
        ),
        before: quantity(line.before, line.unit),
        after: quantity(line.after, line.unit),
        by: crate::subject::change(whole(after), whole(before)).unwrap_or_else(|| "new".to_owned()),
        parts: line.parts.iter().take(CAUSES).map(part).collect(),
    }
}

/// A number's words with its sign in front; the minus is there already.
fn signed(value: Decimal, words: String) -> String {
    if value > Decimal::ZERO {
        format!("+{words}")
    } else {
        words
    }
}

/// The recipes that nobody has sold yet, each once: those of most kits first.
fn recipes(weeks: &[WeekReport]) -> Listed<Recipe> {
    let mut found: BTreeMap<&RecipeId, (Vec<String>, &contracts::RecipeWeek)> = BTreeMap::new();
    for report in weeks {
        let WeekReport::Planned(week) = report else {
            continue;
        };
        for recipe in week.recipes.iter().filter(|recipe| recipe.is_new) {
            let (weeks, most) = found
                .entry(&recipe.recipe)
                .or_insert_with(|| (Vec::new(), recipe));
            weeks.push(short(week.week));
            if recipe.kits.p50 > most.kits.p50 {
                *most = recipe;
            }
        }
    }
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_by_key(|(_, recipe)| std::cmp::Reverse(recipe.kits.p50));
    let rows = found.into_iter().map(|(weeks, recipe)| Recipe {
        name: name(&recipe.name),
        weeks: weeks.join(", "),
        kits: count(recipe.kits.p50),
        range: format!("{} – {}", count(recipe.kits.p10), count(recipe.kits.p90)),
    });
    Listed::first(rows, RECIPES, |n| {
        counted(
            n,
            "more new recipe in the report",
            "more new recipes in the report",
        )
    })
}

/// What `larder explain` is asked; ids that a shell would not take as they are stand in quotes.
fn explain(report: &ProposalReport) -> String {
    let ProposalReport::Proposed(summary) = report else {
        return String::new();
    };
    let line = summary.riskiest.first().or(summary.largest.first());
    line.map_or_else(String::new, |line| {
        format!(
            "--product {} --site {} --date {}",
            word(line.product.as_str()),
            word(line.site.as_str()),
            line.delivery
        )
    })
}

fn word(id: &str) -> String {
    let id = name(id);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if id.chars().all(plain) {
        id
    } else {
        format!("'{}'", id.replace('\'', "'\\''"))
    }
}
