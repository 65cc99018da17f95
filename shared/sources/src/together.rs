use artifacts::{Store, StoreError};
use futures_util::future::{join_all, try_join_all};

/// So many small objects are asked for at once: a change log may hold thousands, and each answer takes its time.
const AT_ONCE: usize = 32;

/// What reading an object gave.
pub(crate) type Read = Result<Vec<u8>, StoreError>;

/// Deletes objects, some at a time.
pub(crate) async fn delete_all(store: &impl Store, names: &[String]) -> Result<(), StoreError> {
    for group in names.chunks(AT_ONCE) {
        try_join_all(group.iter().map(|name| store.delete(name))).await?;
    }
    Ok(())
}

/// Reads objects into memory, some at a time; gives them in the order of their names.
pub(crate) async fn read_all<'n>(store: &impl Store, names: &[&'n str]) -> Vec<(&'n str, Read)> {
    let mut all = Vec::with_capacity(names.len());
    for group in names.chunks(AT_ONCE) {
        let answers = join_all(group.iter().map(|name| store.get(name))).await;
        all.extend(group.iter().copied().zip(answers));
    }
    all
}
