//! How good forecasts have been, and what the model has learned.

use contracts::{Effect, LeadAccuracy};
use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::Content;
use crate::sheet::{Column, Sheet, column, told};
use crate::style::Styles;

const LEADS: [Column; 8] = [
    column("Weeks ahead", 0.0),
    told(
        "WMAPE, area and recipe",
        0.0,
        "Sum of absolute errors by sum of what was sold.",
    ),
    column("WMAPE, recipe", 0.0),
    column("WMAPE, area", 0.0),
    told("Bias", 0.0, "Above 0 when too much was expected."),
    told(
        "In the 80 % interval, area and recipe",
        0.0,
        "Share of what was sold inside the interval; 80 % is right.",
    ),
    column("The same, recipe", 0.0),
    column("The same, whole week", 0.0),
];
const NAIVE: [Column; 3] = [
    column("Weeks ahead", 0.0),
    column("Naive forecast", 0.0),
    column("WMAPE, area", 0.0),
];
const EFFECTS: [Column; 2] = [
    column("What is done", 0.0),
    told(
        "A recipe's share is multiplied by",
        0.0,
        "Before the menu's shares are made to sum to 1.",
    ),
];

pub(crate) fn sheet(content: Content<'_>, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let mut sheet = Sheet::new("Accuracy", styles)?;
    sheet.widths(&[34.0, 24.0, 16.0, 16.0, 12.0, 20.0, 16.0, 16.0])?;
    let model = &content.summary.model;
    let measured = match model.measured {
        Some((first, last)) => {
            format!("Measured on {first} to {last}, which spreads were not set on")
        }
        None => "The history is too short to measure how good forecasts are".to_owned(),
    };
    sheet.line(&measured, &styles.note)?;
    leads(&mut sheet, &model.leads)?;
    sheet.next();
    effects(&mut sheet, &model.effects)?;
    sheet.next();
    if !model.volume_methods.is_empty() {
        let text = format!("Boxes of the largest area: {}", model.volume_methods);
        sheet.line(&text, &styles.note)?;
    }
    Ok(sheet.inner)
}

fn leads(sheet: &mut Sheet<'_>, leads: &[LeadAccuracy]) -> Result<(), XlsxError> {
    let percent = &sheet.styles.percent;
    sheet.header(&LEADS)?;
    for lead in leads {
        sheet.count(lead.lead_weeks.into())?;
        for share in [
            lead.wmape,
            lead.wmape_recipe,
            lead.wmape_area,
            lead.bias,
            lead.coverage,
            lead.coverage_recipe,
            lead.coverage_total,
        ] {
            sheet.decimal(share, percent)?;
        }
        sheet.next();
    }
    sheet.next();
    sheet.header(&NAIVE)?;
    for lead in leads {
        for (name, wmape) in &lead.wmape_area_naive {
            sheet.count(lead.lead_weeks.into())?;
            sheet.text(name)?;
            sheet.decimal(*wmape, percent)?;
            sheet.next();
        }
    }
    Ok(())
}

fn effects(sheet: &mut Sheet<'_>, effects: &[Effect]) -> Result<(), XlsxError> {
    let number = &sheet.styles.number;
    sheet.header(&EFFECTS)?;
    for effect in effects {
        sheet.text(&effect.cause)?;
        sheet.decimal(effect.factor, number)?;
        sheet.next();
    }
    Ok(())
}
