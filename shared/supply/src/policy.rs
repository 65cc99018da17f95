//! How purchase quantities are aimed.

use domain::{Decimal, Override, ProductId, SiteId};
use serde::{Deserialize, Serialize};

use crate::Origin;

/// How a purchase quantity is aimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// At a service quantile of the need.
    Quantile,
    /// At the quantile that costs least.
    Newsvendor,
    /// At so many days of mean need.
    Days,
}

/// A row of `inv_policy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The site; `None`: all.
    pub site: Option<SiteId>,
    /// The product; `None`: all.
    pub product: Option<ProductId>,
    /// The method.
    pub method: Method,
    /// A quantile, or days.
    pub target: Decimal,
    /// Its row.
    pub origin: Origin,
}

/// The policies, in order of product and site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies(pub Vec<Policy>);

impl Policies {
    /// The policy of a product at a site: the more specific row, and product is more specific than site.
    pub fn of(&self, site: &SiteId, product: &ProductId) -> Option<&Policy> {
        let holds = |policy: &&Policy| {
            policy.site.as_ref().is_none_or(|only| only == site)
                && policy.product.as_ref().is_none_or(|only| only == product)
        };
        let rank = |policy: &&Policy| (policy.product.is_some(), policy.site.is_some());
        self.0.iter().filter(holds).max_by_key(rank)
    }
}

/// A planner's override of a need or of a proposed quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The override.
    pub made: Override,
    /// Its row.
    pub origin: Origin,
}
