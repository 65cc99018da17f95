//! What the demand model learned, and how good it has been, in words.

use contracts::{Effect, LeadAccuracy, ModelSummary, PlanChange};
use domain::Decimal;

use crate::words::{counted, signed_tenths, tenths};

/// The section of the page.
#[derive(Debug)]
pub(crate) struct Accuracy {
    /// Which weeks were measured, and how.
    pub(crate) measured: String,
    pub(crate) rows: Vec<Row>,
    /// How naive forecasts of the areas' volume compare, in words; empty where nothing was measured.
    pub(crate) naive: String,
    /// What moves choices.
    pub(crate) effects: Vec<String>,
}

/// A lead.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) lead: String,
    pub(crate) cells: [String; 6],
}

impl Accuracy {
    pub(crate) fn of(model: &ModelSummary) -> Self {
        let measured = match model.measured {
            Some((first, last)) => format!(
                "Measured on {first} to {last}, each week forecast from the weeks before it, with spreads set on the \
                 weeks before {first}."
            ),
            None => {
                "The history is too short to measure how good forecasts are; spreads are assumed."
                    .to_owned()
            }
        };
        let mut effects: Vec<String> = model.effects.iter().map(effect).collect();
        if model.menu_effect != Decimal::ZERO {
            effects.push(format!(
                "a menu that draws 1 % more brings {} % more boxes",
                hundredths(model.menu_effect)
            ));
        }
        if model.adjusted_weeks > 0 {
            effects.push(format!(
                "{} of single areas counted as outliers or sold out",
                counted(model.adjusted_weeks, "week", "weeks")
            ));
        }
        Self {
            measured,
            rows: model.leads.iter().map(row).collect(),
            naive: model.leads.first().map(naive).unwrap_or_default(),
            effects,
        }
    }
}

fn row(lead: &LeadAccuracy) -> Row {
    Row {
        lead: counted(u64::from(lead.lead_weeks), "week", "weeks"),
        cells: [
            tenths(lead.wmape),
            tenths(lead.wmape_recipe),
            signed_tenths(lead.bias),
            tenths(lead.coverage),
            tenths(lead.coverage_recipe),
            tenths(lead.coverage_total),
        ],
    }
}

/// The error of an area's volume beside those of naive forecasts.
fn naive(lead: &LeadAccuracy) -> String {
    let others = lead.wmape_area_naive.iter();
    let others: Vec<String> = others
        .map(|(name, wmape)| format!("{name} {}", tenths(*wmape)))
        .collect();
    format!(
        "Kits by area, {} ahead: error {}; beside it {}",
        counted(u64::from(lead.lead_weeks), "week", "weeks"),
        tenths(lead.wmape_area),
        others.join(", ")
    )
}

/// `promotion × 1.80`.
fn effect(effect: &Effect) -> String {
    format!("{} × {}", effect.cause, hundredths(effect.factor))
}

/// With two places.
fn hundredths(value: Decimal) -> String {
    let rounded = (value.millionths() + 5_000) / 10_000;
    format!("{}.{:02}", rounded / 100, rounded % 100)
}

/// One line for the terminal: how often intervals held, and on which weeks; `None` where nothing was measured.
pub(crate) fn coverage(model: &ModelSummary) -> Option<String> {
    let (first, last) = model.measured?;
    let leads: Vec<String> = model
        .leads
        .iter()
        .take(4)
        .map(|lead| tenths(lead.coverage))
        .collect();
    Some(format!(
        "80 % intervals held {} of kits by area and recipe, 1 to {} weeks ahead, in {first} to {last}",
        leads.join(", "),
        leads.len(),
    ))
}

/// How much a plan differs from the last, in words.
pub(crate) fn plan_change(change: &PlanChange) -> Option<String> {
    let (site, global) = (change.wmape_site?, change.wmape_global?);
    let bound = if change.proven_least {
        "no allocation changes less".to_owned()
    } else {
        format!("at most {} of it could be less", tenths(change.gap))
    };
    let moved = match change.known_moved {
        0 => "every known order keeps its site".to_owned(),
        moved => format!(
            "{} another site",
            counted(moved, "known order has", "known orders have")
        ),
    };
    Some(format!(
        "Change since the last plan: {} of kits by site and day (WMAPE site), {} from demand alone (WMAPE global); \
         {bound}; {moved}",
        tenths(site),
        tenths(global),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_with_its_bound() {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        let told = plan_change(&PlanChange {
            wmape_site: Some(decimal("0.0312")),
            wmape_global: Some(decimal("0.0298")),
            gap: decimal("0.0449"),
            proven_least: false,
            known_moved: 1,
        });
        assert_eq!(
            told.unwrap(),
            "Change since the last plan: 3.1 % of kits by site and day (WMAPE site), 3.0 % from demand alone \
             (WMAPE global); at most 4.5 % of it could be less; 1 known order has another site"
        );
    }

    #[test]
    fn an_effect_is_a_factor() {
        let promotion = Effect {
            cause: "promotion".to_owned(),
            factor: "1.804".parse().unwrap(),
        };
        assert_eq!(effect(&promotion), "promotion × 1.80");
    }
}
