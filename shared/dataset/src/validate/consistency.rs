//! What does not fit together.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use domain::{AreaId, Code, Decimal, Finding, MenuWeek, OrderId, ProductId, Timestamp, Volume};

use super::quantities::median;
use super::view::View;
use crate::Row;
use crate::collect::{Findings, counted, listed};
use crate::tables::{MenuRecipe, OrderLine, OrderStatus, VolumeForecast};

/// A menu of which a greater part has never been sold is hard to forecast.
const MOST_NEW: f64 = 0.3;
/// So many past jumps say how far forecasts usually jump.
const ENOUGH_JUMPS: usize = 8;
/// A jump this many median absolute deviations from the usual is odd.
const ODD_DEVIATIONS: f64 = 4.0;
/// No smaller jump is reported, however steady the forecasts were.
const LEAST_JUMP: f64 = 0.01;

pub(super) fn check(view: &View<'_>, findings: &mut Findings) {
    settings_twice(view, findings);
    menus_of_new_recipes(view, findings);
    volume_jumps(view, findings);
    allocated_above_on_hand(view, findings);
    orders_twice(view, findings);
    currencies_mixed(view, findings);
}

/// E103: a data set has one row of settings.
fn settings_twice(view: &View<'_>, findings: &mut Findings) {
    if let [first, _, ..] = view.data.data_set.as_slice() {
        let rows: Vec<_> = view.data.data_set.iter().map(|row| row.line).collect();
        let message = format!("the file has {} rows of settings", rows.len());
        let remedy = "keep one row";
        findings.push(
            Finding::new(Code::E103, &first.file, message, remedy)
                .at(rows)
                .blocks_all(),
        );
    }
}

/// E503: most of a menu has been sold before.
fn menus_of_new_recipes(view: &View<'_>, findings: &mut Findings) {
    let sold: HashSet<_> = view
        .history
        .sales()
        .iter()
        .filter_map(|sale| view.history.recipes().get(sale.recipe()))
        .collect();
    for (week, menu) in view.menus.iter().filter(|_| !sold.is_empty()) {
        let new = menu.keys().filter(|recipe| !sold.contains(*recipe)).count();
        if new as f64 > MOST_NEW * menu.len() as f64 {
            let all = counted(menu.len(), "recipe");
            let message = format!("{new} of {all} on the menu never sold before");
            let remedy = "expect a wide forecast, and check the recipe ids";
            let file = view.data.file_of::<MenuRecipe>();
            let finding = Finding::new(Code::E503, file, message, remedy);
            findings.push(finding.of("week_id", &week.to_string()));
        }
    }
}

/// The issues of one area's forecast for one week.
type Issues<'a> = BTreeMap<Timestamp, &'a Row<VolumeForecast>>;

/// E504: the newest issue of a forecast is not much further from the one before than issues usually are.
///
/// Jumps are relative to the earlier issue, and an area's are compared with its own.
fn volume_jumps(view: &View<'_>, findings: &mut Findings) {
    let mut issues: BTreeMap<(Option<&AreaId>, MenuWeek), Issues<'_>> = BTreeMap::new();
    for row in view
        .data
        .volume_forecast
        .iter()
        .filter(|row| row.value.issued_at <= view.context.as_of)
    {
        let series = issues
            .entry((row.value.area_id.as_ref(), row.value.week_id))
            .or_default();
        series.insert(row.value.issued_at, row);
    }
    let mut jumps: BTreeMap<Option<&AreaId>, Vec<f64>> = BTreeMap::new();
    let mut newest = Vec::new();
    for ((area, week), series) in &issues {
        let rows: Vec<_> = series.values().collect();
        let pairs = rows.windows(2).filter_map(|pair| {
            let [old, new] = pair else { return None };
            let base = old.value.p50.to_f64();
            (base > 0.0).then(|| (new.value.p50.to_f64() / base - 1.0, **old, **new))
        });
        let mut pairs: Vec<_> = pairs.collect();
        if view.menus.contains_key(week)
            && let Some(last) = pairs.pop()
        {
            newest.push((*area, last));
        }
        jumps
            .entry(*area)
            .or_default()
            .extend(pairs.into_iter().map(|(jump, ..)| jump));
    }
    for (area, (jump, old, new)) in newest {
        let Some(past) = jumps.get(&area).filter(|past| past.len() >= ENOUGH_JUMPS) else {
            continue;
        };
        let usual = median(past.clone());
        let deviation = median(past.iter().map(|past| (past - usual).abs()).collect());
        let odd = (jump - usual).abs();
        if odd > ODD_DEVIATIONS * deviation && odd > LEAST_JUMP {
            let message = format!(
                "the forecast of {} jumped by {:.1} % from {}, where {:.1} % is usual",
                new.value.week_id,
                jump * 100.0,
                old.value.p50,
                (usual.abs() + deviation) * 100.0
            );
            let boxes = new
                .value
                .p50
                .millionths()
                .abs_diff(old.value.p50.millionths())
                / 1_000_000;
            let finding = Finding::new(Code::E504, &new.file, message, "ask who issued it")
                .at([old.line, new.line])
                .of("p50", &new.value.p50.to_string());
            findings.push(finding.weighing(Volume::Boxes(boxes)));
        }
    }
}

/// E505: no more of a lot is promised than is there.
fn allocated_above_on_hand(view: &View<'_>, findings: &mut Findings) {
    #[derive(Default)]
    struct Lots {
        rows: Vec<u64>,
        first: Option<Decimal>,
        over: i64,
    }
    let mut groups: BTreeMap<(&Arc<str>, &ProductId), Lots> = BTreeMap::new();
    for Row {
        file,
        line,
        value: row,
    } in &view.data.inv_level
    {
        // Less than nothing is a finding of its own.
        let there = row.on_hand.max(Decimal::ZERO);
        let Some(allocated) = row.allocated.filter(|allocated| *allocated > there) else {
            continue;
        };
        let lots = groups.entry((file, &row.product_id)).or_default();
        let over = allocated.millionths().saturating_sub(there.millionths());
        lots.rows.push(*line);
        lots.first.get_or_insert(allocated);
        lots.over = lots.over.saturating_add(over);
    }
    for ((file, product), Lots { rows, first, over }) in groups {
        let lots = counted(rows.len(), "lot");
        let message = format!("more of {lots} of product {product} is allocated than is on hand");
        let remedy = "count again, or release the allocation";
        let finding = Finding::new(Code::E505, file, message, remedy)
            .at(rows)
            .of("allocated", &first.unwrap_or_default().to_string());
        findings.push(finding.weighing(Volume::Quantity(Decimal::from_millionths(over))));
    }
}

/// Whether two lines may stand in one order.
type Same = fn(&OrderLine, &OrderLine) -> bool;
/// An order that is wrong, and its lines.
type Wrong<'a, 'b> = (&'b &'a OrderId, &'b Vec<&'a Row<OrderLine>>);

/// E506: an order is one box: its lines agree on where, when and for how many, and name each recipe once.
fn orders_twice(view: &View<'_>, findings: &mut Findings) {
    let mut orders: BTreeMap<&OrderId, Vec<&Row<OrderLine>>> = BTreeMap::new();
    for row in &view.data.order_line {
        if row.value.status != OrderStatus::Cancelled {
            orders.entry(&row.value.order_id).or_default().push(row);
        }
    }
    orders.retain(|_, rows| rows.len() > 1);
    let differ = |rows: &[&Row<OrderLine>], same: Same| {
        rows.windows(2)
            .any(|pair| matches!(pair, [a, b] if !same(&a.value, &b.value)))
    };
    let agreements: [(&str, Same); 3] = [
        ("delivery_date", |a, b| a.delivery_date == b.delivery_date),
        ("area_id", |a, b| a.area_id == b.area_id),
        ("portion_size", |a, b| a.portion_size == b.portion_size),
    ];
    for (column, same) in agreements {
        let wrong: Vec<_> = orders
            .iter()
            .filter(|(_, rows)| differ(rows, same))
            .collect();
        report_orders(&wrong, column, &format!("differ in {column}"), findings);
    }
    let doubled = orders.iter().filter(|(_, rows)| {
        let recipes: BTreeSet<_> = rows.iter().map(|row| &row.value.recipe_id).collect();
        recipes.len() < rows.len()
    });
    let wrong: Vec<_> = doubled.collect();
    report_orders(&wrong, "recipe_id", "name a recipe twice", findings);
}

fn report_orders(orders: &[Wrong<'_, '_>], column: &str, fault: &str, findings: &mut Findings) {
    let Some((id, first)) = orders
        .first()
        .and_then(|(id, rows)| Some((id, rows.first()?)))
    else {
        return;
    };
    let of = counted(orders.len(), "order");
    let message = format!("the lines of {of} {fault}, the first of order {id}");
    let remedy = "did one order come from two sources? Keep one";
    let rows = orders
        .iter()
        .flat_map(|(_, rows)| rows.iter().map(|row| row.line));
    let mut finding = Finding::new(Code::E506, &first.file, message, remedy).at(rows);
    finding.column = Some(column.to_owned());
    findings.push(finding.weighing(Volume::Boxes(orders.len() as u64)));
}

/// E507: money is in one currency.
fn currencies_mixed(view: &View<'_>, findings: &mut Findings) {
    let mut vendors: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for row in &view.data.vendor {
        if let Some(currency) = row.value.currency.as_deref() {
            vendors.entry(currency).or_default().push(row);
        }
    }
    // Without one of the data set, that of most vendors is meant.
    let own = view
        .data
        .settings()
        .and_then(|settings| settings.currency.as_deref());
    let Some(usual) = own.or_else(|| {
        vendors
            .iter()
            .max_by_key(|(_, rows)| rows.len())
            .map(|(usual, _)| *usual)
    }) else {
        return;
    };
    for (currency, rows) in vendors.iter().filter(|(currency, _)| **currency != usual) {
        let Some(first) = rows.first() else { continue };
        let names = listed(rows.iter().take(5).map(|row| &row.value.vendor_id));
        let more = if rows.len() > 5 { ", …" } else { "" };
        let message = format!("prices of {names}{more} are not in {usual} as the others");
        let remedy = format!("state their prices in {usual}");
        let finding = Finding::new(Code::E507, &first.file, message, &remedy);
        findings.push(
            finding
                .at(rows.iter().map(|row| row.line))
                .of("currency", currency),
        );
    }
}
