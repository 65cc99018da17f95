//! Many change objects made one.

use std::collections::BTreeSet;

use domain::{Date, Finding};

use super::batch::{Line, Log};
use super::{Changes, Object};
use crate::collect::Findings;
use crate::files::{BETWEEN, Files, Loss};
use crate::tables::{
    AreaSite, BoxHistory, BoxRule, DataSet, DeliveryArea, DemandHistory, InboundOrderLine,
    InvChange, InvLevel, InvPolicy, MenuAreaRecipe, MenuRecipe, MenuWeekRow, OrderLine, Override,
    Product, Recipe, RecipeBom, ShareForecast, Site, SiteCap, SiteRecipe, Vendor, VendorCalendar,
    VendorLeadTime, VendorProduct, VolumeForecast,
};
use crate::{Table, WriteError, each_table};

/// What change objects of one table become.
#[derive(Debug, Clone, Default)]
pub struct Compacted {
    /// One object that says what all merged ones say, with the versions and the removals; `None` where fewer than two
    /// can be merged.
    pub object: Option<Object>,
    /// The objects that are not needed beside it.
    pub merged: Vec<String>,
    /// Why the others stay as they are.
    pub left: Vec<Finding>,
}

/// Merges the change objects of a table that are among these files, to be written on a day.
///
/// Reading the new object, the merged ones or both gives the same table, so that a death between writing one and
/// deleting the others loses nothing.
///
/// # Errors
/// [`WriteError`] when the object cannot be written.
pub fn compact(table: &str, files: &Files, day: Date) -> Result<Compacted, WriteError> {
    macro_rules! if_named {
        ($row:ident) => {
            if $row::SCHEMA.name == table {
                return of::<$row>(files, day);
            }
        };
    }
    each_table!(if_named);
    Ok(Compacted::default())
}

fn of<T: Table>(files: &Files, day: Date) -> Result<Compacted, WriteError> {
    let loss = |_: &crate::Cells<'_>| Loss::record();
    let mut findings = Findings::default();
    let mut changes = Changes::<T>::read(files, &loss, &mut findings);
    let left = findings.into_vec();
    // What of an object cannot be read would be lost with it.
    let bad: BTreeSet<&str> = left.iter().map(|finding| finding.file.as_str()).collect();
    if !bad.is_empty() {
        let good = |name: &str| !bad.contains(name);
        changes = Changes::read_some(files, &good, &loss, &mut Findings::default());
    }
    let names = files.changes_of(T::SCHEMA.name).map(|(name, _)| name);
    let mut merged: Vec<String> = names
        .filter(|name| !bad.contains(name))
        .map(str::to_owned)
        .collect();
    if merged.len() < 2 {
        return Ok(Compacted {
            left,
            ..Compacted::default()
        });
    }
    let object = Log::of(T::SCHEMA, lines(changes)).object(day)?;
    merged.retain(|name| *name != object.key);
    Ok(Compacted {
        object: Some(object),
        merged,
        left,
    })
}

fn lines<T: Table>(changes: Changes<T>) -> BTreeSet<Line> {
    let texts = |joined: &str| joined.split(BETWEEN).map(str::to_owned).collect();
    let mut lines = BTreeSet::new();
    for (name, stamp, rows) in changes.into_entities() {
        let entity: Vec<String> = texts(&name);
        if rows.is_empty() {
            let mut cells = vec![String::new(); T::SCHEMA.columns.len()];
            for (at, text) in T::SCHEMA.entity().zip(&entity) {
                if let Some(cell) = cells.get_mut(at) {
                    cell.clone_from(text);
                }
            }
            lines.insert(Line::new(entity, stamp, "remove", cells));
        } else {
            let line = |row: &String| Line::new(entity.clone(), stamp.clone(), "set", texts(row));
            lines.extend(rows.iter().map(line));
        }
    }
    lines
}
