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
use crate::collect::Findings;
use crate::csv_file::{self, Reading};
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
pub(crate) struct Changes<T> {
    entities: BTreeMap<String, Entity<T>>,
    overflown: Vec<Finding>,
}

/// Why a change cannot be used: the column, its value and what should stand there.
struct BadChange<'a>(&'static str, &'a str, &'static str);

impl<T: Table> Changes<T> {
    pub(crate) fn read(files: &Files, loss: LossOf<'_>, findings: &mut Findings) -> Self {
        let schema = T::SCHEMA;
        let mut entities: BTreeMap<String, Entity<T>> = BTreeMap::new();
        let mut events = BTreeSet::new();
        for (name, body) in files.changes_of(schema.name) {
            let file: Arc<str> = name.into();
            let mut wrong = Vec::new();
            let mut visit = |line, cells: &mut Cells<'_>, extra: csv_file::Extra<'_>| {
                let change = match Change::<T>::read(cells, extra) {
                    Ok(Some(change)) => change,
                    Ok(None) => return false,
                    Err(BadChange(column, value, expected)) => {
                        let message = "the change cannot be read and is left out".to_owned();
                        let remedy = format!("put {expected} there");
                        let finding = Finding::new(Code::E102, name, message, &remedy);
                        wrong.push(loss(cells).of(finding.at([line]).of(column, value)));
                        return true;
                    }
                };
                let entity = entities.entry(key_of(cells, schema)).or_insert_with(|| {
                    let texts = (0..schema.columns.len()).map(|at| cells.text(at)).collect();
                    Entity {
                        latest: None,
                        deltas: Vec::new(),
                        cells: texts,
                    }
                });
                entity.take(change, (Arc::clone(&file), line), &mut events);
                true
            };
            let mut reading = Reading {
                file: name,
                schema,
                loss,
                findings,
            };
            csv_file::scan(body, &COLUMNS, &mut reading, &mut visit);
            findings.extend(wrong);
        }
        Self {
            entities,
            overflown: Vec::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entities.is_empty()
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
        let entity = if self.entities.is_empty() {
            None
        } else {
            self.entities.remove(&key_of(cells, T::SCHEMA))
        };
        match entity {
            None => visit(file, line, cells, row),
            Some(entity) => {
                self.overflown
                    .extend(entity.settle(Some((Arc::clone(file), line, row)), visit));
            }
        }
    }

    /// Offers the rows that only the changes have; gives what could not be added up.
    pub(crate) fn rest(
        self,
        visit: &mut impl FnMut(&Arc<str>, u64, &Cells<'_>, T),
    ) -> Vec<Finding> {
        let Self {
            entities,
            mut overflown,
        } = self;
        for entity in entities.into_values() {
            overflown.extend(entity.settle(None, visit));
        }
        overflown
    }
}

/// One row of a change object.
struct Change<T> {
    event: String,
    version: u32,
    what: What<T>,
}

enum What<T> {
    Set(T),
    Remove,
    /// The amount, and the row it makes where there is none yet.
    Add(Decimal, T),
}

impl<T: Table> Change<T> {
    /// `None`: the table's own cells are bad, and `cells` holds why.
    fn read<'a>(
        cells: &mut Cells<'_>,
        extra: csv_file::Extra<'a>,
    ) -> Result<Option<Self>, BadChange<'a>> {
        let [event, version, op, delta] = *extra else {
            return Ok(None);
        };
        if event.is_empty() {
            return Err(BadChange("event_id", event, "the event's id"));
        }
        let version = match u32::parse(version) {
            Ok(version) if version > 0 => version,
            _ => {
                return Err(BadChange(
                    "entity_version",
                    version,
                    "a whole number of 1 or more",
                ));
            }
        };
        let what = match op {
            "remove" if cells.has_key() => What::Remove,
            "remove" => return Err(BadChange("op", op, "`remove` with a whole key")),
            "set" => match T::read(cells) {
                Some(row) => What::Set(row),
                None => return Ok(None),
            },
            "add" => {
                let Some(mut row) = T::read(cells) else {
                    return Ok(None);
                };
                let Some(sum) = row.sum() else {
                    let expected = "`set` or `remove`, as this table has no quantity to add to,";
                    return Err(BadChange("op", op, expected));
                };
                *sum = Decimal::ZERO;
                match Signed::parse(delta) {
                    Ok(Signed(amount)) => What::Add(amount, row),
                    Err(_) => {
                        return Err(BadChange("delta", delta, "a number such as -3 or 12.5"));
                    }
                }
            }
            _ => return Err(BadChange("op", op, "`set`, `remove` or `add`")),
        };
        Ok(Some(Self {
            event: event.to_owned(),
            version,
            what,
        }))
    }
}

impl<T: Table> Entity<T> {
    fn take(&mut self, change: Change<T>, at: (Arc<str>, u64), events: &mut BTreeSet<String>) {
        let Change {
            event,
            version,
            what,
        } = change;
        let row = match what {
            What::Add(amount, row) => {
                if events.insert(event) {
                    self.deltas.push(Delta {
                        version,
                        amount,
                        row: (at.0, at.1, row),
                    });
                }
                return;
            }
            What::Set(row) => Some((at.0, at.1, row)),
            What::Remove => None,
        };
        let newer = self
            .latest
            .as_ref()
            .is_none_or(|latest| (latest.version, &latest.event) < (version, &event));
        if newer {
            self.latest = Some(Latest {
                version,
                event,
                row,
            });
        }
    }

    /// Offers the row that base and changes make together; gives a finding when a sum is too great to hold.
    fn settle(
        self,
        base: Option<(Arc<str>, u64, T)>,
        visit: &mut impl FnMut(&Arc<str>, u64, &Cells<'_>, T),
    ) -> Option<Finding> {
        let (version, mut row) = match self.latest {
            Some(latest) => (latest.version, latest.row),
            None => (0, base),
        };
        let mut overflown = None;
        for delta in self
            .deltas
            .into_iter()
            .filter(|delta| delta.version > version)
        {
            let (file, line) = (Arc::clone(&delta.row.0), delta.row.1);
            let (_, _, row) = row.get_or_insert(delta.row);
            let Some(sum) = row.sum() else { continue };
            if let Some(total) = sum.checked_add(delta.amount) {
                *sum = total;
            } else {
                let message = "the sum is too great and the change is left out".to_owned();
                let remedy = "correct the change, or set the row anew";
                let finding = Finding::new(Code::E102, &file, message, remedy);
                overflown = Some(finding.at([line]).of("delta", &delta.amount.to_string()));
            }
        }
        if let Some((file, line, row)) = row {
            let places: Vec<_> = (0..T::SCHEMA.columns.len()).map(Some).collect();
            visit(
                &file,
                line,
                &Cells::new(&self.cells, &places, T::SCHEMA.columns),
                row,
            );
        }
        overflown
    }
}
