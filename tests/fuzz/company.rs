//! The data set that samples are taken from, and in which damaged files are put.

use std::collections::BTreeMap;

use artifacts::Memory;
use dataset::{Body, Files, Table, each_table, tables, write_parquet};
use tables::{
    AreaSite, BoxHistory, BoxRule, DataSet, DeliveryArea, DemandHistory, InboundOrderLine,
    InvChange, InvLevel, InvPolicy, MenuAreaRecipe, MenuRecipe, MenuWeekRow, OrderLine, Override,
    Product, Recipe, RecipeBom, ShareForecast, Site, SiteCap, SiteRecipe, Vendor, VendorCalendar,
    VendorLeadTime, VendorProduct, VolumeForecast,
};

#[path = "../../shared/dataset/tests/tiny/mod.rs"]
#[expect(dead_code, reason = "only its files are used here")]
mod tiny;

/// Its files, by name.
pub(crate) fn csv() -> BTreeMap<String, Vec<u8>> {
    tiny::tiny().0
}

/// The same tables as Parquet.
pub(crate) fn parquet() -> BTreeMap<String, Vec<u8>> {
    let mut files = Files::default();
    for (name, bytes) in csv() {
        files.insert(&name, Body::Bytes(bytes.into()));
    }
    let mut parquet = BTreeMap::new();
    macro_rules! visit {
        ($row:ident) => {
            let mut bytes = Vec::new();
            let rows = files.load::<$row>().rows.into_iter().map(|row| row.value);
            write_parquet(rows, &mut bytes).unwrap();
            parquet.insert(format!("{}.parquet", $row::SCHEMA.name), bytes);
        };
    }
    each_table!(visit);
    parquet
}

/// A store of the data set with one file in its table's place.
pub(crate) fn with(name: &str, bytes: &[u8]) -> Memory {
    let store = Memory::default();
    let table = name.split('.').next().unwrap_or_default();
    for (other, held) in csv() {
        if other.split('.').next() != Some(table) {
            store.damage(&other, &held);
        }
    }
    store.damage(name, bytes);
    store
}

/// Runs a future on this thread.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(work)
}
