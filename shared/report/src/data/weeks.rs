//! The weeks, their sites, recipes and products, and what changed.

use std::collections::BTreeMap;

use contracts::{ChangedLine, Fan, ProposalReport, RunSummary, WeekReport, WeekSummary};
use domain::{Date, SiteId};
use serde::Serialize;

use super::{Column, Dictionary, milli, whole};
use crate::heat::site_name;
use crate::words::day;

/// Boxes of a week.
#[derive(Debug, Serialize)]
pub(super) struct Week {
    name: String,
    /// Quantiles, in the order of [`Fan::PERCENTS`].
    fan: Vec<u64>,
    known: u64,
    /// The median of its last publication.
    last: Option<u64>,
}

/// What a site packs, day by day.
#[derive(Debug, Serialize)]
pub(super) struct Site {
    id: String,
    name: String,
    days: Vec<String>,
    boxes: Vec<u64>,
    low: Vec<u64>,
    high: Vec<u64>,
    /// The most it may pack.
    cap: Vec<Option<u64>>,
}

/// Recipes by week.
#[derive(Debug, Serialize)]
pub(super) struct Recipes<'a> {
    weeks: Vec<String>,
    /// Id and name.
    names: Dictionary<(&'a str, &'a str)>,
    columns: BTreeMap<&'static str, Column>,
}

/// Products by week.
#[derive(Debug, Serialize)]
pub(super) struct Products<'a> {
    weeks: Vec<String>,
    /// Id, name and unit.
    names: Dictionary<(&'a str, &'a str, &'static str)>,
    columns: BTreeMap<&'static str, Column>,
}

/// A changed line.
#[derive(Debug, Serialize)]
pub(super) struct Changed<'a> {
    unit: &'static str,
    before: i64,
    after: i64,
    parts: Vec<(&'a str, i64)>,
}

fn planned(summary: &RunSummary) -> impl Iterator<Item = &WeekSummary> {
    summary.weeks.iter().filter_map(WeekReport::planned)
}

fn week_names(summary: &RunSummary) -> Vec<String> {
    planned(summary).map(|week| week.week.to_string()).collect()
}

pub(super) fn weeks(summary: &RunSummary) -> Vec<Week> {
    let fans = planned(summary).filter(|week| week.fan.at(50).is_some());
    fans.map(|week| Week {
        name: week.week.to_string(),
        fan: Fan::PERCENTS
            .into_iter()
            .map(|percent| week.fan.at(percent).unwrap_or_default())
            .collect(),
        known: week.known_boxes,
        last: summary.last_plan(week.week).map(|last| last.boxes.p50),
    })
    .collect()
}

/// The sites by id, each with the days of all weeks in order.
pub(super) fn sites(summary: &RunSummary) -> Vec<Site> {
    let mut sites: BTreeMap<&SiteId, Site> = BTreeMap::new();
    for week in planned(summary) {
        let mut days: Vec<_> = week.site_days.iter().collect();
        days.sort_by_key(|day| day.date);
        let within = |date: Date| (week.start_date..=week.end_date).contains(&date);
        for at in days {
            if at.boxes == 0 && at.spread.p90 == 0 && !within(at.date) {
                continue;
            }
            let site = sites.entry(&at.site).or_insert_with(|| Site {
                id: at.site.to_string(),
                name: site_name(week, &at.site).to_owned(),
                days: Vec::new(),
                boxes: Vec::new(),
                low: Vec::new(),
                high: Vec::new(),
                cap: Vec::new(),
            });
            site.days.push(day(at.date));
            site.boxes.push(at.boxes);
            site.low.push(at.spread.p10);
            site.high.push(at.spread.p90);
            site.cap.push(at.cap_max);
        }
    }
    sites.into_values().collect()
}

impl<'a> Recipes<'a> {
    pub(super) fn of(summary: &'a RunSummary) -> Self {
        let mut recipes = Dictionary::new();
        let mut rows: Vec<[i64; 7]> = Vec::new();
        for (at, week) in planned(summary).enumerate() {
            let kits: u64 = week.recipes.iter().map(|recipe| recipe.kits.p50).sum();
            for recipe in &week.recipes {
                let share = u128::from(recipe.kits.p50) * 100_000 / u128::from(kits.max(1));
                rows.push([
                    whole(at),
                    recipes.place((recipe.recipe.as_str(), recipe.name.as_str())),
                    whole(recipe.kits.p10),
                    whole(recipe.kits.p50),
                    whole(recipe.kits.p90),
                    whole(share),
                    i64::from(recipe.is_new),
                ]);
            }
        }
        let columns = ["week", "recipe", "low", "middle", "high", "share", "isNew"];
        Self {
            weeks: week_names(summary),
            names: recipes,
            columns: columns_of(&columns, &rows),
        }
    }
}

impl<'a> Products<'a> {
    pub(super) fn of(summary: &'a RunSummary) -> Self {
        let mut products = Dictionary::new();
        let mut rows: Vec<[i64; 6]> = Vec::new();
        for (at, week) in planned(summary).enumerate() {
            for product in &week.products {
                let entry = (
                    product.product.as_str(),
                    product.name.as_str(),
                    product.unit.symbol(),
                );
                rows.push([
                    whole(at),
                    products.place(entry),
                    milli(product.need.p10),
                    milli(product.need.p50),
                    milli(product.need.p90),
                    // No plan before: less than nothing.
                    product.last.map_or(-1, milli),
                ]);
            }
        }
        let columns = ["week", "product", "low", "middle", "high", "last"];
        Self {
            weeks: week_names(summary),
            names: products,
            columns: columns_of(&columns, &rows),
        }
    }
}

fn columns_of<const N: usize>(
    names: &[&'static str; N],
    rows: &[[i64; N]],
) -> BTreeMap<&'static str, Column> {
    let columns = names.iter().enumerate();
    columns
        .map(|(at, name)| (*name, rows.iter().map(|row| row[at]).collect()))
        .collect()
}

/// The lines that changed most, in the order of the summary.
pub(super) fn changes(summary: &RunSummary) -> Vec<Changed<'_>> {
    let ProposalReport::Proposed(proposals) = &summary.proposals else {
        return Vec::new();
    };
    let changes = proposals.changes.iter();
    changes
        .flat_map(|changes| &changes.largest)
        .map(Changed::of)
        .collect()
}

impl<'a> Changed<'a> {
    fn of(line: &'a ChangedLine) -> Self {
        let parts = line.parts.iter();
        Self {
            unit: line.unit.symbol(),
            before: milli(line.before),
            after: milli(line.after),
            parts: parts
                .map(|(cause, part)| (cause.as_str(), milli(*part)))
                .collect(),
        }
    }
}
