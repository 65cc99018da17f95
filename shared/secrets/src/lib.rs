//! A secret by its name: from AWS Secrets Manager, or from a file on a laptop. It is kept for a while, can be asked for
//! anew when the other side refuses it, and never printed.

#[cfg(feature = "aws")]
mod aws;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use domain::Timestamp;
use jiff::SignedDuration;
use secrecy::SecretString;

/// What a name begins with that is a file's path.
const FILE: &str = "file:";

/// How long a secret is kept: a rotated one is known by then, even where the old one still serves.
const KEPT: SignedDuration = SignedDuration::from_mins(15);

/// Nobody can be asked, or nobody has it. The words tell its name, never what it holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the secret `{name}` cannot be read: {why}")]
pub struct SecretError {
    name: String,
    why: String,
}

/// A secret by its name.
pub struct Secret {
    name: String,
    place: Place,
    clock: fn() -> Timestamp,
    held: Mutex<Option<(SecretString, Timestamp)>>,
}

enum Place {
    File(PathBuf),
    #[cfg(feature = "aws")]
    Manager(aws::Manager),
}

impl Secret {
    /// The secret of a name: `file:` and a path, or the name or ARN of one in AWS Secrets Manager. Nothing is read yet.
    ///
    /// # Errors
    /// A name in AWS Secrets Manager where this was built without it.
    pub async fn named(name: &str, clock: fn() -> Timestamp) -> Result<Self, SecretError> {
        let place = match name.strip_prefix(FILE) {
            Some(path) => Place::File(PathBuf::from(path)),
            None => elsewhere(name).await?,
        };
        Ok(Self {
            name: name.to_owned(),
            place,
            clock,
            held: Mutex::default(),
        })
    }

    /// The secret, as it was read within the last quarter of an hour.
    ///
    /// # Errors
    /// [`SecretError`] when it cannot be read.
    pub async fn get(&self) -> Result<SecretString, SecretError> {
        let now = (self.clock)();
        let held = self.held().clone();
        match held {
            Some((secret, until)) if now < until => Ok(secret),
            _ => self.refresh().await,
        }
    }

    /// The secret, read now: for when the one that is held has been refused.
    ///
    /// # Errors
    /// [`SecretError`] when it cannot be read.
    #[cfg_attr(
        not(feature = "aws"),
        expect(clippy::unused_async, reason = "a file is read at once")
    )]
    pub async fn refresh(&self) -> Result<SecretString, SecretError> {
        let read = match &self.place {
            Place::File(path) => std::fs::read_to_string(path).map_err(|error| error.to_string()),
            #[cfg(feature = "aws")]
            Place::Manager(manager) => manager.read(&self.name).await,
        };
        let text = read.map_err(|why| self.unreadable(why))?;
        let text = text.trim();
        // It becomes part of a header.
        if text.is_empty() || !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(self.unreadable("it is not one line of visible ASCII characters"));
        }
        let secret = SecretString::from(text);
        let until = (self.clock)().checked_add(KEPT).unwrap_or(Timestamp::MAX);
        *self.held() = Some((secret.clone(), until));
        Ok(secret)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<(SecretString, Timestamp)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unreadable(&self, why: impl Into<String>) -> SecretError {
        SecretError {
            name: self.name.clone(),
            why: why.into(),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.name)
    }
}

#[cfg(feature = "aws")]
async fn elsewhere(_name: &str) -> Result<Place, SecretError> {
    Ok(Place::Manager(aws::Manager::connect().await))
}

#[cfg(not(feature = "aws"))]
#[expect(clippy::unused_async, reason = "it stands for one that connects")]
async fn elsewhere(name: &str) -> Result<Place, SecretError> {
    Err(SecretError {
        name: name.to_owned(),
        why: format!("it does not begin with `{FILE}`, and AWS Secrets Manager is not built in"),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use secrecy::ExposeSecret;

    use super::*;

    static NOW: AtomicI64 = AtomicI64::new(1_800_000_000);

    fn clock() -> Timestamp {
        Timestamp::from_second(NOW.load(Ordering::SeqCst)).unwrap()
    }

    #[tokio::test]
    async fn a_secret_is_kept_for_a_while_and_read_again_when_asked_or_old() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "first\n").unwrap();
        let name = format!("file:{}", path.display());
        let secret = Secret::named(&name, clock).await.unwrap();
        assert_eq!(secret.get().await.unwrap().expose_secret(), "first");
        std::fs::write(&path, "second").unwrap();
        assert_eq!(secret.get().await.unwrap().expose_secret(), "first");
        assert_eq!(secret.refresh().await.unwrap().expose_secret(), "second");
        std::fs::write(&path, "third").unwrap();
        assert_eq!(secret.get().await.unwrap().expose_secret(), "second");
        NOW.fetch_add(KEPT.as_secs(), Ordering::SeqCst);
        assert_eq!(secret.get().await.unwrap().expose_secret(), "third");
        let shown = format!("{secret:?} {:?}", secret.get().await.unwrap());
        assert!(!shown.contains("third"), "{shown}");
    }

    #[tokio::test]
    async fn what_is_no_key_is_refused_without_telling_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let name = format!("file:{}", path.display());
        let secret = Secret::named(&name, clock).await.unwrap();
        assert!(secret.get().await.unwrap_err().to_string().contains(&name));
        for bad in ["", "two\nlines", "smörgås"] {
            std::fs::write(&path, bad).unwrap();
            let error = secret.get().await.unwrap_err().to_string();
            assert!(error.contains("one line of visible ASCII"), "{error}");
            assert!(bad.is_empty() || !error.contains(bad), "{error}");
        }
    }
}
