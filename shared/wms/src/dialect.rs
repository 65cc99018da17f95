//! How a warehouse writes its files.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use contracts::canonical::Source;
use domain::{Date, Timestamp, Unit};
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::columns::FileKind;

/// In which encoding a warehouse writes. A byte-order mark at a file's beginning holds against this; nothing is guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, written without a byte-order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-8, written with one.
    #[serde(rename = "utf-8-bom")]
    Utf8Bom,
    /// Windows code page 1252, which holds Latin 1.
    #[serde(rename = "windows-1252", alias = "latin1", alias = "iso-8859-1")]
    Windows1252,
}

/// What tells that a file is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Complete {
    /// Its last line ends.
    LineEnd,
    /// Its last line is the trailer: a mark, and how many rows stand between it and the header.
    Trailer,
    /// A second, empty file of its name with `.done` after it.
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    warehouse: Option<String>,
    delimiter: char,
    quote: Option<char>,
    encoding: Encoding,
    decimal: char,
    date: String,
    moment: Option<String>,
    time_zone: String,
    complete: Complete,
    trailer: String,
    units: BTreeMap<String, Unit>,
    columns: BTreeMap<FileKind, BTreeMap<String, String>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            warehouse: None,
            delimiter: ',',
            quote: Some('"'),
            encoding: Encoding::Utf8,
            decimal: '.',
            date: "%Y-%m-%d".to_owned(),
            moment: None,
            time_zone: "UTC".to_owned(),
            complete: Complete::LineEnd,
            trailer: "END".to_owned(),
            units: BTreeMap::new(),
            columns: BTreeMap::new(),
        }
    }
}

/// How a warehouse writes its files, and wants them written: a setting in YAML or JSON. Whatever it leaves out is as in
/// files of our own: comma, quotation marks, UTF-8, decimal point, ISO dates and RFC 3339 times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    settings: Settings,
    source: Source,
    zone: TimeZone,
    fingerprint: String,
}

/// The setting cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDialect {
    /// It cannot be read.
    #[error("the dialect is not readable: {0}")]
    Unreadable(String),
    /// One of its fields cannot be so.
    #[error("the dialect's `{field}` is `{value}`, expected {expected}")]
    Field {
        /// The field.
        field: String,
        /// What it holds.
        value: String,
        /// What should stand there.
        expected: String,
    },
}

fn bad(field: &str, value: impl Into<String>, expected: &str) -> BadDialect {
    BadDialect::Field {
        field: field.to_owned(),
        value: value.into(),
        expected: expected.to_owned(),
    }
}

impl FromStr for Dialect {
    type Err = BadDialect;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let settings: Settings = if text.trim().is_empty() {
            Settings::default()
        } else {
            serde_yaml_ng::from_str(text)
                .map_err(|error| BadDialect::Unreadable(error.to_string()))?
        };
        let source = settings.source()?;
        settings.check_signs()?;
        settings.check_columns()?;
        let zone = TimeZone::get(&settings.time_zone).map_err(|_| {
            let expected = "a zone of the IANA database such as Europe/London";
            bad("time_zone", settings.time_zone.clone(), expected)
        })?;
        let written = serde_json::to_vec(&settings)
            .map_err(|error| BadDialect::Unreadable(error.to_string()))?;
        let digest = domain::Sha256::new(Sha256::digest(written).into());
        let dialect = Self {
            settings,
            source,
            zone,
            fingerprint: digest.to_string(),
        };
        dialect.check_formats()?;
        Ok(dialect)
    }
}

impl Settings {
    fn source(&self) -> Result<Source, BadDialect> {
        let name = self.warehouse.as_ref();
        let source = name.map_or_else(
            || "/warehouse".to_owned(),
            |name| format!("/warehouse/{name}"),
        );
        source.parse().map_err(|_| {
            let expected = "a name of visible ASCII characters such as north";
            bad("warehouse", name.cloned().unwrap_or_default(), expected)
        })
    }

    fn check_signs(&self) -> Result<(), BadDialect> {
        if !matches!(self.delimiter, ',' | ';' | '|' | '\t') {
            let expected = "a comma, a semicolon, `|` or a tab";
            return Err(bad("delimiter", self.delimiter, expected));
        }
        if let Some(quote) = self.quote.filter(|quote| !matches!(quote, '"' | '\'')) {
            return Err(bad("quote", quote, "`\"`, `'` or null"));
        }
        if !matches!(self.decimal, '.' | ',') {
            return Err(bad("decimal", self.decimal, "a point or a comma"));
        }
        if self.quote.is_none() && self.decimal == self.delimiter {
            let expected = "another sign than the delimiter, as nothing is quoted";
            return Err(bad("decimal", self.decimal, expected));
        }
        let plain = self.trailer.bytes().all(|b| b.is_ascii_alphanumeric());
        if self.trailer.is_empty() || !plain {
            let expected = "a mark of letters and digits such as END";
            return Err(bad("trailer", self.trailer.clone(), expected));
        }
        Ok(())
    }

    fn check_columns(&self) -> Result<(), BadDialect> {
        for (kind, named) in &self.columns {
            for (column, header) in named {
                let field = format!("columns.{kind}.{column}");
                if !kind.columns().iter().any(|known| known.name == column) {
                    let names: Vec<_> = kind.columns().iter().map(|known| known.name).collect();
                    let expected = format!("a column of {kind}: {}", names.join(", "));
                    return Err(bad(&field, column, &expected));
                }
                let fits = header.trim() == header && !header.is_empty();
                if !fits || header.chars().any(char::is_control) || header.len() > 100 {
                    let expected = "the name in the file's header, without outer spaces";
                    return Err(bad(&field, header, expected));
                }
            }
            let mut seen = BTreeSet::new();
            for column in kind.columns() {
                let header = self.header(*kind, column.name);
                if !seen.insert(header) {
                    let expected = "a name for each column";
                    return Err(bad(&format!("columns.{kind}"), header, expected));
                }
            }
        }
        Ok(())
    }

    fn header<'a>(&'a self, kind: FileKind, column: &'a str) -> &'a str {
        let named = self.columns.get(&kind);
        let header = named.and_then(|named| named.get(column));
        header.map_or(column, String::as_str)
    }
}

impl Dialect {
    /// The warehouse, as the source of what it tells.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// What separates fields.
    pub const fn delimiter(&self) -> char {
        self.settings.delimiter
    }

    /// What stands around fields that hold a delimiter.
    pub const fn quote(&self) -> Option<char> {
        self.settings.quote
    }

    /// The encoding of files without a byte-order mark.
    pub const fn encoding(&self) -> Encoding {
        self.settings.encoding
    }

    /// What tells that a file is whole.
    pub const fn complete(&self) -> Complete {
        self.settings.complete
    }

    /// The trailer's mark.
    pub fn trailer(&self) -> &str {
        &self.settings.trailer
    }

    /// What stands before the decimals.
    pub(crate) const fn decimal(&self) -> char {
        self.settings.decimal
    }

    /// A column's name in the header.
    pub fn header<'a>(&'a self, kind: FileKind, column: &'a str) -> &'a str {
        self.settings.header(kind, column)
    }

    /// The unit that the warehouse calls so.
    pub(crate) fn unit(&self, name: &str) -> Option<Unit> {
        let own = self.settings.units.get(name).copied();
        own.or_else(|| name.parse().ok())
    }

    /// What the warehouse calls the unit: the first of its own names, else the code.
    pub(crate) fn unit_name(&self, unit: Unit) -> &str {
        let mut own = self.settings.units.iter();
        let own = own.find(|(_, own)| **own == unit);
        own.map_or(unit.code(), |(name, _)| name)
    }

    pub(crate) fn read_date(&self, text: &str) -> Option<Date> {
        Date::strptime(&self.settings.date, text).ok()
    }

    pub(crate) fn write_date(&self, date: Date) -> String {
        // The format was tried when the dialect was read.
        strtime::format(&self.settings.date, date).unwrap_or_else(|_| date.to_string())
    }

    /// A moment. A time that the clocks show twice is the first of both; one that they skip is what it would be had they
    /// not been changed.
    pub(crate) fn read_moment(&self, text: &str) -> Option<Timestamp> {
        match &self.settings.moment {
            None => text.parse().ok(),
            Some(format) => {
                let local = DateTime::strptime(format, text).ok()?;
                let zoned = local.to_zoned(self.zone.clone()).ok()?;
                Some(zoned.timestamp())
            }
        }
    }

    pub(crate) fn write_moment(&self, moment: Timestamp) -> String {
        let Some(format) = &self.settings.moment else {
            return moment.to_string();
        };
        let local = moment.to_zoned(self.zone.clone()).datetime();
        strtime::format(format, local).unwrap_or_else(|_| moment.to_string())
    }

    /// A day as an example for messages.
    pub(crate) fn date_example(&self) -> String {
        self.write_date(jiff::civil::date(2026, 11, 26))
    }

    /// A moment as an example for messages.
    pub(crate) fn moment_example(&self) -> String {
        let example = Timestamp::from_second(1_795_701_900).unwrap_or_default();
        self.write_moment(example)
    }

    /// What tells this dialect from others: a file that was read by another one may be read again.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What is written by the formats must be read back as the same.
    fn check_formats(&self) -> Result<(), BadDialect> {
        let moment = jiff::civil::date(2026, 11, 26).at(14, 5, 0, 0);
        let format = &self.settings.date;
        let written = strtime::format(format, moment.date()).ok();
        if written.and_then(|text| self.read_date(&text)) != Some(moment.date()) {
            let expected = "a format with year, month and day such as %d.%m.%Y";
            return Err(bad("date", format, expected));
        }
        let Some(format) = &self.settings.moment else {
            return Ok(());
        };
        let written = strtime::format(format, moment).ok();
        let read = written.and_then(|text| DateTime::strptime(format, text).ok());
        if read != Some(moment) {
            let expected = "a format with year, month, day, hour and minute and without a zone, such as %d.%m.%Y %H:%M";
            return Err(bad("moment", format, expected));
        }
        Ok(())
    }
}
