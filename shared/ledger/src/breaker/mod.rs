//! A breaker spares a system that does not serve: after some failures in a row nothing is sent for a while, then one
//! canary, and everything again when that one has got through.
//!
//! Its state is shared by all environments of a function, kept by [`States`] and moved only by compare-and-set; the
//! rules are [`State`]'s and know no store.

mod state;

use std::future::Future;

use domain::Timestamp;

pub use state::{Admission, Health, Policy, State};

use crate::LedgerError;

/// How often a move is tried again that somebody else has forestalled.
const TRIES: u32 = 8;

/// A breaker's state as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// The state; closed where nothing has ever been kept.
    pub state: State,
    /// Rises with every move; 0 where nothing has ever been kept.
    pub revision: u64,
}

/// Keeps the states of breakers.
pub trait States: Send + Sync {
    /// A breaker's state.
    ///
    /// # Errors
    /// Why it could not be read.
    fn read(&self, name: &str) -> impl Future<Output = Result<Kept, LedgerError>> + Send;

    /// Moves a breaker to this state if it is as it was read; `false` when somebody else was first.
    ///
    /// # Errors
    /// Why it could not be written; it may be all the same.
    fn swap(
        &self,
        name: &str,
        revision: u64,
        state: &State,
    ) -> impl Future<Output = Result<bool, LedgerError>> + Send;
}

impl<S: States> States for &S {
    async fn read(&self, name: &str) -> Result<Kept, LedgerError> {
        (**self).read(name).await
    }

    async fn swap(&self, name: &str, revision: u64, state: &State) -> Result<bool, LedgerError> {
        (**self).swap(name, revision, state).await
    }
}

/// Lets records through to a system, or not.
pub trait Gate: Send + Sync {
    /// Whether `who` may send something now.
    ///
    /// # Errors
    /// Why the state is not known.
    fn admit(
        &self,
        name: &str,
        who: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<Admission, LedgerError>> + Send;

    /// Tells how it went, and whether `who` may send something more.
    ///
    /// # Errors
    /// Why it could not be told.
    fn tell(
        &self,
        name: &str,
        who: &str,
        health: Health,
        now: Timestamp,
    ) -> impl Future<Output = Result<Admission, LedgerError>> + Send;
}

/// A gate that is always open, for what sends nothing to another system.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unguarded;

impl Gate for Unguarded {
    async fn admit(&self, _: &str, _: &str, _: Timestamp) -> Result<Admission, LedgerError> {
        Ok(Admission::Go { failures: 0 })
    }

    async fn tell(
        &self,
        _: &str,
        _: &str,
        _: Health,
        _: Timestamp,
    ) -> Result<Admission, LedgerError> {
        Ok(Admission::Go { failures: 0 })
    }
}

/// A breaker over kept states.
#[derive(Debug, Clone)]
pub struct Breaker<S> {
    states: S,
    policy: Policy,
}

impl<S: States> Breaker<S> {
    /// A breaker of this policy.
    pub const fn new(states: S, policy: Policy) -> Self {
        Self { states, policy }
    }

    async fn moved(
        &self,
        name: &str,
        to: impl Fn(&State) -> (State, Admission) + Send,
    ) -> Result<Admission, LedgerError> {
        for _ in 0..TRIES {
            let kept = self.states.read(name).await?;
            let (state, admission) = to(&kept.state);
            if state == kept.state || self.states.swap(name, kept.revision, &state).await? {
                return Ok(admission);
            }
        }
        Err(LedgerError::Unavailable {
            place: name.to_owned(),
            reason: format!("others were first {TRIES} times"),
        })
    }
}

impl<S: States> Gate for Breaker<S> {
    async fn admit(&self, name: &str, who: &str, now: Timestamp) -> Result<Admission, LedgerError> {
        self.moved(name, |state| state.admit(&self.policy, who, now))
            .await
    }

    async fn tell(
        &self,
        name: &str,
        who: &str,
        health: Health,
        now: Timestamp,
    ) -> Result<Admission, LedgerError> {
        let to = |state: &State| {
            let next = state.told(&self.policy, who, health, now);
            let admission = next.admission(who, now);
            (next, admission)
        };
        self.moved(name, to).await
    }
}
