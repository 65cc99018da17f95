//! Who is told of a publication, and by what clock.

use domain::Timestamp;
use messaging::{AnyPost, AnyTopic, NotBuilt};

/// Where e-mail and events go. Either may be nowhere.
#[derive(Debug)]
pub struct Outbox<P, T> {
    /// Takes e-mail.
    pub post: Option<P>,
    /// Takes events.
    pub topic: Option<T>,
    /// From whom e-mail is and to whom it goes.
    pub addresses: Addresses,
    /// What time it is: asked right before and after sending, and written nowhere but into the records of sending.
    pub clock: fn() -> Timestamp,
}

/// From whom e-mail is, to whom it goes, and what it links to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The sender; empty: no e-mail.
    pub from: String,
    /// The recipients, with commas between them; empty: no e-mail.
    pub to: String,
    /// Below it publications can be read in a browser; empty: no link.
    pub reports: String,
}

impl Addresses {
    pub(crate) fn recipients(&self) -> Vec<String> {
        let to = self.to.split(',').map(str::trim);
        to.filter(|to| !to.is_empty()).map(str::to_owned).collect()
    }

    /// Where the report of a publication can be read.
    pub(crate) fn link(&self, folder: &str) -> Option<String> {
        let base = self.reports.trim().trim_end_matches('/');
        (!base.is_empty()).then(|| format!("{base}/{folder}/report.html"))
    }
}

impl Outbox<AnyPost, AnyTopic> {
    /// Nobody is told anything, as on a laptop and in a replay.
    pub fn silent() -> Self {
        Self {
            post: None,
            topic: None,
            addresses: Addresses::default(),
            clock: || Timestamp::UNIX_EPOCH,
        }
    }

    /// Connects to where letters go (`ses`, a folder) and where events go (the ARN of a topic, a folder); an empty text
    /// is nowhere.
    ///
    /// # Errors
    /// When this build cannot send there.
    pub async fn connect(
        post: &str,
        topic: &str,
        addresses: Addresses,
        clock: fn() -> Timestamp,
    ) -> Result<Self, NotBuilt> {
        Ok(Self {
            post: AnyPost::connect(post).await?,
            topic: AnyTopic::connect(topic).await?,
            addresses,
            clock,
        })
    }
}
