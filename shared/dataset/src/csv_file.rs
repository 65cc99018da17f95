//! Reading and writing one table as CSV.

use std::io::{Read, Write};

use csv::{ByteRecord, StringRecord};
use domain::{Code, Finding};

use crate::WriteError;
use crate::files::{Body, LossOf};
use crate::table::{Cells, Presence, Schema, Table};

/// Text of the extra columns asked for, in their order.
pub(crate) type Extra<'a> = &'a [&'a str];

/// Reads every row; `visit` says whether it could use the row, else the reasons in `cells` become findings.
///
/// Gives whether the file had the columns it needs.
pub(crate) fn scan(
    body: &Body,
    file: &str,
    schema: &'static Schema,
    extra: &[&str],
    loss: LossOf<'_>,
    findings: &mut Vec<Finding>,
    visit: &mut dyn FnMut(u64, &mut Cells<'_>, Extra<'_>) -> bool,
) -> bool {
    let refuse = |code, message: String, remedy: &str| {
        let finding = Finding::new(code, file, message, remedy);
        if schema.presence == Presence::Required {
            finding.blocks_all()
        } else {
            finding
        }
    };
    let source = match body.reader().and_then(WithoutMark::new) {
        Ok(source) => source,
        Err(error) => {
            let message = format!("the file cannot be read: {error}");
            findings.push(refuse(
                Code::E105,
                message,
                "check the file and its permissions",
            ));
            return false;
        }
    };
    match source.mark {
        Mark::None => {}
        Mark::Utf8 => findings.push(
            Finding::new(
                Code::E105,
                file,
                "the file starts with a byte-order mark, which is passed over".to_owned(),
                "save as UTF-8 without BOM",
            )
            .warning(),
        ),
        Mark::Utf16 => {
            let message = "the file is UTF-16, not UTF-8".to_owned();
            findings.push(refuse(Code::E105, message, "save it as UTF-8"));
            return false;
        }
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(source);
    let mut bytes = ByteRecord::new();
    match reader.read_byte_record(&mut bytes) {
        Ok(true) => {}
        Ok(false) => {
            let message = "the file is empty".to_owned();
            findings.push(refuse(Code::E106, message, "add a header and rows"));
            return false;
        }
        Err(error) => {
            let message = format!("the header cannot be read: {error}");
            findings.push(refuse(
                Code::E105,
                message,
                "save it as UTF-8 CSV with commas",
            ));
            return false;
        }
    }
    let Ok(header) = StringRecord::from_byte_record(bytes.clone()) else {
        let message = "the header is not UTF-8".to_owned();
        findings.push(refuse(
            Code::E105,
            message,
            "save it as UTF-8 CSV with commas",
        ));
        return false;
    };
    if header.len() == 1
        && header
            .get(0)
            .is_some_and(|h| h.contains(';') || h.contains('\t'))
    {
        let message = "the columns are separated by semicolons or tabs, not commas".to_owned();
        findings.push(refuse(Code::E105, message, "save it as CSV with commas"));
        return false;
    }
    let names: Vec<&str> = header.iter().map(str::trim).collect();
    let Some(places) = place(&names, file, schema, extra, findings) else {
        return false;
    };
    let extra_places: Vec<_> = extra
        .iter()
        .map(|column| names.iter().position(|name| name == column))
        .collect();

    let mut rows = 0u64;
    loop {
        match reader.read_byte_record(&mut bytes) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let message = format!("the file cannot be read further: {error}");
                findings.push(refuse(Code::E105, message, "check the file").at([line]));
                break;
            }
        }
        rows += 1;
        let line = bytes.position().map_or(0, csv::Position::line);
        let count = bytes.len();
        let record = StringRecord::from_byte_record(std::mem::take(&mut bytes));
        let record = match record {
            Ok(record) if record.len() == names.len() => record,
            Ok(record) => {
                let message = format!("the row has {count} cells, the header {}", names.len());
                let remedy = "quote cells that hold commas or line breaks; was the file cut off?";
                let finding = Finding::new(Code::E102, file, message, remedy).at([line]);
                let loss = loss(&Cells::new(&record, &places, schema.columns));
                findings.push(loss.of(finding));
                bytes = record.into_byte_record();
                continue;
            }
            Err(error) => {
                let message = "the row is not UTF-8".to_owned();
                let finding = Finding::new(Code::E105, file, message, "save the file as UTF-8");
                let finding = finding.at([line]);
                let lost = StringRecord::from_byte_record_lossy(error.into_byte_record());
                let loss = loss(&Cells::new(&lost, &places, schema.columns));
                findings.push(loss.of(finding));
                continue;
            }
        };
        {
            let mut cells = Cells::new(&record, &places, schema.columns);
            let texts: Vec<&str> = extra_places
                .iter()
                .map(|at| at.and_then(|at| record.get(at)).unwrap_or(""))
                .collect();
            if !visit(line, &mut cells, &texts) {
                let loss = loss(&cells);
                findings.extend(cells.findings(file, line).map(|f| loss.clone().of(f)));
            }
        }
        bytes = record.into_byte_record();
    }
    if rows == 0 {
        let message = "the file has a header but no rows".to_owned();
        if schema.presence == Presence::Required {
            findings.push(refuse(Code::E106, message, "add rows"));
        }
    }
    true
}

/// Where each column of the schema stands among the file's; `None` when one that must be there is missing.
pub(crate) fn place(
    names: &[&str],
    file: &str,
    schema: &'static Schema,
    extra: &[&str],
    findings: &mut Vec<Finding>,
) -> Option<Vec<Option<usize>>> {
    let mut complete = true;
    for (at, name) in names.iter().enumerate() {
        if !schema.columns.iter().any(|column| column.name == *name) && !extra.contains(name) {
            let message = "the column is not in the schema and is not read".to_owned();
            let remedy = "remove it, or correct its name";
            findings.push(Finding::new(Code::E104, file, message, remedy).of(name, ""));
            if let Some(last) = findings.last_mut() {
                last.value = None;
            }
        } else if names.iter().take(at).any(|other| other == name) {
            let message = "the column stands twice".to_owned();
            let mut finding = Finding::new(Code::E103, file, message, "remove one of the two");
            finding.column = Some((*name).to_owned());
            findings.push(finding.blocks_all());
            complete = false;
        }
    }
    let places: Vec<_> = schema
        .columns
        .iter()
        .map(|column| names.iter().position(|name| *name == column.name))
        .collect();
    for (column, at) in schema.columns.iter().zip(&places) {
        if column.required && at.is_none() {
            let message = "the column is missing".to_owned();
            let mut finding = Finding::new(Code::E101, file, message, "add the column");
            finding.column = Some(column.name.to_owned());
            if schema.presence == Presence::Required {
                finding = finding.blocks_all();
            }
            findings.push(finding);
            complete = false;
        }
    }
    complete.then_some(places)
}

pub(crate) fn write<T: Table, W: Write>(
    rows: impl IntoIterator<Item = T>,
    sink: W,
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
            use std::fmt::Write as _;
            text.clear();
            let _ = write!(text, "{cell}");
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
