use std::collections::BTreeMap;

use artifacts::Store;
use contracts::{Fault, FaultName, Published};
use domain::MenuWeek;
use serde::{Deserialize, Serialize};

use crate::{parse, to_json};

const KEY: &str = "latest.json";
/// Tries at a pointer that others move too; each loss means another's publication went through.
const TRIES: usize = 50;

/// The newest published result of every menu week: the content of `latest.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// By week.
    pub weeks: BTreeMap<MenuWeek, Published>,
}

impl Latest {
    /// What is published now.
    ///
    /// # Errors
    /// `Data.Rejected` when the pointer cannot be read; the store's faults.
    pub async fn load(store: &impl Store) -> Result<Self, Fault> {
        match store.pointer(KEY).await? {
            Some((bytes, _)) => parse(&store.place(KEY), &bytes),
            None => Ok(Self::default()),
        }
    }

    /// Moves the pointer to these results, week by week and only forward by as-of time; whatever the order in
    /// which runs publish, the later as-of wins.
    ///
    /// # Errors
    /// `Dependency.Unavailable` when others kept moving it; the store's faults.
    pub async fn advance(
        store: &impl Store,
        published: &BTreeMap<MenuWeek, Published>,
    ) -> Result<Self, Fault> {
        for _ in 0..TRIES {
            let (mut latest, version) = match store.pointer(KEY).await? {
                Some((bytes, version)) => {
                    (parse::<Self>(&store.place(KEY), &bytes)?, Some(version))
                }
                None => (Self::default(), None),
            };
            let before = latest.clone();
            for (week, new) in published {
                let newer = latest
                    .weeks
                    .get(week)
                    .is_none_or(|held| held.as_of <= new.as_of);
                if newer {
                    latest.weeks.insert(*week, new.clone());
                }
            }
            if latest == before && version.is_some() {
                return Ok(latest);
            }
            if store
                .swap(KEY, version.as_ref(), &to_json(&latest)?)
                .await?
            {
                return Ok(latest);
            }
        }
        let message = format!("{} kept moving under {TRIES} tries", store.place(KEY));
        Err(Fault::new(FaultName::DependencyUnavailable, message))
    }
}

#[cfg(test)]
mod tests {
    use artifacts::{Memory, sha256};
    use contracts::Reference;

    use super::*;

    fn published(run: &str, as_of: &str) -> BTreeMap<MenuWeek, Published> {
        let forecast = Reference {
            key: "w/result.json".to_owned(),
            sha256: sha256(b""),
            bytes: 0,
        };
        let published = Published {
            run: run.parse().unwrap(),
            as_of: as_of.parse().unwrap(),
            forecast,
        };
        [("2026-W48".parse().unwrap(), published)].into()
    }

    #[tokio::test]
    async fn the_pointer_moves_only_forward_by_as_of_time() {
        let store = Memory::default();
        let newest = |latest: &Latest| latest.weeks.values().next().unwrap().run.to_string();
        for (run, as_of, expected) in [
            ("first", "2026-11-15T12:00:00Z", "first"),
            ("older", "2026-11-14T12:00:00Z", "first"),
            ("again", "2026-11-15T12:00:00Z", "again"),
            ("later", "2026-11-16T12:00:00Z", "later"),
        ] {
            let latest = Latest::advance(&store, &published(run, as_of))
                .await
                .unwrap();
            assert_eq!(newest(&latest), expected);
            assert_eq!(Latest::load(&store).await.unwrap(), latest);
        }
    }
}
