//! Overrides of proposed quantities.

use std::collections::BTreeMap;

use domain::{Date, MenuWeek, OverrideKeys, OverrideOp, SiteId};
use supply::{Correction, Product};

use super::{applied, category, part, split};
use crate::proposal::{LineKey, Milli, OverridePart, SiteProposals};

/// Quantities that overrides ask for, by line; and those that name no line there is.
#[derive(Debug, Default)]
pub(crate) struct Forced {
    lines: BTreeMap<LineKey, (Milli, usize)>,
    /// Overrides that cover no line, with what they set.
    open: Vec<(usize, Milli)>,
}

impl Forced {
    /// What concerns one site. An override that covers no line is for the first line it covers at the site that it
    /// names; where it names none, nothing says where to buy.
    pub(crate) fn at(&self, site: &SiteId, all: &QuantityOverrides<'_>) -> Self {
        let here = |key: &LineKey| key.site == *site;
        let lines = self.lines.iter().filter(|(key, _)| here(key));
        let named = |number: usize| all.0[number].made.keys.site.as_ref() == Some(site);
        let open = self.open.iter().filter(|(number, _)| named(*number));
        Self {
            lines: lines.map(|(key, asked)| (key.clone(), *asked)).collect(),
            open: open.copied().collect(),
        }
    }
}

/// What an override asks of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) quantity: Milli,
    /// Place of the override.
    pub(crate) by: usize,
}

/// Overrides of proposed quantities.
#[derive(Debug)]
pub(crate) struct QuantityOverrides<'a>(pub(crate) Vec<&'a Correction>);

impl QuantityOverrides<'_> {
    /// What the overrides make of proposals made without them.
    pub(crate) fn force<'p>(
        &self,
        plain: &[SiteProposals],
        facts: impl Fn(&domain::ProductId) -> Option<&'p Product>,
        week: impl Fn(Date) -> Option<MenuWeek>,
    ) -> Forced {
        let mut forced = Forced::default();
        for (number, one) in self.0.iter().enumerate() {
            // Line by line, grouped by product.
            let mut covered: BTreeMap<&domain::ProductId, Vec<(&LineKey, Milli)>> = BTreeMap::new();
            for line in plain.iter().flat_map(|site| &site.lines) {
                let Some(facts) = facts(&line.key.product) else {
                    continue;
                };
                if covers(&one.made.keys, &line.key, facts, week(line.covers_from)) {
                    let held = forced.lines.get(&line.key).map(|(quantity, _)| *quantity);
                    let quantity = held.unwrap_or(line.quantity);
                    covered
                        .entry(&line.key.product)
                        .or_default()
                        .push((&line.key, quantity));
                }
            }
            if covered.is_empty() && one.made.op != OverrideOp::Multiply {
                forced.open.push((number, applied(&one.made, 0)));
            }
            for lines in covered.into_values() {
                let whole: Milli = lines.iter().map(|(_, quantity)| quantity).sum();
                let weights: Vec<Milli> = lines.iter().map(|(_, quantity)| *quantity).collect();
                let parts = split(applied(&one.made, whole), &weights);
                for ((key, _), part) in lines.into_iter().zip(parts) {
                    forced.lines.insert(key.clone(), (part, number));
                }
            }
        }
        forced
    }

    /// What is asked of a line; an override that covers no line of the plain proposals takes the first it covers.
    pub(crate) fn asked(
        &self,
        forced: &mut Forced,
        key: &LineKey,
        facts: &Product,
        week: Option<MenuWeek>,
    ) -> Option<Asked> {
        if let Some((quantity, by)) = forced.lines.get(key) {
            return Some(Asked {
                quantity: *quantity,
                by: *by,
            });
        }
        let at = forced
            .open
            .iter()
            .position(|(number, _)| covers(&self.0[*number].made.keys, key, facts, week))?;
        let (by, quantity) = forced.open.remove(at);
        Some(Asked { quantity, by })
    }

    pub(crate) fn part(&self, number: usize, change: Milli) -> OverridePart {
        part(self.0[number], change)
    }
}

fn covers(keys: &OverrideKeys, key: &LineKey, facts: &Product, week: Option<MenuWeek>) -> bool {
    keys.cover(&OverrideKeys {
        week,
        site: Some(key.site.clone()),
        product: Some(key.product.clone()),
        category: category(facts),
        vendor: Some(key.vendor.clone()),
        date: Some(key.delivery),
        ..OverrideKeys::default()
    })
}
