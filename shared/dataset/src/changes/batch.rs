//! Change objects on their way out.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Date, Sha256};
use sha2::Digest;

use super::{COLUMNS, Stamp};
use crate::table::{Schema, Table};
use crate::{Cell, WriteError};

/// Why a change cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// No event and version.
    #[error(
        "event `{event_id}` at version {version} cannot change anything: \
         it needs an id of 1 to 300 characters and a version of 1 or more"
    )]
    Stamp {
        /// The event's id.
        event_id: String,
        /// The version.
        version: u64,
    },
    /// A value that nobody could read again.
    #[error("`{value}` cannot stand in the column {column} of {table}")]
    Value {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The value.
        value: String,
    },
    /// What is to be removed is not named by the columns that name it.
    #[error("something of {table} is named by {columns} values, not by {given}")]
    Entity {
        /// The table.
        table: &'static str,
        /// How many columns name it.
        columns: usize,
        /// How many values there were.
        given: usize,
    },
}

/// One change object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its name in the data set, from its content: the same changes again are the same object.
    pub key: String,
    /// Its content, CSV.
    pub bytes: Vec<u8>,
}

/// Changes of several tables that are written together, one object a table.
///
/// The order in which they come makes no difference, and neither does one that comes twice.
#[derive(Debug, Clone, Default)]
pub struct Batch(BTreeMap<&'static str, Log>);

#[derive(Debug, Clone)]
pub(super) struct Log {
    schema: &'static Schema,
    lines: BTreeSet<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    entity: Vec<String>,
    stamp: Stamp,
    op: &'static str,
    cells: Vec<String>,
}

impl Batch {
    /// Says that the entities of these rows have these rows and no others. An entity without rows is
    /// [removed](Self::remove).
    ///
    /// # Errors
    /// [`ChangeError::Value`] when a row could not be read again; then none of the rows is taken.
    pub fn set<'r, T: Table + 'r>(
        &mut self,
        stamp: &Stamp,
        rows: impl IntoIterator<Item = &'r T>,
    ) -> Result<(), ChangeError> {
        let lines: Result<Vec<_>, _> = rows
            .into_iter()
            .map(|row| {
                let mut cells = Vec::with_capacity(T::SCHEMA.columns.len());
                row.cells(&mut cells);
                let all = (0..cells.len()).zip(cells);
                line(T::SCHEMA, stamp, "set", all)
            })
            .collect();
        self.lines(T::SCHEMA).extend(lines?);
        Ok(())
    }

    /// Says that an entity has no rows any more. It is named by the values of [`Schema::entity`].
    ///
    /// # Errors
    /// [`ChangeError`] when they are too few or too many, or could not be read again.
    pub fn remove<T: Table>(
        &mut self,
        stamp: &Stamp,
        entity: &[Cell<'_>],
    ) -> Result<(), ChangeError> {
        let columns = T::SCHEMA.entity().count();
        if columns != entity.len() {
            return Err(ChangeError::Entity {
                table: T::SCHEMA.name,
                columns,
                given: entity.len(),
            });
        }
        let named = T::SCHEMA.entity().zip(entity.iter().cloned());
        let line = line(T::SCHEMA, stamp, "remove", named)?;
        self.lines(T::SCHEMA).insert(line);
        Ok(())
    }

    /// Adds all changes of another batch.
    pub fn join(&mut self, other: &Self) {
        for log in other.0.values() {
            self.lines(log.schema).extend(log.lines.iter().cloned());
        }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|log| log.lines.is_empty())
    }

    /// The objects to create in the data set, one for each table with changes, below the day they are written on.
    ///
    /// # Errors
    /// [`WriteError`] when a table cannot be written.
    pub fn objects(&self, day: Date) -> Result<Vec<Object>, WriteError> {
        let logs = self.0.values().filter(|log| !log.lines.is_empty());
        logs.map(|log| log.object(day)).collect()
    }

    fn lines(&mut self, schema: &'static Schema) -> &mut BTreeSet<Line> {
        let log = self.0.entry(schema.name).or_insert_with(|| Log {
            schema,
            lines: BTreeSet::new(),
        });
        &mut log.lines
    }
}

impl Line {
    pub(super) const fn new(
        entity: Vec<String>,
        stamp: Stamp,
        op: &'static str,
        cells: Vec<String>,
    ) -> Self {
        Self {
            entity,
            stamp,
            op,
            cells,
        }
    }
}

impl Log {
    pub(super) const fn of(schema: &'static Schema, lines: BTreeSet<Line>) -> Self {
        Self { schema, lines }
    }

    pub(super) fn object(&self, day: Date) -> Result<Object, WriteError> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let own = self.schema.columns.iter().map(|column| column.name);
        writer.write_record(own.chain(COLUMNS))?;
        for line in &self.lines {
            let version = line.stamp.version.to_string();
            let stamp = [line.stamp.event_id.as_str(), &version, line.op];
            writer.write_record(line.cells.iter().map(String::as_str).chain(stamp))?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| WriteError::Io(error.into_error()))?;
        let digest = Sha256::new(sha2::Sha256::digest(&bytes).into());
        Ok(Object {
            key: format!("changes/{}/{day}/{digest}.csv", self.schema.name),
            bytes,
        })
    }
}

/// A line with these cells, each of which must be readable where it stands.
fn line<'c>(
    schema: &'static Schema,
    stamp: &Stamp,
    op: &'static str,
    values: impl Iterator<Item = (usize, Cell<'c>)>,
) -> Result<Line, ChangeError> {
    let mut cells = vec![String::new(); schema.columns.len()];
    for (at, value) in values {
        let (Some(cell), Some(column)) = (cells.get_mut(at), schema.columns.get(at)) else {
            continue;
        };
        let text = value.to_string();
        *cell = (column.canonical)(&text).ok_or_else(|| ChangeError::Value {
            table: schema.name,
            column: column.name,
            value: text.chars().take(80).collect(),
        })?;
    }
    let entity = schema.entity().filter_map(|at| cells.get(at).cloned());
    Ok(Line {
        entity: entity.collect(),
        stamp: stamp.clone(),
        op,
        cells,
    })
}
