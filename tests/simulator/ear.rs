//! Hears what is logged, on the thread that runs a seed.

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    static HEARD: RefCell<Vec<Line>> = const { RefCell::new(Vec::new()) };
}

/// A line of the log.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// The message that it tells the fate of, and that fate.
    pub(crate) message: Option<String>,
    pub(crate) outcome: Option<String>,
}

/// Begins to hear; once is enough for the process.
pub(crate) fn listen() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| tracing::subscriber::set_global_default(Ear).unwrap());
}

/// What was logged on this thread since it was last asked.
pub(crate) fn heard() -> Vec<Line> {
    HEARD.take()
}

struct Ear;

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message_id" => self.message = Some(value.to_owned()),
            "outcome" => self.outcome = Some(value.to_owned()),
            _ => {}
        }
        write!(self.text, " {field}={value}").unwrap();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.text, " {field}={value:?}").unwrap();
    }
}

fn keep(record: impl FnOnce(&mut Line)) {
    let mut line = Line::default();
    record(&mut line);
    HEARD.with_borrow_mut(|heard| heard.push(line));
}

impl Subscriber for Ear {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        keep(|line| span.record(line));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        keep(|line| values.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        keep(|line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Standard output, as far as it is heard: metrics are lines like any other.
pub(crate) struct Paper;

impl std::io::Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        if !text.trim().is_empty() {
            keep(|line| line.text.push_str(&text));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
