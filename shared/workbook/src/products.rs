//! The products that most hangs on.

use contracts::{ProductWeek, WeekSummary};
use domain::Decimal;
use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::Content;
use crate::sheet::{Column, Sheet, column, told};
use crate::style::Styles;

const COLUMNS: [Column; 9] = [
    column("Week", 10.0),
    column("Product ID", 12.0),
    column("Product", 40.0),
    column("Unit", 6.0),
    told("Need, median", 14.0, "Of the whole week and all sites."),
    column("1 in 10 below", 14.0),
    column("1 in 10 above", 14.0),
    told(
        "Last published",
        14.0,
        "The median that was published last.",
    ),
    column("Change", 10.0),
];

pub(crate) fn sheet(content: Content<'_>, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::new("Products", styles)?;
    let rows: Vec<(&WeekSummary, &ProductWeek)> = content
        .weeks()
        .flat_map(|week| week.products.iter().map(move |product| (week, product)))
        .collect();
    sheet.line(
        "The needs of each week, what costs most first; by site and packing day they stand in forecast.csv and \
         forecast.parquet in the week's folder.",
        &styles.note,
    )?;
    sheet.only_header(&COLUMNS, 3, rows.len())?;
    for (week, product) in &rows {
        row(&mut sheet, week, product)?;
    }
    Ok(sheet.inner)
}

fn row(sheet: &mut Sheet<'_>, week: &WeekSummary, product: &ProductWeek) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    let own = styles.quantity(product.unit);
    sheet.text(&week.week.to_string())?;
    sheet.id(product.product.as_str())?;
    sheet.text(&product.name)?;
    sheet.text(product.unit.symbol())?;
    sheet.decimal(product.need.p50, own)?;
    sheet.decimal(product.need.p10, own)?;
    sheet.decimal(product.need.p90, own)?;
    if let Some(last) = product.last {
        sheet.decimal(last, own)?;
        let at = sheet.row + 1;
        let change = if last == Decimal::ZERO {
            "0".to_owned()
        } else {
            (product.need.p50.to_f64() / last.to_f64() - 1.0).to_string()
        };
        sheet.formula(
            format!("=IF(H{at}=0,0,E{at}/H{at}-1)"),
            change,
            &styles.percent,
        )?;
    }
    sheet.next();
    Ok(())
}
