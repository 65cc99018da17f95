//! A file as a whole: whether it is all there, within limits, and what it is.

use std::io::{self, BufRead, BufReader, Read};

use contracts::canonical::{Reason, Rejection};
use domain::Sha256;
use sha2::Digest;

use crate::bytes::{Excess, content, text};
use crate::columns::FileKind;
use crate::dialect::{Complete, Dialect};
use crate::lines::{Lines, split};
use crate::reject::start;
use crate::row::Origin;
use crate::rows::{Header, Rows};

/// How large a file may be. One above is not taken at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes as it comes.
    pub bytes: u64,
    /// Bytes as it is unpacked.
    pub unpacked: u64,
    /// How many times its size it may unpack to.
    pub ratio: u64,
    /// Rows.
    pub rows: u64,
    /// Columns.
    pub columns: usize,
    /// Bytes of a line; a longer one is a reject.
    pub line: usize,
    /// Characters of a field; a row with a longer one is a reject.
    pub field: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024 * 1024,
            unpacked: 128 * 1024 * 1024,
            ratio: 100,
            rows: 250_000,
            columns: 100,
            line: 16 * 1024,
            field: 500,
        }
    }
}

const SMALLER: &str = "send it in smaller parts";

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is not taken as it is.
    #[error("{0}")]
    Unfit(Rejection),
    /// Its bytes do not come.
    #[error("the file cannot be read: {0}")]
    Io(io::Error),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        let excess = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Excess>());
        match (excess, error.kind()) {
            (Some(excess), _) => unfit(Reason::TooLarge, excess.to_string(), SMALLER),
            (
                None,
                io::ErrorKind::InvalidData
                | io::ErrorKind::InvalidInput
                | io::ErrorKind::UnexpectedEof,
            ) => unfit(
                Reason::Malformed,
                "the file is named as packed and cannot be unpacked to its end",
                "send it again, packed with gzip, whole",
            ),
            (None, _) => Self::Io(error),
        }
    }
}

pub(crate) fn unfit(
    reason: Reason,
    message: impl Into<String>,
    remedy: impl Into<String>,
) -> FileError {
    FileError::Unfit(Rejection::new(reason, message, remedy))
}

/// What a whole file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inspected {
    /// Of its content, unpacked: a file under another name, or packed, is the same one.
    pub sha256: Sha256,
    /// Length of its content.
    pub bytes: u64,
    /// Its rows, without header, trailer and empty lines.
    pub rows: u64,
}

/// A file that the warehouse has written.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    kind: FileKind,
    packed: bool,
    dialect: &'a Dialect,
    limits: Limits,
}

impl<'a> Incoming<'a> {
    /// A file of this kind, packed with gzip or not.
    pub fn new(kind: FileKind, packed: bool, dialect: &'a Dialect) -> Self {
        Self {
            kind,
            packed,
            dialect,
            limits: Limits::default(),
        }
    }

    /// With other limits.
    #[must_use]
    pub const fn within(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Looks at the whole file before any of its rows counts: it must be complete, within limits, and have the columns of
    /// its kind.
    ///
    /// # Errors
    /// Why it is not taken, or cannot be read.
    pub fn inspect(&self, input: impl Read) -> Result<Inspected, FileError> {
        let mut digest = sha2::Sha256::new();
        let mut bytes = 0;
        let hashed = Hashed {
            input: content(input, self.packed, self.limits),
            digest: &mut digest,
            bytes: &mut bytes,
        };
        let (text, charset) = text(Box::new(BufReader::new(hashed)), self.dialect.encoding())?;
        let mut lines = Lines::new(text, self.limits.line);
        let (_, mut ended) = self.header(&mut lines, charset)?;
        let mut rows = 0;
        let mut last = Vec::new();
        while let Some(line) = lines.next()? {
            ended = line.ended;
            if line.bytes.is_empty() {
                continue;
            }
            rows += 1;
            if rows > self.limits.rows + 1 {
                return Err(self.too_many_rows());
            }
            last.clear();
            last.extend_from_slice(line.bytes);
        }
        drop(lines);
        match self.dialect.complete() {
            Complete::LineEnd if !ended => {
                return Err(unfit(
                    Reason::Malformed,
                    "the file's last line does not end: it may be cut short",
                    "send the whole file; its last line ends in a line break",
                ));
            }
            Complete::Trailer => {
                rows -= self.trailer(&charset.decode(&last), rows)?;
            }
            Complete::LineEnd | Complete::Done => {}
        }
        if rows > self.limits.rows {
            return Err(self.too_many_rows());
        }
        Ok(Inspected {
            sha256: Sha256::new(digest.finalize().into()),
            bytes,
            rows,
        })
    }

    /// The rows of a file that was inspected.
    ///
    /// # Errors
    /// Why it is not taken, or cannot be read.
    pub fn rows<'r>(
        &self,
        input: impl Read + 'r,
        inspected: &Inspected,
        origin: &'r Origin,
    ) -> Result<Rows<'r>, FileError>
    where
        'a: 'r,
    {
        let content = content(input, self.packed, self.limits);
        let (text, charset) = text(content, self.dialect.encoding())?;
        let mut lines = Lines::new(text, self.limits.line);
        let (header, _) = self.header(&mut lines, charset)?;
        Ok(Rows::new(lines, charset, header, inspected, origin))
    }

    /// The header, and whether its line ends.
    fn header<R: BufRead>(
        &self,
        lines: &mut Lines<R>,
        charset: crate::bytes::Charset,
    ) -> Result<(Header<'a>, bool), FileError> {
        let Some(line) = lines.next()? else {
            let remedy = "send the whole file: its first line is the header";
            return Err(unfit(Reason::Malformed, "the file is empty", remedy));
        };
        let text = charset.decode(line.bytes);
        let broken = |why: &str| {
            let message = format!("the header `{}` cannot be read: {why}", start(&text, 100));
            let remedy = "compare the file with the dialect: delimiter, quote, encoding";
            unfit(Reason::Schema, message, remedy)
        };
        if line.too_long {
            return Err(broken("it is too long"));
        }
        let names = split(&text, self.dialect.delimiter(), self.dialect.quote())
            .map_err(|(_, why)| broken(why.reason()))?;
        if names.len() > self.limits.columns {
            let message = format!(
                "the file has {} columns, and the limit is {}",
                names.len(),
                self.limits.columns
            );
            let remedy = "leave out what no column here holds";
            return Err(unfit(Reason::TooLarge, message, remedy));
        }
        let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
        let header = Header::new(self.kind, self.dialect, names, self.limits.field);
        Ok((header.map_err(FileError::Unfit)?, line.ended))
    }

    /// Looks at the trailer; one line is none of the rows.
    fn trailer(&self, last: &str, lines: u64) -> Result<u64, FileError> {
        let mark = self.dialect.trailer();
        let cut = |message: String| {
            let remedy = format!(
                "send the whole file; its last line is `{mark}{}` and the number of its rows",
                self.dialect.delimiter()
            );
            unfit(Reason::Malformed, message, remedy)
        };
        let fields = split(last, self.dialect.delimiter(), self.dialect.quote());
        let fields = fields.unwrap_or_default();
        let (first, rest) = fields.split_first().unzip();
        if lines == 0 || first.is_none_or(|first| first.trim() != mark) {
            let message = "the file has no trailer: it may be cut short";
            return Err(cut(message.to_owned()));
        }
        let told = rest.and_then(<[_]>::first).map(|count| count.trim());
        let rows = lines - 1;
        if told.and_then(|told| told.parse().ok()) == Some(rows) {
            return Ok(1);
        }
        let told = start(told.unwrap_or_default(), 20);
        Err(cut(format!(
            "the trailer tells of `{told}` rows, and there are {rows}"
        )))
    }

    fn too_many_rows(&self) -> FileError {
        let message = format!("the file has more than {} rows", self.limits.rows);
        unfit(Reason::TooLarge, message, SMALLER)
    }
}

/// Takes a digest of what is read.
struct Hashed<'d, R> {
    input: R,
    digest: &'d mut sha2::Sha256,
    bytes: &'d mut u64,
}

impl<R: Read> Read for Hashed<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(into)?;
        self.digest.update(into.get(..read).unwrap_or_default());
        *self.bytes += read as u64;
        Ok(read)
    }
}
