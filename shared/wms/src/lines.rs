//! Lines and their fields. A field holds no line break, so that a quote that is never closed costs one row.

use std::borrow::Cow;
use std::io::{self, BufRead};

/// Lines of a file, none held longer than a limit.
pub(crate) struct Lines<R> {
    input: R,
    longest: usize,
    number: u64,
    held: Vec<u8>,
}

/// One line, without its end.
pub(crate) struct Line<'a> {
    /// From 1.
    pub(crate) number: u64,
    pub(crate) bytes: &'a [u8],
    /// Whether it ends, and not just the file.
    pub(crate) ended: bool,
    /// Whether only its beginning is held.
    pub(crate) too_long: bool,
}

impl<R: BufRead> Lines<R> {
    pub(crate) const fn new(input: R, longest: usize) -> Self {
        Self {
            input,
            longest,
            number: 0,
            held: Vec::new(),
        }
    }

    /// The next line, `None` after the last.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.held.clear();
        let (mut length, mut ended) = (0, false);
        while !ended {
            let some = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if some.is_empty() {
                break;
            }
            let end = some.iter().position(|byte| *byte == b'\n');
            let taken = end.unwrap_or(some.len());
            let room = (self.longest + 1).saturating_sub(self.held.len());
            self.held
                .extend_from_slice(some.get(..taken.min(room)).unwrap_or_default());
            length += taken;
            ended = end.is_some();
            let used = taken + usize::from(ended);
            self.input.consume(used);
        }
        if length == 0 && !ended {
            return Ok(None);
        }
        self.number += 1;
        if ended && self.held.last() == Some(&b'\r') {
            self.held.pop();
        }
        Ok(Some(Line {
            number: self.number,
            too_long: self.held.len() > self.longest,
            bytes: &self.held,
            ended,
        }))
    }
}

/// What keeps a line from having fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// A quote that is never closed.
    Open,
    /// Text behind a closing quote.
    Behind,
    /// A quote within a field that is not quoted.
    Within,
}

impl Broken {
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Open => "a quote is opened and never closed; fields hold no line breaks",
            Self::Behind => "text stands behind a closing quote",
            Self::Within => "a quote stands within a field that is not quoted",
        }
    }
}

/// The fields of a line; at fault the one where it breaks, from 0.
pub(crate) fn split(
    line: &str,
    delimiter: char,
    quote: Option<char>,
) -> Result<Vec<Cow<'_, str>>, (usize, Broken)> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let at = fields.len();
        let (field, behind) = match quote.filter(|quote| rest.starts_with(*quote)) {
            Some(quote) => {
                quoted(rest.get(1..).unwrap_or_default(), quote).ok_or((at, Broken::Open))?
            }
            None => {
                let end = rest.find(delimiter).unwrap_or(rest.len());
                let (field, behind) = rest.split_at(end);
                if quote.is_some_and(|quote| field.contains(quote)) {
                    return Err((at, Broken::Within));
                }
                (Cow::Borrowed(field), behind)
            }
        };
        fields.push(field);
        match behind.strip_prefix(delimiter) {
            Some(next) => rest = next,
            None if behind.is_empty() => return Ok(fields),
            None => return Err((at, Broken::Behind)),
        }
    }
}

/// What stands up to the closing quote, and what stands behind it.
fn quoted(text: &str, quote: char) -> Option<(Cow<'_, str>, &str)> {
    let mut field = Cow::Borrowed("");
    let mut rest = text;
    loop {
        let (part, behind) = rest.split_once(quote)?;
        field += part;
        match behind.strip_prefix(quote) {
            Some(next) => {
                field.to_mut().push(quote);
                rest = next;
            }
            None => return Some((field, behind)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_breaks_where_its_quotes_do() {
        let broken = |line| split(line, ';', Some('"')).unwrap_err();
        assert_eq!(broken("a;\"b;c"), (1, Broken::Open));
        assert_eq!(broken("a;\"b\"c;d"), (1, Broken::Behind));
        assert_eq!(broken("a;b\"c;d"), (1, Broken::Within));
        assert_eq!(split("a\"b;c", ';', None).unwrap(), ["a\"b", "c"]);
        assert_eq!(split("", ';', None).unwrap(), [""]);
    }

    #[test]
    fn lines_end_in_either_way_and_long_ones_are_cut() {
        let mut lines = Lines::new("a\r\nlonger\n\nlast".as_bytes(), 4);
        let mut told = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            let text = String::from_utf8(line.bytes.to_vec()).unwrap();
            told.push((line.number, text, line.ended, line.too_long));
        }
        assert_eq!(
            told,
            [
                (1, "a".to_owned(), true, false),
                (2, "longe".to_owned(), true, true),
                (3, String::new(), true, false),
                (4, "last".to_owned(), false, false),
            ]
        );
    }

    proptest! {
        #[test]
        fn what_a_csv_writer_writes_is_split_as_it_was(
            fields in prop::collection::vec("[ -~äß€;,|]{0,12}", 1..6),
            delimiter in prop::sample::select(vec![',', ';', '|']),
            quote in prop::sample::select(vec!['"', '\'']),
        ) {
            let mut writer = csv::WriterBuilder::new()
                .delimiter(delimiter as u8)
                .quote(quote as u8)
                .from_writer(Vec::new());
            writer.write_record(&fields).unwrap();
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let line = text.strip_suffix('\n').unwrap();
            prop_assert_eq!(split(line, delimiter, Some(quote)).unwrap(), fields);
        }
    }
}
