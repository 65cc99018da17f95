//! What the warehouse is sent: a file for each version of an order.

use std::fmt::Write as _;

use contracts::canonical::{
    Advice, Amount, Day, Event, Fact, Moment, PurchaseDocument, Reason, Rejection, SalesOrder,
};
use csv::{QuoteStyle, Terminator, WriterBuilder};
use domain::{Decimal, Sha256, Unit};
use encoding_rs::WINDOWS_1252;
use sha2::Digest;

use crate::columns::FileKind;
use crate::dialect::{Complete, Dialect, Encoding};
use crate::formula::begins_formula;

/// The most characters of a reference in a file's name.
const NAME: usize = 120;

/// A file for the warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its kind.
    pub kind: FileKind,
    /// What every system calls what it is about.
    pub reference: String,
    /// Rises with each change of that.
    pub version: u64,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Document {
    /// The file that an event asks for; `None` for one that the warehouse has no use for.
    ///
    /// # Errors
    /// Why it cannot be written: text that a spreadsheet would calculate, or that the encoding does not have.
    pub fn of(event: &Event, dialect: &Dialect) -> Result<Option<Self>, Rejection> {
        let version = event.version;
        let (kind, reference, rows) = match &event.data {
            Fact::PurchaseOrderPlaced(order) => inbound_order(order, version, "placed"),
            Fact::PurchaseOrderConfirmed(order) => inbound_order(order, version, "confirmed"),
            Fact::PurchaseOrderAmended(order) => inbound_order(order, version, "amended"),
            Fact::PurchaseOrderCancelled(order) => inbound_order(order, version, "cancelled"),
            Fact::InboundAdvised(advice) => self::advice(advice, version),
            Fact::SalesOrderConfirmed(order) => outbound_order(order, version, "confirmed"),
            Fact::SalesOrderAmended(order) => outbound_order(order, version, "amended"),
            Fact::SalesOrderCancelled(order) => outbound_order(order, version, "cancelled"),
            _ => return Ok(None),
        };
        Ok(Some(Self {
            kind,
            reference: reference.to_owned(),
            version,
            bytes: written(kind, &rows, dialect)?,
        }))
    }

    /// What the reference is called in names of files: letters, digits, `-` and `.` as they are, any other byte as `_`
    /// and two digits of sixteen, so that no two references share a name; long ones are cut and end in a digest.
    pub fn name(&self) -> String {
        let mut name = String::new();
        for byte in self.reference.bytes() {
            let plain = byte.is_ascii_alphanumeric() || byte == b'-';
            if plain || (byte == b'.' && !name.is_empty()) {
                name.push(char::from(byte));
            } else {
                let _ = write!(name, "_{byte:02X}");
            }
        }
        if name.len() > NAME {
            let digest: [u8; 32] = sha2::Sha256::digest(self.reference.as_bytes()).into();
            let digest = Sha256::new(digest).to_string();
            // Ends in no escape: `__` begins none.
            let cut = name.char_indices().take(NAME - 34).map(|(_, c)| c);
            let end = digest.chars().take(32);
            name = cut.chain("__".chars()).chain(end).collect();
        }
        name
    }

    /// The key of the file, below whatever holds the warehouse's files.
    pub fn key(&self) -> String {
        let Self { kind, version, .. } = self;
        format!("outbound/{kind}/{}-v{version}.csv", self.name())
    }
}

/// A field that is written.
enum Cell<'a> {
    Nothing,
    Text(&'a str),
    Word(&'static str),
    Whole(u64),
    Number(Decimal),
    Unit(Unit),
    Day(Day),
    Moment(Moment),
}

type Table<'a> = (FileKind, &'a str, Vec<Vec<Cell<'a>>>);

fn flag(value: bool) -> Cell<'static> {
    Cell::Whole(u64::from(value))
}

fn inbound_order<'a>(order: &'a PurchaseDocument, version: u64, status: &'static str) -> Table<'a> {
    let lines = order.lines.iter().map(|line| {
        let expected_at = line.expected_at.or(order.expected_at);
        vec![
            Cell::Text(order.reference.as_str()),
            Cell::Whole(version),
            Cell::Word(status),
            Cell::Text(order.vendor.as_str()),
            Cell::Text(order.site.as_str()),
            Cell::Day(order.delivery_date),
            Cell::Whole(line.line_no.get().into()),
            Cell::Text(line.product.as_str()),
            Cell::Number(line.quantity.get()),
            Cell::Unit(line.uom),
            line.received.map_or(Cell::Nothing, |received: Amount| {
                Cell::Number(received.get())
            }),
            expected_at.map_or(Cell::Nothing, Cell::Moment),
            flag(line.closed),
        ]
    });
    let rows = lines.collect();
    (FileKind::InboundOrders, order.reference.as_str(), rows)
}

fn advice(advice: &Advice, version: u64) -> Table<'_> {
    let lines = advice.lines.iter().map(|line| {
        vec![
            Cell::Text(advice.reference.as_str()),
            Cell::Whole(version),
            Cell::Text(advice.order.as_str()),
            Cell::Text(advice.vendor.as_str()),
            Cell::Text(advice.site.as_str()),
            Cell::Moment(advice.expected_at),
            Cell::Whole(line.line_no.get().into()),
            Cell::Whole(line.order_line.get().into()),
            Cell::Text(line.product.as_str()),
            Cell::Number(line.quantity.get()),
            Cell::Unit(line.uom),
            line.lot
                .as_ref()
                .map_or(Cell::Nothing, |lot| Cell::Text(lot.as_str())),
            line.expiry.map_or(Cell::Nothing, Cell::Day),
        ]
    });
    (
        FileKind::Advices,
        advice.reference.as_str(),
        lines.collect(),
    )
}

fn outbound_order<'a>(order: &'a SalesOrder, version: u64, status: &'static str) -> Table<'a> {
    let lines = order.lines.iter().map(|line| {
        vec![
            Cell::Text(order.reference.as_str()),
            Cell::Whole(version),
            Cell::Word(status),
            Cell::Text(order.site.as_str()),
            Cell::Day(order.packing_date),
            Cell::Day(order.delivery_date),
            Cell::Whole(line.line_no.get().into()),
            Cell::Text(line.recipe.as_str()),
            Cell::Whole(line.portion_size.get().into()),
            Cell::Whole(line.quantity.get().into()),
        ]
    });
    let rows = lines.collect();
    (FileKind::OutboundOrders, order.reference.as_str(), rows)
}

fn written(
    kind: FileKind,
    rows: &[Vec<Cell<'_>>],
    dialect: &Dialect,
) -> Result<Vec<u8>, Rejection> {
    let mut writer = WriterBuilder::new();
    writer
        .delimiter(ascii(dialect.delimiter()))
        .terminator(Terminator::CRLF)
        .flexible(true);
    match dialect.quote() {
        Some(quote) => writer.quote(ascii(quote)),
        None => writer.quote_style(QuoteStyle::Never),
    };
    let mut writer = writer.from_writer(Vec::new());
    let unwritten = |error: &dyn std::error::Error| {
        let message = format!("the file cannot be written: {error}");
        Rejection::new(Reason::Failed, message, "tell whoever looks after Larder")
    };
    let columns = kind.columns();
    let header = columns
        .iter()
        .map(|column| dialect.header(kind, column.name));
    writer
        .write_record(header)
        .map_err(|error| unwritten(&error))?;
    for row in rows {
        for (cell, column) in row.iter().zip(columns) {
            let text = shown(cell, column.name, dialect)?;
            writer
                .write_field(text)
                .map_err(|error| unwritten(&error))?;
        }
        let end: [&str; 0] = [];
        writer
            .write_record(end)
            .map_err(|error| unwritten(&error))?;
    }
    if dialect.complete() == Complete::Trailer {
        let trailer = [dialect.trailer().to_owned(), rows.len().to_string()];
        writer
            .write_record(trailer)
            .map_err(|error| unwritten(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| unwritten(&error))?;
    Ok(match dialect.encoding() {
        Encoding::Utf8 => bytes,
        Encoding::Utf8Bom => [b"\xEF\xBB\xBF".as_slice(), &bytes].concat(),
        Encoding::Windows1252 => {
            let text = String::from_utf8_lossy(&bytes);
            WINDOWS_1252.encode(&text).0.into_owned()
        }
    })
}

/// Delimiters and quotes are ASCII.
fn ascii(sign: char) -> u8 {
    u8::try_from(sign).unwrap_or(b',')
}

fn shown(cell: &Cell<'_>, column: &str, dialect: &Dialect) -> Result<String, Rejection> {
    Ok(match cell {
        Cell::Nothing => String::new(),
        Cell::Text(text) => {
            if let Some(why) = unfit(text, dialect) {
                let message = format!("`{column}` is `{text}`, {why}");
                let remedy = "give it another id where it is mastered: the warehouse's files cannot hold this one";
                return Err(Rejection::new(Reason::Refused, message, remedy));
            }
            (*text).to_owned()
        }
        Cell::Word(word) => (*word).to_owned(),
        Cell::Whole(number) => number.to_string(),
        Cell::Number(number) => {
            let sign = dialect.decimal().to_string();
            number.to_string().replace('.', &sign)
        }
        Cell::Unit(unit) => dialect.unit_name(*unit).to_owned(),
        Cell::Day(day) => dialect.write_date(day.get()),
        Cell::Moment(moment) => dialect.write_moment(moment.get()),
    })
}

/// What keeps text out of a file for the warehouse.
fn unfit(text: &str, dialect: &Dialect) -> Option<&'static str> {
    if begins_formula(text) {
        return Some("which a spreadsheet would calculate");
    }
    if dialect.quote().is_none() && text.contains([dialect.delimiter(), '"']) {
        return Some("which holds the delimiter, and nothing is quoted");
    }
    let lossy = dialect.encoding() == Encoding::Windows1252 && WINDOWS_1252.encode(text).2;
    lossy.then_some("which windows-1252 cannot write")
}
