//! A what-if: what is changed of a data set before it is planned.

use domain::{AreaId, Date, Decimal, MenuWeek, OverrideOp, ProductId, RecipeId, SiteId, VendorId};
use serde::{Deserialize, Serialize};

/// A what-if and its changes; the content of a scenario's file.
///
/// What a change does not name stays as it is. Everything it names must exist, and its weeks must be planned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scenario {
    /// Its name, 1 to 60 visible characters.
    pub name: String,
    /// What sites must and may pack on a day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<CapChange>,
    /// Boxes of a week.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volume: Vec<VolumeChange>,
    /// Recipes that take another's place on a menu.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub swap: Vec<Swap>,
    /// Prices of recipes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<PriceChange>,
    /// Vendors' terms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<TermsChange>,
}

/// A cap of a site and packing day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CapChange {
    /// The site.
    pub site: SiteId,
    /// The packing day.
    pub date: Date,
    /// The most boxes, 0: closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boxes_max: Option<u32>,
    /// The least boxes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boxes_min: Option<u32>,
}

/// Boxes of a week, spread over areas as they were forecast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VolumeChange {
    /// The menu week.
    pub week: MenuWeek,
    /// The area; absent: all together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    /// `set`, `add` or `multiply`.
    pub op: OverrideOp,
    /// By how much, as text such as `1.1`.
    pub value: Decimal,
}

/// A recipe that takes another's place on a week's menu, with its price, promotion and known orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Swap {
    /// The menu week.
    pub week: MenuWeek,
    /// The recipe taken off.
    pub recipe: RecipeId,
    /// The recipe put in its place.
    pub by: RecipeId,
}

/// A recipe's price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PriceChange {
    /// The menu week.
    pub week: MenuWeek,
    /// The recipe.
    pub recipe: RecipeId,
    /// The area; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    /// The price, as text such as `9.99`.
    pub price: Decimal,
}

/// A vendor's terms; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TermsChange {
    /// The vendor.
    pub vendor: VendorId,
    /// The product; absent: all it sells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// The site; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// Price of an order unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Decimal>,
    /// Least quantity of a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_min: Option<Decimal>,
    /// Step of a line's quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_multiple: Option<Decimal>,
    /// Most quantity of a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_max: Option<Decimal>,
    /// 1 = first choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// Mean days from order to arrival.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_days: Option<Decimal>,
    /// Least value of an order to the vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_order_value: Option<Decimal>,
    /// `false`: not to be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<bool>,
}

impl Scenario {
    /// Each change in a few words.
    pub fn words(&self) -> Vec<String> {
        let caps = self.caps.iter().map(|cap| {
            let least = cap.boxes_min.map(|boxes| format!("at least {boxes}"));
            let most = cap.boxes_max.map(|boxes| format!("at most {boxes}"));
            let both: Vec<_> = least.into_iter().chain(most).collect();
            format!(
                "{} packs {} boxes on {}",
                cap.site,
                both.join(" and "),
                cap.date
            )
        });
        let volume = self.volume.iter().map(|volume| {
            let place = volume
                .area
                .as_ref()
                .map_or_else(String::new, |area| format!(" in {area}"));
            format!(
                "volume of {}{place}: {} {}",
                volume.week, volume.op, volume.value
            )
        });
        let swap = self
            .swap
            .iter()
            .map(|swap| format!("{} instead of {} in {}", swap.by, swap.recipe, swap.week));
        let prices = self.prices.iter().map(|price| {
            let place = price
                .area
                .as_ref()
                .map_or_else(String::new, |area| format!(" in {area}"));
            format!(
                "{} at {} in {}{place}",
                price.recipe, price.price, price.week
            )
        });
        let terms = self.terms.iter().map(TermsChange::words);
        caps.chain(volume)
            .chain(swap)
            .chain(prices)
            .chain(terms)
            .collect()
    }
}

impl TermsChange {
    fn words(&self) -> String {
        let number =
            |name: &str, value: Option<Decimal>| value.map(|value| format!("{name} {value}"));
        let changes = [
            number("price", self.price),
            number("order_min", self.order_min),
            number("order_multiple", self.order_multiple),
            number("order_max", self.order_max),
            self.priority.map(|priority| format!("priority {priority}")),
            number("lead_days", self.lead_days),
            number("min_order_value", self.min_order_value),
            (self.available == Some(false)).then(|| "not available".to_owned()),
        ];
        let changes: Vec<_> = changes.into_iter().flatten().collect();
        let product = self
            .product
            .as_ref()
            .map_or_else(String::new, |id| format!(" for {id}"));
        let site = self
            .site
            .as_ref()
            .map_or_else(String::new, |id| format!(" at {id}"));
        format!("{}{product}{site}: {}", self.vendor, changes.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_reads_as_it_is_written_and_says_what_it_changes() {
        let text = r#"{"name":"north-half",
            "caps":[{"site":"S1","date":"2026-11-26","boxes_max":500}],
            "volume":[{"week":"2026-W48","op":"multiply","value":"1.1"}],
            "swap":[{"week":"2026-W48","recipe":"R1","by":"R9"}],
            "prices":[{"week":"2026-W48","recipe":"R2","area":"A1","price":"9.99"}],
            "terms":[{"vendor":"V1","product":"P1","available":false}]}"#;
        let scenario: Scenario = serde_json::from_str(text).unwrap();
        let again = serde_json::to_string(&scenario).unwrap();
        assert_eq!(serde_json::from_str::<Scenario>(&again).unwrap(), scenario);
        assert_eq!(
            scenario.words(),
            [
                "S1 packs at most 500 boxes on 2026-11-26",
                "volume of 2026-W48: multiply 1.1",
                "R9 instead of R1 in 2026-W48",
                "R2 at 9.99 in 2026-W48 in A1",
                "V1 for P1: not available",
            ]
        );
    }

    #[test]
    fn an_unknown_field_is_named_with_those_there_are() {
        let text = r#"{"name":"x","caps":[{"site":"S1","date":"2026-11-26","most":500}]}"#;
        let error = serde_json::from_str::<Scenario>(text)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("unknown field `most`, expected one of"),
            "{error}"
        );
    }
}
