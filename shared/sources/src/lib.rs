//! The planning data set in a store: what a plan pins of it, and the reading of what was pinned.

mod compact;
mod cut;
mod pinned;
mod standing;
mod together;

pub use compact::{Merged, compact};
pub use cut::DataCut;
pub use pinned::pinned;
pub use standing::standing;

use std::collections::BTreeSet;

use dataset::Files;

/// Which of `names` belong to these tables; other files beside a data set are nobody's business.
pub fn table_files<'a>(
    names: &[&'a str],
    tables: impl IntoIterator<Item = &'static str>,
) -> Vec<&'a str> {
    let mut files: BTreeSet<&str> = BTreeSet::new();
    for table in tables {
        for name in names {
            if Files::of_table(table, std::iter::once(*name))
                .next()
                .is_some()
            {
                files.insert(name);
            }
        }
    }
    files.into_iter().collect()
}

/// Whether a file is an object of the change log. They are small and many: they are read into memory, where larger files
/// are left open.
pub(crate) fn is_change(name: &str) -> bool {
    name.starts_with("changes/")
}
