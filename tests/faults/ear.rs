//! Who is told of publications: looks at once whether what it is told of is there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use artifacts::Memory;
use messaging::{Letter, Notice, Post, SendError, Topic};
use publisher::{Addresses, Outbox};
use serde_json::Value;

use crate::invariants;
use crate::world::{World, now};

#[derive(Debug, Clone)]
pub(crate) struct Ear {
    world: Arc<World>,
    output: Arc<Memory>,
    /// How many e-mails came of each publication.
    letters: Arc<Mutex<BTreeMap<String, u32>>>,
}

impl Ear {
    pub(crate) fn new(world: &Arc<World>, output: &Arc<Memory>) -> Self {
        Self {
            world: Arc::clone(world),
            output: Arc::clone(output),
            letters: Arc::default(),
        }
    }

    pub(crate) fn outbox(&self) -> Outbox<Self, Self> {
        Outbox {
            post: Some(self.clone()),
            topic: Some(self.clone()),
            addresses: Addresses {
                from: "larder@example.org".to_owned(),
                to: "planners@example.org".to_owned(),
                reports: String::new(),
            },
            clock: now,
        }
    }

    /// E-mails that were one too many.
    pub(crate) fn repeated(&self) -> u32 {
        let letters = self.letters.lock().unwrap();
        letters.values().map(|count| count - 1).sum()
    }
}

impl Post for Ear {
    async fn send(&self, letter: &Letter) -> Result<String, SendError> {
        let mut letters = self.letters.lock().unwrap();
        *letters.entry(letter.id.clone()).or_default() += 1;
        self.world.tell(|| format!("e-mail {}", letter.id));
        Ok("taken".to_owned())
    }
}

impl Topic for Ear {
    async fn publish(&self, notice: &Notice) -> Result<(), SendError> {
        let event: Value = serde_json::from_str(&notice.json).unwrap();
        let data = &event["data"];
        let of_a_week = data["file"]["key"].as_str();
        let folder = data["folder"].as_str().or_else(|| {
            let week = of_a_week?.rsplit_once('/')?.0;
            Some(week.rsplit_once('/')?.0)
        });
        if let Err(what) = invariants::whole(&self.output, folder.unwrap()).await {
            self.world.violated("F5", what);
        }
        Ok(())
    }
}
