//! What holds for every file.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use contracts::canonical::{Event, Fact};
use proptest::prelude::*;
use serde_json::json;
use wms::{Dialect, Document, FileKind, Incoming, Origin, Row};

const KINDS: [(FileKind, &str); 4] = [
    (
        FileKind::GoodsIn,
        "receipt,line,order,order_line,site,product,quantity,uom,lot,expiry,received_at",
    ),
    (
        FileKind::Adjustments,
        "adjustment,site,product,lot,quantity,uom,expiry,reason,adjusted_at",
    ),
    (
        FileKind::Counts,
        "site,product,lot,quantity,uom,expiry,counted_at",
    ),
    (
        FileKind::Dispatches,
        "shipment,line,order,site,boxes,dispatched_at",
    ),
];

/// How files of any bytes begin: with nothing, marks of encodings and of gzip, a header.
const STARTS: [&[u8]; 6] = [
    b"",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xFE\xFF",
    b"\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03",
    b"site,product,lot,quantity,uom,expiry,counted_at\n",
];

fn origin() -> Origin {
    Origin {
        source: "/warehouse".parse().unwrap(),
        latest: "2026-11-24T00:00:00Z".parse().unwrap(),
    }
}

/// Reads a file, where it is taken: how many rows it has, and what became of each.
fn read(file: &Incoming<'_>, bytes: &[u8]) -> Option<(u64, Vec<Row>)> {
    let inspected = file.inspect(bytes).ok()?;
    let origin = origin();
    let rows = file.rows(bytes, &inspected, &origin).unwrap();
    Some((inspected.rows, rows.map(Result::unwrap).collect()))
}

/// Fields that are often right.
fn field() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::sample::select(vec![
            "",
            "1",
            "2",
            "-1",
            "12.5",
            "KGM",
            "EA",
            "NORTH",
            "CARROT",
            "2026-11-20",
            "=1",
            "\"a\"",
            "\"a",
            "2026-11-20T08:00:00Z",
            "a,b",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..6),
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        start in prop::sample::select(STARTS.to_vec()),
        rest in prop::collection::vec(any::<u8>(), 0..400),
        kind in prop::sample::select(KINDS.map(|(kind, _)| kind).to_vec()),
        packed in any::<bool>(),
        setting in prop::sample::select(vec!["", "complete: trailer", "encoding: latin1", "quote: null"]),
    ) {
        let dialect: Dialect = setting.parse().unwrap();
        let file = Incoming::new(kind, packed, &dialect);
        let bytes = [start, &rest].concat();
        if let Some((rows, told)) = read(&file, &bytes) {
            prop_assert_eq!(rows, told.len() as u64);
        }
    }

    #[test]
    fn every_row_becomes_an_event_or_a_reject(
        (kind, header) in prop::sample::select(KINDS.to_vec()),
        rows in prop::collection::vec(prop::collection::vec(field(), 1..12), 0..8),
        setting in prop::sample::select(vec!["", "encoding: windows-1252"]),
    ) {
        let mut bytes = format!("{header}\n").into_bytes();
        for row in &rows {
            bytes.extend(row.join(&b','));
            bytes.push(b'\n');
        }
        let filled = bytes
            .split(|byte| *byte == b'\n')
            .skip(1)
            .filter(|line| !line.strip_suffix(b"\r").unwrap_or(line).is_empty())
            .count();
        let dialect: Dialect = setting.parse().unwrap();
        let (rows, told) = read(&Incoming::new(kind, false, &dialect), &bytes).unwrap();
        prop_assert_eq!((rows, told.len()), (filled as u64, filled));
        for row in told {
            match row {
                Row::Event(event) => {
                    let parsed = Event::parse(&event.to_json().unwrap());
                    prop_assert_eq!(parsed.as_ref(), Ok(event.as_ref()));
                }
                Row::Reject(reject) => {
                    prop_assert!(reject.line > 1 && !reject.reason.is_empty());
                }
            }
        }
    }

    #[test]
    fn what_is_written_is_read_as_it_was(
        product in "[a-zA-Z0-9äé][a-zA-Z0-9äé ,;\"'|/._-]{0,20}[a-z]",
        reason in "[a-z][a-z ,;\"'|]{0,20}[a-z]",
        millionths in 1_i64..1_000_000_000_000,
        at in 0_i64..1_000_000,
        delimiter in prop::sample::select(vec![',', ';', '|', '\t']),
        quote in prop::sample::select(vec!['"', '\'']),
        decimal in prop::sample::select(vec![',', '.']),
        encoding in prop::sample::select(vec!["utf-8", "windows-1252"]),
    ) {
        let setting = json!({
            "delimiter": delimiter, "quote": quote, "decimal": decimal, "encoding": encoding,
            "moment": "%d.%m.%Y %H:%M:%S", "time_zone": "Europe/London",
        });
        let dialect: Dialect = setting.to_string().parse().unwrap();
        let quantity = domain::Decimal::from_millionths(-millionths);
        let moment = jiff::Timestamp::from_second(1_790_000_000 + at).unwrap();
        let local = moment.to_zoned(jiff::tz::TimeZone::get("Europe/London").unwrap());
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter as u8)
            .quote(quote as u8)
            .from_writer(Vec::new());
        writer.write_record(["site", "product", "quantity", "uom", "reason", "adjusted_at"]).unwrap();
        let written = quantity.to_string().replace('.', &decimal.to_string());
        let local = local.strftime("%d.%m.%Y %H:%M:%S").to_string();
        writer.write_record(["S", &product, &written, "KGM", &reason, &local]).unwrap();
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let bytes = match encoding {
            "utf-8" => text.into_bytes(),
            // The letters here are those of Latin 1.
            _ => text.chars().map(|c| c as u8).collect(),
        };
        let file = Incoming::new(FileKind::Adjustments, false, &dialect);
        let (_, rows) = read(&file, &bytes).unwrap();
        let [Row::Event(event)] = rows.as_slice() else {
            return Err(TestCaseError::fail(format!("{rows:?}")));
        };
        let Fact::StockAdjusted(adjustment) = &event.data else {
            return Err(TestCaseError::fail("of another kind"));
        };
        prop_assert_eq!(adjustment.product.as_str(), product);
        prop_assert_eq!(adjustment.reason.as_str(), reason);
        prop_assert_eq!(adjustment.quantity.get(), quantity);
        prop_assert_eq!(adjustment.adjusted_at.get(), moment);
    }

    #[test]
    fn a_document_reads_as_what_was_told(
        reference in "[a-zA-Z0-9äé][a-zA-Z0-9äé ,;\"'|/._-]{0,20}[a-z]",
        millionths in 1_i64..1_000_000_000_000,
        delimiter in prop::sample::select(vec![',', ';', '|', '\t']),
        quote in prop::sample::select(vec!['"', '\'']),
        decimal in prop::sample::select(vec![',', '.']),
    ) {
        let setting = json!({"delimiter": delimiter, "quote": quote, "decimal": decimal});
        let dialect: Dialect = setting.to_string().parse().unwrap();
        let quantity = domain::Decimal::from_millionths(millionths).to_string();
        let line = json!({"line_no": 7, "product": reference, "quantity": quantity, "uom": "KGM"});
        let event = json!({
            "specversion": "1.0", "id": "1", "source": "/erp", "type": "larder.purchase-order.placed.v1",
            "subject": format!("purchase-order/{}", reference.replace('/', "%2F")),
            "time": "2026-11-16T08:00:00Z", "entityversion": 9,
            "data": {"reference": reference, "vendor": "V1", "site": "S1", "delivery_date": "2026-11-20", "lines": [line]},
        });
        let event = Event::parse(&event.to_string()).unwrap();
        let document = Document::of(&event, &dialect).unwrap().unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter as u8)
            .quote(quote as u8)
            .from_reader(document.bytes.as_slice());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(rows.len(), 1);
        let read: Vec<_> = rows[0].iter().collect();
        let written = quantity.replace('.', &decimal.to_string());
        prop_assert_eq!(
            read,
            [&reference, "9", "placed", "V1", "S1", "2026-11-20", "7", &reference, &written, "KGM", "", "", "0"]
        );
    }
}
