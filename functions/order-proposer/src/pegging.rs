//! Every part of a line with the row of the data set it stands in.

use std::collections::BTreeMap;

use contracts::{DataFile, Fault};
use dataset::Signed;
use domain::{Date, MenuWeek};
use ordering::{Cause, Line, Milli, OverridePart, Source};
use supply::Origin;

use crate::parts::exact;
use proposals::{PegKind, PegRow, order_line};

/// The data sets that origins point into.
pub(crate) struct Files<'a> {
    /// The run's own.
    pub(crate) own: &'a BTreeMap<String, DataFile>,
    /// The approved orders, which stand in the run store.
    pub(crate) approved: &'a BTreeMap<String, DataFile>,
    /// Those of weeks that stand in with an earlier publication.
    pub(crate) earlier: BTreeMap<MenuWeek, &'a BTreeMap<String, DataFile>>,
}

/// A line's parts.
pub(crate) fn rows(line: &Line, files: &Files<'_>) -> Result<Vec<PegRow>, Fault> {
    let mut parts = Parts {
        line,
        rows: Vec::new(),
    };
    let own = files.own;
    for peg in &line.waterfall.gross {
        let (kind, what) = match &peg.cause {
            Cause::Recipe { id, .. } => (PegKind::Recipe, id.to_string()),
            Cause::Packaging { counted } => (PegKind::Packaging, counted.as_str().to_owned()),
        };
        let earlier = files.earlier.get(&peg.week).filter(|_| peg.stand_in);
        let data = earlier.copied().unwrap_or(own);
        let at = parts.rows.len();
        let origins = peg.rows.iter();
        parts.add(kind, Some(peg.day), &what, peg.quantity(), origins, data)?;
        for row in parts.rows.iter_mut().skip(at) {
            row.stand_in = peg.stand_in;
        }
    }
    for part in &line.waterfall.need_overrides {
        parts.add_override(PegKind::NeedOverride, part, own)?;
    }
    for used in &line.waterfall.used {
        let (kind, day, what, origin) = match &used.source {
            Source::Lot {
                lot,
                expiry,
                origin,
            } => {
                let what = lot.as_ref().map(ToString::to_string);
                (
                    PegKind::Lot,
                    *expiry,
                    what.unwrap_or_default(),
                    Some(origin),
                )
            }
            Source::Inbound {
                order,
                line_no,
                expected,
                origin,
            } => {
                let what = order_line(order, *line_no);
                (PegKind::Inbound, Some(*expected), what, Some(origin))
            }
            Source::Proposal { vendor, delivery } => {
                (PegKind::Proposal, Some(*delivery), vendor.to_string(), None)
            }
        };
        let approved = origin.filter(|origin| files.approved.contains_key(&origin.file));
        let data = approved.map_or(own, |_| files.approved);
        parts.add(kind, day, &what, -used.quantity, origin, data)?;
    }
    for part in &line.waterfall.overridden {
        parts.add_override(PegKind::Override, part, own)?;
    }
    for origin in &line.terms {
        parts.push(PegKind::Term, None, None, None, Some(origin), own);
    }
    Ok(parts.rows)
}

struct Parts<'a> {
    line: &'a Line,
    rows: Vec<PegRow>,
}

impl Parts<'_> {
    fn add_override(
        &mut self,
        kind: PegKind,
        part: &OverridePart,
        data: &BTreeMap<String, DataFile>,
    ) -> Result<(), Fault> {
        let what = part.id.as_str();
        self.add(kind, None, what, part.change, Some(&part.origin), data)
    }

    /// A part: its first row has the quantity, and there is a row for each further origin.
    fn add<'o>(
        &mut self,
        kind: PegKind,
        day: Option<Date>,
        what: &str,
        quantity: Milli,
        origins: impl IntoIterator<Item = &'o Origin>,
        data: &BTreeMap<String, DataFile>,
    ) -> Result<(), Fault> {
        let quantity = Signed(exact(quantity, &self.line.key.product)?);
        let mut origins = origins.into_iter();
        let first = origins.next();
        self.push(
            kind,
            day,
            Some(what.to_owned()),
            Some(quantity),
            first,
            data,
        );
        for origin in origins {
            self.push(kind, day, Some(what.to_owned()), None, Some(origin), data);
        }
        Ok(())
    }

    fn push(
        &mut self,
        kind: PegKind,
        day: Option<Date>,
        what: Option<String>,
        quantity: Option<Signed>,
        origin: Option<&Origin>,
        data: &BTreeMap<String, DataFile>,
    ) {
        let key = &self.line.key;
        let file = origin.and_then(|origin| data.get(&origin.file));
        self.rows.push(PegRow {
            vendor_id: key.vendor.clone(),
            site_id: key.site.clone(),
            delivery_date: key.delivery,
            product_id: key.product.clone(),
            part: self.rows.len() as u32 + 1,
            kind,
            day,
            what,
            quantity,
            stand_in: false,
            file: origin.map(|origin| origin.file.clone()),
            line: origin.and_then(|origin| u32::try_from(origin.line).ok()),
            sha256: file.map(|file| file.sha256.to_string()),
        });
    }
}
