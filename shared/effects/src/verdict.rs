use contracts::canonical::Rejection;
use domain::Timestamp;
use jiff::SignedDuration;

/// How a delivery ended, with what its queue and people must know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Its effect is there and recorded.
    Applied,
    /// Its effect was there before.
    Duplicate,
    /// A later version was there before.
    Stale,
    /// It cannot be applied; a person must look.
    Parked(Rejection),
    /// To be delivered again.
    Retry {
        /// Why it could not be applied now.
        cause: Cause,
        /// How long the other side asks to wait, if it does.
        after: Option<SignedDuration>,
    },
    /// Whether it was applied is not known; to be delivered again when its request cannot have an effect any more.
    Unknown {
        /// When that is.
        until: Timestamp,
    },
}

/// Why an event could not be applied now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The system that it is for does not serve now.
    Unavailable,
    /// Another attempt works on the same thing.
    Busy,
    /// Something of our own does not serve now: a store, the ledger.
    Own,
}

impl Verdict {
    /// To be delivered again, for this cause and without a wish when.
    pub const fn retry(cause: Cause) -> Self {
        Self::Retry { cause, after: None }
    }
}
