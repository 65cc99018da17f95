//! Ids that point at nothing.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Display;
use std::hash::Hash;
use std::sync::Arc;

use domain::{Code, Finding, MenuWeek, Volume};

use super::view::View;
use crate::Row;
use crate::collect::{Findings, MOST_ROWS, counted};
use crate::tables::{MenuRecipe, MenuWeekRow, OrderStatus};

pub(super) fn check(view: &View<'_>, findings: &mut Findings) {
    weeks_to_plan(view, findings);
    menus(view, findings);
    sites_and_areas(view, findings);
    demand(view, findings);
    stock(view, findings);
    vendors(view, findings);
}

/// A column that names records of another table.
struct Reference<'k, K> {
    code: Code,
    column: &'static str,
    /// The table it points at, and the ids there.
    table: &'static str,
    known: &'k HashSet<K>,
    /// A table that could not be read as a whole is a finding of its own, and stands for all that points at it.
    readable: bool,
    /// Whether the rows count all the same.
    kept: bool,
}

#[derive(Default)]
struct Group {
    rows: Vec<u64>,
    count: usize,
    boxes: Option<u64>,
    weeks: BTreeSet<MenuWeek>,
}

impl<'k, K: Copy + Eq + Hash + Ord + Display> Reference<'k, K> {
    fn new(
        view: &View<'_>,
        column: &'static str,
        table: &'static str,
        known: &'k HashSet<K>,
    ) -> Self {
        Self {
            code: Code::E208,
            column,
            table,
            known,
            readable: view.data.has_table(table),
            kept: false,
        }
    }

    fn kept(self) -> Self {
        Self { kept: true, ..self }
    }

    fn coded(self, code: Code) -> Self {
        Self { code, ..self }
    }

    fn check<'r, T>(
        &self,
        rows: &'r [Row<T>],
        findings: &mut Findings,
        id: impl Fn(&'r T) -> Option<K>,
    ) {
        self.check_weighed(rows, findings, id, |_| None, |_| None);
    }

    /// Reports each unknown id once for each file, with what `boxes` says hangs on it and the weeks that its
    /// rows stop.
    fn check_weighed<'r, T>(
        &self,
        rows: &'r [Row<T>],
        findings: &mut Findings,
        id: impl Fn(&'r T) -> Option<K>,
        boxes: impl Fn(&T) -> Option<u64>,
        week: impl Fn(&T) -> Option<MenuWeek>,
    ) {
        let mut groups: BTreeMap<(&Arc<str>, K), Group> = BTreeMap::new();
        for row in rows.iter().filter(|_| self.readable) {
            let Some(id) = id(&row.value).filter(|id| !self.known.contains(id)) else {
                continue;
            };
            let group = groups.entry((&row.file, id)).or_default();
            group.count += 1;
            if group.rows.len() < MOST_ROWS {
                group.rows.push(row.line);
            }
            if let Some(boxes) = boxes(&row.value) {
                *group.boxes.get_or_insert(0) += boxes;
            }
            group.weeks.extend(week(&row.value));
        }
        let Self {
            code,
            column,
            table,
            ..
        } = *self;
        for ((file, id), group) in groups {
            let rows = counted(group.count, "row");
            let so = if self.kept {
                "counted all the same"
            } else {
                "left out"
            };
            let message = format!("no such record in {table} could be read; {rows} {so}");
            let remedy = format!("add it to {table}, or remove the rows");
            let finding = Finding::new(code, file, message, &remedy)
                .at(group.rows)
                .of(column, &id.to_string())
                .weighing(group.boxes.map_or(Volume::Unknown, Volume::Boxes));
            findings.push(finding.blocks(group.weeks));
        }
    }
}

/// Weeks asked for that the data set does not know, or has no menu for.
fn weeks_to_plan(view: &View<'_>, findings: &mut Findings) {
    for week in view.context.weeks.iter().collect::<BTreeSet<_>>() {
        let (file, remedy) = match view.menus.get(week) {
            None if view.data.has::<MenuWeekRow>() => (
                view.data.file_of::<MenuWeekRow>(),
                "add its row to menu_week",
            ),
            Some(menu) if menu.is_empty() && view.data.has::<MenuRecipe>() => (
                view.data.file_of::<MenuRecipe>(),
                "add its menu to menu_recipe",
            ),
            _ => continue,
        };
        let message = "the week is to be planned, but the file has nothing for it".to_owned();
        let remedy = format!("{remedy}, or do not plan it");
        let finding = Finding::new(Code::E208, file, message, &remedy);
        findings.push(finding.of("week_id", &week.to_string()).blocks([*week]));
    }
}

fn menus(view: &View<'_>, findings: &mut Findings) {
    let data = view.data;
    let weeks = Reference::new(view, "week_id", "menu_week", &view.weeks);
    let recipes = Reference::new(view, "recipe_id", "recipe", &view.recipes);
    weeks.check(&data.menu_recipe, findings, |row| Some(row.week_id));
    recipes.check_weighed(
        &data.menu_recipe,
        findings,
        |row| Some(&row.recipe_id),
        |_| None,
        |row| Some(row.week_id).filter(|week| view.menus.contains_key(week)),
    );
    weeks.check(&data.menu_area_recipe, findings, |row| Some(row.week_id));
    recipes.check(&data.menu_area_recipe, findings, |row| Some(&row.recipe_id));
    Reference::new(view, "area_id", "delivery_area", &view.areas).check(
        &data.menu_area_recipe,
        findings,
        |row| Some(&row.area_id),
    );
    recipes.check(&data.recipe_bom, findings, |row| Some(&row.recipe_id));
    recipes.check(&data.site_recipe, findings, |row| Some(&row.recipe_id));
    weeks.check(&data.site_recipe, findings, |row| Some(row.week_id));
    let products = view.products.keys().copied().collect();
    Reference::new(view, "product_id", "product", &products).check(
        &data.box_rule,
        findings,
        |row| Some(&row.product_id),
    );
}

fn sites_and_areas(view: &View<'_>, findings: &mut Findings) {
    let data = view.data;
    let ids = view.sites.keys().copied().collect();
    let sites = Reference::new(view, "site_id", "site", &ids);
    sites.check(&data.site_cap, findings, |row| Some(&row.site_id));
    sites.check(&data.site_recipe, findings, |row| Some(&row.site_id));
    sites.check(&data.area_site, findings, |row| Some(&row.site_id));
    Reference::new(view, "area_id", "delivery_area", &view.areas).check(
        &data.area_site,
        findings,
        |row| Some(&row.area_id),
    );
}

fn demand(view: &View<'_>, findings: &mut Findings) {
    let data = view.data;
    let areas = Reference::new(view, "area_id", "delivery_area", &view.areas);
    let weeks = Reference::new(view, "week_id", "menu_week", &view.weeks);
    areas.check_weighed(
        &data.box_history,
        findings,
        |row| Some(&row.area_id),
        |row| Some(u64::from(row.boxes)),
        |_| None,
    );
    weeks.check(&data.volume_forecast, findings, |row| Some(row.week_id));
    areas.check(&data.volume_forecast, findings, |row| row.area_id.as_ref());
    weeks.check(&data.share_forecast, findings, |row| Some(row.week_id));
    areas.check(&data.share_forecast, findings, |row| row.area_id.as_ref());
    Reference::new(view, "recipe_id", "recipe", &view.recipes).check(
        &data.share_forecast,
        findings,
        |row| Some(&row.recipe_id),
    );
    // An order's unknown recipe is on no menu, which is a finding of its own.
    areas.check_weighed(
        &data.order_line,
        findings,
        |row| Some(&row.area_id).filter(|_| row.status != OrderStatus::Cancelled),
        |row| Some(u64::from(row.quantity)),
        |_| None,
    );
    let sites = view.sites.keys().copied().collect();
    Reference::new(view, "site_id", "site", &sites)
        .check(&data.order_line, findings, |row| row.site_id.as_ref());
}

fn stock(view: &View<'_>, findings: &mut Findings) {
    let data = view.data;
    let ids = view.sites.keys().copied().collect();
    let sites = Reference::new(view, "site_id", "site", &ids);
    let ids = view.products.keys().copied().collect();
    let products = Reference::new(view, "product_id", "product", &ids);
    sites.check(&data.inv_level, findings, |row| Some(&row.site_id));
    products.check(&data.inv_level, findings, |row| Some(&row.product_id));
    sites.check(&data.inv_change, findings, |row| Some(&row.site_id));
    products.check(&data.inv_change, findings, |row| Some(&row.product_id));
    sites.check(&data.inbound_order_line, findings, |row| Some(&row.site_id));
    products.check(&data.inbound_order_line, findings, |row| {
        Some(&row.product_id)
    });
    sites.check(&data.inv_policy, findings, |row| row.site_id.as_ref());
    products.check(&data.inv_policy, findings, |row| row.product_id.as_ref());
    sites.check(&data.vendor_product, findings, |row| row.site_id.as_ref());
    sites.check(&data.vendor_lead_time, findings, |row| row.site_id.as_ref());
    sites.check(&data.vendor_calendar, findings, |row| Some(&row.site_id));
}

/// Vendors' terms for what does not exist; without a `vendor` file nobody knows which vendors do.
fn vendors(view: &View<'_>, findings: &mut Findings) {
    let data = view.data;
    let ids = view.products.keys().copied().collect();
    let products = Reference::new(view, "product_id", "product", &ids).coded(Code::E206);
    products.check(&data.vendor_product, findings, |row| Some(&row.product_id));
    products.check(&data.vendor_lead_time, findings, |row| {
        row.product_id.as_ref()
    });
    let vendors = Reference::new(view, "vendor_id", "vendor", &view.vendors).coded(Code::E206);
    vendors.check(&data.vendor_product, findings, |row| Some(&row.vendor_id));
    vendors.check(&data.vendor_lead_time, findings, |row| Some(&row.vendor_id));
    vendors.check(&data.vendor_calendar, findings, |row| Some(&row.vendor_id));
    // What is under way comes, whoever sends it.
    let vendors = Reference::new(view, "vendor_id", "vendor", &view.vendors).kept();
    vendors.check(&data.inbound_order_line, findings, |row| {
        Some(&row.vendor_id)
    });
}
