//! The counts of a batch: one line in CloudWatch's embedded metric format, and added to the day's in the ledger.

use std::future::Future;
use std::io::Write;

use domain::Timestamp;
use jiff::tz::TimeZone;
use ledger::breaker::Admission;
use ledger::tally::{Counts, Tallies};

use super::Delivery;
use super::fate::Fate;
use crate::emf::{Emf, Line, Metric};
use effects::Verdict;

/// The most values that a metric may have in a line.
const VALUES: usize = 100;

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// The consumer.
    pub consumer: String,
    /// Records.
    pub received: u32,
    /// Of them: took effect.
    pub applied: u32,
    /// Had taken effect before.
    pub duplicate: u32,
    /// Were overtaken by a later version.
    pub stale: u32,
    /// Wait for a person.
    pub parked: u32,
    /// Come again.
    pub retried: u32,
    /// Come again, and may have taken effect.
    pub unknown: u32,
    /// From the event's time to its effect, in milliseconds, of each that was applied.
    pub lag: Vec<i64>,
    /// When the event happened that took effect last.
    pub last_event: Option<Timestamp>,
    /// How long the oldest record has been in the queue, in milliseconds.
    pub oldest: i64,
    /// The breaker: 0 closed, 1 half open, 2 open; `None` where nothing was asked of it.
    pub breaker: Option<u8>,
}

impl Tally {
    pub(super) fn new(consumer: &str, batch: &[Delivery], now: Timestamp) -> Self {
        let age = |delivery: &Delivery| delivery.sent.map(|sent| milliseconds(sent, now));
        Self {
            consumer: consumer.to_owned(),
            received: u32::try_from(batch.len()).unwrap_or(u32::MAX),
            oldest: batch.iter().filter_map(age).max().unwrap_or_default(),
            ..Self::default()
        }
    }

    pub(super) fn count(&mut self, fate: &Fate, happened: Option<Timestamp>, now: Timestamp) {
        let count = match fate {
            Fate::Told(Verdict::Applied) => {
                self.lag
                    .extend(happened.map(|time| milliseconds(time, now)));
                self.last_event = self.last_event.max(happened);
                &mut self.applied
            }
            Fate::Told(Verdict::Duplicate) => &mut self.duplicate,
            Fate::Told(Verdict::Stale) => &mut self.stale,
            Fate::Told(Verdict::Parked(_)) => &mut self.parked,
            Fate::Told(Verdict::Unknown { .. }) => &mut self.unknown,
            Fate::Told(Verdict::Retry { .. })
            | Fate::Late
            | Fate::Blocked { .. }
            | Fate::Panicked
            | Fate::Unparked => &mut self.retried,
        };
        *count += 1;
    }

    pub(super) const fn passed(&mut self, admission: Option<Admission>) {
        self.breaker = match admission {
            None => None,
            Some(Admission::Go { .. }) => Some(0),
            Some(Admission::Canary) => Some(1),
            Some(Admission::Wait { .. }) => Some(2),
        };
    }
}

fn milliseconds(from: Timestamp, to: Timestamp) -> i64 {
    i64::try_from(to.duration_since(from).as_millis()).unwrap_or(i64::MAX)
}

/// Takes the counts of batches. Counts that cannot be kept must not fail records that are done.
pub trait Metrics: Send + Sync {
    /// Takes those of one.
    fn put(&self, tally: &Tally, now: Timestamp) -> impl Future<Output = ()> + Send;
}

impl<A: Metrics, B: Metrics> Metrics for (A, B) {
    async fn put(&self, tally: &Tally, now: Timestamp) {
        self.0.put(tally, now).await;
        self.1.put(tally, now).await;
    }
}

/// Adds them to the consumer's counts of the day, which operators read: one write a batch.
#[derive(Debug)]
pub struct Daily<T>(T);

impl<T: Tallies> Daily<T> {
    /// Adds to these.
    pub const fn new(to: T) -> Self {
        Self(to)
    }
}

impl<T: Tallies> Metrics for Daily<T> {
    async fn put(&self, tally: &Tally, now: Timestamp) {
        let day = now.to_zoned(TimeZone::UTC).date();
        if let Err(error) = self.0.add(&tally.consumer, day, &tally.into()).await {
            tracing::warn!(consumer = tally.consumer, "a batch is not counted: {error}");
        }
    }
}

impl From<&Tally> for Counts {
    fn from(tally: &Tally) -> Self {
        Self {
            received: tally.received.into(),
            applied: tally.applied.into(),
            duplicate: tally.duplicate.into(),
            stale: tally.stale.into(),
            parked: tally.parked.into(),
            retried: tally.retried.into(),
            unknown: tally.unknown.into(),
            greatest_lag: tally.lag.iter().copied().max().unwrap_or_default(),
            last_event: tally.last_event,
        }
    }
}

impl<W: Write + Send> Metrics for Emf<W> {
    async fn put(&self, tally: &Tally, now: Timestamp) {
        self.write(&line(tally), now);
    }
}

fn line(tally: &Tally) -> Line {
    let mut metrics = vec![
        Metric::new("Received", "Count", tally.received),
        Metric::new("Applied", "Count", tally.applied),
        Metric::new("Duplicate", "Count", tally.duplicate),
        Metric::new("Stale", "Count", tally.stale),
        Metric::new("Parked", "Count", tally.parked),
        Metric::new("Retried", "Count", tally.retried),
        Metric::new("Unknown", "Count", tally.unknown),
        Metric::new("OldestAge", "Milliseconds", tally.oldest),
    ];
    if !tally.lag.is_empty() {
        metrics.push(Metric::new("Lag", "Milliseconds", thinned(&tally.lag)));
    }
    metrics.extend(
        tally
            .breaker
            .map(|state| Metric::new("Breaker", "None", state)),
    );
    Line {
        namespace: "Larder/Sync",
        dimension: ("Consumer", tally.consumer.clone()),
        metrics,
        properties: Vec::new(),
    }
}

/// As many values as a line may hold, spread over all of them by size, the largest among them.
fn thinned(values: &[i64]) -> Vec<i64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let every = sorted.len().div_ceil(VALUES).max(1);
    sorted.into_iter().step_by(every).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[tokio::test]
    async fn batches_of_a_day_are_added_up_and_a_ledger_that_is_away_stops_nothing() {
        let ledger = ledger::Memory::default();
        let daily = (Emf::new(Vec::new()), Daily::new(&ledger));
        let noon: Timestamp = "2026-11-16T12:00:00Z".parse().unwrap();
        let tally = Tally {
            consumer: "planning-sync".to_owned(),
            received: 3,
            applied: 2,
            lag: vec![1_000, 2_000],
            last_event: Some(noon),
            ..Tally::default()
        };
        daily.put(&tally, noon).await;
        daily
            .put(
                &Tally {
                    lag: vec![500],
                    ..tally.clone()
                },
                noon,
            )
            .await;
        let day = noon.to_zoned(TimeZone::UTC).date();
        let counts = ledger.of("planning-sync", day).await.unwrap();
        assert_eq!((counts.received, counts.applied), (6, 4));
        assert_eq!(
            (counts.greatest_lag, counts.last_event),
            (2_000, Some(noon))
        );
        let file = tempfile::NamedTempFile::new().unwrap();
        Daily::new(ledger::Folder::new(file.path()))
            .put(&tally, noon)
            .await;
    }

    #[tokio::test]
    async fn a_batch_is_one_line_that_cloudwatch_reads_metrics_from() {
        let tally = Tally {
            consumer: "planning-sync".to_owned(),
            received: 3,
            applied: 2,
            parked: 1,
            lag: vec![1_000, 2_000],
            oldest: 5_000,
            breaker: Some(2),
            ..Tally::default()
        };
        let emf = Emf::new(Vec::new());
        emf.put(&tally, Timestamp::UNIX_EPOCH).await;
        let written = String::from_utf8(emf.into_inner()).unwrap();
        assert_eq!(written.lines().count(), 1);
        let line: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(line["Consumer"], "planning-sync");
        assert_eq!(line["Lag"], json!([2_000, 1_000]));
        let named = line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
            .as_array()
            .unwrap();
        assert_eq!(named.len(), 10);
        for metric in named {
            let name = metric["Name"].as_str().unwrap();
            assert!(line.get(name).is_some(), "{name} has no value");
        }
    }

    #[test]
    fn a_metric_has_no_more_values_than_a_line_may_hold_and_keeps_the_largest() {
        let values: Vec<_> = (0..1_234).collect();
        let kept = thinned(&values);
        assert!(kept.len() <= VALUES && kept.len() > VALUES / 2);
        assert_eq!(kept[0], 1_233);
        assert_eq!(thinned(&[7]), [7]);
    }
}
