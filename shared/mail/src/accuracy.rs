//! How good forecasts have been.

use contracts::{LeadAccuracy, RunSummary};
use domain::Decimal;
use report::words::{counted, signed_tenths, tenths};

use crate::name::name;

/// Weeks ahead that are told.
const LEADS: usize = 4;

/// The section.
#[derive(Debug, Clone)]
pub(crate) struct Accuracy {
    pub(crate) measured: String,
    /// The same of bands, under the fans; empty where nothing was measured.
    pub(crate) coverage: String,
    pub(crate) rows: Vec<Lead>,
    /// How naive forecasts compare.
    pub(crate) naive: String,
}

/// Weeks ahead.
#[derive(Debug, Clone)]
pub(crate) struct Lead {
    pub(crate) ahead: String,
    pub(crate) recipe: String,
    pub(crate) area: String,
    pub(crate) bias: String,
    pub(crate) held: String,
}

impl Accuracy {
    pub(crate) fn of(summary: &RunSummary) -> Self {
        let model = &summary.model;
        let leads = model.leads.iter().take(LEADS);
        match model.measured {
            Some((first, last)) => Self {
                measured: format!(
                    "Measured on {first} to {last}, each week forecast from the weeks before it. Error is WMAPE: what was \
                     off, as a share of what was sold."
                ),
                coverage: model.leads.first().map_or_else(String::new, |lead| {
                    format!(
                        "8 in 10 weeks should fall in the band; {} of the weeks {first} to {last} did, one week ahead.",
                        tenths(lead.coverage_total)
                    )
                }),
                rows: leads.map(row).collect(),
                naive: model.leads.first().map(naive).unwrap_or_default(),
            },
            None => Self {
                measured: "The history is too short to measure how good forecasts are; spreads are assumed."
                    .to_owned(),
                coverage: String::new(),
                rows: Vec::new(),
                naive: String::new(),
            },
        }
    }
}

fn row(lead: &LeadAccuracy) -> Lead {
    Lead {
        ahead: counted(u64::from(lead.lead_weeks), "week", "weeks"),
        recipe: tenths(lead.wmape_recipe),
        area: tenths(lead.wmape),
        bias: signed_tenths(lead.bias),
        held: tenths(lead.coverage),
    }
}

/// The error of an area's volume beside those of naive forecasts.
fn naive(lead: &LeadAccuracy) -> String {
    if lead.wmape_area_naive.is_empty() {
        return String::new();
    }
    let others = lead.wmape_area_naive.iter();
    let others: Vec<String> = others
        .map(|(method, wmape): &(String, Decimal)| format!("{} {}", name(method), tenths(*wmape)))
        .collect();
    format!(
        "Volume by area, {} ahead: error {}; naive forecasts: {}.",
        counted(u64::from(lead.lead_weeks), "week", "weeks"),
        tenths(lead.wmape_area),
        others.join(", ")
    )
}
