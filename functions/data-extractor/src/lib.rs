//! Data extractor (FETCH): reads the planning data set, checks it, and hands on what later steps need.
//!
//! Once per run it reads everything: what was sold becomes the observations that demand is fitted to, and every
//! finding of the catalogue is written down. Then, for each week, it makes the week's snapshot, unless a finding
//! stops the week.

mod caps;
mod currency;
mod history;
mod rows;
mod scenario;
mod week;

use std::collections::BTreeMap;

use artifacts::Store;
use contracts::artifact::{CURRENCY, FACTS, FINDINGS, OBSERVATIONS, SNAPSHOT, SUPPLY};
use contracts::{DataFile, ExtractRequest, Fault, FaultName, Plan, Reference, Scenario, StepName};
use dataset::PlanningData;
use dataset::validate::{self, Context, check};
use domain::{Finding, MenuWeek, Override, ProductId, Sha256, Timestamp};
use runs::{Begun, Figures, Run};
use serde::Serialize;
use sources::{DataCut, pinned, table_files};

pub use history::HistoryFacts;

/// Tables that only the history scope reads.
const HISTORY_TABLES: [&str; 2] = ["demand_history", "box_history"];

/// Reads the history or one week.
///
/// # Errors
/// `Data.Rejected` when findings stop the week, or a file is no longer what the plan pinned; the stores' faults.
pub async fn handle(
    request: ExtractRequest,
    data: &impl Store,
    runs: &impl Store,
) -> Result<Reference, Fault> {
    match request {
        ExtractRequest::History { run, plan } => {
            extract_history(&Run::open(runs, &run, &plan).await?, data).await
        }
        ExtractRequest::Week {
            run,
            plan,
            history,
            week,
        } => extract_week(&Run::open(runs, &run, &plan).await?, data, week, &history).await,
    }
}

/// A data set that was looked at without a run.
#[derive(Debug)]
pub struct Checked {
    /// Every finding that needs no forecast.
    pub findings: Vec<Finding>,
    /// What was sold.
    pub observations: demand::Observations,
    /// The weeks that no finding stops.
    pub weeks: Vec<snapshot::WeekSnapshot>,
    /// What a kit of each recipe takes of each product, over the portion sizes sold lately.
    pub kit_needs: Vec<KitNeed>,
    /// The planners' overrides that were in force at the end of each week of the observations.
    pub past_overrides: Vec<Vec<Override>>,
}

/// What a kit of a recipe takes of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct KitNeed {
    /// Place of the recipe in the observations.
    pub recipe: usize,
    /// The product.
    pub product: ProductId,
    /// Its quantity a kit, in the unit of the bill of materials.
    pub quantity: f64,
}

/// Looks at a data set without a run, for the weeks given or the next four.
///
/// # Errors
/// `Data.NotReady` when there is no data set; the store's faults.
pub async fn validate(
    data: &impl Store,
    weeks: Option<Vec<MenuWeek>>,
    as_of: Option<Timestamp>,
    now: Timestamp,
) -> Result<Checked, Fault> {
    let cut = DataCut::take(data).await?;
    let files = pinned(data, &cut.pins, |_| true).await?;
    let settings = cut.settings().ok().flatten();
    let stated = settings.as_ref().and_then(|settings| settings.as_of);
    let as_of = as_of.or(stated).unwrap_or(now);
    let next = || {
        let zone = settings
            .as_ref()
            .and_then(|settings| jiff::tz::TimeZone::get(&settings.time_zone).ok());
        let today = as_of
            .to_zoned(zone.unwrap_or(jiff::tz::TimeZone::UTC))
            .date();
        let weeks = cut.weeks().unwrap_or_default().into_iter();
        weeks
            .filter(|week| week.start_date > today)
            .take(4)
            .map(|week| week.week_id)
            .collect()
    };
    let weeks: Vec<MenuWeek> = weeks.unwrap_or_else(next);
    let (planning, sold, findings) = check(&files, &Context::new(as_of, weeks.iter().copied()));
    let observations = history::observations(&planning, &sold, as_of);
    let facts = history::facts(&planning, &observations);
    let sound = weeks
        .into_iter()
        .filter(|week| !findings.iter().any(|finding| finding.stops(*week)));
    let weeks: Result<_, Fault> = sound
        .map(|week| week::snapshot(&planning, &facts, week, as_of, &[]))
        .collect();
    Ok(Checked {
        findings,
        kit_needs: history::kit_needs(&planning, &observations),
        past_overrides: history::overrides(&planning, &observations),
        observations,
        weeks: weeks?,
    })
}

#[derive(Serialize)]
struct HistoryInputs<'a> {
    data: &'a BTreeMap<String, DataFile>,
    as_of: Timestamp,
    weeks: Vec<MenuWeek>,
    snapshot_max_age_hours: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<&'a Scenario>,
}

async fn extract_history<S: Store>(
    run: &Run<'_, S>,
    data: &impl Store,
) -> Result<Reference, Fault> {
    let plan = &run.plan;
    let inputs = HistoryInputs {
        data: &plan.data,
        as_of: plan.as_of,
        weeks: plan.weeks.iter().map(|planned| planned.week).collect(),
        snapshot_max_age_hours: plan.settings.snapshot_max_age_hours,
        changes: plan.settings.changes.as_deref(),
    };
    let mut output = match run.begin(StepName::DataExtractor, None, &inputs).await? {
        Begun::Finished(result) => return Ok(result),
        Begun::Open(output) => output,
    };
    let files = pinned(data, &plan.data, |_| true).await?;
    let context = Context {
        as_of: plan.as_of,
        weeks: inputs.weeks,
        snapshot_max_age_hours: plan.settings.snapshot_max_age_hours,
    };
    let planning = changed(PlanningData::load(&files), plan)?;
    let sold = dataset::History::load(&files, &planning);
    let findings = validate::findings(&planning, &sold, &context);
    let observations = history::observations(&planning, &sold, plan.as_of);
    output
        .put_json(FACTS, &history::facts(&planning, &observations))
        .await?;
    output.put_json(OBSERVATIONS, &observations).await?;
    output
        .put_json(SUPPLY, &planning.supply(plan.as_of))
        .await?;
    output.put_json(FINDINGS, &findings).await?;
    let currency = currency::facts(&planning, &sold, plan.as_of);
    output.put_json(CURRENCY, &currency).await?;
    output.count(Figures {
        rows: Some(observations.sales.week.len() as u64),
        ..Figures::default()
    });
    output.finish().await
}

#[derive(Serialize)]
struct WeekInputs<'a> {
    data: BTreeMap<&'a str, DataFile>,
    week: MenuWeek,
    as_of: Timestamp,
    caps: &'a [contracts::CapOverride],
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<&'a Scenario>,
    facts: Sha256,
    findings: &'a [&'a Finding],
}

/// The data set as a what-if has it.
fn changed(mut data: PlanningData, plan: &Plan) -> Result<PlanningData, Fault> {
    if let Some(scenario) = &plan.settings.changes {
        let weeks: Vec<MenuWeek> = plan.weeks.iter().map(|planned| planned.week).collect();
        scenario::apply(&mut data, scenario, &weeks, plan.as_of)?;
    }
    Ok(data)
}

async fn extract_week<S: Store>(
    run: &Run<'_, S>,
    data: &impl Store,
    week: MenuWeek,
    history: &Reference,
) -> Result<Reference, Fault> {
    let plan = &run.plan;
    let names: Vec<&str> = plan.data.keys().map(String::as_str).collect();
    let left_out = table_files(&names, HISTORY_TABLES);
    let needed = |name: &str| !left_out.contains(&name);
    let history = run.result(history).await?;
    let facts = history.artifact(FACTS)?;
    let findings: Vec<Finding> = run.json(history.artifact(FINDINGS)?).await?;
    if let Some(first) = findings.iter().find(|finding| finding.stops(week)) {
        let more = findings
            .iter()
            .filter(|finding| finding.stops(week))
            .count()
            - 1;
        let more = if more > 0 {
            format!("{more} more errors; ")
        } else {
            String::new()
        };
        return Err(Fault::new(
            FaultName::DataRejected,
            format!("{more}{first}"),
        ));
    }
    let concerning: Vec<&Finding> = findings
        .iter()
        .filter(|finding| match &finding.scope {
            domain::Scope::Weeks(weeks) => weeks.contains(&week),
            _ => false,
        })
        .collect();
    let inputs = WeekInputs {
        data: plan
            .data
            .iter()
            .filter(|(name, _)| needed(name))
            .map(|(name, file)| (name.as_str(), *file))
            .collect(),
        week,
        as_of: plan.as_of,
        caps: &plan.settings.caps,
        changes: plan.settings.changes.as_deref(),
        facts: facts.sha256,
        findings: &concerning,
    };
    let mut output = match run
        .begin(StepName::DataExtractor, Some(week), &inputs)
        .await?
    {
        Begun::Finished(result) => return Ok(result),
        Begun::Open(output) => output,
    };
    let facts: HistoryFacts = run.json(facts).await?;
    let files = pinned(data, &plan.data, needed).await?;
    let planning = changed(PlanningData::load(&files), plan)?;
    let snapshot = week::snapshot(&planning, &facts, week, plan.as_of, &plan.settings.caps)?;
    output.put_json(SNAPSHOT, &snapshot).await?;
    output.put_json(FINDINGS, &concerning).await?;
    output.finish().await
}
