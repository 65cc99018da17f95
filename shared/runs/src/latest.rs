use std::collections::BTreeMap;

use artifacts::Store;
use contracts::{Fault, FaultName, Published, PublishedProposals};
use domain::MenuWeek;
use serde::{Deserialize, Serialize};

use crate::{parse, to_json};

const KEY: &str = "latest.json";
/// Tries at a pointer that others move too; each loss means another's publication went through.
const TRIES: usize = 50;

/// The newest published result of every menu week and the newest proposals: the content of `latest.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// By week.
    pub weeks: BTreeMap<MenuWeek, Published>,
    /// Purchase proposals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposals: Option<PublishedProposals>,
}

impl Latest {
    /// What is published now.
    ///
    /// # Errors
    /// `Data.Rejected` when the pointer cannot be read; the store's faults.
    pub async fn load(store: &impl Store) -> Result<Self, Fault> {
        match store.pointer(KEY).await? {
            Some((bytes, _)) => parse(store, KEY, &bytes),
            None => Ok(Self::default()),
        }
    }

    /// Moves the pointer to these results, each week and the proposals by themselves and only forward by as-of time;
    /// whatever the order in which runs publish, the later as-of wins.
    ///
    /// # Errors
    /// `Dependency.Unavailable` when others kept moving it; the store's faults.
    pub async fn advance(store: &impl Store, published: &Self) -> Result<Self, Fault> {
        for _ in 0..TRIES {
            let (mut latest, version) = match store.pointer(KEY).await? {
                Some((bytes, version)) => (parse::<_, Self>(store, KEY, &bytes)?, Some(version)),
                None => (Self::default(), None),
            };
            let before = latest.clone();
            for (week, new) in &published.weeks {
                let newer = latest
                    .weeks
                    .get(week)
                    .is_none_or(|held| held.as_of <= new.as_of);
                if newer {
                    latest.weeks.insert(*week, new.clone());
                }
            }
            if let Some(new) = &published.proposals {
                let held = latest.proposals.as_ref();
                if held.is_none_or(|held| held.as_of <= new.as_of) {
                    latest.proposals = Some(new.clone());
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

    fn published(run: &str, as_of: &str) -> Latest {
        let reference = Reference {
            key: "w/result.json".to_owned(),
            sha256: sha256(b""),
            bytes: 0,
        };
        let (run, as_of) = (run.parse().unwrap(), as_of.parse().unwrap());
        let week = Published {
            run,
            as_of,
            forecast: reference.clone(),
        };
        let proposals = PublishedProposals {
            run: week.run.clone(),
            as_of,
            proposals: reference,
        };
        Latest {
            weeks: [("2026-W48".parse().unwrap(), week)].into(),
            proposals: Some(proposals),
        }
    }

    #[tokio::test]
    async fn the_pointer_moves_only_forward_by_as_of_time() {
        let store = Memory::default();
        for (run, as_of, expected) in [
            ("first", "2026-11-15T12:00:00Z", "first"),
            ("older", "2026-11-14T12:00:00Z", "first"),
            ("again", "2026-11-15T12:00:00Z", "again"),
            ("later", "2026-11-16T12:00:00Z", "later"),
        ] {
            let latest = Latest::advance(&store, &published(run, as_of))
                .await
                .unwrap();
            let week = latest.weeks.values().next().unwrap();
            assert_eq!(week.run.to_string(), expected);
            let proposals = latest.proposals.as_ref().unwrap();
            assert_eq!(proposals.run.to_string(), expected);
            assert_eq!(Latest::load(&store).await.unwrap(), latest);
        }
    }

    #[tokio::test]
    async fn a_run_without_proposals_leaves_the_ones_there_are() {
        let store = Memory::default();
        let first = published("first", "2026-11-15T12:00:00Z");
        Latest::advance(&store, &first).await.unwrap();
        let later = Latest {
            proposals: None,
            ..published("later", "2026-11-16T12:00:00Z")
        };
        let latest = Latest::advance(&store, &later).await.unwrap();
        assert_eq!(latest.proposals, first.proposals);
        assert_eq!(latest.weeks, later.weeks);
    }
}
