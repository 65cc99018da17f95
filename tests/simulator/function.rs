//! Environments of a function that take batches from a queue, die, are ended when their time is over, and answer.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use lambda::queue::{Consumer, Delivery, Emf, Invocation, Parking, Ports, serve};
use ledger::breaker::Gate;

use crate::ear::{self, Paper};
use crate::erp::SKEW;
use crate::events::MARK;
use crate::faults::Fault;
use crate::invariants::Violation;
use crate::queue::Queue;
use crate::stores::{Crier, PARKING, Shelf, Spool};
use crate::world::{HOUR, Wake, World, moment};

/// After this everything must have ended.
const END: i64 = 48 * HOUR;

/// What an environment holds.
pub(crate) struct Environment<C, G> {
    consumer: C,
    ports: Ports<Queue, Parking<Shelf, Crier>, G, Emf<Paper>>,
}

/// What queue and parking keep while environments come and go.
#[derive(Clone)]
pub(crate) struct Outside {
    pub(crate) world: Arc<World>,
    pub(crate) queue: Queue,
    pub(crate) parked: Arc<artifacts::Memory>,
    pub(crate) topic: Arc<messaging::Memory>,
}

impl Outside {
    pub(crate) fn new(world: &Arc<World>) -> Self {
        Self {
            world: Arc::clone(world),
            queue: Queue::new(world),
            parked: Arc::default(),
            topic: Arc::default(),
        }
    }

    /// An environment whose clock is wrong by so much.
    pub(crate) fn environment<C, G>(&self, consumer: C, gate: G, skew: i64) -> Environment<C, G> {
        let store = Shelf::new(&self.world, &self.parked, &Spool::default(), PARKING);
        Environment {
            consumer,
            ports: Ports {
                clock: Box::new(self.world.clock(skew)),
                visibility: self.queue.clone(),
                parking: Parking::new(store, Crier::new(&self.world, &self.topic)),
                gate,
                metrics: Emf::new(Paper),
            },
        }
    }
}

/// What the queue is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    /// What the runner says.
    AsSaid,
    /// A mistake: everything is done.
    AllDone,
    /// A mistake: one failure fails the batch.
    AllFailed,
}

/// How many take batches at once, of how many messages at most, and what the queue is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) workers: usize,
    pub(crate) batch: usize,
    pub(crate) answers: Answers,
}

type Serving = Pin<Box<dyn Future<Output = Vec<String>>>>;

struct Call {
    name: String,
    serving: Serving,
    /// Message and receipt of each record.
    batch: Vec<(String, String)>,
    /// What the log says became of the messages.
    outcomes: BTreeMap<String, String>,
    due: i64,
    deadline: i64,
}

struct Slot<C, G> {
    environment: Option<Arc<Environment<C, G>>>,
    call: Option<Call>,
}

/// The other system, as far as it goes on by itself.
pub(crate) trait Beyond {
    /// When it next does something.
    fn next(&self) -> Option<i64> {
        None
    }

    /// Does what is due.
    fn catch_up(&self) {}
}

/// Nothing that goes on by itself.
pub(crate) struct Nothing;

impl Beyond for Nothing {}

/// A function and its queue.
pub(crate) struct Function<'a, C, G> {
    pub(crate) outside: &'a Outside,
    /// Starts an environment whose clock is wrong by so much.
    pub(crate) starts: &'a dyn Fn(i64) -> Environment<C, G>,
    pub(crate) beyond: &'a dyn Beyond,
    pub(crate) shape: Shape,
    /// How long a call may take, in milliseconds.
    pub(crate) timeout: i64,
}

impl<C, G> Function<'_, C, G>
where
    C: Consumer + 'static,
    G: Gate + 'static,
{
    /// Works until the queue is empty.
    pub(crate) fn run(&self) -> Result<(), Violation> {
        let world = &self.outside.world;
        let mut slots: Vec<Slot<C, G>> = Vec::new();
        slots.resize_with(self.shape.workers, || Slot {
            environment: None,
            call: None,
        });
        let mut calls = 0;
        loop {
            let due = |call: &Call| call.due.min(call.deadline);
            let active = slots.iter().filter_map(|slot| slot.call.as_ref().map(due));
            let idle = slots.iter().any(|slot| slot.call.is_none());
            let message = self.outside.queue.next().filter(|_| idle);
            let next = active.chain(message).chain(self.beyond.next()).min();
            let Some(next) = next else {
                return Ok(());
            };
            if next > END {
                return Err(Violation::new(
                    "I6",
                    "after 48 hours the queue is not empty",
                ));
            }
            world.go_to(next);
            self.beyond.catch_up();
            let now = world.now();
            let is_due = |slot: &&mut Slot<C, G>| slot.call.as_ref().is_some_and(|c| due(c) <= now);
            if let Some(slot) = slots.iter_mut().find(is_due) {
                self.step(slot)?;
            } else if message.is_some_and(|due| due <= now) {
                let mut free: Vec<_> = (0..slots.len())
                    .filter(|at| slots[*at].call.is_none())
                    .collect();
                world.shuffle(&mut free);
                calls += 1;
                self.begin(&mut slots[free[0]], calls);
            }
        }
    }

    fn begin(&self, slot: &mut Slot<C, G>, number: u32) {
        let world = &self.outside.world;
        let batch = self.outside.queue.receive(self.shape.batch);
        if batch.is_empty() {
            return;
        }
        let cold = slot.environment.is_none() || world.happens(50);
        if cold {
            let skew = if world.strikes(Fault::ClockSkew) {
                world.below(2 * SKEW + 1) - SKEW
            } else {
                0
            };
            slot.environment = Some(Arc::new((self.starts)(skew)));
        }
        let environment = slot.environment.clone().unwrap();
        let name = format!("call-{number}");
        let deadline = world.now() + self.timeout;
        let received = |one: &Delivery| format!("{} ({})", one.message_id, one.receives);
        world.tell(|| {
            let batch: Vec<_> = batch.iter().map(received).collect();
            format!("{name}: {}", batch.join(", "))
        });
        let records = batch
            .iter()
            .map(|one| (one.message_id.clone(), one.receipt.clone()));
        let records = records.collect();
        let invocation = Invocation {
            id: name.clone(),
            deadline: moment(deadline),
        };
        let serving: Serving = Box::pin(async move {
            serve(
                &environment.consumer,
                &environment.ports,
                &invocation,
                batch,
            )
            .await
        });
        slot.call = Some(Call {
            name,
            serving,
            batch: records,
            outcomes: BTreeMap::new(),
            due: world.now() + world.below(if cold { 800 } else { 30 }),
            deadline,
        });
    }

    fn step(&self, slot: &mut Slot<C, G>) -> Result<(), Violation> {
        let world = &self.outside.world;
        let Some(mut call) = slot.call.take() else {
            return Ok(());
        };
        if call.deadline <= world.now() {
            world.count(Fault::TimedOut);
            world.tell(|| format!("{}: ended, its time is over", call.name));
            slot.environment = None;
            return Ok(());
        }
        let polled = call
            .serving
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        self.listen(&mut call)?;
        match (polled, world.wake()) {
            (Poll::Ready(failed), _) => self.answer(&call, failed)?,
            (Poll::Pending, Wake::At(due)) => {
                call.due = due;
                slot.call = Some(call);
            }
            (Poll::Pending, Wake::Never) => {
                world.tell(|| format!("{}: its environment dies", call.name));
                slot.environment = None;
            }
        }
        Ok(())
    }

    /// Reads what was logged.
    fn listen(&self, call: &mut Call) -> Result<(), Violation> {
        for line in ear::heard() {
            if line.text.contains(MARK) {
                return Err(Violation::new(
                    "I7",
                    format!("a log line says: {}", line.text),
                ));
            }
            if line.text.contains("why=breaker") {
                self.outside.world.count(Fault::BreakerOpen);
            }
            // Spans and metrics would drown what happens.
            if line.message.is_some() || line.text.starts_with(" message=") {
                let name = &call.name;
                self.outside.world.tell(|| format!("{name}:{}", line.text));
            }
            if let (Some(message), Some(outcome)) = (line.message, line.outcome) {
                call.outcomes.insert(message, outcome);
            }
        }
        Ok(())
    }

    fn answer(&self, call: &Call, mut failed: Vec<String>) -> Result<(), Violation> {
        let Outside { world, queue, .. } = self.outside;
        if world.strikes(Fault::BatchAnswerLost) {
            return Ok(());
        }
        if !failed.is_empty() && failed.len() < call.batch.len() {
            world.count(Fault::PartialBatch);
        }
        match self.shape.answers {
            Answers::AsSaid => {}
            Answers::AllDone => failed.clear(),
            Answers::AllFailed if failed.is_empty() => {}
            Answers::AllFailed => failed = call.batch.iter().map(|(id, _)| id.clone()).collect(),
        }
        world.tell(|| format!("{}: answers that failed: {failed:?}", call.name));
        for (message, receipt) in &call.batch {
            if !failed.contains(message) {
                queue.delete(receipt);
            }
            let outcome = call.outcomes.get(message).map_or("nothing", String::as_str);
            let settled = !matches!(outcome, "retry" | "unknown");
            if settled && queue.holds(receipt) {
                let what = format!(
                    "{message} was {outcome} and is delivered again for a neighbour's sake"
                );
                return Err(Violation::new("I5", what));
            }
        }
        Ok(())
    }
}
