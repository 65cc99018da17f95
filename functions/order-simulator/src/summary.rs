//! The week for people, as far as it is known before products.

use contracts::{
    AppliedOverride, Change, Fan, PlanChange, RecipeWeek, SiteDay, Spread, WeekSummary,
};
use demand::{BeforeAfter, WeekDemand};
use domain::{Decimal, Finding};
use simulation::{Draws, Plan};
use snapshot::{Cap, WeekSnapshot};

/// A quantile of draws in ascending order: an order statistic, the inverse of the empirical distribution; 0 of none.
fn quantile(sorted: &[u64], percent: u8) -> u64 {
    let rank = forecast::quantile_rank(percent.into(), sorted.len());
    sorted.get(rank).copied().unwrap_or(0)
}

/// Median and chances of one in ten.
pub(crate) fn spread(mut draws: Vec<u64>) -> Spread<u64> {
    draws.sort_unstable();
    Spread {
        p10: quantile(&draws, 10),
        p50: quantile(&draws, 50),
        p90: quantile(&draws, 90),
    }
}

/// The same at every percent of a fan; empty of no draws.
fn fan(mut draws: Vec<u64>) -> Fan {
    draws.sort_unstable();
    let percents = Fan::PERCENTS.into_iter().filter(|_| !draws.is_empty());
    Fan(percents
        .map(|percent| (percent, quantile(&draws, percent)))
        .collect())
}

pub(crate) fn of(
    snapshot: &WeekSnapshot,
    demand: &WeekDemand,
    plan: &Plan,
    draws: &Draws,
    change: Option<PlanChange>,
    findings: &[Finding],
) -> WeekSummary {
    let unplaced = draws.unplaced();
    let short = unplaced.iter().filter(|boxes| **boxes > 0).count();
    let mut recipes: Vec<RecipeWeek> = snapshot
        .menu
        .iter()
        .zip(draws.kits_by_item())
        .zip(&demand.is_new)
        .enumerate()
        .map(|(at, ((item, kits), is_new))| RecipeWeek {
            recipe: item.recipe.clone(),
            name: item.name.clone(),
            kits: spread(kits),
            is_new: *is_new,
            share_override: demand.overridden.shares.get(at).copied().map(exact),
        })
        .collect();
    recipes.sort_by(|a, b| {
        b.kits
            .p50
            .cmp(&a.kits.p50)
            .then_with(|| a.recipe.cmp(&b.recipe))
    });
    WeekSummary {
        week: snapshot.week,
        start_date: snapshot.start_date,
        end_date: snapshot.end_date,
        boxes: spread(draws.totals()),
        fan: fan(draws.totals()),
        change,
        planned_boxes: plan.boxes.len() as u64,
        known_boxes: plan.known as u64,
        shortfall: plan.placed.unplaced(),
        shortfall_per_mille: (short * 1000 / unplaced.len().max(1)) as u32,
        sites: snapshot
            .sites
            .iter()
            .map(|site| (site.id.clone(), site.name.clone()))
            .collect(),
        site_days: site_days(snapshot, plan, draws),
        recipes,
        products: Vec::new(),
        volume_method: demand.volume_method.to_owned(),
        overrides: overrides(snapshot, demand),
        volume_override: demand.overridden.boxes.map(|boxes| Change {
            before: (boxes.before + 0.5) as u64,
            after: (boxes.after + 0.5) as u64,
        }),
        findings: findings.to_vec(),
    }
}

/// The overrides that were applied, and what they made of the forecast.
fn overrides(snapshot: &WeekSnapshot, demand: &WeekDemand) -> Vec<AppliedOverride> {
    let applied = demand.overridden.applied.iter();
    let told = applied.filter_map(|(place, changed)| {
        Some(AppliedOverride {
            made: snapshot.overrides.get(*place)?.clone(),
            changed: exact(*changed),
        })
    });
    told.collect()
}

fn exact(changed: BeforeAfter) -> Change<Decimal> {
    let decimal = |value: f64| Decimal::from_millionths((value * 1e6 + 0.5) as i64);
    Change {
        before: decimal(changed.before),
        after: decimal(changed.after),
    }
}

/// Draws out of 1,000 that miss a minimum; a site that is closed has none.
pub(crate) fn below_minimum(cap: Cap, draws: &[u64]) -> u32 {
    if cap.max == Some(0) {
        return 0;
    }
    let below = draws.iter().filter(|boxes| **boxes < cap.min).count();
    (below * 1000 / draws.len().max(1)) as u32
}

fn site_days(snapshot: &WeekSnapshot, plan: &Plan, draws: &Draws) -> Vec<SiteDay> {
    let site_day = |bin: usize| {
        let (site, day) = snapshot.site_and_day(bin);
        let cap = snapshot.cap(bin);
        SiteDay {
            site: snapshot.sites[site].id.clone(),
            date: snapshot.packing_days[day],
            boxes: plan.placed.loads()[bin],
            spread: spread(draws.boxes(bin)),
            cap_min: (cap.min > 0).then_some(cap.min),
            cap_max: cap.max,
            below_min_per_mille: below_minimum(cap, &draws.boxes(bin)),
        }
    };
    (0..snapshot.bins()).map(site_day).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_below_a_minimum_are_counted_but_not_of_a_closed_site() {
        let cap = |max| Cap { min: 10, max };
        assert_eq!(below_minimum(cap(None), &[9, 10, 11, 0]), 500);
        assert_eq!(below_minimum(cap(Some(0)), &[0, 0]), 0);
        assert_eq!(below_minimum(Cap::default(), &[0, 0]), 0);
    }
}
