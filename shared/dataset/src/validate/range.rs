//! Numbers outside what they can be.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{AreaId, Code, Decimal, Finding, MenuWeek, SiteId, Timestamp, Volume};

use super::view::View;
use crate::Row;
use crate::collect::{Findings, counted};
use crate::facts::{Receipts, Unorderable};
use crate::tables::{InboundStatus, SiteCap, VolumeForecast};

pub(super) fn check(view: &View<'_>, findings: &mut Findings) {
    more_received_than_ordered(view, findings);
    quantiles_cross(view, findings);
    caps_cross(view, findings);
    order_multiples(view, findings);
    policy_targets(view, findings);
    shelf_lives_too_short(view, findings);
    lead_times_out_of_range(view, findings);
}

/// E301: an open order line has not brought more than was ordered: less than nothing would be still to come.
fn more_received_than_ordered(view: &View<'_>, findings: &mut Findings) {
    let receipts = Receipts::new(view.data, view.context.as_of);
    for Row {
        file,
        line,
        value: row,
    } in &view.data.inbound_order_line
    {
        let received = receipts.of(row);
        let over = received.millionths() - row.qty_ordered.millionths();
        if row.status == InboundStatus::Open && over > 0 {
            let message = format!(
                "more than the {} ordered was received on an open line; nothing is still to come",
                row.qty_ordered
            );
            let remedy = "close the line, or correct the quantities";
            let finding = Finding::new(Code::E301, file, message, remedy)
                .warning()
                .at([*line])
                .of("qty_received", &received.to_string());
            findings.push(finding.weighing(Volume::Quantity(Decimal::from_millionths(over))));
        }
    }
}

/// E303: quantiles of a forecast are in order. The issue that a week to plan uses stops it.
fn quantiles_cross(view: &View<'_>, findings: &mut Findings) {
    let mut newest: BTreeMap<(MenuWeek, Option<&AreaId>), Timestamp> = BTreeMap::new();
    for row in view.data.volume_forecast.iter().map(|row| &row.value) {
        if row.issued_at <= view.context.as_of {
            let issue = newest
                .entry((row.week_id, row.area_id.as_ref()))
                .or_insert(row.issued_at);
            *issue = row.issued_at.max(*issue);
        }
    }
    for Row {
        file,
        line,
        value: row,
    } in &view.data.volume_forecast
    {
        let VolumeForecast {
            week_id,
            area_id,
            p50,
            p10,
            p90,
            ..
        } = row;
        let crossing = [
            ("p10", p10.filter(|p10| p10 > p50)),
            ("p90", p90.filter(|p90| p90 < p50)),
        ];
        for (column, value) in crossing {
            let Some(value) = value else { continue };
            let side = if column == "p10" { "above" } else { "below" };
            let message = format!("{column} is {side} p50 = {p50}");
            let finding = Finding::new(Code::E303, file, message, "correct the quantiles")
                .at([*line])
                .of(column, &value.to_string())
                .weighing(Volume::Boxes((p50.millionths() / 1_000_000).unsigned_abs()));
            let used = view.menus.contains_key(week_id)
                && newest.get(&(*week_id, area_id.as_ref())) == Some(&row.issued_at);
            findings.push(finding.blocks(used.then_some(*week_id)));
        }
    }
}

/// E304: a site must not pack more than it may.
fn caps_cross(view: &View<'_>, findings: &mut Findings) {
    let mut groups: BTreeMap<(&Arc<str>, &SiteId), Vec<&Row<SiteCap>>> = BTreeMap::new();
    for row in &view.data.site_cap {
        if let (Some(least), Some(most)) = (row.value.boxes_min, row.value.boxes_max)
            && least > most
        {
            groups
                .entry((&row.file, &row.value.site_id))
                .or_default()
                .push(row);
        }
    }
    for ((file, site), rows) in groups {
        let Some(first) = rows.first().map(|row| &row.value) else {
            continue;
        };
        let (least, most) = (first.boxes_min.unwrap_or(0), first.boxes_max.unwrap_or(0));
        let days = counted(rows.len(), "day");
        let message = format!(
            "site {site} must pack more than it may on {days}: {least} and {most} boxes on {}",
            first.date
        );
        let over = |row: &SiteCap| {
            row.boxes_min
                .unwrap_or(0)
                .saturating_sub(row.boxes_max.unwrap_or(0))
        };
        let boxes = rows.iter().map(|row| u64::from(over(&row.value))).sum();
        let weeks = rows
            .iter()
            .flat_map(|row| view.weeks_packing_on(row.value.date));
        let finding = Finding::new(
            Code::E304,
            file,
            message,
            "lower boxes_min or raise boxes_max",
        )
        .at(rows.iter().map(|row| row.line))
        .of("boxes_min", &least.to_string())
        .weighing(Volume::Boxes(boxes));
        findings.push(finding.blocks(weeks));
    }
}

/// E305: quantities are ordered in steps above zero, and one fits between minimum and maximum; a minimum between two
/// steps is rounded up, which is shown.
fn order_multiples(view: &View<'_>, findings: &mut Findings) {
    for Row {
        file,
        line,
        value: row,
    } in &view.data.vendor_product
    {
        let report = |column: &str, value: Option<Decimal>, message: String, remedy: &str| {
            Finding::new(Code::E305, file, message, remedy)
                .at([*line])
                .of(column, &value.unwrap_or_default().to_string())
        };
        let product = view.products.get(&row.product_id);
        let (least, step) = (row.order_min, row.order_multiple);
        match product.and_then(|product| row.unorderable(product)) {
            Some(Unorderable::NoStep) => {
                let message = "the step of the quantity is not above 0; the line is left out";
                let remedy = "put the step there, such as 6, or leave it empty";
                findings.push(report("order_multiple", step, message.to_owned(), remedy));
            }
            Some(Unorderable::AboveMost(least)) => {
                let message = format!(
                    "no quantity can be ordered: {least} is the least there is; the line is left out"
                );
                let remedy = "raise order_max, or lower order_min or order_multiple";
                findings.push(report("order_max", row.order_max, message, remedy));
            }
            Some(Unorderable::EmptyUnit | Unorderable::OtherUnit) => {}
            None => {
                let between = |(least, next): &(Decimal, Decimal)| next > least;
                if let Some((_, next)) = least.zip(row.least()).filter(between) {
                    let step = step.unwrap_or_default();
                    let message =
                        format!("the minimum is no multiple of {step}; {next} is ordered at least");
                    let remedy = "make order_min a multiple of order_multiple";
                    findings.push(report("order_min", least, message, remedy).warning());
                }
            }
        }
    }
}

/// E308: a service target is above 0 and below 1.
fn policy_targets(view: &View<'_>, findings: &mut Findings) {
    for Row {
        file,
        line,
        value: row,
    } in &view.data.inv_policy
    {
        if !row.has_target() {
            let message = "the target is not above 0 and below 1; the row is left out".to_owned();
            let remedy = "put a quantile there, such as 0.95, or choose the method days";
            let finding = Finding::new(Code::E308, file, message, remedy);
            findings.push(finding.at([*line]).of("target", &row.target.to_string()));
        }
    }
}

/// E306: a product lasts long enough to be packed.
fn shelf_lives_too_short(view: &View<'_>, findings: &mut Findings) {
    for Row {
        file,
        line,
        value: row,
    } in &view.data.product
    {
        if let (Some(life), Some(needed)) = (row.shelf_life_days, row.min_life_at_pack_days)
            && life < needed
        {
            let message = format!(
                "product {} lasts {} from receipt, but needs {needed} at packing, so none can ever be packed",
                row.product_id,
                counted(life as usize, "day")
            );
            let remedy = "correct shelf_life_days or min_life_at_pack_days";
            let finding = Finding::new(Code::E306, file, message, remedy);
            findings.push(finding.at([*line]).of("shelf_life_days", &life.to_string()));
        }
    }
}

/// E307: a lead time is not negative and not longer than what is planned ahead.
fn lead_times_out_of_range(view: &View<'_>, findings: &mut Findings) {
    let Some(last) = view.last_day() else { return };
    let horizon = i64::from((last - view.today()).get_days());
    for Row {
        file,
        line,
        value: row,
    } in &view.data.vendor_lead_time
    {
        let days = row.days.0;
        let message = if days < Decimal::ZERO {
            "the lead time is negative".to_owned()
        } else if days.millionths() > horizon.max(0).saturating_mul(1_000_000) {
            format!("the lead time is longer than the {horizon} days planned ahead")
        } else {
            continue;
        };
        let remedy = "correct the days, or plan further ahead";
        let finding = Finding::new(Code::E307, file, message, remedy);
        findings.push(finding.at([*line]).of("days", &days.to_string()));
    }
}
