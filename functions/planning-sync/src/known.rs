//! What the data set knows, as far as events are held against it.

use artifacts::{Store, StoreError};
use dataset::tables::{DataSet, InvChange, InvLevel, Product, Site};
use dataset::{PlanningData, Table};
use domain::Timestamp;
use intake::{Catalogue, Levels};

/// Why it could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The store did not give it.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// There is no data set yet.
    #[error("{place} has no products: there is no planning data set yet")]
    Nothing {
        /// Where it was looked for.
        place: String,
    },
}

/// Products and sites, and the stock that a plan would count on, as they were read at a moment.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) catalogue: Catalogue,
    pub(crate) levels: Levels,
    pub(crate) read_at: Timestamp,
}

impl Known {
    /// Reads the tables that events are held against, changes folded in; stock alone where something hangs on it.
    pub(crate) async fn read(
        data: &impl Store,
        stock: bool,
        now: Timestamp,
    ) -> Result<Self, ReadError> {
        let mut tables = vec![
            DataSet::SCHEMA.name,
            Product::SCHEMA.name,
            Site::SCHEMA.name,
        ];
        if stock {
            tables.extend([InvLevel::SCHEMA.name, InvChange::SCHEMA.name]);
        }
        let files = sources::standing(data, tables).await?;
        let known = PlanningData::load(&files);
        if known.product.is_empty() {
            let place = data.place("");
            return Err(ReadError::Nothing { place });
        }
        let products = known.product.iter().map(|row| &row.value);
        let sites = known.site.iter().map(|row| &row.value);
        Ok(Self {
            catalogue: Catalogue::new(products, sites, &known.time_zone()),
            levels: if stock {
                Levels::of(&known, now)
            } else {
                Levels::default()
            },
            read_at: now,
        })
    }
}
