//! The planning data set: its tables, and how they are read, folded with changes, written and checked.
//!
//! A data set is a folder of CSV or Parquet files. [`tables`] says which files there are and what their columns
//! mean; the [`table!`] macro turns each declaration into a row type that both formats read and write. Nothing
//! that cannot be read is dropped silently: it becomes a [`domain::Finding`].

mod cell;
pub mod changes;
mod collect;
mod csv_file;
mod facts;
mod files;
mod history;
mod overrides;
mod parquet_file;
mod people;
pub mod results;
mod snapshot;
mod table;
pub mod tables;
pub mod validate;

pub use cell::{BadCell, Cell, Field, Kind, Signed};
pub use files::{Body, Files, Row};
pub use history::{History, Sale};
pub use parquet_file::ParquetWriter;
pub use snapshot::{PackingDays, PlanningData};
pub use table::{Cells, Column, Presence, Schema, Table};

use std::io::Write;

use domain::Finding;

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The CSV writer failed.
    #[error("cannot write the table as CSV")]
    Csv(#[from] csv::Error),
    /// The Parquet writer failed.
    #[error("cannot write the table as Parquet")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The sink failed.
    #[error("cannot write the table")]
    Io(#[from] std::io::Error),
}

/// Writes rows as UTF-8 CSV (RFC 4180) with a header.
///
/// # Errors
/// [`WriteError`] when the sink refuses.
pub fn write_csv<T: Table, W: Write>(
    rows: impl IntoIterator<Item = T>,
    sink: W,
) -> Result<(), WriteError> {
    csv_file::write(rows, sink, people::as_it_is)
}

/// The same for files that people open with a spreadsheet: no text in it can become a formula. Programs read Parquet.
///
/// # Errors
/// [`WriteError`] when the sink refuses.
pub fn write_csv_for_people<T: Table, W: Write>(
    rows: impl IntoIterator<Item = T>,
    sink: W,
) -> Result<(), WriteError> {
    csv_file::write(rows, sink, people::harmless)
}

/// Writes rows as Parquet, by a [`ParquetWriter`].
///
/// # Errors
/// [`WriteError`] when the sink refuses.
pub fn write_parquet<T: Table, W: Write + Send>(
    rows: impl IntoIterator<Item = T>,
    sink: W,
) -> Result<(), WriteError> {
    let mut writer = ParquetWriter::new(sink)?;
    for row in rows {
        writer.push(&row)?;
    }
    writer.finish()?;
    Ok(())
}

/// A table as CSV for people and as Parquet, under these names.
///
/// # Errors
/// [`WriteError`] when a row cannot be written.
pub fn csv_and_parquet<T: Table + Clone>(
    names: [&'static str; 2],
    rows: &[T],
) -> Result<[(&'static str, Vec<u8>); 2], WriteError> {
    let (mut csv, mut parquet) = (Vec::new(), Vec::new());
    write_csv_for_people(rows.iter().cloned(), &mut csv)?;
    write_parquet(rows.iter().cloned(), &mut parquet)?;
    Ok([(names[0], csv), (names[1], parquet)])
}

/// The rows of a table that a step has stored under this name.
pub fn stored_rows<T: Table>(name: &str, bytes: Vec<u8>) -> Vec<T> {
    let mut files = Files::default();
    files.insert(name, Body::Bytes(bytes.into()));
    let rows = files.load::<T>().rows.into_iter();
    rows.map(|row| row.value).collect()
}

/// What reading one table gave: its rows and what was wrong.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    /// The rows that could be read, in the file's order.
    pub rows: Vec<Row<T>>,
    /// What could not be read, and why.
    pub findings: Vec<Finding>,
    /// Whether the file is there and has the columns it needs.
    pub present: bool,
}

impl<T> Loaded<T> {
    /// The rows' values without where they stood.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().map(|row| &row.value)
    }
}
