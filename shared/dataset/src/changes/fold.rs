//! The change log as a table is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{COLUMNS, Stamp};
use crate::collect::Findings;
use crate::csv_file::{self, Reading};
use crate::files::{BETWEEN, Files, LossOf, Row, entity_of, texts_of};
use crate::table::{Cells, Schema, Table};

/// The column that says which version of its entity a row is of.
pub(crate) const VERSION: &str = "entity_version";

/// Rows of an entity, by their texts: a row that comes again is the same one.
type Rows<T> = BTreeMap<String, Row<T>>;

struct Entity<T> {
    stamp: Stamp,
    /// Without any it was removed.
    rows: Rows<T>,
    /// The greatest version that the table's own file names, and its rows.
    base: (u64, Vec<(String, Row<T>)>),
}

/// The changes of one table, by entity.
pub(crate) struct Changes<T>(BTreeMap<String, Entity<T>>);

impl<T: Table> Changes<T> {
    pub(crate) fn read(files: &Files, loss: LossOf<'_>, findings: &mut Findings) -> Self {
        Self::read_some(files, &|_| true, loss, findings)
    }

    /// Reads the objects with these names alone.
    pub(super) fn read_some(
        files: &Files,
        named: &dyn Fn(&str) -> bool,
        loss: LossOf<'_>,
        findings: &mut Findings,
    ) -> Self {
        let mut changes = Self(BTreeMap::new());
        let objects = files.changes_of(T::SCHEMA.name);
        for (name, body) in objects.filter(|(name, _)| named(name)) {
            let file: Arc<str> = name.into();
            let mut visit = |line, cells: &mut Cells<'_>, extra: csv_file::Extra<'_>| {
                let Some((stamp, row)) = change(cells, extra) else {
                    return false;
                };
                let row = row.map(|value| {
                    let file = Arc::clone(&file);
                    (texts_of(cells, T::SCHEMA), Row { file, line, value })
                });
                changes.take(entity_of(cells, T::SCHEMA), stamp, row);
                true
            };
            let mut reading = Reading {
                file: name,
                schema: T::SCHEMA,
                is_change: true,
                loss,
                findings,
            };
            csv_file::scan(body, &COLUMNS, &mut reading, &mut visit);
        }
        changes
    }

    fn take(&mut self, key: String, stamp: Stamp, row: Option<(String, Row<T>)>) {
        let new = || Entity {
            stamp: stamp.clone(),
            rows: Rows::new(),
            base: (0, Vec::new()),
        };
        let entity = self.0.entry(key).or_insert_with(new);
        if stamp < entity.stamp {
            return;
        }
        if stamp > entity.stamp {
            entity.stamp = stamp;
            entity.rows.clear();
        }
        if let Some((texts, row)) = row {
            entity.rows.entry(texts).or_insert(row);
        }
    }

    /// Each entity by the texts that name it, with the texts of its rows.
    pub(super) fn into_entities(self) -> impl Iterator<Item = (String, Stamp, Vec<String>)> {
        let entities = self.0.into_iter();
        entities.map(|(name, entity)| (name, entity.stamp, entity.rows.into_keys().collect()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Offers a row of the table's own file, unless its entity has changes: those hold it until the whole file is
    /// known.
    pub(crate) fn fold(
        &mut self,
        (file, line): (&Arc<str>, u64),
        cells: &Cells<'_>,
        (version, row): (u64, T),
        visit: &mut impl FnMut(&Arc<str>, u64, &Cells<'_>, T),
    ) {
        if self.0.is_empty() {
            return visit(file, line, cells, row);
        }
        let Some(entity) = self.0.get_mut(&entity_of(cells, T::SCHEMA)) else {
            return visit(file, line, cells, row);
        };
        let (newest, rows) = &mut entity.base;
        *newest = version.max(*newest);
        let row = Row {
            file: Arc::clone(file),
            line,
            value: row,
        };
        rows.push((texts_of(cells, T::SCHEMA), row));
    }

    /// Offers the rows of every entity that has changes.
    pub(crate) fn rest(self, visit: &mut impl FnMut(&Arc<str>, u64, &Cells<'_>, T)) {
        for entity in self.0.into_values() {
            let (version, base) = entity.base;
            if version > entity.stamp.version {
                base.into_iter().for_each(|row| offer(row, visit));
            } else {
                entity.rows.into_iter().for_each(|row| offer(row, visit));
            }
        }
    }
}

fn offer<T: Table>(
    (texts, row): (String, Row<T>),
    visit: &mut impl FnMut(&Arc<str>, u64, &Cells<'_>, T),
) {
    let Schema { columns, .. } = T::SCHEMA;
    let places: Vec<_> = (0..columns.len()).map(Some).collect();
    let record: csv::StringRecord = texts.split(BETWEEN).collect();
    let cells = Cells::new(&record, &places, columns);
    visit(&row.file, row.line, &cells, row.value);
}

/// One row of a change object: the row that is set, or none. `None`: it cannot be read, and `cells` holds why.
fn change<T: Table>(
    cells: &mut Cells<'_>,
    extra: csv_file::Extra<'_>,
) -> Option<(Stamp, Option<T>)> {
    let [event, version, op] = *extra else {
        return None;
    };
    let Some(number) = version_of(version).filter(|number| *number > 0) else {
        cells.refuse(VERSION, version, "a whole number of 1 or more");
        return None;
    };
    let Ok(stamp) = Stamp::new(event, number) else {
        cells.refuse("event_id", event, "the event's id, up to 300 characters,");
        return None;
    };
    match op {
        "set" => Some((stamp, Some(T::read(cells)?))),
        "remove" if cells.has_entity(T::SCHEMA) => Some((stamp, None)),
        "remove" => {
            cells.refuse("op", op, "`remove` with all columns that name what goes");
            None
        }
        _ => {
            cells.refuse("op", op, "`set` or `remove`");
            None
        }
    }
}

/// A version as it is written: digits alone.
pub(crate) fn version_of(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}
