use std::collections::{BTreeMap, BTreeSet};

use artifacts::{Store, StoreError, sha256, sha256_of_file};
use contracts::{DataFile, Fault, FaultName};
use dataset::tables::{AreaSite, DataSet, MenuWeekRow, Recipe, Site, schemas};
use dataset::{Body, Files, Presence, Table};
use domain::{Finding, Severity};

use crate::together::read_all;
use crate::{is_change, table_files};

/// The data set as it stands: every file that counts, by its digest.
#[derive(Debug)]
pub struct DataCut {
    /// The files, by name.
    pub pins: BTreeMap<String, DataFile>,
    /// The files that the plan itself is made from.
    planning: Files,
}

impl DataCut {
    /// Digests every file of the data set.
    ///
    /// # Errors
    /// `Data.NotReady` when there is none; the store's faults.
    pub async fn take(data: &impl Store) -> Result<Self, Fault> {
        for _ in 1..LISTINGS {
            match Self::taken(data).await {
                // What stands in its place now is in the next listing.
                Err(Failure::Merged(_)) => {}
                taken => return taken.map_err(Failure::into_fault),
            }
        }
        Self::taken(data).await.map_err(Failure::into_fault)
    }

    async fn taken(data: &impl Store) -> Result<Self, Failure> {
        let entries = data.list("").await.map_err(Fault::from)?;
        let names: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        let files = table_files(&names, schemas().into_iter().map(|schema| schema.name));
        if files.is_empty() {
            let message = format!(
                "there is no data set in {}: no file such as menu_week.csv",
                data.place("").trim_end_matches('/')
            );
            return Err(Fault::new(FaultName::DataNotReady, message).into());
        }
        let mut cut = Self {
            pins: BTreeMap::new(),
            planning: Files::default(),
        };
        let needed: BTreeSet<&str> = table_files(&files, PLANNING).into_iter().collect();
        let (changes, whole): (Vec<&str>, Vec<&str>) =
            files.into_iter().partition(|name| is_change(name));
        for name in whole {
            let mut file = data.open(name).await.map_err(Fault::from)?;
            let (sha256, bytes) = sha256_of_file(&mut file).map_err(|error| {
                let message = format!("{} cannot be read: {error}", data.place(name));
                Fault::new(FaultName::DependencyUnavailable, message)
            })?;
            cut.pins.insert(name.to_owned(), DataFile { sha256, bytes });
            if needed.contains(name) {
                cut.planning.insert(name, Body::File(file));
            }
        }
        for (name, read) in read_all(data, &changes).await {
            let content = match read {
                Err(gone @ StoreError::NotFound { .. }) => return Err(Failure::Merged(gone)),
                read => read.map_err(Fault::from)?,
            };
            let pin = DataFile {
                sha256: sha256(&content),
                bytes: content.len() as u64,
            };
            cut.pins.insert(name.to_owned(), pin);
            if needed.contains(name) {
                cut.planning.insert(name, Body::Bytes(content.into()));
            }
        }
        Ok(cut)
    }

    /// The tables that a data set must have and this one has no file of, such as `menu_recipe`.
    pub fn missing(&self) -> Vec<&'static str> {
        let names: Vec<&str> = self.pins.keys().map(String::as_str).collect();
        schemas()
            .into_iter()
            .filter(|schema| schema.presence == Presence::Required)
            .map(|schema| schema.name)
            .filter(|table| table_files(&names, [*table]).is_empty())
            .collect()
    }

    /// The data set's settings.
    ///
    /// # Errors
    /// `Data.Rejected` when they cannot be read.
    pub fn settings(&self) -> Result<Option<DataSet>, Fault> {
        let loaded = self.planning.load::<DataSet>();
        refuse(&loaded.findings)?;
        Ok(loaded.rows.into_iter().next().map(|row| row.value))
    }

    /// The menu weeks, in order.
    ///
    /// # Errors
    /// `Data.Rejected` when they cannot be read.
    pub fn weeks(&self) -> Result<Vec<MenuWeekRow>, Fault> {
        let loaded = self.planning.load::<MenuWeekRow>();
        refuse(&loaded.findings)?;
        let mut weeks: Vec<_> = loaded.rows.into_iter().map(|row| row.value).collect();
        weeks.sort_by_key(|week| week.week_id);
        Ok(weeks)
    }

    /// The sites that can be read.
    pub fn sites(&self) -> Vec<Site> {
        self.readable()
    }

    /// How sites serve areas, as far as it can be read.
    pub fn routes(&self) -> Vec<AreaSite> {
        self.readable()
    }

    /// The recipes that can be read.
    pub fn recipes(&self) -> Vec<Recipe> {
        self.readable()
    }

    fn readable<T: Table>(&self) -> Vec<T> {
        let loaded = self.planning.load::<T>();
        loaded.rows.into_iter().map(|row| row.value).collect()
    }
}

/// The tables that a plan is made from, or that its input is held against.
const PLANNING: [&str; 5] = ["data_set", "menu_week", "site", "area_site", "recipe"];

/// How often a data set is listed at most while its change objects are merged.
const LISTINGS: u32 = 3;

/// Why no cut was taken.
enum Failure {
    /// A change object went between the listing and its reading.
    Merged(StoreError),
    Fault(Fault),
}

impl Failure {
    fn into_fault(self) -> Fault {
        match self {
            Self::Merged(error) => error.into(),
            Self::Fault(fault) => fault,
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

fn refuse(findings: &[Finding]) -> Result<(), Fault> {
    match findings
        .iter()
        .find(|finding| finding.severity == Severity::Error)
    {
        None => Ok(()),
        Some(finding) => Err(Fault::new(FaultName::DataRejected, finding)),
    }
}
