//! What changed since the last publication, and why.

use std::cmp::Reverse;

use artifacts::Store;
use contracts::{
    ChangeSummary, ChangedLine, Fault, FaultName, ProposalSummary, PublishedProposals,
};
use dataset::Signed;
use domain::{Code, Finding, Timestamp, Unit};
use ordering::{Attribution, Group, Inputs, Milli, Way};
use proposals::{ChangeRow, ProposalRow};
use runs::Run;

use crate::compared::Compared;
use crate::parts::exact;
use crate::rejected;
use crate::stored::Stored;

/// Changes since the last publication, one row each, and for people.
pub(crate) struct Changes {
    pub(crate) rows: Vec<ChangeRow>,
    pub(crate) summary: Option<ChangeSummary>,
    /// Why there are none, where something was published.
    pub(crate) finding: Option<Finding>,
}

/// Compares with the last publication. One that is gone or of a version that stored less is no reason to propose
/// nothing, but is told.
pub(crate) async fn since<S: Store>(
    run: &Run<'_, S>,
    published: Option<&PublishedProposals>,
    new: &Inputs<'_>,
    lines: &[ProposalRow],
) -> Result<Changes, Fault> {
    let none = Changes {
        rows: Vec::new(),
        summary: None,
        finding: None,
    };
    let Some(published) = published else {
        return Ok(none);
    };
    match compare(run, published, new, lines).await {
        Ok((rows, summary)) => Ok(Changes {
            rows,
            summary: Some(summary),
            finding: None,
        }),
        Err(fault) if runs::lost(&fault) => {
            let message = format!(
                "the last published proposals cannot be compared with: {}",
                fault.message
            );
            let remedy = "nothing; changes are told again after the next publication";
            let finding = Finding::new(Code::E208, "order-proposer", message, remedy).warning();
            Ok(Changes {
                finding: Some(finding),
                ..none
            })
        }
        Err(fault) => Err(fault),
    }
}

async fn compare<S: Store>(
    run: &Run<'_, S>,
    published: &PublishedProposals,
    new: &Inputs<'_>,
    lines: &[ProposalRow],
) -> Result<(Vec<ChangeRow>, ChangeSummary), Fault> {
    let Some((earlier, _)) = Run::find(run.store(), &published.run).await? else {
        let message = format!("run {} is gone", published.run);
        return Err(Fault::new(FaultName::DataRejected, message));
    };
    let old = Stored::open(&earlier, &published.proposals).await?;
    let as_of = run.plan.as_of;
    let before: Vec<ProposalRow> = old
        .lines()
        .await?
        .into_iter()
        // What could no longer be ordered is no proposal any more; whether it was ordered is another matter.
        .filter(|line| line.order_by >= as_of)
        .collect();
    let compared = Compared::new(&before, lines);
    let changed = compared.changed();
    let attributed = if changed.is_empty() {
        Vec::new()
    } else {
        let made = old.made_from().await?;
        let draws = made.draws()?;
        ordering::attribute(&made.inputs(&draws), new, &changed, Way::Sequence).map_err(rejected)?
    };
    let mut rows = Vec::with_capacity(attributed.len());
    for one in &attributed {
        let line = compared.row(&one.key);
        rows.push(row(one, line.map_or(Unit::Piece, |line| line.uom))?);
    }
    let summary = summary(published.as_of, &attributed, &compared)?;
    Ok((rows, summary))
}

fn row(one: &Attribution, uom: Unit) -> Result<ChangeRow, Fault> {
    let key = &one.key;
    let amount = |quantity| exact(quantity, &key.product);
    let part = |group: Group| amount(one.parts[group as usize]).map(Signed);
    Ok(ChangeRow {
        vendor_id: key.vendor.clone(),
        site_id: key.site.clone(),
        delivery_date: key.delivery,
        product_id: key.product.clone(),
        uom,
        before: amount(one.before)?,
        after: amount(one.after)?,
        volume: part(Group::Volume)?,
        mix: part(Group::Mix)?,
        bill_of_materials: part(Group::BillOfMaterials)?,
        allocation: part(Group::Allocation)?,
        stock: part(Group::Stock)?,
        terms: part(Group::Terms)?,
        settings: part(Group::Settings)?,
        method: amount(one.method).map(Signed)?,
    })
}

fn summary(
    since: Timestamp,
    attributed: &[Attribution],
    compared: &Compared<'_>,
) -> Result<ChangeSummary, Fault> {
    let mut largest: Vec<&Attribution> = attributed.iter().collect();
    largest.sort_by_key(|one| {
        let worth = compared.worth(&one.key, one.after - one.before);
        Reverse(worth.millionths().abs())
    });
    largest.truncate(ProposalSummary::LINES);
    let lines: Result<Vec<ChangedLine>, Fault> = largest
        .into_iter()
        .filter_map(|one| Some((one, compared.row(&one.key)?)))
        .map(|(one, row)| line(one, row))
        .collect();
    let by_cause = compared.by_cause(attributed).into_iter();
    Ok(ChangeSummary {
        since,
        lines: attributed.len() as u64,
        by_cause: by_cause
            .map(|(cause, value)| (cause.to_owned(), value))
            .collect(),
        largest: lines?,
    })
}

fn line(one: &Attribution, row: &ProposalRow) -> Result<ChangedLine, Fault> {
    let key = &one.key;
    let mut parts: Vec<(&str, Milli)> = one.causes().collect();
    parts.sort_by_key(|(_, part)| Reverse(part.abs()));
    let parts: Result<Vec<_>, Fault> = parts
        .into_iter()
        .map(|(cause, part)| Ok((cause.to_owned(), exact(part, &key.product)?)))
        .collect();
    Ok(ChangedLine {
        vendor_name: row.vendor_name.clone(),
        site_name: row.site_name.clone(),
        delivery: key.delivery,
        product: key.product.clone(),
        product_name: row.product_name.clone(),
        unit: row.uom,
        before: exact(one.before, &key.product)?,
        after: exact(one.after, &key.product)?,
        parts: parts?,
    })
}
