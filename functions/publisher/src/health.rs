//! How current the data set is: what its tables say, against what plans need.

use std::collections::BTreeMap;

use contracts::{DataFile, Plan, SourceFile, SourceHealth, TableFacts};

const DAY: u32 = 24;

/// Hours after which a table is stale. Orders come in every day; history is closed once a week, and planners issue
/// their forecasts about as often.
fn limit(table: &str, plan: &Plan) -> Option<u32> {
    match table {
        "inv_level" => Some(plan.settings.snapshot_max_age_hours),
        "order_line" => Some(2 * DAY),
        "demand_history" | "box_history" | "volume_forecast" | "share_forecast" => Some(14 * DAY),
        _ => None,
    }
}

/// Every table, in order of name, with the files that the plan pins.
pub(crate) fn of(tables: &[TableFacts], plan: &Plan) -> Vec<SourceHealth> {
    tables
        .iter()
        .map(|facts| SourceHealth {
            table: facts.table.clone(),
            files: files(&facts.table, &plan.data),
            rows: facts.rows,
            age_hours: facts
                .newest
                .as_ref()
                .map(|newest| (plan.as_of.as_second() - newest.at.as_second()).div_euclid(3600)),
            limit_hours: limit(&facts.table, plan),
            newest: facts.newest.clone(),
        })
        .collect()
}

/// A table's base file and its change objects.
fn files(table: &str, pinned: &BTreeMap<String, DataFile>) -> Vec<SourceFile> {
    let of_table = |name: &str| {
        let base = name.strip_suffix(".csv").or(name.strip_suffix(".parquet"));
        let changes = name.strip_prefix("changes/");
        base == Some(table) || changes.and_then(|rest| rest.split('/').next()) == Some(table)
    };
    let of_table = pinned.iter().filter(|(name, _)| of_table(name));
    of_table
        .map(|(name, file)| SourceFile {
            name: name.clone(),
            sha256: file.sha256,
            bytes: file.bytes,
        })
        .collect()
}
