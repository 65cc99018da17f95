//! The rows of a file, each an event or a reject.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufRead;

use contracts::canonical::{Event, Reason, Rejection};
use domain::Sha256;
use sha2::Digest;

use crate::bytes::Charset;
use crate::cells::Cells;
use crate::columns::FileKind;
use crate::dialect::Dialect;
use crate::incoming::{FileError, Inspected};
use crate::lines::{Line, Lines, split};
use crate::reject::{Bad, Reject, start};
use crate::row::{Origin, told};

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// It tells this.
    Event(Box<Event>),
    /// It tells nothing.
    Reject(Box<Reject>),
}

/// A file's header: its columns, and where ours stand among them.
#[derive(Debug, Clone)]
pub(crate) struct Header<'a> {
    pub(crate) kind: FileKind,
    pub(crate) dialect: &'a Dialect,
    names: Vec<String>,
    /// Of each column of the kind, its place in the file.
    places: Vec<Option<usize>>,
    /// The most characters of a field.
    longest: usize,
}

impl<'a> Header<'a> {
    pub(crate) fn new(
        kind: FileKind,
        dialect: &'a Dialect,
        names: Vec<String>,
        longest: usize,
    ) -> Result<Self, Rejection> {
        let mut places = Vec::new();
        for column in kind.columns() {
            let header = dialect.header(kind, column.name);
            let mut found = names.iter().enumerate().filter(|(_, name)| *name == header);
            let place = found.next().map(|(at, _)| at);
            if found.next().is_some() {
                let message = format!("the file has two columns `{header}`");
                let remedy = "leave one of them out, or give it another name";
                return Err(Rejection::new(Reason::Schema, message, remedy));
            }
            if place.is_none() && column.required {
                let has = start(&names.join(", "), 200);
                let message = format!("the file has no column `{header}`; it has {has}");
                let remedy = format!(
                    "add it, or say in the dialect what it is called: `columns.{kind}.{}`; where the names look wrong, \
                     compare delimiter and encoding",
                    column.name
                );
                return Err(Rejection::new(Reason::Schema, message, remedy));
            }
            places.push(place);
        }
        Ok(Self {
            kind,
            dialect,
            names,
            places,
            longest,
        })
    }

    /// Where a column of ours stands.
    pub(crate) fn position(&self, column: &str) -> Option<usize> {
        let mut columns = self.kind.columns().iter().zip(&self.places);
        let (_, place) = columns.find(|(known, _)| known.name == column)?;
        *place
    }

    /// What the file calls a column of ours.
    pub(crate) fn name<'b>(&'b self, column: &'b str) -> &'b str {
        self.dialect.header(self.kind, column)
    }

    fn name_at(&self, at: usize) -> &str {
        self.names.get(at).map_or("", String::as_str)
    }
}

type Digest16 = [u8; 16];

/// The rows of a file in their order: each is an event or a reject, and none changes what becomes of another, but for one
/// that says something else of what an earlier one has told.
pub struct Rows<'a> {
    lines: Lines<Box<dyn BufRead + 'a>>,
    charset: Charset,
    header: Header<'a>,
    origin: &'a Origin,
    file: Sha256,
    left: u64,
    /// What was told of what, and in which line.
    claims: BTreeMap<Digest16, (Digest16, u64)>,
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows")
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

impl<'a> Rows<'a> {
    pub(crate) fn new(
        lines: Lines<Box<dyn BufRead + 'a>>,
        charset: Charset,
        header: Header<'a>,
        inspected: &Inspected,
        origin: &'a Origin,
    ) -> Self {
        Self {
            lines,
            charset,
            header,
            origin,
            file: inspected.sha256,
            left: inspected.rows,
            claims: BTreeMap::new(),
        }
    }

    fn read(&mut self) -> Result<Option<Row>, FileError> {
        while self.left > 0 {
            let Some(line) = self.lines.next()? else {
                self.left = 0;
                break;
            };
            if line.bytes.is_empty() {
                continue;
            }
            self.left -= 1;
            let text = self.charset.decode(line.bytes);
            let event = row(
                &line,
                &text,
                &self.header,
                self.origin,
                &self.file,
                &mut self.claims,
            );
            return Ok(Some(match event {
                Ok(event) => Row::Event(Box::new(event)),
                Err(bad) => Row::Reject(Box::new(bad.at(line.number, &text))),
            }));
        }
        Ok(None)
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

fn row(
    line: &Line<'_>,
    text: &str,
    header: &Header<'_>,
    origin: &Origin,
    file: &Sha256,
    claims: &mut BTreeMap<Digest16, (Digest16, u64)>,
) -> Result<Event, Bad> {
    if line.too_long {
        return Err(Bad::new(
            "",
            "",
            "the line is too long",
            "shorten its fields",
        ));
    }
    let fields = fields(text, header)?;
    let cells = Cells {
        header,
        fields: &fields,
    };
    let told = told(&cells, origin, file, line.number)?;
    let Some(claim) = told.claim else {
        return Ok(told.event);
    };
    let said = short(&told.said);
    let (first, at) = *claims.entry(short(&claim)).or_insert((said, line.number));
    if first == said {
        return Ok(told.event);
    }
    let reason = format!("line {at} says something else of the same document, number or count");
    let remedy = "find out which is right; what has been told already is corrected by an adjustment or a later count";
    Err(Bad::new("", "", reason, remedy))
}

/// The fields of a row, as many as the header's and none that hides something.
fn fields<'t>(text: &'t str, header: &Header<'_>) -> Result<Vec<Cow<'t, str>>, Bad> {
    let dialect = header.dialect;
    let fields = split(text, dialect.delimiter(), dialect.quote()).map_err(|(at, why)| {
        let remedy = "quote the field and double the quotes within it";
        Bad::new(header.name_at(at), "", why.reason(), remedy)
    })?;
    let (found, expected) = (fields.len(), header.names.len());
    if found != expected {
        let reason = format!("the row has {found} fields, and the header {expected}");
        let remedy = "quote fields that hold the delimiter, and send every column";
        return Err(Bad::new("", "", reason, remedy));
    }
    for (at, field) in fields.iter().enumerate() {
        let hidden = |c: char| c.is_control() || c == '\u{FFFD}';
        let (reason, remedy) = if field.contains(hidden) {
            let reason = "a sign in it is a control character, or none of the file's encoding";
            (
                reason.to_owned(),
                "correct it, and compare the dialect's encoding",
            )
        } else if field.chars().nth(header.longest).is_some() {
            let reason = format!("the field has more than {} characters", header.longest);
            (reason, "shorten it")
        } else {
            continue;
        };
        return Err(Bad::new(header.name_at(at), field, reason, remedy));
    }
    Ok(fields)
}

fn short(text: &str) -> Digest16 {
    let digest: [u8; 32] = sha2::Sha256::digest(text.as_bytes()).into();
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(digest) {
        *to = from;
    }
    short
}
