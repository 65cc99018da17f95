//! Sending: e-mail, events and the order to plan, to whoever takes them, behind three small ports.
//!
//! A [`Post`] takes letters, a [`Topic`] takes events, a [`Starter`] starts plans; [`queues`] are looked after. All say of
//! a failure what it means: [`SendError`]. Amazon SES, SNS, Step Functions and SQS stand behind the feature `aws`; a folder
//! serves laptops, memory serves tests.

#[cfg(feature = "aws")]
mod aws;
#[cfg(any(feature = "aws", test))]
mod batch;
mod folder;
mod memory;
pub mod queues;

use std::future::Future;

use contracts::canonical::Event;
use contracts::{CloudEvent, EventData, Fault, FaultName};

pub use folder::Folder;
pub use memory::{Failure, Memory};

/// An e-mail as it is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The sender's address.
    pub from: String,
    /// The recipients' addresses.
    pub to: Vec<String>,
    /// Its Message-ID, without brackets.
    pub id: String,
    /// The whole message (RFC 5322).
    pub message: Vec<u8>,
}

/// An event as it is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The event's id.
    pub id: String,
    /// The event's type, by which subscribers may choose.
    pub kind: String,
    /// The event: structured JSON.
    pub json: String,
}

impl Notice {
    /// An event, written.
    ///
    /// # Errors
    /// `Contract.Violation` when it cannot be written as JSON.
    pub fn of<T: EventData>(event: &CloudEvent<T>) -> Result<Self, Fault> {
        let json = serde_json::to_string(event)
            .map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?;
        Ok(Self {
            id: event.id.clone(),
            kind: event.kind.clone(),
            json,
        })
    }

    /// A canonical event, written.
    ///
    /// # Errors
    /// `Contract.Violation` when it cannot be written as JSON.
    pub fn told(event: &Event) -> Result<Self, Fault> {
        let json = event.to_json();
        Ok(Self {
            id: event.id.clone(),
            kind: event.kind().to_string(),
            json: json.map_err(|error| Fault::from_error(FaultName::ContractViolation, &error))?,
        })
    }
}

/// Why something was not sent, by what it means to the sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It will never be taken as it is: an address that is not verified, a message that is not allowed.
    #[error("{0}")]
    Refused(String),
    /// It was certainly not taken, and may be later: too much at once.
    #[error("{0}")]
    NotTaken(String),
    /// Whether it was taken is not known: the answer was lost, or an error of the other side's own.
    #[error("{0}")]
    NoAnswer(String),
}

impl SendError {
    /// The fault of a step that cannot go on without it being taken.
    pub const fn fault_name(&self) -> FaultName {
        match self {
            Self::Refused(_) => FaultName::ConfigInvalid,
            Self::NotTaken(_) | Self::NoAnswer(_) => FaultName::DependencyUnavailable,
        }
    }
}

/// Takes letters.
pub trait Post: Send + Sync {
    /// Hands over a letter, once; gives what the other side calls it. Never sends again by itself.
    ///
    /// # Errors
    /// Why it was not taken, or that this is not known.
    fn send(&self, letter: &Letter) -> impl Future<Output = Result<String, SendError>> + Send;
}

/// Takes events.
pub trait Topic: Send + Sync {
    /// Hands over an event; the same one may arrive more than once.
    ///
    /// # Errors
    /// Why it was not taken, or that this is not known.
    fn publish(&self, notice: &Notice) -> impl Future<Output = Result<(), SendError>> + Send;

    /// Hands over many events, several in a request where the other side takes them so. Any of them may have been taken
    /// when this fails.
    ///
    /// # Errors
    /// Why one was not taken, or that this is not known.
    fn publish_all(
        &self,
        notices: &[Notice],
    ) -> impl Future<Output = Result<(), SendError>> + Send {
        async move {
            for notice in notices {
                self.publish(notice).await?;
            }
            Ok(())
        }
    }
}

/// What became of the order to plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// A plan of this name is begun.
    Now,
    /// One of this name was begun before.
    Before,
}

/// Starts plans.
pub trait Starter: Send + Sync {
    /// Starts a plan of this name from this input (JSON), once: a name is taken for good.
    ///
    /// # Errors
    /// Why it was not started, or that this is not known.
    fn start(
        &self,
        name: &str,
        input: &str,
    ) -> impl Future<Output = Result<Started, SendError>> + Send;
}

/// Whichever place was configured for letters: `ses`, or a folder.
#[derive(Debug)]
pub enum AnyPost {
    /// Amazon SES.
    #[cfg(feature = "aws")]
    Ses(aws::Ses),
    /// A folder.
    Folder(Folder),
}

/// Whichever place was configured for events: the ARN of an Amazon SNS topic, or a folder.
#[derive(Debug)]
pub enum AnyTopic {
    /// Amazon SNS.
    #[cfg(feature = "aws")]
    Sns(aws::Sns),
    /// A folder.
    Folder(Folder),
}

/// Whatever was configured to start plans: the ARN of a state machine of AWS Step Functions, or a folder.
#[derive(Debug)]
pub enum AnyStarter {
    /// AWS Step Functions.
    #[cfg(feature = "aws")]
    Sfn(aws::Sfn),
    /// A folder.
    Folder(Folder),
}

#[cfg(feature = "aws")]
pub use aws::{Ses, Sfn, Sns};

/// A place that this build cannot send to.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{place}` needs a build with the feature `aws`")]
pub struct NotBuilt {
    place: String,
}

impl AnyPost {
    /// The place for letters; `None` for an empty text. Nothing is sent yet.
    ///
    /// # Errors
    /// [`NotBuilt`] for Amazon SES in a build without it.
    #[cfg_attr(
        not(feature = "aws"),
        expect(clippy::unused_async, reason = "SES is awaited")
    )]
    pub async fn connect(place: &str) -> Result<Option<Self>, NotBuilt> {
        match place {
            "" => Ok(None),
            #[cfg(feature = "aws")]
            "ses" => Ok(Some(Self::Ses(aws::Ses::connect().await))),
            #[cfg(not(feature = "aws"))]
            "ses" => Err(not_built(place)),
            folder => Ok(Some(Self::Folder(Folder::new(folder)))),
        }
    }
}

impl AnyTopic {
    /// The place for events; `None` for an empty text. Nothing is sent yet.
    ///
    /// # Errors
    /// [`NotBuilt`] for Amazon SNS in a build without it.
    #[cfg_attr(
        not(feature = "aws"),
        expect(clippy::unused_async, reason = "SNS is awaited")
    )]
    pub async fn connect(place: &str) -> Result<Option<Self>, NotBuilt> {
        match place {
            "" => Ok(None),
            #[cfg(feature = "aws")]
            arn if arn.starts_with("arn:") => Ok(Some(Self::Sns(aws::Sns::connect(arn).await))),
            #[cfg(not(feature = "aws"))]
            arn if arn.starts_with("arn:") => Err(not_built(place)),
            folder => Ok(Some(Self::Folder(Folder::new(folder)))),
        }
    }
}

impl AnyStarter {
    /// What starts plans; `None` for an empty text. Nothing is started yet.
    ///
    /// # Errors
    /// [`NotBuilt`] for AWS Step Functions in a build without it.
    #[cfg_attr(
        not(feature = "aws"),
        expect(clippy::unused_async, reason = "Step Functions is awaited")
    )]
    pub async fn connect(place: &str) -> Result<Option<Self>, NotBuilt> {
        match place {
            "" => Ok(None),
            #[cfg(feature = "aws")]
            arn if arn.starts_with("arn:") => Ok(Some(Self::Sfn(aws::Sfn::connect(arn).await))),
            #[cfg(not(feature = "aws"))]
            arn if arn.starts_with("arn:") => Err(not_built(place)),
            folder => Ok(Some(Self::Folder(Folder::new(folder)))),
        }
    }
}

#[cfg(not(feature = "aws"))]
fn not_built(place: &str) -> NotBuilt {
    NotBuilt {
        place: place.to_owned(),
    }
}

impl Post for AnyPost {
    async fn send(&self, letter: &Letter) -> Result<String, SendError> {
        match self {
            #[cfg(feature = "aws")]
            Self::Ses(ses) => ses.send(letter).await,
            Self::Folder(folder) => folder.send(letter).await,
        }
    }
}

impl Topic for AnyTopic {
    async fn publish(&self, notice: &Notice) -> Result<(), SendError> {
        match self {
            #[cfg(feature = "aws")]
            Self::Sns(sns) => sns.publish(notice).await,
            Self::Folder(folder) => folder.publish(notice).await,
        }
    }

    async fn publish_all(&self, notices: &[Notice]) -> Result<(), SendError> {
        match self {
            #[cfg(feature = "aws")]
            Self::Sns(sns) => sns.publish_all(notices).await,
            Self::Folder(folder) => folder.publish_all(notices).await,
        }
    }
}

impl Starter for AnyStarter {
    async fn start(&self, name: &str, input: &str) -> Result<Started, SendError> {
        match self {
            #[cfg(feature = "aws")]
            Self::Sfn(machine) => machine.start(name, input).await,
            Self::Folder(folder) => folder.start(name, input).await,
        }
    }
}
