//! The demand history in memory: 24 bytes a row, so that millions of rows fit in a small function.

use std::collections::{BTreeMap, HashMap};

use domain::{AreaId, Code, Decimal, Finding, MenuWeek, Portions, RecipeId, Scope, Volume};

use crate::Field;
use crate::collect::{Findings, MOST_ROWS, counted};
use crate::files::{Files, Loss, double_key};
use crate::snapshot::PlanningData;
use crate::table::Cells;
use crate::tables::DemandHistory;

/// Kits sold of one recipe, in one area and week, at one portion size.
///
/// Week, area and recipe are places in [`History::weeks`], [`History::areas`] and [`History::recipes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sale {
    week: u16,
    area: u16,
    recipe: u16,
    portions: Portions,
    flags: u8,
    quantity: u32,
    line: u32,
    price: i64,
}

const PROMO_KNOWN: u8 = 1;
const PROMO: u8 = 2;
const HOMEPAGE_KNOWN: u8 = 4;
const HOMEPAGE: u8 = 8;
const SOLD_OUT: u8 = 16;
const PRICED: u8 = 32;

impl Sale {
    /// Place of the menu week in [`History::weeks`].
    pub fn week(&self) -> usize {
        usize::from(self.week)
    }

    /// Place of the area in [`History::areas`].
    pub fn area(&self) -> usize {
        usize::from(self.area)
    }

    /// Place of the recipe in [`History::recipes`].
    pub fn recipe(&self) -> usize {
        usize::from(self.recipe)
    }

    /// The portion size.
    pub fn portions(&self) -> Portions {
        self.portions
    }

    /// Kits sold.
    pub fn quantity(&self) -> u32 {
        self.quantity
    }

    /// Price paid, where known.
    pub fn price(&self) -> Option<Decimal> {
        self.has(PRICED)
            .then_some(Decimal::from_millionths(self.price))
    }

    /// Promoted, where known.
    pub fn promo(&self) -> Option<bool> {
        self.has(PROMO_KNOWN).then_some(self.has(PROMO))
    }

    /// On the home page, where known.
    pub fn homepage(&self) -> Option<bool> {
        self.has(HOMEPAGE_KNOWN).then_some(self.has(HOMEPAGE))
    }

    /// Sold out before the cut-off, so that demand was higher.
    pub fn sold_out(&self) -> bool {
        self.has(SOLD_OUT)
    }

    /// The line of the CSV file or row of the Parquet file; 0 for a row that the change log put there.
    pub fn line(&self) -> u32 {
        self.line
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn key(&self) -> (u16, u16, u16, Portions) {
        (self.week, self.area, self.recipe, self.portions)
    }
}

/// The demand history, in order of week, area, recipe and portion size, each at most once.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// What could not be used, and why.
    pub findings: Vec<Finding>,
    weeks: Vec<MenuWeek>,
    areas: Vec<AreaId>,
    recipes: Vec<RecipeId>,
    sales: Vec<Sale>,
}

impl History {
    /// Reads `demand_history` as a stream.
    ///
    /// Rows of weeks, areas and recipes that the data set does not know are left out, with one finding for each
    /// such id.
    pub fn load(files: &Files, data: &PlanningData) -> Self {
        let mut history = Self {
            weeks: sorted(data.menu_week.iter().map(|row| row.value.week_id)),
            areas: sorted(
                data.delivery_area
                    .iter()
                    .map(|row| row.value.area_id.clone()),
            ),
            recipes: sorted(data.recipe.iter().map(|row| row.value.recipe_id.clone())),
            ..Self::default()
        };
        if let Some(finding) = history.too_many(data) {
            history.findings.push(finding);
            return history;
        }
        let mut reading = Reading::new(&history, files.file_name::<DemandHistory>());
        let mut findings = Findings::default();
        files.each_weighed::<DemandHistory>(&lost, &mut findings, |file, line, _, row| {
            reading.take(file, line, &row);
        });
        let Reading {
            sales,
            unknown,
            file,
            ..
        } = reading;
        // A table that could not be read as a whole is a finding of its own.
        let unknown = unknown
            .into_iter()
            .filter(|((column, _), _)| data.has_table(table_of(column)));
        findings.extend(unknown.map(|((column, id), lost)| lost.finding(&file, column, &id)));
        history.sales = sales;
        history
            .sales
            .sort_unstable_by_key(|sale| (sale.key(), sale.line));
        history.drop_doubles(&file, &mut findings);
        history.findings = findings.into_vec();
        history
    }

    /// Every week of the data set, those to plan too, in order.
    pub fn weeks(&self) -> &[MenuWeek] {
        &self.weeks
    }

    /// Every area of the data set, in order.
    pub fn areas(&self) -> &[AreaId] {
        &self.areas
    }

    /// Every recipe of the data set, in order.
    pub fn recipes(&self) -> &[RecipeId] {
        &self.recipes
    }

    /// Every sale, in order of week, area, recipe and portion size.
    pub fn sales(&self) -> &[Sale] {
        &self.sales
    }

    /// The sales of a week.
    pub fn of_week(&self, week: MenuWeek) -> &[Sale] {
        let Ok(at) = self.weeks.binary_search(&week) else {
            return &[];
        };
        let from = self.sales.partition_point(|sale| sale.week() < at);
        let to = self.sales.partition_point(|sale| sale.week() <= at);
        self.sales.get(from..to).unwrap_or_default()
    }

    /// The weeks in which something was sold, in order.
    pub fn weeks_sold(&self) -> Vec<MenuWeek> {
        let weeks = self.sales.chunk_by(|a, b| a.week == b.week);
        weeks
            .filter_map(|sales| self.weeks.get(sales.first()?.week()).copied())
            .collect()
    }

    fn too_many(&self, data: &PlanningData) -> Option<Finding> {
        let counts = [
            (
                self.weeks.len(),
                data.file_of::<crate::tables::MenuWeekRow>(),
            ),
            (
                self.areas.len(),
                data.file_of::<crate::tables::DeliveryArea>(),
            ),
            (self.recipes.len(), data.file_of::<crate::tables::Recipe>()),
        ];
        let (count, file) = counts.into_iter().find(|(count, _)| *count > MOST)?;
        let message =
            format!("{count} records, but the demand history can be read for {MOST} at most");
        Some(
            Finding::new(Code::E102, file, message, "remove records no longer in use").blocks_all(),
        )
    }

    fn drop_doubles(&mut self, file: &str, findings: &mut Findings) {
        let Self {
            sales,
            weeks,
            areas,
            recipes,
            ..
        } = self;
        let name = |sale: &Sale| {
            let week = weeks
                .get(sale.week())
                .map(ToString::to_string)
                .unwrap_or_default();
            let area = areas
                .get(sale.area())
                .map(AreaId::as_str)
                .unwrap_or_default();
            let recipe = recipes
                .get(sale.recipe())
                .map(RecipeId::as_str)
                .unwrap_or_default();
            format!("{week}, {area}, {recipe}, {}", sale.portions)
        };
        sales.dedup_by(|double, first| {
            if double.key() != first.key() {
                return false;
            }
            let rows = [first.line, double.line]
                .into_iter()
                .filter(|line| *line > 0);
            let finding = double_key(file, &name(double));
            let impact = Volume::Boxes(u64::from(double.quantity));
            findings.push(finding.at(rows.map(u64::from)).weighing(impact));
            true
        });
    }
}

const MOST: usize = u16::MAX as usize;

fn sorted<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn lost(cells: &Cells<'_>) -> Loss {
    let kits = u32::parse(cells.named("quantity"));
    let impact = kits.map_or(Volume::Unknown, |kits| Volume::Boxes(u64::from(kits)));
    Loss {
        scope: Scope::Record,
        impact,
    }
}

/// Rows of an id that the data set does not know.
#[derive(Default)]
struct Lost {
    rows: Vec<u64>,
    count: usize,
    kits: u64,
}

impl Lost {
    fn finding(self, file: &str, column: &str, id: &str) -> Finding {
        let table = table_of(column);
        let rows = counted(self.count, "row");
        let message = format!("no such record in {table} could be read; {rows} left out");
        let remedy = format!("add it to {table}, or remove the rows");
        Finding::new(Code::E208, file, message, &remedy)
            .at(self.rows)
            .of(column, id)
            .weighing(Volume::Boxes(self.kits))
    }
}

/// The table that a column points at.
fn table_of(column: &str) -> &'static str {
    match column {
        "week_id" => "menu_week",
        "area_id" => "delivery_area",
        _ => "recipe",
    }
}

struct Reading {
    file: String,
    weeks: HashMap<MenuWeek, u16>,
    areas: HashMap<AreaId, u16>,
    recipes: HashMap<RecipeId, u16>,
    sales: Vec<Sale>,
    unknown: BTreeMap<(&'static str, String), Lost>,
}

impl Reading {
    fn new(history: &History, file: String) -> Self {
        Self {
            file,
            weeks: history.weeks.iter().copied().zip(0..).collect(),
            areas: history.areas.iter().cloned().zip(0..).collect(),
            recipes: history.recipes.iter().cloned().zip(0..).collect(),
            sales: Vec::new(),
            unknown: BTreeMap::new(),
        }
    }

    fn take(&mut self, file: &str, line: u64, row: &DemandHistory) {
        let week = self.weeks.get(&row.week_id);
        let area = self.areas.get(&row.area_id);
        let recipe = self.recipes.get(&row.recipe_id);
        let (Some(&week), Some(&area), Some(&recipe)) = (week, area, recipe) else {
            let id = match (week, area) {
                (None, _) => ("week_id", row.week_id.to_string()),
                (_, None) => ("area_id", row.area_id.to_string()),
                _ => ("recipe_id", row.recipe_id.to_string()),
            };
            let lost = self.unknown.entry(id).or_default();
            if lost.rows.len() < MOST_ROWS {
                lost.rows.push(line);
            }
            lost.count += 1;
            lost.kits += u64::from(row.quantity);
            return;
        };
        let flag = |known: u8, set: u8, value: Option<bool>| match value {
            None => 0,
            Some(false) => known,
            Some(true) => known | set,
        };
        self.sales.push(Sale {
            week,
            area,
            recipe,
            portions: row.portion_size,
            flags: flag(PROMO_KNOWN, PROMO, row.promo)
                | flag(HOMEPAGE_KNOWN, HOMEPAGE, row.homepage)
                | flag(0, SOLD_OUT, row.sold_out)
                | flag(0, PRICED, Some(row.price.is_some())),
            quantity: row.quantity,
            line: if file == self.file {
                u32::try_from(line).unwrap_or(u32::MAX)
            } else {
                0
            },
            price: row.price.map_or(0, Decimal::millionths),
        });
    }
}
