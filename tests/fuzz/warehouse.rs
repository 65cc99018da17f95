//! The warehouse's dialects, files and documents.

use std::io::Read;

use contracts::canonical::Event;
use wms::{Dialect, Document, FileKind, Incoming, Origin, Row};

use crate::corpus::samples;
use crate::target::{Sample, fuzz};

const FILES: [(FileKind, &str, &str); 4] = [
    (
        FileKind::GoodsIn,
        "goods-in",
        "receipt,line,order,order_line,site,product,quantity,uom,lot,expiry,received_at\n\
         R1,1,V10/NORTH/2026-11-20/1,1,NORTH,CARROT,12.5,KGM,L1,2026-11-30,2026-11-20T08:00:00Z\n",
    ),
    (
        FileKind::Adjustments,
        "adjustments",
        "adjustment,site,product,lot,quantity,uom,expiry,reason,adjusted_at\n\
         A1,NORTH,CARROT,L1,-2,KGM,,damaged,2026-11-20T08:00:00Z\n",
    ),
    (
        FileKind::Counts,
        "counts",
        "site,product,lot,quantity,uom,expiry,counted_at\n\
         NORTH,CARROT,L1,12.5,KGM,2026-11-30,2026-11-20T08:00:00Z\n",
    ),
    (
        FileKind::Dispatches,
        "dispatches",
        "shipment,line,order,site,boxes,dispatched_at\n\
         S1,1,O-1,NORTH,1,2026-11-20T08:00:00Z\n",
    ),
];

const DIALECTS: [&str; 5] = [
    "{}",
    "delimiter: \";\"\ndecimal: \",\"\nencoding: windows-1252\n",
    "quote: null\ncomplete: trailer\n",
    "complete: done\nencoding: latin1\n",
    "units: {KGM: KG}\ncolumns: {counts: {site: Lager}}\n",
];

fn origin() -> Origin {
    Origin {
        source: "/warehouse".parse().unwrap(),
        latest: "2026-11-24T00:00:00Z".parse().unwrap(),
    }
}

/// A file is refused as a whole, or each of its rows is an event or a reject.
fn is_answered(kind: FileKind, packed: bool, bytes: &[u8], dialect: &Dialect) {
    let file = Incoming::new(kind, packed, dialect);
    let Ok(inspected) = file.inspect(bytes) else {
        return;
    };
    let origin = origin();
    let rows = file.rows(bytes, &inspected, &origin).unwrap();
    let mut count = 0;
    for row in rows {
        count += 1;
        if let Row::Event(event) = row.unwrap() {
            let again = Event::parse(&event.to_json().unwrap());
            assert_eq!(again.as_ref(), Ok(event.as_ref()));
        }
    }
    assert_eq!(count, inspected.rows);
}

#[test]
fn any_file_of_the_warehouse_is_refused_or_read_row_by_row() {
    let plain = FILES.map(|(_, name, text)| (format!("{name}.csv"), text.as_bytes().to_vec()));
    let dialects: Vec<Dialect> = DIALECTS
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    fuzz("warehouse", &plain, |name, bytes| {
        let (kind, ..) = FILES
            .iter()
            .find(|(_, known, _)| name.starts_with(known))
            .unwrap();
        for dialect in &dialects {
            for packed in [false, true] {
                is_answered(*kind, packed, bytes, dialect);
            }
        }
    });
}

#[test]
fn any_dialect_is_taken_or_its_mistake_is_named() {
    let known: Vec<Sample> = (1..)
        .zip(DIALECTS)
        .map(|(at, text)| (format!("{at}.yaml"), text.as_bytes().to_vec()))
        .collect();
    let told: Vec<Event> = samples("tests/contracts/samples", "json")
        .into_iter()
        .filter_map(|(_, bytes)| Event::parse(&String::from_utf8(bytes).unwrap()).ok())
        .collect();
    assert!(told.len() > 10);
    fuzz("dialect", &known, |_, bytes| {
        let Ok(dialect) = String::from_utf8_lossy(bytes).parse::<Dialect>() else {
            return;
        };
        for (kind, _, text) in FILES {
            is_answered(kind, false, text.as_bytes(), &dialect);
        }
        for event in &told {
            if let Ok(Some(document)) = Document::of(event, &dialect) {
                assert!(!document.name().is_empty());
            }
        }
    });
}

/// What unpacks to more than a file may be is refused before it fills the memory.
#[test]
fn a_file_that_unpacks_without_end_is_refused() {
    let dialect: Dialect = "{}".parse().unwrap();
    let endless = std::io::repeat(b'0').take(1 << 30);
    let file = Incoming::new(FileKind::Counts, false, &dialect);
    assert!(file.inspect(endless).is_err());
}
