//! Reading and writing one table as CSV.

use std::io::{Read, Write};

use csv::{ByteRecord, StringRecord};
use domain::{Code, Finding};

use crate::WriteError;
use crate::cell::Cell;
use crate::collect::Findings;
use crate::files::{Body, LossOf};
use crate::table::{Cells, Presence, Schema, Table};

/// Text of the extra columns asked for, in their order.
pub(crate) type Extra<'a> = &'a [&'a str];

/// A file being read: where its faults go, and what they stop.
pub(crate) struct Reading<'a> {
    pub(crate) file: &'a str,
    pub(crate) schema: &'static Schema,
    /// Whether it is an object of the change log; one without rows changes nothing, which is no fault.
    pub(crate) is_change: bool,
    pub(crate) loss: LossOf<'a>,
    pub(crate) findings: &'a mut Findings,
}

impl Reading<'_> {
    /// Reports what makes the whole file, or the rest of it, unreadable.
    pub(crate) fn refuse(&mut self, code: Code, line: Option<u64>, message: String, remedy: &str) {
        let finding = Finding::new(code, self.file, message, remedy).at(line);
        self.lose_file(finding);
    }

    fn lose_file(&mut self, finding: Finding) {
        let finding = if self.schema.presence == Presence::Required {
            finding.blocks_all()
        } else {
            // Losing a table that may be absent means what losing a row that says nothing would.
            let nothing = StringRecord::new();
            (self.loss)(&Cells::new(&nothing, &[], self.schema.columns)).of(finding)
        };
        self.findings.push(finding);
    }

    /// Reports the loss of one row.
    pub(crate) fn lose_row(&mut self, finding: Finding, cells: &Cells<'_>) {
        self.findings.push((self.loss)(cells).of(finding));
    }

    /// Reports the cells that made a row unusable.
    pub(crate) fn lose_cells(&mut self, line: u64, cells: Cells<'_>) {
        let loss = (self.loss)(&cells);
        self.findings
            .extend(cells.findings(self.file, line).map(|f| loss.clone().of(f)));
    }

    /// Where each column of the schema stands among the file's; `None` when one that must be there is missing.
    pub(crate) fn place(&mut self, names: &[&str], extra: &[&str]) -> Option<Vec<Option<usize>>> {
        let mut complete = true;
        for (at, name) in names.iter().enumerate() {
            let known = self
                .schema
                .columns
                .iter()
                .any(|column| column.name == *name);
            if !known && !extra.contains(name) {
                let message = "the column is not in the schema and is not read".to_owned();
                let remedy = "remove it, or correct its name";
                let mut finding = Finding::new(Code::E104, self.file, message, remedy);
                finding.column = Some(shown(name));
                self.findings.push(finding);
            } else if names.iter().take(at).any(|other| other == name) {
                let message = "the column stands twice".to_owned();
                let mut finding =
                    Finding::new(Code::E103, self.file, message, "remove one of the two");
                finding.column = Some((*name).to_owned());
                self.lose_file(finding);
                complete = false;
            }
        }
        let places: Vec<_> = self
            .schema
            .columns
            .iter()
            .map(|column| names.iter().position(|name| *name == column.name))
            .collect();
        for (column, at) in self.schema.columns.iter().zip(&places) {
            if column.required && at.is_none() {
                let message = "the column is missing".to_owned();
                let mut finding = Finding::new(Code::E101, self.file, message, "add the column");
                finding.column = Some(column.name.to_owned());
                self.lose_file(finding);
                complete = false;
            }
        }
        complete.then_some(places)
    }
}

/// A column's name as it can be printed: no control characters, at most 80.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// Reads every row; `visit` says whether it could use the row, else the reasons in the cells become findings.
///
/// Gives whether the file had the columns it needs.
pub(crate) fn scan(
    body: &Body,
    extra: &[&str],
    reading: &mut Reading<'_>,
    visit: &mut dyn FnMut(u64, &mut Cells<'_>, Extra<'_>) -> bool,
) -> bool {
    let source = match body.reader().and_then(WithoutMark::new) {
        Ok(source) => source,
        Err(error) => {
            let message = format!("the file cannot be read: {error}");
            let remedy = "check the file and its permissions";
            reading.refuse(Code::E105, None, message, remedy);
            return false;
        }
    };
    match source.mark {
        Mark::None => {}
        Mark::Utf8 => {
            let message = "the file starts with a byte-order mark, which is passed over".to_owned();
            let remedy = "save it as UTF-8 without a byte-order mark";
            let finding = Finding::new(Code::E105, reading.file, message, remedy);
            reading.findings.push(finding.warning());
        }
        Mark::Utf16 => {
            let message = "the file is UTF-16, not UTF-8".to_owned();
            reading.refuse(Code::E105, None, message, "save it as UTF-8");
            return false;
        }
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(source);
    let Some(header) = read_header(&mut reader, reading) else {
        return false;
    };
    let names: Vec<&str> = header.iter().map(str::trim).collect();
    let Some(places) = reading.place(&names, extra) else {
        return false;
    };
    let extra_places = places_of(&names, extra);

    let columns = reading.schema.columns;
    let mut bytes = ByteRecord::new();
    let mut any = false;
    loop {
        match reader.read_byte_record(&mut bytes) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let line = error.position().map(csv::Position::line);
                let message = format!("the file cannot be read further: {error}");
                reading.refuse(Code::E105, line, message, "check the file");
                break;
            }
        }
        any = true;
        let line = bytes.position().map_or(0, csv::Position::line);
        match StringRecord::from_byte_record(std::mem::take(&mut bytes)) {
            Ok(record) if record.len() == names.len() => {
                let mut cells = Cells::new(&record, &places, columns);
                if !visit(line, &mut cells, &texts(&record, &extra_places)) {
                    reading.lose_cells(line, cells);
                }
                bytes = record.into_byte_record();
            }
            Ok(record) => {
                let (cells, wanted) = (record.len(), names.len());
                let message = format!("the row has {cells} cells, the header {wanted}");
                let remedy = "quote cells that hold commas or line breaks; was the file cut off?";
                let finding = Finding::new(Code::E102, reading.file, message, remedy).at([line]);
                reading.lose_row(finding, &Cells::new(&record, &places, columns));
                bytes = record.into_byte_record();
            }
            Err(error) => {
                let message = "the row is not UTF-8".to_owned();
                let remedy = "save the file as UTF-8";
                let finding = Finding::new(Code::E105, reading.file, message, remedy).at([line]);
                let lost = StringRecord::from_byte_record_lossy(error.into_byte_record());
                reading.lose_row(finding, &Cells::new(&lost, &places, columns));
            }
        }
    }
    if !any && !reading.is_change && reading.schema.presence == Presence::Required {
        let message = "the file has a header but no rows".to_owned();
        reading.refuse(Code::E106, None, message, "add rows");
    }
    true
}

/// Where each of these columns stands among the file's, where it does.
pub(crate) fn places_of(names: &[&str], columns: &[&str]) -> Vec<Option<usize>> {
    let place = |column: &&str| names.iter().position(|name| name == column);
    columns.iter().map(place).collect()
}

/// What stands in these places; empty where there is none.
pub(crate) fn texts<'r>(record: &'r StringRecord, places: &[Option<usize>]) -> Vec<&'r str> {
    let text = |at: &Option<usize>| at.and_then(|at| record.get(at)).unwrap_or("");
    places.iter().map(text).collect()
}

fn read_header(
    reader: &mut csv::Reader<impl Read>,
    reading: &mut Reading<'_>,
) -> Option<StringRecord> {
    let remedy = "save it as UTF-8 CSV with commas";
    let mut bytes = ByteRecord::new();
    match reader.read_byte_record(&mut bytes) {
        Ok(true) => {}
        Ok(false) => {
            let message = "the file is empty".to_owned();
            reading.refuse(Code::E106, None, message, "add a header and rows");
            return None;
        }
        Err(error) => {
            let message = format!("the header cannot be read: {error}");
            reading.refuse(Code::E105, None, message, remedy);
            return None;
        }
    }
    let Ok(header) = StringRecord::from_byte_record(bytes) else {
        reading.refuse(
            Code::E105,
            None,
            "the header is not UTF-8".to_owned(),
            remedy,
        );
        return None;
    };
    if header.len() == 1
        && header
            .get(0)
            .is_some_and(|h| h.contains(';') || h.contains('\t'))
    {
        let message = "the columns are separated by semicolons or tabs, not commas".to_owned();
        reading.refuse(Code::E105, None, message, "save it as CSV with commas");
        return None;
    }
    Some(header)
}

/// Writes a header and rows, the cells as `show` shows them.
pub(crate) fn write<T: Table, W: Write>(
    rows: impl IntoIterator<Item = T>,
    sink: W,
    show: impl Fn(&Cell<'_>, &mut String),
) -> Result<(), WriteError> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(sink);
    writer.write_record(T::SCHEMA.columns.iter().map(|column| column.name))?;
    let mut text = String::new();
    for row in rows {
        let mut cells = Vec::with_capacity(T::SCHEMA.columns.len());
        row.cells(&mut cells);
        for cell in cells {
            text.clear();
            show(&cell, &mut text);
            writer.write_field(&text)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()?;
    Ok(())
}

enum Mark {
    None,
    Utf8,
    Utf16,
}

/// A reader that has looked for a byte-order mark and passed over UTF-8's.
struct WithoutMark<R> {
    mark: Mark,
    head: [u8; 3],
    at: usize,
    len: usize,
    rest: R,
}

impl<R: Read> WithoutMark<R> {
    fn new(mut rest: R) -> std::io::Result<Self> {
        let mut head = [0; 3];
        let mut len = 0;
        while let Some(free) = head.get_mut(len..).filter(|free| !free.is_empty()) {
            match rest.read(free)? {
                0 => break,
                read => len += read,
            }
        }
        let (mark, at) = match &head[..len] {
            [0xef, 0xbb, 0xbf] => (Mark::Utf8, 3),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => (Mark::Utf16, 0),
            _ => (Mark::None, 0),
        };
        Ok(Self {
            mark,
            head,
            at,
            len,
            rest,
        })
    }
}

impl<R: Read> Read for WithoutMark<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.at < self.len {
            let read = (&self.head[self.at..self.len]).read(into)?;
            self.at += read;
            return Ok(read);
        }
        self.rest.read(into)
    }
}
