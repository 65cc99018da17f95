//! The recipes' kits.

use contracts::{RecipeWeek, WeekSummary};
use rust_xlsxwriter::{ConditionalFormatDataBar, Worksheet, XlsxError};

use crate::Content;
use crate::sheet::{Column, Sheet, column, told};
use crate::style::{BAR, Styles};

const COLUMNS: [Column; 9] = [
    column("Week", 10.0),
    column("Recipe ID", 12.0),
    column("Recipe", 40.0),
    told("New", 8.0, "Never sold before."),
    column("Kits, median", 12.0),
    column("1 in 10 below", 12.0),
    column("1 in 10 above", 12.0),
    told(
        "Share before overrides",
        14.0,
        "Expected share of the kits of meals; empty where no override changed shares.",
    ),
    column("Share after overrides", 14.0),
];

pub(crate) fn sheet(content: Content<'_>, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::new("Recipes", styles)?;
    let rows: Vec<(&WeekSummary, &RecipeWeek)> = content
        .weeks()
        .flat_map(|week| week.recipes.iter().map(move |recipe| (week, recipe)))
        .collect();
    sheet.only_header(&COLUMNS, 3, rows.len())?;
    for (week, recipe) in &rows {
        sheet.text(&week.week.to_string())?;
        sheet.id(recipe.recipe.as_str())?;
        sheet.text(&recipe.name)?;
        sheet.text(if recipe.is_new { "new" } else { "" })?;
        sheet.count(recipe.kits.p50)?;
        sheet.count(recipe.kits.p10)?;
        sheet.count(recipe.kits.p90)?;
        let share = recipe.share_override;
        sheet.maybe(share.map(|share| share.before), &styles.percent)?;
        sheet.maybe(share.map(|share| share.after), &styles.percent)?;
        sheet.next();
    }
    if let Some(last) = sheet.row.checked_sub(1).filter(|last| *last > 0) {
        let bar = ConditionalFormatDataBar::new()
            .set_fill_color(BAR)
            .set_solid_fill(true);
        sheet.inner.add_conditional_format(1, 4, last, 4, &bar)?;
    }
    Ok(sheet.inner)
}
