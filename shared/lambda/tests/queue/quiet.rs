//! Logs and metrics tell ids and words of ours, never what an event holds.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use lambda::queue::{Step, Verdict};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{Scripted, World, delivery, message, rejection};

/// Keeps everything that is logged, as text.
#[derive(Clone, Default)]
struct Logs(Arc<Mutex<String>>);

impl Visit for &Logs {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = self.0.lock().unwrap();
        write!(text, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Logs {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut &*self);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut &*self);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.0.lock().unwrap().push('\n');
        event.record(&mut &*self);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn no_log_and_no_metric_holds_what_an_event_holds() {
    let world = World::new();
    let logs = Logs::default();
    // For every test of this process: one's thread must not decide what another's is told.
    tracing::subscriber::set_global_default(logs.clone()).unwrap();
    tracing::callsite::rebuild_interest_cache();
    let consumer = Scripted::default()
        .says("park", Verdict::Parked(rejection()))
        .on("panic", || -> Step<String> { panic!("Jane Roe") });
    let batch = vec![
        message("fine"),
        message("park"),
        message("panic"),
        delivery("m-text", Some("Jane Roe".to_owned())),
    ];
    world.serve(&consumer, batch).await;
    let text = logs.0.lock().unwrap().clone();
    for expected in [
        "message_id=\"m-fine\"",
        "event_id=\"fine\"",
        "source=\"/warehouse/north\"",
        "entity=\"stock/S1/P1\"",
        "correlation=\"corr-1\"",
        "outcome=\"parked\" why=\"unknown-item\"",
        "outcome=\"parked\" why=\"malformed\"",
        "outcome=\"retry\" why=\"panic\"",
    ] {
        assert!(text.contains(expected), "{expected} is not in{text}");
    }
    let metrics = format!("{:?}", world.tally());
    assert!(
        !text.contains("Jane") && !metrics.contains("Jane"),
        "{text}"
    );
}
