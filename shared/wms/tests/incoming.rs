//! Files as a warehouse writes them, whole ones and others, read to events and rejects.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by a panic")]

use std::io::Write;

use contracts::canonical::{Event, Fact, Reason};
use flate2::Compression;
use flate2::write::GzEncoder;
use wms::{Dialect, FileError, FileKind, Incoming, Limits, Origin, Reject, Row};

const GOODS_IN: &str =
    "receipt,line,order,order_line,site,product,quantity,uom,lot,expiry,received_at\n";

fn dialect(text: &str) -> Dialect {
    text.parse().unwrap()
}

fn origin() -> Origin {
    Origin {
        source: "/warehouse/north".parse().unwrap(),
        latest: "2026-11-24T00:00:00Z".parse().unwrap(),
    }
}

fn read(file: &Incoming<'_>, bytes: &[u8]) -> Result<(Vec<Event>, Vec<Reject>), FileError> {
    let inspected = file.inspect(bytes)?;
    let (mut events, mut rejects) = (Vec::new(), Vec::new());
    for row in file.rows(bytes, &inspected, &origin())? {
        match row? {
            Row::Event(event) => events.push(*event),
            Row::Reject(reject) => rejects.push(*reject),
        }
    }
    assert_eq!(inspected.rows, (events.len() + rejects.len()) as u64);
    Ok((events, rejects))
}

fn goods_in(rows: &str) -> (Vec<Event>, Vec<Reject>) {
    let dialect = dialect("");
    let file = Incoming::new(FileKind::GoodsIn, false, &dialect);
    read(&file, format!("{GOODS_IN}{rows}").as_bytes()).unwrap()
}

fn refusal(kind: FileKind, text: &str, bytes: &[u8]) -> String {
    let dialect = dialect(text);
    match read(&Incoming::new(kind, false, &dialect), bytes) {
        Err(FileError::Unfit(rejection)) => rejection.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_row_of_goods_in_is_a_receipt_of_its_own_reference() {
    let (events, rejects) =
        goods_in("GR-1,2,PO 1,3,NORTH,CARROT,118.5,KGM,L1,2026-11-29,2026-11-20T08:00:00Z\n");
    assert_eq!(rejects, []);
    let [event] = events.as_slice() else {
        panic!("{events:?}")
    };
    let parsed = Event::parse(&event.to_json().unwrap()).unwrap();
    assert_eq!(&parsed, event);
    assert_eq!(event.entity(), "goods-receipt/GR-1%2F2");
    assert_eq!(event.time, "2026-11-20T08:00:00Z".parse().unwrap());
    // The order's reference has a space, which no envelope holds.
    assert_eq!(event.correlation, None);
    let Fact::GoodsReceived(receipt) = &event.data else {
        panic!("{event:?}")
    };
    assert_eq!(receipt.reference.as_str(), "GR-1/2");
    assert_eq!(receipt.order.as_ref().unwrap().as_str(), "PO 1");
    assert_eq!(receipt.lines[0].order_line.unwrap().get(), 3);
    assert_eq!(receipt.lines[0].quantity.get().to_string(), "118.5");
}

#[test]
fn a_warehouses_own_names_and_ways_of_writing_are_read() {
    let dialect = dialect(
        r#"{warehouse: north, delimiter: ";", encoding: windows-1252, decimal: ",", date: "%d.%m.%Y",
            moment: "%d.%m.%Y %H:%M", time_zone: Europe/Berlin, units: {KG: KGM},
            columns: {counts: {product: Artikel, quantity: Menge, counted_at: Zeit}}}"#,
    );
    let text = "site;Artikel;lot;Menge;uom;expiry;Zeit;Bemerkung\r\n\
                S\u{FC}d;K\u{E4}se;L1 ;1,5;KG;29.11.2026;20.11.2026 09:05;=1\r\n";
    let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let file = Incoming::new(FileKind::Counts, false, &dialect);
    let (events, rejects) = read(&file, &bytes).unwrap();
    assert_eq!(rejects, []);
    assert_eq!(dialect.source().as_str(), "/warehouse/north");
    assert_eq!(events[0].entity(), "stock/Süd/Käse/L1");
    assert_eq!(events[0].version, 1_795_161_900_000_000);
    let Fact::StockCounted(count) = &events[0].data else {
        panic!("{events:?}")
    };
    assert_eq!(count.quantity.get().to_string(), "1.5");
    assert_eq!(String::from(count.expiry.unwrap()), "2026-11-29");
}

#[test]
fn a_bad_row_is_told_with_line_column_value_and_remedy_and_costs_no_other() {
    let good = "NORTH,CARROT,1,KGM,,,2026-11-20T08:00:00Z";
    let bad = [
        (
            "GR-1,x,,,NORTH,CARROT,1,KGM,,,2026-11-20T08:00:00Z",
            "line",
            "x",
        ),
        (
            "GR-1,2,,,NORTH,CARROT,0,KGM,,,2026-11-20T08:00:00Z",
            "quantity",
            "0",
        ),
        (
            "GR-1,2,,,NORTH,CARROT,\"1,5\",KGM,,,2026-11-20T08:00:00Z",
            "quantity",
            "1,5",
        ),
        (
            "GR-1,2,,,NORTH,CARROT,1e3,KGM,,,2026-11-20T08:00:00Z",
            "quantity",
            "1e3",
        ),
        (
            "GR-1,2,,,NORTH,CARROT,1,KILO,,,2026-11-20T08:00:00Z",
            "uom",
            "KILO",
        ),
        (
            "GR-1,2,,,NORTH,,1,KGM,,,2026-11-20T08:00:00Z",
            "product",
            "",
        ),
        (
            "GR-1,2,,,NORTH,=1+1,1,KGM,,,2026-11-20T08:00:00Z",
            "product",
            "=1+1",
        ),
        (
            "GR-1,2,,,NORTH,＋1,1,KGM,,,2026-11-20T08:00:00Z",
            "product",
            "＋1",
        ),
        (
            "GR-1,2,,,NORTH,CAR\u{0}ROT,1,KGM,,,2026-11-20T08:00:00Z",
            "product",
            "CAR ROT",
        ),
        (
            "GR-1,2,,4,NORTH,CARROT,1,KGM,,,2026-11-20T08:00:00Z",
            "order_line",
            "4",
        ),
        (
            "GR-1,2,,,NORTH,CARROT,1,KGM,,29.11.2026,2026-11-20T08:00:00Z",
            "expiry",
            "29.11.2026",
        ),
        (
            "GR-1,2,,,NORTH,CARROT,1,KGM,,,2026-11-20T08:00:00",
            "received_at",
            "2026-11-20T08:00:00",
        ),
        (
            "GR-1,2,,,NORTH,CARROT,1,KGM,,,2062-11-20T08:00:00Z",
            "received_at",
            "2062-11-20T08:00:00Z",
        ),
        ("GR-1,2,,,NORTH,CARROT,1,KGM,,", "", ""),
        (
            "GR-1,2,,,NORTH,\"CARROT,1,KGM,,,2026-11-20T08:00:00Z",
            "product",
            "",
        ),
    ];
    for (row, column, value) in bad {
        let (events, rejects) = goods_in(&format!("GR-1,1,,,{good}\n\n{row}\nGR-1,3,,,{good}\n"));
        assert_eq!(events.len(), 2, "{row}");
        let [reject] = rejects.as_slice() else {
            panic!("{row}: {rejects:?}")
        };
        assert_eq!((reject.line, reject.column.as_str()), (4, column), "{row}");
        assert_eq!(reject.value, value, "{row}");
        assert!(!reject.reason.is_empty() && !reject.remedy.is_empty());
    }
}

#[test]
fn bytes_that_are_no_text_cost_their_row() {
    let dialect = dialect("");
    let file = Incoming::new(FileKind::GoodsIn, false, &dialect);
    let mut bytes = GOODS_IN.as_bytes().to_vec();
    bytes.extend(b"GR-1,1,,,NORTH,K\xE4se,1,KGM,,,2026-11-20T08:00:00Z\n");
    bytes.extend(b"GR-1,2,,,NORTH,Cheese,1,KGM,,,2026-11-20T08:00:00Z\n");
    let (events, rejects) = read(&file, &bytes).unwrap();
    assert_eq!((events.len(), rejects.len()), (1, 1));
    assert_eq!(rejects[0].column, "product");
    assert!(rejects[0].remedy.contains("encoding"));
}

#[test]
fn a_byte_order_mark_says_what_the_encoding_is() {
    let dialect = dialect("encoding: windows-1252");
    let file = Incoming::new(FileKind::GoodsIn, false, &dialect);
    let text = format!("{GOODS_IN}GR-1,1,,,NORTH,Käse 😀,1,KGM,,,2026-11-20T08:00:00Z\n");
    let wide = |to: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let marked = format!("\u{FEFF}{text}");
        marked.encode_utf16().flat_map(to).collect()
    };
    let mut ids = Vec::new();
    for bytes in [
        format!("\u{FEFF}{text}").into_bytes(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
    ] {
        let (events, rejects) = read(&file, &bytes).unwrap();
        assert_eq!(rejects, []);
        let Fact::GoodsReceived(receipt) = &events[0].data else {
            panic!("{events:?}")
        };
        assert_eq!(receipt.lines[0].product.as_str(), "Käse 😀");
        ids.push(events[0].id.clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "the encoding is no part of what a row says");
    // Nothing is guessed.
    let bare = &wide(u16::to_le_bytes)[2..];
    let why = refusal(FileKind::GoodsIn, "", bare);
    assert!(why.contains("no column `receipt`"), "{why}");
}

#[test]
fn a_file_that_may_be_cut_short_is_not_taken() {
    let row = "GR-1,1,,,NORTH,CARROT,1,KGM,,,2026-11-20T08:00:00Z";
    let whole = format!("{GOODS_IN}{row}\n");
    let cases = [
        ("", String::new(), "empty"),
        ("", GOODS_IN.trim_end().to_owned(), "does not end"),
        ("", format!("{GOODS_IN}{row}"), "does not end"),
        ("complete: trailer", whole.clone(), "no trailer"),
        (
            "complete: trailer",
            format!("{whole}END,2\n"),
            "`2` rows, and there are 1",
        ),
        (
            "complete: trailer",
            format!("{whole}END\n"),
            "`` rows, and there are 1",
        ),
        (
            "complete: trailer",
            format!("{whole}END,1\n{row}\nEND,1\n"),
            "there are 3",
        ),
    ];
    for (dialect, file, expected) in cases {
        let why = refusal(FileKind::GoodsIn, dialect, file.as_bytes());
        assert!(why.contains(expected), "{why}");
    }
    for (text, file) in [
        ("complete: trailer", format!("{whole}END,1")),
        ("complete: done", format!("{GOODS_IN}{row}")),
    ] {
        let dialect = dialect(text);
        let incoming = Incoming::new(FileKind::GoodsIn, false, &dialect);
        let (events, rejects) = read(&incoming, file.as_bytes()).unwrap();
        assert_eq!((events.len(), rejects.len()), (1, 0), "{text}");
    }
}

#[test]
fn a_file_without_its_columns_is_not_taken() {
    let without = GOODS_IN.replace("quantity", "qty");
    let why = refusal(FileKind::GoodsIn, "", without.as_bytes());
    assert!(
        why.contains("no column `quantity`; it has receipt, line"),
        "{why}"
    );
    assert!(why.contains("`columns.goods-in.quantity`"), "{why}");
    let twice = GOODS_IN.replace("lot", "site");
    let why = refusal(FileKind::GoodsIn, "", twice.as_bytes());
    assert!(why.contains("two columns `site`"), "{why}");
    // What may be left out may be left out.
    let dialect = dialect("");
    let file = Incoming::new(FileKind::GoodsIn, false, &dialect);
    let text =
        "received_at,receipt,line,site,product,quantity,uom\n2026-11-20T08:00:00Z,G,1,S,P,1,EA\n";
    assert_eq!(read(&file, text.as_bytes()).unwrap().0.len(), 1);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn a_packed_file_is_the_same_file() {
    let dialect = dialect("");
    let text = format!("{GOODS_IN}GR-1,1,,,NORTH,CARROT,1,KGM,,,2026-11-20T08:00:00Z\n");
    let plain = Incoming::new(FileKind::GoodsIn, false, &dialect);
    let packed = Incoming::new(FileKind::GoodsIn, true, &dialect);
    let bytes = gzip(text.as_bytes());
    assert_eq!(
        plain.inspect(text.as_bytes()).unwrap(),
        packed.inspect(bytes.as_slice()).unwrap()
    );
    assert_eq!(
        read(&plain, text.as_bytes()).unwrap(),
        read(&packed, &bytes).unwrap()
    );
    for broken in [&bytes[..bytes.len() - 9], text.as_bytes()] {
        let Err(FileError::Unfit(why)) = packed.inspect(broken) else {
            panic!("taken")
        };
        assert!(why.message.contains("cannot be unpacked"), "{why}");
    }
}

#[test]
fn what_is_too_large_is_not_taken() {
    let dialect = dialect("");
    let row = "GR-1,1,,,NORTH,CARROT,1,KGM,,,2026-11-20T08:00:00Z\n";
    let text = format!("{GOODS_IN}{}", row.repeat(20));
    let too_large = |packed, limits: Limits, bytes: &[u8]| {
        let file = Incoming::new(FileKind::GoodsIn, packed, &dialect).within(limits);
        match file.inspect(bytes) {
            Err(FileError::Unfit(why)) => assert_eq!(why.reason, Reason::TooLarge, "{why}"),
            other => panic!("{other:?}"),
        }
    };
    let usual = Limits::default();
    too_large(
        false,
        Limits {
            bytes: 1000,
            ..usual
        },
        text.as_bytes(),
    );
    too_large(false, Limits { rows: 19, ..usual }, text.as_bytes());
    too_large(
        false,
        Limits {
            columns: 10,
            ..usual
        },
        text.as_bytes(),
    );
    too_large(
        true,
        Limits {
            unpacked: 1000,
            ..usual
        },
        &gzip(text.as_bytes()),
    );
    let bomb = gzip(&[b"GR".as_slice(), &vec![b'\n'; 8_000_000]].concat());
    assert!(bomb.len() < 20_000);
    let header = gzip(GOODS_IN.as_bytes());
    too_large(true, usual, &[header, bomb].concat());
}

#[test]
fn long_lines_and_fields_cost_their_row() {
    let long = "x".repeat(501);
    let rest = "KGM,,,2026-11-20T08:00:00Z";
    let (events, rejects) = goods_in(&format!(
        "GR-1,1,,,NORTH,{long},1,{rest}\nGR-1,2,,,NORTH,{},1,{rest}\nGR-1,3,,,NORTH,P,1,{rest}\n",
        "y".repeat(20_000)
    ));
    assert_eq!(events.len(), 1);
    assert!(rejects[0].reason.contains("more than 500 characters"));
    assert!(rejects[1].reason.contains("line is too long"));
    assert!(
        rejects
            .iter()
            .all(|reject| reject.row.chars().count() <= 301)
    );
}

#[test]
fn one_file_says_one_thing_of_a_receipts_line() {
    let row = |quantity| format!("GR-1,1,,,NORTH,CARROT,{quantity},KGM,,,2026-11-20T08:00:00Z\n");
    let (events, rejects) = goods_in(&format!("{}{}{}", row("5"), row("6"), row("5.0")));
    assert_eq!(events[0], events[1], "the same twice is the same event");
    assert_eq!(rejects.len(), 1);
    assert!(rejects[0].reason.contains("line 2 says something else"));
}

#[test]
fn an_adjustment_is_known_by_its_number_or_by_file_and_line() {
    let dialect = dialect("");
    let file = Incoming::new(FileKind::Adjustments, false, &dialect);
    let header = "adjustment,site,product,quantity,uom,reason,adjusted_at\n";
    let row = |number| format!("{number},NORTH,CARROT,-1,KGM,damaged,2026-11-20T08:00:00Z\n");
    let ids = |text: String| -> Vec<String> {
        let (events, rejects) = read(&file, text.as_bytes()).unwrap();
        assert_eq!(rejects, []);
        events.into_iter().map(|event| event.id).collect()
    };
    let two = format!("{header}{}{}", row(""), row(""));
    let first = ids(two.clone());
    assert_ne!(first[0], first[1], "two rows are two adjustments");
    assert_eq!(
        first,
        ids(two.clone()),
        "the same file again tells the same"
    );
    assert_ne!(first, ids(format!("{two}{}", row(""))));
    let named = ids(format!("{header}{}", row("A7")));
    assert_eq!(
        named,
        ids(format!("{header}{}{}", row("A6"), row("A7")))[1..]
    );
}

#[test]
fn dispatches_name_their_sales_order() {
    let dialect = dialect("");
    let file = Incoming::new(FileKind::Dispatches, false, &dialect);
    let text =
        "shipment,line,order,site,boxes,dispatched_at\nS1,1,SO-1,NORTH,2,2026-11-20T08:00:00Z\n";
    let (events, _) = read(&file, text.as_bytes()).unwrap();
    assert_eq!(events[0].entity(), "shipment/S1%2F1");
    assert_eq!(events[0].correlation.as_deref(), Some("SO-1"));
    assert!(Event::parse(&events[0].to_json().unwrap()).is_ok());
}
