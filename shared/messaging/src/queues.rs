//! Queues as people look after them: how full they are, and moving dead letters back.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;

#[cfg(feature = "aws")]
use crate::aws::Sqs;
#[cfg(not(feature = "aws"))]
use crate::not_built;
use crate::{NotBuilt, SendError};

/// How many messages a queue holds, about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// They can be delivered now.
    pub waiting: u64,
    /// They are delivered and not yet done, or were put off until later.
    pub in_flight: u64,
}

/// A queue that somebody looks after.
pub trait Queue: Send + Sync {
    /// How full it is.
    ///
    /// # Errors
    /// Why it does not say.
    fn depth(&self) -> impl Future<Output = Result<Depth, SendError>> + Send;

    /// Begins to move its messages to another queue, so many a second at most; gives what the move is called.
    ///
    /// # Errors
    /// Why it is not begun.
    fn move_to(
        &self,
        queue: &Self,
        a_second: u16,
    ) -> impl Future<Output = Result<String, SendError>> + Send;
}

/// A queue of any kind: the URL of one of Amazon SQS, or a folder with a file for each message.
#[derive(Debug)]
pub enum AnyQueue {
    /// Amazon SQS.
    #[cfg(feature = "aws")]
    Sqs(Sqs),
    /// A folder.
    Folder(PathBuf),
}

impl AnyQueue {
    /// The queue at a place. Nothing is asked of it yet.
    ///
    /// # Errors
    /// [`NotBuilt`] for Amazon SQS in a build without it.
    #[cfg_attr(
        not(feature = "aws"),
        expect(clippy::unused_async, reason = "SQS is awaited")
    )]
    pub async fn connect(place: &str) -> Result<Self, NotBuilt> {
        match place {
            #[cfg(feature = "aws")]
            url if url.starts_with("https://") => Ok(Self::Sqs(Sqs::connect(url).await)),
            #[cfg(not(feature = "aws"))]
            url if url.starts_with("https://") => Err(not_built(place)),
            folder => Ok(Self::Folder(PathBuf::from(folder))),
        }
    }
}

impl Queue for AnyQueue {
    async fn depth(&self) -> Result<Depth, SendError> {
        match self {
            #[cfg(feature = "aws")]
            Self::Sqs(queue) => queue.depth().await,
            Self::Folder(folder) => Ok(Depth {
                waiting: messages(folder)?.len() as u64,
                in_flight: 0,
            }),
        }
    }

    #[cfg_attr(
        not(feature = "aws"),
        expect(unused_variables, reason = "a folder moves all at once")
    )]
    async fn move_to(&self, queue: &Self, a_second: u16) -> Result<String, SendError> {
        match (self, queue) {
            #[cfg(feature = "aws")]
            (Self::Sqs(from), Self::Sqs(to)) => from.move_to(to, a_second).await,
            (Self::Folder(from), Self::Folder(to)) => moved(from, to),
            #[cfg(feature = "aws")]
            _ => Err(SendError::Refused(
                "a folder and a queue of Amazon SQS do not move to one another".to_owned(),
            )),
        }
    }
}

fn messages(folder: &PathBuf) -> Result<Vec<PathBuf>, SendError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failure(folder, &error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| failure(folder, &error))?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn moved(from: &PathBuf, to: &PathBuf) -> Result<String, SendError> {
    std::fs::create_dir_all(to).map_err(|error| failure(to, &error))?;
    let messages = messages(from)?;
    for message in &messages {
        if let Some(name) = message.file_name() {
            let moved = std::fs::rename(message, to.join(name));
            moved.map_err(|error| failure(message, &error))?;
        }
    }
    Ok(format!("{} files", messages.len()))
}

fn failure(place: &std::path::Path, error: &dyn fmt::Display) -> SendError {
    SendError::NotTaken(format!("{}: {error}", place.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn dead_letters_in_a_folder_move_to_their_queue() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name).display().to_string();
        let queue = AnyQueue::connect(&place("queue")).await.unwrap();
        let dead = AnyQueue::connect(&place("dead")).await.unwrap();
        assert_eq!(dead.depth().await, Ok(Depth::default()), "not there yet");
        std::fs::create_dir(place("dead")).unwrap();
        std::fs::write(folder.path().join("dead/m1.json"), "{}").unwrap();
        assert_eq!(dead.depth().await.unwrap().waiting, 1);
        assert_eq!(dead.move_to(&queue, 10).await.unwrap(), "1 files");
        assert_eq!(dead.depth().await.unwrap().waiting, 0);
        assert_eq!(queue.depth().await.unwrap().waiting, 1);
    }
}
