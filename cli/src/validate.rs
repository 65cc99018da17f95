//! `larder validate`: every finding of a planning data set.

use artifacts::{AnyStore, Store};
use contracts::{DEFAULT_REPLICATES, DEFAULT_SEED, Fault, FaultName};
use domain::{Finding, Scope, Severity, Volume, tally};
use report::plain;
use report::words::{count, counted};

use crate::args::ValidateArgs;
use crate::error::Error;
use crate::{clock, print};

/// How many rows of a finding are named; JSON has all.
const ROWS: usize = 20;

/// Prints the findings; `false` when there is an error among them.
pub(crate) async fn validate(args: ValidateArgs) -> Result<bool, Error> {
    let data = AnyStore::connect(&args.data).await?;
    let checked = data_extractor::validate(&data, args.weeks, args.as_of, clock::now()).await?;
    let mut findings = checked.findings;
    findings.extend(order_simulator::validate(
        &checked.observations,
        &checked.weeks,
        DEFAULT_SEED,
        DEFAULT_REPLICATES,
    )?);
    findings.sort_by(|a, b| (a.severity, a).cmp(&(b.severity, b)));
    let (errors, _) = tally(&findings);
    if args.json {
        let json = serde_json::to_string_pretty(&findings)
            .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        print(&json)?;
    } else {
        let text: String = findings.iter().map(described).collect();
        print(&format!(
            "{}{}",
            plain(&text),
            verdict(&data.place(""), &findings)
        ))?;
    }
    Ok(errors == 0)
}

fn verdict(place: &str, findings: &[Finding]) -> String {
    let (errors, warnings) = tally(findings);
    if findings.is_empty() {
        return format!("{place}: no findings");
    }
    let errors = counted(errors as u64, "error", "errors");
    format!(
        "{place}: {errors}, {}",
        counted(warnings as u64, "warning", "warnings")
    )
}

/// A finding as a paragraph: what and where, what is wrong, what hangs on it, what to do.
pub(crate) fn described(finding: &Finding) -> String {
    let severity = if finding.severity == Severity::Error {
        "error"
    } else {
        "warning"
    };
    let Finding {
        code,
        message,
        remedy,
        ..
    } = finding;
    let title = code.title();
    let place = place(finding);
    let impact = impact(finding);
    format!(
        "{code} {severity}: {title}\n  where   {place}\n  what    {message}\n  impact  {impact}\n  to do   {remedy}\n\n"
    )
}

fn place(finding: &Finding) -> String {
    let mut parts = vec![finding.file.clone()];
    let rows: Vec<_> = finding
        .rows
        .iter()
        .take(ROWS)
        .map(ToString::to_string)
        .collect();
    match (finding.rows.len(), finding.rows.len().saturating_sub(ROWS)) {
        (0, _) => {}
        (1, _) => parts.push(format!("row {}", rows.concat())),
        (_, 0) => parts.push(format!("rows {}", rows.join(", "))),
        (_, more) => parts.push(format!(
            "rows {} and {} more",
            rows.join(", "),
            count(more as u64)
        )),
    }
    match (&finding.column, &finding.value) {
        (Some(column), Some(value)) => parts.push(format!("{column} = `{value}`")),
        (Some(column), None) => parts.push(format!("column {column}")),
        (None, Some(value)) => parts.push(format!("`{value}`")),
        (None, None) => {}
    }
    parts.join(", ")
}

fn impact(finding: &Finding) -> String {
    let weight = match finding.impact {
        Volume::Boxes(boxes) => counted(boxes, "box", "boxes"),
        Volume::Quantity(quantity) => format!("quantity {quantity}"),
        Volume::Unknown => "not known".to_owned(),
    };
    match &finding.scope {
        _ if finding.severity == Severity::Warning => weight,
        Scope::DataSet => format!("{weight}; no week can be planned"),
        Scope::Weeks(weeks) => {
            let weeks: Vec<_> = weeks.iter().map(ToString::to_string).collect();
            format!("{weight}; stops {}", weeks.join(", "))
        }
        Scope::Record => weight,
    }
}
