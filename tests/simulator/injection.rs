//! Purchase orders on their way into the ERP under faults: each stands there once, as its last version says.

use std::sync::Arc;

use effects::{Capability, Leased};
use jiff::SignedDuration;
use ledger::breaker::{Breaker, Policy};
use ledger::{Key, Lease, Ledger, Memory};
use serde_json::{Value, json};

use crate::erp::{Books, Order, REFUSED};
use crate::events::envelope;
use crate::fragile::Fragile;
use crate::function::{Answers, Beyond, Environment, Function, Outside, Shape};
use crate::injector::Injector;
use crate::invariants::{self, Violation};
use crate::notes::Notes;
use crate::poison::{self, Bad};
use crate::run::{Run, send, some};
use crate::twins::{Blind, Forgetful, Without};
use crate::world::{SECOND, World, moment, ready};

const NAME: &str = contracts::canonical::Consumer::ErpInject.as_str();

impl Beyond for Books {
    fn next(&self) -> Option<i64> {
        Self::next(self)
    }

    fn catch_up(&self) {
        Self::catch_up(self);
    }
}

/// A purchase order as it was approved or withdrawn.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    reference: String,
    version: u64,
    withdrawn: bool,
    pub(crate) body: String,
}

impl Said {
    pub(crate) fn new(world: &World, reference: &str, version: u64, withdrawn: bool) -> Self {
        let kind = if withdrawn {
            "purchase-order.withdrawn"
        } else {
            "purchase-order.approved"
        };
        let entity = format!("purchase-order/{reference}");
        let about = ("/planning/order-approver", kind, entity.as_str());
        let id = format!("{reference}-{version}");
        Self {
            reference: reference.to_owned(),
            version,
            withdrawn,
            body: envelope(world, about, &id, version, document(reference)),
        }
    }
}

fn document(reference: &str) -> Value {
    json!({
        "reference": reference, "vendor": "V1", "site": "S1", "delivery_date": "2026-11-20",
        "lines": [{"line_no": 1, "product": "P1", "quantity": "12", "uom": "KGM"}],
    })
}

/// The function that brings purchase orders into the ERP, and the ERP.
pub(crate) struct Injection {
    pub(crate) outside: Outside,
    ledger: Arc<Memory>,
    books: Books,
}

impl Injection {
    pub(crate) fn new(world: &Arc<World>, capability: Capability) -> Self {
        Self {
            outside: Outside::new(world),
            ledger: Arc::default(),
            books: Books::new(world, capability),
        }
    }

    /// Works until the queue is empty.
    pub(crate) fn work(&self, shape: Shape, without: Without) -> Result<(), Violation> {
        let world = &self.outside.world;
        let (notes, books) = (Notes::new(world, &self.ledger), &self.books);
        match without {
            Without::Nothing => self.drive(&notes, books, shape, false),
            Without::Ledger => self.drive(&Forgetful(notes), books, shape, false),
            Without::Search => self.drive(&notes, &Blind(books.clone()), shape, false),
            Without::Check => self.drive(&notes, books, shape, true),
        }
    }

    /// `stands`: whether the clock that the check reads stands still from when an attempt begins.
    fn drive<L, E>(&self, ledger: &L, erp: &E, shape: Shape, stands: bool) -> Result<(), Violation>
    where
        L: Ledger + Clone + 'static,
        E: erp::Erp + Clone + 'static,
    {
        let world = &self.outside.world;
        let starts = |skew| -> Environment<_, _> {
            let clock = world.clock(skew);
            let injector = Injector::new(ledger.clone(), erp.clone(), clock, stands);
            let consumer = Fragile {
                world: Arc::clone(world),
                consumer: injector,
            };
            let gate = Breaker::new(Notes::new(world, &self.ledger), Policy::default());
            self.outside.environment(consumer, gate, skew)
        };
        Function {
            outside: &self.outside,
            starts: &starts,
            beyond: &self.books,
            shape,
            timeout: 180 * SECOND,
        }
        .run()
    }

    /// Checks everything once the queue is empty.
    pub(crate) fn check(&self, said: &[Said], bad: &[Bad]) -> Result<(), Violation> {
        invariants::everything_ends(&self.outside)?;
        let orders = self.books.orders();
        for one in said {
            let highest = said.iter().filter(|other| other.reference == one.reference);
            let Some(last) = highest.max_by_key(|other| other.version) else {
                continue;
            };
            let of = |order: &&Order| order.reference == one.reference;
            let there: Vec<_> = orders.iter().filter(of).collect();
            self.one_document(last, &there)?;
            self.nothing_is_lost(one)?;
            highest_version(last, &there)?;
        }
        let parked = invariants::parked(&self.outside);
        invariants::nothing_bad_is_lost(&parked, bad)?;
        invariants::somebody_is_told(&self.outside, |_| false)?;
        invariants::nothing_fine_is_parked(&parked, said.iter().map(|said| &said.body))?;
        invariants::nobody_is_told_bodies(&self.outside)
    }

    /// I1: one document of a reference; none where it was withdrawn before it was made.
    fn one_document(&self, last: &Said, there: &[&Order]) -> Result<(), Violation> {
        let fits = there.len() == 1 || (there.is_empty() && last.withdrawn);
        if fits {
            return Ok(());
        }
        if there.is_empty() {
            self.nothing_is_lost(last)?;
        }
        let what = format!("{} has {} documents", last.reference, there.len());
        Err(Violation::new("I1", what))
    }

    /// I2: the ledger has each event, or a later one of its order.
    fn nothing_is_lost(&self, said: &Said) -> Result<(), Violation> {
        let lease = Lease {
            owner: "check".to_owned(),
            ends: domain::Timestamp::MIN,
        };
        let later = moment(self.outside.world.now()) + SignedDuration::from_hours(24);
        let key = Key::new(NAME, &format!("purchase-order/{}", said.reference));
        let held = match ready(self.ledger.lease(&key, &lease, later)) {
            Ok(Leased::Taken(Some(applied))) => applied.version,
            _ => 0,
        };
        if held >= said.version {
            return Ok(());
        }
        let what = format!(
            "{} is applied up to version {held}: {}",
            said.reference, said.body
        );
        Err(Violation::new("I2", what))
    }
}

/// I4: the document is as the highest version says.
fn highest_version(last: &Said, there: &[&Order]) -> Result<(), Violation> {
    match there {
        [order] if (order.version, order.cancelled) != (last.version, last.withdrawn) => {
            let what = format!("{order:?}, and version {} came", last.version);
            Err(Violation::new("I4", what))
        }
        _ => Ok(()),
    }
}

/// A seed: some orders, each approved, changed and withdrawn, and some events that are bad.
pub(crate) fn run(seed: u64, without: Without, answers: Answers, told: bool) -> Run {
    let world = World::of_seed(seed, NAME, told);
    let capability = if without == Without::Nothing && world.happens(300) {
        Capability::Unique
    } else {
        Capability::Search
    };
    let injection = Injection::new(&world, capability);
    let orders = 5 + world.below(20);
    let said: Vec<_> = (0..48)
        .map(|at| {
            let (order, version) = (at % orders, 1 + (at / orders).unsigned_abs());
            let withdrawn = world.happens(200);
            Said::new(&world, &format!("PO-{order}"), version, withdrawn)
        })
        .collect();
    let mut bad = poison::all(&world, 1);
    let about = (
        "/planning/order-approver",
        "purchase-order.approved",
        "purchase-order/PO-X",
    );
    bad.push(poison::panics(&world, 1, about, document("PO-X")));
    bad.push(Bad {
        body: Said::new(&world, REFUSED, 1, false).body,
        reason: contracts::canonical::Reason::Refused,
    });
    let bad = some(&world, bad);
    let bodies: Vec<_> = said.iter().map(|said| said.body.clone()).collect();
    send(&injection.outside, &bodies, &bad);
    let shape = Shape {
        workers: 1 + world.below(4) as usize,
        batch: 1 + world.below(5) as usize,
        answers,
    };
    let worked = injection.work(shape, without);
    let kept = worked.and_then(|()| injection.check(&said, &bad));
    Run::of(&injection.outside, kept)
}
