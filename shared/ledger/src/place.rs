use std::path::PathBuf;
use std::str::FromStr;

use domain::{Date, Timestamp};
use effects::{Applied, Leased};

use crate::breaker::{Kept, State, States};
use crate::tally::{Counts, Tallies};
use crate::{Document, Folder, Key, Lease, Ledger, LedgerError};

/// Where a ledger is: a folder, or `dynamodb://TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder.
    Folder(PathBuf),
    /// A table of Amazon DynamoDB.
    DynamoDb(String),
}

impl FromStr for Place {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = |reason| LedgerError::BadPlace {
            place: text.to_owned(),
            reason,
        };
        match text.split_once("://") {
            Some(("dynamodb", "")) => Err(bad("name the table, as in dynamodb://TABLE")),
            Some(("dynamodb", table)) => Ok(Self::DynamoDb(table.to_owned())),
            Some(_) => Err(bad("give a folder or dynamodb://TABLE")),
            None if text.is_empty() => Err(bad("it is empty; give a folder or dynamodb://TABLE")),
            None => Ok(Self::Folder(PathBuf::from(text))),
        }
    }
}

/// A ledger of any kind.
#[derive(Debug, Clone)]
pub enum AnyLedger {
    /// In a folder.
    Folder(Folder),
    /// In a table of Amazon DynamoDB.
    #[cfg(feature = "aws")]
    DynamoDb(crate::DynamoDb),
}

impl AnyLedger {
    /// Opens the ledger at a place. Nothing is asked of it yet.
    ///
    /// # Errors
    /// [`LedgerError::BadPlace`] for DynamoDB in a build without it.
    #[cfg_attr(
        not(feature = "aws"),
        expect(clippy::unused_async, reason = "DynamoDB connects")
    )]
    pub async fn connect(place: &Place) -> Result<Self, LedgerError> {
        match place {
            Place::Folder(path) => Ok(Self::Folder(Folder::new(path))),
            #[cfg(feature = "aws")]
            Place::DynamoDb(table) => Ok(Self::DynamoDb(crate::DynamoDb::connect(table).await)),
            #[cfg(not(feature = "aws"))]
            Place::DynamoDb(table) => Err(LedgerError::BadPlace {
                place: format!("dynamodb://{table}"),
                reason: "it needs a build with the feature `aws`",
            }),
        }
    }
}

impl Ledger for AnyLedger {
    async fn lease(
        &self,
        key: &Key,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Leased<Document>, LedgerError> {
        match self {
            Self::Folder(folder) => folder.lease(key, lease, now).await,
            #[cfg(feature = "aws")]
            Self::DynamoDb(table) => table.lease(key, lease, now).await,
        }
    }

    async fn record(
        &self,
        key: &Key,
        owner: &str,
        applied: &Applied<Document>,
    ) -> Result<bool, LedgerError> {
        match self {
            Self::Folder(folder) => folder.record(key, owner, applied).await,
            #[cfg(feature = "aws")]
            Self::DynamoDb(table) => table.record(key, owner, applied).await,
        }
    }

    async fn release(&self, key: &Key, owner: &str) -> Result<(), LedgerError> {
        match self {
            Self::Folder(folder) => folder.release(key, owner).await,
            #[cfg(feature = "aws")]
            Self::DynamoDb(table) => table.release(key, owner).await,
        }
    }
}

impl States for AnyLedger {
    async fn read(&self, name: &str) -> Result<Kept, LedgerError> {
        match self {
            Self::Folder(folder) => folder.read(name).await,
            #[cfg(feature = "aws")]
            Self::DynamoDb(table) => table.read(name).await,
        }
    }

    async fn swap(&self, name: &str, revision: u64, state: &State) -> Result<bool, LedgerError> {
        match self {
            Self::Folder(folder) => folder.swap(name, revision, state).await,
            #[cfg(feature = "aws")]
            Self::DynamoDb(table) => table.swap(name, revision, state).await,
        }
    }
}

impl Tallies for AnyLedger {
    async fn add(&self, consumer: &str, day: Date, counts: &Counts) -> Result<(), LedgerError> {
        match self {
            Self::Folder(folder) => folder.add(consumer, day, counts).await,
            #[cfg(feature = "aws")]
            Self::DynamoDb(table) => table.add(consumer, day, counts).await,
        }
    }

    async fn of(&self, consumer: &str, day: Date) -> Result<Counts, LedgerError> {
        match self {
            Self::Folder(folder) => folder.of(consumer, day).await,
            #[cfg(feature = "aws")]
            Self::DynamoDb(table) => table.of(consumer, day).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_or_a_table() {
        assert_eq!(
            "dynamodb://ledger".parse(),
            Ok(Place::DynamoDb("ledger".to_owned()))
        );
        assert_eq!("a/b".parse(), Ok(Place::Folder("a/b".into())));
        for bad in ["", "dynamodb://", "s3://bucket/ledger"] {
            let said = bad.parse::<Place>().unwrap_err().to_string();
            assert!(said.contains("dynamodb://TABLE"), "{said}");
        }
    }
}
