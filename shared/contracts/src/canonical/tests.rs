use serde_json::{Value, json};

use super::*;

fn adjusted() -> Value {
    json!({
        "specversion": "1.0", "id": "adj-1", "source": "/warehouse/north",
        "type": "larder.stock.adjusted.v1", "subject": "stock/S1/P1/L1", "time": "2026-11-16T08:00:00Z",
        "datacontenttype": "application/json",
        "data": {
            "site": "S1", "product": "P1", "lot": "L1", "adjusted_at": "2026-11-16T07:59:00Z",
            "quantity": "-3.5", "uom": "KGM", "reason": "damaged",
        },
    })
}

fn counted() -> Value {
    json!({
        "specversion": "1.0", "id": "count-1", "source": "/warehouse/north", "entityversion": 7,
        "type": "larder.stock.counted.v1", "subject": "stock/S1/P1", "time": "2026-11-16T08:00:00Z",
        "data": {
            "site": "S1", "product": "P1", "counted_at": "2026-11-16T07:59:00Z", "quantity": "12", "uom": "H87",
        },
    })
}

/// The event with another value at a place; `null` takes it away.
fn with(mut event: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = event.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        parent.remove(name);
    } else {
        parent.insert(name.to_owned(), value);
    }
    event
}

fn refused(event: &Value) -> (Reason, String) {
    let rejection = Event::parse(&event.to_string()).unwrap_err();
    assert!(!rejection.remedy.is_empty());
    (rejection.reason, rejection.message)
}

#[test]
fn an_event_is_read_with_what_it_is_about_and_who_says_it() {
    let event = Event::parse(&adjusted().to_string()).unwrap();
    assert_eq!(event.kind(), Kind::StockAdjusted);
    assert_eq!(event.entity(), "stock/S1/P1/L1");
    assert_eq!(event.source.system(), System::Warehouse);
    assert_eq!(event.identity(), "/warehouse/north#adj-1");
    assert_eq!(event.version, 1);
    let Fact::StockAdjusted(adjustment) = &event.data else {
        panic!("{event:?}");
    };
    assert_eq!(String::from(adjustment.quantity), "-3.5");
    assert_eq!(Event::parse(&event.to_json().unwrap()), Ok(event));
}

#[test]
fn fields_that_nobody_here_knows_are_passed_over() {
    let plain = Event::parse(&counted().to_string()).unwrap();
    let more = with(counted(), "/data/colour", json!({"deep": [1, 2]}));
    let more = with(more, "/pii", json!(false));
    assert_eq!(Event::parse(&more.to_string()).unwrap(), plain);
}

#[test]
fn a_wrong_field_is_named_with_its_value_and_what_should_stand_there() {
    let cases = [
        (
            with(counted(), "/data/quantity", json!("-2")),
            Reason::Schema,
            "`data.quantity` is `-2`, expected a number of 0 or more in quotes, with at most six places, such as \"12.5\"",
        ),
        (
            with(counted(), "/data/quantity", json!(2.5)),
            Reason::Schema,
            "`data.quantity` is `2.5`, expected text in quotes",
        ),
        (
            with(counted(), "/data/product", json!(null)),
            Reason::Schema,
            "`data.product` is missing",
        ),
        (
            with(counted(), "/type", json!("larder.stock.counted.v2")),
            Reason::WrongVersion,
            "the event's type is `larder.stock.counted.v2`, and this version reads `larder.stock.counted.v1`",
        ),
        (
            with(counted(), "/type", json!("larder.stock.eaten.v1")),
            Reason::UnknownType,
            "nobody here knows events of the type `larder.stock.eaten.v1`",
        ),
        (
            with(counted(), "/source", json!("/platform/shop")),
            Reason::Owner,
            "`larder.stock.counted.v1` comes from platform (`/platform/shop`), and stock is mastered by warehouse",
        ),
        (
            with(counted(), "/entityversion", json!(null)),
            Reason::Envelope,
            "the envelope has no `entityversion`",
        ),
        (
            with(counted(), "/subject", json!("stock/S1/P2")),
            Reason::Envelope,
            "the envelope's `subject` is `stock/S1/P2`, expected `stock/S1/P1`, which is what its data are about",
        ),
        (
            with(counted(), "/data", json!([])),
            Reason::Schema,
            "`data` is a list, expected an object",
        ),
    ];
    for (event, reason, message) in cases {
        assert_eq!(refused(&event), (reason, message.to_owned()));
    }
}

#[test]
fn an_event_of_more_than_a_mebibyte_is_refused_and_one_of_a_mebibyte_is_read() {
    let body = |bytes: usize| {
        let short = with(counted(), "/note", json!("")).to_string();
        with(counted(), "/note", json!("x".repeat(bytes - short.len()))).to_string()
    };
    assert!(Event::parse(&body(LARGEST_BODY)).is_ok());
    let rejection = Event::parse(&body(LARGEST_BODY + 1)).unwrap_err();
    assert_eq!(rejection.reason, Reason::TooLarge);
    assert!(rejection.message.contains("1048577 bytes"), "{rejection}");
}

#[test]
fn no_rejection_quotes_more_than_the_beginning_of_one_value() {
    let secret = format!("{}{}", "x".repeat(40), "secret");
    for place in [
        "/data/site",
        "/data/quantity",
        "/id",
        "/source",
        "/type",
        "/time",
        "/subject",
    ] {
        let value = json!(format!("{secret}{}", " ".repeat(300)));
        let (_, message) = refused(&with(counted(), place, value));
        assert!(!message.contains("secret"), "{place}: {message}");
    }
    let rejection = Event::parse("{\"secret\": ").unwrap_err();
    assert_eq!(rejection.reason, Reason::Malformed);
    assert!(!rejection.to_string().contains("secret"), "{rejection}");
}
