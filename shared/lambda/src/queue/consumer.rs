use std::future::Future;

use contracts::canonical::Event;
use domain::Timestamp;
use effects::Verdict;
use jiff::SignedDuration;

/// Where an event stands while it is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The name of this attempt, never used again.
    pub attempt: String,
    /// How often the message has been delivered, this time included.
    pub receives: u32,
    /// When the invocation is ended from outside.
    pub deadline: Timestamp,
}

/// How far an event is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<K> {
    /// As far as it will be.
    Settled(Verdict),
    /// It is fine, and takes effect with all that are kept when the batch is closed.
    Kept(K),
}

/// Applies events to something.
pub trait Consumer: Send + Sync {
    /// What is kept of an event until the batch is closed; [`Infallible`](std::convert::Infallible) where every event
    /// is settled by itself.
    type Kept: Send + Sync;

    /// Its name in logs, metrics, the ledger and below `parked/`: letters, digits and `-`.
    fn name(&self) -> &str;

    /// How long one event may take at worst, and closing as well where there is anything to close.
    fn worst_case(&self) -> SignedDuration;

    /// Applies one event, or keeps it. What can be wrong with it must be found here.
    fn apply(
        &self,
        event: &Event,
        context: &Context,
    ) -> impl Future<Output = Step<Self::Kept>> + Send;

    /// Has all that were kept take effect at once; the verdict is for each of them. Called again with one at a time
    /// where they cannot be closed together, so it must not matter whether they were closed before.
    fn close(&self, kept: &[&Self::Kept]) -> impl Future<Output = Verdict> + Send {
        let _ = kept;
        async { Verdict::Applied }
    }
}
