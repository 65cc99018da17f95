use artifacts::Store;
use contracts::{Fault, Reference, StepName};
use domain::MenuWeek;

use crate::step::{RESULT, digest};
use crate::{Run, StepResult, parse, reference, scope_name};

/// A finished step as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Its result.
    pub reference: Reference,
    /// What the result holds.
    pub result: StepResult,
}

impl Finished {
    /// The folder it stands in, relative to the run.
    pub fn folder(&self) -> &str {
        let key = self.reference.key.as_str();
        key.rsplit_once('/').map_or(key, |(folder, _)| folder)
    }

    /// Its digest, the folder's last part.
    pub fn digest(&self) -> &str {
        let folder = self.folder();
        folder.rsplit_once('/').map_or(folder, |(_, digest)| digest)
    }

    /// Whether the code that made it is this program's: its digest covers the version.
    ///
    /// # Errors
    /// `Contract.Violation` when its inputs cannot be written.
    pub fn is_of_this_code(&self) -> Result<bool, Fault> {
        let StepResult {
            step, week, inputs, ..
        } = &self.result;
        Ok(digest(*step, &scope_name(*week), inputs)? == self.digest())
    }
}

impl<S: Store> Run<'_, S> {
    /// Every finished result of a step, in order of their digests: more than one where the inputs or the code
    /// changed between two tries of the run.
    ///
    /// # Errors
    /// `Data.Rejected` when a result cannot be read; the store's faults.
    pub async fn finished(
        &self,
        step: StepName,
        week: Option<MenuWeek>,
    ) -> Result<Vec<Finished>, Fault> {
        let below = format!("{}/{step}", scope_name(week));
        let mut finished = Vec::new();
        for entry in self.store().list(&self.key(&below)).await? {
            if !entry.key.ends_with(&format!("/{RESULT}")) {
                continue;
            }
            let relative = entry.key.strip_prefix(&self.key("")).unwrap_or(&entry.key);
            finished.push(self.finished_at(relative).await?);
        }
        Ok(finished)
    }

    /// The finished result that stands at this key of the run.
    ///
    /// # Errors
    /// As [`Run::finished`].
    pub async fn finished_at(&self, key: &str) -> Result<Finished, Fault> {
        let place = self.key(key);
        let bytes = self.store().get(&place).await?;
        Ok(Finished {
            result: parse(self.store(), &place, &bytes)?,
            reference: reference(key, &bytes),
        })
    }
}
