//! A small ERP in memory, with a fault at a time.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use contracts::canonical::{Event, Reason, Rejection};
use domain::Timestamp;
use effects::{Capability, Found, Request, Timing, Verdict, Wish};
use erp::{Effect, Erp, NotNow, NotReady, Reply, apply};
use jiff::SignedDuration;
use ledger::{Document, Ledger};
use serde_json::json;

pub(crate) const TIMING: Timing = Timing {
    client_timeout: SignedDuration::from_secs(20),
    system_limit: SignedDuration::from_secs(30),
    margin: SignedDuration::from_secs(10),
};

/// What happens to the next question or request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is done, and nobody hears of it.
    AnswerLost,
    /// Nobody hears of it, and it is done later.
    Late,
    /// It never arrives.
    Lost,
    /// The ERP says so.
    Says(NotNow),
    /// The search fails.
    SearchFails(NotNow),
    /// There is no connection.
    NoConnection(NotNow),
    /// The ERP refuses it.
    Refuses,
    /// It names a vendor that the ERP does not know.
    UnknownVendor,
    /// The search takes longer than the lease leaves.
    SlowSearch,
    /// Connecting takes longer than the lease leaves.
    SlowConnection,
    /// The ERP takes longer than it says it ever does, longer than the lease.
    Slow,
}

#[derive(Debug, Clone)]
struct Held {
    reference: String,
    document: Document,
    version: u64,
    cancelled: bool,
}

pub(crate) struct Books {
    capability: Capability,
    time: Arc<AtomicI64>,
    held: Mutex<Vec<Held>>,
    /// Requests that are done when their time comes.
    under_way: Mutex<Vec<(Timestamp, Request<Document>, Effect)>>,
    fault: Mutex<Option<Fault>>,
    reply: Mutex<Option<Reply>>,
    requests: AtomicU32,
}

impl Books {
    pub(crate) fn meets(&self, fault: Fault) {
        *self.fault.lock().unwrap() = Some(fault);
    }

    pub(crate) fn always(&self, reply: Reply) {
        *self.reply.lock().unwrap() = Some(reply);
    }

    pub(crate) fn requests(&self) -> u32 {
        self.requests.load(Ordering::SeqCst)
    }

    /// The documents: version and whether cancelled.
    pub(crate) fn held(&self) -> Vec<(u64, bool)> {
        self.catch_up();
        let held = self.held.lock().unwrap();
        held.iter()
            .map(|one| (one.version, one.cancelled))
            .collect()
    }

    pub(crate) fn make_by_hand(&self, effect: &Effect) {
        let mut held = self.held.lock().unwrap();
        let document = Document(format!("{}/{}", effect.reference, held.len() + 1));
        held.push(Held {
            reference: effect.reference.clone(),
            document,
            version: effect.version,
            cancelled: false,
        });
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.time.load(Ordering::SeqCst)).unwrap()
    }

    fn pass(&self, time: SignedDuration) {
        self.time.fetch_add(time.as_secs(), Ordering::SeqCst);
    }

    /// The fault, if it is one of these.
    fn met(&self, of: impl Fn(Fault) -> bool) -> Option<Fault> {
        self.fault.lock().unwrap().take_if(|fault| of(*fault))
    }

    /// Does what was under way and is due.
    fn catch_up(&self) {
        let now = self.now();
        let mut under_way = self.under_way.lock().unwrap();
        let due: Vec<_> = under_way.extract_if(.., |(due, ..)| *due <= now).collect();
        for (_, request, effect) in due {
            self.done(request, &effect);
        }
    }

    fn done(&self, request: Request<Document>, effect: &Effect) -> Reply {
        let mut held = self.held.lock().unwrap();
        let there = held.iter().find(|one| one.reference == effect.reference);
        match (request, there) {
            (Request::Make, Some(there)) if self.capability == Capability::Unique => {
                Reply::Exists(there.document.clone())
            }
            (Request::Make, _) => {
                drop(held);
                self.make_by_hand(effect);
                Reply::Done(self.held.lock().unwrap().last().unwrap().document.clone())
            }
            (Request::Change(document) | Request::Cancel(document), _) => {
                let one = held
                    .iter_mut()
                    .find(|one| one.document == document)
                    .unwrap();
                one.version = effect.version;
                one.cancelled = effect.wish == Wish::Cancelled;
                Reply::Done(document)
            }
        }
    }
}

impl Erp for Books {
    type Prepared = (Request<Document>, Effect);

    fn capability(&self, _: &Effect) -> Capability {
        self.capability
    }

    fn timing(&self) -> Timing {
        TIMING
    }

    async fn search(&self, effect: &Effect) -> Result<Found<Document>, NotReady> {
        self.catch_up();
        match self.met(|fault| matches!(fault, Fault::SlowSearch | Fault::SearchFails(_))) {
            Some(Fault::SearchFails(not_now)) => return Err(NotReady::NotNow(not_now)),
            Some(_) => self.pass(TIMING.reach() + SignedDuration::from_secs(1)),
            None => {}
        }
        let held = self.held.lock().unwrap();
        let mut found = held.iter().filter(|one| one.reference == effect.reference);
        Ok(match (found.next(), found.next()) {
            (None, _) => Found::Nothing,
            (Some(one), None) => Found::One(one.document.clone()),
            (Some(_), Some(_)) => Found::Several,
        })
    }

    async fn ready(
        &self,
        request: Request<Document>,
        effect: &Effect,
    ) -> Result<Self::Prepared, NotReady> {
        let of = |fault| {
            matches!(
                fault,
                Fault::SlowConnection | Fault::NoConnection(_) | Fault::UnknownVendor
            )
        };
        match self.met(of) {
            Some(Fault::NoConnection(not_now)) => return Err(NotReady::NotNow(not_now)),
            Some(Fault::UnknownVendor) => return Err(NotReady::Refused(unknown_vendor())),
            Some(_) => self.pass(TIMING.reach() + SignedDuration::from_secs(1)),
            None => {}
        }
        Ok((request, effect.clone()))
    }

    async fn send(&self, (request, effect): Self::Prepared) -> Reply {
        let effect = &effect;
        self.requests.fetch_add(1, Ordering::SeqCst);
        self.catch_up();
        if let Some(reply) = self.reply.lock().unwrap().clone() {
            return reply;
        }
        match self.met(|_| true) {
            Some(Fault::AnswerLost) => {
                self.done(request, effect);
                Reply::Silence
            }
            Some(Fault::Late) => {
                let due = self.now() + TIMING.client_timeout + TIMING.system_limit;
                self.pass(TIMING.client_timeout);
                let mut under_way = self.under_way.lock().unwrap();
                under_way.push((due, request, effect.clone()));
                Reply::Silence
            }
            Some(Fault::Lost) => Reply::Silence,
            Some(Fault::Says(not_now)) => Reply::NotNow(not_now),
            Some(Fault::Refuses) => Reply::Refused(Rejection::new(
                Reason::Refused,
                "the period is closed",
                "open it",
            )),
            Some(Fault::Slow) => {
                self.pass(TIMING.lease());
                tokio::task::yield_now().await;
                self.done(request, effect)
            }
            _ => self.done(request, effect),
        }
    }
}

/// The ERP, a ledger and a clock.
pub(crate) struct World {
    pub(crate) books: Books,
    pub(crate) ledger: ledger::Memory,
    attempts: AtomicU32,
}

impl World {
    pub(crate) fn new(capability: Capability) -> Self {
        let start: Timestamp = "2026-11-16T08:00:00Z".parse().unwrap();
        Self {
            books: Books {
                capability,
                time: Arc::new(AtomicI64::new(start.as_second())),
                held: Mutex::default(),
                under_way: Mutex::default(),
                fault: Mutex::default(),
                reply: Mutex::default(),
                requests: AtomicU32::default(),
            },
            ledger: ledger::Memory::default(),
            attempts: AtomicU32::default(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.books.now()
    }

    pub(crate) fn pass(&self, time: SignedDuration) {
        self.books.pass(time);
    }

    pub(crate) async fn apply(&self, effect: &Effect) -> Verdict {
        self.apply_with(&self.ledger, effect).await
    }

    pub(crate) async fn apply_with(&self, ledger: &impl Ledger, effect: &Effect) -> Verdict {
        let time = Arc::clone(&self.books.time);
        let clock = move || Timestamp::from_second(time.load(Ordering::SeqCst)).unwrap();
        let attempt = self.attempts.fetch_add(1, Ordering::SeqCst);
        let attempt = format!("attempt-{attempt}");
        apply(effect, "erp-inject", &attempt, ledger, &self.books, &clock).await
    }
}

/// What is said of a vendor that the ERP does not know.
pub(crate) fn unknown_vendor() -> Rejection {
    let message = "the ERP has no vendor `V9`";
    Rejection::new(Reason::UnknownItem, message, "make it there")
}

/// What an event of this version is to do.
pub(crate) fn effect(version: u64, wish: Wish) -> Effect {
    let event = json!({
        "specversion": "1.0", "id": format!("e-{version}"), "source": "/warehouse/north",
        "type": "larder.stock.adjusted.v1", "subject": "stock/S1/P1", "time": "2026-11-16T08:00:00Z",
        "data": {
            "site": "S1", "product": "P1", "adjusted_at": "2026-11-16T07:59:00Z", "quantity": "-3.5", "uom": "KGM",
            "reason": "damaged",
        },
    });
    Effect {
        key: "PO-1".to_owned(),
        reference: "PO-1".to_owned(),
        version,
        wish,
        event: Event::parse(&event.to_string()).unwrap(),
    }
}
