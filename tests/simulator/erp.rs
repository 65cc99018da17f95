//! An ERP: it makes, changes and cancels purchase orders, now, late or never, and does not always say so.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use contracts::canonical::{Reason, Rejection};
use effects::{Capability, Found, Request, Timing};
use erp::{Effect, Erp, NotNow, NotReady, Reply};
use jiff::SignedDuration;
use ledger::Document;

use crate::faults::Fault;
use crate::world::{MINUTE, SECOND, World};

pub(crate) const TIMING: Timing = Timing {
    client_timeout: SignedDuration::from_secs(20),
    system_limit: SignedDuration::from_secs(30),
    margin: SignedDuration::from_secs(10),
};

/// Of the margin: what a clock may be wrong by, so that two differ by twice that, and the pause between check and sending.
pub(crate) const SKEW: i64 = 3 * SECOND;
const PAUSE: i64 = 3_500;

const PATIENCE: i64 = 20 * SECOND;
const REACH: i64 = 50 * SECOND;

/// What the ERP refuses begins so.
pub(crate) const REFUSED: &str = "PO-REFUSED";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) reference: String,
    pub(crate) version: u64,
    pub(crate) cancelled: bool,
}

#[derive(Debug, Default)]
struct Held {
    /// By document, the number in its name being the place.
    orders: Vec<Order>,
    under_way: BTreeMap<(i64, u64), (Request<Document>, Effect)>,
    replies: BTreeMap<u64, Reply>,
    requests: u64,
}

/// The ERP; clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Books {
    world: Arc<World>,
    capability: Capability,
    /// When it says 429, and when 500.
    bursts: Vec<(i64, i64, Fault)>,
    held: Arc<Mutex<Held>>,
}

impl Books {
    pub(crate) fn new(world: &Arc<World>, capability: Capability) -> Self {
        let kinds = [Fault::TooManyRequests, Fault::ServerErrors];
        let begin = |fault| {
            let from = world.below(40 * MINUTE);
            (from, from + world.below(10 * MINUTE), fault)
        };
        let bursts = if world.calm_from() > 0 {
            kinds
                .into_iter()
                .filter(|_| world.happens(300))
                .map(begin)
                .collect()
        } else {
            Vec::new()
        };
        Self {
            world: Arc::clone(world),
            capability,
            bursts,
            held: Arc::default(),
        }
    }

    /// All documents.
    pub(crate) fn orders(&self) -> Vec<Order> {
        self.held.lock().unwrap().orders.clone()
    }

    /// When the next request is done that is under way.
    pub(crate) fn next(&self) -> Option<i64> {
        let held = self.held.lock().unwrap();
        held.under_way.keys().next().map(|(due, _)| *due)
    }

    /// Does what is due.
    pub(crate) fn catch_up(&self) {
        let now = self.world.now();
        let mut held = self.held.lock().unwrap();
        while let Some(first) = held.under_way.first_entry() {
            if first.key().0 > now {
                break;
            }
            let ((_, number), (request, effect)) = first.remove_entry();
            let reply = held.done(&request, &effect, self.capability);
            self.world.tell(|| {
                format!(
                    "ERP: {} version {}: {request:?}: {reply:?}",
                    effect.reference, effect.version
                )
            });
            held.replies.insert(number, reply);
        }
    }

    fn arrives(&self, request: Request<Document>, effect: &Effect, after: i64) -> u64 {
        let mut held = self.held.lock().unwrap();
        held.requests += 1;
        let number = held.requests;
        let due = self.world.now() + after;
        held.under_way
            .insert((due, number), (request, effect.clone()));
        number
    }

    fn bursts(&self, fault: Fault) -> bool {
        let now = self.world.now();
        let is = |&(from, to, of): &(i64, i64, Fault)| of == fault && (from..to).contains(&now);
        let bursts = self.bursts.iter().any(is) && self.world.happens(800);
        if bursts {
            self.world.count(fault);
        }
        bursts
    }

    /// Whether it is reached; a burst of 500 does nothing to whoever only reads.
    async fn reached(&self) -> Result<(), NotReady> {
        self.world.pass(20 + self.world.below(2 * SECOND)).await;
        if self.world.is_out() || self.bursts(Fault::ServerErrors) {
            return Err(NotReady::NotNow(NotNow::default()));
        }
        if self.bursts(Fault::TooManyRequests) {
            let after = SignedDuration::from_secs(self.world.below(60));
            return Err(NotReady::NotNow(NotNow { after: Some(after) }));
        }
        Ok(())
    }

    async fn stands_still(&self) {
        if self.world.strikes(Fault::PauseBeforeCheck) {
            let pause = 60 * SECOND + self.world.below(80 * SECOND);
            self.world.pass(pause).await;
        }
    }
}

impl Held {
    fn done(
        &mut self,
        request: &Request<Document>,
        effect: &Effect,
        capability: Capability,
    ) -> Reply {
        let same = |order: &Order| order.reference == effect.reference;
        match request {
            Request::Make => {
                let there = self.orders.iter().position(same);
                if let (Capability::Unique, Some(at)) = (capability, there) {
                    return Reply::Exists(Document(at.to_string()));
                }
                self.orders.push(Order {
                    reference: effect.reference.clone(),
                    version: effect.version,
                    cancelled: false,
                });
                Reply::Done(Document((self.orders.len() - 1).to_string()))
            }
            Request::Change(document) | Request::Cancel(document) => {
                let at: usize = document.0.parse().unwrap();
                self.orders[at].version = effect.version;
                self.orders[at].cancelled = matches!(request, Request::Cancel(_));
                Reply::Done(document.clone())
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
        self.reached().await?;
        let found = {
            let held = self.held.lock().unwrap();
            let of = |(_, order): &(usize, &Order)| order.reference == effect.reference;
            let mut there = held.orders.iter().enumerate().filter(of);
            match (there.next(), there.next()) {
                (None, _) => Found::Nothing,
                (Some((at, _)), None) => Found::One(Document(at.to_string())),
                (Some(_), Some(_)) => Found::Several,
            }
        };
        self.world
            .tell(|| format!("{}: search: {found:?}", effect.reference));
        self.stands_still().await;
        Ok(found)
    }

    async fn ready(
        &self,
        request: Request<Document>,
        effect: &Effect,
    ) -> Result<Self::Prepared, NotReady> {
        self.stands_still().await;
        self.world.pass(self.world.below(100)).await;
        if self.world.is_out() {
            return Err(NotReady::NotNow(NotNow::default()));
        }
        Ok((request, effect.clone()))
    }

    async fn send(&self, (request, effect): Self::Prepared) -> Reply {
        let effect = &effect;
        if self.world.strikes(Fault::PauseAfterCheck) {
            self.world.pass(self.world.below(PAUSE)).await;
        }
        if self.world.strikes(Fault::CrashBeforeEffect) {
            self.world.die().await;
        }
        self.world.tell(|| {
            format!(
                "{} version {}: sent: {request:?}",
                effect.reference, effect.version
            )
        });
        if self.world.is_out() || self.bursts(Fault::TooManyRequests) {
            self.world.pass(self.world.below(SECOND)).await;
            return Reply::NotNow(NotNow::default());
        }
        if effect.reference.starts_with(REFUSED) {
            let rejection =
                Rejection::new(Reason::Refused, "the vendor is closed", "choose another");
            return Reply::Refused(rejection);
        }
        if self.bursts(Fault::ServerErrors) {
            if self.world.happens(500) {
                self.arrives(request, effect, self.world.below(REACH));
            }
            self.world.pass(self.world.below(SECOND)).await;
            return Reply::Silence;
        }
        if self.world.strikes(Fault::RequestLost) {
            self.world.pass(PATIENCE).await;
            return Reply::Silence;
        }
        let takes = if self.world.strikes(Fault::LateCommit) {
            PATIENCE + self.world.below(REACH - PATIENCE)
        } else {
            50 + self.world.below(2 * SECOND)
        };
        let number = self.arrives(request, effect, takes);
        if self.world.strikes(Fault::CrashAfterEffect) {
            self.world.die().await;
        }
        if takes >= PATIENCE || self.world.strikes(Fault::AnswerLost) {
            self.world.pass(PATIENCE).await;
            return Reply::Silence;
        }
        self.world.pass(takes).await;
        let reply = self.held.lock().unwrap().replies.remove(&number);
        reply.unwrap_or(Reply::Silence)
    }
}
