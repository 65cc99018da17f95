use domain::Timestamp;
use effects::{Cause, Verdict};
use jiff::SignedDuration;
use ledger::breaker::Health;

/// What becomes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// What its consumer, or its decoding, said.
    Told(Verdict),
    /// The invocation would have ended before it.
    Late,
    /// The breaker let it not through.
    Blocked {
        until: Timestamp,
        pause: SignedDuration,
    },
    /// Handling it panicked.
    Panicked,
    /// It was to be parked, and could not be.
    Unparked,
}

impl Fate {
    /// Whether its message is to be delivered again.
    pub(super) const fn failed(&self) -> bool {
        !matches!(
            self,
            Self::Told(Verdict::Applied | Verdict::Duplicate | Verdict::Stale | Verdict::Parked(_))
        )
    }

    /// The word that stands for it in logs.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Told(Verdict::Applied) => "applied",
            Self::Told(Verdict::Duplicate) => "duplicate",
            Self::Told(Verdict::Stale) => "stale",
            Self::Told(Verdict::Parked(_)) => "parked",
            Self::Told(Verdict::Unknown { .. }) => "unknown",
            _ => "retry",
        }
    }

    /// Why, in a word; what a rejection says in words is for people, not for logs.
    pub(super) const fn why(&self) -> &'static str {
        match self {
            Self::Told(Verdict::Parked(rejection)) => rejection.reason.as_str(),
            Self::Told(Verdict::Retry { cause, .. }) => match cause {
                Cause::Unavailable => "unavailable",
                Cause::Busy => "busy",
                Cause::Own => "own",
            },
            Self::Told(_) => "",
            Self::Late => "late",
            Self::Blocked { .. } => "breaker",
            Self::Panicked => "panic",
            Self::Unparked => "parking",
        }
    }

    /// What it tells of the system that the record is for.
    pub(super) const fn health(&self) -> Health {
        match self {
            Self::Told(Verdict::Applied) => Health::Well,
            Self::Told(
                Verdict::Unknown { .. }
                | Verdict::Retry {
                    cause: Cause::Unavailable,
                    ..
                },
            ) => Health::Ill,
            _ => Health::Unsure,
        }
    }
}
