use std::path::{Path, PathBuf};

use crate::{Letter, Notice, Post, SendError, Started, Starter, Topic};

/// Letters, events and plans to start as files of a folder: `<Message-ID>.eml`, `<type>.<id>.json` and
/// `start.<name>.json`.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A folder, which is made when something is put into it.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
        }
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<String, SendError> {
        let path = self.path.join(name);
        let written =
            std::fs::create_dir_all(&self.path).and_then(|()| std::fs::write(&path, bytes));
        match written {
            Ok(()) => Ok(path.display().to_string()),
            Err(error) => Err(SendError::NotTaken(format!(
                "{} cannot be written: {error}",
                path.display()
            ))),
        }
    }
}

/// What can be part of a file's name everywhere.
fn plain(text: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '@') {
            c
        } else {
            '_'
        }
    };
    text.chars().map(plain).collect()
}

impl Post for Folder {
    async fn send(&self, letter: &Letter) -> Result<String, SendError> {
        self.put(&format!("{}.eml", plain(&letter.id)), &letter.message)
    }
}

impl Topic for Folder {
    async fn publish(&self, notice: &Notice) -> Result<(), SendError> {
        let name = format!("{}.{}.json", plain(&notice.kind), plain(&notice.id));
        self.put(&name, notice.json.as_bytes()).map(drop)
    }
}

impl Starter for Folder {
    async fn start(&self, name: &str, input: &str) -> Result<Started, SendError> {
        let file = format!("start.{}.json", plain(name));
        if self.path.join(&file).exists() {
            return Ok(Started::Before);
        }
        self.put(&file, input.as_bytes()).map(|_| Started::Now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_plan_of_one_name_is_started_once() {
        let folder = tempfile::tempdir().unwrap();
        let place = Folder::new(folder.path().join("out"));
        let memory = crate::Memory::default();
        for expected in [Started::Now, Started::Before] {
            assert_eq!(place.start("replan-1", "{}").await, Ok(expected));
            assert_eq!(memory.start("replan-1", "{}").await, Ok(expected));
        }
        assert_eq!(memory.plans(), [("replan-1".to_owned(), "{}".to_owned())]);
    }

    #[tokio::test]
    async fn letters_and_events_are_files_whatever_they_are_called() {
        let folder = tempfile::tempdir().unwrap();
        let place = Folder::new(folder.path().join("out"));
        let letter = Letter {
            from: "larder@example.org".to_owned(),
            to: vec!["planners@example.org".to_owned()],
            id: "../a@example.org".to_owned(),
            message: b"Subject: x\r\n\r\n".to_vec(),
        };
        let written = place.send(&letter).await.unwrap();
        assert!(written.ends_with("/out/.._a@example.org.eml"), "{written}");
        assert_eq!(std::fs::read(written).unwrap(), letter.message);
        let notice = Notice {
            id: "0f/2026-W48".to_owned(),
            kind: "larder.orders.sited.v1".to_owned(),
            json: "{}".to_owned(),
        };
        place.publish(&notice).await.unwrap();
        let file = folder
            .path()
            .join("out/larder.orders.sited.v1.0f_2026-W48.json");
        assert_eq!(std::fs::read(file).unwrap(), b"{}");
    }
}
