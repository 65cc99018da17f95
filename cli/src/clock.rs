//! The laptop's clock: nothing else here knows what time it is.

use std::time::Instant;

use domain::Timestamp;

/// The moment: when a run starts, which its plan then keeps.
#[expect(
    clippy::disallowed_methods,
    reason = "the command is what a run is started from"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// An instant to measure from; durations are shown to people and stored nowhere.
#[expect(
    clippy::disallowed_methods,
    reason = "the command tells how long steps take"
)]
pub(crate) fn instant() -> Instant {
    Instant::now()
}
