//! What can no longer be bought in time, and what nobody can bring.

use domain::Decimal;

use crate::aim::Outlook;
use crate::late::Lateness;
use crate::product::Planned;
use crate::proposal::{Expedite, SiteProposals, Unsupplied};
use crate::rounding::rounded;
use crate::sourcing::Vendors;

/// Adds a product that is short before anything that can still be ordered arrives.
pub(crate) fn add(
    made: &mut SiteProposals,
    planned: &Planned<'_>,
    vendors: &Vendors<'_>,
    late: &mut Lateness,
) {
    let (mut short, first, end) = planned.short_before(late);
    short.pop();
    let outlook = Outlook::new(short, None);
    let short_at_target = match planned.method {
        supply::Method::Days => outlook.mean_short(),
        supply::Method::Quantile | supply::Method::Newsvendor => {
            outlook.quantile(planned.target.min(Decimal::ONE))
        }
    };
    let risk = outlook.risk(0);
    let Some(needed) = first.filter(|_| short_at_target > 0 && risk.short > 0) else {
        return;
    };
    let first_event = planned.sourcing.events.first();
    let Some(event) = first_event else {
        made.unsupplied.push(Unsupplied {
            product: planned.facts.id.clone(),
            unit: planned.facts.unit,
            needed,
            short: risk.short,
            reason: planned.sourcing.reason.clone(),
        });
        return;
    };
    let source = planned.sourcing.sources.first();
    let cost = i128::from(risk.short) * i128::from(planned.costs.short.millionths());
    made.expedite.push(Expedite {
        product: planned.facts.id.clone(),
        unit: planned.facts.unit,
        needed,
        until: end
            .checked_sub(1)
            .and_then(|last| planned.day(last))
            .unwrap_or(needed),
        short: risk.short,
        short_at_target,
        short_per_mille: risk.short_per_mille,
        vendor: vendors.first_choice(planned.facts).cloned(),
        last_chance: source.and_then(|source| vendors.last_chance(source, needed)),
        first_delivery: Some(event.slot.delivery),
        at_risk: (planned.costs.short > Decimal::ZERO)
            .then(|| Decimal::from_millionths(rounded(cost, 1_000))),
    });
}
