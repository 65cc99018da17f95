//! What the data set knows, as far as events are held against it.

use artifacts::{Store, StoreError};
use dataset::tables::{DataSet, InvLevel, Product, Site};
use dataset::{Files, Table};
use domain::Timestamp;
use intake::{Catalogue, Levels};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

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

/// Products and sites, and what was last counted, as they were read at a moment.
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
            tables.push(InvLevel::SCHEMA.name);
        }
        let files = sources::standing(data, tables).await?;
        let (products, sites) = (files.load::<Product>(), files.load::<Site>());
        if products.rows.is_empty() {
            let place = data.place("");
            return Err(ReadError::Nothing { place });
        }
        let zone = files.load::<DataSet>();
        let zone = zone.values().next();
        let zone = zone.and_then(|row| TimeZone::get(&row.time_zone).ok());
        let zone = zone.unwrap_or(TimeZone::UTC);
        Ok(Self {
            catalogue: Catalogue::new(products.values(), sites.values(), &zone),
            levels: if stock {
                counted(&files)
            } else {
                Levels::default()
            },
            read_at: now,
        })
    }
}

/// Each site's last count.
fn counted(files: &Files) -> Levels {
    let rows = files.load::<InvLevel>();
    let mut last = BTreeMap::new();
    for row in rows.values() {
        let newest = last.entry(&row.site_id).or_insert(row.snapshot_at);
        *newest = row.snapshot_at.max(*newest);
    }
    let mut levels = Levels::default();
    for row in rows.values() {
        if last.get(&row.site_id) == Some(&row.snapshot_at) {
            let (site, product) = (row.site_id.clone(), row.product_id.clone());
            levels.count(site, product, Some(row.lot.clone()), row.on_hand);
        }
    }
    levels
}
