//! Kits into products, site by site.

use std::collections::BTreeMap;
use std::sync::Arc;

use contracts::{Fault, FaultName, ProductWeek, Spread};
use domain::Decimal;
use forecast::{Draws, Explosion, ForecastRow, decimal, explosions, summarise};
use rayon::prelude::*;
use simulation::{Packed, SiteDraws};
use snapshot::WeekSnapshot;

use crate::last::Last;

/// A week's products.
pub(crate) struct Products {
    /// By site, packing day and product; rows that are zero in every draw are left out.
    pub(crate) rows: Vec<ForecastRow>,
    /// Those with a need, the largest by cost, else by quantity, first.
    pub(crate) of_week: Vec<ProductWeek>,
}

/// One site's part.
struct SiteProducts {
    rows: Vec<ForecastRow>,
    /// By product and draw, over the site's days.
    totals: Vec<i64>,
}

pub(crate) fn forecast(
    snapshot: &WeekSnapshot,
    draws: &[u8],
    last: &Last,
) -> Result<Products, Fault> {
    let damaged = |error| Fault::new(FaultName::DataRejected, error);
    let packed = Packed::open(draws).map_err(damaged)?;
    let explosions = explosions(snapshot, packed.portions())
        .map_err(|error| Fault::new(FaultName::DataRejected, error))?;
    let sites: Result<Vec<SiteProducts>, Fault> = (0..snapshot.sites.len())
        .into_par_iter()
        .map(|site| {
            let draws = packed.site(site).map_err(damaged)?;
            of_site(
                snapshot,
                site,
                &draws,
                packed.replicates(),
                &explosions,
                last,
            )
        })
        .collect();

    let mut rows = Vec::new();
    let mut totals = vec![0_i64; snapshot.products.len() * packed.replicates()];
    for site in sites? {
        rows.extend(site.rows);
        for (total, more) in totals.iter_mut().zip(site.totals) {
            *total = total.saturating_add(more);
        }
    }
    let mut products = of_week(snapshot, &totals, packed.replicates(), &rows)?;
    let cost = |product: &ProductWeek| {
        let facts = snapshot
            .products
            .iter()
            .find(|facts| facts.id == product.product);
        let unit = facts
            .and_then(|facts| facts.unit_cost)
            .unwrap_or(Decimal::ZERO);
        i128::from(product.need.p50.millionths()) * i128::from(unit.millionths())
    };
    products.sort_by_cached_key(|product| {
        let need = product.need.p50;
        std::cmp::Reverse((
            cost(product),
            need,
            std::cmp::Reverse(product.product.clone()),
        ))
    });
    Ok(Products {
        rows,
        of_week: products,
    })
}

fn of_site(
    snapshot: &WeekSnapshot,
    site: usize,
    draws: &SiteDraws,
    replicates: usize,
    explosions: &[Arc<Explosion>],
    last: &Last,
) -> Result<SiteProducts, Fault> {
    let mut needs = vec![0_i64; snapshot.products.len() * replicates];
    let mut part = SiteProducts {
        rows: Vec::new(),
        totals: vec![0; needs.len()],
    };
    let site = &snapshot.sites[site].id;
    for ((day, date), explosion) in snapshot.packing_days.iter().enumerate().zip(explosions) {
        let day = Draws {
            kits: draws.kits(day),
            boxes: draws.boxes(day),
        };
        explosion
            .needs(day, &mut needs)
            .map_err(|error| Fault::new(FaultName::DataRejected, error))?;
        for (total, more) in part.totals.iter_mut().zip(&needs) {
            *total = total.saturating_add(*more);
        }
        for (product, needs) in snapshot
            .products
            .iter()
            .zip(needs.chunks_mut(replicates.max(1)))
        {
            let Some(summary) = summarise(needs) else {
                continue;
            };
            let before = last.median(site, *date, &product.id);
            if needs.iter().all(|need| *need == 0) && before.is_none() {
                continue;
            }
            let key = (product.id.clone(), product.unit);
            let row = ForecastRow::new(snapshot.week, site.clone(), *date, key, &summary, before);
            part.rows.push(row.ok_or_else(|| too_much(&product.id))?);
        }
    }
    Ok(part)
}

/// Needs over the whole week and all sites.
fn of_week(
    snapshot: &WeekSnapshot,
    totals: &[i64],
    replicates: usize,
    rows: &[ForecastRow],
) -> Result<Vec<ProductWeek>, Fault> {
    let mut before: BTreeMap<&domain::ProductId, Decimal> = BTreeMap::new();
    for row in rows {
        if let Some(last) = row.last_p50 {
            let sum = before.entry(&row.product_id).or_default();
            *sum = sum.checked_add(last).unwrap_or(*sum);
        }
    }
    let mut products = Vec::new();
    for (facts, totals) in snapshot
        .products
        .iter()
        .zip(totals.chunks(replicates.max(1)))
    {
        let Some(summary) = summarise(&mut totals.to_vec()) else {
            continue;
        };
        if totals.iter().all(|total| *total == 0) {
            continue;
        }
        let shown = |number| decimal(number).ok_or_else(|| too_much(&facts.id));
        products.push(ProductWeek {
            product: facts.id.clone(),
            name: facts.name.clone(),
            unit: facts.unit,
            need: Spread {
                p10: shown(summary.p10)?,
                p50: shown(summary.p50)?,
                p90: shown(summary.p90)?,
            },
            last: before.get(&facts.id).copied(),
        });
    }
    Ok(products)
}

fn too_much(product: &domain::ProductId) -> Fault {
    let message =
        format!("the need of {product} is 10^12 units or more; correct recipe_bom or the volume");
    Fault::new(FaultName::DataRejected, message)
}
