//! From a row to an event.

use contracts::canonical::{
    Adjustment, Dispatch, DispatchedOrder, Event, Fact, Lines, Receipt, ReceivedLine, Source,
    StockCount,
};
use domain::{OrderId, Sha256, Timestamp};
use sha2::Digest;

use crate::cells::Cells;
use crate::columns::FileKind;
use crate::reject::Bad;

/// Where and when a file is read.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The warehouse, as the source of what it tells.
    pub source: Source,
    /// No row tells of a later moment: a count from the future would hold for as long as it takes to come.
    pub latest: Timestamp,
}

/// An event, and what no other row of the file may say otherwise.
pub(crate) struct Told {
    pub(crate) event: Event,
    /// What the row speaks of, where one file may speak of it but once.
    pub(crate) claim: Option<String>,
    /// All that it says.
    pub(crate) said: String,
}

/// The event of a row.
pub(crate) fn told(
    cells: &Cells<'_>,
    origin: &Origin,
    file: &Sha256,
    line: u64,
) -> Result<Told, Bad> {
    let kind = cells.header.kind;
    let (fact, time, version) = match kind {
        FileKind::GoodsIn => received(cells, origin)?,
        FileKind::Adjustments => adjusted(cells, origin)?,
        FileKind::Counts => counted(cells, origin)?,
        FileKind::Dispatches => dispatched(cells, origin)?,
        FileKind::InboundOrders | FileKind::Advices | FileKind::OutboundOrders => {
            return Err(Bad::new("", "", "files of this kind are not read", ""));
        }
    };
    let number: Option<OrderId> = match kind {
        FileKind::Adjustments => cells.id_or_none("adjustment")?,
        _ => None,
    };
    let correlation = correlation(&fact);
    let mut event = Event {
        source: origin.source.clone(),
        id: String::new(),
        version,
        time,
        correlation,
        cause: None,
        trace: None,
        data: fact,
    };
    let said = serde_json::to_string(&event.data)
        .map_err(|error| Bad::new("", "", error.to_string(), ""))?;
    let entity = event.entity();
    let claim = match (kind, &number) {
        (FileKind::Adjustments, None) => None,
        (FileKind::Adjustments, Some(number)) => Some(format!("adjustment {number}")),
        _ => Some(format!("{entity} {version}")),
    };
    event.id = match (kind, number) {
        // The warehouse's own number tells one from another, wherever it stands.
        (FileKind::Adjustments, Some(number)) => digest(&[kind.as_str(), number.as_str()]),
        // Without one, two rows that say the same are two adjustments, and only the file tells them apart.
        (FileKind::Adjustments, None) => {
            let file: String = file.to_string().chars().take(32).collect();
            format!("{kind}-{file}-{line}")
        }
        _ => digest(&[kind.as_str(), &said]),
    };
    Ok(Told { event, claim, said })
}

fn digest(parts: &[&str]) -> String {
    let mut digest = sha2::Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    let digest = Sha256::new(digest.finalize().into()).to_string();
    let start: String = digest.chars().take(32).collect();
    format!("{}-{start}", parts.first().unwrap_or(&""))
}

/// What everything about the same order shares, where the order's reference can stand in an envelope.
fn correlation(fact: &Fact) -> Option<String> {
    let order = match fact {
        Fact::GoodsReceived(receipt) => receipt.order.as_ref(),
        Fact::ShipmentDispatched(shipment) => shipment.orders.first().map(|order| &order.order),
        _ => None,
    };
    let fits = |order: &&OrderId| order.as_str().bytes().all(|b| b.is_ascii_graphic());
    order.filter(fits).map(ToString::to_string)
}

/// A line's own reference: documents have as many events as lines, and each counts once by its reference.
fn reference(cells: &Cells<'_>, document: &str) -> Result<OrderId, Bad> {
    let id: OrderId = cells.id(document)?;
    let line = cells.line_no("line")?.get();
    let expected = "an id of at most 56 characters, as the line's number is put behind it";
    let whole = format!("{id}/{line}").parse();
    whole.map_err(|_| cells.bad(document, expected))
}

type Read = (Fact, Timestamp, u64);

fn received(cells: &Cells<'_>, origin: &Origin) -> Result<Read, Bad> {
    let received_at = cells.moment("received_at", origin.latest)?;
    let order = cells.id_or_none("order")?;
    let order_line = cells.line_no_or_none("order_line")?;
    if order.is_none() && order_line.is_some() {
        return Err(cells.bad("order_line", "nothing, as the row names no order"));
    }
    let line = ReceivedLine {
        line_no: cells.line_no("line")?,
        order_line,
        product: cells.id("product")?,
        quantity: cells.quantity("quantity")?,
        uom: cells.unit("uom")?,
        lot: cells.id_or_none("lot")?,
        expiry: cells.day_or_none("expiry")?,
    };
    let receipt = Receipt {
        reference: reference(cells, "receipt")?,
        order,
        site: cells.id("site")?,
        received_at,
        lines: one(line)?,
    };
    Ok((Fact::GoodsReceived(receipt), received_at.get(), 1))
}

fn adjusted(cells: &Cells<'_>, origin: &Origin) -> Result<Read, Bad> {
    let adjusted_at = cells.moment("adjusted_at", origin.latest)?;
    let adjustment = Adjustment {
        site: cells.id("site")?,
        product: cells.id("product")?,
        lot: cells.id_or_none("lot")?,
        adjusted_at,
        quantity: cells.delta("quantity")?,
        uom: cells.unit("uom")?,
        expiry: cells.day_or_none("expiry")?,
        reason: cells.words("reason")?,
    };
    Ok((Fact::StockAdjusted(adjustment), adjusted_at.get(), 1))
}

fn counted(cells: &Cells<'_>, origin: &Origin) -> Result<Read, Bad> {
    let counted_at = cells.moment("counted_at", origin.latest)?;
    let count = StockCount {
        site: cells.id("site")?,
        product: cells.id("product")?,
        lot: cells.id_or_none("lot")?,
        counted_at,
        quantity: cells.amount("quantity")?,
        uom: cells.unit("uom")?,
        expiry: cells.day_or_none("expiry")?,
    };
    // Moments are of this century, so none is before 1970.
    let version = u64::try_from(counted_at.get().as_microsecond()).unwrap_or(1);
    Ok((Fact::StockCounted(count), counted_at.get(), version))
}

fn dispatched(cells: &Cells<'_>, origin: &Origin) -> Result<Read, Bad> {
    let dispatched_at = cells.moment("dispatched_at", origin.latest)?;
    let order = DispatchedOrder {
        order: cells.id("order")?,
        boxes: cells.pieces("boxes")?,
    };
    let dispatch = Dispatch {
        reference: reference(cells, "shipment")?,
        site: cells.id("site")?,
        dispatched_at,
        orders: one(order)?,
    };
    Ok((Fact::ShipmentDispatched(dispatch), dispatched_at.get(), 1))
}

fn one<T>(line: T) -> Result<Lines<T>, Bad> {
    Lines::try_from(vec![line]).map_err(|expected| Bad::new("", "", expected.to_string(), ""))
}
