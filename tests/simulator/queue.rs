//! A queue as Amazon SQS keeps its standard ones: at least once, in any order, with visibility and a dead-letter queue.

use std::sync::{Arc, Mutex};

use lambda::queue::{Delivery, Visibility, Wait};

use crate::faults::Fault;
use crate::world::{MINUTE, SECOND, World, moment};

/// As the template's queues: six times what the function may take.
pub(crate) const VISIBILITY: i64 = 6 * MINUTE;

/// As the template's queues, `docs/adr/0023-the-queue-runner.md` tells why.
pub(crate) const MOST_RECEIVES: u32 = 40;

#[derive(Debug, Clone)]
struct Message {
    id: String,
    body: String,
    sent: i64,
    visible: i64,
    receives: u32,
    receipt: String,
    /// Receives since faults have stopped.
    calm_receives: u32,
}

/// The queue; clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    world: Arc<World>,
    held: Arc<Mutex<Held>>,
}

#[derive(Debug, Default)]
struct Held {
    messages: Vec<Message>,
    /// Bodies that were given up.
    dead: Vec<String>,
    sent: u32,
    deliveries: u32,
    receipts: u64,
    most_calm_receives: u32,
    most_receives: u32,
}

/// What a queue did.
#[derive(Debug, Clone)]
pub(crate) struct Traffic {
    pub(crate) deliveries: u32,
    pub(crate) dead: Vec<String>,
    /// Of any message.
    pub(crate) most_receives: u32,
    /// Of any message, once faults had stopped.
    pub(crate) most_calm_receives: u32,
}

impl Queue {
    pub(crate) fn new(world: &Arc<World>) -> Self {
        Self {
            world: Arc::clone(world),
            held: Arc::default(),
        }
    }

    /// Takes a message that comes so much later.
    pub(crate) fn send(&self, body: &str, delay: i64) {
        let mut held = self.held.lock().unwrap();
        held.sent += 1;
        let now = self.world.now();
        let message = Message {
            id: format!("m{:03}", held.sent),
            body: body.to_owned(),
            sent: now,
            visible: now + delay,
            receives: 0,
            receipt: String::new(),
            calm_receives: 0,
        };
        held.messages.push(message);
    }

    /// When the next message can be delivered; `None` for an empty queue.
    pub(crate) fn next(&self) -> Option<i64> {
        let held = self.held.lock().unwrap();
        held.messages.iter().map(|message| message.visible).min()
    }

    /// Delivers up to so many messages.
    pub(crate) fn receive(&self, most: usize) -> Vec<Delivery> {
        let (now, calm) = (self.world.now(), self.world.calm_from());
        let mut held = self.held.lock().unwrap();
        let held = &mut *held;
        let mut due: Vec<_> = (0..held.messages.len())
            .filter(|at| held.messages[*at].visible <= now)
            .collect();
        due.sort_by_key(|at| held.messages[*at].visible);
        if due.len() > 1 && self.world.strikes(Fault::Reordered) {
            self.world.shuffle(&mut due);
        }
        let mut batch = Vec::new();
        for at in due.into_iter().take(most) {
            let message = &mut held.messages[at];
            if message.receives >= MOST_RECEIVES {
                held.dead.push(message.body.clone());
                message.id.clear();
                continue;
            }
            held.deliveries += 1;
            held.receipts += 1;
            message.receives += 1;
            message.calm_receives += u32::from(now > calm);
            held.most_receives = held.most_receives.max(message.receives);
            held.most_calm_receives = held.most_calm_receives.max(message.calm_receives);
            message.receipt = format!("r{}", held.receipts);
            message.visible = now + VISIBILITY;
            if self.world.strikes(Fault::Redelivered) {
                message.visible = now + self.world.below(30 * SECOND);
            }
            batch.push(Delivery {
                message_id: message.id.clone(),
                receipt: message.receipt.clone(),
                body: Some(message.body.clone()),
                receives: message.receives,
                sent: Some(moment(message.sent)),
            });
        }
        held.messages.retain(|message| !message.id.is_empty());
        batch
    }

    /// Deletes a message for whoever holds its last delivery; an older one's is passed over.
    pub(crate) fn delete(&self, receipt: &str) {
        let mut held = self.held.lock().unwrap();
        if self.world.strikes(Fault::Redelivered) {
            // One of the queue's servers was away.
            let now = self.world.now();
            let again = now + self.world.below(10 * MINUTE);
            if let Some(message) = held.messages.iter_mut().find(|m| m.receipt == receipt) {
                message.visible = again;
                message.receipt.clear();
            }
            return;
        }
        held.messages.retain(|message| message.receipt != receipt);
    }

    /// Whether the message waits to be delivered again to whoever had this delivery, and not to others.
    pub(crate) fn holds(&self, receipt: &str) -> bool {
        let held = self.held.lock().unwrap();
        held.messages
            .iter()
            .any(|message| message.receipt == receipt)
    }

    pub(crate) fn traffic(&self) -> Traffic {
        let held = self.held.lock().unwrap();
        Traffic {
            deliveries: held.deliveries,
            dead: held.dead.clone(),
            most_receives: held.most_receives,
            most_calm_receives: held.most_calm_receives,
        }
    }
}

impl Visibility for Queue {
    async fn put_off(&self, waits: &[Wait]) -> Result<(), String> {
        self.world.pass(20).await;
        if self.world.strikes(Fault::PuttingOffFails) {
            return Err("the queue does not answer".to_owned());
        }
        let now = self.world.now();
        let mut held = self.held.lock().unwrap();
        for wait in waits {
            let message = held.messages.iter_mut().find(|m| m.receipt == wait.receipt);
            if let Some(message) = message {
                message.visible = now + i64::from(wait.seconds) * SECOND;
            }
        }
        Ok(())
    }
}
