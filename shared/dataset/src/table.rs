//! Tables: a declaration becomes a row type that CSV and Parquet read and write.

use domain::{Code, Finding};

use crate::cell::{BadCell, Cell, Field, Kind};

/// One column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// Whether it is part of the key.
    pub key: bool,
    /// Whether it is one of the key's columns that name the entity, where these are not all of them.
    pub entity: bool,
    /// Whether it must exist and every cell be filled.
    pub required: bool,
    /// What it holds.
    pub kind: Kind,
    /// The one text for all texts that mean the same value; `None` when the text means none.
    pub canonical: fn(&str) -> Option<String>,
    /// What it means, in a sentence or two.
    pub about: &'static str,
}

/// Whether a data set must have a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// No data set without it.
    Required,
    /// A data set may do without.
    Optional,
}

/// A table's name and columns.
#[derive(Debug)]
pub struct Schema {
    /// The file's name without its ending.
    pub name: &'static str,
    /// Whether a data set must have it.
    pub presence: Presence,
    /// The columns, in the order they are written.
    pub columns: &'static [Column],
    /// What a row is, in a sentence or two.
    pub about: &'static str,
}

impl Schema {
    /// Positions of the key columns.
    pub fn key(&self) -> impl Iterator<Item = usize> {
        self.columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.key)
            .map(|(at, _)| at)
    }

    /// Positions of the columns that name an entity: what a change replaces or removes as a whole, with all its rows.
    pub fn entity(&self) -> impl Iterator<Item = usize> {
        let all = !self.columns.iter().any(|column| column.entity);
        self.columns
            .iter()
            .enumerate()
            .filter(move |(_, column)| column.entity || (all && column.key))
            .map(|(at, _)| at)
    }
}

/// A row of a table. Declare one with [`table!`](crate::table).
pub trait Table: Sized {
    /// Name and columns.
    const SCHEMA: &'static Schema;

    /// Reads a row; `None` when a cell was bad, and then `cells` holds why.
    fn read(cells: &mut Cells<'_>) -> Option<Self>;

    /// Appends the row's values in the schema's order.
    fn cells<'a>(&'a self, out: &mut Vec<Cell<'a>>);
}

/// The cells of one row of a file, offered column by column.
#[derive(Debug)]
pub struct Cells<'a> {
    record: &'a csv::StringRecord,
    /// For each column of the schema, where it stands in the record.
    places: &'a [Option<usize>],
    columns: &'static [Column],
    next: usize,
    bad: Vec<(&'static str, String, BadCell)>,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(
        record: &'a csv::StringRecord,
        places: &'a [Option<usize>],
        columns: &'static [Column],
    ) -> Self {
        Self {
            record,
            places,
            columns,
            next: 0,
            bad: Vec::new(),
        }
    }

    /// The text of a column by its place in the schema; empty where the file has no such column.
    pub fn text(&self, column: usize) -> &'a str {
        self.places
            .get(column)
            .copied()
            .flatten()
            .and_then(|at| self.record.get(at))
            .unwrap_or("")
    }

    /// The text of a column by name; empty where there is none.
    pub fn named(&self, name: &str) -> &'a str {
        self.columns
            .iter()
            .position(|column| column.name == name)
            .map_or("", |at| self.text(at))
    }

    /// Whether every column of the entity holds a value that can be read.
    pub(crate) fn has_entity(&self, schema: &Schema) -> bool {
        schema.entity().all(|at| {
            let column = self.columns.get(at);
            column.is_some_and(|column| (column.canonical)(self.text(at)).is_some())
        })
    }

    /// Says of a column beside the table's own that it could not be read.
    pub(crate) fn refuse(&mut self, column: &'static str, text: &str, expected: &'static str) {
        let bad = BadCell::format(expected);
        self.bad.push((column, text.to_owned(), bad));
    }

    /// Reads the next column.
    pub fn take<T: Field>(&mut self) -> Option<T> {
        let text = self.text(self.next);
        let name = self.columns.get(self.next).map_or("", |column| column.name);
        self.next += 1;
        let parsed = if text.is_empty() && T::REQUIRED {
            Err(BadCell::format("a value"))
        } else {
            T::parse(text)
        };
        parsed
            .map_err(|bad| self.bad.push((name, text.to_owned(), bad)))
            .ok()
    }

    /// One finding for each cell that could not be read.
    pub(crate) fn findings(self, file: &str, row: u64) -> impl Iterator<Item = Finding> {
        let file = file.to_owned();
        self.bad.into_iter().map(move |(column, value, bad)| {
            let message = match (bad.code, value.is_empty()) {
                (Code::E102, true) => "the cell is empty".to_owned(),
                (Code::E301, _) => "the number is negative or not a number".to_owned(),
                (Code::E107, _) => "the unit is unknown".to_owned(),
                _ => "the value cannot be read".to_owned(),
            };
            let remedy = format!("put {} there", bad.expected);
            Finding::new(bad.code, &file, message, &remedy)
                .at([row])
                .of(column, &value)
        })
    }
}

/// Declares a table: a row type whose fields are the columns.
///
/// Each field is `entity`, `key` or `col`; an `Option` type makes the column optional (for a key: an empty cell means
/// all). The `entity` fields are the part of the key that a change in the change log replaces as a whole; without one
/// that is the whole key.
///
/// ```
/// dataset::table! {
///     /// What one site may pack on one day.
///     pub struct Cap = "cap", Required {
///         /// The site.
///         key site_id: domain::SiteId,
///         /// The most boxes.
///         col boxes_max: Option<u32>,
///     }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! table {
    ($(#[doc = $doc:literal])* pub struct $row:ident = $name:literal, $presence:ident {
        $($(#[doc = $fdoc:literal])* $part:ident $field:ident: $type:ty,)*
    }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $row {$($(#[doc = $fdoc])* pub $field: $type,)*}

        impl $crate::Table for $row {
            const SCHEMA: &'static $crate::Schema = &$crate::Schema {
                name: $name,
                presence: $crate::Presence::$presence,
                columns: &[$($crate::Column {
                    name: stringify!($field),
                    key: $crate::table!(@key $part),
                    entity: $crate::table!(@entity $part),
                    required: <$type as $crate::Field>::REQUIRED,
                    kind: <$type as $crate::Field>::KIND,
                    canonical: |text| {
                        let value = <$type as $crate::Field>::parse(text).ok()?;
                        Some($crate::Field::cell(&value).to_string())
                    },
                    about: concat!($($fdoc),*),
                },)*],
                about: concat!($($doc),*),
            };

            fn read(cells: &mut $crate::Cells<'_>) -> Option<Self> {
                $(let $field = cells.take::<$type>();)*
                Some(Self {$($field: $field?,)*})
            }

            fn cells<'a>(&'a self, out: &mut Vec<$crate::Cell<'a>>) {
                $(out.push($crate::Field::cell(&self.$field));)*
            }
        }
    };
    (@key col) => { false };
    (@key $other:ident) => { true };
    (@entity entity) => { true };
    (@entity $other:ident) => { false };
}
