//! The documents that repeat what the code says.

use std::fmt::Write;
use std::fs;

use dataset::{Kind, Presence, tables};
use domain::{Code, Severity};

use crate::{root, text};

#[expect(
    clippy::disallowed_methods,
    reason = "`make schemas` writes instead of comparing"
)]
pub(crate) fn holds(file: &str, current: &str) {
    if std::env::var_os("LARDER_WRITE_SCHEMAS").is_some() {
        fs::write(root().join(file), current).unwrap();
    }
    assert!(
        text(file) == current,
        "{file} is not what the code says; run `make schemas`"
    );
}

#[test]
fn the_schemas_of_the_data_set_are_in_its_document() {
    let mut page = String::from(
        "# The planning data set\n\n\
        A folder or S3 prefix of UTF-8 CSV files with commas and a header, or Parquet files of the same names and \
        columns. Dates are ISO 8601, weeks are labels such as `2026-W48` whose dates stand in `menu_week`, quantities \
        are decimals with at most six places and UN/ECE units (`H87` or `EA` piece, `KGM`, `GRM`, `LTR`, `MLT`), \
        weekdays are 1 = Monday to 7, flags 0 or 1. An empty key part means all. Keys are **bold**; `?` marks an \
        optional column, ○ an optional file. There is no place for customer data.\n\n\
        Live changes stand beside a table in CSV files under `changes/<table>/` with its columns and `event_id`, \
        `entity_version` and `op`. What changes is an entity: the rows that agree in the columns that name it, which \
        are the table's key unless it says otherwise. The `set` rows of an event are all the rows its entity has then; \
        `remove` says that it has none, and needs no other columns. Of several changes to one entity the highest \
        version holds (on a tie the greater event id) with all its rows, so that the files may come in any order and \
        any number of times. The table's own file counts as version 0, or as its column `entity_version` says where \
        it has one. `larder compact` makes one file of many.\n",
    );
    for schema in tables::schemas() {
        let optional = if schema.presence == Presence::Optional {
            " ○"
        } else {
            ""
        };
        let about = schema.about.trim();
        writeln!(page, "\n## `{}`{optional}\n\n{about}\n", schema.name).unwrap();
        let named = schema.entity().map(|at| schema.columns[at].name);
        let named: Vec<_> = named.map(|name| format!("`{name}`")).collect();
        if named.len() < schema.key().count() {
            let named = named.join(" and ");
            writeln!(page, "Changes replace all rows of one {named}.\n").unwrap();
        }
        writeln!(page, "| column | holds | |\n| --- | --- | --- |").unwrap();
        for column in schema.columns {
            let name = if column.key {
                format!("**{}**", column.name)
            } else {
                column.name.to_owned()
            };
            let optional = if column.required { "" } else { "?" };
            let kind = match column.kind {
                Kind::Text => "text",
                Kind::Integer => "whole number",
                Kind::Decimal => "decimal",
                Kind::Date => "date",
                Kind::Timestamp => "time",
            };
            writeln!(
                page,
                "| {name}{optional} | {kind} | {} |",
                column.about.trim()
            )
            .unwrap();
        }
    }
    holds("docs/data-set.md", &page);
}

#[test]
fn every_finding_is_in_the_catalogue() {
    let mut page = String::from(
        "# Findings\n\n\
        What `larder validate` and every run look for; only a refused e-mail is told later, in the execution's output \
        and the publisher's log. An error stops what its scope says: the data set, some weeks, or only its own record. A warning stops nothing. Some rules give a milder severity than the usual one below, \
        such as a byte-order mark (E105), which is passed over.\n\n\
        | code | usually | means |\n| --- | --- | --- |\n",
    );
    for code in Code::ALL {
        let severity = match code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(page, "| {code} | {severity} | {} |", code.title()).unwrap();
    }
    holds("docs/findings.md", &page);
}
