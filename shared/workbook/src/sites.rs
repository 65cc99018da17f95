//! What every site packs on every day.

use contracts::{SiteDay, WeekSummary};
use domain::Decimal;
use rust_xlsxwriter::{
    ConditionalFormat2ColorScale, ConditionalFormatDataBar, Worksheet, XlsxError,
};

use crate::Content;
use crate::overview::ratio;
use crate::sheet::{Column, Sheet, column, told};
use crate::style::{BAR, Styles};

const COLUMNS: [Column; 13] = [
    column("Week", 10.0),
    column("Site ID", 12.0),
    column("Site", 22.0),
    column("Packing day", 18.0),
    column("Boxes", 10.0),
    column("1 in 10 below", 10.0),
    column("Median", 10.0),
    column("1 in 10 above", 10.0),
    told("Minimum", 10.0, "The least this week may pack there."),
    told(
        "Cap",
        10.0,
        "The most this week may pack there; empty: no limit, 0: closed.",
    ),
    column("Room left", 10.0),
    column("Utilisation", 12.0),
    told(
        "Below minimum",
        12.0,
        "Share of draws in which fewer than the minimum are packed.",
    ),
];

pub(crate) fn sheet(content: Content<'_>, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::new("Sites", styles)?;
    let days: Vec<(&WeekSummary, &SiteDay)> = content
        .weeks()
        .flat_map(|week| week.site_days.iter().map(move |day| (week, day)))
        .collect();
    sheet.only_header(&COLUMNS, 4, days.len())?;
    for (week, day) in &days {
        row(&mut sheet, week, day)?;
    }
    if let Some(last) = sheet.row.checked_sub(1).filter(|last| *last > 0) {
        let bar = ConditionalFormatDataBar::new()
            .set_fill_color(BAR)
            .set_solid_fill(true);
        sheet.inner.add_conditional_format(1, 4, last, 4, &bar)?;
        // From white to orange: told apart in every kind of colour blindness, and in print.
        let scale = ConditionalFormat2ColorScale::new()
            .set_minimum_color("FFFFFF")
            .set_maximum_color("E69F00");
        sheet
            .inner
            .add_conditional_format(1, 11, last, 11, &scale)?;
    }
    Ok(sheet.inner)
}

fn row(sheet: &mut Sheet<'_>, week: &WeekSummary, day: &SiteDay) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    let name = week.sites.iter().find(|(id, _)| *id == day.site);
    sheet.text(&week.week.to_string())?;
    sheet.id(day.site.as_str())?;
    sheet.text(name.map_or(day.site.as_str(), |(_, name)| name))?;
    sheet.date(day.date)?;
    for boxes in [day.boxes, day.spread.p10, day.spread.p50, day.spread.p90] {
        sheet.count(boxes)?;
    }
    sheet.maybe_count(day.cap_min)?;
    sheet.maybe_count(day.cap_max)?;
    let at = sheet.row + 1;
    match day.cap_max {
        Some(cap) => {
            let left = i128::from(cap) - i128::from(day.boxes);
            sheet.formula(format!("=J{at}-E{at}"), left.to_string(), &styles.count)?;
        }
        None => sheet.skip(1),
    }
    match day.cap_max {
        Some(cap) if cap > 0 => {
            let used = ratio(day.boxes, cap);
            sheet.formula(format!("=E{at}/J{at}"), used, &styles.percent)?;
        }
        _ => sheet.skip(1),
    }
    let share = Decimal::from_millionths(1000 * i64::from(day.below_min_per_mille));
    sheet.maybe(day.cap_min.map(|_| share), &styles.percent)?;
    sheet.next();
    Ok(())
}
