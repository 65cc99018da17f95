//! A queue in real time: visibility, receives and dead letters as Amazon SQS has them and the template sets them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use domain::Timestamp;
use jiff::SignedDuration;
use lambda::queue::{Delivery, Visibility, Wait};

/// Six times what a function may take.
const VISIBILITY: SignedDuration = SignedDuration::from_mins(18);

const MOST_RECEIVES: u32 = 40;

#[derive(Debug)]
struct Message {
    body: String,
    sent: Timestamp,
    visible: Timestamp,
    receives: u32,
}

#[derive(Debug, Default)]
struct Held {
    messages: BTreeMap<u64, Message>,
    sent: u64,
    most_waiting: usize,
    dead: usize,
}

/// The queue; clones are the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Queue(Arc<Mutex<Held>>);

impl Queue {
    pub(crate) fn send(&self, body: String) {
        let mut held = self.0.lock().unwrap();
        held.sent += 1;
        let (number, sent) = (held.sent, lambda::now());
        let message = Message {
            body,
            sent,
            visible: sent,
            receives: 0,
        };
        held.messages.insert(number, message);
        held.most_waiting = held.most_waiting.max(held.messages.len());
    }

    pub(crate) fn receive(&self, most: usize) -> Vec<Delivery> {
        let now = lambda::now();
        let mut held = self.0.lock().unwrap();
        let spent = |message: &Message| message.visible <= now && message.receives >= MOST_RECEIVES;
        let before = held.messages.len();
        held.messages.retain(|_, message| !spent(message));
        held.dead += before - held.messages.len();
        let due = held
            .messages
            .iter_mut()
            .filter(|(_, message)| message.visible <= now);
        due.take(most)
            .map(|(number, message)| {
                message.receives += 1;
                message.visible = now + VISIBILITY;
                Delivery {
                    message_id: number.to_string(),
                    receipt: number.to_string(),
                    body: Some(message.body.clone()),
                    receives: message.receives,
                    sent: Some(message.sent),
                }
            })
            .collect()
    }

    pub(crate) fn delete(&self, message_id: &str) {
        let number = message_id.parse().unwrap();
        self.0.lock().unwrap().messages.remove(&number);
    }

    pub(crate) fn waiting(&self) -> usize {
        self.0.lock().unwrap().messages.len()
    }

    pub(crate) fn most_waiting(&self) -> usize {
        self.0.lock().unwrap().most_waiting
    }

    pub(crate) fn dead(&self) -> usize {
        self.0.lock().unwrap().dead
    }
}

impl Visibility for Queue {
    async fn put_off(&self, waits: &[Wait]) -> Result<(), String> {
        let now = lambda::now();
        let mut held = self.0.lock().unwrap();
        for wait in waits {
            let number = wait.message_id.parse::<u64>().unwrap();
            if let Some(message) = held.messages.get_mut(&number) {
                message.visible = now + SignedDuration::from_secs(wait.seconds.into());
            }
        }
        Ok(())
    }
}
