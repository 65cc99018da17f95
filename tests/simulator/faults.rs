//! What can go wrong, how often it does in a seed, and how often it did.

use random::Stream;

use crate::world::MINUTE;

faults! {
    /// A system sends an event twice, in two messages.
    SentTwice = "event sent twice",
    /// The queue delivers a message that is being handled, or that was done.
    Redelivered = "message delivered again",
    Reordered = "messages out of order",
    Delayed = "message delayed",
    /// The queue never hears what became of a batch.
    BatchAnswerLost = "batch's answer lost",
    /// Some of a batch are done and some are not.
    PartialBatch = "partial batch",
    /// An event that can never be applied.
    Poison = "poison message",
    /// Handling panics once.
    Panic = "panic",
    /// A call takes longer than its function may.
    TimedOut = "function timed out",
    CrashBeforeEffect = "crash before the effect",
    CrashAfterEffect = "crash after the effect",
    CrashBeforeRecord = "crash before the record",
    CrashAfterRecord = "crash after the record",
    /// The data set's store does nothing.
    StoreFails = "store fails",
    /// It does, and the answer is lost.
    StoreAnswerLost = "store's answer lost",
    ParkingFails = "parking fails",
    ParkingAnswerLost = "parking's answer lost",
    /// Messages cannot be put off: they come when the queue's own time is over.
    PuttingOffFails = "putting off fails",
    LedgerFails = "ledger fails",
    LedgerAnswerLost = "ledger's answer lost",
    /// The ERP says 429 for a time, and to everybody.
    TooManyRequests = "ERP: burst of 429",
    /// The ERP says 500 for a time; whether it has done what it was asked nobody knows.
    ServerErrors = "ERP: burst of 500",
    RequestLost = "ERP: request lost",
    AnswerLost = "ERP: answer lost",
    /// A request is done long after everybody has stopped waiting.
    LateCommit = "ERP: late commit",
    /// An environment's clock is wrong.
    ClockSkew = "clock skew",
    /// An environment stands still between the lease and the check.
    PauseBeforeCheck = "pause before the check",
    /// An environment stands still between check and sending, no longer than the margin.
    PauseAfterCheck = "pause between check and sending",
    /// The breaker turns a record away.
    BreakerOpen = "breaker open",
}

/// How often each fault strikes where it can, in a thousand, and until when.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rates {
    rates: [i64; Fault::ALL.len()],
    pub(crate) until: i64,
}

impl Rates {
    /// Half of the faults, seldom or often: a seed with all of them at once would hide what one of them does.
    pub(crate) fn drawn(chance: &mut Stream) -> Self {
        let mut rates = Self {
            until: (20 + i64::from(chance.below(70))) * MINUTE,
            ..Self::default()
        };
        for rate in &mut rates.rates {
            *rate = match chance.below(6) {
                0..3 => 0,
                3 => 10,
                4 => 40,
                _ => 120,
            };
        }
        rates
    }

    pub(crate) const fn of(&self, fault: Fault) -> i64 {
        self.rates[fault as usize]
    }
}
