//! One e-mail per publication, whatever dies in between.
//!
//! ```text
//! runs/<run>/mail/<publication>/claim-1.json      created before the letter is handed over
//! runs/<run>/mail/<publication>/returned-1.json   it was certainly not taken: the next try may claim at once
//! runs/<run>/mail/<publication>/sent.json         it was taken
//! runs/<run>/mail/<publication>/refused.json      it never will be
//! ```
//!
//! A claim without an end means that nobody knows whether the letter was taken. Such a claim is waited for, as whoever
//! made it may still be at work; after [`PATIENCE`] the letter is sent again under a claim of its own, with the same
//! Message-ID and a word in its subject.

use artifacts::{Store, StoreError};
use contracts::{Fault, FaultName};
use domain::{Code, Finding, Timestamp};
use jiff::SignedDuration;
use mail::{Envelope, Message};
use messaging::{Letter, Post, SendError, Topic};
use runs::Run;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Outbox;

/// How long a claim is waited for: longer than any function may live.
pub const PATIENCE: SignedDuration = SignedDuration::from_mins(15);

const SENT: &str = "sent.json";
const REFUSED: &str = "refused.json";

/// That somebody is about to send the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Claim {
    /// When.
    at: Timestamp,
    /// Whether the run was told before, with other content.
    update: bool,
    /// Whether the letter may have been sent before.
    repeat: bool,
}

/// That the letter was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Sent {
    at: Timestamp,
    /// The letter's Message-ID.
    message_id: String,
    /// What the post calls it.
    receipt: String,
    recipients: usize,
    subject: String,
}

/// That the letter was not taken: for now, or for good, which is a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Refused {
    at: Timestamp,
    why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    finding: Option<Finding>,
}

/// The records of one publication's letter.
struct Records<'a, S> {
    run: &'a Run<'a, S>,
    digest: &'a str,
}

/// Sends the letter unless it was, and tells in words what became of it.
pub(crate) async fn send<S: Store, P: Post, T: Topic>(
    run: &Run<'_, S>,
    digest: &str,
    folder: &str,
    message: &Message,
    outbox: &Outbox<P, T>,
) -> Result<(), Fault> {
    let to = outbox.addresses.recipients();
    let Some(post) = outbox.post.as_ref() else {
        return Ok(());
    };
    if !run.plan.notify || to.is_empty() || outbox.addresses.from.is_empty() {
        return Ok(());
    }
    let records = Records { run, digest };
    let Some((number, claim)) = records.claim((outbox.clock)()).await? else {
        return Ok(());
    };
    let envelope = Envelope {
        from: Some(outbox.addresses.from.clone()),
        to: to.clone(),
        run: Some(run.id.to_string()),
        link: outbox.addresses.link(folder),
        update: claim.update,
        repeat: claim.repeat,
    };
    let letter = Letter {
        from: outbox.addresses.from.clone(),
        to,
        id: message.id_in(&envelope),
        message: message
            .eml(&envelope)
            .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?,
    };
    let answer = post.send(&letter).await;
    let at = (outbox.clock)();
    match answer {
        Ok(receipt) => {
            let sent = Sent {
                at,
                message_id: letter.id,
                receipt,
                recipients: letter.to.len(),
                subject: message.subject_in(&envelope),
            };
            records.put(SENT, &sent).await?;
            Ok(())
        }
        Err(SendError::Refused(why)) => {
            tracing::warn!(
                code = %Code::E601,
                "the e-mail of this publication was refused"
            );
            let finding = Some(refusal(&why));
            records.put(REFUSED, &Refused { at, why, finding }).await?;
            Ok(())
        }
        Err(SendError::NotTaken(why)) => {
            let message = format!("the e-mail was not taken and is sent again: {why}");
            let returned = Refused {
                at,
                why,
                finding: None,
            };
            records.put(&returned_name(number), &returned).await?;
            Err(Fault::new(FaultName::DependencyUnavailable, message))
        }
        Err(SendError::NoAnswer(why)) => Err(waiting(&claim, &why)),
    }
}

/// What became of a publication's letter, in words; empty where none was sent.
pub(crate) async fn told<S: Store>(run: &Run<'_, S>, digest: &str) -> Result<String, Fault> {
    let records = Records { run, digest };
    if let Some(sent) = records.get::<Sent>(SENT).await? {
        let people = match sent.recipients {
            1 => "1 recipient".to_owned(),
            more => format!("{more} recipients"),
        };
        return Ok(format!("sent to {people} at {}: {}", sent.at, sent.subject));
    }
    let refused = records.get::<Refused>(REFUSED).await?;
    Ok(refused.map_or_else(String::new, |refused| {
        let finding = refused.finding.map(|finding| finding.to_string());
        finding.unwrap_or(refused.why)
    }))
}

fn refusal(why: &str) -> Finding {
    let message = format!("the e-mail of this publication was refused: {why}");
    let remedy = "verify the sender's address with SES, and while the account is in SES's sandbox the readers', and let the \
                  publisher send by it; the next run is told again";
    Finding::new(Code::E601, "publisher", message, remedy)
}

/// The fault of a letter that may or may not have been taken.
fn waiting(claim: &Claim, why: &str) -> Fault {
    let again = claim.at.checked_add(PATIENCE).unwrap_or(claim.at);
    let message = format!(
        "whether the e-mail was sent at {} is not known ({why}); it is sent again from {again} on",
        claim.at
    );
    Fault::new(FaultName::DependencyUnavailable, message)
}

fn claim_name(number: usize) -> String {
    format!("claim-{number}.json")
}

fn returned_name(number: usize) -> String {
    format!("returned-{number}.json")
}

impl<S: Store> Records<'_, S> {
    fn key(&self, name: &str) -> String {
        self.run.key(&format!("mail/{}/{name}", self.digest))
    }

    async fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Fault> {
        let key = self.key(name);
        let bytes = match self.run.store().get(&key).await {
            Ok(bytes) => bytes,
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            let place = self.run.store().place(&key);
            Fault::new(
                FaultName::DataRejected,
                format!("{place} is damaged: {error}"),
            )
        })
    }

    /// Creates a record; `false` when another one stands there.
    async fn put<T: Serialize>(&self, name: &str, record: &T) -> Result<bool, Fault> {
        let json = serde_json::to_vec(record)
            .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        match self.run.store().create(&self.key(name), &json).await {
            Ok(()) => Ok(true),
            Err(StoreError::Exists { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Claims the letter; `None` when it has come to an end.
    async fn claim(&self, now: Timestamp) -> Result<Option<(usize, Claim)>, Fault> {
        let all = self.run.store().list(&self.run.key("mail")).await?;
        let own = self.key("");
        let names: Vec<&str> = all
            .iter()
            .filter_map(|entry| entry.key.strip_prefix(&own))
            .collect();
        if names.contains(&SENT) || names.contains(&REFUSED) {
            return Ok(None);
        }
        let number = names
            .iter()
            .filter(|name| name.starts_with("claim-"))
            .count();
        let (update, repeat) = match self.get::<Claim>(&claim_name(number)).await? {
            None => {
                let other = |key: &str| !key.starts_with(&own) && key.ends_with(&claim_name(1));
                (all.iter().any(|entry| other(&entry.key)), false)
            }
            Some(last) if names.contains(&returned_name(number).as_str()) => {
                (last.update, last.repeat)
            }
            Some(last) if now.duration_since(last.at) < PATIENCE => {
                return Err(waiting(&last, "whoever was sending it has not ended"));
            }
            Some(last) => (last.update, true),
        };
        let claim = Claim {
            at: now,
            update,
            repeat,
        };
        if self.put(&claim_name(number + 1), &claim).await? {
            return Ok(Some((number + 1, claim)));
        }
        Err(waiting(&claim, "somebody else is sending it now"))
    }
}
