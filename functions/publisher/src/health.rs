//! How current the data set is: what its tables say, against what plans need.

use std::collections::BTreeMap;

use contracts::{DataFile, Plan, SourceChanges, SourceFile, SourceHealth, TableFacts};

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
            files: base(&facts.table, &plan.data),
            changes: changes(&facts.table, &plan.data),
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

/// A table's base.
fn base(table: &str, pinned: &BTreeMap<String, DataFile>) -> Vec<SourceFile> {
    let of_table = |name: &str| {
        let base = name.strip_suffix(".csv").or(name.strip_suffix(".parquet"));
        base == Some(table)
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

/// A table's change objects.
fn changes(table: &str, pinned: &BTreeMap<String, DataFile>) -> SourceChanges {
    let folder = format!("changes/{table}/");
    let mut changes = SourceChanges::default();
    for (_, file) in pinned.iter().filter(|(name, _)| name.starts_with(&folder)) {
        changes.objects += 1;
        changes.bytes += file.bytes;
    }
    changes
}

#[cfg(test)]
mod tests {
    use contracts::Newest;

    use super::*;

    fn plan(as_of: &str) -> Plan {
        let file = DataFile {
            sha256: artifacts::sha256(b""),
            bytes: 7,
        };
        let data = [
            "inv_level.csv",
            "changes/inv_level/0001.csv",
            "inv_level_extra.csv",
        ];
        let settings = serde_json::json!({
            "replicates": 1, "snapshot_max_age_hours": 24, "caps": [], "recipes_per_box": null, "portion_sizes": null,
            "max_boxes": {}, "incompatible": [],
        });
        Plan {
            as_of: as_of.parse().unwrap(),
            seed: 1,
            weeks: Vec::new(),
            unplanned: Vec::new(),
            proposals: None,
            settings: serde_json::from_value(settings).unwrap(),
            scenario: None,
            notify: false,
            shadow: Vec::new(),
            data: data.map(|name| (name.to_owned(), file)).into(),
            approved: BTreeMap::new(),
            lineage: Vec::new(),
            input: contracts::ExecutionInput::default(),
        }
    }

    #[test]
    fn a_table_is_stale_after_its_limit_and_has_its_own_files() {
        let at = "2026-11-14T12:00:00Z";
        let facts = [TableFacts {
            table: "inv_level".to_owned(),
            rows: 9,
            newest: Some(Newest {
                column: "snapshot_at".to_owned(),
                value: at.to_owned(),
                at: at.parse().unwrap(),
            }),
        }];
        for (as_of, age, stale) in [
            ("2026-11-14T11:59:00Z", -1, false),
            ("2026-11-15T12:59:00Z", 24, false),
            ("2026-11-15T13:00:00Z", 25, true),
        ] {
            let health = of(&facts, &plan(as_of));
            assert_eq!(health[0].age_hours, Some(age), "{as_of}");
            assert_eq!(health[0].is_stale(), stale, "{as_of}");
            let files: Vec<&str> = health[0]
                .files
                .iter()
                .map(|file| file.name.as_str())
                .collect();
            assert_eq!(files, ["inv_level.csv"]);
            let changes = SourceChanges {
                objects: 1,
                bytes: 7,
            };
            assert_eq!(health[0].changes, changes);
        }
    }
}
