//! Effects on the ERP, each made once whatever fails, behind a port that any ERP can stand behind.
//!
//! An [`Erp`] says what it offers and how long its requests can be on their way; [`apply`] drives
//! [`effects::Attempt`] with it, the ledger and a clock, and says what became of the event.
//! [`Records`] reads what it holds.

mod apply;
mod effect;
mod records;

use std::future::Future;

use contracts::canonical::Rejection;
use domain::Timestamp;
use effects::{Capability, Found, Request, Timing};
use jiff::SignedDuration;
use ledger::Document;

pub use apply::apply;
pub use effect::Effect;
pub use records::{Change, Cursor, Page, Records, Standing, Unread, Unreadable};

/// What time it is.
pub type Clock = dyn Fn() -> Timestamp + Send + Sync;

/// The ERP did nothing, and may on another day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotNow {
    /// How long it asks to wait, if it does.
    pub after: Option<SignedDuration>,
}

/// Why nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotReady {
    /// The ERP could not be asked, and may be on another day.
    NotNow(NotNow),
    /// It cannot be asked for, as the ERP lacks what the event names: a vendor, a product.
    Refused(Rejection),
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
///
/// Each of [`search`](Self::search), [`ready`](Self::ready) and [`send`](Self::send) is over within the client's timeout.
pub trait Erp: Send + Sync {
    /// A request that is written out, with everything looked up that it names.
    type Prepared: Send;

    /// What it offers against documents that are made twice, for documents of this kind.
    fn capability(&self, effect: &Effect) -> Capability;

    /// How long its requests can be on their way.
    fn timing(&self) -> Timing;

    /// Looks for documents by reference.
    ///
    /// # Errors
    /// [`NotReady`] when it could not look.
    fn search(
        &self,
        effect: &Effect,
    ) -> impl Future<Output = Result<Found<Document>, NotReady>> + Send;

    /// Looks up what a request needs and writes it out, and opens a connection, so that nothing has to be waited for
    /// after the check. It changes nothing in the ERP.
    ///
    /// # Errors
    /// [`NotReady`] when it could not be written out.
    fn ready(
        &self,
        request: Request<Document>,
        effect: &Effect,
    ) -> impl Future<Output = Result<Self::Prepared, NotReady>> + Send;

    /// Sends a request. Nothing happens before it is awaited; then it is sent at once, and never a second time by itself.
    fn send(&self, prepared: Self::Prepared) -> impl Future<Output = Reply> + Send;
}
