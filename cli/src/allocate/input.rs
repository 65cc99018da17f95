//! The three files, and what is wrong with them.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use allocation::orders::{Order, Orders, Volumes};
use allocation::{Bin, Route};
use contracts::{Fault, FaultName};
use dataset::{Body, Files, Row, Table};
use domain::{Code, Finding, OrderId, RecipeId, SiteId};

dataset::table! {
    /// An order.
    pub struct OrderRow = "orders", Required {
        /// The order.
        key order_id: OrderId,
        /// Its recipes, between spaces or semicolons.
        col recipes: String,
        /// Whether it is a real order, not a simulated one.
        col real: bool,
        /// The sites that can pack it, between spaces or semicolons.
        col sites: Option<String>,
        /// The site it had in the previous plan.
        col site: Option<SiteId>,
    }
}

dataset::table! {
    /// What one site packs.
    pub struct CapRow = "caps", Required {
        /// The site.
        key site_id: SiteId,
        /// The fewest boxes it should get.
        col boxes_min: Option<u32>,
        /// The most boxes it can take.
        col boxes_max: Option<u32>,
    }
}

dataset::table! {
    /// Kits of a recipe at a site in the previous plan.
    pub struct PreviousRow = "previous", Required {
        /// The recipe.
        key recipe_id: RecipeId,
        /// The site.
        key site_id: SiteId,
        /// The kits.
        col kits: u32,
    }
}

/// Kits that can be counted in all.
const MOST_KITS: u64 = 1 << 30;

/// What is to be allocated.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// The orders' ids, in the file's order.
    pub(super) names: Vec<OrderId>,
    pub(super) orders: Orders,
    /// The eligible sites of each class of orders.
    pub(super) routes: Vec<Vec<Route>>,
    pub(super) sites: Vec<SiteId>,
    pub(super) bins: Vec<Bin>,
    pub(super) recipes: Vec<RecipeId>,
    pub(super) previous: Volumes,
}

/// Numbers for names while files are read.
#[derive(Debug, Default)]
struct Numbers {
    sites: BTreeMap<SiteId, u32>,
    recipes: BTreeMap<RecipeId, u16>,
    classes: BTreeMap<Vec<u32>, u32>,
}

impl Input {
    /// Reads the files. With an error among the findings the input is not complete.
    pub(super) fn read(
        orders: &Path,
        caps: &Path,
        previous: Option<&Path>,
    ) -> Result<(Self, Vec<Finding>), Fault> {
        let mut input = Self::default();
        let mut numbers = Numbers::default();
        let mut findings = Vec::new();
        for row in load::<CapRow>(caps, &mut findings)? {
            input.add_cap(row, &mut numbers, &mut findings);
        }
        let rows = load::<OrderRow>(orders, &mut findings)?;
        input.names.reserve(rows.len());
        for row in rows {
            input.add_order(row, &mut numbers, &mut findings);
        }
        if let Some(previous) = previous {
            let rows = load::<PreviousRow>(previous, &mut findings)?;
            input.add_previous(rows, previous, &mut numbers, &mut findings);
        }
        let mut recipes: Vec<_> = numbers.recipes.into_iter().collect();
        recipes.sort_by_key(|(_, number)| *number);
        input.recipes = recipes.into_iter().map(|(recipe, _)| recipe).collect();
        Ok((input, findings))
    }

    fn add_cap(&mut self, row: Row<CapRow>, numbers: &mut Numbers, findings: &mut Vec<Finding>) {
        let CapRow {
            site_id,
            boxes_min,
            boxes_max,
        } = row.value;
        let min = boxes_min.unwrap_or(0);
        if boxes_max.is_some_and(|max| max < min) {
            let message = "the site's minimum is above its maximum".to_owned();
            let remedy = "lower the minimum or raise the maximum";
            let finding = Finding::new(Code::E304, &row.file, message, remedy);
            findings.push(finding.at([row.line]).of("boxes_min", &min.to_string()));
        }
        numbers
            .sites
            .insert(site_id.clone(), self.sites.len() as u32);
        self.sites.push(site_id);
        self.bins.push(Bin {
            min: u64::from(min),
            max: boxes_max.map(u64::from),
        });
    }

    fn add_order(
        &mut self,
        row: Row<OrderRow>,
        numbers: &mut Numbers,
        findings: &mut Vec<Finding>,
    ) {
        let unknown = |column, site: &str| {
            let message = "the site is not among the caps".to_owned();
            let remedy = "correct the site, or add its row to the caps";
            let finding = Finding::new(Code::E208, &row.file, message, remedy);
            finding.at([row.line]).of(column, site)
        };
        let mut recipes = Vec::new();
        for part in parts(&row.value.recipes) {
            match part.parse().ok().and_then(|recipe| numbers.recipe(recipe)) {
                Some(recipe) => recipes.push(recipe),
                None => findings.push(bad_recipe(&row, part)),
            }
        }
        if parts(&row.value.recipes).next().is_none() {
            findings.push(bad_recipe(&row, &row.value.recipes));
        }
        let mut sites = Vec::new();
        for part in parts(row.value.sites.as_deref().unwrap_or("")) {
            let site = part.parse().ok();
            match site.and_then(|site: SiteId| numbers.sites.get(&site).copied()) {
                Some(site) => sites.push(site),
                None => findings.push(unknown("sites", part)),
            }
        }
        sites.sort_unstable();
        sites.dedup();
        let stood = row.value.site.as_ref().and_then(|site| {
            let bin = numbers.sites.get(site).copied();
            if bin.is_none() {
                findings.push(unknown("site", site.as_str()));
            }
            bin
        });
        let next = self.routes.len() as u32;
        let class = *numbers.classes.entry(sites).or_insert_with_key(|sites| {
            let bins = sites.iter().map(|bin| *bin as usize);
            self.routes
                .push(bins.map(|bin| Route { bin, cost: 0 }).collect());
            next
        });
        self.names.push(row.value.order_id);
        self.orders.push(Order {
            recipes: &recipes,
            class,
            known: row.value.real,
            stood,
        });
    }

    fn add_previous(
        &mut self,
        rows: Vec<Row<PreviousRow>>,
        path: &Path,
        numbers: &mut Numbers,
        findings: &mut Vec<Finding>,
    ) {
        let mut cells = Vec::new();
        let mut all = 0;
        for row in rows {
            let PreviousRow {
                recipe_id,
                site_id,
                kits,
            } = row.value;
            all += u64::from(kits);
            let Some(&site) = numbers.sites.get(&site_id) else {
                let message = "the site is not among the caps".to_owned();
                let remedy = "add it to the caps, with boxes_max 0 where it is closed";
                let finding = Finding::new(Code::E208, &row.file, message, remedy);
                findings.push(finding.at([row.line]).of("site_id", site_id.as_str()));
                continue;
            };
            match numbers.recipe(recipe_id) {
                Some(recipe) => cells.push((recipe, site, kits)),
                None => findings.push(too_many(&row.file, row.line)),
            }
        }
        if all > MOST_KITS {
            let message = format!("there are {all} kits, more than 2^30");
            let file = path.display().to_string();
            findings.push(Finding::new(Code::E102, &file, message, "split the list"));
            return;
        }
        self.previous = Volumes::new(numbers.recipes.len(), self.bins.len());
        for (recipe, site, kits) in cells {
            self.previous.add(recipe, site as usize, kits);
        }
    }
}

impl Numbers {
    /// A recipe's number; `None` when there are too many.
    fn recipe(&mut self, recipe: RecipeId) -> Option<u16> {
        if let Some(number) = self.recipes.get(&recipe) {
            return Some(*number);
        }
        let number = u16::try_from(self.recipes.len()).ok()?;
        self.recipes.insert(recipe, number);
        Some(number)
    }
}

fn parts(list: &str) -> impl Iterator<Item = &str> {
    list.split([' ', ';']).filter(|part| !part.is_empty())
}

fn bad_recipe(row: &Row<OrderRow>, part: &str) -> Finding {
    let message = "no recipes can be read from the cell".to_owned();
    let remedy =
        "put the recipes' ids there, between spaces or semicolons; at most 65,536 different ones";
    let finding = Finding::new(Code::E102, &row.file, message, remedy);
    finding.at([row.line]).of("recipes", part)
}

fn too_many(file: &str, line: u64) -> Finding {
    let message = "there are more than 65,536 different recipes".to_owned();
    Finding::new(Code::E102, file, message, "split the list").at([line])
}

/// A table from a file of any name; its findings name the file as it was given.
fn load<T: Table>(path: &Path, findings: &mut Vec<Finding>) -> Result<Vec<Row<T>>, Fault> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|reason| {
        let message = format!("{name} cannot be opened: {reason}; give the file's path");
        Fault::new(FaultName::DataRejected, message)
    })?;
    let mut files = Files::default();
    files.insert(&format!("{}.csv", T::SCHEMA.name), Body::File(file));
    let mut loaded = files.load::<T>();
    for finding in &mut loaded.findings {
        finding.file.clone_from(&name);
    }
    findings.extend(loaded.findings);
    let name = name.into();
    for row in &mut loaded.rows {
        row.file = std::sync::Arc::clone(&name);
    }
    Ok(loaded.rows)
}
