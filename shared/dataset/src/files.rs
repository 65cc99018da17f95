//! The files of a data set at hand, and the reading of one table from them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use bytes::Bytes;
use domain::{Code, Finding, MenuWeek, Scope, Volume};

use crate::changes::{Changes, VERSION, version_of};
use crate::collect::Findings;
use crate::csv_file::{Extra, Reading};
use crate::table::{Cells, Presence, Schema, Table};
use crate::{Loaded, csv_file, parquet_file};

/// The content of one file: in memory, or on disk and read as a stream.
#[derive(Debug)]
pub enum Body {
    /// In memory.
    Bytes(Bytes),
    /// On disk.
    File(File),
}

impl Body {
    /// A reader from the beginning.
    pub(crate) fn reader(&self) -> std::io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Self::Bytes(bytes) => Box::new(bytes.as_ref()),
            Self::File(file) => {
                let mut file = file.try_clone()?;
                file.seek(SeekFrom::Start(0))?;
                Box::new(file)
            }
        })
    }
}

/// What the loss of a row means.
#[derive(Debug, Clone)]
pub(crate) struct Loss {
    pub(crate) scope: Scope,
    pub(crate) impact: Volume,
}

impl Loss {
    pub(crate) const fn all() -> Self {
        Self {
            scope: Scope::DataSet,
            impact: Volume::Unknown,
        }
    }

    pub(crate) const fn record() -> Self {
        Self {
            scope: Scope::Record,
            impact: Volume::Unknown,
        }
    }

    pub(crate) fn weeks(weeks: impl IntoIterator<Item = MenuWeek>) -> Self {
        let weeks: BTreeSet<_> = weeks.into_iter().collect();
        let scope = if weeks.is_empty() {
            Scope::Record
        } else {
            Scope::Weeks(weeks)
        };
        Self {
            scope,
            impact: Volume::Unknown,
        }
    }

    /// The finding with what the loss stops and weighs.
    pub(crate) fn of(self, finding: Finding) -> Finding {
        Finding {
            scope: self.scope,
            impact: self.impact,
            ..finding
        }
    }
}

/// Says of a row that is lost what that means.
pub(crate) type LossOf<'a> = &'a dyn Fn(&Cells<'_>) -> Loss;

/// A row and where it stood.
#[derive(Debug, Clone)]
pub struct Row<T> {
    /// The file: the table's own or an object of the change log.
    pub file: Arc<str>,
    /// CSV: the line, the header being 1. Parquet: the row, the first being 1.
    pub line: u64,
    /// The row.
    pub value: T,
}

/// The files of a data set, by their names relative to its folder.
#[derive(Debug, Default)]
pub struct Files(BTreeMap<String, Body>);

impl Files {
    /// Adds a file, such as `menu_week.csv` or `changes/inv_level/0001.csv`.
    pub fn insert(&mut self, name: &str, body: Body) {
        self.0.insert(name.to_owned(), body);
    }

    /// The names of all files, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Which of `names` belong to the table called `table`: its CSV or Parquet file and its change objects.
    pub fn of_table<'a>(
        table: &'a str,
        names: impl Iterator<Item = &'a str> + 'a,
    ) -> impl Iterator<Item = &'a str> + 'a {
        names.filter(move |name| {
            let base = name
                .strip_suffix(".csv")
                .or_else(|| name.strip_suffix(".parquet"));
            let change = name
                .strip_prefix("changes/")
                .and_then(|rest| rest.split('/').next());
            base == Some(table) || (change == Some(table) && name.strip_suffix(".csv").is_some())
        })
    }

    /// The file a table stands in, where it is there: the name that findings give.
    pub fn file_name<T: Table>(&self) -> String {
        let parquet = format!("{}.parquet", T::SCHEMA.name);
        if self.0.contains_key(&parquet) {
            parquet
        } else {
            format!("{}.csv", T::SCHEMA.name)
        }
    }

    /// Reads a table whose bad rows stop the whole data set.
    pub fn load<T: Table>(&self) -> Loaded<T> {
        self.load_scoped(|_| Scope::DataSet)
    }

    /// Reads a table; `scope` says what the loss of a row stops.
    ///
    /// A row that cannot be read is left out with a finding, and so is the second of two rows with one key.
    /// Changes are folded in.
    pub fn load_scoped<T: Table>(&self, scope: impl Fn(&Cells<'_>) -> Scope) -> Loaded<T> {
        self.load_weighed(&|cells| Loss {
            scope: scope(cells),
            impact: Volume::Unknown,
        })
    }

    pub(crate) fn load_weighed<T: Table>(&self, loss: LossOf<'_>) -> Loaded<T> {
        let mut rows: Vec<Row<T>> = Vec::new();
        let mut seen: HashMap<Box<str>, u64> = HashMap::new();
        let mut findings = Findings::default();
        let mut doubles = Vec::new();
        let keyed = T::SCHEMA.key().next().is_some();
        let present = self.each_weighed(loss, &mut findings, |file, line, cells, value: T| {
            if keyed {
                let key = key_of(cells, T::SCHEMA);
                if let Some(first) = seen.get(key.as_str()) {
                    let finding = double_key(file, &key.replace(BETWEEN, ", "));
                    doubles.push(loss(cells).of(finding.at([*first, line])));
                    return;
                }
                seen.insert(key.into_boxed_str(), line);
            }
            rows.push(Row {
                file: Arc::clone(file),
                line,
                value,
            });
        });
        findings.extend(doubles);
        Loaded {
            rows,
            findings: findings.into_vec(),
            present,
        }
    }

    /// Streams a table's rows, changes folded in, without holding them or looking for double keys.
    ///
    /// Gives the findings and whether the table is there and readable.
    pub fn each<T: Table>(
        &self,
        scope: &dyn Fn(&Cells<'_>) -> Scope,
        visit: impl FnMut(&Arc<str>, u64, &Cells<'_>, T),
    ) -> (Vec<Finding>, bool) {
        let loss = |cells: &Cells<'_>| Loss {
            scope: scope(cells),
            impact: Volume::Unknown,
        };
        let mut findings = Findings::default();
        let present = self.each_weighed(&loss, &mut findings, visit);
        (findings.into_vec(), present)
    }

    pub(crate) fn each_weighed<T: Table>(
        &self,
        loss: LossOf<'_>,
        findings: &mut Findings,
        mut visit: impl FnMut(&Arc<str>, u64, &Cells<'_>, T),
    ) -> bool {
        let schema = T::SCHEMA;
        let name = self.file_name::<T>();
        let mut changes = Changes::<T>::read(self, loss, findings);
        let mut present = !changes.is_empty();
        if let Some(body) = self.0.get(&name) {
            present = self.each_of_base(&name, body, loss, findings, &mut changes, &mut visit);
        } else if schema.presence == Presence::Required && !present {
            let message = "the file is missing".to_owned();
            let remedy = "add the file; the data set's schema is in the README";
            findings.push(Finding::new(Code::E101, &name, message, remedy).blocks_all());
        }
        changes.rest(&mut visit);
        present
    }

    fn each_of_base<T: Table>(
        &self,
        name: &str,
        body: &Body,
        loss: LossOf<'_>,
        findings: &mut Findings,
        changes: &mut Changes<T>,
        visit: &mut impl FnMut(&Arc<str>, u64, &Cells<'_>, T),
    ) -> bool {
        let schema = T::SCHEMA;
        let file: Arc<str> = name.into();
        let parquet = name.strip_suffix(".parquet").is_some();
        if parquet && self.0.contains_key(&format!("{}.csv", schema.name)) {
            let message = format!("the table stands twice: {name} and {}.csv", schema.name);
            let finding = Finding::new(Code::E103, name, message, "keep one of the two files");
            findings.push(finding.blocks_all());
        }
        let mut offer = |line: u64, cells: &mut Cells<'_>, extra: Extra<'_>| {
            let Some(row) = T::read(cells) else {
                return false;
            };
            let text = extra.first().copied().unwrap_or_default();
            let Some(version) = version_of(if text.is_empty() { "0" } else { text }) else {
                cells.refuse(VERSION, text, "a whole number");
                return false;
            };
            changes.fold((&file, line), cells, (version, row), visit);
            true
        };
        let mut reading = Reading {
            file: name,
            schema,
            is_change: false,
            loss,
            findings,
        };
        if parquet {
            parquet_file::scan(body, &[VERSION], &mut reading, &mut offer)
        } else {
            csv_file::scan(body, &[VERSION], &mut reading, &mut offer)
        }
    }

    pub(crate) fn changes_of(&self, table: &str) -> impl Iterator<Item = (&str, &Body)> {
        let prefix = format!("changes/{table}/");
        self.0
            .range(prefix.clone()..)
            .take_while(move |(name, _)| name.starts_with(&prefix))
            .filter(|(name, _)| name.strip_suffix(".csv").is_some())
            .map(|(name, body)| (name.as_str(), body))
    }
}

/// The finding for a key that stands twice.
pub(crate) fn double_key(file: &str, key: &str) -> Finding {
    let message = format!("the key ({key}) stands twice");
    let remedy = "remove one of the two rows; the first is used";
    Finding::new(Code::E103, file, message, remedy)
}

/// Stands between texts that are joined; no cell can hold it.
pub(crate) const BETWEEN: char = '\u{1f}';

/// The key columns' values as text.
pub(crate) fn key_of(cells: &Cells<'_>, schema: &Schema) -> String {
    joined(cells, schema, schema.key())
}

/// The values that name the row's entity.
pub(crate) fn entity_of(cells: &Cells<'_>, schema: &Schema) -> String {
    joined(cells, schema, schema.entity())
}

/// All values.
pub(crate) fn texts_of(cells: &Cells<'_>, schema: &Schema) -> String {
    joined(cells, schema, 0..schema.columns.len())
}

fn joined(cells: &Cells<'_>, schema: &Schema, columns: impl Iterator<Item = usize>) -> String {
    let mut key = String::new();
    for (place, at) in columns.enumerate() {
        if place > 0 {
            key.push(BETWEEN);
        }
        let text = cells.text(at);
        let canonical = schema.columns.get(at).map(|column| column.canonical);
        let canonical = canonical.and_then(|canonical| canonical(text));
        key.push_str(&canonical.unwrap_or_else(|| text.to_owned()));
    }
    key
}
