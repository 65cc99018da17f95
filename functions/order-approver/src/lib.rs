//! Order approver: makes purchase orders of proposals that a person has approved, each exactly once, and tells of them.

use std::collections::BTreeSet;

use artifacts::Store;
use contracts::artifact::{PROPOSALS_JSON, orders_of};
use contracts::{
    Approval, ApprovalMode, ApprovalOutcome, ApproveRequest, ApproveResponse, ApprovedProposal,
    Fault, FaultName, OrderTotal, Proposals, ProposedOrder, PurchaseOrder, Reference, StepName,
    VendorOrders,
};
use domain::OrderId;
use messaging::{Notice, Topic};
use purchasing::{Decision, Offer, decide, standing};
use runs::{Latest, Orders, Run};

/// Tries at a sequence that others take too; each loss means another's order went through.
const TRIES: usize = 50;
const LONGEST_NAME: usize = 120;

/// Approves what a run proposes to order from a vendor, at one or all sites, on one day of delivery or all.
///
/// Orders are decided one by one: one that is refused stops no other, and the response says why. The same request again
/// finds what it has made, and tells of it again: whoever has heard it passes over it. `None` for a topic tells nobody.
///
/// # Errors
/// `Contract.Violation` when there is nothing to approve; `Data.Rejected` when proposals or orders are damaged; the
/// store's and the topic's faults, after which the same request again goes on.
pub async fn handle(
    request: ApproveRequest,
    runs: &impl Store,
    topic: Option<&impl Topic>,
) -> Result<ApproveResponse, Fault> {
    if let Some(name) = &request.approved_by
        && (name.is_empty()
            || name.chars().count() > LONGEST_NAME
            || name.chars().any(char::is_control))
    {
        return Err(violation(format!(
            "approved_by: give a name of 1 to {LONGEST_NAME} visible characters"
        )));
    }
    let Some((run, _)) = Run::find(runs, &request.run).await? else {
        return Err(violation(format!("there is no run {}", request.run)));
    };
    if let Some(scenario) = &run.plan.scenario {
        return Err(violation(format!(
            "run {} is the scenario `{scenario}`; only proposals of the base plan become orders",
            run.id
        )));
    }
    let latest = Latest::load(runs).await?.proposals;
    let published = latest.filter(|latest| latest.run == run.id);
    let mut warnings = Vec::new();
    if published.is_none() {
        warnings.push(format!(
            "the proposals of run {} are not the newest published",
            run.id
        ));
    }
    let result = match published {
        Some(published) => published.proposals,
        None => only_result(&run).await?,
    };
    let proposals: Proposals = proposals(&run, &result).await?;
    let proposal = ApprovedProposal {
        run: run.id.clone(),
        result: result.sha256,
        orders: all(&proposals).count() as u64,
    };
    let orders = Orders(runs);
    let counted: BTreeSet<OrderId> = orders
        .pinned(&run.plan.approved)
        .await?
        .into_iter()
        .map(|pinned| pinned.order.reference)
        .collect();

    let (vendor, asked) = asked(&proposals, &request)?;
    let mut outcomes = Vec::with_capacity(asked.len());
    for order in asked {
        let offer = Offer {
            vendor,
            order,
            proposal: &proposal,
            counted: &counted,
            by: request.approved_by.as_deref(),
            at: request.approved_at,
            late: request.late,
        };
        outcomes.push(Approval {
            site: order.site.clone(),
            delivery_date: order.delivery_date,
            outcome: approve(&orders, topic, &offer, request.mode).await?,
        });
    }
    Ok(ApproveResponse {
        run: run.id.clone(),
        orders: outcomes,
        proposed: proposal.orders,
        approved: approved(&orders, &proposals, &proposal).await?,
        warnings,
    })
}

/// Decides an offer by what there is, and anew whenever another order has taken its place first.
async fn approve<S: Store>(
    orders: &Orders<'_, S>,
    topic: Option<&impl Topic>,
    offer: &Offer<'_>,
    mode: ApprovalMode,
) -> Result<ApprovalOutcome, Fault> {
    let (vendor, order) = (&offer.vendor.vendor, offer.order);
    for _ in 0..TRIES {
        let existing = orders.of(vendor, &order.site, order.delivery_date).await?;
        match decide(&existing, offer, mode) {
            Decision::Already(held) => {
                tell(topic, held, &existing).await?;
                return Ok(ApprovalOutcome::AlreadyApproved(OrderTotal::from(held)));
            }
            Decision::Refuse(reason) => return Ok(ApprovalOutcome::Refused { reason }),
            Decision::Place(placed) => {
                if orders.place(&placed).await? {
                    tell(topic, &placed, &existing).await?;
                    return Ok(ApprovalOutcome::Placed(OrderTotal::from(&*placed)));
                }
            }
        }
    }
    let message = format!(
        "others kept approving orders of {vendor} for {} on {} under {TRIES} tries",
        order.site, order.delivery_date
    );
    Err(Fault::new(FaultName::DependencyUnavailable, message))
}

/// Tells of an order, and that the one which it amends is withdrawn.
async fn tell(
    topic: Option<&impl Topic>,
    order: &PurchaseOrder,
    others: &[PurchaseOrder],
) -> Result<(), Fault> {
    let Some(topic) = topic else {
        return Ok(());
    };
    let amended = others
        .iter()
        .find(|other| order.amends.as_ref() == Some(&other.reference));
    let events = [
        Some(purchasing::approved(order)),
        amended.map(|amended| purchasing::withdrawn(amended, order)),
    ];
    let mut notices = Vec::with_capacity(events.len());
    for event in events.into_iter().flatten() {
        let event = event.map_err(|error| Fault::from_error(FaultName::DataRejected, &error))?;
        notices.push(Notice::told(&event)?);
    }
    topic.publish_all(&notices).await.map_err(|error| {
        let message = format!(
            "{} is approved and could not be told: {error}; approve it again to tell it",
            order.reference
        );
        Fault::new(error.fault_name(), message)
    })
}

/// The result of a run that proposed once; which of several is meant, only publishing tells.
async fn only_result<S: Store>(run: &Run<'_, S>) -> Result<Reference, Fault> {
    let finished = run.finished(StepName::OrderProposer, None).await?;
    match finished.as_slice() {
        [one] => Ok(one.reference.clone()),
        [] => Err(violation(format!(
            "run {} has no proposals; continue it, then approve",
            run.id
        ))),
        several => Err(violation(format!(
            "run {} has proposed {} times and none of it is published last; start a new run, then approve that",
            run.id,
            several.len()
        ))),
    }
}

async fn proposals<S: Store>(run: &Run<'_, S>, result: &Reference) -> Result<Proposals, Fault> {
    let artifact = run.result(result).await?;
    let artifact = artifact.artifact(PROPOSALS_JSON)?;
    let proposals: Proposals = run.json(artifact).await?;
    if proposals.schema == Proposals::SCHEMA {
        return Ok(proposals);
    }
    let message = format!(
        "{} is `{}`, and this version reads `{}`",
        artifact.key,
        proposals.schema,
        Proposals::SCHEMA
    );
    Err(Fault::new(FaultName::DataRejected, message))
}

fn all(proposals: &Proposals) -> impl Iterator<Item = (&VendorOrders, &ProposedOrder)> {
    let vendors = proposals.vendors.iter();
    vendors.flat_map(|vendor| vendor.orders.iter().map(move |order| (vendor, order)))
}

/// The proposed orders that a request is about: at least one.
fn asked<'a>(
    proposals: &'a Proposals,
    request: &ApproveRequest,
) -> Result<(&'a VendorOrders, Vec<&'a ProposedOrder>), Fault> {
    let ApproveRequest { run, vendor, .. } = request;
    let found = proposals.vendors.iter().find(|held| held.vendor == *vendor);
    let Some(found) = found else {
        let vendors = proposals.vendors.iter().map(|held| held.vendor.as_str());
        let vendors: Vec<&str> = vendors.collect();
        let known = if vendors.is_empty() {
            "nothing at all".to_owned()
        } else {
            format!("only from {}", vendors.join(", "))
        };
        return Err(violation(format!(
            "run {run} proposes to order nothing from {vendor}, {known}"
        )));
    };
    let wanted = |order: &&ProposedOrder| {
        request.site.as_ref().is_none_or(|site| order.site == *site)
            && request
                .delivery_date
                .is_none_or(|day| order.delivery_date == day)
    };
    let orders: Vec<_> = found.orders.iter().filter(wanted).collect();
    if orders.is_empty() {
        let held = found.orders.iter();
        let held: Vec<String> = held
            .map(|order| format!("{} on {}", order.site, order.delivery_date))
            .collect();
        return Err(violation(format!(
            "run {run} proposes no such order from {vendor}, only for {}",
            held.join(", ")
        )));
    }
    Ok((found, orders))
}

/// How many of a run's proposed orders there is an order of.
async fn approved<S: Store>(
    orders: &Orders<'_, S>,
    proposals: &Proposals,
    proposal: &ApprovedProposal,
) -> Result<u64, Fault> {
    let folders = orders.folders().await?;
    let mut approved = 0;
    for (vendor, order) in all(proposals) {
        let (vendor, site, day) = (&vendor.vendor, &order.site, order.delivery_date);
        if folders.contains(&orders_of(vendor, site, day)) {
            let held = orders.of(vendor, site, day).await?;
            let of_this = standing(&held)
                .iter()
                .any(|order| order.proposal.run == proposal.run);
            approved += u64::from(of_this);
        }
    }
    Ok(approved)
}

fn violation(message: String) -> Fault {
    Fault::new(FaultName::ContractViolation, message)
}

#[cfg(test)]
mod tests;
