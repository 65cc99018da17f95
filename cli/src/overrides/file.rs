//! `override.csv`: read, added to, and written whole.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use csv::StringRecord;
use dataset::tables::Override;
use dataset::{Body, Files, Table};
use domain::{Measure, OverrideKeys, OverrideOp, Severity, Timestamp};

use crate::error::Error;

/// The overrides of a data set.
///
/// Rows that stand there already are kept as they are, with columns that Larder does not know.
pub(crate) struct OverrideFile {
    rows: Vec<Override>,
    /// How many of them stood in the file.
    stood: usize,
    header: StringRecord,
    records: Vec<StringRecord>,
}

impl OverrideFile {
    /// Reads the file in a data set's folder; where there is none, it has no rows.
    pub(crate) fn open(folder: &Path, name: &str) -> Result<Self, Error> {
        let place = folder.join(name);
        let refused = |reason: &dyn std::fmt::Display| {
            Error::Import(format!("{}: {reason}", place.display()))
        };
        let parquet = place.with_extension("parquet");
        if parquet.exists() {
            let reason = format!(
                "the data set has its overrides in {}; save them as CSV instead, and import again",
                parquet.display()
            );
            return Err(refused(&reason));
        }
        match fs::read(&place) {
            Ok(bytes) => Self::read(name, bytes).map_err(|reason| refused(&reason)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self {
                rows: Vec::new(),
                stood: 0,
                header: StringRecord::new(),
                records: Vec::new(),
            }),
            Err(error) => Err(refused(&error)),
        }
    }

    fn read(name: &str, bytes: Vec<u8>) -> Result<Self, String> {
        let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut reader = csv::Reader::from_reader(plain);
        let header = reader.headers().map_err(|error| error.to_string())?.clone();
        let records: Result<Vec<StringRecord>, _> = reader.records().collect();
        let records = records.map_err(|error| error.to_string())?;
        let mut files = Files::default();
        files.insert(name, Body::Bytes(bytes.into()));
        let loaded = files.load::<Override>();
        let mut findings = loaded.findings.iter();
        if let Some(finding) = findings.find(|finding| finding.severity == Severity::Error) {
            return Err(format!("{finding}; correct it, and import again"));
        }
        Ok(Self {
            stood: loaded.rows.len(),
            rows: loaded.rows.into_iter().map(|row| row.value).collect(),
            header,
            records,
        })
    }

    fn of<'a>(&'a self, keys: &'a OverrideKeys) -> impl Iterator<Item = &'a Override> {
        self.rows
            .iter()
            .filter(move |row| row.measure == Measure::Quantity && row.keys == *keys)
    }

    /// How many overrides of a quantity there are for a place.
    pub(crate) fn made_for(&self, keys: &OverrideKeys) -> usize {
        self.of(keys).count()
    }

    /// Whether the newest override in force for the place says the same already.
    pub(crate) fn holds(&self, row: &Override, at: Timestamp) -> bool {
        let in_force = |held: &&Override| held.expires_at.is_none_or(|end| at < end);
        let newest = self
            .of(&row.keys)
            .filter(in_force)
            .max_by_key(|held| (held.created_at, held.override_id.clone()));
        newest.is_some_and(|held| {
            held.op == OverrideOp::Set
                && held.value == row.value
                && held.expires_at == row.expires_at
        })
    }

    /// Adds an override.
    pub(crate) fn add(&mut self, row: Override) {
        self.rows.push(row);
    }

    /// Writes the file beside the old one, and then puts it in its place.
    pub(crate) fn write(&self, place: &Path) -> Result<(), Error> {
        let beside = place.with_extension("csv.new");
        let failed = |error: &dyn std::fmt::Display| {
            Error::Import(format!(
                "{} cannot be written: {error}; if no other import is under way, delete {}, and import again",
                place.display(),
                beside.display()
            ))
        };
        let bytes = self.bytes().map_err(|error| failed(&error))?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&beside)
            .map_err(|error| failed(&error))?;
        file.write_all(&bytes)
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&beside, place))
            .map_err(|error| failed(&error))
    }

    fn bytes(&self) -> Result<Vec<u8>, csv::Error> {
        let known = Override::SCHEMA.columns.iter().map(|column| column.name);
        let mut names: Vec<String> = self
            .header
            .iter()
            .map(|name| name.trim().to_owned())
            .collect();
        for name in known.clone() {
            if !names.iter().any(|held| held == name) {
                names.push(name.to_owned());
            }
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&names)?;
        for record in &self.records {
            let missing = names.len() - record.len();
            writer.write_record(record.iter().chain(std::iter::repeat_n("", missing)))?;
        }
        for row in self.rows.iter().skip(self.stood) {
            let mut cells = Vec::new();
            row.cells(&mut cells);
            let of_name = |name: &String| {
                let at = known.clone().position(|column| column == name);
                let cell = at.and_then(|at| cells.get(at));
                cell.map(ToString::to_string).unwrap_or_default()
            };
            writer.write_record(names.iter().map(of_name))?;
        }
        writer.flush()?;
        writer
            .into_inner()
            .map_err(|error| error.into_error().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "\u{feff}override_id,measure,keys,op,value,reason,author,created_at,ticket\n\
                       O1,volume,week=2026-W48,add,-20,\"a fair, in town\",planner,2026-11-10T00:00:00Z,T-7\n";

    fn row(value: &str, at: &str) -> Override {
        Override {
            override_id: format!("WB-{at}").parse().unwrap(),
            measure: Measure::Quantity,
            keys: "site=S1;product=P1;vendor=V1;date=2026-11-23"
                .parse()
                .unwrap(),
            op: OverrideOp::Set,
            value: dataset::Signed(value.parse().unwrap()),
            reason: "a \"promotion\"".to_owned(),
            author: "buyer".to_owned(),
            created_at: at.parse().unwrap(),
            expires_at: None,
        }
    }

    #[test]
    fn rows_that_stand_there_are_kept_and_new_ones_follow() {
        let mut file = OverrideFile::read("override.csv", OLD.into()).unwrap();
        file.add(row("12.5", "2026-11-15T12:00:00Z"));
        let text = String::from_utf8(file.bytes().unwrap()).unwrap();
        assert_eq!(
            text,
            "override_id,measure,keys,op,value,reason,author,created_at,ticket,expires_at\n\
             O1,volume,week=2026-W48,add,-20,\"a fair, in town\",planner,2026-11-10T00:00:00Z,T-7,\n\
             WB-2026-11-15T12:00:00Z,quantity,site=S1;product=P1;vendor=V1;date=2026-11-23,set,12.5,\"a \"\"promotion\"\"\",\
             buyer,2026-11-15T12:00:00Z,,\n"
        );
        let again = OverrideFile::read("override.csv", text.into()).unwrap();
        assert_eq!(again.rows.len(), 2);
    }

    #[test]
    fn the_newest_in_force_says_what_holds() {
        let mut file = OverrideFile::read("override.csv", OLD.into()).unwrap();
        let at = "2026-11-16T00:00:00Z".parse().unwrap();
        let first = row("10", "2026-11-15T12:00:00Z");
        assert!(!file.holds(&first, at));
        file.add(first.clone());
        assert!(file.holds(&first, at));
        file.add(row("12", "2026-11-15T13:00:00Z"));
        assert!(!file.holds(&first, at));
        assert_eq!(file.made_for(&first.keys), 2);
        let expired = Override {
            expires_at: Some("2026-11-15T15:00:00Z".parse().unwrap()),
            ..row("10", "2026-11-15T14:00:00Z")
        };
        file.add(expired);
        assert!(file.holds(&row("12", "2026-11-15T13:00:00Z"), at));
    }

    #[test]
    fn a_file_with_a_row_that_cannot_be_read_is_left_alone() {
        let broken = OLD.replace("-20", "many");
        let reason = OverrideFile::read("override.csv", broken.into())
            .err()
            .unwrap();
        assert!(reason.contains("value = `many`"), "{reason}");
    }
}
