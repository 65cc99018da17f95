use std::sync::{Mutex, MutexGuard, PoisonError};

use artifacts::Store;
use contracts::canonical::{Event, Reason, Rejection};
use dataset::changes::Batch;
use domain::Timestamp;
use intake::{Change, Rows};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use lambda::queue::{Cause, Clock, Consumer, Context, Step, Verdict};
use messaging::{SendError, Starter};

use crate::known::Known;
use crate::replan::Replan;

/// Deliveries of an event before a product or a site that nobody knows is taken for a mistake: what names it may be
/// faster than what tells of it.
pub const PATIENCE: u32 = 3;

/// What is known is not read again within this time, whatever events name.
const FRESH: SignedDuration = SignedDuration::from_secs(20);

/// Takes events into the planning data set in a store.
pub struct PlanningSync<S, P> {
    data: S,
    replan: Option<Replan<P>>,
    clock: Box<Clock>,
    /// What the data set knows: read by the first event, and again where one names what is not in it.
    known: Mutex<Option<Known>>,
}

impl<S, P> std::fmt::Debug for PlanningSync<S, P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlanningSync").finish_non_exhaustive()
    }
}

/// What stock is judged by is not older than this, so that what others have written is in it.
const CURRENT: SignedDuration = SignedDuration::from_mins(10);

/// An event's rows, as they will stand in the change log, and whether they ask for a new plan.
#[derive(Debug)]
pub struct Taken {
    change: Change,
    lines: Batch,
    asks_for_a_plan: bool,
}

impl<S: Store, P: Starter> PlanningSync<S, P> {
    /// Keeps the change log of this data set, and starts plans where that is wanted.
    pub fn new(
        data: S,
        replan: Option<Replan<P>>,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        Self {
            data,
            replan,
            clock: Box::new(clock),
            known: Mutex::new(None),
        }
    }

    /// The store of the data set.
    pub const fn data(&self) -> &S {
        &self.data
    }

    /// What starts plans, where that is wanted.
    pub const fn replan(&self) -> Option<&Replan<P>> {
        self.replan.as_ref()
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether plans are started by changes of stock.
    fn judges_stock(&self) -> bool {
        let replan = self.replan.as_ref();
        replan.is_some_and(|replan| replan.rule.asks())
    }

    /// Reads what is known, unless it has been read within a time.
    async fn refresh(&self, within: SignedDuration) -> Result<(), Verdict> {
        let now = (self.clock)();
        let fresh = |known: &Known| now.duration_since(known.read_at) < within;
        if self.known().as_ref().is_some_and(fresh) {
            return Ok(());
        }
        match Known::read(&self.data, self.judges_stock(), now).await {
            Ok(known) => {
                *self.known() = Some(known);
                Ok(())
            }
            Err(error) => {
                tracing::error!("what the planning data set knows cannot be read: {error}");
                Err(Verdict::retry(Cause::Own))
            }
        }
    }

    /// An event's rows by what is known now; `None` while nothing is.
    fn taken(&self, event: &Event) -> Option<Result<Option<Taken>, Rejection>> {
        let mut held = self.known();
        let known = held.as_mut()?;
        let change = match intake::change(event, &known.catalogue) {
            Ok(Some(change)) => change,
            Ok(None) => return Some(Ok(None)),
            Err(rejection) => return Some(Err(rejection)),
        };
        // What cannot be written must be found before the batch is.
        let mut lines = Batch::default();
        if let Err(rejection) = change.put(&mut lines) {
            return Some(Err(rejection));
        }
        let asks = |replan: &Replan<P>| change.asks_for_a_plan(&replan.rule, &known.levels);
        let asks_for_a_plan = self.replan.as_ref().is_some_and(asks);
        if let Rows::Product(product) = &change.rows
            && !known.catalogue.learn(product)
        {
            // Its unit has changed, or an old event of it has come late: the log will tell.
            *held = None;
        }
        Some(Ok(Some(Taken {
            change,
            lines,
            asks_for_a_plan,
        })))
    }

    async fn write(&self, batch: &Batch) -> Result<(), Verdict> {
        let own = |error: &dyn std::error::Error| {
            tracing::error!("changes cannot be written: {error}");
            Verdict::retry(Cause::Own)
        };
        let day = (self.clock)().to_zoned(TimeZone::UTC).date();
        for object in batch.objects(day).map_err(|error| own(&error))? {
            let written = self.data.create(&object.key, &object.bytes).await;
            written.map_err(|error| own(&error))?;
        }
        Ok(())
    }

    /// A plan that cannot be started for good must not keep back what is in the log already.
    async fn start(&self) -> Result<(), Verdict> {
        let Some(replan) = &self.replan else {
            return Ok(());
        };
        match replan.start((self.clock)()).await {
            Ok(()) => Ok(()),
            Err(SendError::Refused(why)) => {
                tracing::error!("a plan cannot be started, and nobody tries again: {why}");
                Ok(())
            }
            Err(SendError::NotTaken(why) | SendError::NoAnswer(why)) => {
                tracing::warn!("a plan could not be started: {why}");
                Err(Verdict::retry(Cause::Own))
            }
        }
    }
}

impl<S: Store, P: Starter> Consumer for PlanningSync<S, P> {
    type Kept = Taken;

    fn name(&self) -> &str {
        contracts::canonical::Consumer::PlanningSync.as_str()
    }

    fn worst_case(&self) -> SignedDuration {
        SignedDuration::from_secs(20)
    }

    async fn apply(&self, event: &Event, context: &Context) -> Step<Taken> {
        if self.judges_stock()
            && let Err(verdict) = self.refresh(CURRENT).await
        {
            return Step::Settled(verdict);
        }
        let mut taken = self.taken(event);
        let unknown = |taken: &Option<Result<_, Rejection>>| match taken {
            None => true,
            Some(Err(rejection)) => rejection.reason == Reason::UnknownItem,
            Some(Ok(_)) => false,
        };
        if unknown(&taken) {
            if let Err(verdict) = self.refresh(FRESH).await {
                return Step::Settled(verdict);
            }
            taken = self.taken(event);
        }
        let patient = unknown(&taken) && context.receives < PATIENCE;
        match taken {
            Some(Ok(Some(taken))) => Step::Kept(taken),
            Some(Ok(None)) => Step::Settled(Verdict::Applied),
            Some(Err(rejection)) if !patient => Step::Settled(Verdict::Parked(rejection)),
            Some(Err(_)) | None => Step::Settled(Verdict::retry(Cause::Own)),
        }
    }

    async fn close(&self, kept: &[&Taken]) -> Verdict {
        let mut batch = Batch::default();
        for taken in kept {
            batch.join(&taken.lines);
        }
        if let Err(verdict) = self.write(&batch).await {
            return verdict;
        }
        if kept.iter().any(|taken| taken.asks_for_a_plan)
            && let Err(verdict) = self.start().await
        {
            return verdict;
        }
        // Not before the plan is started: an event that comes again must ask for it again.
        if let Some(known) = self.known().as_mut() {
            for taken in kept {
                taken.change.remember(&mut known.levels);
            }
        }
        // Whether the log has said so before is not asked: that would be to read it. Applied is that it stands there.
        Verdict::Applied
    }
}
