//! `larder approve`: makes purchase orders of proposals.

use artifacts::AnyStore;
use contracts::{Approval, ApprovalMode, ApprovalOutcome, ApproveRequest, OrderTotal};
use messaging::AnyTopic;
use report::words::{count, counted, money, share};

use crate::args::ApproveArgs;
use crate::error::Error;
use crate::{clock, print, say};

/// Approves; `false` when an order is refused.
pub(crate) async fn approve(args: ApproveArgs) -> Result<bool, Error> {
    let runs = AnyStore::connect(&args.place.runs()).await?;
    let request = ApproveRequest {
        run: args.run,
        vendor: args.vendor,
        site: args.site,
        delivery_date: args.date,
        mode: match (args.amend, args.additional) {
            (true, _) => ApprovalMode::Amend,
            (_, true) => ApprovalMode::Additional,
            _ => ApprovalMode::First,
        },
        late: args.late,
        approved_by: args.by,
        approved_at: args.at.unwrap_or_else(clock::now),
    };
    let topic = AnyTopic::connect(args.topic.as_deref().unwrap_or_default()).await?;
    let answer = order_approver::handle(request, &runs, topic.as_ref()).await?;
    for warning in &answer.warnings {
        say(&mut std::io::stderr(), &format!("warning: {warning}"));
    }
    let mut complete = true;
    for order in &answer.orders {
        complete &= !matches!(order.outcome, ApprovalOutcome::Refused { .. });
        print(&line(order))?;
    }
    print(&format!(
        "{} of {} proposed orders of this run are approved ({})",
        count(answer.approved),
        count(answer.proposed),
        share(answer.approved, answer.proposed)
    ))?;
    Ok(complete)
}

fn line(order: &Approval) -> String {
    match &order.outcome {
        ApprovalOutcome::Placed(total) => {
            let amends = total.amends.as_ref();
            let instead = amends.map(|old| format!(", instead of {old}"));
            let instead = instead.unwrap_or_default();
            format!("{}  approved: {}{instead}", total.reference, size(total))
        }
        ApprovalOutcome::AlreadyApproved(total) => format!(
            "{} for {} is already approved as {}: {}",
            order.delivery_date,
            order.site,
            total.reference,
            size(total)
        ),
        ApprovalOutcome::Refused { reason } => {
            format!(
                "{} for {} is refused: {reason}",
                order.delivery_date, order.site
            )
        }
    }
}

fn size(total: &OrderTotal) -> String {
    let lines = counted(total.lines, "line", "lines");
    format!("{lines}, {}", money(total.value, total.currency.as_deref()))
}
