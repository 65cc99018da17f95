//! `larder replay`: does a step of a stored run again and compares every byte.

mod again;
mod compare;
mod stored;

use artifacts::AnyStore;
use contracts::{CODE_VERSION, Plan, StepName};
use domain::MenuWeek;

use crate::args::ReplayArgs;
use crate::error::Error;
use crate::{data, finished, print};
use again::{Both, Replay};
use compare::{Verdict, compare};

/// What a publication says of the code that made it, beside what it says of the plan.
const NAME_THE_CODE: [&str; 2] = ["manifest.json", "publication.json"];

/// How many artifacts came out how.
#[derive(Debug, Default)]
struct Tally {
    same: usize,
    differ: usize,
    steps: usize,
}

/// Makes a step again and compares; `false` when an artifact differs.
pub(crate) async fn replay(args: ReplayArgs) -> Result<bool, Error> {
    let runs = AnyStore::connect(&args.place.runs()).await?;
    let output = AnyStore::connect(&args.place.out).await?;
    let read = args
        .data
        .clone()
        .unwrap_or_else(|| data::default_location(crate::args::Company::default()));
    let data = AnyStore::connect(&read).await?;
    let (run, plan) = finished::run(&runs, &args.run).await?;
    let scopes = scopes(args.step, args.week, &run.plan)?;
    print(&format!(
        "{} of run {} again, with code {}",
        args.step,
        run.id,
        version()
    ))?;
    let replay = Replay {
        run,
        plan,
        data: &data,
        output: &output,
    };
    let mut tally = Tally::default();
    if args.step == StepName::Configurator {
        tally.add(&replay.plan().await?, true)?;
        return tally.end();
    }
    for week in scopes {
        let digest = args.result.as_deref();
        let Some(target) = stored::target(&replay.run, args.step, week, digest).await? else {
            if args.week.is_none() && week.is_some() {
                print(&format!("{}  never finished in this run", scope(week)))?;
            }
            continue;
        };
        let of_this_code = target.is_of_this_code()?;
        print(&format!("{}  {}", scope(week), target.digest()))?;
        if !of_this_code {
            print("  Other code made what is stored, so this compares methods.")?;
        }
        let (made, both) = replay.step(&target).await?;
        if let Some(at) = compare::in_values("", &target.result.inputs, &made.result.inputs) {
            tally.differ += 1;
            print(&format!("  differs  what it was made from, {at}"))?;
        }
        tally.add(&both, of_this_code)?;
    }
    if tally.steps == 0 {
        let scope = args
            .week
            .map_or_else(String::new, |week| format!(" for {week}"));
        return Err(Error::Usage(format!(
            "{} never finished{scope} in run {}; continue it with `larder run --run {1}`",
            args.step, replay.run.id
        )));
    }
    tally.end()
}

impl Tally {
    fn add(&mut self, both: &Both, of_this_code: bool) -> Result<(), Error> {
        self.steps += 1;
        for (name, mut verdict) in compare(&both.stored, &both.made) {
            let names_the_code = NAME_THE_CODE.contains(&name.as_str());
            if !of_this_code && names_the_code && matches!(verdict, Verdict::Differs(_)) {
                verdict = Verdict::NamesTheCode;
            }
            let line = match verdict {
                Verdict::Same(bytes) => {
                    self.same += 1;
                    format!("  same     {name}  {bytes} bytes")
                }
                Verdict::Differs(at) => {
                    self.differ += 1;
                    format!("  differs  {name}  {at}")
                }
                Verdict::NamesTheCode => format!("  skipped  {name}  names the code"),
            };
            print(&line)?;
        }
        Ok(())
    }

    fn end(&self) -> Result<bool, Error> {
        let all = self.same + self.differ;
        if self.differ == 0 {
            print(&format!("All {all} artifacts are the same."))?;
        } else {
            print(&format!("{} of {all} artifacts differ.", self.differ))?;
        }
        Ok(self.differ == 0)
    }
}

/// What of the step to do: once per run, and each week, as far as the step does so.
fn scopes(
    step: StepName,
    week: Option<MenuWeek>,
    plan: &Plan,
) -> Result<Vec<Option<MenuWeek>>, Error> {
    let (once, weekly) = match step {
        StepName::Configurator | StepName::OrderProposer | StepName::Publisher => (true, false),
        StepName::DataExtractor | StepName::OrderSimulator => (true, true),
        StepName::SiteForecast => (false, true),
    };
    if let Some(week) = week {
        if !weekly {
            let message = format!("{step} runs once for all weeks; leave --week out");
            return Err(Error::Usage(message));
        }
        if plan.week(week).is_none() {
            let weeks: Vec<String> = plan.weeks.iter().map(|w| w.week.to_string()).collect();
            let message = format!("the run does not plan {week}, but {}", weeks.join(", "));
            return Err(Error::Usage(message));
        }
        return Ok(vec![Some(week)]);
    }
    let weeks = plan.weeks.iter().filter(|_| weekly);
    let weeks = weeks.map(|planned| Some(planned.week));
    Ok(once.then_some(None).into_iter().chain(weeks).collect())
}

fn scope(week: Option<MenuWeek>) -> String {
    week.map_or_else(|| "all weeks".to_owned(), |week| format!("{week:9}"))
}

/// The code's version, as far as one can tell it from others.
fn version() -> &'static str {
    CODE_VERSION.get(..12).unwrap_or(CODE_VERSION)
}
