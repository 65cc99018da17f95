//! What was planned, from what and how.

use contracts::WeekSummary;
use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::Content;
use crate::sheet::{Column, Sheet, column};
use crate::style::Styles;

const OVERRIDES: [Column; 9] = [
    column("Override", 0.0),
    column("What it changes", 0.0),
    column("Where", 0.0),
    column("How", 0.0),
    column("By", 0.0),
    column("Before", 0.0),
    column("After", 0.0),
    column("Whose", 0.0),
    column("Why", 0.0),
];

pub(crate) fn sheet(content: Content<'_>, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::new("Run", styles)?;
    sheet.widths(&[24.0, 26.0, 34.0, 12.0, 12.0, 12.0, 12.0, 20.0, 50.0])?;
    facts(&mut sheet, content)?;
    sheet.next();
    sheet.line("How boxes were forecast", &styles.heading)?;
    for week in content.weeks() {
        sheet.text(&week.week.to_string())?;
        sheet.text(&week.volume_method)?;
        sheet.next();
    }
    sheet.next();
    sheet.line("Overrides of volume and shares", &styles.heading)?;
    sheet.header(&OVERRIDES)?;
    for week in content.weeks() {
        overrides(&mut sheet, week)?;
    }
    if !content.summary.shadows.is_empty() {
        sheet.next();
        sheet.line("Shadows", &styles.heading)?;
        for shadow in &content.summary.shadows {
            sheet.text(&shadow.name)?;
            sheet.text(shadow.step.as_str())?;
            sheet.text(&shadow.text)?;
            sheet.next();
        }
    }
    Ok(sheet.inner)
}

fn facts(sheet: &mut Sheet<'_>, content: Content<'_>) -> Result<(), XlsxError> {
    let summary = content.summary;
    sheet.text("Planned as of (UTC)")?;
    sheet.moment(summary.as_of)?;
    sheet.next();
    sheet.text("Draws")?;
    sheet.count(summary.replicates.into())?;
    sheet.next();
    let history = summary.history;
    let history = history.map(|(first, last)| format!("{first} to {last}"));
    for (name, text) in [
        ("Seed", summary.seed.to_string()),
        ("Plan", summary.plan.to_string()),
        ("History used", history.unwrap_or_default()),
        ("What-if", summary.scenario.clone().unwrap_or_default()),
        ("What it changes", summary.changes.join("; ")),
    ] {
        sheet.text(name)?;
        sheet.text(&text)?;
        sheet.next();
    }
    Ok(())
}

fn overrides(sheet: &mut Sheet<'_>, week: &WeekSummary) -> Result<(), XlsxError> {
    let number = &sheet.styles.number;
    for applied in &week.overrides {
        let made = &applied.made;
        sheet.text(made.id.as_str())?;
        sheet.text(made.measure.as_str())?;
        sheet.text(&made.keys.to_string())?;
        sheet.text(made.op.as_str())?;
        sheet.decimal(made.value, number)?;
        sheet.decimal(applied.changed.before, number)?;
        sheet.decimal(applied.changed.after, number)?;
        sheet.text(&made.author)?;
        sheet.text(&made.reason)?;
        sheet.next();
    }
    Ok(())
}
