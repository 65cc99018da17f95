//! `larder diff`: what two runs plan differently, and why.

use std::cmp::Reverse;

use artifacts::AnyStore;
use contracts::artifact::SUMMARY;
use contracts::{Fault, FaultName, ProposalSummary, Reference, StepName};
use domain::{Decimal, Unit};
use order_proposer::{Compared, Stored, attribute};
use ordering::{Attribution, Milli, Way};
use proposals::ProposalRow;
use report::plain;
use report::words::{count, counted, day, money, signed_thousandths, thousandths};
use runs::Run;
use serde::Serialize;

use crate::args::DiffArgs;
use crate::error::Error;
use crate::{finished, print};

/// A changed line, as `--json` gives it.
#[derive(Debug, Serialize)]
struct ChangedLine<'a> {
    #[serde(flatten)]
    attribution: &'a Attribution,
    product_name: &'a str,
    uom: Unit,
    /// What the change is worth at the line's price.
    value: Decimal,
}

/// Compares two runs.
pub(crate) async fn diff(args: DiffArgs) -> Result<bool, Error> {
    let runs = AnyStore::connect(&args.place.runs()).await?;
    let (old_run, old_result) = finished::proposals(&runs, &args.before).await?;
    let (new_run, new_result) = finished::proposals(&runs, &args.after).await?;
    let (old, new) = (
        Stored::open(&old_run, &old_result).await?,
        Stored::open(&new_run, &new_result).await?,
    );
    let (before, after) = (old.lines().await?, new.lines().await?);
    let compared = Compared::new(&before, &after);
    let mut lines = compared.changed();
    let all = lines.len();
    lines.sort_by_key(|line| {
        let worth = compared.worth(&line.key, line.after - line.before);
        Reverse(worth.millionths().abs())
    });
    lines.truncate(args.lines);
    let attributed = if lines.is_empty() {
        Vec::new()
    } else {
        let (old, new) = (old.made_from().await?, new.made_from().await?);
        attribute(&old, &new, &lines, Way::Shapley)?
    };
    if args.json {
        let lines: Vec<ChangedLine<'_>> = attributed
            .iter()
            .filter_map(|one| {
                let row = compared.row(&one.key)?;
                Some(ChangedLine {
                    attribution: one,
                    product_name: &row.product_name,
                    uom: row.uom,
                    value: compared.worth(&one.key, one.after - one.before),
                })
            })
            .collect();
        let json = serde_json::to_string_pretty(&lines)
            .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        print(&json)?;
        return Ok(true);
    }
    print(&plain(
        &side_by_side([(&old_run, &old_result), (&new_run, &new_result)]).await?,
    ))?;
    if all == 0 {
        print("No line changed by a step or more.")?;
        return Ok(true);
    }
    let shown = if all > attributed.len() {
        format!(
            " The {} that changed most in value, and why:",
            attributed.len()
        )
    } else {
        " Why:".to_owned()
    };
    let lines = counted(all as u64, "line", "lines");
    print(&format!("{lines} changed by a step or more.{shown}\n"))?;
    for one in &attributed {
        if let Some(row) = compared.row(&one.key) {
            print(&plain(&told(one, row)))?;
        }
    }
    let causes = compared.by_cause(&attributed).into_iter();
    let causes: Vec<String> = causes
        .map(|(cause, value)| format!("{cause} {}", money(value, None)))
        .collect();
    let causes = causes.join(", ");
    print(&format!(
        "
By cause, at the lines' prices: {causes}"
    ))?;
    Ok(true)
}

/// `Banana for North from V1 on Tue 17 Nov: 1,000 kg → 1,500 kg (+500 kg): volume +300 kg, stock and inbound +200 kg`.
fn told(one: &Attribution, row: &ProposalRow) -> String {
    let signed = |quantity: Milli| signed_thousandths(quantity, row.uom);
    let mut parts: Vec<(&str, Milli)> = one.causes().collect();
    parts.sort_by_key(|(_, part)| Reverse(part.abs()));
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(cause, part)| format!("{cause} {}", signed(part)))
        .collect();
    format!(
        "  {} ({}) for {} from {}, {}: {} → {} ({}): {}",
        row.product_name,
        row.product_id,
        row.site_name,
        row.vendor_name,
        day(row.delivery_date),
        thousandths(one.before, row.uom),
        thousandths(one.after, row.uom),
        signed(one.after - one.before),
        parts.join(", ")
    )
}

/// The two runs' weeks and orders, beside one another.
async fn side_by_side(runs: [(&Run<'_, AnyStore>, &Reference); 2]) -> Result<String, Error> {
    let mut columns: [Vec<(String, String)>; 2] = [Vec::new(), Vec::new()];
    for (column, (run, result)) in columns.iter_mut().zip(runs) {
        let scenario = run
            .plan
            .scenario
            .clone()
            .unwrap_or_else(|| "base".to_owned());
        column.push(("scenario".to_owned(), scenario));
        column.push(("as of".to_owned(), run.plan.as_of.to_string()));
        for (week, boxes) in boxes(run).await? {
            column.push((format!("{week} boxes"), boxes));
        }
        let result = run.result(result).await?;
        let summary: ProposalSummary = run.json(result.artifact(SUMMARY)?).await?;
        column.push(("orders".to_owned(), count(summary.orders)));
        column.push(("lines".to_owned(), count(summary.lines)));
        column.push((
            "value".to_owned(),
            money(summary.value, summary.currency.as_deref()),
        ));
        column.push(("short before delivery".to_owned(), count(summary.late)));
    }
    let mut rows: Vec<(String, [String; 2])> = Vec::new();
    for (side, column) in columns.into_iter().enumerate() {
        for (name, value) in column {
            match rows.iter_mut().find(|(other, _)| *other == name) {
                Some((_, values)) => values[side] = value,
                None => {
                    let mut values = [String::new(), String::new()];
                    values[side] = value;
                    rows.push((name, values));
                }
            }
        }
    }
    let [(before, _), (after, _)] = runs;
    let mut text = format!("{:24}{:>36}{:>36}\n", "", before.id, after.id);
    for (name, [before, after]) in rows {
        text += &format_args!("{name:24}{before:>36}{after:>36}\n").to_string();
    }
    Ok(text)
}

/// Boxes by week: median, with one chance in ten below and above.
async fn boxes(run: &Run<'_, AnyStore>) -> Result<Vec<(String, String)>, Error> {
    let mut boxes = Vec::new();
    for planned in &run.plan.weeks {
        let finished = run
            .finished(StepName::SiteForecast, Some(planned.week))
            .await?;
        if let Some(found) = finished.last() {
            let summary: contracts::WeekSummary = run.json(found.result.artifact(SUMMARY)?).await?;
            let fan = summary.boxes;
            boxes.push((
                planned.week.to_string(),
                format!(
                    "{} ({} – {})",
                    count(fan.p50),
                    count(fan.p10),
                    count(fan.p90)
                ),
            ));
        }
    }
    Ok(boxes)
}
