//! The company that is planned: two sites, two areas, four recipes, two weeks, every file there is.

use std::collections::BTreeMap;
use std::sync::Arc;

use artifacts::Memory;

#[path = "../../shared/dataset/tests/tiny/mod.rs"]
#[expect(dead_code, reason = "it is only planned here, and checked elsewhere")]
mod tiny;

/// Its files, by name. They leave the moment planned from to the clock, so that two starts of a run differ.
fn files() -> BTreeMap<String, Vec<u8>> {
    let mut files = tiny::tiny().0;
    let settings = files.get_mut("data_set.csv").unwrap();
    let text = String::from_utf8(settings.clone()).unwrap();
    let open = text.replace("2026-10-18T18:00:00Z,", ",");
    assert_ne!(open, text);
    *settings = open.into_bytes();
    files
}

/// A store that holds them.
pub(crate) fn stored() -> Arc<Memory> {
    let store = Memory::default();
    files()
        .iter()
        .for_each(|(name, bytes)| store.damage(name, bytes));
    Arc::new(store)
}
