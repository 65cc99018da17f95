//! What the ERP holds, read page by page.

use std::collections::BTreeMap;

use contracts::canonical::{Reason, Rejection};
use domain::Timestamp;
use erp::{Change, Cursor, NotReady, Page, Records, Standing, Unread, Unreadable};
use ledger::Document;
use minijinja::Value;

use crate::RestErp;
use crate::answers::{list, text};
use crate::profile::{Changes, Kept, Request};
use crate::speaker::{Halt, untold};
use crate::template::{Names, Writes, value_of};

/// A place between rows, which are in the order of version and id.
#[derive(Debug, Clone, PartialEq, Eq)]
struct After {
    version: u64,
    id: String,
}

impl After {
    const FIRST: &'static str = "0";

    fn start_of(version: u64) -> Self {
        Self {
            version,
            id: Self::FIRST.to_owned(),
        }
    }

    fn parse(cursor: &Cursor) -> Option<Self> {
        let (version, id) = cursor.0.split_once('/')?;
        Some(Self {
            version: version.parse().ok()?,
            id: id.to_owned(),
        })
    }

    fn cursor(&self) -> Cursor {
        Cursor(format!("{}/{}", self.version, self.id))
    }

    fn value(&self) -> Value {
        Value::from(Names::from([
            ("version".to_owned(), Value::from(self.version)),
            ("id".to_owned(), Value::from(self.id.as_str())),
        ]))
    }
}

impl RestErp {
    fn changes(&self) -> Result<&Changes, Unreadable> {
        let changes = self.described().changes.as_ref();
        changes.ok_or_else(|| self.unfit("it does not say how its purchase orders are read"))
    }

    async fn rows(
        &self,
        limit: u32,
        request: &Request,
        each: &str,
        names: &mut Names,
    ) -> Result<Vec<serde_json::Value>, Unreadable> {
        names.insert("settings".to_owned(), self.speaker().settings.clone());
        names.insert("limit".to_owned(), Value::from(limit));
        let patience =
            std::time::Duration::from_secs(self.described().limits.client_timeout_seconds.into());
        let asked = tokio::time::timeout(patience, async {
            let _turn = self.speaker().limits.turn().await;
            self.speaker().asked(self.described(), request, names).await
        });
        let body = asked.await.unwrap_or(Err(Halt::LATER));
        let body = body.map_err(|halt| match halt.reading() {
            NotReady::NotNow(not_now) => Unreadable::NotNow {
                after: not_now.after,
            },
            NotReady::Refused(rejection) => Unreadable::Refused(rejection),
        })?;
        let rows = list(&body, each)
            .ok_or_else(|| self.unfit(&format!("its answer has no list at `{each}`")))?;
        Ok(rows.clone())
    }

    fn unfit(&self, why: &str) -> Unreadable {
        let message = format!("{}: {why}", self.described().name);
        Unreadable::Refused(Rejection::new(
            Reason::Refused,
            message,
            "put the ERP's description right",
        ))
    }

    /// Where a row stands in the order, and the row for expressions.
    fn place(&self, kept: &Kept, row: &serde_json::Value) -> Result<(After, Names), Unreadable> {
        let names = Names::from([
            ("row".to_owned(), value_of(row)),
            ("settings".to_owned(), self.speaker().settings.clone()),
        ]);
        let value = |expression: &str| {
            let value = self.speaker().templates.value(expression, &names);
            value.map_err(|error| Unreadable::Refused(untold(self.described(), &error)))
        };
        let version = u64::try_from(value(&kept.version)?)
            .ok()
            .filter(|version| *version > 0);
        let version = version.ok_or_else(|| self.unfit("a purchase order has no version"))?;
        let id = value(&kept.id)?.to_string();
        Ok((After { version, id }, names))
    }

    /// A row as a change; `None` for one that is being written and does not make sense yet.
    fn change(&self, kept: &Kept, after: &After, names: &Names) -> Option<Result<Change, Unread>> {
        match self.told(kept, after, names) {
            (Some(Standing::Draft), Err(_)) => None,
            (_, told) => Some(told.map_err(|rejection| Unread {
                document: Document(after.id.clone()),
                version: after.version,
                rejection,
            })),
        }
    }

    fn told(
        &self,
        kept: &Kept,
        after: &After,
        names: &Names,
    ) -> (Option<Standing>, Result<Change, Rejection>) {
        let described = self.described();
        let standing = self.speaker().templates.value(&kept.standing, names);
        let standing = match standing.map(|value| value.to_string()).as_deref() {
            Ok("draft") => Standing::Draft,
            Ok("placed") => Standing::Placed,
            Ok("cancelled") => Standing::Cancelled,
            Ok(other) => {
                return (
                    None,
                    Err(unread(described, &format!("`{other}` is no standing"))),
                );
            }
            Err(error) => return (None, Err(untold(described, error))),
        };
        let told = || {
            let text = self
                .speaker()
                .templates
                .render(&kept.order, Writes::Json, names);
            let text = text.map_err(|error| untold(described, &error))?;
            let mut json = serde_json::Deserializer::from_str(&text);
            let order = serde_path_to_error::deserialize(&mut json).map_err(|error| {
                unread(described, &format!("{}: {}", error.path(), error.inner()))
            })?;
            let changed_at = i64::try_from(after.version)
                .ok()
                .and_then(|at| Timestamp::from_microsecond(at).ok());
            Ok(Change {
                document: Document(after.id.clone()),
                version: after.version,
                changed_at: changed_at.unwrap_or(Timestamp::MIN),
                standing,
                order,
            })
        };
        (Some(standing), told())
    }

    /// Where to read on once everything is read: a little before, for what was made earlier and is seen later.
    fn overlapping(changes: &Changes, last: &After) -> After {
        if last.id == After::FIRST {
            return last.clone();
        }
        let overlap = u64::from(changes.overlap_seconds) * 1_000_000;
        After::start_of(last.version.saturating_sub(overlap))
    }
}

impl Records for RestErp {
    async fn changes_since(&self, cursor: Option<&Cursor>) -> Result<Page, Unreadable> {
        let mut after = match cursor {
            Some(cursor) => After::parse(cursor)
                .ok_or_else(|| self.unfit(&format!("`{}` is no cursor of its", cursor.0)))?,
            None => After::start_of(0),
        };
        let changes = self.changes()?;
        let mut names = Names::from([("after".to_owned(), after.value())]);
        let rows = self
            .rows(changes.limit, &changes.request, &changes.each, &mut names)
            .await?;
        let more = rows.len() >= changes.limit as usize;
        let mut told = Vec::new();
        for row in &rows {
            let (place, names) = self.place(&changes.row, row)?;
            told.extend(self.change(&changes.row, &place, &names));
            after = place;
        }
        let next = if more {
            after
        } else {
            Self::overlapping(changes, &after)
        };
        Ok(Page {
            changes: told,
            next: next.cursor(),
            more,
        })
    }

    async fn documents(&self, prefix: &str) -> Result<BTreeMap<String, u32>, Unreadable> {
        let changes = self.changes()?;
        let references = &changes.references;
        let mut counts = BTreeMap::new();
        let mut after = After::start_of(0);
        loop {
            let mut names = Names::from([
                ("prefix".to_owned(), Value::from(prefix)),
                ("after".to_owned(), after.value()),
            ]);
            let rows = self
                .rows(
                    changes.limit,
                    &references.request,
                    &references.each,
                    &mut names,
                )
                .await?;
            for row in &rows {
                let at = |pointer: &str| row.pointer(pointer).and_then(text);
                let id = at(&references.id).ok_or_else(|| self.unfit("a document has no id"))?;
                let reference = at(&references.reference).filter(|text| text.starts_with(prefix));
                if let Some(reference) = reference {
                    *counts.entry(reference).or_insert(0) += 1;
                }
                after.id = id;
            }
            if rows.len() < changes.limit as usize {
                return Ok(counts);
            }
        }
    }
}

fn unread(described: &crate::profile::Description, why: &str) -> Rejection {
    let message = format!(
        "a purchase order of {} cannot be told: {why}",
        described.name
    );
    Rejection::new(
        Reason::Refused,
        message,
        "put the order right in the ERP; it is read again when it changes",
    )
}
