//! The change log: live changes beside a table, folded in when it is read.
//!
//! A change object is a CSV file under `changes/<table>/` with the table's columns and `event_id`,
//! `entity_version`, `op` and `delta`. `set` replaces the row with the same key, `remove` takes it away: of
//! several, the highest version wins (the greater event id on a tie), and the base counts as version 0. `add`
//! adds `delta` to the table's quantity, once per event id, unless a `set` of at least its version stands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{Code, Decimal, Finding};

use crate::cell::Field;
use crate::csv_file;
use crate::files::{Files, LossOf, key_of};
use crate::table::{Cells, Table};
use crate::tables::Signed;

const COLUMNS: [&str; 4] = ["event_id", "entity_version", "op", "delta"];

struct Latest<T> {
    version: u32,
    event: String,
    /// `None`: removed.
    row: Option<(Arc<str>, u64, T)>,
}

struct Delta<T> {
    version: u32,
    amount: Decimal,
    row: (Arc<str>, u64, T),
}

struct Entity<T> {
    latest: Option<Latest<T>>,
    deltas: Vec<Delta<T>>,
    cells: csv::StringRecord,
}

/// The changes of one table, by key.
pub(crate) struct Changes<T>(BTreeMap<String, Entity<T>>);

impl<T: Table> Changes<T> {
    pub(crate) fn read(files: &Files, loss: LossOf<'_>, findings: &mut Vec<Finding>) -> Self {
        let schema = T::SCHEMA;
        let mut entities: BTreeMap<String, Entity<T>> = BTreeMap::new();
        let mut events = BTreeSet::new();
        for (name, body) in files.changes_of(schema.name) {
            let file: Arc<str> = name.into();
            let mut wrong = Vec::new();
            let mut visit = |line, cells: &mut Cells<'_>, extra: csv_file::Extra<'_>| {
                let [event, version, op, delta] = *extra else {
                    return false;
                };
                let mut refuse = |column: &str, value: &str, expected: &str| {
                    let message = "the change cannot be read and is left out".to_owned();
                    let remedy = format!("put {expected} there");
                    wrong.push(
                        Finding::new(Code::E102, name, message, &remedy)
                            .at([line])
                            .of(column, value),
                    );
                    true
                };
                if event.is_empty() {
                    return refuse("event_id", event, "the event's id");
                }
                let Ok(version) = u32::parse(version) else {
                    return refuse("entity_version", version, "a whole number of 1 or more");
                };
                let key = key_of(cells, schema);
                let mut texts = csv::StringRecord::new();
                (0..schema.columns.len()).for_each(|at| texts.push_field(cells.text(at)));
                let row = if op == "remove" { None } else { T::read(cells) };
                if op != "remove" && row.is_none() {
                    return false;
                }
                let entity = entities.entry(key).or_insert_with(|| Entity {
                    latest: None,
                    deltas: Vec::new(),
                    cells: texts,
                });
                match (op, row) {
                    ("set" | "remove", row) => {
                        let newer = entity.latest.as_ref().is_none_or(|latest| {
                            (latest.version, latest.event.as_str()) < (version, event)
                        });
                        if newer {
                            let row = row.map(|row| (Arc::clone(&file), line, row));
                            entity.latest = Some(Latest {
                                version,
                                event: event.to_owned(),
                                row,
                            });
                        }
                        true
                    }
                    ("add", Some(mut row)) => {
                        let Ok(Signed(amount)) = Signed::parse(delta) else {
                            return refuse("delta", delta, "a number such as -3 or 12.5");
                        };
                        let Some(sum) = row.sum() else {
                            return refuse(
                                "op",
                                op,
                                "`set` or `remove`: this table has no quantity to add to,",
                            );
                        };
                        *sum = Decimal::ZERO;
                        if events.insert(event.to_owned()) {
                            let row = (Arc::clone(&file), line, row);
                            entity.deltas.push(Delta {
                                version,
                                amount,
                                row,
                            });
                        }
                        true
                    }
                    _ => refuse("op", op, "`set`, `remove` or `add`"),
                }
            };
            csv_file::scan(body, name, schema, &COLUMNS, loss, findings, &mut visit);
            findings.extend(wrong);
        }
        Self(entities)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Offers a row of the base as the changes leave it.
    pub(crate) fn fold(
        &mut self,
        file: &Arc<str>,
        line: u64,
        cells: &Cells<'_>,
        row: T,
        visit: &mut impl FnMut(&Arc<str>, u64, &Cells<'_>, T),
    ) {
        let entity = if self.0.is_empty() {
            None
        } else {
            self.0.remove(&key_of(cells, T::SCHEMA))
        };
        match entity {
            None => visit(file, line, cells, row),
            Some(entity) => settle(entity, Some((Arc::clone(file), line, row)), visit),
        }
    }

    /// Offers the rows that only the changes have.
    pub(crate) fn rest(self, visit: &mut impl FnMut(&Arc<str>, u64, &Cells<'_>, T)) {
        for entity in self.0.into_values() {
            settle(entity, None, visit);
        }
    }
}

fn settle<T: Table>(
    entity: Entity<T>,
    base: Option<(Arc<str>, u64, T)>,
    visit: &mut impl FnMut(&Arc<str>, u64, &Cells<'_>, T),
) {
    let (version, mut row) = match entity.latest {
        Some(latest) => (latest.version, latest.row),
        None => (0, base),
    };
    for delta in entity.deltas {
        if delta.version > version {
            let (_, _, row) = row.get_or_insert(delta.row);
            if let Some(sum) = row.sum() {
                *sum = sum.checked_add(delta.amount).unwrap_or(*sum);
            }
        }
    }
    if let Some((file, line, row)) = row {
        let places: Vec<_> = (0..T::SCHEMA.columns.len()).map(Some).collect();
        visit(
            &file,
            line,
            &Cells::new(&entity.cells, &places, T::SCHEMA.columns),
            row,
        );
    }
}
