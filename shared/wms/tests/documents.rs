//! Files for the warehouse.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use contracts::canonical::Event;
use serde_json::{Value, json};
use wms::{BadDialect, Dialect, Document};

fn sample(kind: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/contracts/samples");
    let text = std::fs::read_to_string(format!("{folder}/larder.{kind}.v1.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn event(sample: &Value) -> Event {
    Event::parse(&sample.to_string()).unwrap()
}

fn document(kind: &str, setting: &str) -> Document {
    let dialect: Dialect = setting.parse().unwrap();
    Document::of(&event(&sample(kind)), &dialect)
        .unwrap()
        .unwrap()
}

fn lines(document: &Document) -> Vec<String> {
    let text = String::from_utf8(document.bytes.clone()).unwrap();
    text.split("\r\n").map(str::to_owned).collect()
}

#[test]
fn each_kind_has_its_columns_and_a_row_for_each_line() {
    for kind in [
        "purchase-order.placed",
        "purchase-order.confirmed",
        "purchase-order.amended",
        "purchase-order.cancelled",
        "inbound.advised",
        "sales-order.confirmed",
        "sales-order.amended",
        "sales-order.cancelled",
    ] {
        let document = document(kind, "");
        let lines = lines(&document);
        let names: Vec<_> = document.kind.columns().iter().map(|c| c.name).collect();
        assert_eq!(lines[0], names.join(","), "{kind}");
        let rows = sample(kind)["data"]["lines"].as_array().unwrap().len();
        assert_eq!(lines.len(), rows + 2, "{kind}");
        assert_eq!(lines.last().unwrap(), "");
        for row in &lines[1..=rows] {
            assert_eq!(row.split(',').count(), names.len(), "{kind}: {row}");
        }
    }
    let dialect: Dialect = "".parse().unwrap();
    let received = event(&sample("goods.received"));
    assert_eq!(Document::of(&received, &dialect), Ok(None));
}

#[test]
fn a_cancelled_order_says_so() {
    for kind in ["purchase-order", "sales-order"] {
        let document = document(&format!("{kind}.cancelled"), "");
        assert!(lines(&document)[1].contains(",cancelled,"));
    }
}

#[test]
fn a_document_is_written_as_the_warehouse_writes() {
    let setting = r#"{delimiter: ";", decimal: ",", date: "%d.%m.%Y", encoding: utf-8-bom, complete: trailer, trailer: EOF,
        units: {KG: KGM, G: GRM, ST: H87}, columns: {inbound-orders: {order: Bestellung, quantity: Menge}}}"#;
    let mut sample = sample("purchase-order.placed");
    let line = json!({"line_no": 1, "product": "CARROT", "quantity": "1200.5", "uom": "GRM"});
    sample["data"]["lines"] = json!([line]);
    sample["data"]["delivery_date"] = json!("2026-11-26");
    let dialect: Dialect = setting.parse().unwrap();
    let document = Document::of(&event(&sample), &dialect).unwrap().unwrap();
    let lines = lines(&document);
    assert!(lines[0].starts_with("\u{FEFF}Bestellung;version;status;"));
    assert!(
        lines[1].contains(";26.11.2026;1;CARROT;1200,5;G;"),
        "{lines:?}"
    );
    assert_eq!(lines[2], "EOF;1");
}

#[test]
fn what_the_warehouses_files_cannot_hold_is_refused() {
    let refused = |product: &str, setting: &str| {
        let mut sample = sample("purchase-order.placed");
        sample["data"]["lines"][0]["product"] = json!(product);
        let dialect: Dialect = setting.parse().unwrap();
        let error = Document::of(&event(&sample), &dialect).unwrap_err();
        assert!(error.message.contains(product), "{error}");
        error.message
    };
    assert!(refused("=1+1", "").contains("spreadsheet"));
    assert!(refused("a;b", r#"{delimiter: ";", quote: null}"#).contains("delimiter"));
    assert!(refused("łosoś", "encoding: windows-1252").contains("windows-1252"));
}

#[test]
fn names_of_files_are_safe_and_never_shared() {
    let mut seen = std::collections::BTreeSet::new();
    for reference in [
        "PO-1",
        "PO_1",
        "PO/1",
        "PO%2F1",
        "PO 1",
        "..",
        "../x",
        "Größe",
        "po-1",
        "=1",
        &"ä".repeat(64),
        &"ä".repeat(63),
        &format!("{}b", "ä".repeat(63)),
    ] {
        let document = Document {
            kind: wms::FileKind::InboundOrders,
            reference: reference.to_owned(),
            version: 7,
            bytes: Vec::new(),
        };
        let key = document.key();
        let name = key.strip_prefix("outbound/inbound-orders/").unwrap();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        assert!(name.chars().all(plain) && name.len() < 160, "{name}");
        assert!(!name.starts_with('.') && name.ends_with("-v7.csv"));
        assert!(seen.insert(key), "{reference}");
    }
}

#[test]
fn a_dialect_that_cannot_be_used_says_which_field() {
    for (setting, field) in [
        ("delimiter: x", "delimiter"),
        ("quote: x", "quote"),
        ("decimal: x", "decimal"),
        ("{quote: null, decimal: ','}", "decimal"),
        ("trailer: ''", "trailer"),
        ("time_zone: Mars/North", "time_zone"),
        ("date: '%d.%m.'", "date"),
        ("date: 'x'", "date"),
        ("moment: '%Y-%m-%d'", "moment"),
        ("moment: '%Y-%m-%d %I:%M'", "moment"),
        ("warehouse: 'a b'", "warehouse"),
        ("columns: {goods-in: {qty: Menge}}", "columns.goods-in.qty"),
        ("columns: {goods-in: {lot: ' x'}}", "columns.goods-in.lot"),
        ("columns: {goods-in: {lot: site}}", "columns.goods-in"),
    ] {
        match setting.parse::<Dialect>() {
            Err(BadDialect::Field { field: told, .. }) => assert_eq!(told, field, "{setting}"),
            other => panic!("{setting}: {other:?}"),
        }
    }
    for setting in [
        "delimeter: ';'",
        "encoding: cp437",
        "units: {KG: KILO}",
        "[",
        "columns: {stock: {}}",
    ] {
        let told = setting.parse::<Dialect>();
        assert!(
            matches!(told, Err(BadDialect::Unreadable(_))),
            "{setting}: {told:?}"
        );
    }
}

#[test]
fn dialects_that_read_otherwise_are_told_apart() {
    let print = |setting: &str| {
        let dialect: Dialect = setting.parse().unwrap();
        dialect.fingerprint().to_owned()
    };
    assert_eq!(print(""), print("{delimiter: ','}"));
    assert_ne!(print(""), print("units: {KG: KGM}"));
}
