//! The simulation a second time, by other settings or another version of this function, and what comes out
//! differently. Nobody else reads what a shadow makes.

mod difference;
mod words;

use artifacts::Store;
use contracts::artifact::{DIFFERENCE, DRAWS, RECIPE_PLAN, SNAPSHOT, SOURCES, SUMMARY};
use contracts::{
    Fault, FaultName, ForecastSources, Headline, Reference, Shadow, StepName, WeekOutcome,
};
use domain::{MenuWeek, RecipeId, Sha256};
use runs::{Begun, Run};
use serde::Serialize;
use snapshot::WeekSnapshot;

use crate::tables::RecipePlanRow;
use crate::{Doing, simulate};
use difference::{DrawnKits, Side, WeekDifference};

/// What the comparison depends on: of each week what was made, active and shadow.
#[derive(Serialize)]
struct Inputs<'a> {
    shadow: &'a Shadow,
    weeks: Vec<(MenuWeek, Sha256, Sha256)>,
    left_out: Vec<MenuWeek>,
}

/// The content of `difference.json`.
#[derive(Serialize)]
struct Differences {
    #[serde(flatten)]
    headline: Headline,
    weeks: Vec<WeekDifference>,
    left_out: Vec<MenuWeek>,
}

/// A week that has an active plan.
struct Compared {
    week: MenuWeek,
    snapshot: Reference,
    active: Reference,
    shadow: Reference,
}

/// Simulates every planned week as the shadow and compares it with the active plan.
pub(crate) async fn compare<S: Store>(
    run: &Run<'_, S>,
    runs: &impl Store,
    name: &str,
    model: &Reference,
    weeks: &[WeekOutcome],
) -> Result<Reference, Fault> {
    let step = StepName::OrderSimulator;
    let mut shadows = run.plan.shadow.iter();
    let Some(shadow) = shadows.find(|shadow| shadow.step == step && shadow.name == name) else {
        let message = format!("the plan has no shadow {name} of {step}");
        return Err(Fault::new(FaultName::ContractViolation, message));
    };
    let settings = shadow.settings.over(&run.plan.settings);
    let doing = Doing {
        run,
        runs,
        settings: &settings,
        shadow: Some(name),
    };
    let (mut compared, mut left_out) = (Vec::new(), Vec::new());
    for outcome in weeks {
        let WeekOutcome::Forecast { week, forecast } = outcome else {
            left_out.push(outcome.week());
            continue;
        };
        let forecast = run.result(forecast).await?;
        let sources: ForecastSources = run.json(forecast.artifact(SOURCES)?).await?;
        compared.push(Compared {
            week: *week,
            shadow: simulate(&doing, *week, model, &sources.snapshot).await?,
            snapshot: sources.snapshot,
            active: sources.orders,
        });
    }
    let made = |week: &Compared| (week.week, week.active.sha256, week.shadow.sha256);
    let inputs = Inputs {
        shadow,
        weeks: compared.iter().map(made).collect(),
        left_out,
    };
    let mut output = match run.begin_shadow(step, name, None, &inputs).await? {
        Begun::Finished(result) => return Ok(result),
        Begun::Open(output) => output,
    };
    let mut weeks = Vec::with_capacity(compared.len());
    for week in &compared {
        let result = run.result(&week.snapshot).await?;
        let snapshot: WeekSnapshot = run.json(result.artifact(SNAPSHOT)?).await?;
        let active = side(run, &week.active, &snapshot).await?;
        let shadow = side(run, &week.shadow, &snapshot).await?;
        weeks.push(difference::week(&active, &shadow));
    }
    let page = words::page(shadow, &weeks, &inputs.left_out);
    let differences = Differences {
        headline: Headline {
            headline: words::headline(&weeks),
        },
        weeks,
        left_out: inputs.left_out,
    };
    output.put_json(DIFFERENCE[0], &differences).await?;
    output.put(DIFFERENCE[1], page.into_bytes()).await?;
    output.finish().await
}

async fn side<S: Store>(
    run: &Run<'_, S>,
    orders: &Reference,
    snapshot: &WeekSnapshot,
) -> Result<Side, Fault> {
    let orders = run.result(orders).await?;
    let menu: Vec<RecipeId> = snapshot
        .menu
        .iter()
        .map(|item| item.recipe.clone())
        .collect();
    let draws = run.read(orders.artifact(DRAWS)?).await?;
    let (sites, days) = (snapshot.sites.len(), snapshot.packing_days.len());
    let plan = run.read(orders.artifact(RECIPE_PLAN[1])?).await?;
    Ok(Side {
        summary: run.json(orders.artifact(SUMMARY)?).await?,
        plan: dataset::stored_rows::<RecipePlanRow>(RECIPE_PLAN[1], plan),
        draws: DrawnKits::count(&draws, sites, days, &menu)
            .map_err(|error| Fault::from_error(FaultName::DataRejected, &error))?,
    })
}
