//! Canonical events: a stored sample of every kind and version, and the page that says whose everything is.
//!
//! A stored sample is never changed: other systems send such events. A change that would need it to is another version.

use std::fmt::Write;

use contracts::canonical::{Consumer, Entity, Event, Kind, Once};
use serde_json::{Value, json};

use crate::documents::holds;
use crate::messages::{errors, obeys};
use crate::{files, text};

const SAMPLES: &str = "tests/contracts/samples";

/// Where the page goes on as the code says.
const WRITTEN: &str = "## What the systems tell one another\n";

fn sample(kind: Kind) -> (String, Value) {
    let place = format!("{SAMPLES}/{kind}.json");
    let sample = serde_json::from_str(&text(&place)).unwrap();
    (place, sample)
}

#[test]
fn every_kind_has_a_stored_sample_and_every_sample_is_read() {
    let mut stored: Vec<_> = Kind::ALL.iter().map(|k| format!("{k}.json")).collect();
    stored.sort();
    assert_eq!(files(SAMPLES), stored);
}

#[test]
fn a_stored_sample_obeys_todays_schema_and_is_read_as_it_was_meant() {
    for kind in Kind::ALL {
        let (place, sample) = sample(*kind);
        obeys(&sample, kind.as_str(), &place);
        let event = Event::parse(&sample.to_string()).unwrap_or_else(|e| panic!("{place}: {e}"));
        assert_eq!(event.kind(), *kind, "{place}");
        let again: Value = serde_json::from_str(&event.to_json().unwrap()).unwrap();
        assert_eq!(again, sample, "{place}");
    }
}

#[test]
fn a_schema_refuses_what_is_never_sent() {
    for kind in Kind::ALL {
        let (place, sample) = sample(*kind);
        let mut wrong = vec![
            ("/data/colour", json!("red")),
            ("/pii", json!(true)),
            ("/source", json!("/nobody")),
            ("/type", json!("larder.other.v1")),
            ("/id", json!("")),
            ("/data", json!({})),
        ];
        if kind.once() == Once::Version {
            wrong.push(("/entityversion", json!(0)));
        }
        for (pointer, value) in wrong {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let mut event = sample.clone();
            let object = event.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            object.insert(name.to_owned(), value);
            assert!(
                !errors(&event, kind.as_str()).is_empty(),
                "{place}: {pointer}"
            );
        }
    }
}

#[test]
fn the_page_of_events_says_whose_everything_is() {
    let page = text("docs/events.md");
    let (own, _) = page.split_once(WRITTEN).unwrap();
    let mut page = format!("{own}{WRITTEN}");
    page.push_str(
        "\nCanonical events are CloudEvents 1.0 in structured JSON too, in a form that is no system's own. The `source` begins \
        with the system that speaks (`/platform`, `/erp`, `/warehouse`, `/planning`), the `subject` is the key of what the \
        event is about, and `source` and `id` together are what the event is known by, never the message that carried it. \
        Numbers with a point are text, times carry a zone. A reader passes over fields it does not know; what we send holds \
        no others than its schema.\n\n\
        Every entity has one master. An event about it from another system is not applied: it is parked, with the reason in \
        words, and so is one that is longer than 1 MiB, is not JSON, has another version, lacks a field or holds one that \
        cannot be.\n\n\
        | entity | master | key (`subject`) |\n| --- | --- | --- |\n",
    );
    for entity in Entity::ALL {
        let (name, master) = (entity.name(), entity.master());
        let keys = entity.key().replace(", ", "` or `");
        writeln!(page, "| {name} | {master} | `{keys}` |").unwrap();
    }
    page.push_str(
        "\nWhat makes an event count once, however often it comes: the *entity version* (`entityversion`: the highest holds, \
        all of it, and lower ones are stale), the *event id* (each counts), or the document's *reference* (one of it).\n\n\
        | type | says | counts once by | taken by |\n| --- | --- | --- | --- |\n",
    );
    for kind in Kind::ALL {
        let takers = Consumer::ALL.into_iter();
        let takers = takers.filter(|consumer| kind.consumers().contains(consumer));
        let takers: Vec<_> = takers.map(Consumer::as_str).collect();
        let (says, once) = (kind.about(), kind.once().name());
        writeln!(
            page,
            "| [`{kind}`](../shared/contracts/schemas/{kind}.json) | {says} | {once} | {} |",
            takers.join(", ")
        )
        .unwrap();
    }
    holds("docs/events.md", &page);
}
