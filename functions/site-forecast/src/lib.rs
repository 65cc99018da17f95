//! Site forecast (DEMAND): explodes the drawn kits of one week into products by site and day.

mod last;
mod products;

use artifacts::Store;
use contracts::artifact::{DRAWS, FORECAST, SNAPSHOT, SOURCES, SUMMARY};
use contracts::{
    Fault, FaultName, ForecastRequest, ForecastSources, Published, Reference, StepName, WeekSummary,
};
use domain::{MenuWeek, Sha256};
use runs::{Begun, Figures, Run};
use serde::Serialize;
use snapshot::WeekSnapshot;

/// What the forecast depends on.
#[derive(Serialize)]
struct Inputs<'a> {
    week: MenuWeek,
    snapshot: Sha256,
    draws: Sha256,
    summary: Sha256,
    last: Option<&'a Published>,
}

/// Forecasts one week.
///
/// # Errors
/// `Data.Rejected` when a bill of materials cannot be computed with or an artifact is damaged; the store's faults.
pub async fn handle(request: ForecastRequest, runs: &impl Store) -> Result<Reference, Fault> {
    let ForecastRequest {
        run,
        plan,
        week,
        snapshot,
        orders,
    } = request;
    let run = Run::open(runs, &run, &plan).await?;
    let extracted = run.result(&snapshot).await?;
    let simulated = run.result(&orders).await?;
    let published = run
        .plan
        .week(week)
        .and_then(|planned| planned.published.as_ref());
    let inputs = Inputs {
        week,
        snapshot: extracted.artifact(SNAPSHOT)?.sha256,
        draws: simulated.artifact(DRAWS)?.sha256,
        summary: simulated.artifact(SUMMARY)?.sha256,
        last: published,
    };
    let mut output = match run
        .begin(StepName::SiteForecast, Some(week), &inputs)
        .await?
    {
        Begun::Finished(result) => return Ok(result),
        Begun::Open(output) => output,
    };
    let facts: WeekSnapshot = run.json(extracted.artifact(SNAPSHOT)?).await?;
    let draws = run.read(simulated.artifact(DRAWS)?).await?;
    let mut summary: WeekSummary = run.json(simulated.artifact(SUMMARY)?).await?;
    let (last, missing) = last::published(runs, published).await?;
    summary.findings.extend(missing);

    let products = products::forecast(&facts, &draws, &last)?;
    summary.products = products.of_week;
    let tables = dataset::csv_and_parquet(FORECAST, &products.rows)
        .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
    for (name, bytes) in tables {
        output.put(name, bytes).await?;
    }
    output.put_json(SUMMARY, &summary).await?;
    output
        .put_json(SOURCES, &ForecastSources { snapshot, orders })
        .await?;
    output.count(Figures {
        rows: Some(products.rows.len() as u64),
        ..Figures::default()
    });
    output.finish().await
}
