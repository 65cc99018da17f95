//! The plan of a run that has none yet.

use std::collections::{BTreeMap, BTreeSet};

use artifacts::Store;
use contracts::{
    DEFAULT_REPLICATES, DEFAULT_SEED, DataFile, Execution, ExecutionInput, Fault, FaultName,
    Lineage, Plan, PlannedWeek, RunId, Settings, StepName,
};
use dataset::Field;
use dataset::tables::{DataSet, MenuWeekRow, RecipesPerBox};
use domain::{Date, MenuWeek, Portions, Timestamp};
use jiff::ToSpan;
use jiff::tz::TimeZone;
use runs::{Latest, Orders, Run};
use sources::DataCut;

use crate::{Defaults, named, shadow};

const MOST_REPLICATES: u32 = 10_000;
const MOST_WEEKS: u32 = 53;
const SNAPSHOT_MAX_AGE_HOURS: u32 = 24;
/// How long after its day of delivery an approved order is still looked for in the data set.
const DAYS_REMEMBERED: i32 = 14;

pub(crate) async fn plan(
    input: &ExecutionInput,
    execution: &Execution,
    defaults: Defaults,
    data: &impl Store,
    runs: &impl Store,
) -> Result<Plan, Fault> {
    let mut settings = settings(input)?;
    let cut = DataCut::take(data).await?;
    // A data set that is still being uploaded is waited for: what is pinned now could never be completed.
    if let [table, ..] = cut.missing().as_slice() {
        let message = format!(
            "{} has no {table}.csv or {table}.parquet yet; a data set needs it",
            data.place("").trim_end_matches('/')
        );
        return Err(Fault::new(FaultName::DataNotReady, message));
    }
    let stated = cut.settings()?;
    let as_of = match input
        .as_of
        .or(stated.as_ref().and_then(|stated| stated.as_of))
    {
        Some(as_of) => as_of,
        None => started(execution)?,
    };
    let today = today(as_of, stated.as_ref())?;
    let known = cut.weeks()?;
    let weeks = weeks(input, defaults, &known, today)?;
    named::check(input, &cut, &known, &weeks)?;

    let latest = Latest::load(runs).await?;
    let published = |week: MenuWeek| PlannedWeek {
        week,
        published: latest.weeks.get(&week).cloned(),
    };
    let newest = latest
        .weeks
        .values()
        .max_by_key(|held| (held.as_of, held.run.clone()));
    // A what-if is compared with the newest plan, and so sees the same states of the world.
    let scenario = scenario(input)?;
    let base = match newest {
        Some(held) if scenario.is_some() => seed_and_draws(runs, &held.run).await?,
        _ => None,
    };
    if let Some((_, replicates)) = base {
        settings.replicates = input.replicates.unwrap_or(replicates);
    }
    Ok(Plan {
        as_of,
        seed: input
            .seed
            .or(base.map(|(seed, _)| seed))
            .unwrap_or(DEFAULT_SEED),
        unplanned: unplanned(&known, &weeks, today).map(published).collect(),
        weeks: weeks.iter().copied().map(published).collect(),
        proposals: latest.proposals.clone(),
        settings,
        // What nobody decides by, nobody is told of unless they ask.
        notify: (input.notify).unwrap_or(scenario.is_none() && input.shadow.is_empty()),
        scenario,
        shadow: input.shadow.clone(),
        data: cut.pins.clone(),
        approved: approved(runs, today).await?,
        // What was made from the same inputs, settings and code need not be made again: the fitted model above all.
        lineage: newest
            .map(|held| Lineage {
                run: held.run.clone(),
                before: StepName::Publisher,
            })
            .into_iter()
            .collect(),
        input: input.clone(),
    })
}

/// The approved orders that a run counts as under way, and those just past that it asks after.
pub(crate) async fn approved(
    runs: &impl Store,
    today: Date,
) -> Result<BTreeMap<String, DataFile>, Fault> {
    let from = today.saturating_sub(DAYS_REMEMBERED.days());
    Orders(runs).pins(from).await
}

pub(crate) fn violation(message: impl std::fmt::Display) -> Fault {
    Fault::new(FaultName::ContractViolation, message)
}

fn settings(input: &ExecutionInput) -> Result<Settings, Fault> {
    let replicates = input.replicates.unwrap_or(DEFAULT_REPLICATES);
    usable(
        Some(replicates),
        input.recipes_per_box.as_deref(),
        input.portion_sizes.as_deref(),
    )?;
    shadow::check(&input.shadow)?;
    Ok(Settings {
        changes: input.changes.clone(),
        replicates,
        snapshot_max_age_hours: SNAPSHOT_MAX_AGE_HOURS,
        caps: input.caps.clone(),
        recipes_per_box: input.recipes_per_box.clone(),
        portion_sizes: input.portion_sizes.clone(),
        max_boxes: input.max_boxes.clone(),
        incompatible: input.incompatible.clone(),
    })
}

/// Settings that a run and its shadows may both have.
pub(crate) fn usable(
    replicates: Option<u32>,
    recipes_per_box: Option<&str>,
    portion_sizes: Option<&[Portions]>,
) -> Result<(), Fault> {
    if let Some(replicates) = replicates.filter(|n| !(1..=MOST_REPLICATES).contains(n)) {
        return Err(violation(format!(
            "replicates: {replicates} is not 1 to {MOST_REPLICATES}"
        )));
    }
    if let Some(text) = recipes_per_box {
        RecipesPerBox::parse(text).map_err(|bad| {
            violation(format!(
                "recipes_per_box: `{text}` cannot be read; give {}",
                bad.expected
            ))
        })?;
    }
    if portion_sizes.is_some_and(<[Portions]>::is_empty) {
        return Err(violation(
            "portion_sizes: the list is empty; leave it out or name at least one",
        ));
    }
    Ok(())
}

/// The random numbers of a run: its seed and how many states of the world it drew.
async fn seed_and_draws(runs: &impl Store, run: &RunId) -> Result<Option<(u64, u32)>, Fault> {
    let found = Run::find(runs, run).await?;
    Ok(found.map(|(run, _)| (run.plan.seed, run.plan.settings.replicates)))
}

/// The name of the what-if, if it is one.
fn scenario(input: &ExecutionInput) -> Result<Option<String>, Fault> {
    let changed = input.changes.as_ref().map(|changes| &changes.name);
    if let (Some(stated), Some(changed)) = (&input.scenario, changed)
        && stated != changed
    {
        return Err(violation(format!(
            "scenario: `{stated}` is not `{changed}`, the name in `changes`; give one of them"
        )));
    }
    let name = changed.or(input.scenario.as_ref());
    let unfit =
        |name: &&String| name.is_empty() || name.len() > 60 || name.chars().any(char::is_control);
    if name.is_some_and(|name| unfit(&name)) {
        return Err(violation(
            "scenario: give a name of 1 to 60 visible characters",
        ));
    }
    Ok(name.cloned())
}

fn started(execution: &Execution) -> Result<Timestamp, Fault> {
    execution.started_at.parse().map_err(|_| {
        violation(format!(
            "execution.started_at: `{}` is not a time such as 2026-11-15T12:00:00Z",
            execution.started_at
        ))
    })
}

/// The date on the data set's clock.
pub(crate) fn today(as_of: Timestamp, stated: Option<&DataSet>) -> Result<Date, Fault> {
    let zone = stated.map_or("UTC", |stated| stated.time_zone.as_str());
    let zone = TimeZone::get(zone).map_err(|_| {
        let message = format!(
            "data_set: time_zone `{zone}` is unknown; give an IANA name such as Europe/London"
        );
        Fault::new(FaultName::DataRejected, message)
    })?;
    Ok(as_of.to_zoned(zone).date())
}

/// Weeks that are not planned and that are packed from today on, before the last of those that are.
fn unplanned(
    known: &[MenuWeekRow],
    weeks: &[MenuWeek],
    today: Date,
) -> impl Iterator<Item = MenuWeek> {
    let planned = known.iter().filter(|week| weeks.contains(&week.week_id));
    let last = planned.map(|week| week.start_date).max();
    let others = known.iter().filter(move |week| {
        let before = last.is_some_and(|last| week.start_date < last);
        // What is delivered today was packed before.
        before && week.end_date > today && !weeks.contains(&week.week_id)
    });
    others.map(|week| week.week_id)
}

fn weeks(
    input: &ExecutionInput,
    defaults: Defaults,
    known: &[MenuWeekRow],
    today: Date,
) -> Result<Vec<MenuWeek>, Fault> {
    if let Some(wanted) = &input.weeks {
        if input.horizon_weeks.is_some() {
            return Err(violation(
                "horizon_weeks: the menu weeks are named by `weeks`; give one of the two",
            ));
        }
        let distinct: BTreeSet<MenuWeek> = wanted.iter().copied().collect();
        if distinct.is_empty() || distinct.len() > MOST_WEEKS as usize {
            return Err(violation(format!(
                "weeks: give 1 to {MOST_WEEKS} menu weeks"
            )));
        }
        if let Some(week) = distinct
            .iter()
            .find(|week| !known.iter().any(|k| k.week_id == **week))
        {
            let message =
                format!("weeks: {week} is not in menu_week; add it there or leave it out");
            return Err(violation(message));
        }
        return Ok(distinct.into_iter().collect());
    }
    let horizon = input.horizon_weeks.unwrap_or(defaults.horizon_weeks);
    if !(1..=MOST_WEEKS).contains(&horizon) {
        return Err(violation(format!(
            "horizon_weeks: {horizon} is not 1 to {MOST_WEEKS}"
        )));
    }
    let next = known
        .iter()
        .filter(|week| week.start_date > today)
        .map(|week| week.week_id);
    let next: Vec<_> = next.take(horizon as usize).collect();
    if next.is_empty() {
        let message =
            format!("menu_week has no week that begins after {today}; add the weeks to plan");
        return Err(Fault::new(FaultName::DataRejected, message));
    }
    Ok(next)
}
