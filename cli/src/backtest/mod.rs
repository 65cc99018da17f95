//! `larder backtest`: how good the forecasts would have been.

mod chart;
mod scores;
mod table;

use artifacts::{AnyStore, Store, StoreError};
use backtest::{Level, Method, Naive, Need, Options, Report};
use contracts::{Fault, FaultName};
use domain::{Finding, Scope, Severity, tally};
use report::plain;
use report::words::counted;
use scoring::Score;

use crate::args::BacktestArgs;
use crate::error::Error;
use crate::validate::described;
use crate::{clock, print, say};

/// A back-test and what it was made of, as it is told.
#[derive(Debug)]
struct Told<'a> {
    report: &'a Report,
    /// The data set's place.
    data: &'a str,
    /// Weeks scored.
    weeks: usize,
    options: Options,
}

impl Told<'_> {
    /// What was scored, in a line.
    fn scope(&self) -> String {
        let Options {
            leads,
            replicates,
            seed,
            ..
        } = self.options;
        let weeks = match self.report.weeks {
            Some((first, last)) if first != last => {
                format!("{first} to {last} ({} weeks)", self.weeks)
            }
            Some((first, _)) => first.to_string(),
            None => "no week".to_owned(),
        };
        let ahead = match leads {
            1 => "1 week ahead".to_owned(),
            _ => format!("1 to {leads} weeks ahead"),
        };
        format!("{weeks}, {ahead}; {replicates} draws, seed {seed}")
    }

    fn model(&self, level: Level, lead: Option<u32>) -> Option<&Score> {
        self.report.score(level, Method::Model, lead)
    }

    /// The naive forecast with the least WMAPE.
    fn best_naive(&self, level: Level, lead: Option<u32>) -> Option<&Score> {
        let scores = Naive::ALL
            .into_iter()
            .filter_map(|naive| self.report.score(level, Method::Naive(naive), lead));
        let error = |score: &Score| score.wmape().unwrap_or(f64::INFINITY);
        scores.min_by(|a, b| error(a).total_cmp(&error(b)))
    }

    /// By how much the model's WMAPE is below the best naive forecast's.
    fn value_added(&self, level: Level, lead: Option<u32>) -> Option<f64> {
        let best = self.best_naive(level, lead)?;
        self.model(level, lead)?.value_added(best)
    }
}

/// The model first, then the naive forecasts.
fn methods() -> impl Iterator<Item = Method> {
    [Method::Model]
        .into_iter()
        .chain(Naive::ALL.map(Method::Naive))
}

/// Scores the forecasts, prints the table and writes the files; `false` when the data set cannot be scored.
pub(crate) async fn backtest(args: BacktestArgs) -> Result<bool, Error> {
    let data = AnyStore::connect(&args.data).await?;
    let checked = data_extractor::validate(&data, Some(Vec::new()), None, clock::now()).await?;
    if !scorable(&data.place(""), &checked.findings)? {
        return Ok(false);
    }
    let out = match &args.out {
        Some(location) => Some(AnyStore::connect(location).await?),
        None => None,
    };
    let needs: Vec<Need> = checked
        .kit_needs
        .into_iter()
        .map(|need| Need {
            recipe: need.recipe,
            product: need.product,
            quantity: need.quantity,
        })
        .collect();
    let options = Options {
        weeks: args.weeks as usize,
        skip: args.skip as usize,
        leads: args.leads,
        replicates: args.replicates,
        seed: args.seed,
    };
    let tell = |week| say(&mut std::io::stderr(), &format!("as of the end of {week}"));
    let report = backtest::run(
        &checked.observations,
        &needs,
        &checked.past_overrides,
        options,
        tell,
    )
    .map_err(|error| refused(&error, args.skip))?;
    let scored = |week| report.weeks.is_some_and(|(a, b)| (a..=b).contains(week));
    let told = Told {
        report: &report,
        data: &data.place(""),
        weeks: checked
            .observations
            .weeks
            .iter()
            .filter(|week| scored(week))
            .count(),
        options,
    };
    print(plain(&table::table(&told)).trim_end())?;
    if let Some(out) = out {
        write(&out, "backtest.csv", scores::csv(&told).as_bytes()).await?;
        write(&out, "backtest.svg", chart::svg(&told)?.as_bytes()).await?;
    }
    Ok(true)
}

/// Whether no finding stops the whole data set; tells of those that do, and how many other errors there are.
fn scorable(place: &str, findings: &[Finding]) -> Result<bool, Error> {
    let stops =
        |finding: &&Finding| finding.severity == Severity::Error && finding.scope == Scope::DataSet;
    let stopping: Vec<&Finding> = findings.iter().filter(stops).collect();
    if stopping.is_empty() {
        if let (errors @ 1.., _) = tally(findings) {
            let errors = counted(errors as u64, "error", "errors");
            let line = format!(
                "{place} has {errors}; what they touch is not scored, `larder validate` names them"
            );
            say(&mut std::io::stderr(), &plain(&line));
        }
        return Ok(true);
    }
    let text: String = stopping.iter().map(|finding| described(finding)).collect();
    let errors = counted(stopping.len() as u64, "error stops", "errors stop");
    print(&format!("{}{place}: {errors} the back-test", plain(&text)))?;
    Ok(false)
}

fn refused(error: &backtest::Error, skip: u32) -> Fault {
    let fault = Fault::from_error(FaultName::DataRejected, error);
    match error {
        backtest::Error::TooShort { .. } if skip > 0 => {
            let left_out = counted(u64::from(skip), "week is", "weeks are");
            Fault::new(
                FaultName::DataRejected,
                format!("{error}; {left_out} left out by --skip"),
            )
        }
        _ => fault,
    }
}

async fn write(out: &AnyStore, name: &str, content: &[u8]) -> Result<(), Error> {
    out.create(name, content)
        .await
        .map_err(|error| match error {
            StoreError::Exists { place } => Error::OtherBacktest { place },
            other => other.into(),
        })?;
    say(
        &mut std::io::stderr(),
        &format!("wrote {}", out.place(name)),
    );
    Ok(())
}
