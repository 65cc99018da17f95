//! `larder backtest`: how good the forecasts would have been.

use std::fmt::Write as _;

use artifacts::AnyStore;
use backtest::{Level, Method, Naive, Need, Options, Report};
use contracts::{Fault, FaultName};
use scoring::Score;

use crate::args::BacktestArgs;
use crate::error::Error;
use crate::{clock, print, say};

/// Scores the forecasts and prints the table.
pub(crate) async fn backtest(args: BacktestArgs) -> Result<bool, Error> {
    let data = AnyStore::connect(&args.data).await?;
    let checked = data_extractor::validate(&data, Some(Vec::new()), None, clock::now()).await?;
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
    let report = backtest::run(&checked.observations, &needs, options, tell)
        .map_err(|error| Fault::from_error(FaultName::DataRejected, &error))?;
    print(&table(&report, args.leads))?;
    Ok(true)
}

/// The scores as text.
fn table(report: &Report, leads: u32) -> String {
    let mut text = String::new();
    if let Some((first, last)) = report.weeks {
        let _ = writeln!(text, "Scored {first} to {last}, 1 to {leads} weeks ahead");
    }
    for level in Level::ALL {
        let Some(model) = report.score(level, Method::Model, None) else {
            continue;
        };
        let _ = writeln!(
            text,
            "\n{:<20} {:>8} {:>8} {:>8}",
            level.words(),
            "WMAPE",
            "bias",
            ""
        );
        let mut line = |name: &str, score: &Score| {
            let _ = writeln!(
                text,
                "  {name:<18} {} {} {}",
                percent(score.wmape()),
                percent(score.bias()),
                percent(score.coverage(80).and_then(|coverage| coverage.share())),
            );
        };
        line(Method::Model.words(), model);
        for lead in 1..=leads {
            if let Some(score) = report.score(level, Method::Model, Some(lead)) {
                line(&format!("  {lead} ahead"), score);
            }
        }
        for naive in Naive::ALL {
            if let Some(score) = report.score(level, Method::Naive(naive), None) {
                line(naive.words(), score);
            }
        }
    }
    if let Some((covered, interval)) = report.products_covered() {
        let _ = writeln!(
            text,
            "\nproducts inside their 80 % interval: {:.1} % (95 % interval by weeks {:.1} to {:.1} %)",
            100.0 * covered,
            100.0 * interval.low,
            100.0 * interval.high
        );
    }
    text
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(
        || format!("{:>8}", ""),
        |value| format!("{:>6.1} %", 100.0 * value),
    )
}
