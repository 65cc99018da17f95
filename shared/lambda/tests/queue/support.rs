//! A consumer that does as it is told, and a world in memory around it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use contracts::canonical::{Event, Reason, Rejection};
use domain::Timestamp;
use jiff::SignedDuration;
use lambda::queue::memory::{Tallies, Waits};
use lambda::queue::{
    Consumer, Context, Delivery, Invocation, Parking, Ports, Response, Step, Tally, Verdict, Wait,
    serve,
};
use ledger::breaker::{Gate, Unguarded};
use serde_json::{Value, json};

/// How long a record may take at worst.
pub(crate) const WORST: SignedDuration = SignedDuration::from_secs(10);

pub(crate) type Act = Box<dyn Fn() -> Step<String> + Send + Sync>;
pub(crate) type Close = Box<dyn Fn(&[&String]) -> Verdict + Send + Sync>;

/// Applies each event as its id tells, unless told otherwise.
#[derive(Default)]
pub(crate) struct Scripted {
    pub(crate) acts: BTreeMap<String, Act>,
    pub(crate) close: Option<Close>,
    /// The ids of events that it was given, and the attempts.
    pub(crate) seen: Mutex<Vec<(String, String)>>,
}

impl Scripted {
    /// Does this with the event of this id.
    pub(crate) fn on(
        mut self,
        id: &str,
        act: impl Fn() -> Step<String> + Send + Sync + 'static,
    ) -> Self {
        self.acts.insert(id.to_owned(), Box::new(act));
        self
    }

    /// Gives this verdict for the event of this id.
    pub(crate) fn says(self, id: &str, verdict: Verdict) -> Self {
        self.on(id, move || Step::Settled(verdict.clone()))
    }

    /// Keeps the event of this id.
    pub(crate) fn keeps(self, id: &'static str) -> Self {
        self.on(id, move || Step::Kept(id.to_owned()))
    }

    pub(crate) fn closes(
        mut self,
        close: impl Fn(&[&String]) -> Verdict + Send + Sync + 'static,
    ) -> Self {
        self.close = Some(Box::new(close));
        self
    }

    /// The ids of the events it was given since it was last asked.
    pub(crate) fn seen(&self) -> Vec<String> {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap());
        seen.into_iter().map(|(id, _)| id).collect()
    }
}

impl Consumer for Scripted {
    type Kept = String;

    fn name(&self) -> &'static str {
        "scripted"
    }

    fn worst_case(&self) -> SignedDuration {
        WORST
    }

    async fn apply(&self, event: &Event, context: &Context) -> Step<String> {
        let seen = (event.id.clone(), context.attempt.clone());
        self.seen.lock().unwrap().push(seen);
        self.acts
            .get(&event.id)
            .map_or(Step::Settled(Verdict::Applied), |act| act())
    }

    async fn close(&self, kept: &[&String]) -> Verdict {
        self.close
            .as_ref()
            .map_or(Verdict::Applied, |close| close(kept))
    }
}

/// The world around a consumer, with a clock that tests move.
pub(crate) struct World<G = Unguarded> {
    pub(crate) ports: Ports<Waits, Parking<artifacts::Memory, messaging::Memory>, G, Tallies>,
    pub(crate) time: Arc<AtomicI64>,
    waits: Waits,
    tallies: Tallies,
}

/// When the world begins.
pub(crate) fn start() -> Timestamp {
    "2026-11-16T08:00:00Z".parse().unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Unguarded)
    }
}

impl<G: Gate> World<G> {
    pub(crate) fn with(gate: G) -> Self {
        let time = Arc::new(AtomicI64::new(start().as_millisecond()));
        let (waits, tallies) = (Waits::default(), Tallies::default());
        let clock = Arc::clone(&time);
        let now = move || Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap();
        Self {
            ports: Ports {
                clock: Box::new(now),
                visibility: waits.clone(),
                parking: Parking::new(artifacts::Memory::default(), messaging::Memory::default()),
                gate,
                metrics: tallies.clone(),
            },
            time,
            waits,
            tallies,
        }
    }

    pub(crate) fn pass(&self, time: SignedDuration) {
        let milliseconds = i64::try_from(time.as_millis()).unwrap();
        self.time.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.ports.clock)()
    }

    /// Serves a batch in five minutes' time; gives what the function answers, to the letter.
    pub(crate) async fn serve(&self, consumer: &Scripted, batch: Vec<Delivery>) -> Value {
        let deadline = self.now() + SignedDuration::from_mins(5);
        self.serve_until(consumer, batch, deadline).await
    }

    pub(crate) async fn serve_until(
        &self,
        consumer: &Scripted,
        batch: Vec<Delivery>,
        deadline: Timestamp,
    ) -> Value {
        let invocation = Invocation {
            id: "call-1".to_owned(),
            deadline,
        };
        let failed = serve(consumer, &self.ports, &invocation, batch).await;
        serde_json::to_value(Response::failed(failed)).unwrap()
    }

    pub(crate) fn waits(&self) -> Vec<Wait> {
        self.waits.take()
    }

    /// The counts of the one batch that was served.
    pub(crate) fn tally(&self) -> Tally {
        let [tally] = self.tallies.take().try_into().unwrap();
        tally
    }

    pub(crate) async fn parked(&self) -> Vec<String> {
        use artifacts::Store;

        let listed = self.ports.parking.store().list("parked").await.unwrap();
        listed.into_iter().map(|entry| entry.key).collect()
    }
}

/// An event of this id: a stock adjustment, with a field that no log may show.
pub(crate) fn event(id: &str) -> String {
    json!({
        "specversion": "1.0", "id": id, "source": "/warehouse/north", "type": "larder.stock.adjusted.v1", "subject": "stock/S1/P1",
        "time": "2026-11-16T07:59:30Z", "correlationid": "corr-1", "customer": "Jane Roe",
        "data": {
            "site": "S1", "product": "P1", "adjusted_at": "2026-11-16T07:59:00Z", "quantity": "-3.5", "uom": "KGM",
            "reason": "damaged", "reported_by": "Jane Roe",
        },
    })
    .to_string()
}

/// The message `m-<id>` with an event of this id.
pub(crate) fn message(id: &str) -> Delivery {
    delivery(&format!("m-{id}"), Some(event(id)))
}

pub(crate) fn delivery(message_id: &str, body: Option<String>) -> Delivery {
    Delivery {
        message_id: message_id.to_owned(),
        receipt: format!("receipt of {message_id}"),
        body,
        receives: 1,
        sent: Some(start()),
    }
}

pub(crate) fn rejection() -> Rejection {
    Rejection::new(
        Reason::UnknownItem,
        "P1 of Jane Roe is not known",
        "make it known",
    )
}
