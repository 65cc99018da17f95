//! Proposals that a run has stored, and what they were made from.

use std::collections::BTreeMap;

use artifacts::Store;
use contracts::artifact::{PROPOSALS, SOURCES, SUPPLY, explanations};
use contracts::{DataFile, Fault, ProposalSources, Reference};
use dataset::stored_rows;
use domain::SiteId;
use ordering::{Settings, SiteProposals};
use purchasing::{Counted, Pinned};
use runs::{Orders, Run, StepResult};
use simulation::Packed;
use supply::Supply;

use crate::rejected;
use crate::weeks::{self, Needs};
use proposals::ProposalRow;

/// Supply as a run nets against it: the data set's facts and, under way, the approved orders that its plan pins.
pub(crate) async fn supply<S: Store>(
    run: &Run<'_, S>,
    facts: &Reference,
) -> Result<(Supply, Vec<Pinned>, Counted), Fault> {
    let mut supply: Supply = run.json(facts).await?;
    let approved = Orders(run.store()).pinned(&run.plan.approved).await?;
    let counted = purchasing::count(&mut supply.stock, &approved);
    Ok((supply, approved, counted))
}

/// The result of `order-proposer` in a run.
#[derive(Debug)]
pub struct Stored<'r, 'a, S> {
    run: &'r Run<'a, S>,
    result: StepResult,
}

/// What proposals were made from.
pub struct Made {
    /// Stock, terms, policies and overrides.
    pub supply: Supply,
    pub(crate) needs: Vec<Needs>,
    pub(crate) settings: Settings,
    pub(crate) seed: u64,
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the inputs of proposals over {} weeks", self.needs.len())
    }
}

impl<'r, 'a, S: Store> Stored<'r, 'a, S> {
    /// Opens a result.
    ///
    /// # Errors
    /// As [`Run::result`].
    pub async fn open(run: &'r Run<'a, S>, result: &Reference) -> Result<Self, Fault> {
        Ok(Self {
            run,
            result: run.result(result).await?,
        })
    }

    /// The lines, one row each.
    ///
    /// # Errors
    /// `Data.Rejected` when they are damaged; the store's faults.
    pub async fn lines(&self) -> Result<Vec<ProposalRow>, Fault> {
        let name = PROPOSALS[1];
        let bytes = self.run.read(self.result.artifact(name)?).await?;
        Ok(stored_rows(name, bytes))
    }

    /// One site's proposals with their reasons; `None` for a site that has none.
    ///
    /// # Errors
    /// `Data.Rejected` when they are damaged; the store's faults.
    pub async fn site(&self, site: &SiteId) -> Result<Option<SiteProposals>, Fault> {
        match self.result.artifacts.get(&explanations(site)) {
            Some(reference) => Ok(Some(self.run.json(reference).await?)),
            None => Ok(None),
        }
    }

    /// The sha256 of every file of the data set that the proposals point into.
    pub const fn files(&self) -> &BTreeMap<String, DataFile> {
        &self.run.plan.data
    }

    /// Stock with the orders approved before, terms and names.
    ///
    /// # Errors
    /// `Data.Rejected` when they are gone or damaged; the store's faults.
    pub async fn supply(&self) -> Result<Supply, Fault> {
        self.supply_of(&self.sources().await?).await
    }

    /// Everything they were made from.
    ///
    /// # Errors
    /// `Data.Rejected` when some of it is gone or damaged; the store's faults.
    pub async fn made_from(&self) -> Result<Made, Fault> {
        let sources = self.sources().await?;
        Ok(Made {
            supply: self.supply_of(&sources).await?,
            needs: weeks::stored(self.run, &sources.weeks).await?,
            settings: Settings::default(),
            seed: self.run.plan.seed,
        })
    }

    async fn sources(&self) -> Result<ProposalSources, Fault> {
        self.run.json(self.result.artifact(SOURCES)?).await
    }

    async fn supply_of(&self, sources: &ProposalSources) -> Result<Supply, Fault> {
        let history = self.run.result(&sources.history).await?;
        let (supply, ..) = supply(self.run, history.artifact(SUPPLY)?).await?;
        Ok(supply)
    }
}

impl Made {
    /// The weeks' states of the world.
    ///
    /// # Errors
    /// `Data.Rejected` when they are damaged.
    pub fn draws(&self) -> Result<Vec<Packed<'_>>, Fault> {
        self.needs.iter().map(Needs::draws).collect()
    }

    /// The inputs of purchase planning.
    pub fn inputs<'i>(&'i self, draws: &'i [Packed<'i>]) -> ordering::Inputs<'i> {
        let weeks = self.needs.iter().zip(draws);
        ordering::Inputs {
            supply: &self.supply,
            weeks: weeks.map(|(needs, draws)| needs.week_of(draws)).collect(),
            settings: self.settings,
            seed: self.seed,
        }
    }
}

/// Attributes the changes of lines between two stored results.
///
/// # Errors
/// `Data.Rejected` when inputs of either cannot be used.
pub fn attribute(
    old: &Made,
    new: &Made,
    lines: &[ordering::Changed],
    way: ordering::Way,
) -> Result<Vec<ordering::Attribution>, Fault> {
    let (old_draws, new_draws) = (old.draws()?, new.draws()?);
    let (old, new) = (old.inputs(&old_draws), new.inputs(&new_draws));
    ordering::attribute(&old, &new, lines, way).map_err(rejected)
}
