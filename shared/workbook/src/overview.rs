//! What matters first: the weeks, what to order when, and what it costs.

use std::collections::BTreeMap;

use contracts::{OrderAction, ProposalReport, VendorTotal, WeekReport, WeekSummary};
use domain::{Decimal, SiteId, VendorId};
use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::Content;
use crate::columns::{SHEET, SITE_ID, VALUE, VENDOR_ID};
use crate::lines::range;
use crate::sheet::{Column, Sheet, column};
use crate::style::Styles;

const WEEKS: [Column; 12] = [
    column("Week", 0.0),
    column("First delivery", 0.0),
    column("Last delivery", 0.0),
    column("Boxes, median", 0.0),
    column("1 in 10 below", 0.0),
    column("1 in 10 above", 0.0),
    column("In the plan", 0.0),
    column("Of them known", 0.0),
    column("Known share", 0.0),
    column("Without a site", 0.0),
    column("Last published", 0.0),
    column("Change", 0.0),
];
const ACTIONS: [Column; 9] = [
    column("Vendor", 0.0),
    column("Site", 0.0),
    column("Order by (UTC)", 0.0),
    column("Delivery", 0.0),
    column("Lines", 0.0),
    column("Value", 0.0),
    column("Currency", 0.0),
    column("Money at risk", 0.0),
    column("Most hangs on", 0.0),
];
const TOTALS: [Column; 7] = [
    column("Vendor", 0.0),
    column("Site", 0.0),
    column("Orders", 0.0),
    column("Lines", 0.0),
    column("Published value", 0.0),
    column("Value to order", 0.0),
    column("Currency", 0.0),
];
const WIDTHS: [f64; 12] = [
    22.0, 18.0, 22.0, 16.0, 14.0, 14.0, 14.0, 14.0, 30.0, 14.0, 14.0, 12.0,
];

pub(crate) fn sheet(content: Content<'_>, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::new("Overview", styles)?;
    sheet.widths(&WIDTHS)?;
    let summary = content.summary;
    sheet.line("What the sites need, and what to order", &styles.title)?;
    let planned = summary.as_of.strftime("%A %-d %B %Y, %H:%M UTC");
    sheet.line(&format!("Planned as of {planned}"), &styles.note)?;
    if let Some(scenario) = &summary.scenario {
        let text = format!("What-if {scenario}, never the latest plan");
        sheet.line(&text, &styles.note)?;
    }
    sheet.next();
    weeks(&mut sheet, content)?;
    sheet.next();
    match &summary.proposals {
        ProposalReport::Proposed(proposals) => {
            actions(&mut sheet, &proposals.actions)?;
            sheet.next();
            totals(&mut sheet, &proposals.totals, content)?;
        }
        ProposalReport::Failed { fault, message } => {
            let text = format!("No purchase orders are proposed: {fault}: {message}");
            sheet.line(&text, &styles.heading)?;
        }
    }
    Ok(sheet.inner)
}

fn weeks(sheet: &mut Sheet<'_>, content: Content<'_>) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    sheet.line("Weeks", &styles.heading)?;
    sheet.header(&WEEKS)?;
    for report in &content.summary.weeks {
        sheet.text(&report.week().to_string())?;
        match report {
            WeekReport::Planned(week) => planned(sheet, content, week)?,
            WeekReport::Failed {
                week,
                fault,
                message,
                ..
            } => {
                let last = content.summary.last_plan(*week);
                let stands = last.map_or_else(
                    || "nothing was published for it before".to_owned(),
                    |last| format!("the plan as of {} stands", last.as_of),
                );
                sheet.text(&format!("failed: {fault}: {message}; {stands}"))?;
            }
        }
        sheet.next();
    }
    Ok(())
}

fn planned(
    sheet: &mut Sheet<'_>,
    content: Content<'_>,
    week: &WeekSummary,
) -> Result<(), XlsxError> {
    let percent = &sheet.styles.percent;
    sheet.date(week.start_date)?;
    sheet.date(week.end_date)?;
    sheet.count(week.boxes.p50)?;
    sheet.count(week.boxes.p10)?;
    sheet.count(week.boxes.p90)?;
    sheet.count(week.planned_boxes)?;
    sheet.count(week.known_boxes)?;
    let at = sheet.row + 1;
    let known = ratio(week.known_boxes, week.planned_boxes);
    sheet.formula(format!("=IF(G{at}=0,0,H{at}/G{at})"), known, percent)?;
    sheet.count(week.shortfall)?;
    if let Some(last) = content.summary.last_plan(week.week) {
        let last = last.boxes.p50;
        sheet.count(last)?;
        let change = if last == 0 {
            "0".to_owned()
        } else {
            (week.boxes.p50 as f64 / last as f64 - 1.0).to_string()
        };
        sheet.formula(format!("=IF(K{at}=0,0,D{at}/K{at}-1)"), change, percent)?;
    }
    Ok(())
}

/// What a formula makes of a part of a whole.
pub(crate) fn ratio(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0".to_owned();
    }
    (part as f64 / whole as f64).to_string()
}

fn actions(sheet: &mut Sheet<'_>, actions: &[OrderAction]) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    sheet.line("To order first", &styles.heading)?;
    sheet.header(&ACTIONS)?;
    for action in actions {
        sheet.text(&action.vendor_name)?;
        sheet.text(&action.site_name)?;
        sheet.moment(action.order_by)?;
        sheet.date(action.delivery)?;
        sheet.count(action.lines)?;
        sheet.decimal(action.value, &styles.money)?;
        sheet.text(action.currency.as_deref().unwrap_or_default())?;
        sheet.maybe(action.at_risk, &styles.money)?;
        if let Some(line) = &action.main_line {
            let unit = line.unit.symbol();
            sheet.text(&format!("{}: {} {unit}", line.product_name, line.quantity))?;
        }
        sheet.next();
    }
    Ok(())
}

fn totals(
    sheet: &mut Sheet<'_>,
    totals: &[VendorTotal],
    content: Content<'_>,
) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    sheet.line("By vendor and site", &styles.heading)?;
    sheet.line(
        "The value to order follows the quantities that are filled in on the sheet of purchase orders.",
        &styles.note,
    )?;
    sheet.header(&TOTALS)?;
    let of = |title: &str| format!("'{SHEET}'!{}", range(title, content.lines.len()));
    let (value, vendor, site) = (of(VALUE), of(VENDOR_ID), of(SITE_ID));
    // What the sheet shows of each; the rest is added as it was published.
    let mut shown: BTreeMap<(&VendorId, &SiteId), i64> = BTreeMap::new();
    for line in content.lines {
        *shown.entry((&line.vendor_id, &line.site_id)).or_default() += line.value.millionths();
    }
    for total in totals {
        let held = shown.get(&(&total.vendor, &total.site)).copied();
        let rest = total.value.millionths() - held.unwrap_or_default();
        let rest = match rest {
            0 => String::new(),
            rest => format!("+{}", Decimal::from_millionths(rest)),
        };
        sheet.text(&total.vendor_name)?;
        sheet.text(&total.site_name)?;
        sheet.count(total.orders)?;
        sheet.count(total.lines)?;
        sheet.decimal(total.value, &styles.money)?;
        let (vendor_id, site_id) = (literal(total.vendor.as_str()), literal(total.site.as_str()));
        sheet.formula(
            format!("=SUMIFS({value},{vendor},{vendor_id},{site},{site_id}){rest}"),
            total.value.to_string(),
            &styles.made_money,
        )?;
        sheet.text(total.currency.as_deref().unwrap_or_default())?;
        sheet.next();
    }
    Ok(())
}

/// An id as a criterion that only the id itself meets: criteria know wildcards and comparisons.
fn literal(id: &str) -> String {
    let mut escaped = String::from("\"=");
    for c in id.chars() {
        match c {
            '*' | '?' | '~' => escaped.extend(['~', c]),
            '"' => escaped.push_str("\"\""),
            c => escaped.push(c),
        }
    }
    escaped.push('"');
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_criterion_that_only_it_meets() {
        assert_eq!(literal("V1"), "\"=V1\"");
        assert_eq!(literal("a*\"?~"), "\"=a~*\"\"~?~~\"");
        assert_eq!(literal(">5"), "\"=>5\"");
    }
}
