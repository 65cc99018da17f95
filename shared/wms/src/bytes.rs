//! From the bytes of a file to those of its text: unpacked within limits, and as something in which ASCII is ASCII.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::read::MultiGzDecoder;

use crate::dialect::Encoding;
use crate::incoming::Limits;

/// Compressed or not, a file is unpacked up to so much before its ratio is looked at.
const RATIO_FROM: u64 = 1024 * 1024;

/// What a file has too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Excess {
    #[error("the file has more than {0} bytes")]
    Bytes(u64),
    #[error("the file unpacks to more than {0} bytes")]
    Unpacked(u64),
    #[error("the file unpacks to more than {0} times its size")]
    Ratio(u64),
}

/// Counts what is read, and ends with an error above a limit.
struct Counted<R> {
    input: R,
    count: u64,
    most: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(into)?;
        self.count += read as u64;
        if self.count > self.most {
            return Err(io::Error::other(Excess::Bytes(self.most)));
        }
        Ok(read)
    }
}

/// Unpacks within limits.
struct Unpacked<R> {
    packed: MultiGzDecoder<Counted<R>>,
    count: u64,
    limits: Limits,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.packed.read(into)?;
        self.count += read as u64;
        if self.count > self.limits.unpacked {
            return Err(io::Error::other(Excess::Unpacked(self.limits.unpacked)));
        }
        // Read ahead of what is unpacked, so that the ratio is rather too small than too large.
        let packed = self.packed.get_ref().count;
        if self.count > RATIO_FROM && self.count / packed.max(1) > self.limits.ratio {
            return Err(io::Error::other(Excess::Ratio(self.limits.ratio)));
        }
        Ok(read)
    }
}

/// The bytes of a file's content.
pub(crate) fn content<'a>(
    input: impl Read + 'a,
    packed: bool,
    limits: Limits,
) -> Box<dyn BufRead + 'a> {
    let counted = Counted {
        input,
        count: 0,
        most: limits.bytes,
    };
    if !packed {
        return Box::new(BufReader::new(counted));
    }
    Box::new(BufReader::new(Unpacked {
        packed: MultiGzDecoder::new(counted),
        count: 0,
        limits,
    }))
}

/// In which encoding a file's lines are, once it begins to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Windows1252,
}

impl Charset {
    /// The line's text. What is no text in it becomes U+FFFD, which no field may hold.
    pub(crate) fn decode(self, line: &[u8]) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(line),
            Self::Windows1252 => WINDOWS_1252.decode_without_bom_handling(line).0,
        }
    }
}

/// The content without its byte-order mark, and its encoding: the mark's, else that of the setting.
pub(crate) fn text<'a>(
    mut content: Box<dyn BufRead + 'a>,
    encoding: Encoding,
) -> io::Result<(Box<dyn BufRead + 'a>, Charset)> {
    let mut start = Vec::new();
    content.by_ref().take(3).read_to_end(&mut start)?;
    let transcoded = |decoder, rest: &[u8], content| -> Box<dyn BufRead + 'a> {
        let input = io::Cursor::new(rest.to_vec()).chain(content);
        Box::new(BufReader::new(Transcoded {
            input,
            decoder,
            ended: false,
            ready: Vec::new(),
            given: 0,
        }))
    };
    Ok(match start.as_slice() {
        [0xEF, 0xBB, 0xBF] => (content, Charset::Utf8),
        [0xFF, 0xFE, rest @ ..] => {
            let decoder = UTF_16LE.new_decoder_without_bom_handling();
            (transcoded(decoder, rest, content), Charset::Utf8)
        }
        [0xFE, 0xFF, rest @ ..] => {
            let decoder = UTF_16BE.new_decoder_without_bom_handling();
            (transcoded(decoder, rest, content), Charset::Utf8)
        }
        _ => {
            let charset = match encoding {
                Encoding::Utf8 | Encoding::Utf8Bom => Charset::Utf8,
                Encoding::Windows1252 => Charset::Windows1252,
            };
            (Box::new(io::Cursor::new(start).chain(content)), charset)
        }
    })
}

/// UTF-16 as UTF-8.
struct Transcoded<R> {
    input: R,
    decoder: Decoder,
    ended: bool,
    ready: Vec<u8>,
    given: usize,
}

impl<R: Read> Transcoded<R> {
    fn more(&mut self) -> io::Result<()> {
        let mut some = [0; 8192];
        let read = self.input.read(&mut some)?;
        self.ended = read == 0;
        let room = self.decoder.max_utf8_buffer_length(read);
        self.ready.resize(room.unwrap_or(some.len() * 4), 0);
        let source = some.get(..read).unwrap_or_default();
        // There is room for all of it, so nothing is left over.
        let (_, _, written, _) = self
            .decoder
            .decode_to_utf8(source, &mut self.ready, self.ended);
        self.ready.truncate(written);
        self.given = 0;
        Ok(())
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() && !self.ended {
            self.more()?;
        }
        let ready = self.ready.get(self.given..).unwrap_or_default();
        let count = ready.len().min(into.len());
        if let (Some(into), Some(ready)) = (into.get_mut(..count), ready.get(..count)) {
            into.copy_from_slice(ready);
        }
        self.given += count;
        Ok(count)
    }
}
