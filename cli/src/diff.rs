//! `larder diff`: what two runs plan differently, and why.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use artifacts::AnyStore;
use contracts::artifact::SUMMARY;
use contracts::{Fault, FaultName, ProposalSummary, Reference, StepName};
use domain::{Decimal, Unit};
use order_proposer::{ProposalRow, Stored, attribute, changed};
use ordering::{Attribution, Group, LineKey, Milli, Way};
use report::plain;
use report::words::{count, counted, day, money, thousandths};
use runs::Run;
use serde::Serialize;

use crate::args::{DiffArgs, store};
use crate::error::Error;
use crate::{print, proposed};

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
    let runs = AnyStore::connect(&store(args.store.as_ref(), &args.out)).await?;
    let (old_run, old_result) = proposed::open(&runs, &args.before).await?;
    let (new_run, new_result) = proposed::open(&runs, &args.after).await?;
    let (old, new) = (
        Stored::open(&old_run, &old_result).await?,
        Stored::open(&new_run, &new_result).await?,
    );
    let (before, after) = (old.lines().await?, new.lines().await?);
    let names: BTreeMap<LineKey, &ProposalRow> = before
        .iter()
        .chain(&after)
        .map(|row| (row.key(), row))
        .collect();
    let worth = |key: &LineKey, change: Milli| -> Decimal {
        let value = names.get(key).map_or(0, |row| {
            let price = i128::from(row.value.millionths());
            i128::from(change) * price / i128::from(row.quantity_milli().max(1))
        });
        Decimal::from_millionths(i64::try_from(value).unwrap_or(i64::MAX))
    };
    let mut lines = changed(&before, &after)?;
    let all = lines.len();
    lines.sort_by_key(|line| {
        Reverse(
            worth(&line.key, line.after - line.before)
                .millionths()
                .abs(),
        )
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
                let row = names.get(&one.key)?;
                Some(ChangedLine {
                    attribution: one,
                    product_name: &row.product_name,
                    uom: row.uom,
                    value: worth(&one.key, one.after - one.before),
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
        if let Some(row) = names.get(&one.key) {
            print(&plain(&told(one, row)))?;
        }
    }
    print(&format!(
        "\nBy cause, at the lines' prices: {}",
        by_cause(&attributed, worth)
    ))?;
    Ok(true)
}

/// The causes of a change with their parts.
fn causes(one: &Attribution) -> impl Iterator<Item = (&'static str, Milli)> + '_ {
    let groups = Group::ALL
        .into_iter()
        .map(|group| (group.words(), one.parts[group as usize]));
    groups.chain([("the method", one.method)])
}

/// `Banana for North from V1 on Tue 17 Nov: 1,000 kg → 1,500 kg (+500 kg): volume +300 kg, stock and inbound +200 kg`.
fn told(one: &Attribution, row: &ProposalRow) -> String {
    let signed = |quantity: Milli| {
        let sign = if quantity > 0 { "+" } else { "" };
        format!("{sign}{}", thousandths(quantity, row.uom))
    };
    let mut parts: Vec<(&str, Milli)> = causes(one).filter(|(_, part)| *part != 0).collect();
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

fn by_cause(attributed: &[Attribution], worth: impl Fn(&LineKey, Milli) -> Decimal) -> String {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for one in attributed {
        for (cause, part) in causes(one).filter(|(_, part)| *part != 0) {
            *sums.entry(cause).or_default() += worth(&one.key, part).millionths();
        }
    }
    let mut sums: Vec<(&str, i64)> = sums.into_iter().collect();
    sums.sort_by_key(|(_, value)| Reverse(value.abs()));
    let text: Vec<String> = (sums.into_iter())
        .map(|(cause, value)| format!("{cause} {}", money(Decimal::from_millionths(value), None)))
        .collect();
    text.join(", ")
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
