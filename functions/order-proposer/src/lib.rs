//! Order proposer (ORDERING): nets the needs of all weeks against stock and orders under way, site by site, and
//! proposes purchase orders that explain themselves.

mod book;
mod changes;
mod compared;
mod documents;
mod parts;
mod pegging;
mod reasons;
mod shadow;
mod stored;
mod summary;
mod weeks;

use std::collections::BTreeMap;

use artifacts::Store;
use contracts::artifact::{
    CHANGES, PROPOSALS_JSON, REASONS, SOURCES, SUMMARY, SUPPLY, explanations, of_vendor,
};
use contracts::{
    DataFile, Fault, FaultName, Plan, ProposalSources, ProposalSummary, ProposeRequest,
    PublishedProposals, Reference, StepName,
};
use domain::{Sha256, SiteId};
use ordering::{Ordering, SiteProposals};
use rayon::prelude::*;
use runs::{Begun, Figures, Run, Workspace};
use serde::Serialize;

pub use compared::Compared;
pub use stored::{Made, Stored, attribute};

use book::Book;
use pegging::Files;
use shadow::Asked;
use weeks::{Needs, Weeks};

/// Sites whose needs are in memory at the same time: draws by product and day are by far the largest thing here.
const SITES_AT_ONCE: usize = 2;

/// What proposals depend on.
#[derive(Serialize)]
struct Inputs<'a> {
    supply: Sha256,
    sources: &'a ProposalSources,
    /// Every part of a line names the file it stands in by its sha256.
    data: &'a BTreeMap<String, DataFile>,
    /// Orders that were approved before count as under way.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    approved: &'a BTreeMap<String, DataFile>,
    seed: u64,
    waste_per_mille: u32,
    /// What changes are told against.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<&'a PublishedProposals>,
    /// The shadow that proposes, and what it is compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    shadow: Option<Asked<'a>>,
}

/// Proposes purchase orders over all weeks, for the run or as a shadow.
///
/// A failed week stands in with its last published result; where there is none, a finding says that its needs are
/// not in the proposals.
///
/// # Errors
/// `Data.Rejected` when a need cannot be computed or an artifact is damaged; the store's faults.
pub async fn handle(request: ProposeRequest, runs: &impl Store) -> Result<Reference, Fault> {
    let run = Run::open(runs, &request.run, &request.plan).await?;
    let history = run.result(&request.history).await?;
    let supply = history.artifact(SUPPLY)?;
    let weeks = Weeks::find(&run, &request.weeks).await?;
    let sources = ProposalSources {
        history: request.history,
        weeks: weeks.sources(),
    };
    let shadow = request.shadow.as_ref();
    let shadow = shadow
        .map(|asked| Asked::find(&run.plan.shadow, asked))
        .transpose()?;
    let settings = shadow.map(Asked::settings).unwrap_or_default();
    let last = match shadow {
        Some(_) => None,
        None => run.plan.proposals.as_ref(),
    };
    let inputs = Inputs {
        supply: supply.sha256,
        sources: &sources,
        data: &run.plan.data,
        approved: &run.plan.approved,
        seed: run.plan.seed,
        waste_per_mille: settings.waste_per_mille,
        last,
        shadow,
    };
    let step = StepName::OrderProposer;
    let begun = match shadow {
        Some(asked) => run.begin_shadow(step, asked.name(), None, &inputs).await?,
        None => run.begin(step, None, &inputs).await?,
    };
    let mut output = match begun {
        Begun::Finished(result) => return Ok(result),
        Begun::Open(output) => output,
    };
    let (supply, approved, counted) = stored::supply(&run, supply).await?;
    let (needs, mut findings) = weeks.read(&run).await?;
    findings.extend(counted.findings.iter().cloned());
    let made = Made {
        supply,
        needs,
        settings,
        seed: run.plan.seed,
    };
    let draws = made.draws()?;
    let inputs = made.inputs(&draws);
    let ordering = Ordering::new(&inputs).map_err(rejected)?;

    let mut book = Book::new(&made.supply, files(&run.plan, &made.needs))?;
    for some in ordering.sites().chunks(SITES_AT_ONCE) {
        for proposed in propose(&ordering, some)? {
            book.add(&proposed)?;
            if shadow.is_none() {
                let name = explanations(&proposed.site);
                output.put_json(&name, &proposed).await?;
            }
        }
    }
    book.sort();
    output.count(Figures {
        rows: Some(book.lines.len() as u64),
        ..Figures::default()
    });
    match shadow {
        Some(asked) => Box::pin(asked.compare(&run, book.lines, output)).await,
        None => {
            output.put_json(SOURCES, &sources).await?;
            let summary = summary::of(&book, &approved, &counted, findings);
            Box::pin(store(&run, book, &inputs, summary, output)).await
        }
    }
}

/// Stores what is proposed for the run.
async fn store<S: Store>(
    run: &Run<'_, S>,
    book: Book<'_>,
    inputs: &ordering::Inputs<'_>,
    mut summary: ProposalSummary,
    mut output: Workspace<'_, S>,
) -> Result<Reference, Fault> {
    let proposals = documents::all(&book);
    for vendor in &proposals.vendors {
        let name = of_vendor(&vendor.vendor, "json");
        output
            .put_json(&name, &documents::alone(&proposals, vendor))
            .await?;
    }
    output.put_json(PROPOSALS_JSON, &proposals).await?;
    output.put_json(REASONS, &book.reasons()).await?;
    let changes = changes::since(run, run.plan.proposals.as_ref(), inputs, &book.lines).await?;
    summary.findings.extend(changes.finding);
    summary.changes = changes.summary;
    output.put_json(SUMMARY, &summary).await?;
    if !changes.rows.is_empty() {
        for (name, bytes) in book::both(CHANGES, &changes.rows)? {
            output.put(&name, bytes).await?;
        }
    }
    for (name, bytes) in book.tables()? {
        output.put(&name, bytes).await?;
    }
    output.finish().await
}

/// Some sites' proposals, side by side.
fn propose(ordering: &Ordering<'_>, sites: &[SiteId]) -> Result<Vec<SiteProposals>, Fault> {
    sites
        .par_iter()
        .map(|site| ordering.propose(site).map_err(rejected))
        .collect()
}

fn rejected(error: ordering::NeedsError) -> Fault {
    Fault::new(FaultName::DataRejected, error)
}

fn files<'a>(plan: &'a Plan, needs: &'a [Needs]) -> Files<'a> {
    Files {
        own: &plan.data,
        approved: &plan.approved,
        earlier: needs
            .iter()
            .map(|needs| (needs.week(), &needs.data))
            .collect(),
    }
}
