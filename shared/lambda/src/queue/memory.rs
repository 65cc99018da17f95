//! Twins in memory of what a batch needs, for tests and simulations. Parking's are `artifacts::Memory` and
//! `messaging::Memory`.

use std::sync::{Arc, Mutex, PoisonError};

use domain::Timestamp;

use super::{Metrics, Tally, Visibility, Wait};

/// Keeps what was put off. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Waits(Arc<Mutex<Vec<Wait>>>);

impl Waits {
    /// What was put off since it was last asked.
    pub fn take(&self) -> Vec<Wait> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Visibility for Waits {
    async fn put_off(&self, waits: &[Wait]) -> Result<(), String> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.extend_from_slice(waits);
        Ok(())
    }
}

/// Keeps the counts of batches. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Tallies(Arc<Mutex<Vec<Tally>>>);

impl Tallies {
    /// The counts since it was last asked.
    pub fn take(&self) -> Vec<Tally> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Metrics for Tallies {
    async fn put(&self, tally: &Tally, _now: Timestamp) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.push(tally.clone());
    }
}
