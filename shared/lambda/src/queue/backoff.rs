//! When a message is delivered again.
//!
//! Every delivery costs one of the receives after which a queue gives a message up, so waits are long and only their last
//! fifth is left to chance: a wait that could be next to nothing would be a receive for nothing. Messages do not all come
//! at once all the same, since a mapping's concurrency limits how many are taken.

use domain::Timestamp;
use jiff::SignedDuration;
use random::{Stream, word};

use super::fate::Fate;
use effects::Verdict;

/// The wait after the first delivery; each next one is twice as long.
pub const BASE: SignedDuration = SignedDuration::from_secs(30);

/// The longest wait.
pub const CAP: SignedDuration = SignedDuration::from_mins(15);

/// Of a wait, the part that is left to chance.
const CHANCE: i32 = 5;

/// The wait after so many deliveries, before chance shortens it.
fn full(receives: u32) -> SignedDuration {
    let doublings = receives.saturating_sub(1).min(16);
    (BASE * (1 << doublings)).min(CAP)
}

/// The shortest wait after so many deliveries.
pub fn least_wait(receives: u32) -> SignedDuration {
    let full = full(receives);
    full - full / CHANCE
}

/// How long a message is put off, in seconds. It depends on nothing but what is given.
pub(super) fn wait(fate: &Fate, message_id: &str, receives: u32, now: Timestamp) -> u32 {
    let mut chance = Stream::new(0, &[word(message_id), u64::from(receives)]);
    let mut spread = |wait: SignedDuration| {
        let wait = wait.clamp(SignedDuration::ZERO, CAP);
        let part = u32::try_from((wait / CHANCE).as_millis()).unwrap_or(0);
        wait - SignedDuration::from_millis(i64::from(chance.below(part + 1)))
    };
    let wait = match fate {
        // It has not been tried, so there is nothing to wait for but the next invocation.
        Fate::Late => spread(BASE),
        // Until the canary of that moment has told.
        Fate::Blocked { until, pause } => {
            spread(until.duration_since(now) + *pause).max(spread(full(receives)))
        }
        Fate::Told(Verdict::Unknown { until }) => {
            let settled = until.duration_since(now);
            settled.max(spread(full(receives)))
        }
        Fate::Told(Verdict::Retry {
            after: Some(after), ..
        }) => (*after).max(spread(full(receives))),
        _ => spread(full(receives)),
    };
    let wait = wait.min(CAP);
    // Up, so that what is waited for is over.
    let up = i64::from(wait.subsec_nanos() > 0);
    u32::try_from(wait.as_secs() + up).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry() -> Fate {
        Fate::Told(Verdict::retry(effects::Cause::Unavailable))
    }

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour_and_differ_by_message() {
        for (receives, most) in [(1, 30), (2, 60), (3, 120), (6, 900), (7, 900), (900, 900)] {
            let waits = (0..200).map(|id| wait(&retry(), &id.to_string(), receives, NOW));
            let (low, high) = waits.fold((u32::MAX, 0), |(low, high), wait| {
                (low.min(wait), high.max(wait))
            });
            assert!(
                high <= most && low >= most * 4 / 5,
                "{receives}: {low} to {high}"
            );
            assert!(high - low > most / 10, "{receives}: {low} to {high}");
        }
        assert_eq!(
            wait(&retry(), "a", 3, NOW),
            wait(&retry(), "a", 3, NOW),
            "not by chance of the moment"
        );
    }

    #[test]
    fn twenty_receives_last_longer_than_three_hours_at_worst() {
        let outage = SignedDuration::from_hours(3);
        let waited = (1..20).map(least_wait).sum::<SignedDuration>();
        assert!(waited >= outage, "the 20th receive comes after {waited:#}");
        for id in 0..1_000 {
            let id = id.to_string();
            let waits = (1..20).map(|receives| wait(&retry(), &id, receives, NOW));
            assert!(waits.sum::<u32>() >= 3 * 3_600);
        }
    }

    #[test]
    fn what_is_waited_for_is_over_when_the_message_comes() {
        let until = NOW + SignedDuration::from_millis(299_500);
        let seconds = wait(&Fate::Told(Verdict::Unknown { until }), "a", 1, NOW);
        assert_eq!(seconds, 300);
        let blocked = Fate::Blocked {
            until,
            pause: SignedDuration::from_secs(300),
        };
        for id in 0..200 {
            let seconds = wait(&blocked, &id.to_string(), 1, NOW);
            assert!((300..=600).contains(&seconds), "{seconds}");
        }
        let asked = Fate::Told(Verdict::Retry {
            cause: effects::Cause::Unavailable,
            after: Some(SignedDuration::from_secs(100)),
        });
        assert_eq!(wait(&asked, "a", 1, NOW), 100);
        let long = Fate::Told(Verdict::Unknown {
            until: NOW + SignedDuration::from_hours(9),
        });
        assert_eq!(wait(&long, "a", 1, NOW), 900);
        assert!(wait(&Fate::Late, "a", 19, NOW) <= 30);
    }
}
