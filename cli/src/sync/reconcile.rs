//! `larder sync reconcile`: what was approved here against what the ERP holds.

use domain::Date;
use erp::Records;
use jiff::SignedDuration;
use purchasing::{Difference, reconcile};
use report::words::counted;
use runs::Orders;

use super::args::ReconcileArgs;
use super::places::Places;
use crate::error::Error;
use crate::{clock, print};

/// What the references of all orders that are approved here begin with.
const OURS: &str = "PO-";

/// Compares; `false` where anything differs.
pub(crate) async fn compare(args: ReconcileArgs) -> Result<bool, Error> {
    let runs = Places::read(&args.at)?.runs().await?;
    let unusable = |error: &dyn std::error::Error| Error::Usage(format!("--erp: {error}"));
    let place: erp_rest::Place = args.erp.parse().map_err(|error| unusable(&error))?;
    let erp = place.connect(clock::now).await;
    let erp = erp.map_err(|error| unusable(&error))?;
    // Read before the ERP is asked: what is approved in between is then not looked for.
    let orders = Orders(&runs);
    let approved = orders.pinned(&orders.pins(Date::MIN).await?).await?;
    let approved: Vec<_> = approved.into_iter().map(|pinned| pinned.order).collect();
    let documents = erp.documents(OURS).await;
    let documents = documents.map_err(|error| Error::Erp(error.to_string()))?;
    let grace = SignedDuration::from_mins(args.settled.into());
    let now = clock::now();
    let settled = now.checked_sub(grace).unwrap_or(now);
    let differences = reconcile(&approved, &documents, settled);
    for difference in &differences {
        print(&words(difference))?;
    }
    print(&format!(
        "{} and {} in the ERP: {}",
        counted(approved.len() as u64, "approved order", "approved orders"),
        counted(documents.len() as u64, "reference", "references"),
        match differences.len() as u64 {
            0 => "nothing differs".to_owned(),
            some => counted(some, "difference", "differences"),
        }
    ))?;
    Ok(differences.is_empty())
}

fn words(difference: &Difference) -> String {
    match difference {
        Difference::Lost {
            reference,
            approved_at,
        } => format!(
            "{reference}  lost: approved at {approved_at} and not in the ERP; look among parked events and dead letters, \
             then approve it again, which tells it again; where it was deleted in the ERP, approve it by --amend"
        ),
        Difference::Doubled {
            reference,
            documents,
        } => format!(
            "{reference}  doubled: {documents} documents in the ERP; cancel and delete all but one there, and tell whoever looks after \
             Larder"
        ),
        Difference::Foreign { reference } => {
            format!("{reference}  foreign: in the ERP and never approved here; see who made it")
        }
    }
}
