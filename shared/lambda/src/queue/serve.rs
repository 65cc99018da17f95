use std::collections::BTreeSet;

use contracts::canonical::{Event, Kind, Reason, Rejection};
use domain::Timestamp;
use effects::Verdict;
use jiff::SignedDuration;
use ledger::breaker::Gate;
use tracing::{Instrument, Level};

use super::consumer::{Consumer, Context, Step};
use super::fate::Fate;
use super::metrics::Tally;
use super::panics::{Panicked, caught};
use super::passage::Passage;
use super::{Delivery, Invocation, Metrics, PANICS, Park, Ports, Visibility, Wait, backoff};

/// Time kept for parking, putting off and answering after the last record.
pub const RESERVE: SignedDuration = SignedDuration::from_secs(3);

/// Serves a batch: gives the messages that are to be delivered again, in the batch's order. All others are done for ever.
pub async fn serve<C, V, P, G, M>(
    consumer: &C,
    ports: &Ports<V, P, G, M>,
    invocation: &Invocation,
    batch: Vec<Delivery>,
) -> Vec<String>
where
    C: Consumer,
    V: Visibility,
    P: Park,
    G: Gate,
    M: Metrics,
{
    let name = consumer.name();
    let mut tally = Tally::new(name, &batch, (ports.clock)());
    let mut records: Vec<_> = batch.into_iter().map(Record::new).collect();
    let mut kept = Vec::new();
    let mut batch = Batch {
        consumer,
        ports,
        invocation,
        passage: Passage::new(&ports.gate, name, &invocation.id, &*ports.clock),
    };
    for (index, record) in records.iter_mut().enumerate() {
        if let Some(keep) = batch.begin(record).await {
            kept.push((index, keep));
        }
    }
    batch.close(&mut records, kept).await;
    tally.passed(batch.passage.leave().await);

    let now = (ports.clock)();
    let mut failed = Vec::new();
    for record in &records {
        record.log(name);
        tally.count(
            &record.fate,
            record.label.as_ref().map(|label| label.time),
            now,
        );
        if record.fate.failed() {
            failed.push(record.wait(now));
        }
    }
    if !failed.is_empty()
        && let Err(error) = ports.visibility.put_off(&failed).await
    {
        tracing::warn!(
            consumer = name,
            "messages come again too soon or too late: {error}"
        );
    }
    ports.metrics.put(&tally, now).await;
    failed.into_iter().map(|wait| wait.message_id).collect()
}

/// A delivery and what becomes of it.
struct Record {
    delivery: Delivery,
    label: Option<Label>,
    fate: Fate,
}

/// What logs may tell of an event; nothing of its data is among it.
struct Label {
    source: String,
    id: String,
    kind: Kind,
    entity: String,
    version: u64,
    correlation: Option<String>,
    time: Timestamp,
}

impl Record {
    /// A record that nobody has looked at comes again.
    const fn new(delivery: Delivery) -> Self {
        Self {
            delivery,
            label: None,
            fate: Fate::Late,
        }
    }

    fn wait(&self, now: Timestamp) -> Wait {
        let Delivery {
            message_id,
            receipt,
            receives,
            ..
        } = &self.delivery;
        Wait {
            message_id: message_id.clone(),
            receipt: receipt.clone(),
            seconds: backoff::wait(&self.fate, message_id, *receives, now),
        }
    }

    fn log(&self, consumer: &str) {
        let Delivery {
            message_id,
            receives,
            ..
        } = &self.delivery;
        let (outcome, why) = (self.fate.word(), self.fate.why());
        let label = self.label.as_ref();
        macro_rules! told {
            ($level:expr) => {
                tracing::event!(
                    $level,
                    consumer,
                    message_id,
                    receives,
                    source = label.map(|label| label.source.as_str()),
                    event_id = label.map(|label| label.id.as_str()),
                    kind = label.map(|label| label.kind.as_str()),
                    entity = label.map(|label| label.entity.as_str()),
                    version = label.map(|label| label.version),
                    correlation = label.and_then(|label| label.correlation.as_deref()),
                    outcome,
                    why,
                )
            };
        }
        match self.fate {
            Fate::Told(Verdict::Applied | Verdict::Duplicate | Verdict::Stale) => {
                told!(Level::INFO);
            }
            Fate::Panicked | Fate::Unparked => told!(Level::ERROR),
            _ => told!(Level::WARN),
        }
    }
}

/// A batch on its way.
struct Batch<'a, C, V, P, G, M> {
    consumer: &'a C,
    ports: &'a Ports<V, P, G, M>,
    invocation: &'a Invocation,
    passage: Passage<'a, G>,
}

impl<C, V, P, G, M> Batch<'_, C, V, P, G, M>
where
    C: Consumer,
    P: Park,
    G: Gate,
{
    /// Decodes a record and has it applied; gives what is kept of it for the batch's end.
    async fn begin(&mut self, record: &mut Record) -> Option<C::Kept> {
        if !self.has_time() {
            return None;
        }
        let body = record.delivery.body.as_deref();
        let event = match caught(async { decoded(body) }).await {
            Ok(Ok(event)) => event,
            Ok(Err(rejection)) => {
                self.settle(record, Fate::Told(Verdict::Parked(rejection)))
                    .await;
                return None;
            }
            Err(Panicked) => {
                self.settle(record, Fate::Panicked).await;
                return None;
            }
        };
        record.label = Some(Label::of(&event));
        if let Err(blocked) = self.passage.next().await {
            record.fate = blocked;
            return None;
        }
        let context = Context {
            attempt: format!(
                "{}/{}/{}",
                self.invocation.id, record.delivery.message_id, record.delivery.receives
            ),
            receives: record.delivery.receives,
            deadline: self.invocation.deadline,
        };
        let span = tracing::info_span!(
            "event",
            consumer = self.consumer.name(),
            event_id = event.id,
            correlation = event.correlation.as_deref(),
        );
        let applying = self.consumer.apply(&event, &context).instrument(span);
        match caught(applying).await {
            Ok(Step::Kept(kept)) => Some(kept),
            Ok(Step::Settled(verdict)) => {
                self.learn_and_settle(record, Fate::Told(verdict)).await;
                None
            }
            Err(Panicked) => {
                self.learn_and_settle(record, Fate::Panicked).await;
                None
            }
        }
    }

    /// Closes what was kept: all at once, and one by one where that says nothing of the single ones.
    async fn close(&mut self, records: &mut [Record], kept: Vec<(usize, C::Kept)>) {
        if kept.is_empty() {
            return;
        }
        let all: Vec<_> = kept.iter().map(|(_, kept)| kept).collect();
        let together = self.closed(&all).await;
        let single = match together {
            Fate::Told(Verdict::Parked(_)) | Fate::Panicked => kept.len() > 1,
            _ => false,
        };
        let twice = repeated(records, kept.iter().map(|(index, _)| *index));
        for (index, kept) in &kept {
            let fate = if single {
                self.closed(&[kept]).await
            } else {
                together.clone()
            };
            let fate = match fate {
                Fate::Told(Verdict::Applied) if twice.contains(index) => {
                    Fate::Told(Verdict::Duplicate)
                }
                fate => fate,
            };
            if let Some(record) = records.get_mut(*index) {
                self.settle(record, fate).await;
            }
        }
    }

    async fn closed(&mut self, kept: &[&C::Kept]) -> Fate {
        let fate = match caught(self.consumer.close(kept)).await {
            Ok(verdict) => Fate::Told(verdict),
            Err(Panicked) => Fate::Panicked,
        };
        self.passage.tell(fate.health()).await;
        fate
    }

    async fn learn_and_settle(&mut self, record: &mut Record, fate: Fate) {
        self.passage.tell(fate.health()).await;
        self.settle(record, fate).await;
    }

    /// Gives a record its fate, and parks it where that is it.
    async fn settle(&self, record: &mut Record, fate: Fate) {
        record.fate = match fate {
            Fate::Panicked if record.delivery.receives >= PANICS => {
                Fate::Told(Verdict::Parked(broken()))
            }
            fate => fate,
        };
        if let Fate::Told(Verdict::Parked(rejection)) = &record.fate {
            let body = record.delivery.body.as_deref().unwrap_or_default();
            let (name, now) = (self.consumer.name(), (self.ports.clock)());
            let parking = self.ports.parking.park(name, body, rejection, now);
            match caught(parking).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::error!(consumer = name, "an event cannot be parked: {error}");
                    record.fate = Fate::Unparked;
                }
                Err(Panicked) => record.fate = Fate::Unparked,
            }
        }
    }

    /// Whether a record that is begun now is over in time.
    fn has_time(&self) -> bool {
        let left = self
            .invocation
            .deadline
            .duration_since((self.ports.clock)());
        left >= self.consumer.worst_case() + RESERVE
    }
}

/// Which of these records carry the very event that one before them carries.
fn repeated(records: &[Record], kept: impl Iterator<Item = usize>) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let again = |index: &usize| {
        let record = records.get(*index);
        record.is_some_and(|record| !seen.insert(record.delivery.body.as_deref()))
    };
    kept.filter(again).collect()
}

fn decoded(body: Option<&str>) -> Result<Event, Rejection> {
    let missing = || {
        Rejection::new(
            Reason::Malformed,
            "the message has no body",
            "send the event as the message's body",
        )
    };
    Event::parse(body.ok_or_else(missing)?)
}

fn broken() -> Rejection {
    Rejection::new(
        Reason::Failed,
        format!("a fault of the program's own ended its handling {PANICS} times"),
        "tell whoever looks after Larder, and send it again once that is put right",
    )
}

impl Label {
    fn of(event: &Event) -> Self {
        Self {
            source: event.source.to_string(),
            id: event.id.clone(),
            kind: event.kind(),
            entity: event.entity(),
            version: event.version,
            correlation: event.correlation.clone(),
            time: event.time,
        }
    }
}
