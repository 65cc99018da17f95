//! Starting a new plan when something changes that cannot wait for the next one.

use domain::Timestamp;
use intake::{StockRule, window};
use jiff::SignedDuration;
use messaging::{AnyStarter, NotBuilt, SendError, Starter};

/// A setting that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// There is no window.
    #[error("plans are started at most once in {0} minutes: give 1 to 1440")]
    Window(u32),
    /// Nothing here can start it.
    #[error("{0}")]
    NotBuilt(#[from] NotBuilt),
}

/// Starts a plan where a menu, a cap or much stock has changed, at most once in a window.
///
/// The first change in a window starts it. What changes later in that window waits for the next one's first change, or
/// for the plan that is due anyway.
#[derive(Debug)]
pub struct Replan<P> {
    starter: P,
    pub(crate) rule: StockRule,
    window: SignedDuration,
}

impl Replan<AnyStarter> {
    /// Connects to what starts plans; `None` for an empty place, which is off.
    ///
    /// # Errors
    /// [`SettingError`] when a setting cannot be used.
    pub async fn connect(
        place: &str,
        rule: StockRule,
        minutes: u32,
    ) -> Result<Option<Self>, SettingError> {
        match AnyStarter::connect(place).await? {
            Some(starter) => Self::new(starter, rule, minutes).map(Some),
            None => Ok(None),
        }
    }
}

impl<P: Starter> Replan<P> {
    /// Starts plans by this, at most once in so many minutes.
    ///
    /// # Errors
    /// [`SettingError::Window`].
    pub fn new(starter: P, rule: StockRule, minutes: u32) -> Result<Self, SettingError> {
        if !(1..=1_440).contains(&minutes) {
            return Err(SettingError::Window(minutes));
        }
        Ok(Self {
            starter,
            rule,
            window: SignedDuration::from_mins(minutes.into()),
        })
    }

    /// What starts plans.
    pub const fn starter(&self) -> &P {
        &self.starter
    }

    /// Starts the window's plan, if it is not started yet.
    pub(crate) async fn start(&self, now: Timestamp) -> Result<(), SendError> {
        let begun = window(now, self.window).strftime("%Y%m%dT%H%M%SZ");
        let started = self.starter.start(&format!("replan-{begun}"), "{}").await?;
        tracing::info!(?started, "a change asks for a plan: replan-{begun}");
        Ok(())
    }
}
