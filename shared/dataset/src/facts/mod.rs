//! The facts of supply, as purchase orders are proposed from them.
//!
//! What a finding of the catalogue says is left out is left out here, and nothing else.

mod level;
mod stock;
mod terms;

use std::collections::{BTreeMap, BTreeSet};

use ::supply::{Correction, Method, Origin, Policies, Policy, Supply};
use domain::{Decimal, Measure, ProductId, SiteId, Timestamp, VendorId};

use crate::files::Row;
use crate::overrides::Verdict;
use crate::snapshot::PlanningData;
use crate::tables::{InvPolicy, PolicyMethod, Product, Vendor, VendorProduct};

pub(crate) use level::{Counts, Level, Levels, Receipts};
pub(crate) use terms::Unorderable;

impl PlanningData {
    /// Everything about supply at a moment.
    pub fn supply(&self, as_of: Timestamp) -> Supply {
        let known = Known::new(self);
        Supply {
            stock: self.stock(&known, as_of),
            terms: self.terms(&known),
            policies: policies(self, &known),
            corrections: corrections(self, as_of),
        }
    }
}

impl InvPolicy {
    /// Whether the target is one that the method can aim at.
    pub(crate) fn has_target(&self) -> bool {
        match self.method {
            PolicyMethod::Days => true,
            PolicyMethod::Quantile | PolicyMethod::Newsvendor => {
                self.target > Decimal::ZERO && self.target < Decimal::ONE
            }
        }
    }
}

/// The records that other tables may name.
pub(crate) struct Known<'a> {
    sites: BTreeSet<&'a SiteId>,
    products: BTreeMap<&'a ProductId, &'a Product>,
    /// `None` without a `vendor` file: then nobody knows which vendors there are.
    vendors: Option<BTreeSet<&'a VendorId>>,
}

impl<'a> Known<'a> {
    pub(crate) fn new(data: &'a PlanningData) -> Self {
        let vendors = || data.vendor.iter().map(|row| &row.value.vendor_id).collect();
        let products = data.product.iter().map(|row| &row.value);
        Self {
            sites: data.site.iter().map(|row| &row.value.site_id).collect(),
            products: products.map(|row| (&row.product_id, row)).collect(),
            vendors: data.has::<Vendor>().then(vendors),
        }
    }

    fn place(&self, site: &SiteId, product: &ProductId) -> bool {
        self.part(Some(site), Some(product))
    }

    /// Whether what a row holds for exists; it holds for all where it names none.
    fn part(&self, site: Option<&SiteId>, product: Option<&ProductId>) -> bool {
        site.is_none_or(|site| self.sites.contains(site))
            && product.is_none_or(|product| self.products.contains_key(product))
    }

    fn vendor(&self, vendor: &VendorId) -> bool {
        self.vendors
            .as_ref()
            .is_none_or(|vendors| vendors.contains(vendor))
    }

    fn offer(&self, row: &VendorProduct) -> bool {
        let product = self.products.get(&row.product_id);
        self.vendor(&row.vendor_id)
            && self.part(row.site_id.as_ref(), None)
            && product.is_some_and(|product| row.unorderable(product).is_none())
    }
}

pub(crate) fn origin<T>(row: &Row<T>) -> Origin {
    Origin {
        file: row.file.to_string(),
        line: row.line,
    }
}

/// The overrides of needs and quantities in force, in the order they are applied.
fn corrections(data: &PlanningData, as_of: Timestamp) -> Vec<Correction> {
    let judged = data.judge_overrides(as_of).into_iter();
    let mut corrections: Vec<Correction> = judged
        .filter(|(_, made, verdict)| {
            *verdict == Verdict::Holds && matches!(made.measure, Measure::Need | Measure::Quantity)
        })
        .map(|(row, made, _)| Correction {
            made,
            origin: origin(row),
        })
        .collect();
    corrections.sort_by(|a, b| a.made.order().cmp(&b.made.order()));
    corrections
}

fn policies(data: &PlanningData, known: &Known<'_>) -> Policies {
    let rows = data.inv_policy.iter().filter(|row| {
        let (site, product) = (&row.value.site_id, &row.value.product_id);
        row.value.has_target() && known.part(site.as_ref(), product.as_ref())
    });
    let mut policies: Vec<_> = rows
        .map(|row| Policy {
            site: row.value.site_id.clone(),
            product: row.value.product_id.clone(),
            method: match row.value.method {
                PolicyMethod::Quantile => Method::Quantile,
                PolicyMethod::Newsvendor => Method::Newsvendor,
                PolicyMethod::Days => Method::Days,
            },
            target: row.value.target,
            origin: origin(row),
        })
        .collect();
    policies.sort_by(|a, b| (&a.product, &a.site).cmp(&(&b.product, &b.site)));
    Policies(policies)
}
