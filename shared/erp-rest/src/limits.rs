//! How fast and with how many requests at once the ERP is spoken to.

use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::profile;

/// Keeps to the limits of one of several callers.
#[derive(Debug)]
pub(crate) struct Limits {
    at_once: Arc<Semaphore>,
    rate: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

/// The right to speak, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Limits {
    /// The part of the limits that one of so many callers has.
    pub(crate) fn new(limits: &profile::Limits, callers: NonZeroU32) -> Self {
        let at_once = (limits.concurrency / callers).max(1);
        let period = std::time::Duration::from_secs(1) * callers.get() / limits.per_second.max(1);
        let quota = Quota::with_period(period.max(std::time::Duration::from_nanos(1)));
        let quota = quota.unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN));
        Self {
            at_once: Arc::new(Semaphore::new(at_once as usize)),
            rate: RateLimiter::direct(quota),
            clock: DefaultClock::default(),
        }
    }

    /// Waits for a place among those who speak at once.
    pub(crate) async fn turn(&self) -> Turn {
        Turn {
            // It fails only where it was closed, which nobody does.
            _permit: Arc::clone(&self.at_once).acquire_owned().await.ok(),
        }
    }

    /// Waits until one more request keeps to the rate.
    pub(crate) async fn paced(&self) {
        while let Err(not_until) = self.rate.check() {
            tokio::time::sleep(not_until.wait_time_from(self.clock.now())).await;
        }
    }
}
