//! The forecast that was published last, to say what has changed.

use std::collections::HashMap;

use artifacts::Store;
use contracts::artifact::FORECAST;
use contracts::{Fault, FaultName, Published};
use dataset::stored_rows;
use domain::{Code, Date, Decimal, Finding, ProductId, SiteId};
use forecast::ForecastRow;
use runs::Run;

/// Last published medians.
#[derive(Debug, Default)]
pub(crate) struct Last(HashMap<(SiteId, Date, ProductId), Decimal>);

impl Last {
    pub(crate) fn median(&self, site: &SiteId, date: Date, product: &ProductId) -> Option<Decimal> {
        self.0.get(&(site.clone(), date, product.clone())).copied()
    }
}

/// Reads it; a forecast that is gone or damaged is no reason to make none, but is told.
pub(crate) async fn published(
    runs: &impl Store,
    published: Option<&Published>,
) -> Result<(Last, Option<Finding>), Fault> {
    let Some(published) = published else {
        return Ok((Last::default(), None));
    };
    match read(runs, published).await {
        Ok(last) => Ok((last, None)),
        Err(fault) if fault.name == FaultName::DataRejected => {
            let message = format!(
                "the last published forecast cannot be compared with: {}",
                fault.message
            );
            let remedy = "nothing; changes are shown again after the next publication";
            let finding = Finding::new(Code::E208, "site-forecast", message, remedy).warning();
            Ok((Last::default(), Some(finding)))
        }
        Err(fault) => Err(fault),
    }
}

async fn read(runs: &impl Store, published: &Published) -> Result<Last, Fault> {
    let Some((run, _)) = Run::find(runs, &published.run).await? else {
        let message = format!("run {} is gone", published.run);
        return Err(Fault::new(FaultName::DataRejected, message));
    };
    let bytes = run.artifact(&published.forecast, FORECAST[1]).await?;
    let rows = stored_rows::<ForecastRow>(FORECAST[1], bytes).into_iter();
    Ok(Last(
        rows.map(|row| ((row.site_id, row.date, row.product_id), row.p50))
            .collect(),
    ))
}
