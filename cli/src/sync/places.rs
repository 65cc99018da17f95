//! Where the flows are found: on AWS or in folders, told in one form.

use std::collections::BTreeMap;

use artifacts::{AnyStore, Location};
use ledger::AnyLedger;
use messaging::AnyTopic;
use messaging::queues::AnyQueue;
use serde::Deserialize;

use super::args::At;
use crate::error::Error;

/// Where everything is; a place is what the functions' own settings say, or a folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Places {
    /// The store of runs, with parked events.
    runs: String,
    /// The ledger.
    ledger: String,
    /// The topic of events.
    topic: String,
    /// The consumers.
    pub(crate) flows: BTreeMap<String, Flow>,
}

/// A consumer's queues.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Flow {
    /// What it takes.
    queue: Option<String>,
    /// What it never took.
    dead_letters: Option<String>,
    /// Where it puts rows down that it does not take.
    pub(crate) rejects: Option<String>,
}

impl Places {
    /// Reads what was given: JSON, or the name of a file that holds it.
    pub(crate) fn read(at: &At) -> Result<Self, Error> {
        let said = at.places.trim();
        let (from, text) = if said.starts_with('{') {
            ("--places".to_owned(), said.to_owned())
        } else {
            let text = std::fs::read_to_string(said)
                .map_err(|error| Error::Usage(format!("--places: {said}: {error}")))?;
            (said.to_owned(), text)
        };
        serde_json::from_str(&text).map_err(|error| {
            Error::Usage(format!(
                "{from} does not say where the flows are: {error}; give the stack's output `Sync`, or \
                 {{\"runs\": …, \"ledger\": …, \"topic\": …, \"flows\": {{\"planning-sync\": {{\"queue\": …, \
                 \"dead_letters\": …}}}}}}"
            ))
        })
    }

    /// The store of runs.
    pub(crate) async fn runs(&self) -> Result<AnyStore, Error> {
        let location: Location = self.runs.parse()?;
        Ok(AnyStore::connect(&location).await?)
    }

    /// The ledger.
    pub(crate) async fn ledger(&self) -> Result<AnyLedger, Error> {
        Ok(AnyLedger::connect(&self.ledger.parse()?).await?)
    }

    /// The topic.
    pub(crate) async fn topic(&self) -> Result<AnyTopic, Error> {
        let none = || Error::Usage("the places name no topic to send events to".to_owned());
        AnyTopic::connect(&self.topic).await?.ok_or_else(none)
    }

    /// A flow.
    pub(crate) fn flow(&self, name: &str) -> Result<&Flow, Error> {
        self.flows.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.flows.keys().map(String::as_str).collect();
            let known = known.join(", ");
            Error::Usage(format!("there is no flow `{name}`, only: {known}"))
        })
    }
}

impl Flow {
    /// Its queue, if it has one.
    pub(crate) async fn queue(&self) -> Result<Option<AnyQueue>, Error> {
        connected(self.queue.as_deref()).await
    }

    /// Where its dead letters are.
    pub(crate) async fn dead_letters(&self) -> Result<Option<AnyQueue>, Error> {
        connected(self.dead_letters.as_deref()).await
    }
}

async fn connected(place: Option<&str>) -> Result<Option<AnyQueue>, Error> {
    match place {
        Some(place) => Ok(Some(AnyQueue::connect(place).await?)),
        None => Ok(None),
    }
}
