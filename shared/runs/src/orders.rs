use std::collections::BTreeMap;

use artifacts::{Store, StoreError, sha256};
use contracts::artifact::{ORDERS, order, orders_of};
use contracts::{DataFile, Fault, FaultName, PurchaseOrder};
use domain::{Date, SiteId, VendorId};
use purchasing::Pinned;

use crate::{parse, to_json};

/// The purchase orders in a run store. They belong to no run: each is created once, under a key of its own.
#[derive(Debug)]
pub struct Orders<'a, S>(pub &'a S);

impl<S: Store> Orders<'_, S> {
    /// Every order for a day of delivery from this one on, as a plan pins it.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn pins(&self, from: Date) -> Result<BTreeMap<String, DataFile>, Fault> {
        let mut pins = BTreeMap::new();
        for entry in self.0.list(ORDERS).await? {
            let day = entry.key.split('/').nth(3);
            if day.and_then(|day| day.parse::<Date>().ok()) >= Some(from) {
                let bytes = self.0.get(&entry.key).await?;
                let file = DataFile {
                    sha256: sha256(&bytes),
                    bytes: bytes.len() as u64,
                };
                pins.insert(entry.key, file);
            }
        }
        Ok(pins)
    }

    /// The orders that a plan pins.
    ///
    /// # Errors
    /// `Data.Rejected` when one is missing or damaged; the store's faults.
    pub async fn pinned(&self, pins: &BTreeMap<String, DataFile>) -> Result<Vec<Pinned>, Fault> {
        let mut pinned = Vec::with_capacity(pins.len());
        for (key, file) in pins {
            let bytes = match self.0.get(key).await {
                Err(StoreError::NotFound { place }) => {
                    return Err(rejected(&place, "is missing, and the plan counts it"));
                }
                found => found?,
            };
            if sha256(&bytes) != file.sha256 {
                return Err(rejected(&self.0.place(key), "is not what the plan pinned"));
            }
            let (key, order) = (key.clone(), self.read(key, &bytes)?);
            pinned.push(Pinned { key, order });
        }
        Ok(pinned)
    }

    /// The orders of a vendor, site and day of delivery, in order of sequence.
    ///
    /// # Errors
    /// `Data.Rejected` when one cannot be read; the store's faults.
    pub async fn of(
        &self,
        vendor: &VendorId,
        site: &SiteId,
        day: Date,
    ) -> Result<Vec<PurchaseOrder>, Fault> {
        let mut orders = Vec::new();
        for entry in self.0.list(&orders_of(vendor, site, day)).await? {
            let bytes = self.0.get(&entry.key).await?;
            orders.push(self.read(&entry.key, &bytes)?);
        }
        orders.sort_by_key(|order| order.sequence);
        Ok(orders)
    }

    /// The folders of vendor, site and day that hold an order.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn folders(&self) -> Result<std::collections::BTreeSet<String>, Fault> {
        let entries = self.0.list(ORDERS).await?.into_iter();
        let folder = |key: &str| Some(key.rsplit_once('/')?.0.to_owned());
        Ok(entries.filter_map(|entry| folder(&entry.key)).collect())
    }

    /// Stores an order; `false` when another one has its sequence.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn place(&self, placed: &PurchaseOrder) -> Result<bool, Fault> {
        match self.0.create(&order(placed), &to_json(placed)?).await {
            Ok(()) => Ok(true),
            Err(StoreError::Exists { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn read(&self, key: &str, bytes: &[u8]) -> Result<PurchaseOrder, Fault> {
        let place = self.0.place(key);
        let order: PurchaseOrder = parse(self.0, key, bytes)?;
        if order.schema == PurchaseOrder::SCHEMA {
            return Ok(order);
        }
        let why = format!(
            "is `{}`, and this version reads `{}`",
            order.schema,
            PurchaseOrder::SCHEMA
        );
        Err(rejected(&place, &why))
    }
}

/// An order is a promise to a vendor: it is put back, never passed over.
fn rejected(place: &str, why: &str) -> Fault {
    let message = format!("{place} {why}; put the purchase order back as it was approved");
    Fault::new(FaultName::DataRejected, message)
}
