//! The plan that was published last for the week: what the new one should differ from as little as it can.

use std::collections::{BTreeMap, HashMap};

use artifacts::Store;
use contracts::artifact::{KNOWN_SITES, RECIPE_PLAN, SOURCES};
use contracts::{Fault, FaultName, ForecastSources, PlanChange, Published};
use dataset::results::KnownSite;
use dataset::{Table, stored_rows};
use domain::{Code, Date, Decimal, Finding, OrderId, RecipeId, SiteId};
use runs::Run;
use simulation::{Change, Previous};
use snapshot::WeekSnapshot;

use crate::tables::RecipePlanRow;

/// The last plan's tables, as they were stored.
#[derive(Debug, Default)]
pub(crate) struct Last {
    recipes: Vec<RecipePlanRow>,
    known: Vec<KnownSite>,
}

/// Reads it; a plan that is gone or damaged is no reason to make none, but is told.
pub(crate) async fn published(
    runs: &impl Store,
    published: Option<&Published>,
) -> Result<(Option<Last>, Option<Finding>), Fault> {
    let Some(published) = published else {
        return Ok((None, None));
    };
    match read(runs, published).await {
        Ok(last) => Ok((Some(last), None)),
        // A version before this one stored no such tables.
        Err(fault)
            if matches!(
                fault.name,
                FaultName::DataRejected | FaultName::ContractViolation
            ) =>
        {
            let message = format!(
                "the last published plan cannot be kept to: {}",
                fault.message
            );
            let remedy =
                "nothing; boxes are allocated anew, and kept to after the next publication";
            let finding = Finding::new(Code::E208, "order-simulator", message, remedy).warning();
            Ok((None, Some(finding)))
        }
        Err(fault) => Err(fault),
    }
}

async fn read(runs: &impl Store, published: &Published) -> Result<Last, Fault> {
    let Some((run, _)) = Run::find(runs, &published.run).await? else {
        let message = format!("run {} is gone", published.run);
        return Err(Fault::new(FaultName::DataRejected, message));
    };
    let forecast = run.result(&published.forecast).await?;
    let sources: ForecastSources = run.json(forecast.artifact(SOURCES)?).await?;
    Ok(Last {
        recipes: rows(&run, &sources, RECIPE_PLAN[1]).await?,
        known: rows(&run, &sources, KNOWN_SITES[1]).await?,
    })
}

async fn rows<T: Table, S: Store>(
    run: &Run<'_, S>,
    sources: &ForecastSources,
    name: &'static str,
) -> Result<Vec<T>, Fault> {
    let bytes = run.artifact(&sources.orders, name).await?;
    Ok(stored_rows(name, bytes))
}

impl Last {
    /// In the places of this week's snapshot; what it no longer knows is left out.
    pub(crate) fn placed(&self, snapshot: &WeekSnapshot) -> Previous {
        let sites: HashMap<&SiteId, usize> = places(snapshot.sites.iter().map(|site| &site.id));
        let days: HashMap<&Date, usize> = places(&snapshot.packing_days);
        let items: HashMap<&RecipeId, usize> =
            places(snapshot.menu.iter().map(|item| &item.recipe));
        let bin =
            |site: &SiteId, day: &Date| Some(snapshot.bin(*sites.get(site)?, *days.get(day)?));
        let kits = |row: &RecipePlanRow| {
            let bin = bin(&row.site_id, &row.packing_date)?;
            Some((*items.get(&row.recipe_id)?, bin, row.kits))
        };
        let stood: BTreeMap<&OrderId, usize> = self
            .known
            .iter()
            .filter_map(|row| Some((&row.order_id, bin(&row.site_id, &row.packing_date)?)))
            .collect();
        Previous {
            kits: self.recipes.iter().filter_map(kits).collect(),
            stood: snapshot
                .known
                .iter()
                .map(|known| stood.get(&known.order).copied())
                .collect(),
        }
    }
}

fn places<'a, T: std::hash::Hash + Eq>(
    items: impl IntoIterator<Item = &'a T>,
) -> HashMap<&'a T, usize> {
    items
        .into_iter()
        .enumerate()
        .map(|(at, id)| (id, at))
        .collect()
}

/// The change for people, rounded to a millionth.
pub(crate) fn change(change: &Change) -> PlanChange {
    let decimal = |value: f64| Decimal::from_millionths((value * 1e6 + 0.5) as i64);
    PlanChange {
        wmape_site: change.wmape_site.map(decimal),
        wmape_global: change.wmape_global.map(decimal),
        gap: decimal(change.gap),
        proven_least: change.proven_least,
        known_moved: change.known_moved,
    }
}
