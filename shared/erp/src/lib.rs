//! Effects on the ERP, each made once whatever fails, behind a port that any ERP can stand behind.
//!
//! An [`Erp`] says what it offers and how long its requests can be on their way; [`apply`] drives
//! [`effects::Attempt`] with it, the ledger and a clock, and says what became of the event.

mod apply;

use std::future::Future;

use contracts::canonical::{Event, Rejection};
use domain::Timestamp;
use effects::{Capability, Found, Request, Timing, Wish};
use jiff::SignedDuration;
use ledger::Document;

pub use apply::apply;

/// What time it is.
pub type Clock = dyn Fn() -> Timestamp + Send + Sync;

/// What an event is to do in the ERP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// What both systems call the document.
    pub reference: String,
    /// Rises with each change of it.
    pub version: u64,
    /// Whether it is to stand.
    pub wish: Wish,
    /// The event, which tells the rest.
    pub event: Event,
}

/// The ERP did nothing, and may on another day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotNow {
    /// How long it asks to wait, if it does.
    pub after: Option<SignedDuration>,
}

/// How the ERP answered a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It is done, or was already.
    Done(Document),
    /// It was not done, since a document of that reference is there.
    Exists(Document),
    /// It was not done, and may be on another day.
    NotNow(NotNow),
    /// It was not done and will not be.
    Refused(Rejection),
    /// Nobody knows: no answer came in time, or one that says nothing.
    Silence,
}

/// An ERP.
pub trait Erp: Send + Sync {
    /// What it offers against documents that are made twice, for documents of this kind.
    fn capability(&self, effect: &Effect) -> Capability;

    /// How long its requests can be on their way.
    fn timing(&self) -> Timing;

    /// Looks for documents by reference.
    ///
    /// # Errors
    /// [`NotNow`] when it could not look.
    fn search(
        &self,
        effect: &Effect,
    ) -> impl Future<Output = Result<Found<Document>, NotNow>> + Send;

    /// Opens what sending needs, a connection and a token, so that nothing has to be waited for after the check.
    ///
    /// # Errors
    /// [`NotNow`] when it could not be opened.
    fn ready(&self) -> impl Future<Output = Result<(), NotNow>> + Send;

    /// Sends a request. Nothing happens before it is awaited; then it is sent at once, and never a second time by itself.
    fn send(
        &self,
        request: Request<Document>,
        effect: &Effect,
    ) -> impl Future<Output = Reply> + Send;
}
