//! Runs as people read them.

use std::fmt::Write as _;

use contracts::StepName;
use domain::{MenuWeek, Timestamp};

use super::account::{Account, State, Work};
use super::idle;

/// The runs, a paragraph each.
pub(crate) fn list(accounts: &[Account], place: &str) -> String {
    if accounts.is_empty() {
        return format!("There is no run in {place}.");
    }
    let told: Vec<String> = accounts.iter().map(short).collect();
    told.join("\n")
}

/// One run with every step that it did.
pub(crate) fn page(account: &Account) -> String {
    let mut text = short(account);
    let header = [
        "step", "weeks", "start", "took", "cold", "rows", "boxes", "peak", "read", "written",
    ];
    let mut rows = vec![header.map(str::to_owned)];
    rows.extend(account.steps.iter().map(|step| row(step, account.started)));
    let mut widths = [0; 10];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    text.push('\n');
    for row in &rows {
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
            // Names begin on the left, numbers end on the right.
            let _ = match at {
                0 | 1 => write!(line, "{cell:width$}  "),
                _ => write!(line, "{cell:>width$}  "),
            };
        }
        let _ = write!(text, "\n{}", line.trim_end());
    }
    text
}

fn short(account: &Account) -> String {
    let mut text = format!(
        "{}  as of {}  {}",
        account.run,
        account.as_of,
        weeks(&account.weeks)
    );
    if let Some(scenario) = &account.scenario {
        let _ = write!(text, "  what-if {scenario}");
    }
    let _ = write!(text, "\n    {}", state(account));
    if let Some(took) = account.took_ms {
        let _ = write!(text, "; took {}", seconds(took));
    }
    if let Some(idle) = account.idle_ms {
        let _ = write!(text, ", of it {} between steps", seconds(idle));
    }
    let steps = StepName::ALL
        .into_iter()
        .filter_map(|step| worked(&account.steps, step));
    let steps: Vec<String> = steps.collect();
    if !steps.is_empty() {
        let _ = write!(text, "\n    {}", steps.join(", "));
    }
    text
}

fn state(account: &Account) -> String {
    match &account.state {
        State::Published => match account.published {
            Some(at) => format!("published {}", minute(at)),
            None => "published".to_owned(),
        },
        State::Failed { failure } => match account.published {
            Some(at) => format!("failed, published {}: {failure}", minute(at)),
            None => format!("failed: {failure}"),
        },
        State::Unfinished { step, weeks } if weeks.is_empty() => {
            format!("unfinished: {step} has no result")
        }
        State::Unfinished { step, weeks: of } => {
            format!("unfinished: {step} has no result for {}", weeks(of))
        }
    }
}

/// A step's time, over all weeks.
fn worked(steps: &[Work], step: StepName) -> Option<String> {
    let own = steps.iter().filter(|made| made.step == step.as_str());
    let times: Vec<i64> = own.filter_map(Work::took_ms).collect();
    let sum: i64 = times.iter().sum();
    (!times.is_empty()).then(|| format!("{step} {}", seconds(sum)))
}

fn row(step: &Work, first: Option<Timestamp>) -> [String; 10] {
    let none = || "-".to_owned();
    let figures = step.figures.unwrap_or_default();
    let count = |count: Option<u64>| count.map_or_else(none, |count| count.to_string());
    let telemetry = step.telemetry.as_ref();
    let host = telemetry.and_then(|it| it.host.as_ref());
    let start = telemetry
        .zip(first)
        .map(|(it, first)| format!("+{}", seconds(idle::between(first, it.started))));
    [
        step.step.clone(),
        step.week
            .map_or_else(|| "all".to_owned(), |week| week.to_string()),
        start.unwrap_or_else(|| "earlier run".to_owned()),
        step.took_ms().map_or_else(none, seconds),
        host.map_or_else(none, |host| {
            if host.cold_start { "yes" } else { "no" }.to_owned()
        }),
        count(figures.rows),
        count(figures.boxes),
        host.and_then(|host| host.peak_mb)
            .map_or_else(none, |peak| format!("{peak} MB")),
        telemetry.map_or_else(none, |it| megabytes(it.storage.read_bytes)),
        telemetry.map_or_else(none, |it| megabytes(it.storage.written_bytes)),
    ]
}

/// The weeks in few words: from the first to the last where there are many.
fn weeks(weeks: &[MenuWeek]) -> String {
    match weeks {
        [] => "no weeks".to_owned(),
        [one] => one.to_string(),
        [first, .., last] => format!("{first} to {last} ({} weeks)", weeks.len()),
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%MZ").to_string()
}

fn seconds(milliseconds: i64) -> String {
    format!("{:.1} s", milliseconds as f64 / 1000.0)
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
