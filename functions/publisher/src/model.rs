//! What the demand model learned, for people.

use contracts::{Effect, LeadAccuracy, ModelSummary};
use demand::mix::MixModel;
use demand::{Accuracy, Model};
use domain::Decimal;

/// A change of price that its effect is told for: 10 % more.
const DEARER: f64 = 1.1;

pub(crate) fn summary(model: &Model) -> ModelSummary {
    let lead = |lead: &demand::LeadAccuracy| LeadAccuracy {
        lead_weeks: lead.lead_weeks,
        wmape: decimal(lead.wmape),
        wmape_recipe: decimal(lead.wmape_recipe),
        wmape_area: decimal(lead.wmape_area),
        wmape_area_naive: Accuracy::NAIVE
            .iter()
            .zip(lead.wmape_area_naive)
            .map(|(name, wmape)| ((*name).to_owned(), decimal(wmape)))
            .collect(),
        bias: decimal(lead.bias),
        coverage: decimal(lead.coverage),
        coverage_recipe: decimal(lead.coverage_recipe),
        coverage_total: decimal(lead.coverage_total),
    };
    let effects = MixModel::FEATURES.iter().zip(&model.mix.coefficients);
    ModelSummary {
        measured: model.accuracy.weeks,
        leads: model.accuracy.leads.iter().map(lead).collect(),
        effects: effects.filter_map(|(name, c)| effect(name, *c)).collect(),
        menu_effect: decimal(model.volume.menu_effect),
        volume_methods: model.volume.methods.clone(),
        adjusted_weeks: model.volume.adjusted.len() as u64,
    }
}

/// A coefficient as what a share is multiplied by; `None` where the history shows no such thing.
fn effect(feature: &str, coefficient: f64) -> Option<Effect> {
    let (cause, by) = match feature {
        "price" => ("a price 10 % higher", libm::log(DEARER)),
        "rivals" => ("a rival of its category beside it", libm::log(2.0)),
        "home page" => ("the home page", 1.0),
        other => (other, 1.0),
    };
    (coefficient != 0.0).then(|| Effect {
        cause: cause.to_owned(),
        factor: decimal(libm::exp(coefficient * by)),
    })
}

/// Rounded half away from zero to a ten-thousandth.
fn decimal(value: f64) -> Decimal {
    let rounded = libm::round(value.clamp(-1e6, 1e6) * 1e4);
    Decimal::from_millionths(100 * rounded as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_are_told_as_factors() {
        let promotion = effect("promotion", 0.5878).unwrap();
        assert_eq!(promotion.cause, "promotion");
        assert_eq!(promotion.factor.to_string(), "1.8");
        let price = effect("price", -1.66).unwrap();
        assert_eq!(price.cause, "a price 10 % higher");
        assert_eq!(price.factor.to_string(), "0.8537");
        assert_eq!(effect("home page", 0.0), None);
    }
}
