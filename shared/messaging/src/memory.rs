use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Letter, Notice, Post, SendError, Started, Starter, Topic};

/// Keeps what was sent, for tests; may be told to fail.
#[derive(Debug, Default)]
pub struct Memory {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    letters: Vec<Letter>,
    notices: Vec<Notice>,
    /// Plans that were started: name and input.
    plans: Vec<(String, String)>,
    /// What the next letter, event or start meets.
    next: Option<Failure>,
}

/// How sending fails once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Before anything is taken.
    Before(SendError),
    /// It is taken, and the answer is lost.
    After,
}

impl Memory {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the next sending fail.
    pub fn fail_next(&self, failure: Failure) {
        self.held().next = Some(failure);
    }

    /// Every letter that was taken.
    pub fn letters(&self) -> Vec<Letter> {
        self.held().letters.clone()
    }

    /// Every event that was taken.
    pub fn notices(&self) -> Vec<Notice> {
        self.held().notices.clone()
    }

    /// Name and input of every plan that was started.
    pub fn plans(&self) -> Vec<(String, String)> {
        self.held().plans.clone()
    }

    fn take(&self, keep: impl FnOnce(&mut Held)) -> Result<(), SendError> {
        let mut held = self.held();
        match held.next.take() {
            Some(Failure::Before(error)) => Err(error),
            failure => {
                keep(&mut held);
                match failure {
                    Some(_) => Err(SendError::NoAnswer("the answer was lost".to_owned())),
                    None => Ok(()),
                }
            }
        }
    }
}

impl Post for Memory {
    async fn send(&self, letter: &Letter) -> Result<String, SendError> {
        self.take(|held| held.letters.push(letter.clone()))?;
        Ok(format!("letter {}", self.held().letters.len()))
    }
}

impl Topic for Memory {
    async fn publish(&self, notice: &Notice) -> Result<(), SendError> {
        self.take(|held| held.notices.push(notice.clone()))
    }
}

impl Starter for Memory {
    async fn start(&self, name: &str, input: &str) -> Result<Started, SendError> {
        let mut started = Started::Before;
        self.take(|held| {
            if held.plans.iter().all(|(held, _)| held != name) {
                held.plans.push((name.to_owned(), input.to_owned()));
                started = Started::Now;
            }
        })?;
        Ok(started)
    }
}
