//! Order simulator (DEMAND): fits demand once per run; for each week draws orders, places them at sites and stores
//! the states of the world as counts.

mod findings;
mod previous;
mod shadow;
mod summary;
mod tables;

use std::collections::BTreeMap;

use artifacts::Store;
use contracts::artifact::{
    ALLOCATION, DRAWS, FINDINGS, KNOWN_SITES, MODEL, OBSERVATIONS, ORDER_BOOK, RECIPE_PLAN,
    SNAPSHOT, SUMMARY, UTILISATION,
};
use contracts::{
    Fault, FaultName, Published, Reference, Settings, SimulateRequest, StepName, WeekSummary,
};
use dataset::tables::RecipesPerBox;
use dataset::{Field, csv_and_parquet};
use demand::{Constraints, Model, Observations};
use domain::{Decimal, Finding, MenuWeek, RecipeId, Sha256};
use runs::{Begun, Figures, Run};
use serde::Serialize;
use simulation::{Limits, Previous, Simulation};
use snapshot::WeekSnapshot;

pub use tables::{AllocationRow, RecipePlanRow, UtilisationRow};

/// Fits demand, simulates one week, or does the planned weeks again as a shadow.
///
/// # Errors
/// `Data.Rejected` when the week's numbers are beyond any company's or an artifact is damaged; the store's faults.
pub async fn handle(request: SimulateRequest, runs: &impl Store) -> Result<Reference, Fault> {
    match request {
        SimulateRequest::History { run, plan, history } => {
            fit(&Run::open(runs, &run, &plan).await?, &history).await
        }
        SimulateRequest::Week {
            run,
            plan,
            week,
            model,
            snapshot,
        } => {
            let run = Run::open(runs, &run, &plan).await?;
            let doing = Doing {
                run: &run,
                runs,
                settings: &run.plan.settings,
                shadow: None,
            };
            simulate(&doing, week, &model, &snapshot).await
        }
        SimulateRequest::Shadow {
            run,
            plan,
            name,
            model,
            weeks,
        } => {
            let run = Run::open(runs, &run, &plan).await?;
            shadow::compare(&run, runs, &name, &model, &weeks).await
        }
    }
}

/// The fit depends on what was sold and on nothing else, so that later runs find it again.
#[derive(Serialize)]
struct FitInputs {
    observations: Sha256,
}

async fn fit<S: Store>(run: &Run<'_, S>, history: &Reference) -> Result<Reference, Fault> {
    let history = run.result(history).await?;
    let observations = history.artifact(OBSERVATIONS)?;
    let inputs = FitInputs {
        observations: observations.sha256,
    };
    let mut output = match run.begin(StepName::OrderSimulator, None, &inputs).await? {
        Begun::Finished(result) => return Ok(result),
        Begun::Open(output) => output,
    };
    let observations: Observations = run.json(observations).await?;
    let model = Model::fit(&observations);
    output.put_json(MODEL, &model).await?;
    output.count(Figures {
        coverage: coverage(&model),
        ..Figures::default()
    });
    output.finish().await
}

/// The share of what was sold by area and recipe that the 80 % intervals held, the mean of all leads.
fn coverage(model: &Model) -> Option<Decimal> {
    let leads = &model.accuracy.leads;
    let sum: f64 = leads.iter().map(|lead| lead.coverage).sum();
    let mean = (!leads.is_empty()).then(|| sum / leads.len() as f64);
    mean.map(|share| Decimal::from_millionths((share * 1e6 + 0.5) as i64))
}

#[derive(Serialize)]
struct WeekInputs<'a> {
    week: MenuWeek,
    snapshot: Sha256,
    findings: Sha256,
    model: Sha256,
    last: Option<&'a Published>,
    seed: u64,
    replicates: u32,
    recipes_per_box: &'a Option<String>,
    portion_sizes: &'a Option<Vec<domain::Portions>>,
    max_boxes: &'a BTreeMap<RecipeId, u32>,
    incompatible: &'a [(RecipeId, RecipeId)],
}

/// What is simulated for whom: the run itself or, by its name, a shadow.
struct Doing<'a, S, R> {
    run: &'a Run<'a, S>,
    runs: &'a R,
    settings: &'a Settings,
    shadow: Option<&'a str>,
}

async fn simulate<S: Store, R: Store>(
    doing: &Doing<'_, S, R>,
    week: MenuWeek,
    model: &Reference,
    snapshot: &Reference,
) -> Result<Reference, Fault> {
    let Doing {
        run,
        runs,
        settings,
        shadow,
    } = *doing;
    let plan = &run.plan;
    let last = plan
        .week(week)
        .and_then(|planned| planned.published.as_ref());
    let extracted = run.result(snapshot).await?;
    let fitted = run.result(model).await?;
    let inputs = WeekInputs {
        week,
        snapshot: extracted.artifact(SNAPSHOT)?.sha256,
        findings: extracted.artifact(FINDINGS)?.sha256,
        model: fitted.artifact(MODEL)?.sha256,
        last,
        seed: plan.seed,
        replicates: settings.replicates,
        recipes_per_box: &settings.recipes_per_box,
        portion_sizes: &settings.portion_sizes,
        max_boxes: &settings.max_boxes,
        incompatible: &settings.incompatible,
    };
    let step = StepName::OrderSimulator;
    let begun = match shadow {
        Some(name) => run.begin_shadow(step, name, Some(week), &inputs).await?,
        None => run.begin(step, Some(week), &inputs).await?,
    };
    let mut output = match begun {
        Begun::Finished(result) => return Ok(result),
        Begun::Open(output) => output,
    };
    let snapshot: WeekSnapshot = run.json(extracted.artifact(SNAPSHOT)?).await?;
    let mut found: Vec<Finding> = run.json(extracted.artifact(FINDINGS)?).await?;
    let model: Model = run.json(fitted.artifact(MODEL)?).await?;

    let (last, missing) = previous::published(runs, last).await?;
    found.extend(missing);
    let last = last.map(|last| last.placed(&snapshot));

    let simulated = run_week(&snapshot, &model, settings, plan.seed, last, &mut found)?;
    for (name, bytes) in simulated.files {
        output.put(name, bytes).await?;
    }
    output.put_json(SUMMARY, &simulated.summary).await?;
    output.count(Figures {
        rows: Some(simulated.rows),
        boxes: Some(simulated.summary.planned_boxes),
        gap: simulated.summary.change.map(|change| change.gap),
        coverage: None,
    });
    output.finish().await
}

/// What only a forecast can tell is wrong with these weeks (E501, E502, E509), without a run.
///
/// # Errors
/// `Data.Rejected` when a week's numbers are beyond any company's.
pub fn validate(
    observations: &Observations,
    weeks: &[WeekSnapshot],
    seed: u64,
    replicates: u32,
) -> Result<Vec<Finding>, Fault> {
    let model = Model::fit(observations);
    let mut found = Vec::new();
    for snapshot in weeks {
        let demand = model.week(snapshot, &Constraints::default());
        let simulation = ready(snapshot, &demand, &Limits::default(), seed)?;
        let plan = simulation.plan();
        findings::add(
            &mut found,
            &simulation,
            snapshot,
            &demand,
            &plan,
            replicates,
        );
    }
    Ok(found)
}

fn ready<'a>(
    snapshot: &'a WeekSnapshot,
    demand: &'a demand::WeekDemand,
    limits: &Limits,
    seed: u64,
) -> Result<Simulation<'a>, Fault> {
    Simulation::new(snapshot, demand, limits, seed).map_err(|error| {
        Fault::new(
            FaultName::DataRejected,
            format!("{}: {error}", snapshot.week),
        )
    })
}

/// What simulating a week makes.
struct Simulated {
    files: Vec<(&'static str, Vec<u8>)>,
    summary: WeekSummary,
    /// Rows of the allocation.
    rows: u64,
}

/// The whole week, without waiting for anything.
fn run_week(
    snapshot: &WeekSnapshot,
    model: &Model,
    settings: &Settings,
    seed: u64,
    last: Option<Previous>,
    found: &mut Vec<Finding>,
) -> Result<Simulated, Fault> {
    let demand = model.week(snapshot, &constraints(settings));
    let limits = limits(snapshot, settings);
    let simulation = ready(snapshot, &demand, &limits, seed)?;
    let (plan, change) = match last {
        Some(last) => {
            let (plan, change) = simulation.plan_near(&last);
            (plan, Some(previous::change(&change)))
        }
        None => (simulation.plan(), None),
    };
    let usual = simulation.usual(&plan.boxes, plan.placed.bins());
    let draws = simulation.draws_near(settings.replicates, &usual);
    findings::add(
        found,
        &simulation,
        snapshot,
        &demand,
        &plan,
        settings.replicates,
    );

    let write =
        |error: dataset::WriteError| Fault::from_error(FaultName::ContractViolation, &error);
    let mut files = Vec::new();
    let packed = draws
        .pack()
        .map_err(|error| Fault::new(FaultName::ContractViolation, error))?;
    files.push((DRAWS, packed));
    let mut book = Vec::new();
    dataset::write_parquet(tables::order_book(&simulation, snapshot, &plan), &mut book)
        .map_err(write)?;
    files.push((ORDER_BOOK, book));
    let allocation = tables::allocation(&simulation, snapshot, &plan);
    files.extend(csv_and_parquet(ALLOCATION, &allocation).map_err(write)?);
    files.extend(
        csv_and_parquet(RECIPE_PLAN, &tables::recipe_plan(snapshot, &plan)).map_err(write)?,
    );
    let known: Vec<_> = tables::known_sites(snapshot, &plan).collect();
    files.extend(csv_and_parquet(KNOWN_SITES, &known).map_err(write)?);
    let utilisation = tables::utilisation(snapshot, &plan, &draws);
    files.extend(csv_and_parquet(UTILISATION, &utilisation).map_err(write)?);
    let summary = summary::of(snapshot, &demand, &plan, &draws, change, found);
    Ok(Simulated {
        files,
        summary,
        rows: allocation.len() as u64,
    })
}

fn constraints(settings: &Settings) -> Constraints {
    let parsed = settings
        .recipes_per_box
        .as_ref()
        .and_then(|text| RecipesPerBox::parse(text).ok());
    let share = |(recipes, share): &(u8, Decimal)| (*recipes, share.to_f64());
    Constraints {
        recipes_per_box: parsed.map(|stated| stated.shares().iter().map(share).collect()),
        portion_sizes: settings.portion_sizes.clone(),
    }
}

/// The settings' limits by place on the menu; recipes that are not on it are no matter this week.
fn limits(snapshot: &WeekSnapshot, settings: &Settings) -> Limits {
    let place = |recipe: &RecipeId| {
        snapshot
            .menu
            .binary_search_by(|item| item.recipe.cmp(recipe))
            .ok()
    };
    Limits {
        max_kits: settings
            .max_boxes
            .iter()
            .filter_map(|(recipe, most)| Some((place(recipe)?, *most)))
            .collect(),
        incompatible: settings
            .incompatible
            .iter()
            .filter_map(|(one, other)| Some((place(one)?, place(other)?)))
            .collect(),
    }
}
