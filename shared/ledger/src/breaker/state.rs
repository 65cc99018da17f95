use domain::Timestamp;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// It opens after so many failures in a row.
    pub failures: u32,
    /// How long it is open the first time; twice as long after each canary that fails.
    pub pause: SignedDuration,
    /// How long it is open at most.
    pub longest: SignedDuration,
    /// How long a canary may take before another one is sent: longer than a function lives.
    pub canary: SignedDuration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            failures: 5,
            pause: SignedDuration::from_secs(30),
            longest: SignedDuration::from_secs(300),
            canary: SignedDuration::from_secs(120),
        }
    }
}

/// What a breaker does with who comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Lets all through.
    Closed {
        /// Failures since the last success.
        failures: u32,
    },
    /// Lets nobody through.
    Open {
        /// Until then.
        until: Timestamp,
        /// How long it was opened for, in seconds.
        pause: u32,
    },
    /// Lets one through.
    HalfOpen {
        /// Who that is.
        canary: String,
        /// When another one may be it.
        until: Timestamp,
        /// How long it was open for, in seconds.
        pause: u32,
    },
}

impl Default for State {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

/// How what was sent went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// The system did what it was asked.
    Well,
    /// The system did not serve, or did not answer.
    Ill,
    /// Nothing was learned of the system; a canary gives its place back.
    Unsure,
}

/// Whether something may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Go {
        /// Failures since the last success, which the next success should end by telling.
        failures: u32,
    },
    /// It may, alone, to see whether the system serves again; what comes of it must be told.
    Canary,
    /// It may not.
    Wait {
        /// Not before then.
        until: Timestamp,
        /// How long the breaker was opened for.
        pause: SignedDuration,
    },
}

impl State {
    /// Whether `who` may send something, and the state from then on: once the pause is over, who comes first is the
    /// canary.
    pub fn admit(&self, policy: &Policy, who: &str, now: Timestamp) -> (Self, Admission) {
        match self {
            Self::Open { until, pause } | Self::HalfOpen { until, pause, .. } if *until <= now => {
                let canary = Self::HalfOpen {
                    canary: who.to_owned(),
                    until: later(now, policy.canary),
                    pause: *pause,
                };
                (canary, Admission::Canary)
            }
            state => (state.clone(), state.admission(who, now)),
        }
    }

    /// The state once it is told how something went that `who` had sent.
    #[must_use]
    pub fn told(&self, policy: &Policy, who: &str, health: Health, now: Timestamp) -> Self {
        let open = |pause: SignedDuration| Self::Open {
            until: later(now, pause),
            pause: u32::try_from(pause.as_secs()).unwrap_or(u32::MAX),
        };
        match (self, health) {
            (Self::Closed { .. }, Health::Well) => Self::default(),
            (Self::Closed { failures }, Health::Ill) if failures + 1 >= policy.failures => {
                open(policy.pause)
            }
            (Self::Closed { failures }, Health::Ill) => Self::Closed {
                failures: failures + 1,
            },
            (Self::HalfOpen { canary, pause, .. }, health) if canary == who => match health {
                Health::Well => Self::default(),
                Health::Ill => {
                    open((SignedDuration::from_secs(i64::from(*pause)) * 2).min(policy.longest))
                }
                Health::Unsure => Self::Open {
                    until: now,
                    pause: *pause,
                },
            },
            // Sent before the breaker opened: the canary decides.
            (state, _) => state.clone(),
        }
    }

    /// Whether `who` may send something in this state.
    pub fn admission(&self, who: &str, now: Timestamp) -> Admission {
        let wait = |until: &Timestamp, pause: &u32| Admission::Wait {
            until: (*until).max(now),
            pause: SignedDuration::from_secs(i64::from(*pause)),
        };
        match self {
            Self::Closed { failures } => Admission::Go {
                failures: *failures,
            },
            Self::HalfOpen { canary, .. } if canary == who => Admission::Canary,
            Self::Open { until, pause } | Self::HalfOpen { until, pause, .. } => wait(until, pause),
        }
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
