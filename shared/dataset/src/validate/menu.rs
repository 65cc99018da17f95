//! Whether what is on the menus can be sold, made and delivered.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use domain::{AreaId, Code, Date, Finding, MenuWeek, ProductId, RecipeId, SiteId, Volume};

use super::view::{View, days, is_active};
use crate::Row;
use crate::collect::{Findings, counted, listed};
use crate::snapshot::earlier;
use crate::tables::{
    AreaSite, DeliveryArea, MenuRecipe, OrderLine, OrderStatus, Product, RecipeBom, Site,
    SiteRecipe, Weekday,
};

pub(super) fn check(view: &View<'_>, findings: &mut Findings) {
    // A table that could not be read as a whole is a finding of its own, and stands for all that follows from it.
    if view.data.has::<RecipeBom>() {
        recipes_without_bill_of_materials(view, findings);
    }
    if view.data.has::<Product>() {
        unknown_products(view, findings);
    }
    if view.data.has::<MenuRecipe>() {
        orders_off_the_menu(view, findings);
        areas_off_the_menu(view, findings);
    }
    if view.data.has::<Site>() {
        if view.data.has::<AreaSite>() {
            areas_without_site(view, findings);
        }
        recipes_nobody_can_make(view, findings);
    }
}

/// E201: a recipe to plan needs a bill of materials for every portion size it is sold at.
fn recipes_without_bill_of_materials(view: &View<'_>, findings: &mut Findings) {
    let mut menu_rows: BTreeMap<&RecipeId, Vec<&Row<MenuRecipe>>> = BTreeMap::new();
    for (recipe, row) in view.menus.values().flatten() {
        menu_rows.entry(recipe).or_default().push(row);
    }
    for (recipe, rows) in menu_rows {
        // A recipe that nobody knows is a finding of its own.
        if !view.recipes.contains(recipe) {
            continue;
        }
        let bom = view.bom.get(recipe);
        let has: BTreeSet<_> = bom
            .into_iter()
            .flatten()
            .map(|row| row.value.portion_size)
            .collect();
        let missing: Vec<_> = view.sizes_of(recipe).difference(&has).collect();
        let message = if has.is_empty() {
            "the recipe is on the menu, but has no bill of materials".to_owned()
        } else if missing.is_empty() {
            continue;
        } else {
            let sizes = listed(missing);
            format!(
                "the recipe is on the menu, but has no bill of materials for portion size {sizes}"
            )
        };
        let Some(first) = rows.first() else { continue };
        let remedy = "add its lines to recipe_bom, or take it off the menu";
        let finding = Finding::new(Code::E201, &first.file, message, remedy)
            .at(rows.iter().map(|row| row.line))
            .of("recipe_id", recipe.as_str())
            .weighing(Volume::Boxes(view.recent.kits_a_week(recipe)));
        findings.push(finding.blocks(rows.iter().map(|row| row.value.week_id)));
    }
}

/// E202: every product of a bill of materials is known.
fn unknown_products(view: &View<'_>, findings: &mut Findings) {
    #[derive(Default)]
    struct Group<'a> {
        rows: Vec<u64>,
        recipes: BTreeSet<&'a RecipeId>,
    }
    let mut groups: BTreeMap<(&Arc<str>, &ProductId), Group<'_>> = BTreeMap::new();
    for row in &view.data.recipe_bom {
        if !view.products.contains_key(&row.value.product_id) {
            let group = groups
                .entry((&row.file, &row.value.product_id))
                .or_default();
            group.rows.push(row.line);
            group.recipes.insert(&row.value.recipe_id);
        }
    }
    for ((file, product), Group { rows, recipes }) in groups {
        let of = counted(recipes.len(), "recipe");
        let message =
            format!("the bills of materials of {of} need it, but product has no such record");
        let weeks = recipes.iter().flat_map(|recipe| view.weeks_with(recipe));
        let finding = Finding::new(
            Code::E202,
            file,
            message,
            "add it to product, or correct the id",
        )
        .of("product_id", product.as_str())
        .weighing(Volume::Boxes(view.recent.kits_of(recipes.iter().copied())))
        .blocks(weeks);
        findings.push(finding.at(rows));
    }
}

/// E203: what is ordered is on the menu of the week it is delivered in.
fn orders_off_the_menu(view: &View<'_>, findings: &mut Findings) {
    let mut groups: BTreeMap<_, Vec<&Row<OrderLine>>> = BTreeMap::new();
    for row in &view.data.order_line {
        let line = &row.value;
        if line.status == OrderStatus::Cancelled {
            continue;
        }
        let Some(week) = view.week_delivering_on(line.delivery_date) else {
            continue;
        };
        if view
            .menus
            .get(&week)
            .is_some_and(|menu| !menu.contains_key(&line.recipe_id))
        {
            groups
                .entry((&row.file, week, &line.recipe_id))
                .or_default()
                .push(row);
        }
    }
    for ((file, week, recipe), rows) in groups {
        let orders: BTreeSet<_> = rows.iter().map(|row| &row.value.order_id).collect();
        let ordered = counted(orders.len(), "order");
        let message = format!("it is not on the menu of {week}; {ordered} left out");
        let remedy = "add it to menu_recipe, or correct the orders";
        let finding = Finding::new(Code::E203, file, message, remedy)
            .at(rows.iter().map(|row| row.line))
            .of("recipe_id", recipe.as_str())
            .weighing(Volume::Boxes(orders.len() as u64));
        findings.push(finding);
    }
}

/// E208: what an area is offered is on the menu of that week.
fn areas_off_the_menu(view: &View<'_>, findings: &mut Findings) {
    let mut groups: BTreeMap<_, Vec<u64>> = BTreeMap::new();
    for Row {
        file,
        line,
        value: row,
    } in &view.data.menu_area_recipe
    {
        let menu = view.menus.get(&row.week_id);
        let off = menu.is_some_and(|menu| !menu.contains_key(&row.recipe_id));
        if off && view.recipes.contains(&row.recipe_id) {
            groups
                .entry((file, row.week_id, &row.recipe_id))
                .or_default()
                .push(*line);
        }
    }
    for ((file, week, recipe), rows) in groups {
        let areas = counted(rows.len(), "area");
        let message = format!("{areas} offered it in {week}, but it is not on that week's menu");
        let remedy = "add it to menu_recipe, or remove the rows";
        let finding = Finding::new(Code::E208, file, message, remedy);
        findings.push(finding.at(rows).of("recipe_id", recipe.as_str()));
    }
}

/// E204: some site serves each area that buys. An area that none serves on any day stops the week; one that is
/// unserved only on weekdays on which it has orders or had boxes of late loses those.
fn areas_without_site(view: &View<'_>, findings: &mut Findings) {
    let asked = Asked::new(view);
    let per_box = recipes_per_box(view);
    for Row {
        file,
        line,
        value: DeliveryArea { area_id, .. },
    } in &view.data.delivery_area
    {
        let kits = view.recent.kits_a_week_in(area_id);
        let boxes = (kits as f64 / per_box) as u64;
        let mut unserved = Vec::new();
        let mut weekdays = BTreeSet::new();
        for week in view.planned.iter().map(|row| &row.value) {
            let all: Vec<_> = days(week.start_date, week.end_date).collect();
            let closed: Vec<_> = all
                .iter()
                .copied()
                .filter(|day| !is_served(view, area_id, *day))
                .collect();
            if all.is_empty() {
                continue;
            }
            if closed.len() < all.len() {
                let missed = closed.into_iter().map(Weekday::of);
                weekdays.extend(missed.filter(|day| asked.weekdays.contains(&(area_id, *day))));
            } else if kits > 0 || asked.weeks.contains(&(area_id, week.week_id)) {
                unserved.push(week.week_id);
            }
        }
        let report = |message: String, boxes: u64| {
            let remedy = "add a site for it to area_site, or take the area out of delivery_area";
            Finding::new(Code::E204, file, message, remedy)
                .at([*line])
                .of("area_id", area_id.as_str())
                .weighing(Volume::Boxes(boxes))
        };
        if !unserved.is_empty() {
            let message = "no site serves the area on any day".to_owned();
            findings.push(report(message, boxes).blocks(unserved));
        }
        if !weekdays.is_empty() {
            let lost = boxes * weekdays.len() as u64 / 7;
            let weekdays = listed(weekdays.iter().map(|day| day.number()));
            let message =
                format!("no site serves the area on weekday {weekdays}, on which it has orders");
            findings.push(report(message, lost));
        }
    }
}

/// Where and when there is demand, as far as orders, boxes delivered and forecasts say.
struct Asked<'a> {
    weekdays: BTreeSet<(&'a AreaId, Weekday)>,
    weeks: BTreeSet<(&'a AreaId, MenuWeek)>,
}

impl<'a> Asked<'a> {
    fn new(view: &View<'a>) -> Self {
        let recent = earlier(view.today(), 56);
        let mut asked = Self {
            weekdays: BTreeSet::new(),
            weeks: BTreeSet::new(),
        };
        for row in view.data.box_history.iter().map(|row| &row.value) {
            if row.delivery_date >= recent && row.boxes > 0 {
                asked
                    .weekdays
                    .insert((&row.area_id, Weekday::of(row.delivery_date)));
            }
        }
        for row in view.data.order_line.iter().map(|row| &row.value) {
            if row.status == OrderStatus::Cancelled {
                continue;
            }
            if let Some(week) = view.week_delivering_on(row.delivery_date) {
                asked
                    .weekdays
                    .insert((&row.area_id, Weekday::of(row.delivery_date)));
                asked.weeks.insert((&row.area_id, week));
            }
        }
        for row in view.data.volume_forecast.iter().map(|row| &row.value) {
            asked
                .weeks
                .extend(row.area_id.as_ref().map(|area| (area, row.week_id)));
        }
        asked
    }
}

/// Whether some site that is active on the packing day serves the area on a date.
fn is_served(view: &View<'_>, area: &AreaId, day: Date) -> bool {
    let weekday = Weekday::of(day);
    view.serving(area).any(|row| {
        let packed = earlier(day, i64::from(row.transit_days.unwrap_or(0)));
        row.weekday.is_none_or(|only| only == weekday)
            && view
                .sites
                .get(&row.site_id)
                .is_some_and(|site| is_active(site, packed))
    })
}

/// Mean number of recipes in a box: of the boxes delivered, else as the data set says, else 1.
fn recipes_per_box(view: &View<'_>) -> f64 {
    let (mut boxes, mut recipes) = (0.0, 0.0);
    for row in view.data.box_history.iter().map(|row| &row.value) {
        boxes += f64::from(row.boxes);
        recipes += f64::from(row.boxes) * f64::from(row.recipes_per_box);
    }
    if boxes > 0.0 && recipes > 0.0 {
        return recipes / boxes;
    }
    let shares = view
        .data
        .settings()
        .and_then(|settings| settings.recipes_per_box.as_ref());
    shares.map_or(1.0, |shares| {
        shares
            .shares()
            .iter()
            .map(|(count, share)| f64::from(*count) * share.to_f64())
            .sum()
    })
}

/// E205: some site that is open on a day of the week can make each recipe of its menu.
fn recipes_nobody_can_make(view: &View<'_>, findings: &mut Findings) {
    let caps: HashMap<(&SiteId, Date), Option<u32>> = view
        .data
        .site_cap
        .iter()
        .map(|row| ((&row.value.site_id, row.value.date), row.value.boxes_max))
        .collect();
    let mut able: BTreeMap<MenuWeek, BTreeSet<(&SiteId, &RecipeId)>> = BTreeMap::new();
    for row in view.data.site_recipe.iter().map(|row| &row.value) {
        able.entry(row.week_id)
            .or_default()
            .insert((&row.site_id, &row.recipe_id));
    }
    let limited = view.data.has::<SiteRecipe>();
    for (week, menu) in &view.menus {
        let packing = view.packing_days(*week);
        // A week without days has wrong dates, which is a finding of its own.
        if packing.is_empty() {
            continue;
        }
        let open: Vec<&SiteId> = view
            .sites
            .values()
            .filter(|site| {
                packing.iter().any(|day| {
                    is_active(site, *day) && caps.get(&(&site.site_id, *day)) != Some(&Some(0))
                })
            })
            .map(|site| &site.site_id)
            .collect();
        let can = |recipe: &RecipeId| {
            let able = able.get(week);
            open.iter()
                .any(|site| !limited || able.is_some_and(|able| able.contains(&(*site, recipe))))
        };
        let known = menu
            .iter()
            .filter(|(recipe, _)| view.recipes.contains(*recipe));
        let stuck: Vec<_> = known.filter(|(recipe, _)| !can(recipe)).collect();
        let report = |rows: Vec<u64>, file: &str, message: &str, recipes: &[&RecipeId]| {
            let remedy =
                "open a site on one of its days in site_cap, or allow the recipe in site_recipe";
            Finding::new(Code::E205, file, message.to_owned(), remedy)
                .at(rows)
                .weighing(Volume::Boxes(view.recent.kits_of(recipes.iter().copied())))
                .blocks([*week])
        };
        if stuck.len() > 1 && stuck.len() == menu.len() {
            let recipes: Vec<_> = menu.keys().copied().collect();
            let rows = menu.values().map(|row| row.line).collect();
            let file = view.data.file_of::<MenuRecipe>();
            let message = "no open site can make any recipe of the week's menu";
            let finding = report(rows, file, message, &recipes);
            findings.push(finding.of("week_id", &week.to_string()));
        } else {
            for (recipe, row) in stuck {
                let message = "no site that is open in the week can make the recipe";
                let finding = report(vec![row.line], &row.file, message, &[recipe]);
                findings.push(finding.of("recipe_id", recipe.as_str()));
            }
        }
    }
}
