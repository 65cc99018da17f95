//! Why a command did not do what it was asked.

use std::any::Any;
use std::path::PathBuf;

use artifacts::StoreError;
use contracts::Fault;
use tokio::task::JoinError;

/// Why a command did not do what it was asked, in words that say what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A step failed for the whole run.
    #[error("{0}")]
    Fault(#[from] Fault),
    /// A file with an execution input or a scenario cannot be used.
    #[error("{} cannot be used: {reason}; give a JSON object of the fields there are", path.display())]
    Input { path: PathBuf, reason: String },
    /// A demo data set stands there with other content.
    #[error(
        "{place} is not what this demo makes; to plan it as it is, name its folder with --data, else delete the folder"
    )]
    DemoChanged { place: String },
    /// The demo data set cannot be made.
    #[error("the demo data set cannot be written: {0}")]
    Demo(String),
    /// The command was asked for something that is not there to be asked for.
    #[error("{0}")]
    Usage(String),
    /// Nothing was imported.
    #[error("{0}")]
    Import(String),
    /// A step cannot be made again.
    #[error("{0}")]
    Replay(String),
    /// Another back-test stands there.
    #[error("{place} holds another back-test; name another folder with --out, or delete it")]
    OtherBacktest { place: String },
    /// The chart cannot be drawn.
    #[error("the chart cannot be drawn: {0}")]
    Chart(String),
    /// This build cannot reach a place.
    #[error("{0}")]
    NotBuilt(#[from] messaging::NotBuilt),
    /// The ledger does not answer.
    #[error("{0}")]
    Ledger(#[from] ledger::LedgerError),
    /// A topic or a queue does not do what it is asked.
    #[error("{0}")]
    Send(#[from] messaging::SendError),
    /// Parked events cannot be read.
    #[error("{0}")]
    Parked(#[from] parking::ReadError),
    /// A parked event is not decided.
    #[error("{0}")]
    Decide(#[from] parking::DecideError),
    /// AWS does not do what it is asked, or an execution there failed.
    #[cfg(feature = "s3")]
    #[error("{0}")]
    Cloud(String),
    /// The ERP does not say what it holds.
    #[cfg(feature = "erp")]
    #[error("the ERP cannot be read: {0}")]
    Erp(String),
    /// The status page cannot be written.
    #[error("the page cannot be made: {0}")]
    Page(String),
    /// Standard output cannot be written.
    #[error("the output cannot be written: {0}")]
    Output(#[from] std::io::Error),
    /// The publication says nothing that can be read.
    #[error("{place} cannot be read: {reason}; delete it and run again")]
    Summary { place: String, reason: String },
    /// No browser opens the page.
    #[error("no browser can be started: {0}; open the page by its place")]
    Browser(String),
    /// No threads to work with.
    #[error("threads cannot be started: {0}; try --threads 1")]
    Threads(String),
    /// A defect in Larder itself.
    #[error(
        "a defect in Larder stopped the command: {0}; what is finished is kept, so running it again continues"
    )]
    Defect(String),
}

impl Error {
    pub(crate) fn threads(error: impl std::error::Error) -> Self {
        Self::Threads(error.to_string())
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What a task that panicked had to say.
pub(crate) fn defect(error: JoinError) -> String {
    let Ok(payload) = error.try_into_panic() else {
        return "it was cancelled".to_owned();
    };
    said(payload.as_ref())
}

fn said(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no reason given".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_defect_keeps_its_words() {
        let task = tokio::spawn(async { panic!("no {}", "row") });
        assert_eq!(defect(task.await.unwrap_err()), "no row");
    }
}
